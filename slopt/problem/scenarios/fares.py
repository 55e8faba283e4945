"""How a choice fares in every future at once, without a solver.

The same definitions as `problem/evaluate.py`, which judges one future; here sums are over segments
for all futures together. W futures, R resources; money per period.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import EDGE, Choice
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.vocabulary import Goal, RuleKind

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LimitFare:
    """One limit in every future: (W,) each. `at_least` is true for floors; `extra` may be bought.

    A `penalty` that is None stands for a firm limit.
    """

    name: str
    used: Numbers
    limit: Numbers
    at_least: bool = False
    extra: Numbers | float = 0.0
    penalty: float | None = None

    @cached_property
    def breach(self) -> Numbers:
        """(W,): units beyond the limit, 0 where it holds within rounding; NaN limits hold."""
        beyond = self.limit - self.used if self.at_least else self.used - self.limit - self.extra
        room = EDGE * np.maximum(1.0, np.maximum(np.abs(self.limit), np.abs(self.used)))
        return np.where(beyond > room, beyond, 0.0)


@dataclass(frozen=True, eq=False)
class Fares:
    """A choice in W futures: (W,) each, but used, extra and late (W, R), reserve (R,).

    `extra` are units beyond capacity, `late` those of them that were not reserved. `extra_cost`
    holds what was reserved and what was bought late. `value` is the goal's, without penalties, in
    the unit of the goal.
    """

    probability: Numbers
    value: Numbers
    service_cost: Numbers
    open_cost: Numbers
    extra_cost: Numbers
    lost_orders: Numbers
    lost_customers: Numbers
    lost_prospects: Numbers
    lost_unsplit: Numbers
    service_level: Numbers
    used: Numbers
    extra: Numbers
    late: Numbers
    reserve: Numbers
    limits: tuple[LimitFare, ...]

    @property
    def lost_sales(self) -> Numbers:
        """(W,): the sum of the kinds."""
        return self.lost_orders + self.lost_customers + self.lost_prospects + self.lost_unsplit

    @property
    def total_cost(self) -> Numbers:
        """(W,): service cost and lost sales."""
        return self.service_cost + self.lost_sales

    @property
    def chances(self) -> dict[str, float]:
        """By limit: the probability that it is broken."""
        return {one.name: float(self.probability @ (one.breach > 0)) for one in self.limits}


def fares(problem: ScenarioProblem, choice: Choice, reserve: Numbers | None = None) -> Fares:
    """How a choice (S,) fares; `reserve` (R,) are extra units secured beforehand, none if blank."""
    base, row = problem.base, np.arange(len(choice))
    resources = base.size[2]
    reserve = np.zeros(resources) if reserve is None else np.asarray(reserve, dtype=np.float64)

    def total(values: Numbers) -> Numbers:
        return by_future(values[:, row, choice].sum(axis=1), problem.count)

    kinds = {name: total(getattr(problem, name)) for name in ("lost_orders", "lost_customers")}
    told = [
        sum(pool.loss(pool.told(choice)) for pool in problem.pools[w % len(problem.pools)])
        for w in range(len(problem.pools))
    ]
    kinds["lost_prospects"] = total(problem.lost_prospects) + np.array(told)
    kinds["lost_unsplit"] = total(problem.lost_unsplit)
    opened = np.isin(np.arange(len(base.tiers)), choice) & base.on_menu
    open_cost = by_future(problem.open_cost[:, opened].sum(axis=1), problem.count)
    used = problem.use[:, :, row, choice].sum(axis=2)
    used = np.broadcast_to(used, (problem.count, resources))
    extra = np.maximum(used - problem.capacity, 0.0)
    late = np.maximum(extra - reserve, 0.0)
    reserved = float(np.nansum(np.where(reserve > 0, problem.reserve_cost * reserve, 0.0)))
    extra_cost = (late * problem.extra_premium).sum(axis=1) + reserved
    service_cost = total(problem.service_cost) + open_cost + extra_cost
    lost_sales = sum(kinds.values(), np.zeros(problem.count))
    level = _mean_level(problem, choice, np.arange(problem.base.segment_count))
    value = {
        Goal.MIN_TOTAL_COST: service_cost + lost_sales,
        Goal.MIN_LOST_SALES: lost_sales,
        Goal.MIN_BUDGET: service_cost,
        Goal.MAX_SERVICE: level,
    }[base.goal]
    totals = {"budget": service_cost, "min_service_level": level, "max_lost_sales": lost_sales}
    limits = (*limit_fares(problem, totals, used), *_rules(problem, choice))
    return Fares(
        probability=problem.probability,
        value=value,
        service_cost=service_cost,
        open_cost=open_cost,
        extra_cost=extra_cost,
        service_level=level,
        used=used,
        extra=extra,
        late=late,
        reserve=reserve,
        limits=limits,
        **kinds,
    )


def by_future(values: Numbers, count: int) -> Numbers:
    """(W,): values that are by future, or held once for all of them."""
    return values if len(values) == count else np.full(count, values[0])


def _mean_level(problem: ScenarioProblem, choice: Choice, members: NDArray[np.int64]) -> Numbers:
    """(W,): the mean level of members by their weights, equal where all weights are 0."""
    weight = problem.weight[:, members]
    sums = weight.sum(axis=1, keepdims=True)
    count = max(len(members), 1)
    shares = np.where(sums > 0, weight / np.where(sums > 0, sums, 1.0), 1 / count)
    levels = problem.service_level[:, members, choice[members]]
    return by_future((shares * levels).sum(axis=1), problem.count)


def limit_fares(
    problem: ScenarioProblem, totals: dict[str, Numbers], used: Numbers
) -> Iterator[LimitFare]:
    """The limits of money, the resources, then the other limits, as `evaluate` has them."""
    count, base = problem.count, problem.base

    def limit(name: str) -> LimitFare | None:
        its = by_future(getattr(problem, name), count)
        if np.isnan(its).all():
            return None
        return LimitFare(name, totals[name], its, at_least=name == "min_service_level")

    budget = limit("budget")
    if budget is not None:
        yield budget
    for r, name in enumerate(base.resources):
        capacity, extra = problem.capacity[:, r], problem.extra_capacity[:, r]
        its = by_future(capacity, count), by_future(extra, count)
        yield LimitFare(name, used[:, r], its[0], extra=its[1])
    for name in ("min_service_level", "max_lost_sales"):
        one = limit(name)
        if one is not None:
            yield one


def _rules(problem: ScenarioProblem, choice: Choice) -> Iterator[LimitFare]:
    """Rules on sums over their members; those that compare tiers are the same in all futures."""
    for rule in problem.base.rules:
        members = np.array(rule.members, dtype=np.int64)
        chosen = choice[members]
        match rule.kind:
            case RuleKind.MIN_SERVICE_LEVEL:
                used = _mean_level(problem, choice, members)
            case RuleKind.MAX_SERVICE_COST:
                used = problem.service_cost[:, members, chosen].sum(axis=1)
            case RuleKind.MAX_LOST_SALES:
                used = problem.lost_sales[:, members, chosen].sum(axis=1)
            case _:
                continue
        limit = np.full(problem.count, rule.value)
        used = by_future(used, problem.count)
        yield LimitFare(rule.name, used, limit, rule.kind.is_floor, penalty=rule.penalty)
