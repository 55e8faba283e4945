"""A planning case -> its offers: what every tier would cost, lose and use in every segment.

With the bridges that it calls, the part of economics that knows the planning case. Arrays are
segments x tiers (S, K), in the case's order; `use` is resources x segments x tiers (R, S, K).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.choosers import outside_tier
from slopt.case.columns import LARGEST
from slopt.case.given_offers import GivenOffers
from slopt.case.own_rows import OwnRows
from slopt.case.served import has_level
from slopt.case.usage_rates import UsageRates
from slopt.economics.cost_to_serve import CostToServe, Volumes
from slopt.economics.lifetime_value import customer_value
from slopt.economics.lost_sales import (
    dissatisfied_share,
    failed_orders,
    lost_customers,
    lost_orders,
    lost_prospects,
)
from slopt.economics.outside_option import lost_outside, not_offered_outside
from slopt.economics.promises.figures import PromiseFigures, promise_figures
from slopt.economics.response_kinds import Responses, booked_by_failures, responses
from slopt.economics.service_cost import service_cost, units_used
from slopt.economics.tier_physics import TierPhysics, tier_physics
from slopt.errors import InvalidInput, Problem
from slopt.sayings import say
from slopt.vocabulary import LOSSES

Numbers = NDArray[np.float64]

BLOCK = 1 << 13
"""Segments that are computed at a time, so that what is in between stays in the cache."""
PROSPECTS = ("prospect_share", "deterrence", "prospect_value")
"""The columns of response that say what becomes of the listeners of a dissatisfied customer."""


@dataclass(frozen=True, eq=False)
class Offers:
    """Every (segment, tier) pair in numbers; money per period for the whole segment.

    `lost_unsplit` is what a case gives as one `lost_sales`; the three kinds are 0 there.
    `messages` (P, S, K) are those to each pool of prospects, whose loss is in none of the figures.
    `allowed` is false for pairs that the offers table forbids. Figures that are the same for all
    segments may be held once and broadcast; what the table gives whole is not copied.
    """

    service_level: Numbers
    service_cost: Numbers
    lost_orders: Numbers
    lost_customers: Numbers
    lost_prospects: Numbers
    lost_unsplit: Numbers
    use: Numbers
    allowed: NDArray[np.bool_]
    messages: Numbers

    @property
    def lost_sales(self) -> Numbers:
        """The sum of the three kinds."""
        return self.lost_orders + self.lost_customers + self.lost_prospects + self.lost_unsplit


def make_offers(case: PlanningCase, lift: Numbers | None = None) -> Offers:
    """The default economics of a case, overridden by its offers table.

    `lift` (S, K) are points of service level on top of what the case says, at most up to 1: losses
    and what failures cost follow, figures that the offers table gives stay as they are. Raises
    InvalidInput that names segment and tier where a number comes out beyond use.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        offers = _compute(case, lift)
    _require_sane(case, offers)
    return offers


def _compute(case: PlanningCase, lift: Numbers | None) -> Offers:
    given = GivenOffers(case)
    physics = tier_physics(case)
    level = _service_level(case, given, physics)
    if lift is not None:
        level = np.minimum(level + lift, 1.0)
    promised = promise_figures(case, level)
    use = _use(case, given, promised)
    allowed = not_offered_outside(case, given.allowed())
    leveled = has_level(case)
    if leveled.any():
        allowed = allowed & ~leveled[:, None]
    answers = responses(case, level, None if physics is None else physics.hung_up, allowed)
    unsplit = given.column("lost_sales")
    return Offers(
        service_level=level,
        service_cost=_service_cost(case, given, use, level, answers, physics, promised),
        lost_unsplit=_overridden(given, unsplit, _same(0.0, given.shape)),
        use=use,
        allowed=allowed,
        messages=_messages(case, given, answers),
        **_kinds(case, given, answers, unsplit),
    )


def _kinds(
    case: PlanningCase, given: GivenOffers, answers: Responses, unsplit: Numbers | None
) -> dict[str, Numbers]:
    """The three kinds of lost sales by name; all are 0 where they are not known apart."""
    if given.whole(unsplit) is not None:
        return {name: _same(0.0, given.shape) for name in LOSSES}
    kinds = {
        name: _overridden(given, given.column(name), part)
        for name, part in _with_outside(case, _losses(case, given.shape, answers)).items()
    }
    if unsplit is not None:
        for name, part in kinds.items():
            kinds[name] = part = part if part.flags.writeable else part.copy()
            given.zero(unsplit, part)
    return kinds


