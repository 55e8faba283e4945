"""Who earns and who costs: the accounts of all segments for one choice of tiers.

Booked money and estimates stay apart: hidden lines and expected lost sales are in no contribution.
S segments; money per period for the whole segment unless said otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.own_rows import OwnRows
from slopt.economics.activity_costing import allocate_by_driver
from slopt.economics.cost_to_serve import CostToServe, Volumes
from slopt.economics.profitability import (
    SegmentResults,
    WaysToPay,
    WhaleCurve,
    ways_to_pay,
    whale_curve_of_groups,
)
from slopt.economics.service_cost import service_cost
from slopt.errors import Problem
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import Evaluation, evaluate
from slopt.study.cost_ledger import Ledger, ledger_of, overused_pools
from slopt.study.customer_value import CustomerValue, customer_value
from slopt.vocabulary import Stage

Numbers = NDArray[np.float64]

ROUNDING = 1e-9
"""A difference below this share of the cost is the rounding of its parts."""


@dataclass(frozen=True, eq=False)
class CostParts:
    """What the service cost of each segment is made of, (S,); the parts add up to it.

    `other` is what the case gives in place of them (offers), or computes besides them (queues,
    stocks).
    """

    tier_rates: Numbers
    resources: Numbers
    direct_lines: Numbers
    pools: Numbers
    other: Numbers


@dataclass(frozen=True, eq=False)
class BetterTier:
    """Of each segment that loses money, (S,): the tier in which it would earn most, booked only.

    `tier` is -1 and the rest NaN for segments that earn. `lost_sales` is by how much the expected
    lost sales would change.
    """

    tier: NDArray[np.int64]
    contribution: Numbers
    lost_sales: Numbers


@dataclass(frozen=True, eq=False)
class CustomerAccounts:
    """The accounts of all segments with the tiers of `choice`."""

    case: PlanningCase
    problem: ChoiceProblem
    choice: Choice
    evaluation: Evaluation
    customers: Numbers
    new_customers: Numbers
    orders: Numbers
    results: SegmentResults
    parts: CostParts
    stages: dict[Stage, Numbers]
    ledger: Ledger
    lost_sales: Numbers
    value: CustomerValue
    better: BetterTier

    @property
    def losers(self) -> NDArray[np.intp]:
        """Segments that cost more than they bring, the largest loss first."""
        contribution = self.results.contribution
        order = np.argsort(contribution, kind="stable")
        return order[: int(np.count_nonzero(contribution < 0))]

    @cached_property
    def ways(self) -> WaysToPay:
        """What would lift each segment to a contribution of 0."""
        return ways_to_pay(self.results)

    @cached_property
    def whale(self) -> WhaleCurve | None:
        """Contribution over customers; None where there is none in sum."""
        return _curve(self.results.contribution, self.customers)

    @cached_property
    def revenue_curve(self) -> WhaleCurve | None:
        """Revenue over customers; None where there is none."""
        return _curve(self.results.revenue, self.customers)

    @property
    def allocated_by_orders(self) -> Numbers | None:
        """Cost to serve if pools were spread by orders, unused capacity and all, (S,).

        None where nobody orders.
        """
        if not self.orders.any():
            return None
        cost = self.ledger.charge.pool_cost
        orders = np.broadcast_to(self.orders, (len(cost), len(self.orders)))
        return np.asarray(self.charged_directly + allocate_by_driver(cost, orders).sum(axis=0))

    @property
    def charged_directly(self) -> Numbers:
        """Cost to serve without any pool, (S,)."""
        return self.results.cost_to_serve - self.parts.pools

    @property
    def result(self) -> float:
        """All contributions, less what is booked but charged to no segment."""
        return math.fsum((*self.results.contribution, *(-v for v in self.unassigned.values())))

    @property
    def unassigned(self) -> dict[str, float]:
        """Booked money that no segment is charged, by reason."""
        return {
            "open_tiers": self.evaluation.open_cost,
            "extra_units": self.evaluation.extra_cost,
            "unused_capacity": self.ledger.unused,
            "charged_to_nobody": self.ledger.to_nobody,
        }


def _curve(money: Numbers, customers: Numbers) -> WhaleCurve | None:
    if not (money.sum() > 0 and customers.any()):
        return None
    return whale_curve_of_groups(money, customers)


def pool_warnings(case: PlanningCase, problem: ChoiceProblem) -> list[Problem]:
    """Warnings of pools that today's tiers use beyond their capacity; none where some have none."""
    if np.any(problem.current < 0):
        return []
    return pool_overuse(case, problem, problem.current)


