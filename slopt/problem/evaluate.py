"""The value of a choice, without a solver: totals, use of every limit, breaches of every rule.

Written straight from the definitions; the programs that solvers get are not read here, so that
their answers can be judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import EDGE, Bar, Choice, ChoiceProblem, shares
from slopt.vocabulary import LIMITS, LOSSES, Goal, RuleKind

Numbers = NDArray[np.float64]

BARRED_BY = {
    Bar.NOT_OFFERED: "allowed",
    Bar.MIN_TIER: "min_tier",
    Bar.MAX_TIER: "max_tier",
    Bar.FIXED_TIER: "fixed_tier",
    Bar.NOT_WORTH_IT: "worth",
}
CHOICE, ONE_PRICE = "choice", "same_service"
"""What a breach is called where customers would take another tier of the menu than they are given,
and where one service is on the menu at two prices."""


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


@dataclass(frozen=True, eq=False)
class Tally:
    """What the segments of a choice add up to, before any limit is looked at.

    Money without open costs and extra units. `service_level` is the mean by `mean_weight`.
    `opened` (K,) are the tiers of the menu that someone has, `used` (R,) units by resource,
    `rules` the sums of the rules on sums, `comparisons` (rule, breach, penalty) of those that
    compare segments.
    `told` are messages by pool of prospects; what they lose is not in lost_prospects yet.
    """

    service_cost: float
    lost_orders: float
    lost_customers: float
    lost_prospects: float
    lost_unsplit: float
    service_level: float
    changes: int
    opened: NDArray[np.bool_]
    used: Numbers
    rules: tuple[float, ...]
    comparisons: tuple[tuple[str, float, float | None], ...]
    barred: tuple[Breach, ...]
    told: tuple[float, ...] = ()


def evaluate(problem: ChoiceProblem, choice: Choice) -> Evaluation:
    """Value of a choice (S,), every entry the position of a tier; it need not be feasible."""
    return judge(problem, tally(problem, choice))


def tally(problem: ChoiceProblem, choice: Choice) -> Tally:
    """The sums over the segments of a choice."""
    row = np.arange(len(problem.segments))
    money = {
        name: float(getattr(problem, name)[row, choice].sum())
        for name in ("service_cost", *LOSSES, "lost_unsplit")
    }
    return Tally(
        **money,
        service_level=float(problem.mean_weight @ problem.service_level[row, choice]),
        changes=int(problem.changed[row, choice].sum()),
        opened=np.isin(np.arange(len(problem.tiers)), choice) & problem.on_menu,
        used=problem.use[:, row, choice].sum(axis=1),
        rules=tuple(_rule_sums(problem, choice)),
        comparisons=tuple(_comparisons(problem, choice)),
        barred=tuple(_barred(problem, choice)),
        told=tuple(pool.told(choice) for pool in problem.pools),
    )


def judge(problem: ChoiceProblem, sums: Tally) -> Evaluation:
    """What the sums are worth under the limits, rules and goal of a problem."""
    extra = np.maximum(sums.used - problem.capacity, 0.0)
    open_cost = float(problem.open_cost[sums.opened].sum())
    extra_cost = float(extra @ problem.extra_premium)
    service_cost = sums.service_cost + open_cost + extra_cost
    lost_prospects = sums.lost_prospects + sum(
        pool.loss(told) for pool, told in zip(problem.pools, sums.told, strict=True)
    )
    lost_sales = sums.lost_orders + sums.lost_customers + lost_prospects + sums.lost_unsplit
    tiers_used = int(sums.opened.sum())
    totals = {
        "budget": service_cost,
        "max_tiers": float(tiers_used),
        "max_changes": float(sums.changes),
        "min_service_level": sums.service_level,
        "max_lost_sales": lost_sales,
    }
    limits = (*_limits(problem, totals, sums.used), *_rule_limits(problem, sums.rules))
    breaches = [*((use.name, use.breach, use.penalty) for use in limits), *sums.comparisons]
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
        Goal.MAX_SERVICE: sums.service_level,
    }[problem.goal]
    return Evaluation(
        objective=goal - penalties if problem.goal.maximises else goal + penalties,
        service_cost=service_cost,
        open_cost=open_cost,
        extra_cost=extra_cost,
        lost_orders=sums.lost_orders,
        lost_customers=sums.lost_customers,
        lost_prospects=lost_prospects,
        lost_unsplit=sums.lost_unsplit,
        lost_sales=lost_sales,
        total_cost=service_cost + lost_sales,
        penalties=penalties,
        service_level=sums.service_level,
        tiers_used=tiers_used,
        changes=sums.changes,
        used=sums.used,
        extra=extra,
        limits=limits,
        broken=broken,
        violations=(*violations, *sums.barred),
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


def _rule_sums(problem: ChoiceProblem, choice: Choice) -> Iterator[float]:
    """What the members of each rule on a sum add up to."""
    for rule in problem.rules:
        members = np.array(rule.members, dtype=np.int64)
        chosen = choice[members]
        match rule.kind:
            case RuleKind.MIN_SERVICE_LEVEL:
                weight = shares(problem.weight[members])
                yield float(weight @ problem.service_level[members, chosen])
            case RuleKind.MAX_SERVICE_COST:
                yield float(problem.service_cost[members, chosen].sum())
            case RuleKind.MAX_LOST_SALES:
                yield float(problem.lost_sales[members, chosen].sum())
            case RuleKind.MIN_IN_TIER | RuleKind.MAX_IN_TIER:
                yield float((chosen == rule.tier).sum())


def _rule_limits(problem: ChoiceProblem, sums: Sequence[float]) -> Iterator[LimitUse]:
    """Rules that put a limit on a sum over their members."""
    on_sums = [rule for rule in problem.rules if rule.kind.is_on_sum]
    for rule, used in zip(on_sums, sums, strict=True):
        yield LimitUse(
            rule.name, used, rule.value, at_least=rule.kind.is_floor, penalty=rule.penalty
        )


def _comparisons(
    problem: ChoiceProblem, choice: Choice
) -> Iterator[tuple[str, float, float | None]]:
    """(rule, breach, penalty) of the rules that compare segments with each other.

    `not_below` is broken by the ranks that are missing, summed over its pairs; `same_tier` by the
    segments outside the tier that most of its members have. Last what customers would not choose.
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
    if problem.selection is not None:
        for segment, _tier in problem.selection.would_rather(choice):
            yield f"{CHOICE}[{problem.segments[segment]}]", 1.0, None
        for service, too_many in problem.selection.sold_twice(choice):
            yield f"{ONE_PRICE}[{service}]", float(too_many), None


def _barred(problem: ChoiceProblem, choice: Choice) -> Iterator[Breach]:
    """Pairs that contract floors, ceilings, pins or the offers table forbid."""
    reasons = problem.barred[np.arange(len(choice)), choice]
    for segment in np.flatnonzero(reasons).tolist():
        for bar, name in BARRED_BY.items():
            if reasons[segment] & bar:
                yield Breach(f"{name}[{problem.segments[segment]}]", 1.0)
