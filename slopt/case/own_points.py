"""The points of the sales curves: a segment's own, else those of `*`, by rising service level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.schema import ANY

Numbers = NDArray[np.float64]


class OwnPoints:
    """Whose points each segment has. `owner` (S,) is the segment itself, or -1 for those of `*`."""

    def __init__(self, case: PlanningCase) -> None:
        self.table = case.table("sales_points")
        whose = self.table.texts("segment")
        place = whose.places_in(case.segments)
        known = np.flatnonzero((place >= 0) | whose.is_in([ANY]))
        level = self.table.numbers("service_level")[known]
        order = np.lexsort((level, place[known]))
        self._row, self._place = known[order], place[known][order]
        self.owner = np.full(len(case.segments), -1)
        own = np.unique(self._place[self._place >= 0])
        self.owner[own] = own

    def rows(self, owner: int) -> NDArray[np.int64]:
        """The rows of the table that hold the points of an owner, by rising level."""
        first, last = np.searchsorted(self._place, [owner, owner + 1])
        return self._row[first:last]

    def count(self) -> NDArray[np.int64]:
        """How many points each segment has, (S,)."""
        first = np.searchsorted(self._place, self.owner, side="left")
        last = np.searchsorted(self._place, self.owner, side="right")
        return np.asarray(last - first)
