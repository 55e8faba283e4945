"""The usage table by resource: the most specific row of every segment and tier.

Specific means: segment and tier, then segment, then tier, then neither; a row counts whole.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.texts import Texts

Numbers = NDArray[np.float64]
RATES = ("per_customer", "per_order", "per_segment")


class UsageRates:
    """Units that a segment uses in a tier, by customer, by order and whatever its size."""

    def __init__(self, case: PlanningCase) -> None:
        self._shape = (len(case.segments), len(case.tiers))
        self._table = case.table("usage")
        self._resource = self._table.texts("resource").places_in(Texts.of(case.resources))
        self._segment = self._table.texts("segment").places_in(case.segments)
        self._tier = self._table.texts("tier").places_in(Texts.of(case.tiers))

    def of(self, resource: int) -> tuple[Numbers, Numbers, Numbers] | None:
        """The three rates of a resource; None where it has no row.

        Each is (S, K), or (1, K) where no row speaks of a single segment.
        """
        rows = np.flatnonzero(self._resource == resource)
        if len(rows) == 0:
            return None
        alike = bool(np.all(self._segment[rows] < 0))
        first, second, third = (
            self._spread(self._table.numbers(name), rows, alike) for name in RATES
        )
        return first, second, third

    def _spread(self, values: Numbers, rows: NDArray[np.int64], alike: bool) -> Numbers:
        segments, tiers = self._shape
        rate = np.zeros((1 if alike else segments, tiers))
        segment, tier = self._segment[rows], self._tier[rows]
        for of_segment in (False, True):
            for of_tier in (False, True):
                chosen = ((segment >= 0) == of_segment) & ((tier >= 0) == of_tier)
                its = values[rows[chosen]]
                s, k = segment[chosen], tier[chosen]
                if of_segment and of_tier:
                    rate[s, k] = its
                elif of_segment:
                    rate[s] = its[:, None]
                elif of_tier:
                    rate[:, k] = its
                elif len(its):
                    rate[:] = its[-1]
        return rate
