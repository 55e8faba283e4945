"""Where a table stands in a workbook: addresses of its cells and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from slopt.case.raw import column_letters


@dataclass(frozen=True)
class Field:
    """A column of a table. `style` names its number format; hidden ones serve formulas."""

    key: str
    head: str
    style: str
    width: float = 12
    is_hidden: bool = False


@dataclass(frozen=True)
class Grid:
    """A table of `count` rows below row `head` of a sheet, from column `left` on; all from 0."""

    sheet: str
    fields: tuple[Field, ...]
    head: int
    count: int
    left: int = 0

    def place(self, key: str) -> int:
        """The column in which a field stands."""
        return self._places[key]

    def has(self, key: str) -> bool:
        """True where the table has such a field."""
        return key in self._places

    @cached_property
    def _places(self) -> dict[str, int]:
        return {its.key: place for place, its in enumerate(self.fields, start=self.left)}

    @property
    def first(self) -> int:
        """The first row below the heading."""
        return self.head + 1

    @property
    def last(self) -> int:
        """The last row."""
        return self.head + max(self.count, 1)

    @property
    def right(self) -> int:
        """The last column."""
        return self.left + len(self.fields) - 1

    def beside(self, key: str, row: int) -> str:
        """A cell of the same row, for formulas in the same sheet: `$D8`."""
        return f"${column_letters(self.place(key))}{row + 1}"

    def span(self, key: str) -> str:
        """A whole column of the table from anywhere: `'Offers'!$D$8:$D$50`."""
        letters = column_letters(self.place(key))
        return f"{quoted(self.sheet)}!${letters}${self.first + 1}:${letters}${self.last + 1}"

    def cell(self, key: str, row: int) -> str:
        """A cell from anywhere, by its row in the sheet: `'Offers'!$D$8`."""
        return address(self.sheet, row, self.place(key))


def address(sheet: str, row: int, column: int) -> str:
    """A cell from anywhere, counted from 0."""
    return f"{quoted(sheet)}!${column_letters(column)}${row + 1}"


def quoted(sheet: str) -> str:
    """The title of a sheet as formulas write it."""
    return "'" + sheet.replace("'", "''") + "'"


def sum_of(cells: Sequence[str]) -> str:
    """Cells added up by name, which a reader can follow better than a range: `=A1+B1`."""
    return "=" + "+".join(cells) if cells else "=0"
