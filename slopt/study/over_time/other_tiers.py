"""Why one segment has its tiers over time: what every other tier would cost, solved.

Each question pins the segment and plans all else again: every tier, kept in all periods in which
it may be; and the first change of the plan, one period sooner or later. A period in which the
pinned tier is barred stays open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from slopt.problem.horizon.evaluate import HorizonEvaluation, evaluate_horizon
from slopt.problem.horizon.problem import HorizonChoice, HorizonProblem, Numbers, Places
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.vocabulary import Status

OPEN = -1
"""A period in which the segment may have any tier."""


class Asked(StrEnum):
    """What is asked of the segment: a tier in all periods, its first change sooner or later."""

    KEPT = "kept"
    SOONER = "sooner"
    LATER = "later"


@dataclass(frozen=True, eq=False)
class Wish:
    """A tier that the segment is to have; `pins` (T,) are tiers by period, OPEN for any."""

    asked: Asked
    tier: int
    pins: Places


@dataclass(frozen=True, eq=False)
class Served:
    """What a segment costs and loses under a plan, in present value; `tiers` (T,) it has.

    `booked` is serving it and changing its tier; `lost` all that the service of the periods
    causes, whenever it is felt.
    """

    tiers: Places
    booked: float
    lost: float


@dataclass(frozen=True, eq=False)
class OtherTier:
    """How a wish ended. Without a plan all but `status` is None or 0.

    `worse` is by how much the goal is worse than the plan's, below 0 where the plan was not yet
    the best. `others` are the other segments with other tiers in some period.
    """

    wish: Wish
    status: Status
    worse: float | None = None
    served: Served | None = None
    others: int = 0


@dataclass(frozen=True, eq=False)
class SegmentOverTime:
    """One segment in a plan over periods, and what else it could have.

    `is_complete` is false where time was up, or somebody stopped it, before all was solved.
    """

    problem: HorizonProblem
    choice: HorizonChoice
    evaluation: HorizonEvaluation
    segment: int
    served: Served
    others: tuple[OtherTier, ...]
    is_complete: bool = True
    interrupted: bool = False


def other_tiers(
    problem: HorizonProblem,
    choice: HorizonChoice,
    segment: int,
    solve: Callable[[HorizonProblem], HorizonOutcome],
    may_go_on: Callable[[], bool],
) -> SegmentOverTime:
    """Solve every wish, as long as `may_go_on` says so; `solve` raises KeyboardInterrupt."""
    evaluation = evaluate_horizon(problem, choice)
    found: list[OtherTier] = []
    wishes, interrupted = wishes_of(problem, choice, segment), False
    for wish in wishes:
        if not may_go_on():
            break
        try:
            outcome = solve(with_pins(problem, segment, wish.pins))
        except KeyboardInterrupt:
            interrupted = True
            break
        if outcome.choice is None:
            found.append(OtherTier(wish, outcome.status))
            continue
        value = evaluate_horizon(problem, outcome.choice)
        worse = value.objective - evaluation.objective
        tiers = problem.mode_tier[outcome.choice.modes]
        moved = (tiers != problem.mode_tier[choice.modes]).any(axis=1)
        found.append(
            OtherTier(
                wish,
                outcome.status,
                -worse if problem.goal.maximises else worse,
                served(problem, outcome.choice, value, segment),
                int(moved.sum()) - int(moved[segment]),
            )
        )
    return SegmentOverTime(
        problem,
        choice,
        evaluation,
        segment,
        served(problem, choice, evaluation, segment),
        tuple(found),
        is_complete=len(found) == len(wishes)
        and all(one.status in (Status.OPTIMAL, Status.INFEASIBLE) for one in found),
        interrupted=interrupted,
    )


def wishes_of(problem: HorizonProblem, choice: HorizonChoice, segment: int) -> list[Wish]:
    """What the plan does not do for the segment and its contract would let it."""
    tiers = problem.mode_tier[choice.modes[segment]]
    may = _allowed(problem, segment)
    wishes = []
    for k in range(len(problem.tiers)):
        pins = np.where(may[:, k], k, OPEN)
        if (pins != OPEN).any() and not np.array_equal(pins, np.where(pins == OPEN, OPEN, tiers)):
            wishes.append(Wish(Asked.KEPT, k, pins))
    change = first_change(problem, choice, segment)
    if change is None:
        return wishes
    first, old = change
    nobody = np.full(len(tiers), OPEN)
    if first > 0 and may[first - 1, tiers[first]]:
        sooner = nobody.copy()
        sooner[first - 1] = tiers[first]
        wishes.append(Wish(Asked.SOONER, int(tiers[first]), sooner))
    if may[first, old]:
        later = nobody.copy()
        later[: first + 1] = np.where(may[: first + 1, old], old, OPEN)
        wishes.append(Wish(Asked.LATER, int(tiers[first]), later))
    return wishes


def first_change(
    problem: HorizonProblem, choice: HorizonChoice, segment: int
) -> tuple[int, int] | None:
    """The first period in which the tier is another one, and the tier until then; None for none."""
    tiers = problem.mode_tier[choice.modes[segment]]
    before = np.concatenate([problem.current[segment : segment + 1], tiers[:-1]])
    changes = np.flatnonzero((before >= 0) & (before != tiers))
    return (int(changes[0]), int(before[changes[0]])) if len(changes) else None


def must_change(problem: HorizonProblem, choice: HorizonChoice, segment: int) -> bool:
    """True where the tier before the first change is barred in its period."""
    change = first_change(problem, choice, segment)
    return change is not None and not _allowed(problem, segment)[change]


def _allowed(
    problem: HorizonProblem, segment: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """(T, K): tiers that the segment may have, alone or lifted."""
    may = np.zeros((len(problem.periods), len(problem.tiers)), dtype=np.bool_)
    for mode, tier in enumerate(problem.mode_tier.tolist()):
        may[:, tier] |= ~problem.barred[segment, :, mode]
    return may


def with_pins(problem: HorizonProblem, segment: int, pins: Places) -> HorizonProblem:
    """The problem in which the segment has the pinned tiers; `pins` (T,), OPEN for any."""
    other = (pins != OPEN)[:, None] & (problem.mode_tier != pins[:, None])
    barred = problem.barred.copy()
    barred[segment] |= other
    return problem.replace(barred=barred)


def served(
    problem: HorizonProblem, choice: HorizonChoice, evaluation: HorizonEvaluation, segment: int
) -> Served:
    """What the segment costs and loses under a choice."""
    modes = choice.modes[segment]
    booked = sum(_row(evaluation, name, segment) for name in ("service_cost", "change_cost"))
    count = evaluation.base.customers[segment, : len(modes)]
    caused = count * problem.caused[segment, np.arange(len(modes)), modes]
    return Served(
        np.asarray(problem.mode_tier[modes]),
        float(problem.discount @ booked),
        float(problem.discount @ caused),
    )


def _row(evaluation: HorizonEvaluation, name: str, segment: int) -> Numbers:
    return np.asarray(evaluation.by_segment[name][segment])
