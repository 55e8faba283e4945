"""Problems of a case, by file, each on a line of its own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.text import Text

from slopt.case.load import Reading
from slopt.errors import Problem, Severity
from slopt.report.words import counted

MOST_LINES = 200


def problem_lines(problems: Sequence[Problem], table_count: int | None = None) -> list[Text]:
    """What `slopt check` prints of a case with problems; without any, an empty list."""
    if not problems:
        return []
    errors = sum(p.severity is Severity.ERROR for p in problems)
    warnings = len(problems) - errors
    parts = [counted(errors, "error")] if errors else ["No errors"]
    parts += [counted(warnings, "warning")] if warnings else []
    tables = len({p.table for p in problems if p.table and p.table != "settings"})
    of = f" in {tables} of {table_count} tables" if table_count and tables else ""
    lines = [
        Text(f"{', '.join(parts)}{of}." + (" Nothing was solved." if errors else ""), style="bold")
    ]
    shown = sorted(problems, key=lambda p: (_heading(p), p.row or 0))
    for heading, group in groupby(shown[:MOST_LINES], key=_heading):
        lines += [Text(""), Text(heading)]
        lines += _aligned(list(group))
    if len(problems) > MOST_LINES:
        lines += [Text(""), Text(f"... and {len(problems) - MOST_LINES:,} more.")]
    if errors:
        lines += [
            Text(""),
            Text("Fix the errors and run slopt check again. All columns and units: slopt describe"),
        ]
    return lines


def ready_lines(reading: Reading) -> list[Text]:
    """One line that the case can be solved, with its name and sizes; nothing if it cannot."""
    case = reading.case
    if case is None:
        return []
    words, info = case.settings.words, case.settings.case
    sizes = f"{counted(len(case.segments), words.segment)}, {counted(len(case.tiers), words.tier)}"
    line = Text(
        f"Ready to solve: {info.name}, {sizes}, {info.currency or 'money'} a {info.period}."
    )
    return [Text(""), line] if reading.problems else [line]


def _heading(problem: Problem) -> str:
    """The file, and in a workbook the sheet."""
    file = problem.file or "case"
    is_sheet = file.casefold().endswith((".xlsx", ".xlsm")) and problem.table
    return f"{file}, sheet {problem.table}" if is_sheet else file


def _aligned(problems: Sequence[Problem]) -> list[Text]:
    places = [_place(p) for p in problems]
    columns = [p.column or "" for p in problems]
    place_width = max(map(len, places))
    column_width = max(map(len, columns))
    lines = []
    for problem, place, column in zip(problems, places, columns, strict=True):
        error = problem.severity is Severity.ERROR
        line = Text("  ")
        line.append("error" if error else "warn ", style="bold" if error else "")
        line.append(f"  {place:<{place_width}}  {column:<{column_width}}  ")
        line.append(f"{problem.message} {problem.remedy}".strip())
        lines.append(line)
    return lines


def _place(problem: Problem) -> str:
    if problem.cell:
        return problem.cell
    if problem.row is None:
        return ""
    is_text = (problem.file or "").endswith(".toml")
    return f"{'line' if is_text else 'row'} {problem.row}"
