"""What customers lose a business who take none of its tiers.

One of the files of economics that know the planning case.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.choosers import choosers, leaving_outside, outside_tier
from slopt.case.own_rows import OwnRows
from slopt.economics.lifetime_value import customer_value

Numbers = NDArray[np.float64]


def not_offered_outside(case: PlanningCase, allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pairs that are offered: who does not choose cannot be left outside."""
    outside = outside_tier(case)
    if outside is not None:
        allowed[~choosers(case), outside] = False
    return allowed


def lost_outside(case: PlanningCase) -> dict[str, Numbers]:
    """The three kinds of lost sales outside, (S,) each; money per period, whole segment.

    Of the customers who stop buying the margin of this period's orders is lost, and the value of
    a customer as wherever one leaves. They had no failure, so that they warn nobody.
    """
    segments, response = case.table("segments"), OwnRows(case)
    customers = segments.numbers("customers")
    per_order = segments.numbers("revenue_per_order") * segments.numbers("margin")
    margin = segments.numbers("orders_per_customer") * per_order
    gone = customers * leaving_outside(case)
    value = customer_value(
        margin,
        1 - segments.numbers("base_churn"),
        case.settings.case.discount_rate,
        response.lifetime,
    )
    return {
        "lost_orders": gone * margin,
        "lost_customers": gone * np.where(gone > 0, value, 0.0),
        "lost_prospects": np.zeros(len(customers)),
    }