def _blocks(count: int) -> Iterator[slice]:
    return (slice(begin, begin + BLOCK) for begin in range(0, count, BLOCK))


def _same(value: float | Numbers, shape: tuple[int, ...]) -> Numbers:
    """The same figures for all segments, held once."""
    return np.broadcast_to(np.asarray(value, dtype=np.float64), shape)


def _overridden(given: GivenOffers, column: Numbers | None, computed: Numbers) -> Numbers:
    """(S, K): what the column says, else what was computed."""
    if column is None:
        return computed
    whole = given.whole(column)
    if whole is not None:
        return whole
    into = computed if computed.flags.writeable else computed.copy()
    given.put(column, into)
    return into


def _service_level(case: PlanningCase, given: GivenOffers, physics: TierPhysics | None) -> Numbers:
    of_tiers = _same(case.table("tiers").numbers("service_level"), given.shape)
    if physics is not None:
        of_tiers = np.where(np.isnan(physics.level), of_tiers, physics.level)
    return _overridden(given, given.column("service_level"), of_tiers)


def _size(case: PlanningCase) -> tuple[Numbers, Numbers]:
    """(customers, orders per customer), each (S, 1)."""
    table = case.table("segments")
    return table.numbers("customers")[:, None], table.numbers("orders_per_customer")[:, None]


def _use(case: PlanningCase, given: GivenOffers, promised: PromiseFigures | None) -> Numbers:
    """Units used, (R, S, K): the offers' own columns, else the most specific usage row and what
    contracts put at risk; none by who takes no tier.
    """
    outside = outside_tier(case)
    customers, orders = _size(case)
    rates = UsageRates(case)
    use = np.zeros((len(case.resources), *given.shape))
    for index, resource in enumerate(case.resources):
        column, its = given.use(resource), rates.of(index)
        if its is not None and given.whole(column) is None:
            for block in _blocks(given.shape[0]):
                per = (rate if len(rate) == 1 else rate[block] for rate in its)
                use[index, block] = units_used(customers[block], orders[block], *per)
        if promised is not None:
            use[index] += promised.at_risk[index]
        if outside is not None:
            use[index][:, outside] = 0.0
        given.put(column, use[index])
    return use


def _service_cost(
    case: PlanningCase,
    given: GivenOffers,
    use: Numbers,
    level: Numbers,
    answers: Responses,
    physics: TierPhysics | None,
    promised: PromiseFigures | None,
) -> Numbers:
    column = given.column("service_cost")
    whole = given.whole(column)
    if whole is not None:
        return whole
    customers, orders = _size(case)
    tiers = case.table("tiers")
    per_customer, per_order = tiers.numbers("cost_per_customer"), tiers.numbers("cost_per_order")
    unit_cost = case.table("resources").numbers("unit_cost")
    cost = np.empty(given.shape)
    for block in _blocks(given.shape[0]):
        of_resources = np.einsum("r,rst->st", unit_cost, use[:, block])
        cost[block] = service_cost(
            customers[block], orders[block], per_customer, per_order, of_resources
        )
        cost[block] += booked_by_failures(answers, block, customers[block], orders[block])
        if physics is not None:
            cost[block] += physics.cost[block]
    if promised is not None:
        cost += promised.cost
    _add_cost_tables(case, level, cost)
    outside = outside_tier(case)
    if outside is not None:
        cost[:, outside] = 0.0
    given.put(column, cost)
    return cost


def _add_cost_tables(case: PlanningCase, level: Numbers, cost: Numbers) -> None:
    """Add what booked cost lines and pools charge, where the case has such tables."""
    tables = CostToServe(case)
    if not tables.is_given:
        return
    customers, orders = _size(case)
    volumes = Volumes.of(customers[:, 0], orders[:, 0], level)
    tables.require_time(volumes)
    for block in _blocks(len(cost)):
        cost[block] += tables.charge(volumes.part(block), block)


