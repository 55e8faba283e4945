"""`slopt export`: the same question for another solver."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from slopt.cli.common import CaseArgument, ModelOption, SetOption, print_lines, read, screen_width
from slopt.cli.speaking import LangOption, spoken


def run(
    case: CaseArgument,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to write; ends in .mps or .lp.")
    ],
    settings: SetOption = None,
    model: ModelOption = None,
    lang: LangOption = None,
) -> None:
    """Write the program of a case as an MPS or LP file, for any other solver."""
    from slopt.engine.solving import options_of
    from slopt.problem.build import build_problem
    from slopt.report.table import sentence
    from slopt.solve.export import export_problem
    from slopt.solve.refining.refine import refine
    from slopt.study.risk.solving import require_own_numbers

    planning_case = read(case, settings, model)
    chosen = planning_case.settings
    require_own_numbers(planning_case, "slopt export")
    problem = build_problem(planning_case)
    if problem.has_sources:
        problem = refine(problem, options_of(planning_case)).problem
    program = export_problem(problem, file, chosen.case.name, chosen.plan.model)
    columns, rows, coefficients = program.size
    _ = spoken()
    said = _(
        "wrote {file}: {columns} columns, {rows} rows, {coefficients} coefficients",
        file=file,
        columns=f"{columns:,}",
        rows=f"{rows:,}",
        coefficients=f"{coefficients:,}",
    )
    print_lines([said])
    if problem.has_sources:
        listed = _(
            "Levels, stocks and agents stand in it with the offers that slopt solve found worth "
            "choosing from; there are more of them than can be listed."
        )
        print_lines(sentence(listed, screen_width()))
