"""A table by segment: its own row, else the `*` row, else the default, column by column."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.schema import ANY
from slopt.case.texts import Texts

Numbers = NDArray[np.float64]


class OwnRows:
    """What a table with one row a segment says of each segment, column by column: shape (S,).

    A column that is the same for all segments is one value, broadcast.
    """

    def __init__(self, case: PlanningCase, table: str = "response") -> None:
        self._table = case.table(table)
        whose = self._table.texts("segment")
        self._any = whose.place(ANY)
        self._count = len(case.segments)
        self._own: NDArray[np.int64] | None = None
        if len(whose) > (self._any >= 0):
            self._own = case.segments.places_in(whose)

    @property
    def rows(self) -> NDArray[np.int64]:
        """The row of the table that speaks first of each segment, -1 where there is none."""
        if self._own is None:
            return np.broadcast_to(np.int64(self._any), (self._count,))
        return np.where(self._own >= 0, self._own, self._any)

    @property
    def lifetime(self) -> NDArray[np.bool_]:
        """Whether a lost customer is worth the margin of all later periods."""
        return ~self.says("value_basis", "period")

    def says(self, column: str, word: str) -> NDArray[np.bool_]:
        """Whether a choice column has this word, in the own row or else in the `*` row."""
        texts = self._table.texts(column)
        common = self._any >= 0 and texts[self._any] == word
        if self._own is None:
            return np.broadcast_to(np.bool_(common), (self._count,))
        said = np.append(np.where(texts.is_filled, texts.is_in([word]), common), common)
        return np.asarray(said[self._own])

    def places(self, column: str, ids: Texts) -> NDArray[np.int64]:
        """Where the id of a text column stands among the ids, -1 where neither row has one."""
        place = self._table.texts(column).places_in(ids)
        common = place[self._any] if self._any >= 0 else -1
        if self._own is None:
            return np.broadcast_to(np.int64(common), (self._count,))
        filled = np.append(np.where(place < 0, common, place), common)
        return np.asarray(filled[self._own])

    def numbers(self, column: str, otherwise: float = 0.0) -> Numbers:
        """A number column; `otherwise` where neither row has one."""
        values = self._table.numbers(column)
        common = values[self._any] if self._any >= 0 else np.nan
        common = otherwise if np.isnan(common) else float(common)
        if self._own is None:
            return np.broadcast_to(np.float64(common), (self._count,))
        filled = np.append(np.where(np.isnan(values), common, values), common)
        return np.asarray(filled[self._own])
