"""The plan in a workbook: the sheet that the report writes, or any other with segment and tier.

The heading need not be the first row: the report has totals above it. Columns besides the two do
not count, and neither do rows in which both are empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from slopt.case.case import Words
from slopt.case.columns import Cell, folded, is_blank, show
from slopt.case.raw import RawTable
from slopt.case.read import read_table
from slopt.case.schema import BY_NAME, PLAN
from slopt.case.workbook import Records, sheet_readers
from slopt.errors import Problem

LEVEL = BY_NAME["tiers"].column("service_level")
"""Said by plans of segments that choose a level."""
HEADING_WITHIN = 20
"""Rows from the top among which the heading is looked for."""


def read_plan_sheet(path: Path, words: Words) -> tuple[RawTable | None, list[Problem]]:
    """Segment and tier from a workbook, with their places where they were found below other rows.

    The sheet named plan counts first, then the first one that has a heading for both, in the words
    of slopt or of the case. Where none has, the problems are those of reading it as a plain table.
    """
    problems: list[Problem] = []
    try:
        readers = sheet_readers(path, problems)
    except OSError:
        return read_table(path, PLAN)
    if readers is None:
        return None, problems
    for title, rows in sorted(readers.items(), key=lambda pair: not PLAN.is_title(pair[0])):
        if PLAN.is_title(title):
            return read_table(path, PLAN)
        table = _below_heading(path.name, rows, words)
        if table:
            return table, problems
    return read_table(path, PLAN)


def _below_heading(file: str, rows: Callable[[], Records], words: Words) -> RawTable | None:
    """The table of a sheet; None where no row among the first ones names both columns."""
    records = rows()
    for number, record in enumerate(records[:HEADING_WITHIN]):
        places = dict(_places([show(cell).strip() for cell in record], words))
        if any(column.name not in places for column in PLAN.columns):
            continue
        width = max(places.values()) + 1
        numbered = [
            (row, [*below, *[None] * (width - len(below))][:width])
            for row, below in enumerate(records[number + 1 :], start=number + 2)
        ]
        kept = [
            (row, below)
            for row, below in numbered
            if not all(is_blank(below[places[column.name]]) for column in PLAN.columns)
        ]
        header = [show(cell).strip() for cell in record[:width]]
        columns: list[Sequence[Cell]] = [
            [below[place] for _row, below in kept] for place in range(width)
        ]
        return RawTable(
            PLAN.name, file, header, [row for row, _below in kept], columns, True, places
        )
    return None


def _places(titles: list[str], words: Words) -> Iterator[tuple[str, int]]:
    """Where segment, tier and perhaps service level stand: the first column that is named so, or as
    the case names it.
    """
    for column, its in zip(PLAN.columns, (words.segment, words.tier), strict=True):
        for place, title in enumerate(titles):
            if title and (PLAN.find(title) is column or folded(title) == folded(its)):
                yield column.name, place
                break
    for place, title in enumerate(titles):
        if title and folded(title) in (*LEVEL.headings, folded(words.service_level)):
            yield LEVEL.name, place
            break
