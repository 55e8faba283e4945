"""The response table by segment: its own row, else the `*` row, else the default."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.schema import ANY

Numbers = NDArray[np.float64]


class OwnRows:
    """What the response table says of each segment, column by column: shape (S,).

    A column that is the same for all segments is one value, broadcast.
    """

    def __init__(self, case: PlanningCase) -> None:
        self._table = case.table("response")
        whose = self._table.texts("segment")
        self._any = whose.place(ANY)
        self._count = len(case.segments)
        self._own: NDArray[np.int64] | None = None
        if len(whose) > (self._any >= 0):
            self._own = case.segments.places_in(whose)

    @property
    def lifetime(self) -> NDArray[np.bool_]:
        """Whether a lost customer is worth the margin of all later periods."""
        basis = self._table.texts("value_basis")
        common = self._any >= 0 and basis[self._any] == "period"
        if self._own is None:
            return np.broadcast_to(np.bool_(not common), (self._count,))
        is_period = np.append(np.where(basis.is_filled, basis.is_in(["period"]), common), common)
        return np.asarray(~is_period[self._own])

    def numbers(self, column: str) -> Numbers:
        """A number column; 0 where neither row has one."""
        values = self._table.numbers(column)
        common = values[self._any] if self._any >= 0 else np.nan
        common = 0.0 if np.isnan(common) else float(common)
        if self._own is None:
            return np.broadcast_to(np.float64(common), (self._count,))
        filled = np.append(np.where(np.isnan(values), common, values), common)
        return np.asarray(filled[self._own])
