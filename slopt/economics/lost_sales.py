"""Expected lost sales: orders lost today, customers who leave, prospects whom they warn off.

All three are management estimates and are never added to booked cost. N is the number of customers
of a segment, n their orders per period, q the service level of the offer (share of orders served
as promised).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def failed_orders(orders: Numbers, service_level: Numbers) -> Numbers:
    """f = n (1 - q): expected failed orders per customer and period."""
    return np.asarray(orders * (1 - service_level))


def dissatisfied_share(orders: Numbers, service_level: Numbers) -> Numbers:
    """u = 1 - q^n: share of customers with at least one failed order in the period.

    With q = 0.9 and n = 2 it is 0.19. Orders fail independently of each other.
    """
    return np.asarray(1 - np.power(service_level, orders))


def lost_orders(
    customers: Numbers, failures: Numbers, lost_order_share: Numbers, margin_per_order: Numbers
) -> Numbers:
    """N f lost_order_share R g: margin of the failed orders that are not placed again."""
    return np.asarray(customers * failures * lost_order_share * margin_per_order)


def lost_customers(
    customers: Numbers, dissatisfied: Numbers, leave_probability: Numbers, value: Numbers
) -> Numbers:
    """N u leave_probability V: value of the customers who leave after a failure."""
    return np.asarray(customers * dissatisfied * leave_probability * value)


def lost_prospects(
    customers: Numbers,
    dissatisfied: Numbers,
    listeners: Numbers,
    prospect_share: Numbers,
    deterrence: Numbers,
    prospect_value: Numbers,
) -> Numbers:
    """N u listeners prospect_share deterrence prospect_value: sales warned off by word of mouth.

    Linear, so it counts every listener as a new one; it is the small-load limit of a finite pool
    of prospects and an upper bound on it.
    """
    reach = listeners * prospect_share * deterrence
    return np.asarray(customers * dissatisfied * reach * prospect_value)
