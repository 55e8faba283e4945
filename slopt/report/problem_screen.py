"""Problems of a case, by file, each on a line of its own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.text import Text

from slopt.case.load import Reading
from slopt.errors import Problem, Severity
from slopt.report.language import ENGLISH, Language
from slopt.report.table import Col, aligned, sentence
from slopt.report.uncertain_words import uncertain_words
from slopt.sayings import in_a_row

MOST_LINES = 200
ALIKE = 3
"""More problems than this that differ in their row alone are told once."""


def problem_lines(
    problems: Sequence[Problem],
    width: int,
    table_count: int | None = None,
    language: Language = ENGLISH,
) -> list[Text]:
    """What is printed of input with problems; without any, an empty list."""
    if not problems:
        return []
    _ = language
    errors = sum(p.severity is Severity.ERROR for p in problems)
    lines = [Text(_headline(problems, errors, table_count, language), style="bold")]
    shown = sorted(problems, key=lambda p: (_heading(p, language), p.row or 0))
    for heading, group in groupby(shown, key=lambda p: _heading(p, language)):
        lines += [Text(""), Text(heading)]
        lines += _aligned(list(group), width, language)
    if errors:
        closing = _(
            "Fix what is listed and run the command again. All columns and units: slopt describe"
        )
        lines += [Text(""), *sentence(closing, width)]
    return lines


def _headline(
    problems: Sequence[Problem], errors: int, table_count: int | None, language: Language
) -> str:
    """How many there are, in how many tables, and that nothing was done where one is an error."""
    _ = language
    warnings = len(problems) - errors
    counts = [_.count("{n} error", "{n} errors", errors)] if errors else []
    counts += [_.count("{n} warning", "{n} warnings", warnings)] if warnings else []
    tables = len({p.table for p in problems if p.table and p.table != "settings"})
    told = _(", ").join(counts)
    if table_count and tables:
        told = _(
            "{counts} in {tables} of {all} tables.", counts=told, tables=tables, all=table_count
        )
    else:
        told = _("{counts}.", counts=told)
    return _.sentences([told, _("Nothing was done.") if errors else ""])


def ready_lines(reading: Reading, width: int, language: Language = ENGLISH) -> list[Text]:
    """A sentence that the case can be solved, with its name and sizes, and one of what is uncertain
    in it, if anything is; nothing if it cannot."""
    case = reading.case
    if case is None:
        return []
    _ = language
    words, info = _.words(case.settings.words), case.settings.case
    text = _(
        "Ready to solve: {name}, {segments}, {tiers}, {money}.",
        name=info.name,
        segments=_.counted(len(case.segments), words.segment),
        tiers=_.counted(len(case.tiers), words.tier),
        money=_.money_a_period(info),
    )
    lines = sentence(text, width)
    uncertain = uncertain_words(case, language)
    if uncertain:
        lines += sentence(uncertain, width)
    return [Text(""), *lines] if reading.problems else lines


def _heading(problem: Problem, language: Language) -> str:
    """The file, and in a workbook the sheet."""
    file = language.tell(problem.file or problem.table or language("case"))
    is_sheet = file.casefold().endswith((".xlsx", ".xlsm")) and problem.table
    return language("{file}, sheet {table}", file=file, table=problem.table) if is_sheet else file


def _aligned(problems: Sequence[Problem], width: int, language: Language) -> list[Text]:
    """A line a problem: how bad, where, and what to do; alike ones together."""
    _ = language
    alike: dict[tuple[object, ...], list[Problem]] = {}
    for problem in problems:
        same = (problem.severity, problem.column, problem.message, problem.remedy)
        alike.setdefault(same, []).append(problem)
    rows: list[list[str | Text]] = []
    for group in alike.values():
        error = group[0].severity is Severity.ERROR
        level = Text(_("error") if error else _("warning"), style="bold" if error else "")
        text = _.tell(in_a_row(group[0].message, group[0].remedy)).strip()
        places = [_place(problem, language) for problem in group]
        if len(group) > ALIKE:
            text = _("{text} ({n} times)", text=text, n=f"{len(group):,}")
            places = [_span(group[0], group[-1], language)]
        rows += [[level, place, group[0].column or "", text] for place in places]
    columns = [
        Col("", right=False),
        Col("", right=False),
        Col("", right=False, shorten=True),
        Col("", right=False, wrap=True),
    ]
    lines = aligned(columns, rows[:MOST_LINES], width)
    if len(rows) > MOST_LINES:
        more = _("... and {n} more: --json has all.", n=f"{len(rows) - MOST_LINES:,}")
        lines.append(Text(f"  {more}"))
    return lines


def _place(problem: Problem, language: Language) -> str:
    if problem.cell:
        return problem.cell
    if problem.row is None:
        return ""
    if _is_text(problem):
        return language("line {row}", row=problem.row)
    return language("row {row}", row=problem.row)


def _span(first: Problem, last: Problem, language: Language) -> str:
    """From the first place to the last."""
    if first.row is None or last.row is None:
        return ""
    if first.cell or last.cell:
        ends = (_place(first, language), _place(last, language))
        return language("{first} to {last}", first=ends[0], last=ends[1])
    if _is_text(first):
        return language("line {first} to {last}", first=first.row, last=last.row)
    return language("row {first} to {last}", first=first.row, last=last.row)


def _is_text(problem: Problem) -> bool:
    return (problem.file or "").endswith(".toml")