def _losses(case: PlanningCase, shape: tuple[int, int], answers: Responses) -> dict[str, Numbers]:
    """The three kinds, (S, K), by name; one that nobody can suffer is one 0 for all."""
    segments, response = case.table("segments"), OwnRows(case)
    customers, orders = _size(case)
    per_order = (segments.numbers("revenue_per_order") * segments.numbers("margin"))[:, None]
    share, leave = answers.share, answers.leave
    reach = [answers.listeners, *(response.numbers(name)[:, None] for name in PROSPECTS)]
    value = customer_value(
        orders * per_order,
        1 - segments.numbers("base_churn")[:, None],
        case.settings.case.discount_rate,
        response.lifetime[:, None],
    )
    value = np.where(leave > 0, value, 0.0)
    warned = all(factor.any() for factor in reach)
    loses = {
        "lost_orders": share.any() or bool(answers.by_curve),
        "lost_customers": leave.any(),
        "lost_prospects": warned or answers.praise is not None,
    }
    losses = {name: np.empty(shape) if some else _same(0.0, shape) for name, some in loses.items()}
    for block in _blocks(shape[0]):
        count, served, orders_here = customers[block], answers.served[block], orders[block]
        if loses["lost_orders"]:
            failures = failed_orders(orders_here, served)
            losses["lost_orders"][block] = lost_orders(
                count, failures, share[block], answers.margin[block]
            )
        if not (loses["lost_customers"] or loses["lost_prospects"]):
            continue
        dissatisfied = dissatisfied_share(orders_here, served)
        if loses["lost_customers"]:
            losses["lost_customers"][block] = lost_customers(
                count, dissatisfied, leave[block], value[block]
            )
        if loses["lost_prospects"]:
            losses["lost_prospects"][block] = lost_prospects(
                count, dissatisfied, *(factor[block] for factor in reach)
            )
            if answers.praise is not None:
                losses["lost_prospects"][block] += count * dissatisfied * answers.praise[block]
    for its, lost in answers.by_curve:
        losses["lost_orders"][its] = customers[its] * orders[its] * lost
    return losses


def _with_outside(case: PlanningCase, losses: dict[str, Numbers]) -> dict[str, Numbers]:
    """The kinds where one tier stands for taking none: there customers leave, none is failed."""
    outside = outside_tier(case)
    if outside is None:
        return losses
    lost = lost_outside(case)
    losses = {name: part.copy() for name, part in losses.items()}
    for name, part in losses.items():
        part[:, outside] = lost[name]
    return losses


def _messages(case: PlanningCase, given: GivenOffers, answers: Responses) -> Numbers:
    """Prospects told by each offer, (P, S, K), counting repeats; none where losses are given."""
    pools = len(case.table("prospect_pools"))
    if answers.messages is None:
        return np.zeros((pools, *given.shape))
    customers, orders = _size(case)
    told = customers * dissatisfied_share(orders, answers.served) * answers.messages
    outside = outside_tier(case)
    if outside is not None:
        told[:, outside] = 0.0
    for column in ("lost_prospects", "lost_sales"):
        values = given.column(column)
        if values is not None:
            given.zero(values, told)
    return np.where(answers.pool[:, None] == np.arange(pools)[:, None, None], told, 0.0)


def _require_sane(case: PlanningCase, offers: Offers) -> None:
    """Every figure finite and within what a float can hold to the cent."""
    problems = []
    for entry in fields(offers):
        values = getattr(offers, entry.name)
        if values.size == 0 or (values.min() >= -LARGEST and values.max() <= LARGEST):
            continue
        for *_, segment, tier in np.argwhere(~(np.abs(values) <= LARGEST))[:5]:
            problems.append(
                Problem(
                    say(
                        '{entry} of segment "{segment}" in tier "{tier}" comes out beyond '
                        "{largest}.",
                        entry=entry.name,
                        segment=case.segments[segment],
                        tier=case.tiers[tier],
                        largest=f"{LARGEST:g}",
                    ),
                    say(
                        "Check customers, orders, revenue and use, or take a larger unit of money."
                    ),
                    table="segments",
                    row=case.table("segments").rows[segment],
                )
            )
    if problems:
        raise InvalidInput(problems)
