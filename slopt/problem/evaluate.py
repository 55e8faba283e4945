"""The value of a choice, without a solver: totals, use of every limit, breaches of every rule.

Written straight from the definitions; the programs that solvers get are not read here, so that
their answers can be judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import EDGE, Bar, Choice, ChoiceProblem, shares
from slopt.vocabulary import LIMITS, Goal, RuleKind

Numbers = NDArray[np.float64]

BARRED_BY = {
    Bar.NOT_OFFERED: "allowed",
    Bar.MIN_TIER: "min_tier",
    Bar.MAX_TIER: "max_tier",
    Bar.FIXED_TIER: "fixed_tier",
}


@dataclass(frozen=True)
class LimitUse:
    """How much of one limit a plan uses, in the limit's unit.

    `at_least` is true for floors (`used >= limit`). `extra` is what may be bought on top of a
    resource's capacity. `penalty` is None for a firm limit.
    """

    name: str
    used: float
    limit: float
    at_least: bool = False
    extra: float = 0.0
    penalty: float | None = None

    @property
    def breach(self) -> float:
        """Units beyond the limit, 0 where it holds within rounding."""
        beyond = self.limit - self.used if self.at_least else self.used - self.limit - self.extra
        return beyond if beyond > EDGE * max(1.0, abs(self.limit), abs(self.used)) else 0.0


@dataclass(frozen=True)
class Breach:
    """A rule that a plan does not keep, by how many units, at which price per unit (0 if firm)."""

    rule: str
    amount: float
    penalty: float = 0.0

    @property
    def cost(self) -> float:
        """What the breach adds to the goal."""
        return self.amount * self.penalty


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a choice costs, loses, uses and breaks. Money per period.

    service_cost includes open_cost and extra_cost; total_cost = service_cost + lost_sales and has
    no penalties in it. objective is the goal's value plus (for max_service: minus) penalties.
    used and extra are units by resource (R,). broken are soft rules, violations firm ones.
    """

    objective: float
    service_cost: float
    open_cost: float
    extra_cost: float
    lost_orders: float
    lost_customers: float
    lost_prospects: float
    lost_unsplit: float
    lost_sales: float
    total_cost: float
    penalties: float
    service_level: float
    tiers_used: int
    changes: int
    used: Numbers
    extra: Numbers
    limits: tuple[LimitUse, ...]
    broken: tuple[Breach, ...]
    violations: tuple[Breach, ...]

    @property
    def knows_kinds(self) -> bool:
        """False where all lost sales are given as one figure, without their kinds."""
        return self.lost_unsplit == 0 or self.lost_sales != self.lost_unsplit


def evaluate(problem: ChoiceProblem, choice: Choice) -> Evaluation:
    """Value of a choice (S,), every entry the position of a tier; it need not be feasible."""
    row = np.arange(len(problem.segments))
    tiers = np.unique(choice)
    used = problem.use[:, row, choice].sum(axis=1)
    extra = np.maximum(used - problem.capacity, 0.0)
    open_cost = float(problem.open_cost[tiers].sum())
    extra_cost = float(extra @ problem.extra_premium)
    service_cost = float(problem.service_cost[row, choice].sum()) + open_cost + extra_cost
    orders, customers, prospects, unsplit = (
        float(part[row, choice].sum())
        for part in (
            problem.lost_orders,
            problem.lost_customers,
            problem.lost_prospects,
            problem.lost_unsplit,
        )
    )
    lost_sales = orders + customers + prospects + unsplit
    level = float(problem.mean_weight @ problem.service_level[row, choice])
    changes = int(problem.changed[row, choice].sum())
    totals = {
        "budget": service_cost,
        "max_tiers": float(len(tiers)),
        "max_changes": float(changes),
        "min_service_level": level,
        "max_lost_sales": lost_sales,
    }
    limits = (*_limits(problem, totals, used), *_rule_limits(problem, choice))
    breaches = [
        *((use.name, use.breach, use.penalty) for use in limits),
        *_comparisons(problem, choice),
    ]
    broken = tuple(
        Breach(name, amount, penalty)
        for name, amount, penalty in breaches
        if amount > 0 and penalty is not None
    )
    violations = tuple(
        Breach(name, amount) for name, amount, penalty in breaches if amount > 0 and penalty is None
    )
    penalties = sum(breach.cost for breach in broken)
    goal = {
        Goal.MIN_TOTAL_COST: service_cost + lost_sales,
        Goal.MIN_LOST_SALES: lost_sales,
        Goal.MIN_BUDGET: service_cost,
        Goal.MAX_SERVICE: level,
    }[problem.goal]
    return Evaluation(
        objective=goal - penalties if problem.goal.maximises else goal + penalties,
        service_cost=service_cost,
        open_cost=open_cost,
        extra_cost=extra_cost,
        lost_orders=orders,
        lost_customers=customers,
        lost_prospects=prospects,
        lost_unsplit=unsplit,
        lost_sales=lost_sales,
        total_cost=service_cost + lost_sales,
        penalties=penalties,
        service_level=level,
        tiers_used=len(tiers),
        changes=changes,
        used=used,
        extra=extra,
        limits=limits,
        broken=broken,
        violations=(*violations, *_barred(problem, choice)),
    )


