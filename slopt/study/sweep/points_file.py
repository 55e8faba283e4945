"""A table of points from a file of the user's: CSV, Parquet or workbook, headings are paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from slopt.case.columns import Cell
from slopt.case.read import read_table
from slopt.case.schema import PLAN
from slopt.errors import InvalidInput, Problem
from slopt.plan.result import TOTALS
from slopt.sayings import say
from slopt.study.sweep.files import AFTER

POINTS = replace(PLAN, row_is="a point of a sweep", columns=(), key=(), names=("points", "点"))
"""How the table is read: as any other, its headings for the case to make sense of."""

NO_PATHS = frozenset(("note", "point", "status", *TOTALS, *AFTER))
"""Headings that are passed over, so that a sweep.csv is a table of points too."""


def rows_of_file(file: Path) -> tuple[list[str], list[tuple[int, Sequence[Cell]]]]:
    """(headings, (row of the file, cells) by row), without `note` and what sweep.csv says of plans.

    Raises InvalidInput with what is wrong with the file.
    """
    if not file.is_file():
        remedy = say("Name one whose headings are paths, such as limits.budget.")
        raise InvalidInput([Problem(say("There is no such file."), remedy, file=file.name)])
    table, problems = read_table(file, POINTS)
    if table is None or problems:
        raise InvalidInput(
            problems
            or [Problem(say("The file is empty."), say("Write paths in row 1."), file=file.name)]
        )
    kept = [place for place, title in enumerate(table.header) if title not in NO_PATHS]
    rows: list[tuple[int, Sequence[Cell]]] = [
        (number, [table.columns[place][index] for place in kept])
        for index, number in enumerate(table.rows)
    ]
    return [table.header[place] for place in kept], rows
