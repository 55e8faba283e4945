"""A table of a page as a value: heads, rows, cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """A cell of a table; a bar of a booked and an expected share in place of its text."""

    text: str = ""
    is_strong: bool = False
    bar: tuple[float, float] | None = None


@dataclass(frozen=True)
class Head:
    """A column's heading."""

    text: str
    is_number: bool = True


@dataclass(frozen=True)
class Row:
    """A row of a kind of the style sheet: `sum` under the others, `part` of the one above."""

    cells: Sequence[Cell]
    kind: str = ""


@dataclass(frozen=True)
class PageTable:
    """A table with its title."""

    title: str
    heads: Sequence[Head]
    rows: Sequence[Row]
    note: str = ""
