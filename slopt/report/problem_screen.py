"""Problems of a case, by file, each on a line of its own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.text import Text

from slopt.case.load import Reading
from slopt.errors import Problem, Severity
from slopt.report.table import Col, aligned, sentence
from slopt.report.words import counted

MOST_LINES = 200
ALIKE = 3
"""More problems than this that differ in their row alone are told once."""
CLOSING = "Fix what is listed and run the command again. All columns and units: slopt describe"


def problem_lines(
    problems: Sequence[Problem], width: int, table_count: int | None = None
) -> list[Text]:
    """What is printed of input with problems; without any, an empty list."""
    if not problems:
        return []
    errors = sum(p.severity is Severity.ERROR for p in problems)
    warnings = len(problems) - errors
    parts = [counted(errors, "error")] if errors else []
    parts += [counted(warnings, "warning")] if warnings else []
    tables = len({p.table for p in problems if p.table and p.table != "settings"})
    of = f" in {tables} of {table_count} tables" if table_count and tables else ""
    lines = [
        Text(f"{', '.join(parts)}{of}." + (" Nothing was done." if errors else ""), style="bold")
    ]
    shown = sorted(problems, key=lambda p: (_heading(p), p.row or 0))
    for heading, group in groupby(shown, key=_heading):
        lines += [Text(""), Text(heading)]
        lines += _aligned(list(group), width)
    if errors:
        lines += [Text(""), *sentence(CLOSING, width)]
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
    file = problem.file or problem.table or "case"
    is_sheet = file.casefold().endswith((".xlsx", ".xlsm")) and problem.table
    return f"{file}, sheet {problem.table}" if is_sheet else file


def _aligned(problems: Sequence[Problem], width: int) -> list[Text]:
    """A line a problem: how bad, where, and what to do; alike ones together."""
    alike: dict[tuple[object, ...], list[Problem]] = {}
    for problem in problems:
        same = (problem.severity, problem.column, problem.message, problem.remedy)
        alike.setdefault(same, []).append(problem)
    rows: list[list[str | Text]] = []
    for group in alike.values():
        error = group[0].severity is Severity.ERROR
        level = Text("error" if error else "warning", style="bold" if error else "")
        text = f"{group[0].message} {group[0].remedy}".strip()
        places = [_place(problem) for problem in group]
        if len(group) > ALIKE:
            text += f" ({len(group):,} times)"
            places = [f"{places[0]} to {_place(group[-1]).removeprefix('row ')}"]
        rows += [[level, place, group[0].column or "", text] for place in places]
    columns = [
        Col("", right=False),
        Col("", right=False),
        Col("", right=False, shorten=True),
        Col("", right=False, wrap=True),
    ]
    lines = aligned(columns, rows[:MOST_LINES], width)
    if len(rows) > MOST_LINES:
        lines.append(Text(f"  ... and {len(rows) - MOST_LINES:,} more: --json has all."))
    return lines


def _place(problem: Problem) -> str:
    if problem.cell:
        return problem.cell
    if problem.row is None:
        return ""
    is_text = (problem.file or "").endswith(".toml")
    return f"{'line' if is_text else 'row'} {problem.row}"
