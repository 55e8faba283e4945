"""What a unit that a stock room does not have costs: the hidden cost of the customers it fails.

One of the files of economics that know the planning case. A unit short fails 1 / units_per_order of
an order; a failed order of a segment loses and annoys as its row of response says. Of several
failures of one customer only the first makes a dissatisfied one, so that a failed order makes
(1 - q^n) / (n (1 - q)) of them, n orders a customer, q the level at which that is counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.own_rows import OwnRows
from slopt.economics.lifetime_value import customer_value
from slopt.economics.lost_sales import dissatisfied_share
from slopt.economics.response_kinds import answers_to_failures, stock_out_losses
from slopt.vocabulary import LossKind

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class DemandRows:
    """The rows of item_demand, (J,): who asks for what, and what a unit short of it costs, money.

    `item` and `segment` are positions in the case. `orders` are those of a period that ask for the
    item. `booked` is handling and complaints, part of the service cost; the other three are lost
    sales. `dissatisfied` are customers for each failed order, `leaver` and `warned` what one of
    them loses, money.
    """

    item: Places
    segment: Places
    mean: Numbers
    variance: Numbers
    units_per_order: Numbers
    booked: Numbers
    lost_orders: Numbers
    lost_customers: Numbers
    lost_prospects: Numbers
    dissatisfied: Numbers
    leaver: Numbers
    warned: Numbers

    @property
    def orders(self) -> Numbers:
        """Orders of a period that ask for the item."""
        return self.mean / self.units_per_order


def demand_rows(case: PlanningCase) -> DemandRows:
    """The demand for items with what it costs to fail it. Raises InvalidInput (`stock_outs`)."""
    table, segments = case.table("item_demand"), case.table("segments")
    item = table.texts("item").places_in(case.table("items").texts("item"))
    its = table.texts("segment").places_in(case.segments)
    mean, units = table.numbers("mean"), table.numbers("units_per_order")
    spread = table.numbers("spread")
    spread = np.where(np.isnan(spread), mean * table.numbers("variation"), spread)
    answers = answers_to_failures(case)
    orders = segments.numbers("orders_per_customer")
    order_margin = segments.numbers("revenue_per_order") * segments.numbers("margin")
    own = table.numbers("unit_margin") * units
    margin = np.where(np.isnan(own), order_margin[its], own)
    lost = _margin_lost(case, its, margin, answers.share[its, 0])
    response = OwnRows(case)
    value = customer_value(
        orders * order_margin,
        1 - segments.numbers("base_churn"),
        case.settings.case.discount_rate,
        response.lifetime,
    )
    leave = answers.leave[:, 0]
    leaver = np.where(leave > 0, leave * value, 0.0)[its]
    warned = answers.listeners[:, 0].copy()
    for name in ("prospect_share", "deterrence", "prospect_value"):
        warned = warned * response.numbers(name)
    if answers.praise is not None:
        warned = warned + answers.praise[:, 0]
    made = _dissatisfied(orders[its], _reference_level(case, its))
    booked = np.zeros(len(its))
    if answers.complaints is not None:
        rate, each = answers.complaints
        booked += made * (rate * each)[its, 0]
    if answers.handling is not None:
        booked += answers.handling[its, 0]
    return DemandRows(
        item=item,
        segment=its,
        mean=mean,
        variance=spread**2,
        units_per_order=units,
        booked=booked / units,
        lost_orders=lost / units,
        lost_customers=made * leaver / units,
        lost_prospects=made * warned[its] / units,
        dissatisfied=made,
        leaver=leaver,
        warned=warned[its],
    )


def sums_by(place: Places, values: Numbers, count: int) -> Numbers:
    """Sums of values by the place of each, (count,)."""
    return np.asarray(np.bincount(place, weights=values, minlength=count), dtype=np.float64)


def _margin_lost(case: PlanningCase, its: Places, margin: Numbers, share: Numbers) -> Numbers:
    """Margin that a failed order loses, (J,)."""
    lost = share * margin
    out = np.flatnonzero(OwnRows(case).says("kind", LossKind.STOCK_OUT)[its])
    if len(out):
        lost[out] = stock_out_losses(case, its[out], margin[out])[0]
    return lost


def _reference_level(case: PlanningCase, its: Places) -> Numbers:
    """The level at which dissatisfied customers are counted, (J,)."""
    given = case.table("item_demand").numbers("reference_level")
    tiers = case.table("tiers")
    now = case.table("segments").texts("current_tier").places_in(tiers.texts("tier"))
    today = np.append(tiers.numbers("service_level"), 1.0)[now]
    return np.where(np.isnan(given), today[its], given)


def _dissatisfied(orders: Numbers, level: Numbers) -> Numbers:
    """Customers made dissatisfied for each failed order: (1 - q^n) / (n (1 - q)), 1 at q = 1."""
    failed = orders * (1 - level)
    some = failed > 0
    share = dissatisfied_share(orders, level)
    return np.where(some, share / np.where(some, failed, 1.0), 1.0)
