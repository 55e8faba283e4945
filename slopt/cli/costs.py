"""`slopt costs`: cost to serve, customer profit, whale curve, lifetime value."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from slopt.cli.closing import written
from slopt.cli.common import (
    CaseArgument,
    JsonOption,
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

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase
    from slopt.engine.solving import Solved


def run(
    case: CaseArgument,
    plan: Annotated[
        Path | None,
        typer.Option(
            "--plan", metavar="FILE", help="Tiers from CSV, Parquet or xlsx in place of today's."
        ),
    ] = None,
    best: Annotated[
        bool, typer.Option("--best", help="The best plan in place of today's.")
    ] = False,
    out: OutOption = None,
    settings: SetOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Show who earns and who costs: cost to serve, contribution, lifetime value, investments."""
    begin = time.perf_counter()
    if plan is not None and best:
        raise UsageError(say("--plan and --best name two plans. Take one of them."))
    from slopt.engine.accounts import costs_of
    from slopt.plan.files import write_files
    from slopt.report.costs_screen import costs_lines
    from slopt.study.costs_document import costs_document
    from slopt.study.costs_files import FILES, costs_files

    planning_case = read(case, settings)
    with progress(later("counting")):
        found = costs_of(planning_case, plan, best)
    accounts = found.accounts
    if accounts is None:
        assert found.solved is not None
        _no_plan(planning_case, found.solved, json, time.perf_counter() - begin)
    document = costs_document(accounts, found.tiers_of, time.perf_counter() - begin)
    files = costs_files(accounts, document) if out else {}
    if out:
        write_files(out, files, stale=[name for name in FILES if name not in files])
    if json:
        print_json(document)
    else:
        print_lines(costs_lines(accounts, found.tiers_of, document, screen_width(), spoken()))
        _ = spoken()
        last = written(out, files) if out else _("All figures: add --out DIR or --json")
        print_lines(["", last])
    if found.solved is not None:
        raise typer.Exit(found.solved.outcome.status.exit_code)


def _no_plan(case: PlanningCase, solved: Solved, json: bool, seconds: float) -> NoReturn:
    """Say why there is no best plan, as `slopt solve` does."""
    from slopt.plan.result import no_plan_result
    from slopt.report.no_plan_screen import no_plan_lines

    if json:
        print_json(no_plan_result(case, solved.outcome, seconds))
    else:
        print_lines(no_plan_lines(case, solved.problem, solved.outcome, screen_width(), spoken()))
    raise typer.Exit(solved.outcome.status.exit_code)
