"""The offers of a period, by customer: what each costs, loses and uses, and who leaves for it.

A bridge between the planning case and the problem over periods. Whatever economics computes for the
customers of a segment is divided by their number, so what is not in proportion to them (queues,
stocks) is taken as it is at the case's own customers. S segments, K tiers, R resources.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.given_offers import GivenOffers
from slopt.case.own_rows import OwnRows
from slopt.case.usage_rates import UsageRates
from slopt.economics.cost_to_serve import CostToServe, Volumes
from slopt.economics.lifetime_value import customer_value
from slopt.economics.offers import Offers, make_offers
from slopt.errors import InvalidInput, Problem
from slopt.sayings import say
from slopt.vocabulary import LOSSES

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

SLACK = 1e-9
"""Share of the customers by which more may leave than there are: rounding of a quotient."""


@dataclass(frozen=True, eq=False)
class PeriodOffers:
    """Pairs of segment and tier in one period; (S, K), `use` and `fixed_use` (R, S, K).

    cost, lost_*, use: by customer; fixed_*: of the segment, whatever its size. leave, deter: by
    customer, those who leave, and those who do not come because of what they heard. Who they are
    is not in the money of lost_customers and lost_prospects as well.
    """

    service_level: Numbers
    cost: Numbers
    fixed_cost: Numbers
    lost_orders: Numbers
    lost_customers: Numbers
    lost_prospects: Numbers
    lost_unsplit: Numbers
    leave: Numbers
    deter: Numbers
    use: Numbers
    fixed_use: Numbers
    allowed: Flags


def margin_of(case: PlanningCase) -> Numbers:
    """(S,): contribution margin of a customer and period, under perfect service."""
    table = case.table("segments")
    columns = ("orders_per_customer", "revenue_per_order", "margin")
    return np.asarray(np.prod([table.numbers(name) for name in columns], axis=0))


def period_offers(case: PlanningCase, wins: Flags, lift: Numbers | None = None) -> PeriodOffers:
    """The offers of a case that is one period, where every segment has customers.

    `wins` (S,) are the segments whose new customers are known, so that lost prospects are people
    and no money. `lift` (S, K) are points of service level on top. Raises InvalidInput that names
    the pair at fault.
    """
    offers, given = make_offers(case, lift), GivenOffers(case)
    if lift is not None:
        offers = _with_fewer_failures(offers, make_offers(case), given)
    customers = case.table("segments").numbers("customers")[:, None]
    leave = _leave(case, offers, customers)
    deter, warned = _deter(case, given, wins, lift, customers)
    fixed_use = _fixed_use(case, given)
    fixed_cost = _fixed_cost(case, given, fixed_use)
    return PeriodOffers(
        service_level=offers.service_level,
        cost=(offers.service_cost - fixed_cost) / customers,
        fixed_cost=fixed_cost,
        lost_orders=offers.lost_orders / customers,
        lost_customers=np.where(leave > 0, 0.0, offers.lost_customers / customers),
        lost_prospects=np.where(warned, 0.0, offers.lost_prospects / customers),
        lost_unsplit=offers.lost_unsplit / customers,
        leave=leave,
        deter=deter,
        use=(offers.use - fixed_use) / customers,
        fixed_use=fixed_use,
        allowed=offers.allowed,
    )


def _with_fewer_failures(lifted: Offers, before: Offers, given: GivenOffers) -> Offers:
    """Losses that the offers table gives, in proportion to the failures that are left."""
    failing = 1 - before.service_level
    left = np.where(failing > 0, (1 - lifted.service_level) / np.where(failing > 0, failing, 1), 1)
    parts = {}
    for name, column in (*((loss, loss) for loss in LOSSES), ("lost_unsplit", "lost_sales")):
        share = np.where(_said(given, column), left, 1.0)
        parts[name] = getattr(lifted, name) * share
    return replace(lifted, **parts)


def _said(given: GivenOffers, column: str) -> Flags:
    """(S, K): where the offers table has a figure."""
    said = np.zeros(given.shape)
    values = given.column(column)
    if values is not None:
        given.put(np.where(np.isnan(values), np.nan, 1.0), said)
    return said > 0


def _leave(case: PlanningCase, offers: Offers, customers: Numbers) -> Numbers:
    """(S, K): share of the customers who leave, from what those are worth who do.

    0 where a customer is worth nothing: what the case says is lost stays money.
    """
    value = customer_value(
        margin_of(case),
        1 - case.table("segments").numbers("base_churn"),
        case.settings.case.discount_rate,
        OwnRows(case).lifetime,
    )[:, None]
    known = np.broadcast_to(value > 0, offers.lost_customers.shape)
    leave = np.divide(
        offers.lost_customers, customers * value, out=np.zeros(known.shape), where=known
    )
    leave = np.maximum(leave, 0.0)
    over = np.argwhere(leave > 1 + SLACK)
    if len(over):
        raise InvalidInput(
            [_too_many(case, s, k, float(value[s, 0])) for s, k in over[:5].tolist()]
        )
    return np.asarray(np.minimum(leave, 1.0))


def _too_many(case: PlanningCase, segment: int, tier: int, value: float) -> Problem:
    return Problem(
        say(
            'lost_customers of segment "{segment}" in tier "{tier}" is more than all its customers '
            "are worth, {value} each.",
            segment=case.segments[segment],
            tier=case.tiers[tier],
            value=f"{value:,.6g}",
        ),
        say(
            "Over periods a lost customer is a customer less: lower lost_customers, or raise "
            "revenue or margin."
        ),
        table="offers",
        file=case.table("offers").file or None,
        column="lost_customers",
    )


def _deter(
    case: PlanningCase, given: GivenOffers, wins: Flags, lift: Numbers | None, customers: Numbers
) -> tuple[Numbers, Flags]:
    """(prospects whom a customer warns off, where they are counted and not priced), (S, K)."""
    counted = wins[:, None] & ~_said(given, "lost_prospects") & ~_said(given, "lost_sales")
    if not counted.any() or "response" not in case.tables:
        return np.zeros(counted.shape), counted
    response = case.table("response")
    # Where each prospect is worth 1, the money of those lost is their number.
    ones = response.with_columns({"prospect_value": np.ones(len(response))})
    people = make_offers(case.replace(tables={**case.tables, "response": ones}), lift)
    return np.where(counted, people.lost_prospects / customers, 0.0), counted


def _fixed_use(case: PlanningCase, given: GivenOffers) -> Numbers:
    """(R, S, K): units that a segment uses whatever its size."""
    rates, fixed = UsageRates(case), np.zeros((len(case.resources), *given.shape))
    for index, resource in enumerate(case.resources):
        its = rates.of(index)
        if its is not None:
            fixed[index] = its[2]
        column = given.use(resource)
        if column is not None:
            given.zero(column, fixed[index])
    return fixed


def _fixed_cost(case: PlanningCase, given: GivenOffers, fixed_use: Numbers) -> Numbers:
    """(S, K): booked cost of a segment whatever its size."""
    unit_cost = case.table("resources").numbers("unit_cost")
    cost = np.einsum("r,rsk->sk", unit_cost, fixed_use)
    tables = CostToServe(case)
    if tables.is_given:
        nobody = np.zeros((given.shape[0], 1))
        cost = cost + tables.charge(Volumes(nobody, nobody, np.zeros(given.shape)), slice(None))
    values = given.column("service_cost")
    if values is not None:
        given.zero(values, cost)
    return np.asarray(cost)