def pool_overuse(case: PlanningCase, problem: ChoiceProblem, choice: Choice) -> list[Problem]:
    """Warnings of pools that the tiers of a choice use beyond their capacity."""
    if "activities" not in case.tables or problem.generated is not None:
        return []
    return overused_pools(case, ledger_of(CostToServe(case), volumes_of(case, problem, choice)))


def volumes_of(case: PlanningCase, problem: ChoiceProblem, choice: Choice) -> Volumes:
    """What the segments ask for in the tiers of a choice."""
    segments = case.table("segments")
    count, each = (segments.numbers(name) for name in ("customers", "orders_per_customer"))
    return Volumes.of(count, each, problem.service_level, choice)


def customer_accounts(
    case: PlanningCase, problem: ChoiceProblem, choice: Choice
) -> CustomerAccounts:
    """The accounts of a case with these tiers. Raises InvalidInput where times are below 0."""
    segments = case.table("segments")
    count = segments.numbers("customers")
    each = segments.numbers("orders_per_customer")
    ledger = ledger_of(CostToServe(case), volumes_of(case, problem, choice))
    place = np.arange(len(choice))
    cost = problem.service_cost[place, choice]
    parts = _parts(case, problem, choice, ledger, cost)
    stages = {its: ledger.direct[its] + ledger.pooled[its] for its in Stage}
    stages[Stage.SERVE] = cost - _total(
        [money for its, money in stages.items() if its is not Stage.SERVE], len(cost)
    )
    growth = OwnRows(case, "growth")
    won = growth.numbers("new_customers", np.nan)
    won = np.where(np.isnan(won), segments.numbers("base_churn"), won) * count
    margin = segments.numbers("margin")
    direct = count * each * segments.numbers("revenue_per_order")
    referred = count * growth.numbers("referral_revenue")
    results = SegmentResults(direct, referred, (direct + referred) * (1 - margin), cost)
    return CustomerAccounts(
        case=case,
        problem=problem,
        choice=choice,
        evaluation=evaluate(problem, choice),
        customers=count,
        new_customers=won,
        orders=count * each,
        results=results,
        parts=parts,
        stages=stages,
        ledger=ledger,
        lost_sales=problem.lost_sales[place, choice],
        value=customer_value(case, results.contribution, stages, count, won),
        better=_better(problem, choice, results),
    )


def _total(columns: Iterable[Numbers], length: int) -> Numbers:
    """The sum of columns; zeros where there is none."""
    total = np.zeros(length)
    for column in columns:
        total = total + column
    return total


def _parts(
    case: PlanningCase, problem: ChoiceProblem, choice: Choice, ledger: Ledger, cost: Numbers
) -> CostParts:
    segments, tiers = case.table("segments"), case.table("tiers")
    place = np.arange(len(choice))
    rates = service_cost(
        segments.numbers("customers"),
        segments.numbers("orders_per_customer"),
        tiers.numbers("cost_per_customer")[choice],
        tiers.numbers("cost_per_order")[choice],
        np.zeros(len(choice)),
    )
    unit_cost = case.table("resources").numbers("unit_cost")
    resources = _total(
        [price * problem.use[r, place, choice] for r, price in enumerate(unit_cost.tolist())],
        len(choice),
    )
    lines = _total(list(ledger.direct.values()), len(choice))
    pools = ledger.charge.by_segment
    known = rates + resources + lines + pools
    other = cost - known
    other[np.abs(other) <= ROUNDING * np.maximum(np.abs(cost), known)] = 0.0
    return CostParts(rates, resources, lines, pools, other)


def _better(problem: ChoiceProblem, choice: Choice, results: SegmentResults) -> BetterTier:
    """For losers alone, since others have no need of another tier."""
    count = len(choice)
    tier = np.full(count, -1, dtype=np.int64)
    contribution, lost = np.full(count, np.nan), np.full(count, np.nan)
    losers = np.flatnonzero((results.contribution < 0) & problem.admissible.any(axis=1))
    earned = results.gross_margin[losers][:, None] - problem.service_cost[losers]
    earned = np.where(problem.admissible[losers], earned, -np.inf)
    best = earned.argmax(axis=1)
    tier[losers] = best
    contribution[losers] = earned[np.arange(len(losers)), best]
    lost[losers] = problem.lost_sales[losers, best] - problem.lost_sales[losers, choice[losers]]
    return BetterTier(tier, contribution, lost)
