"""From the tables promises and attainments, and the prices of tiers, to fees and penalties.

One of the files of economics that know the planning case. Arrays are segments x tiers (S, K).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.choosers import outside_tier
from slopt.case.given_offers import GivenOffers
from slopt.case.pair_rows import PairRows
from slopt.case.reviews import reviews_of_pairs
from slopt.case.texts import Texts
from slopt.economics.promises.review import (
    Shortfall,
    capped_at,
    chance_in_period,
    expected_penalty,
    measured_shortfall,
    shortfall,
)

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PromiseFigures:
    """What contracts and prices add to every offer, (S, K); money per period, whole segment.

    `fees` lower the service cost and `penalties` (expected) raise it. `promised` is the share
    promised and `breach` the chance that one review finds it broken, both NaN where nothing is;
    `reviews` are those of all contracts, and `measured` how many of the past the chance was counted
    in, 0 where it is computed. `at_risk` (R, S, K) is the value at breach by its resource.
    """

    fees: Numbers
    penalties: Numbers
    promised: Numbers
    breach: Numbers
    reviews: Numbers
    measured: NDArray[np.int64]
    at_risk: Numbers

    @property
    def cost(self) -> Numbers:
        """What is booked: penalties less fees."""
        return self.penalties - self.fees


def has_promises(case: PlanningCase) -> bool:
    """True where tiers have prices, or contracts promise something or charge for it."""
    return "promises" in case.tables or bool(np.any(case.table("tiers").numbers("price") > 0))


def paid_by_customer(case: PlanningCase) -> Numbers:
    """(S, K): what one customer pays for a tier in a period, prices and fees together.

    Who takes none pays nothing.
    """
    shape = (len(case.segments), len(case.tiers))
    paid = np.broadcast_to(case.table("tiers").numbers("price"), shape).copy()
    outside = outside_tier(case)
    if "promises" in case.tables:
        pairs = PairRows(case, "promises")
        orders = case.table("segments").numbers("orders_per_customer")[pairs.segment]
        fee = pairs.numbers("fee_per_customer", 0.0) + pairs.numbers("fee_per_order", 0.0) * orders
        paid[pairs.segment, pairs.tier] += fee
    if outside is not None:
        paid[:, outside] = 0.0
    return paid


def promise_figures(case: PlanningCase, level: Numbers) -> PromiseFigures | None:
    """Fees, expected penalties and chances of breach at the levels (S, K) of the offers.

    None where the case has none of them. A pair whose service cost the offers table gives has no
    fees and penalties, which that figure has in it.
    """
    if not has_promises(case):
        return None
    shape = level.shape
    customers = case.table("segments").numbers("customers")[:, None]
    figures = PromiseFigures(
        fees=customers * paid_by_customer(case),
        penalties=np.zeros(shape),
        promised=np.full(shape, np.nan),
        breach=np.full(shape, np.nan),
        reviews=np.zeros(shape),
        measured=np.zeros(shape, dtype=np.int64),
        at_risk=np.zeros((len(case.resources), *shape)),
    )
    if "promises" in case.tables:
        _promised(case, level, figures)
    given = GivenOffers(case)
    column = given.column("service_cost")
    if column is not None:
        given.zero(column, figures.fees)
        given.zero(column, figures.penalties)
    return figures


def _promised(case: PlanningCase, level: Numbers, into: PromiseFigures) -> None:
    """Write what follows for the pairs that promise something."""
    pairs = PairRows(case, "promises")
    promised = pairs.numbers("promised_share")
    outside = outside_tier(case)
    its = np.flatnonzero(~np.isnan(promised) & (pairs.tier != (-1 if outside is None else outside)))
    place = pairs.segment[its], pairs.tier[its]
    contracts, reviews = (pairs.numbers(name, 1.0)[its] for name in ("contracts", "reviews"))
    chance, penalty = _reviewed(case, pairs, its, np.clip(level[place], 0, 1), into.measured)
    into.promised[place] = promised[its]
    into.penalties[place] = contracts * reviews * penalty
    into.breach[place] = chance
    into.reviews[place] = contracts * reviews
    value = pairs.numbers("value_at_risk", 0.0)[its] * contracts
    resource = pairs.places("risk_resource", Texts.of(case.resources))[its]
    named = resource >= 0
    s, k = place[0][named], place[1][named]
    into.at_risk[resource[named], s, k] = (value * chance_in_period(chance, reviews))[named]


def _reviewed(
    case: PlanningCase, pairs: PairRows, its: Places, level: Numbers, measured: Places
) -> tuple[Numbers, Numbers]:
    """Of some of the pairs: the chance that one review is broken, and what one costs on average.

    Writes into `measured` (S, K) in how many reviews of the past that was counted.
    """
    promised, rho = pairs.numbers("promised_share")[its], pairs.numbers("correlation", 0.0)[its]
    fixed = pairs.numbers("penalty_per_breach", 0.0)[its]
    rate = pairs.numbers("penalty_per_point", 0.0)[its]
    most = pairs.numbers("most_penalty")[its]
    below = np.zeros(len(its))
    capped = ~np.isnan(most)
    below[capped] = capped_at(promised[capped], fixed[capped], rate[capped], most[capped])
    counted = counted_orders(case, pairs)[its]
    found = shortfall(counted, level, promised, rho)
    chance, missing = found.chance.copy(), found.missing.copy()
    spared = shortfall(counted, level, below, rho).missing.copy()
    segment, tier = pairs.segment[its], pairs.tier[its]
    for index, past in reviews_of_pairs(case, segment, tier).items():
        of_past = measured_shortfall(past.served, past.orders, promised[index])
        chance[index], missing[index] = of_past.chance, of_past.missing
        spared[index] = measured_shortfall(past.served, past.orders, below[index]).missing
        measured[segment[index], tier[index]] = len(past.orders)
    penalty = expected_penalty(Shortfall(chance, missing), fixed, rate, spared)
    # Without orders there is nothing to review.
    return np.where(counted > 0, chance, 0.0), np.where(counted > 0, penalty, 0.0)


def counted_orders(case: PlanningCase, pairs: PairRows) -> Numbers:
    """Whole orders that one review of one contract counts, (P,); 0 where there are no orders.

    From the segment's orders they are rounded to the nearest whole number, halves up, 1 at least.
    """
    table = case.table("segments")
    orders = (table.numbers("customers") * table.numbers("orders_per_customer"))[pairs.segment]
    shared = pairs.numbers("contracts", 1.0) * pairs.numbers("reviews", 1.0)
    each = np.floor(orders / np.maximum(shared, 1.0) + 0.5)
    given = pairs.numbers("counted")
    counted = np.where(np.isnan(given), np.maximum(each, 1.0), given)
    return np.where((orders > 0) & (shared > 0), counted, 0.0)
