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
        places = self._segment[rows], self._tier[rows]
        columns = (self._table.numbers(name)[rows] for name in RATES)
        first, second, third = (most_specific(values, *places, self._shape) for values in columns)
        return first, second, third


def most_specific(
    values: Numbers, segment: NDArray[np.int64], tier: NDArray[np.int64], shape: tuple[int, int]
) -> Numbers:
    """What rows say of every segment and tier: (S, K), or (1, K) where none names a segment.

    `segment` and `tier` are the places that each row names, -1 for all of them.
    """
    alike = bool(np.all(segment < 0))
    rate = np.zeros((1 if alike else shape[0], shape[1]))
    for of_segment in (False, True):
        for of_tier in (False, True):
            chosen = ((segment >= 0) == of_segment) & ((tier >= 0) == of_tier)
            its, s, k = values[chosen], segment[chosen], tier[chosen]
            if of_segment and of_tier:
                rate[s, k] = its
            elif of_segment:
                rate[s] = its[:, None]
            elif of_tier:
                rate[:, k] = its
            elif len(its):
                rate[:] = its[-1]
    return rate
