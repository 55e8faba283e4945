"""How a choice fares in every future where tiers are changed once, after the future is seen.

With t the share of the period that is left then, every figure by pair is (1 - t) times that of the
first tier and t times that of the later one: costs, losses, use, service level. A segment that
changes costs money once more, as part of the service cost. Whoever has a tier opens it, first or
later, at its whole cost. Late units are what the mixed use needs beyond capacity and reserve.
Contracts hold for later tiers; limits and rules at own numbers are kept by the first ones.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.scenarios.fares import Fares, LimitFare, by_future, fares, limit_fares
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.vocabulary import Goal, RuleKind

Numbers = NDArray[np.float64]
Choices = NDArray[np.int64]
"""The later tier of each segment in each future, (W, S)."""


def fares_of(
    problem: ScenarioProblem,
    choice: Choice,
    reserve: Numbers | None = None,
    then: Choices | None = None,
) -> Fares:
    """How a choice (S,) fares with the later tiers `then` (W, S), or without any later change."""
    if then is None:
        return fares(problem, choice, reserve)
    return later_fares(problem, choice, then, reserve)


def later_fares(
    problem: ScenarioProblem, choice: Choice, then: Choices, reserve: Numbers | None = None
) -> Fares:
    """How a choice (S,) fares with the later tiers `then` (W, S); as `fares` where none changes.

    Raises ValueError for a problem without the option.
    """
    base, count = problem.base, problem.count
    mixed = _Mixed(problem, choice, then)
    resources = base.size[2]
    reserve = np.zeros(resources) if reserve is None else np.asarray(reserve, dtype=np.float64)
    kinds = {
        name: mixed.by_segment(getattr(problem, name)).sum(axis=1)
        for name in ("lost_orders", "lost_customers", "lost_prospects", "lost_unsplit")
    }
    kinds["lost_prospects"] = kinds["lost_prospects"] + mixed.pools()
    open_cost = by_future((problem.open_cost * mixed.opened).sum(axis=1), count)
    used = np.zeros((count, resources))
    for r in range(resources):
        used[:, r] = mixed.by_segment(problem.use[:, r]).sum(axis=1)
    extra = np.maximum(used - problem.capacity, 0.0)
    late = np.maximum(extra - reserve, 0.0)
    reserved = float(np.nansum(np.where(reserve > 0, problem.reserve_cost * reserve, 0.0)))
    extra_cost = (late * problem.extra_premium).sum(axis=1) + reserved
    pair_cost = mixed.by_segment(problem.service_cost).sum(axis=1) + mixed.change_cost
    service_cost = pair_cost + open_cost + extra_cost
    lost_sales = sum(kinds.values(), np.zeros(count))
    level = mixed.level(np.arange(base.segment_count))
    value = {
        Goal.MIN_TOTAL_COST: service_cost + lost_sales,
        Goal.MIN_LOST_SALES: lost_sales,
        Goal.MIN_BUDGET: service_cost,
        Goal.MAX_SERVICE: level,
    }[base.goal]
    totals = {"budget": service_cost, "min_service_level": level, "max_lost_sales": lost_sales}
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
        limits=(*limit_fares(problem, totals, used), *_rules(problem, mixed)),
        **kinds,
    )


class _Mixed:
    """Figures by segment, of the first tier for a part of the period and of the later one."""

    def __init__(self, problem: ScenarioProblem, choice: Choice, then: Choices) -> None:
        if problem.later is None:
            raise ValueError("the problem has no option to change tiers later")
        self.problem, self.choice, self.then = problem, choice, then
        self.share = problem.later.share
        self.row = np.arange(len(choice))
        self.moved = then != choice
        self.change_cost = problem.later.cost * self.moved.sum(axis=1)
        tiers = np.arange(len(problem.base.tiers))
        had = np.isin(tiers, choice) | (then[:, :, None] == tiers).any(axis=1)
        self.opened = had & problem.base.on_menu

    def by_segment(self, values: Numbers) -> Numbers:
        """(W, S) of figures (W or 1, S, K)."""
        first = values[:, self.row, self.choice]
        future = np.arange(len(self.then))[:, None] if len(values) > 1 else 0
        last = values[future, self.row, self.then]
        return np.asarray((1 - self.share) * first + self.share * last)

    def level(self, members: NDArray[np.int64]) -> Numbers:
        """(W,): the mean level of members by their weights, equal where all weights are 0."""
        weight = self.problem.weight[:, members]
        sums = weight.sum(axis=1, keepdims=True)
        even = 1 / max(len(members), 1)
        shares = np.where(sums > 0, weight / np.where(sums > 0, sums, 1.0), even)
        levels = self.by_segment(self.problem.service_level)[:, members]
        return np.asarray((shares * levels).sum(axis=1))

    def pools(self) -> Numbers:
        """(W,): what pools of prospects lose, told by both tiers for their part."""
        lost = np.zeros(len(self.then))
        pools = self.problem.pools
        for future, then in enumerate(self.then):
            for pool in pools[future % len(pools)]:
                told = (1 - self.share) * pool.told(self.choice) + self.share * pool.told(then)
                lost[future] += pool.loss(told)
        return lost


def _rules(problem: ScenarioProblem, mixed: _Mixed) -> Iterator[LimitFare]:
    """Rules on sums over their members, of the mixed figures."""
    for rule in problem.base.rules:
        members = np.array(rule.members, dtype=np.int64)
        match rule.kind:
            case RuleKind.MIN_SERVICE_LEVEL:
                used = mixed.level(members)
            case RuleKind.MAX_SERVICE_COST:
                used = mixed.by_segment(problem.service_cost)[:, members].sum(axis=1)
            case RuleKind.MAX_LOST_SALES:
                used = mixed.by_segment(problem.lost_sales)[:, members].sum(axis=1)
            case _:
                continue
        limit = np.full(problem.count, rule.value)
        yield LimitFare(rule.name, used, limit, rule.kind.is_floor, penalty=rule.penalty)
