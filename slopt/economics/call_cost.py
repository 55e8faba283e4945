"""What a service line costs and what it loses, booked and hidden apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import Numbers, not_negative, share, within


@dataclass(frozen=True, eq=False)
class CallCost:
    """Money per period. `staffing` is booked, the other two are estimates of lost sales."""

    staffing: Numbers
    lost_orders: Numbers
    lost_customers: Numbers

    @property
    def lost_sales(self) -> Numbers:
        """Both estimates together."""
        return np.asarray(self.lost_orders + self.lost_customers)


def call_cost(
    agents: ArrayLike,
    cost_per_agent: ArrayLike,
    calls: ArrayLike,
    abandonment: ArrayLike,
    sale_probability: ArrayLike,
    margin_per_sale: ArrayLike,
    leave_probability: ArrayLike,
    customer_value: ArrayLike,
) -> CallCost:
    """Agents and what hung-up calls lose: calls P(ab) [P(sale) margin + P(leave | ab) V].

    Args:
        agents: paid, 0 or more. cost_per_agent: money per agent and period, 0 or more.
        calls: per period, 0 or more. abandonment: P(ab), share of calls that hang up.
        sale_probability: share of those calls that would have bought.
        margin_per_sale: money, any sign.
        leave_probability: share of those callers who leave. customer_value: V, money each.
    """
    hung_up = not_negative("calls", calls) * share("abandonment", abandonment)
    lost_sale = share("sale_probability", sale_probability) * within(
        "margin_per_sale", margin_per_sale
    )
    lost_customer = share("leave_probability", leave_probability) * within(
        "customer_value", customer_value
    )
    return CallCost(
        staffing=np.asarray(
            not_negative("agents", agents) * not_negative("cost_per_agent", cost_per_agent)
        ),
        lost_orders=np.asarray(hung_up * lost_sale),
        lost_customers=np.asarray(hung_up * lost_customer),
    )


def contact_cost(contacts: ArrayLike, cost_per_contact: ArrayLike) -> Numbers:
    """Contacts x cost each, money per period; both 0 or more."""
    return np.asarray(
        not_negative("contacts", contacts) * not_negative("cost_per_contact", cost_per_contact)
    )


def funnel(entering: float, shares: Sequence[float]) -> Numbers:
    """How many are left after each stage: entering x share x share ...; shape (stages,)."""
    return np.asarray(not_negative("entering", entering) * np.cumprod(share("shares", shares)))


def relative_difference(computed: ArrayLike, stated: ArrayLike) -> Numbers:
    """(computed - stated) / |stated|: how far a sum of parts is from the total that is told."""
    told = within("stated", stated)
    if np.any(told == 0):
        raise ValueError("stated must not be 0, there is nothing to compare with")
    return np.asarray((within("computed", computed) - told) / np.abs(told))
