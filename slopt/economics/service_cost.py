"""Booked service cost of a segment in an offer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def units_used(
    customers: Numbers,
    orders: Numbers,
    per_customer: Numbers,
    per_order: Numbers,
    per_segment: Numbers,
) -> Numbers:
    """Units of a resource that a segment uses in a period.

    Args:
        customers: N, customers of the segment.
        orders: n, orders per customer and period.
        per_customer, per_order, per_segment: units each; arrays broadcast against N and n.

    Returns:
        N per_customer + N n per_order + per_segment, in units per period.
    """
    return np.asarray(customers * per_customer + customers * orders * per_order + per_segment)


def service_cost(
    customers: Numbers,
    orders: Numbers,
    cost_per_customer: Numbers,
    cost_per_order: Numbers,
    resource_cost: Numbers,
) -> Numbers:
    """Service cost of a whole segment, money per period.

    N cost_per_customer + N n cost_per_order + resource_cost, where resource_cost is the sum over
    resources of units used times unit cost. What the accounts show; no expected loss is in it.
    """
    return np.asarray(
        customers * cost_per_customer + customers * orders * cost_per_order + resource_cost
    )
