"""What a call that hangs up loses: a sale, perhaps the customer, and whom that one warns.

One of the files of economics that know the planning case. P(sale) x margin, P(leave) x V, and what
one dissatisfied customer tells prospects, all three as the segment whose customers call has them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.own_rows import OwnRows
from slopt.economics.lifetime_value import customer_value
from slopt.economics.response_kinds import responses

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CallLosses:
    """What a call of each type that hangs up costs, money, (types,); `sale` is its mean sale."""

    lost_orders: Numbers
    lost_customers: Numbers
    lost_prospects: Numbers
    booked: Numbers

    @property
    def sale(self) -> Numbers:
        """P(sale) x margin, lost also where a channel does not sell."""
        return self.lost_orders


def call_losses(case: PlanningCase) -> CallLosses:
    """What a call that hangs up loses, by type of calls."""
    types, segments = case.table("call_types"), case.table("segments")
    its = types.texts("segment").places_in(case.segments)
    margin = segments.numbers("revenue_per_order") * segments.numbers("margin")
    shape = (len(case.segments), 1)
    answers = responses(case, np.ones(shape), None, np.ones(shape, dtype=np.bool_), kinds=())
    response = OwnRows(case)
    own_margin, own_leave = types.numbers("margin_per_sale"), types.numbers("leave_probability")
    leave = np.where(np.isnan(own_leave), answers.leave[its, 0], own_leave)
    with np.errstate(divide="ignore"):
        value = customer_value(
            segments.numbers("orders_per_customer") * margin,
            1 - segments.numbers("base_churn"),
            case.settings.case.discount_rate,
            response.lifetime,
        )[its]
    warned = answers.listeners[:, 0].copy()
    for name in ("prospect_share", "deterrence", "prospect_value"):
        warned = warned * response.numbers(name)
    if answers.praise is not None:
        warned = warned + answers.praise[:, 0]
    booked = np.zeros(len(its))
    if answers.complaints is not None:
        rate, each = answers.complaints
        booked = (rate * each)[its, 0]
    per_sale = np.where(np.isnan(own_margin), margin[its], own_margin)
    return CallLosses(
        lost_orders=types.numbers("sale_probability") * per_sale,
        lost_customers=np.where(leave > 0, leave, 0.0) * np.where(leave > 0, value, 0.0),
        lost_prospects=warned[its],
        booked=booked,
    )