def _limits(
    problem: ChoiceProblem, totals: Mapping[str, float], used: Numbers
) -> Iterator[LimitUse]:
    """The case's own limits: the budget first, then resources, then the others."""
    if problem.budget is not None:
        yield LimitUse("budget", totals["budget"], problem.budget)
    for name, units, capacity, extra in zip(
        problem.resources, used, problem.capacity, problem.extra_capacity, strict=True
    ):
        yield LimitUse(name, float(units), float(capacity), extra=float(extra))
    for name in LIMITS[1:]:
        limit = getattr(problem, name)
        if limit is not None:
            floor = name == "min_service_level"
            yield LimitUse(name, totals[name], float(limit), at_least=floor)


def _rule_limits(problem: ChoiceProblem, choice: Choice) -> Iterator[LimitUse]:
    """Rules that put a limit on a sum over their members."""
    for rule in problem.rules:
        members = np.array(rule.members, dtype=np.int64)
        chosen = choice[members]
        match rule.kind:
            case RuleKind.MIN_SERVICE_LEVEL:
                used = float(
                    shares(problem.weight[members]) @ problem.service_level[members, chosen]
                )
            case RuleKind.MAX_SERVICE_COST:
                used = float(problem.service_cost[members, chosen].sum())
            case RuleKind.MAX_LOST_SALES:
                used = float(problem.lost_sales[members, chosen].sum())
            case RuleKind.MIN_IN_TIER | RuleKind.MAX_IN_TIER:
                used = float((chosen == rule.tier).sum())
            case _:
                continue
        yield LimitUse(
            rule.name, used, rule.value, at_least=rule.kind.is_floor, penalty=rule.penalty
        )


def _comparisons(
    problem: ChoiceProblem, choice: Choice
) -> Iterator[tuple[str, float, float | None]]:
    """(rule, breach, penalty) of the rules that compare segments with each other.

    `not_below` is broken by the ranks that are missing, summed over its pairs; `same_tier` by the
    segments outside the tier that most of its members have.
    """
    for rule in problem.rules:
        if rule.kind is RuleKind.NOT_BELOW:
            missing = sum(
                max(0, int(problem.rank[choice[b]] - problem.rank[choice[a]]))
                for a, b in rule.pairs
            )
            yield rule.name, float(missing), rule.penalty
        elif rule.kind is RuleKind.SAME_TIER:
            counts = Counter(int(choice[member]) for member in rule.members)
            yield rule.name, float(len(rule.members) - max(counts.values())), rule.penalty


def _barred(problem: ChoiceProblem, choice: Choice) -> Iterator[Breach]:
    """Pairs that contract floors, ceilings, pins or the offers table forbid."""
    reasons = problem.barred[np.arange(len(choice)), choice]
    for segment in np.flatnonzero(reasons):
        for bar, name in BARRED_BY.items():
            if reasons[segment] & bar:
                yield Breach(f"{name}[{problem.segments[segment]}]", 1.0)
