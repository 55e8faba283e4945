"""Changes to the demands of a problem, as values: what is set to what, and what that asks for."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from slopt.problem.choice import Bar, ChoiceProblem
from slopt.problem.choosers import choosing_anew
from slopt.problem.demands import CONTRACTS, Demand, DemandKind, forbidden, without
from slopt.study.frontier.axis import COMPARING, Axis, axis_of

MONEY_FROM = 1000.0
"""From here on a limit is told in whole units, below to six digits."""
LEVEL_STEP = 1e-6
NOISE = 1e-9
"""Relative: nearer to a round number than this is that number."""


@dataclass(frozen=True)
class Change:
    """One demand, set to something else or given up.

    A limit goes from `before` to `after`, values in its unit; `least` is the value below which
    there is no plan (above which, for a floor), and `is_proven` says that it is known to a unit.
    A contract goes from the tier `before_tier` to `after_tier`; forbidden offers are opened up to
    `after_tier`. Where all of these are None, the demand is given up. `cost` is the money that the
    change asks for, None where it has no price.
    """

    demand: Demand
    before: float | None = None
    after: float | None = None
    least: float | None = None
    is_proven: bool = True
    before_tier: int | None = None
    after_tier: int | None = None
    cost: float | None = None


def limit_axis(problem: ChoiceProblem, demand: Demand) -> Axis | None:
    """The limit as an axis that it can be moved along; None for demands that are no such limit."""
    if demand.kind is DemandKind.RULE and problem.rules[demand.place].kind in COMPARING:
        return None
    if demand.kind is DemandKind.RESOURCE:
        r = demand.place
        if problem.extra_capacity[r] > 0 and problem.extra_premium[r] < 0:
            return None
    if demand.kind in (DemandKind.CONTRACT, DemandKind.OFFERS):
        return None
    return axis_of(problem, demand.name)


def changed(
    problem: ChoiceProblem, changes: Iterable[Change], dropped: Iterable[Demand] = ()
) -> ChoiceProblem:
    """The problem after the changes, and without what is dropped besides."""
    now, gone = problem, list(dropped)
    barred = problem.barred.copy()
    for change in changes:
        demand = change.demand
        if change.after is not None:
            now = _at(now, demand, change.after)
        elif change.after_tier is None:
            gone.append(demand)
        elif demand.kind is DemandKind.OFFERS:
            barred[list(demand.segments), change.after_tier] &= ~np.int8(Bar.NOT_OFFERED)
        else:
            _rebind(problem, barred, demand, change.after_tier)
    return choosing_anew(without(now.replace(barred=barred), gone))


def _at(problem: ChoiceProblem, demand: Demand, value: float) -> ChoiceProblem:
    if demand.kind is not DemandKind.RESOURCE:
        return axis_of(problem, demand.name).at(problem, value)
    capacity = problem.capacity.copy()
    capacity[demand.place] = value
    return problem.replace(capacity=capacity)


def _rebind(problem: ChoiceProblem, barred: np.ndarray, demand: Demand, tier: int) -> None:
    """A contract of some segments names another tier."""
    rank = problem.rank
    flags = {
        Bar.MIN_TIER: rank < rank[tier],
        Bar.MAX_TIER: rank > rank[tier],
        Bar.FIXED_TIER: np.arange(len(rank)) != tier,
    }[demand.bar]
    here = list(demand.segments)
    barred[here] &= ~np.int8(demand.bar)
    barred[here] |= np.where(flags, np.int8(demand.bar), np.int8(0))


def tiers_to_try(problem: ChoiceProblem, demand: Demand) -> list[int]:
    """Tiers that a contract may name instead, or that may be offered too: the nearest first."""
    segment = demand.segments[0]
    flags, rank = problem.barred[segment], problem.rank
    if demand.kind is DemandKind.OFFERS:
        return forbidden_tiers(problem, segment)
    looser = np.flatnonzero((flags & demand.bar) != 0)
    if demand.bar is Bar.FIXED_TIER:
        return []
    distance = np.abs(rank[looser] - rank[demand.tier])
    # The farthest tier leaves nothing of the contract: that is to give it up.
    farthest = distance.max(initial=0)
    nearest = np.argsort(distance, kind="stable")
    return [int(looser[i]) for i in nearest if distance[i] < farthest]


def forbidden_tiers(problem: ChoiceProblem, segment: int) -> list[int]:
    """Tiers that could be offered to a segment and are not, its contract aside."""
    flags = problem.barred[segment]
    others = np.zeros(len(flags), dtype=np.bool_)
    for bar in CONTRACTS:
        others |= (flags & bar) != 0
    return [int(t) for t in np.flatnonzero(forbidden(problem)[segment] & ~others)]


def rounded(axis: Axis, value: float) -> float:
    """The next round value that is no tighter."""
    if axis.is_whole:
        return float(round(value))
    step = step_of(axis, value)
    steps = axis.relief * value / step
    near = round(steps)
    if abs(steps - near) > NOISE * max(1.0, abs(steps)):
        near = math.ceil(steps)
    return float(f"{axis.relief * near * step:.12g}")


def step_of(axis: Axis, value: float) -> float:
    """The unit that a value of this limit is told in."""
    if axis.is_whole:
        return 1.0
    if axis.is_floor:
        return LEVEL_STEP
    if abs(value) >= MONEY_FROM or value == 0:
        return 1.0
    return float(10.0 ** (math.floor(math.log10(abs(value))) - 5))
