"""`slopt explain`: why this tier and no other."""

from __future__ import annotations

from typing import Annotated

import typer

from slopt.cli.common import (
    CaseArgument,
    JsonOption,
    ModelOption,
    OutOption,
    SetOption,
    print_json,
    print_lines,
    progress,
    read,
    screen_width,
)
from slopt.errors import UsageError
from slopt.vocabulary import Method

FILE = "explanations.json"


def run(
    case: CaseArgument,
    segment: Annotated[
        str | None, typer.Argument(metavar="SEGMENT", help="One segment, in full.")
    ] = None,
    settings: SetOption = None,
    model: ModelOption = None,
    method: Annotated[
        Method, typer.Option(envvar="SLOPT_METHOD", help="The route to the plan.")
    ] = Method.AUTO,
    out: OutOption = None,
    json: JsonOption = False,
) -> None:
    """Say why each segment has its tier, what the next best costs, and when the choice flips."""
    from slopt.case.columns import suggest
    from slopt.engine.solving import explain_plan, solve_case
    from slopt.plan.files import json_text, write_files
    from slopt.plan.provenance import Provenance
    from slopt.plan.result import no_plan_result
    from slopt.report.explain_screen import overview_lines, segment_lines
    from slopt.report.no_plan_screen import no_plan_lines
    from slopt.study.explain import explanation_rows

    planning_case = read(case, settings, model)
    if segment is not None and segment not in planning_case.segments:
        hint = suggest(segment, planning_case.segments, "Known are")
        raise UsageError(f'There is no segment "{segment}" in this case. {hint}')
    with progress("solving"):
        solved = solve_case(planning_case, method, next_steps=False)
        plan = solved.plan
        if plan is None:
            document = no_plan_result(planning_case, solved.outcome, solved.seconds)
            if out:
                write_files(out, {"result.json": json_text(document)}, stale=[FILE])
            if json:
                print_json(document)
            else:
                width = screen_width()
                print_lines(no_plan_lines(planning_case, solved.problem, solved.outcome, width))
            raise typer.Exit(solved.outcome.status.exit_code)
        wanted = None if segment is None else [planning_case.segments.index(segment)]
        explanations = explain_plan(plan, wanted)
    rows = explanation_rows(plan, explanations)
    if out:
        write_files(out, {FILE: json_text(rows)})
    if json:
        print_json(rows)
    elif wanted is None:
        print_lines(overview_lines(plan, explanations, screen_width(), case))
    else:
        print_lines(segment_lines(plan, explanations[0], screen_width(), Provenance(planning_case)))
    raise typer.Exit(solved.outcome.status.exit_code)
