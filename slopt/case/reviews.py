"""Reviews that are over, table `attainments`, by pair of segment and tier."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.schema import ANY
from slopt.case.texts import Texts

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Reviews:
    """Reviews of one pair, (n,): orders served as promised, orders counted, rows of the table."""

    rows: Places
    served: Numbers
    orders: Numbers


def reviews_of_pairs(case: PlanningCase, segment: Places, tier: Places) -> dict[int, Reviews]:
    """The reviews of those of some pairs that have any, by position among the pairs.

    A segment's own reviews of a tier replace those of `*`.
    """
    if "attainments" not in case.tables:
        return {}
    table = case.table("attainments")
    whose = table.texts("segment")
    its_segment = np.where(whose.is_in([ANY]), -1, whose.places_in(case.segments))
    its_tier = table.texts("tier").places_in(Texts.of(case.tiers))
    served, orders = table.numbers("served"), table.numbers("orders")
    rows: dict[tuple[int, int], list[int]] = {}
    for row, pair in enumerate(zip(its_segment.tolist(), its_tier.tolist(), strict=True)):
        rows.setdefault(pair, []).append(row)
    found = {}
    for index, (s, k) in enumerate(zip(segment.tolist(), tier.tolist(), strict=True)):
        own = rows.get((s, k)) or rows.get((-1, k))
        if own:
            found[index] = Reviews(np.array(own), served[own], orders[own])
    return found
