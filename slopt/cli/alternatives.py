"""`slopt alternatives`: other plans to choose from."""

from __future__ import annotations

from typing import Annotated

import typer

from slopt.cli.closing import how_to_write, written
from slopt.cli.common import (
    CaseArgument,
    JsonOption,
    MethodOption,
    ModelOption,
    OutOption,
    SetOption,
    counting,
    print_json,
    print_lines,
    read,
    screen_width,
)
from slopt.cli.speaking import LangOption, spoken
from slopt.errors import UsageError
from slopt.sayings import later, say
from slopt.vocabulary import Method, Status

MOST = 50


def run(
    case: CaseArgument,
    count: Annotated[
        int, typer.Option("--count", metavar="K", help="How many other plans.", min=1, max=MOST)
    ] = 5,
    within: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE",
            help="Plans at most this much worse, 1% or 0.01, that differ most from each other.",
        ),
    ] = None,
    settings: SetOption = None,
    model: ModelOption = None,
    method: MethodOption = Method.AUTO,
    out: OutOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Show the next best plans, or plans about as good that differ most from the best."""
    margin = None if within is None else share_of(within)
    from slopt.engine.alternatives import alternatives_of
    from slopt.plan.files import json_text, result_without_plan, write_files
    from slopt.plan.result import no_plan_result
    from slopt.report.alternatives_screen import alternatives_lines
    from slopt.report.no_plan_screen import no_plan_lines
    from slopt.study.alternatives.document import (
        FILE,
        TABLE,
        alternatives_document,
        alternatives_files,
        stale_files,
    )

    planning_case = read(case, settings, model)
    with counting(later("solving")) as tell:
        choices = alternatives_of(planning_case, count, margin, method, tell)
    solved, found = choices.solved, choices.alternatives
    if found is None:
        document = no_plan_result(planning_case, solved.outcome, solved.seconds)
        if out:
            write_files(out, {"result.json": json_text(document)}, stale=[FILE, TABLE])
        if json:
            print_json(document)
        else:
            print_lines(
                no_plan_lines(
                    planning_case, solved.problem, solved.outcome, screen_width(), spoken()
                )
            )
        raise typer.Exit(solved.outcome.status.exit_code)
    document = alternatives_document(found)
    lines = [] if json else alternatives_lines(found, screen_width(), spoken())
    if out:
        files = alternatives_files(found, document)
        write_files(out, files, stale=[*result_without_plan(out), *stale_files(found, MOST)])
    if json:
        print_json(document)
    else:
        print_lines(lines)
        if out:
            print_lines(["", written(out, (FILE, TABLE, _folders(len(found.others))))])
        else:
            print_lines(["", how_to_write()])
    status = solved.outcome.status
    if status is Status.OPTIMAL and not found.is_complete:
        status = Status.INTERRUPTED if found.interrupted else Status.FEASIBLE
    raise typer.Exit(status.exit_code)


def _folders(count: int) -> str:
    """`alternative_1 to alternative_5`."""
    if count < 2:
        return "alternative_1" * count
    _ = spoken()
    return _("alternative_1 to alternative_{n}", n=count)


def share_of(text: str) -> float:
    """`1%` or `0.01` -> 0.01. Raises UsageError where that is no share from 0 to 100 %."""
    from slopt.case.columns import CellError, read_number

    number = text.strip()
    percent = number.endswith("%")
    try:
        value = read_number(number.removesuffix("%").strip())
    except CellError as error:
        raise UsageError(say("--within {text}: write a share, 1% or 0.01.", text=text)) from error
    value = value / 100 if percent else value
    if not 0 <= value <= 1:
        raise UsageError(
            say("--within {text}: a share is between 0 and 100 %. Write 1% or 0.01.", text=text)
        )
    return value
