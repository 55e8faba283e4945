"""A table from a file of its own, beside a case: its columns as values, the problems collected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.columns import suggest
from slopt.case.few import flagged
from slopt.case.load import unknown_column
from slopt.case.raw import RawTable
from slopt.case.read import read_table
from slopt.case.schema import TableSchema
from slopt.case.texts import Texts
from slopt.case.typed import absent_column, typed_column
from slopt.errors import InvalidInput, Problem
from slopt.plan.rows import Numbers
from slopt.sayings import later, listed, say

Places = NDArray[np.int64]


class FileTable:
    """A table as it lies in a file; columns that nobody knows do not count, or are problems.

    `is_strict` makes problems of them, for files that people write. `problems` are those met so
    far. Raises InvalidInput where there is no such file, or no table in it.
    """

    def __init__(self, path: Path, schema: TableSchema, is_strict: bool = False) -> None:
        needed = [column.name for column in schema.columns if column.required]
        if not path.is_file():
            raise InvalidInput(
                [
                    Problem(
                        say("There is no such file."),
                        say("Name one with the columns {columns}.", columns=listed(needed)),
                        file=path.name,
                    )
                ]
            )
        table, self.problems = read_table(path, schema)
        if table is None or self.problems:
            raise InvalidInput(self.problems)
        self.raw: RawTable = table
        self._schema = schema
        self._find_columns(needed, is_strict)

    def _find_columns(self, needed: list[str], is_strict: bool) -> None:
        table = self.raw
        for place, title in enumerate(table.header):
            column = self._schema.find(title)
            if column is None:
                if is_strict and title:
                    self.problems.append(unknown_column(self._schema, table, place))
                continue
            if column.name in table.places:
                self.problems.append(
                    table.problem(
                        say('The column "{column}" stands here twice.', column=column.name),
                        say("Keep one of them."),
                        row=1,
                    )
                )
            table.places.setdefault(column.name, place)
        self.problems += [
            table.problem(say('There is no column "{column}".', column=name), say("Add it."), row=1)
            for name in needed
            if name not in table.places
        ]
        if self.problems:
            raise InvalidInput(self.problems)

    def __len__(self) -> int:
        return len(self.raw.rows)

    def has(self, column: str) -> bool:
        """Has the file that column?"""
        return column in self.raw.places

    def numbers(self, column: str) -> Numbers:
        """A number column; NaN where blank without a default, or where the file has none."""
        return np.asarray(self._values(column), dtype=np.float64)

    def texts(self, column: str) -> Texts:
        """A text column; "" where blank, or where the file has none."""
        values = self._values(column)
        assert isinstance(values, Texts)
        return values

    def _values(self, column: str) -> Any:
        if not self.has(column):
            return absent_column(self._schema.column(column), len(self))
        return typed_column(self._schema.column(column), self.raw, self.problems)

    def places(self, column: str, known: Texts, what: str) -> Places:
        """Where the id of each row stands among the known, -1 for none; unknown ones are problems.

        `what` is what the ids are of: segment, tier, period.
        """
        texts = self.texts(column)
        place = np.asarray(texts.places_in(known), dtype=np.int64)

        def describe(index: int) -> Problem:
            return self.raw.problem(
                say('"{text}" is not a {name} of this case.', text=texts[index], name=what),
                suggest(texts[index], known, later("Known are: {known}.")),
                self.raw.rows[index],
                column,
                texts[index],
            )

        self.problems += flagged((place < 0) & texts.is_filled, describe)
        return place

    def once(self, one: Places, other: Places, column: str, remedy: str) -> NDArray[np.bool_]:
        """Rows whose pair of places stands there for the first time; others are problems.

        Rows without one of the two do not count.
        """
        valid = np.flatnonzero((one >= 0) & (other >= 0))
        width = int(other.max(initial=0)) + 1
        key = one[valid] * width + other[valid]
        _keys, begin, which = np.unique(key, return_index=True, return_inverse=True)
        first = valid[begin][which] if len(valid) else valid
        repeated = np.zeros(len(self), dtype=bool)
        repeated[valid] = first != valid
        of = np.zeros(len(self), dtype=np.int64)
        of[valid] = first
        texts = self.texts(column)

        def describe(index: int) -> Problem:
            return self.raw.problem(
                say(
                    '"{name}" stands in row {row} too.',
                    name=texts[index],
                    row=self.raw.rows[int(of[index])],
                ),
                remedy,
                self.raw.rows[index],
                column,
                texts[index],
            )

        self.problems += flagged(repeated, describe)
        fine = np.zeros(len(self), dtype=bool)
        fine[valid] = True
        return fine & ~repeated

    def refuse(self) -> None:
        """Raise InvalidInput where there was a problem."""
        if self.problems:
            raise InvalidInput(sorted(self.problems, key=lambda problem: problem.row or 0))
