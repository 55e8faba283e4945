"""`slopt monitor`: a plan over periods against what happened."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slopt.cli.closing import how_to_write, written
from slopt.cli.common import (
    JsonOption,
    MethodOption,
    OutOption,
    means_run,
    print_json,
    print_lines,
    progress,
    read,
    screen_width,
)
from slopt.cli.speaking import LangOption, speak_as, spoken
from slopt.errors import UsageError
from slopt.sayings import later, say
from slopt.vocabulary import Method

if TYPE_CHECKING:
    from slopt.plan.horizon.plan import HorizonPlan


def run(
    plan: Annotated[
        str,
        typer.Argument(
            metavar="RUN",
            help="The plan: a folder that slopt solve wrote, or CASE@ID; a case is solved now.",
        ),
    ],
    actuals: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="What happened; without it the case's own table actuals."
        ),
    ] = None,
    case: Annotated[
        str | None,
        typer.Option(metavar="CASE", help="The case of the run, where the run has no copy of it."),
    ] = None,
    false_alarms: Annotated[
        float,
        typer.Option(metavar="SHARE", help="Share of the alarms that may be false on average."),
    ] = 0.05,
    order_spread: Annotated[
        float,
        typer.Option(
            metavar="X", help="Standard deviation of the money of an order, over its mean."
        ),
    ] = 1.0,
    forecast_spread: Annotated[
        float,
        typer.Option(
            metavar="X", help="That of demand, prices and costs around the plan, over their mean."
        ),
    ] = 0.0,
    replan: Annotated[
        bool, typer.Option("--replan/--no-replan", help="Find out what planning again is worth.")
    ] = True,
    method: MethodOption = Method.AUTO,
    out: OutOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Compare a plan over periods with what happened: why it differs, what is noise, what to do."""
    begin = time.perf_counter()
    _require_between("--false-alarms", false_alarms, 0.5)
    _require_between("--order-spread", order_spread, 100)
    _require_between("--forecast-spread", forecast_spread, 100)
    from slopt.engine.locked_plan import find_actuals
    from slopt.engine.monitoring import happened_to, monitor_plan
    from slopt.plan.files import write_files
    from slopt.report.monitor_screen import monitor_lines
    from slopt.study.monitor.files import monitor_document, monitor_files
    from slopt.study.monitor.noise import Noise

    file = None if actuals is None else find_actuals(actuals)
    its, name = _plan_of(plan, case, method)
    known = happened_to(its, file)
    with progress(later("comparing")):
        noise = Noise(false_alarms, order_spread, forecast_spread)
        found = monitor_plan(its, name, known, noise, method, replan)
    found = replace(
        found,
        case_named=case or (_case_of(name) if name else plan),
        actuals_named="" if actuals is None else str(actuals),
    )
    document = monitor_document(found, time.perf_counter() - begin)
    files = monitor_files(found, document) if out else {}
    if out:
        write_files(out, files)
    if json:
        print_json(document)
    else:
        print_lines(monitor_lines(found, screen_width(), spoken()))
        print_lines(["", written(out, files) if out else how_to_write()])


def _plan_of(named: str, case: str | None, method: Method) -> tuple[HorizonPlan, str]:
    """The plan of a run, with its name; that of a case, solved now, has none.

    Ends the command where a case has no plan, which is told.
    """
    from slopt.engine.horizon_runs import named_horizon_plan
    from slopt.engine.horizons import solve_over_time
    from slopt.report.horizon_screen import no_horizon_plan_lines

    if means_run(named):
        plan = named_horizon_plan(named, case)
        speak_as(plan.case.settings.case.language)
        return plan, named
    planning_case = read(named, over_time=True)
    if not planning_case.has_periods:
        raise UsageError(
            say(
                "{case} has no periods. Give it a table periods, which may have a single row, and "
                "solve it: actuals are compared with a plan over periods.",
                case=named,
            )
        )
    with progress(later("solving")):
        solved = solve_over_time(planning_case, method)
    if solved.plan is None:
        problem, outcome = solved.problem, solved.outcome
        lines = no_horizon_plan_lines(planning_case, problem, outcome, screen_width(), spoken())
        print_lines(lines)
        raise typer.Exit(outcome.status.exit_code)
    return solved.plan, ""


def _case_of(run: str) -> str:
    """What the case of a run is called; "" where nobody knows."""
    from slopt.store.find import find_run

    return find_run(run, None).named


def _require_between(option: str, value: float, most: float) -> None:
    """Raise UsageError for what is no number from 0 to `most`, or 0 where that decides nothing."""
    least_is_fine = value > 0 or (value == 0 and option != "--false-alarms")
    if not (math.isfinite(value) and least_is_fine and value <= most):
        raise UsageError(
            say(
                "{option} {value} must be a number above 0 and at most {most}.",
                option=option,
                value=f"{value:g}",
                most=f"{most:g}",
            )
        )
