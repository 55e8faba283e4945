"""`slopt check`: every problem of a case at once."""

from __future__ import annotations

import typer

from slopt.case.find import find_case
from slopt.cli.common import (
    CaseArgument,
    JsonOption,
    OutOption,
    SetOption,
    overrides_of,
    print_json,
    print_lines,
    screen_width,
)
from slopt.errors import InvalidInput


def run(
    case: CaseArgument, settings: SetOption = None, out: OutOption = None, json: JsonOption = False
) -> None:
    """Read everything and print every problem, with its place and remedy."""
    from slopt.case.load import interpret
    from slopt.case.read import read
    from slopt.engine.solving import unsolvable
    from slopt.plan.files import json_text, write_files
    from slopt.report.problem_screen import problem_lines, ready_lines

    raw = read(find_case(case))
    reading = interpret(raw, overrides_of(settings))
    if reading.case:
        reading = reading.with_problems(unsolvable(reading.case))
    document = [problem.as_dict() for problem in reading.problems]
    if out:
        write_files(out, {"problems.json": json_text(document)})
    if json:
        print_json(document)
    else:
        print_lines(problem_lines(reading.problems, screen_width(), len(raw.tables)))
        print_lines(ready_lines(reading))
    if reading.errors:
        raise typer.Exit(InvalidInput.exit_code)
