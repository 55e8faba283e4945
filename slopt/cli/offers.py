"""`slopt offers`: the economics before any optimisation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slopt.cli.closing import written
from slopt.cli.common import (
    CaseArgument,
    JsonOption,
    OutOption,
    SetOption,
    print_json,
    print_lines,
    read,
    screen_width,
)
from slopt.cli.speaking import LangOption, spoken

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase

FILE = "offers.csv"


def run(
    case: CaseArgument,
    settings: SetOption = None,
    period: Annotated[
        str | None, typer.Option(metavar="PERIOD", help="Over periods: the one to show in full.")
    ] = None,
    out: OutOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Show what every tier would cost, lose and use in every segment."""
    from slopt.plan.files import csv_text, write_files
    from slopt.plan.promises import with_contracts
    from slopt.plan.rows import offer_rows
    from slopt.problem.build import build_problem
    from slopt.report.offers_screen import offers_lines

    planning_case = read(case, settings, over_time=True)
    place = _place(planning_case, period)
    if planning_case.has_periods:
        _over_time(planning_case, place, out, json)
        return
    problem = build_problem(planning_case)
    rows = with_contracts(planning_case, problem, offer_rows(problem))
    if out:
        write_files(out, {FILE: csv_text(rows[0], rows)})
    if json:
        print_json(rows)
        return
    print_lines(offers_lines(planning_case, problem, screen_width(), spoken()))
    if out:
        print_lines(["", written(out, [FILE])])


def _place(case: PlanningCase, period: str | None) -> int:
    """Where the period stands that is asked for. Raises UsageError for one that is not there."""
    from slopt.case.columns import suggest
    from slopt.errors import UsageError
    from slopt.sayings import later, say

    if period is None:
        return 0
    if not case.has_periods:
        raise UsageError(
            say("--period {period}: this case has one period only. Leave it out.", period=period)
        )
    if period not in case.periods:
        raise UsageError(
            say(
                "--period {period}: the case has no such period. {hint}",
                period=period,
                hint=suggest(period, case.periods, later("Known are: {known}.")),
            )
        )
    return case.periods.index(period)


def _over_time(case: PlanningCase, place: int, out: Path | None, json: bool) -> None:
    """Show one period in full; files and the document have all."""
    from functools import partial

    from slopt.plan.files import write_files
    from slopt.plan.horizon.offer_rows import offer_columns
    from slopt.plan.horizon.rows import horizon_rows
    from slopt.plan.long_plan import write_csv
    from slopt.problem.horizon.build import build_horizon
    from slopt.report.offers_over_time_screen import offers_over_time_lines

    problem = build_horizon(case)
    columns = offer_columns(case, problem) if out or json else {}
    if out:
        write_files(out, {FILE: partial(write_csv, columns=columns)})
    if json:
        print_json(horizon_rows(columns))
        return
    print_lines(offers_over_time_lines(case, problem, place, screen_width(), spoken()))
    if out:
        print_lines(["", written(out, [FILE])])
