"""A table by segment and tier: the most specific row that says something, column by column.

Specific means: segment and tier, then segment, then tier, then neither.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.schema import ANY
from slopt.case.texts import Texts

Numbers = NDArray[np.float64]


class PairRows:
    """What a table says of pairs of segment and tier, for the pairs that any row speaks of.

    `segment` and `tier` are the positions of these pairs, (P,), segment by segment.
    """

    def __init__(self, case: PlanningCase, table: str) -> None:
        self.table: Table = case.table(table)
        self._case = case
        self._shape = (len(case.segments), len(case.tiers))
        whose, which = self.table.texts("segment"), self.table.texts("tier")
        self._segment = whose.places_in(case.segments)
        self._tier = which.places_in(Texts.of(case.tiers))
        self._known = (self._segment >= 0) | whose.is_in([ANY])
        self._known &= (self._tier >= 0) | which.is_in([ANY])
        self._row = self._most_specific(np.arange(len(self.table), dtype=np.float64), -1.0)
        covered = np.broadcast_to(self._row >= 0, self._shape)
        self.segment, self.tier = np.nonzero(covered)

    def numbers(self, column: str, otherwise: float = np.nan) -> Numbers:
        """A number column, (P,); `otherwise` where no row has one."""
        return self._at_pairs(self._most_specific(self.table.numbers(column), otherwise))

    def places(self, column: str, ids: Texts) -> NDArray[np.int64]:
        """Where the id of a text column stands among the ids, (P,); -1 where no row has one."""
        place = self.table.texts(column).places_in(ids).astype(np.float64)
        said = self._most_specific(np.where(place < 0, np.nan, place), -1.0)
        return self._at_pairs(said).astype(np.int64)

    def fills(self, column: str) -> NDArray[np.bool_]:
        """Whether any row says something in a text column, (P,)."""
        filled = self.table.texts(column).is_filled
        return self._at_pairs(self._most_specific(np.where(filled, 1.0, np.nan), 0.0)) > 0

    @property
    def rows(self) -> NDArray[np.int64]:
        """The most specific row of each pair, (P,)."""
        return self._at_pairs(self._row).astype(np.int64)

    def names(self, pair: int) -> tuple[str, str]:
        """Segment and tier of a pair."""
        return self._case.segments[int(self.segment[pair])], self._case.tiers[int(self.tier[pair])]

    def _at_pairs(self, spread: Numbers) -> Numbers:
        return np.asarray(np.broadcast_to(spread, self._shape)[self.segment, self.tier])

    def _most_specific(self, values: Numbers, otherwise: float) -> Numbers:
        """(S, K), or (1, K) where no row speaks of a single segment."""
        alike = bool(np.all(self._segment < 0))
        spread = np.full((1 if alike else self._shape[0], self._shape[1]), otherwise)
        said = self._known & ~np.isnan(values)
        for of_segment in (False, True):
            for of_tier in (False, True):
                chosen = (
                    said & ((self._segment >= 0) == of_segment) & ((self._tier >= 0) == of_tier)
                )
                its, s, k = values[chosen], self._segment[chosen], self._tier[chosen]
                if of_segment and of_tier:
                    spread[s, k] = its
                elif of_segment:
                    spread[s] = its[:, None]
                elif of_tier:
                    spread[:, k] = its
                elif len(its):
                    spread[:] = its[-1]
        return spread
