"""What it costs to move a segment from one tier to another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.texts import Texts

Numbers = NDArray[np.float64]


def change_costs(case: PlanningCase) -> Numbers:
    """(S, K, K) from, to: money of a change; the most specific row of tier_changes counts.

    Naming the segment counts before naming the tier that is left, and that before the one moved to.
    """
    table, tiers = case.table("tier_changes"), Texts.of(case.tiers)
    segment = table.texts("segment").places_in(case.segments)
    left, taken = (table.texts(name).places_in(tiers) for name in ("from_tier", "to_tier"))
    count = len(case.tiers)
    costs = np.zeros((len(case.segments), count, count))
    customers = case.table("segments").numbers("customers")
    special = 4 * (segment >= 0) + 2 * (left >= 0) + (taken >= 0)
    for row in np.argsort(special, kind="stable").tolist():
        s, a, b = (slice(None) if at[row] < 0 else at[row] for at in (segment, left, taken))
        each = table.numbers("cost_per_customer")[row] * customers[s]
        money = np.asarray(table.numbers("cost")[row] + each)
        costs[s, a, b] = money.reshape(money.shape + (1,) * (costs[s, a, b].ndim - money.ndim))
    costs[:, np.arange(count), np.arange(count)] = 0.0
    return costs
