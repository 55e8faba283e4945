"""Why a segment has its tier in a plan for uncertain futures: every other tier in all of them.

A plan that is best over the futures is, as far as its bound proves, the best of an ordinary problem
whose figures are averages of the futures, those that its aim dreads counted more
(`RiskOutcome.counts`). So each other tier is held against the chosen one three times: in the mean
of all futures, in the worst of them (the mean of each plan's own worst, which need not be the same
futures), and as that problem counts them; and in how many futures it would be the better one. All
other segments keep their tiers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.plan.plan import Plan
from slopt.plan.risk import PlanRisk
from slopt.problem.choice import Bar, ChoiceProblem
from slopt.problem.evaluate import BARRED_BY, evaluate
from slopt.problem.scenarios.measures import cvar
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.vocabulary import Goal, RiskMeasure

Numbers = NDArray[np.float64]

SAME = 1e-9
"""Changes of the goal below this share of its value are rounding."""
ROUND = 1e-6
"""Weights of futures that differ by less are the same."""


@dataclass(frozen=True)
class TierInFutures:
    """Another tier for one segment of a plan, all else kept; differences are above 0 where it is
    worse than the chosen one, in the unit of the goal.

    `own` at the case's own numbers, `mean` over all futures, `tail` between the means over the
    worst futures, of either plan its own worst ones, `weighed` as the plan counts futures, at its
    own value where no others prove it (None where it counts none). `better_in` is the probability
    of the futures in which it is better. `barred` names a contract that forbids it;
    `breaks` are limits at the case's own numbers that it would break by itself.
    """

    tier: int
    own: float
    mean: float
    tail: float
    weighed: float | None
    better_in: float
    barred: str | None = None
    breaks: tuple[str, ...] = ()

    @property
    def dearer(self) -> float:
        """By how much it is worse as the plan counts futures; in their mean where it does not."""
        return self.mean if self.weighed is None else self.weighed

    @property
    def is_possible(self) -> bool:
        """True where nothing at the case's own numbers stands against it."""
        return self.barred is None and not self.breaks


@dataclass(frozen=True)
class SegmentInFutures:
    """One segment, its tier, and the others, the nearest first."""

    segment: int
    tier: int
    others: tuple[TierInFutures, ...]

    @property
    def next_best(self) -> TierInFutures | None:
        """The nearest of those that no contract forbids, first those that break no limit."""
        return next((other for other in self.others if other.barred is None), None)


@dataclass(frozen=True, eq=False)
class ExplainedForRisk:
    """Segments of a plan for uncertain futures, explained."""

    plan: Plan
    risk: PlanRisk
    segments: tuple[SegmentInFutures, ...]

    @property
    def counts(self) -> Numbers | None:
        """(W,): how much each future counts in the ordinary problem of which the plan is the best.

        None where a program was searched as a whole, and no such problem proves it.
        """
        return _proving_counts(self.risk)


def explain_for_risk(plan: Plan, segments: Sequence[int] | None = None) -> ExplainedForRisk:
    """Explain segments of a plan that was chosen for its futures, all of them by default.

    Raises ValueError for a plan that was not.
    """
    risk = plan.risk
    if risk is None:
        raise ValueError("the plan was not chosen for its futures")
    moves = _Moves(risk.problem, plan, risk)
    wanted = range(plan.problem.segment_count) if segments is None else segments
    found = tuple(moves.explained(segment) for segment in wanted)
    return ExplainedForRisk(plan, risk, found)


