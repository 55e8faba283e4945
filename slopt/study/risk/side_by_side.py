"""Several plans over the same futures, and the segments to which all of them give the same tier.

Segments whose tier is the same in every plan that was chosen are safe to decide now. The others
are where to learn first: what hangs on them is what it would be worth to know the future before one
of the tiers is taken that the plans give, each segment by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from slopt.errors import Problem
from slopt.problem.choice import Choice
from slopt.problem.evaluate import Evaluation
from slopt.problem.scenarios.aim import Aim
from slopt.problem.scenarios.fares import Fares
from slopt.problem.scenarios.later_fares import Choices, fares_of
from slopt.problem.scenarios.measures import mean, quantile, tail_weights
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.vocabulary import Goal, Status

Numbers = NDArray[np.float64]
Worth = Callable[[Numbers], Numbers]
"""What knowing each of D inputs is worth for N choices among J things with losses (W, N, J):
(D, N)."""


SAME = 1e-9
"""Relative: reserves that differ by less are the same."""


class Kind(StrEnum):
    """What a plan is best at; today's tiers and a plan that was brought are best at nothing."""

    TODAY = "today"
    OWN = "own_numbers"
    MEAN = "mean"
    CVAR = "cvar"
    ROBUST = "robust"
    REGRET = "regret"
    BROUGHT = "brought"

    @property
    def is_chosen(self) -> bool:
        """True where slopt chose the plan."""
        return self not in (Kind.TODAY, Kind.BROUGHT)


@dataclass(frozen=True, eq=False)
class Found:
    """A plan to be put beside others. `status` and `gap` are None where nothing was solved.

    `worth` is its value by its own aim, in the goal's sense (regret: as it is). `then` (W, S) are
    the tiers after a later change, where the case allows one.
    """

    kind: Kind
    choice: Choice
    own: Evaluation
    reserve: Numbers | None = None
    status: Status | None = None
    gap: float | None = None
    worth: float | None = None
    then: Choices | None = None


@dataclass(frozen=True, eq=False)
class PlanBeside:
    """One plan over the futures. Values are the goal's, in its sense, without penalties.

    `low` and `high` hold 90 of 100 futures between them. `broken` is the chance that some limit
    is broken, `regret` (W,) by how much the plan is worse than the best plan of each future, None
    where these are not known. `same_as` is an earlier plan with the same tiers and reserves.
    """

    found: Found
    fares: Fares
    mean: float
    tail_mean: float
    low: float
    high: float
    level: float
    broken: float
    moves: int | None
    regret: Numbers | None
    same_as: Kind | None = None

    @property
    def kind(self) -> Kind:
        """What the plan is best at."""
        return self.found.kind

    @property
    def choice(self) -> Choice:
        """The tier of each segment, by position."""
        return self.found.choice

    @property
    def mean_regret(self) -> float | None:
        """The mean of the regret over the futures."""
        return None if self.regret is None else float(self.regret @ self.fares.probability)

    @property
    def most_regret(self) -> float | None:
        """The regret in the future where it is largest."""
        return None if self.regret is None else float(self.regret.max())


@dataclass(frozen=True)
class SegmentBeside:
    """The tiers that the chosen plans give a segment: positions, in the order of the plans.

    `at_stake` is what knowing the future would be worth in the mean, of the choice among them;
    `decides` is the input, by position, that most of it hangs on, and `decides_worth` what knowing
    that one would be worth. 0 and None where all plans agree.
    """

    segment: int
    tiers: tuple[int, ...]
    at_stake: float = 0.0
    decides: int | None = None
    decides_worth: float = 0.0

    @property
    def is_safe(self) -> bool:
        """True where all plans agree."""
        return len(set(self.tiers)) == 1


@dataclass(frozen=True)
class Missing:
    """A plan that is not there: why, and how its search ended."""

    kind: Kind
    why: Problem
    status: Status = Status.NO_PLAN


@dataclass(frozen=True, eq=False)
class SideBySide:
    """The plans, today first; the segments in the case's order; why plans are missing.

    `best` (W,) are the values of the best plans of the futures, in the goal's sense and with
    penalties.
    """

    problem: ScenarioProblem
    aim: Aim
    plans: tuple[PlanBeside, ...]
    segments: tuple[SegmentBeside, ...]
    best: Numbers | None = None
    missing: tuple[Missing, ...] = ()

    @property
    def chosen(self) -> tuple[PlanBeside, ...]:
        """The plans that slopt chose."""
        return tuple(plan for plan in self.plans if plan.kind.is_chosen)

    @property
    def safe(self) -> tuple[SegmentBeside, ...]:
        """Segments that may be decided now."""
        return tuple(one for one in self.segments if one.is_safe)

    @property
    def open(self) -> tuple[SegmentBeside, ...]:
        """Segments to learn about, most at stake first."""
        waiting = [one for one in self.segments if not one.is_safe]
        return tuple(sorted(waiting, key=lambda one: (-one.at_stake, one.segment)))

    def plan(self, kind: Kind) -> PlanBeside | None:
        """The plan of a kind, None where it is not there."""
        return next((plan for plan in self.plans if plan.kind is kind), None)


