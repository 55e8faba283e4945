"""`slopt check`: every problem of a case at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, BinaryIO

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
from slopt.cli.speaking import LangOption, speak_as, spoken
from slopt.errors import InvalidInput, Problem, UsageError
from slopt.sayings import say


def run(
    case: CaseArgument,
    settings: SetOption = None,
    out: OutOption = None,
    annotate: Annotated[
        bool,
        typer.Option(
            "--annotate",
            help="Write the workbook again with the bad cells marked; --out may name the file.",
        ),
    ] = False,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Read everything and print every problem, with its place and remedy."""
    from slopt.case.load import interpret
    from slopt.case.read import read
    from slopt.engine.readiness import unsolvable
    from slopt.plan.files import json_text, write_files
    from slopt.report.problem_screen import problem_lines, ready_lines

    raw = read(find_case(case))
    reading = interpret(raw, overrides_of(settings))
    speak_as(reading.language)
    if reading.case:
        reading = reading.with_problems(unsolvable(reading.case))
    document = [problem.as_dict() for problem in reading.problems]
    place = _place(find_case(case), out) if annotate else None
    if out and out != place:
        write_files(out, {"problems.json": json_text(document)})
    if json:
        print_json(document)
    else:
        print_lines(
            problem_lines(reading.problems, screen_width(), len(raw.tables), language=spoken())
        )
        print_lines(ready_lines(reading, screen_width(), spoken()))
    if place and raw.is_there:
        for line in _annotate(find_case(case), reading.problems, place):
            typer.echo(line, err=json)
    if reading.errors:
        raise typer.Exit(InvalidInput.exit_code)


def _place(case: Path, out: Path | None) -> Path:
    """Where the marked workbook goes: the file or folder of --out, else beside the case."""
    from slopt.case.read import WORKBOOKS

    if case.suffix.casefold() not in WORKBOOKS:
        raise UsageError(
            say(
                '--annotate marks the cells of a workbook, and "{case}" is none. Leave '
                "it out; the list of problems says where each one stands.",
                case=case,
            )
        )
    name = f"{case.stem}-checked{case.suffix}"
    if out is None:
        place = case.with_name(name)
        if place.exists():
            raise UsageError(
                say('"{place}" is there already. Name another file with --out.', place=place)
            )
        return place
    place = out if out.suffix.casefold() in WORKBOOKS else out / name
    if place.exists() and place.samefile(case):
        raise UsageError(say("--out names the case itself. Name another file."))
    if place.suffix.casefold() != case.suffix.casefold():
        raise UsageError(say("--out must end in {suffix}, as the case does.", suffix=case.suffix))
    return place


def _annotate(case: Path, problems: Sequence[Problem], place: Path) -> list[str]:
    """Write the marked workbook; what was done, in words."""
    from slopt.plan.files import write_files
    from slopt.report.annotate.annotate import annotated

    _ = spoken()
    if not problems:
        return [_("There is nothing to mark; no workbook was written.")]
    found = annotated(case, problems, _)

    def put(file: BinaryIO) -> None:
        file.write(found.content)

    write_files(place.parent, {place.name: put})
    lines = [
        _.count(
            "Marked {n} cell in {place}; {case} is as it was.",
            "Marked {n} cells in {place}; {case} is as it was.",
            found.marked,
            place=place,
            case=case.name,
        )
    ]
    if found.hidden:
        sheets = _.listed(found.hidden)
        lines.append(_("Marks stand on hidden sheets too: {sheets}.", sheets=sheets))
    if found.homeless:
        lines.append(
            _.count(
                "{n} problem above could not be marked, for want of a sheet to mark.",
                "{n} problems above could not be marked, for want of a sheet to mark.",
                len(found.homeless),
            )
        )
    return lines