class _Moves:
    """What every single move changes in every future."""

    def __init__(self, problem: ScenarioProblem, plan: Plan, risk: PlanRisk) -> None:
        self.problem, self.plan, self.base = problem, plan, problem.base
        self.sign = -1.0 if self.base.goal.maximises else 1.0
        self.fares = risk.fares
        self.loss = self.sign * self.fares.value
        self.share = risk.aim.tail
        self.worst = cvar(self.loss, problem.probability, self.share)
        proving = _proving_counts(risk)
        self.counts = risk.worth.counts if proving is None else proving
        self.noise = SAME * float(np.abs(self.loss).max(initial=0.0))
        self.used_by = np.bincount(plan.choice, minlength=len(self.base.tiers))

    def explained(self, segment: int) -> SegmentInFutures:
        """A segment with all other tiers that it is offered or that a contract forbids."""
        chosen = int(self.plan.choice[segment])
        barred = self.base.barred[segment]
        asked = [k for k in range(self.base.menu_size) if k != chosen and _is_told(barred[k])]
        change = self._changes(segment, asked)
        found = [self._tier(segment, k, change[:, place]) for place, k in enumerate(asked)]
        found.sort(key=lambda one: (one.barred is not None, not one.is_possible, one.dearer))
        return SegmentInFutures(segment, chosen, tuple(found))

    def _tier(self, segment: int, tier: int, change: Numbers) -> TierInFutures:
        probability = self.problem.probability
        barred = _barred_by(self.base, segment, tier)
        choice = self.plan.choice.copy()
        choice[segment] = tier
        there = evaluate(self.base, choice)
        own = self.sign * (there.objective - self.plan.evaluation.objective)
        breaks = () if barred else tuple(breach.rule for breach in there.violations)
        change = change + (there.penalties - self.plan.evaluation.penalties)
        return TierInFutures(
            tier,
            own,
            float(probability @ change),
            cvar(self.loss + change, probability, self.share) - self.worst,
            float(self.counts @ change) if self.counts.any() else None,
            float(probability @ (change < -self.noise)),
            barred,
            breaks,
        )

    def _changes(self, segment: int, tiers: list[int]) -> Numbers:
        """(W, J): by how much the goal is worse with each of these tiers."""
        problem, chosen = self.problem, int(self.plan.choice[segment])
        values = self._values(segment)
        change = self.sign * (values[:, tiers] - values[:, [chosen]])
        change = np.broadcast_to(change, (problem.count, len(tiers))).copy()
        if not self.base.counts_service_cost:
            return change
        opened, on_menu = problem.open_cost, self.base.on_menu
        for place, tier in enumerate(tiers):
            if self.used_by[tier] == 0 and on_menu[tier]:
                change[:, place] += opened[:, tier]
            if self.used_by[chosen] == 1 and on_menu[chosen]:
                change[:, place] -= opened[:, chosen]
        use = problem.use[:, :, segment]
        more = use[:, :, tiers] - use[:, :, [chosen]]
        needed = self.fares.used[:, :, None] + more - problem.capacity[:, :, None]
        late = np.maximum(np.maximum(needed, 0.0) - self.fares.reserve[None, :, None], 0.0)
        premium = problem.extra_premium[:, :, None]
        return np.asarray(change + ((late - self.fares.late[:, :, None]) * premium).sum(axis=1))

    def _values(self, segment: int) -> Numbers:
        """(W or 1, K): what each tier of a segment adds to the goal, without what others share."""
        problem, base = self.problem, self.base
        cost, lost = problem.service_cost[:, segment], problem.lost_sales[:, segment]
        if base.goal.maximises:
            weight = problem.weight[:, : base.segment_count]
            sums = weight.sum(axis=1)
            share = np.where(
                sums > 0, weight[:, segment] / np.where(sums > 0, sums, 1.0), 1 / weight.shape[1]
            )
            return np.asarray(share[:, None] * problem.service_level[:, segment])
        if not base.counts_service_cost:
            return np.asarray(lost)
        return np.asarray(cost + lost if base.goal is Goal.MIN_TOTAL_COST else cost)


def _proving_counts(risk: PlanRisk) -> Numbers | None:
    counts, probability = risk.found.counts, risk.problem.probability
    is_mean = risk.aim.measure is RiskMeasure.MEAN
    if abs(float(counts.sum()) - 1.0) > ROUND:
        return None
    if not is_mean and np.allclose(counts, probability, rtol=ROUND, atol=ROUND):
        return None
    return counts


def _is_told(barred: int) -> bool:
    """False for tiers that are not offered at all, which need no words."""
    return not int(barred) & int(Bar.NOT_OFFERED)


def _barred_by(problem: ChoiceProblem, segment: int, tier: int) -> str | None:
    flags = problem.barred[segment, tier]
    return next((name for bar, name in BARRED_BY.items() if flags & bar), None)