def side_by_side(
    problem: ScenarioProblem,
    aim: Aim,
    plans: Sequence[Found],
    best: Numbers | None = None,
    worth: Worth | None = None,
    missing: Sequence[Missing] = (),
) -> SideBySide:
    """Price the plans over the futures; `aim` says which tail the tail mean is of.

    `worth` values knowing each input; without it no input is named. Where the goal is maximised,
    `best` are the highest values.
    """
    beside: list[PlanBeside] = []
    for found in plans:
        same = next((one for one in beside if _alike(one.found, found)), None)
        beside.append(_beside(problem, aim, found, best, same))
    chosen = [plan.choice for plan in beside if plan.kind.is_chosen]
    return SideBySide(
        problem,
        aim,
        tuple(beside),
        tuple(_segments(problem, chosen, worth)) if chosen else (),
        best,
        tuple(missing),
    )


def _alike(first: Found, second: Found) -> bool:
    """True where both have the same tiers and reserve the same."""
    if not np.array_equal(first.choice, second.choice):
        return False
    own, other = (np.zeros(1) if r is None else r for r in (first.reserve, second.reserve))
    return bool(np.allclose(own, other, rtol=SAME, atol=SAME))


def _beside(
    problem: ScenarioProblem, aim: Aim, found: Found, best: Numbers | None, same: PlanBeside | None
) -> PlanBeside:
    sense = -1.0 if problem.base.goal.maximises else 1.0
    its = fares_of(problem, found.choice, found.reserve, found.then)
    chance = its.probability
    broken = np.zeros(problem.count, dtype=bool)
    for limit in its.limits:
        broken |= (limit.breach > 0) & (limit.penalty is None)
    row = np.arange(len(found.choice))
    has_today = len(problem.base.current) > 0 and bool(np.all(problem.base.current >= 0))
    return PlanBeside(
        found,
        its,
        mean(its.value, chance),
        float(its.value @ tail_weights(sense * its.value, chance, aim.tail)),
        quantile(its.value, chance, 0.05),
        quantile(its.value, chance, 0.95),
        mean(its.service_level, chance),
        float(chance @ broken),
        int(problem.base.changed[row, found.choice].sum()) if has_today else None,
        None if best is None else np.maximum(sense * (its.value - best) + found.own.penalties, 0.0),
        None if same is None else same.kind,
    )


def _segments(
    problem: ScenarioProblem, chosen: Sequence[Choice], worth: Worth | None
) -> list[SegmentBeside]:
    """What the chosen plans give each segment, and what hangs on it where they differ."""
    every = np.stack(chosen)[:, : problem.base.segment_count]
    found = [SegmentBeside(s, tuple(tiers)) for s, tiers in enumerate(every.T.tolist())]
    differ = np.flatnonzero(np.any(every != every[0], axis=0))
    if len(differ) == 0:
        return found
    losses = np.take_along_axis(_losses(problem, differ), every.T[None, differ], axis=2)
    chance = problem.probability
    means = np.tensordot(chance, losses, axes=1).min(axis=1)
    stake = np.maximum(means - chance @ losses.min(axis=2), 0.0)
    known = np.zeros((0, len(differ))) if worth is None else worth(losses)
    for place, segment in enumerate(differ.tolist()):
        its = known[:, place]
        decides = int(np.argmax(its)) if len(its) and its.max() > 0 else None
        found[segment] = SegmentBeside(
            segment,
            found[segment].tiers,
            float(stake[place]),
            decides,
            0.0 if decides is None else min(float(its[decides]), float(stake[place])),
        )
    return found


def _losses(problem: ScenarioProblem, members: NDArray[np.int64]) -> Numbers:
    """(W, M, K): what each tier adds to the goal in each future, less is better; M segments."""
    base = problem.base
    cost, lost = problem.service_cost[:, members], problem.lost_sales[:, members]
    if base.goal.maximises:
        weight = problem.weight[:, : base.segment_count]
        sums = weight.sum(axis=1, keepdims=True)
        shares = np.where(sums > 0, weight / np.where(sums > 0, sums, 1.0), 1 / weight.shape[1])
        values = -shares[:, members, None] * problem.service_level[:, members]
    elif base.goal is Goal.MIN_TOTAL_COST:
        values = cost + lost
    else:
        values = lost if base.goal is Goal.MIN_LOST_SALES else cost
    return np.asarray(np.broadcast_to(values, (problem.count, *values.shape[1:])))
