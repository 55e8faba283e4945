"""`slopt compare`: two plans, who moved and why, and a bridge of the money."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from slopt.cli.closing import how_to_write, written
from slopt.cli.common import (
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
from slopt.cli.speaking import LangOption, spoken
from slopt.errors import UsageError
from slopt.sayings import later, say
from slopt.vocabulary import Method

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase
    from slopt.engine.comparing import Compared
    from slopt.study.compare.comparison import Comparison


def run(
    a: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="A case, a run (a folder written with --out, or CASE@ID), a plan file, or today.",
        ),
    ],
    b: Annotated[
        str | None,
        typer.Argument(metavar="B", help="The same. Without it: today against the plan of case A."),
    ] = None,
    case: Annotated[
        str | None,
        typer.Option(metavar="CASE", help="The case that plan files, or today, belong to."),
    ] = None,
    futures: Annotated[
        bool, typer.Option("--futures", help="Price both plans in the same uncertain futures of B.")
    ] = False,
    settings: SetOption = None,
    method: MethodOption = Method.AUTO,
    out: OutOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Compare two plans: who moved and why, and a bridge of the money. --set counts for B."""
    begin = time.perf_counter()
    from slopt.engine.comparing import compare_named, compared_in_futures
    from slopt.engine.comparing_over_time import are_over_time
    from slopt.plan.files import write_files
    from slopt.report.compare_screen import compare_lines
    from slopt.study.compare.files import comparison_document, comparison_files

    over_time = are_over_time(a, b, case)

    def read_side(name: str, is_b: bool) -> PlanningCase:
        return read(name, settings if is_b else None, over_time=over_time)

    if over_time:
        if futures:
            raise UsageError(
                say("--futures is for plans of one period; slopt risk prices one over periods.")
            )
        from slopt.cli.compare_over_time import compare_plans_over_time

        parts = settings or [], method, out, json
        raise typer.Exit(compare_plans_over_time(a, b, case, read_side, *parts))
    with progress(later("comparing")):
        compared = compare_named(a, b, case, read_side, method, settings or ())
    found = compared.comparison
    if found is None:
        _no_plan(compared, json, time.perf_counter() - begin)
    paired = compared_in_futures(found) if futures else None
    document = comparison_document(found, time.perf_counter() - begin)
    if paired is not None:
        from slopt.study.compare.in_futures import paired_document

        document["futures"] = paired_document(paired)
    files = comparison_files(found, document) if out else {}
    if out:
        write_files(out, files)
    if json:
        print_json(document)
    else:
        print_lines(compare_lines(found, screen_width(), spoken()))
        if paired is not None:
            from slopt.report.compare_futures_lines import compare_futures_lines

            width = screen_width()
            print_lines(["", *compare_futures_lines(paired, found.b.case, width, spoken())])
        print_lines(["", written(out, files) if out else how_to_write()])
    raise typer.Exit(_exit_code(found))


def _exit_code(found: Comparison) -> int:
    """That of the plans that were solved here: 130 interrupted, 5 out of time, else 0."""
    from slopt.study.compare.side import SideKind

    solved = [side.status for side in (found.a, found.b) if side.kind is SideKind.SOLVED]
    return max((status.exit_code for status in solved if status), default=0)


def _no_plan(compared: Compared, json: bool, seconds: float) -> NoReturn:
    """Say why one of the sides has no plan, as `slopt solve` does."""
    from slopt.plan.result import no_plan_result
    from slopt.report.no_plan_screen import no_plan_lines

    solved = compared.failed
    assert solved is not None
    if json:
        print_json(no_plan_result(solved.case, solved.outcome, seconds))
    else:
        print_lines(
            [say("There is no plan of {compared} to compare with.", compared=compared.label), ""]
        )
        print_lines(
            no_plan_lines(solved.case, solved.problem, solved.outcome, screen_width(), spoken())
        )
    raise typer.Exit(solved.outcome.status.exit_code)
