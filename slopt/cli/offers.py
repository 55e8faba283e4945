"""`slopt offers`: the economics before any optimisation."""

from __future__ import annotations

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


def run(
    case: CaseArgument, settings: SetOption = None, out: OutOption = None, json: JsonOption = False
) -> None:
    """Show what every tier would cost, lose and use in every segment."""
    from slopt.plan.files import csv_text, write_files
    from slopt.plan.rows import offer_rows
    from slopt.problem.build import build_problem
    from slopt.report.offers_screen import offers_lines

    planning_case = read(case, settings)
    problem = build_problem(planning_case)
    rows = offer_rows(problem)
    if out:
        write_files(out, {"offers.csv": csv_text(rows[0], rows)})
    if json:
        print_json(rows)
        return
    print_lines(offers_lines(planning_case, problem, screen_width()))
    if out:
        print_lines(["", f"wrote {out}: offers.csv"])
