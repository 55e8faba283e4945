"""The plans of a frontier in many futures: how far each of their figures may be off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.aim import Aim
from slopt.problem.scenarios.fares import Fares, fares
from slopt.problem.scenarios.scenario_problem import LIMITS, ScenarioProblem
from slopt.study.frontier import Frontier
from slopt.study.frontier.axis import Axis
from slopt.study.frontier.point import Point
from slopt.study.spread import Spread, spread_of

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PointBands:
    """One plan in all futures: the spread of its figures.

    `value` is the goal's, without penalties; its tail is the mean of the worst futures. `breaks`
    is the probability that some limit is broken, `breaks_axis` that the limit of the axis is.
    """

    service_cost: Spread
    lost_sales: Spread
    total_cost: Spread
    value: Spread
    breaks: float
    breaks_axis: float


@dataclass(frozen=True, eq=False)
class FrontierBands:
    """The spreads of the points of a frontier, None where there is no plan, and of its marks.

    All are over the same `futures`, drawn by `seed`; `tail` is the worst share that counts as bad.
    `aim` is what each plan is the best at, None where that is the case's own numbers.
    """

    futures: int
    seed: int
    tail: float
    points: tuple[PointBands | None, ...]
    chosen: PointBands | None = None
    today: PointBands | None = None
    aim: Aim | None = None


def frontier_bands(
    found: Frontier,
    problem: ScenarioProblem,
    tail: float,
    seed: int,
    aim: Aim | None = None,
    reserves: Mapping[float, Numbers] | None = None,
) -> FrontierBands:
    """The plans of a frontier over the futures of its problem, the limit moved in all of them.

    `reserves` are extra units (R,) reserved beforehand, by value of the limit.
    """
    axis, reserved = found.axis, reserves or {}

    def bands(point: Point | None) -> PointBands | None:
        if point is None or point.choice is None:
            return None
        there, reserve = at_limit(problem, axis, point.value), reserved.get(point.value)
        return bands_of(there, axis, point.choice, tail, reserve)

    today = None
    if found.today is not None:
        loose = at_limit(problem, axis, axis.loosest(found.problem))
        today = bands_of(loose, axis, found.problem.current, tail)
    points = tuple(bands(point) for point in found.points)
    chosen = None
    if found.chosen is not None and found.chosen.choice is not None:
        # Under the limit of the case itself, which may be looser than what gains anything.
        reserve = reserved.get(found.chosen.value)
        chosen = bands_of(problem, axis, found.chosen.choice, tail, reserve)
    return FrontierBands(problem.count, seed, tail, points, chosen, today, aim)


def bands_of(
    problem: ScenarioProblem,
    axis: Axis,
    choice: Choice,
    tail: float,
    reserve: Numbers | None = None,
) -> PointBands:
    """The spread of a choice over the futures of a problem that has the limit of the axis."""
    its, own = fares(problem, choice, reserve), evaluate(problem.base, choice)
    penalties = -own.penalties if problem.base.goal.maximises else own.penalties
    probability = problem.probability
    return PointBands(
        spread_of(own.service_cost, its.service_cost, probability, tail),
        spread_of(own.lost_sales, its.lost_sales, probability, tail),
        spread_of(own.total_cost, its.total_cost, probability, tail),
        spread_of(
            own.objective - penalties, its.value, probability, tail, problem.base.goal.maximises
        ),
        float(probability @ broken(its)),
        its.chances.get(axis.name, 0.0),
    )


def broken(its: Fares) -> Numbers:
    """(W,): 1 where a firm limit is broken in a future, else 0."""
    found = np.zeros(len(its.probability))
    for limit in its.limits:
        if limit.penalty is None:
            found = np.maximum(found, limit.breach > 0)
    return found


def at_limit(problem: ScenarioProblem, axis: Axis, value: float) -> ScenarioProblem:
    """The same futures with the limit at another value at the case's own numbers.

    Where the limit is otherwise in a future it moves there by as much, and never below 0.
    """
    own, base = axis.limit(problem.base), axis.at(problem.base, value)
    changes: dict[str, Any] = {}
    name = axis.name
    if name in LIMITS:
        changes[name] = _moved(getattr(problem, name), own, value)
    elif name in problem.base.resources:
        place = problem.base.resources.index(name)
        capacity = problem.capacity.copy()
        capacity[:, place] = _moved(capacity[:, place], own, value)
        changes["capacity"] = capacity
    return replace(problem, base=base, **changes)


def _moved(values: Numbers, own: float | None, value: float) -> Numbers:
    if own is None:
        return np.full(len(values), value)
    moved = np.where(np.isnan(values), value, values + (value - own))
    return np.maximum(moved, 0.0)
