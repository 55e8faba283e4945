"""`slopt budget`: the budget request, what a little less or more buys, the least for a target."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slopt.cli.closing import how_to_write, written
from slopt.cli.common import (
    CaseArgument,
    JsonOption,
    MethodOption,
    OutOption,
    SetOption,
    print_json,
    print_lines,
    progress,
    read,
    screen_width,
)
from slopt.cli.plan_again import (
    ActualsOption,
    FromOption,
    LockedOption,
    cycle_words,
    require_periods,
)
from slopt.cli.speaking import LangOption, spoken
from slopt.errors import UsageError
from slopt.sayings import later, say
from slopt.vocabulary import Method, Status

if TYPE_CHECKING:
    from rich.text import Text

    from slopt.case.case import PlanningCase
    from slopt.engine.budgets import Requested
    from slopt.engine.horizons import Cycle

TARGET = "min_service_level"


def run(
    case: CaseArgument,
    step: Annotated[
        float, typer.Option(metavar="SHARE", help="How much less and more, as a share: 0.05.")
    ] = 0.05,
    each: Annotated[
        bool, typer.Option("--each", help="Change the budget of every period by itself too.")
    ] = False,
    moves: Annotated[
        int,
        typer.Option(min=0, metavar="N", help="Solve the N best moves of budget between periods."),
    ] = 3,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="The least budgets that reach a target: min_service_level=0.95.",
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(metavar="PERIOD", help="The period from which on the target is kept."),
    ] = None,
    futures: Annotated[
        bool, typer.Option("--futures", help="What less and more is worth in uncertain futures.")
    ] = False,
    start: FromOption = None,
    locked: LockedOption = None,
    actuals: ActualsOption = None,
    settings: SetOption = None,
    method: MethodOption = Method.AUTO,
    out: OutOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Make the budget request: committed, proposed, and what less, more or a move would do."""
    begin = time.perf_counter()
    words = cycle_words(start, locked, actuals)
    if by is not None and target is None:
        raise UsageError(say("--by says from when a target is kept: give --target with it."))
    planning_case = read(case, settings, over_time=True)
    require_periods(planning_case, words)
    if futures:
        from slopt.engine.budgets_in_futures import require_one_period_for_futures

        require_one_period_for_futures(planning_case)
    cycle = _cycle(words)
    if target is not None:
        status = _least(planning_case, target, by, method, cycle, out, json, begin)
    else:
        parts = (step, each, moves, method, cycle, out, json, begin, futures)
        status = _request(planning_case, *parts)
    raise typer.Exit(status)


def _cycle(words: tuple[str, str, Path | None] | None) -> Cycle | None:
    from slopt.engine.horizons import Cycle

    return None if words is None else Cycle(*words)


def _request(
    case: PlanningCase,
    step: float,
    each: bool,
    moves: int,
    method: Method,
    cycle: Cycle | None,
    out: Path | None,
    json: bool,
    begin: float,
    futures: bool,
) -> int:
    """The exit code."""
    from slopt.engine.budgets import request_of_case
    from slopt.plan.files import write_files
    from slopt.report.budget_screen import request_lines
    from slopt.study.over_time.request_files import request_document, request_files

    with progress(later("solving with less, more and other budgets")):
        found = request_of_case(case, method, cycle, step, each, moves)
    if found.request is None:
        return _no_plan(found, json, time.perf_counter() - begin)
    seconds = time.perf_counter() - begin
    document = request_document(found.request, case, found.problem, seconds)
    further: list[Text | str] = []
    if futures:
        from slopt.engine.budgets_in_futures import budget_futures_document, budget_in_futures
        from slopt.report.budget_futures_lines import budget_futures_lines

        its = budget_in_futures(case, found.request)
        document["futures"] = budget_futures_document(its)
        further = ["", *budget_futures_lines(its, case, step, screen_width(), spoken())]
    files = request_files(found.request, document) if out else {}
    if out:
        write_files(out, files)
    if json:
        print_json(document)
    else:
        print_lines(request_lines(found.request, case, found.problem, screen_width(), spoken()))
        print_lines(further)
        print_lines(["", written(out, files, seconds) if out else how_to_write()])
    return 0


def _no_plan(found: Requested, json: bool, seconds: float) -> int:
    from slopt.engine.horizons import SolvedHorizon

    failed = found.failed
    assert failed is not None
    document: dict[str, Any]
    if isinstance(failed, SolvedHorizon):
        from slopt.plan.horizon.result import no_horizon_plan_result
        from slopt.report.horizon_screen import no_horizon_plan_lines

        document = no_horizon_plan_result(found.case, failed.outcome, seconds)
        lines = no_horizon_plan_lines(
            found.case, failed.problem, failed.outcome, screen_width(), spoken()
        )
    else:
        from slopt.plan.result import no_plan_result
        from slopt.report.no_plan_screen import no_plan_lines

        document = no_plan_result(found.case, failed.outcome, seconds)
        lines = no_plan_lines(found.case, failed.problem, failed.outcome, screen_width(), spoken())
    if json:
        print_json(document)
    else:
        print_lines(lines)
    return failed.outcome.status.exit_code


def _least(
    case: PlanningCase,
    target: str,
    by: str | None,
    method: Method,
    cycle: Cycle | None,
    out: Path | None,
    json: bool,
    begin: float,
) -> int:
    """The exit code."""
    from slopt.engine.budgets import least_path_of_case
    from slopt.plan.files import write_files
    from slopt.report.least_budget_screen import path_lines
    from slopt.study.over_time.request_files import PATH_CSV, path_document, path_files

    level = _level(target)
    with progress(later("looking for the least budgets")):
        found = least_path_of_case(case, level, by, method, cycle)
    seconds = time.perf_counter() - begin
    document = path_document(found.path, case, seconds)
    files = path_files(found.path, document) if out else {}
    if out:
        write_files(out, files, stale=[name for name in (PATH_CSV,) if name not in files])
    if json:
        print_json(document)
    else:
        print_lines(path_lines(found.path, case, found.problem, screen_width(), spoken()))
        print_lines(["", written(out, files, seconds) if out else how_to_write()])
    status = found.path.answer.status
    return (Status.OPTIMAL if status is Status.FEASIBLE else status).exit_code


def _level(target: str) -> float:
    name, equals, value = target.partition("=")
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if name.strip() != TARGET or not equals or number != number:
        raise UsageError(
            say(
                "--target {target}: write min_service_level=VALUE, a share such as 0.95.",
                target=target,
            )
        )
    return number
