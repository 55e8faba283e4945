"""The efficient frontier: the best plan for every value of one limit, all else as it is."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import ChoiceProblem
from slopt.problem.evaluate import Breach, Evaluation, evaluate
from slopt.solve.model_file import is_shipped
from slopt.study.frontier.axis import Axis
from slopt.study.frontier.grid import Span, grid
from slopt.study.frontier.hull import curve_of
from slopt.study.frontier.least import Least, Way, least
from slopt.study.frontier.point import Point
from slopt.study.frontier.sweep import Sweep
from slopt.vocabulary import Status


@dataclass(frozen=True, eq=False)
class Today:
    """Today's tiers beside the frontier.

    `value` is what they use of the limit. `point` has the best plan with no more of it, None where
    there is none. `same` is the least of the limit that reaches today's value of the goal, None
    where it was not found or today's tiers are better than any plan may be. `broken` are firm
    rules that today's tiers break, the limit itself left out.
    """

    evaluation: Evaluation
    value: float
    point: Point | None
    same: Least | None
    broken: tuple[Breach, ...]


@dataclass(frozen=True, eq=False)
class Frontier:
    """Points by rising value of the limit, and what lies where on them.

    `least` is the tightest value with a plan, `enough` the value from which relief gains nothing.
    `chosen` is the best plan with the case's own limit, at `enough` where that is looser or there
    is none; None where its limit leaves no plan. `knee` is the place of a point, None without one.
    """

    problem: ChoiceProblem
    axis: Axis
    points: tuple[Point, ...]
    least: Least
    enough: float | None = None
    chosen: Point | None = None
    today: Today | None = None
    knee: int | None = None
    seconds: float = 0.0

    @property
    def status(self) -> Status:
        """That of the worst point which has a plan, or could not be told to have none."""
        if self.least.value is None:
            return self.least.status
        order = (Status.INTERRUPTED, Status.NO_PLAN, Status.FEASIBLE)
        found = {point.status for point in self.points}
        if found == {Status.INFEASIBLE}:
            return Status.INFEASIBLE
        return next((status for status in order if status in found), Status.OPTIMAL)

    @property
    def plans(self) -> NDArray[np.int64]:
        """(points, segments): the place of each tier, -1 in the row of a point without a plan."""
        none = np.full(len(self.problem.segments), -1, dtype=np.int64)
        rows = [none if point.choice is None else point.choice for point in self.points]
        return np.array(rows, dtype=np.int64).reshape(len(rows), len(none))

    def moves(self, place: int) -> NDArray[np.int64]:
        """(segment, tier at the point before, tier here) a row of all that change.

        The point before is the nearest one that has a plan; no rows at the first.
        """
        before = next((p for p in self.points[:place][::-1] if p.choice is not None), None)
        then = self.points[place].choice
        if before is None or before.choice is None or then is None:
            return np.zeros((0, 3), dtype=np.int64)
        moved = np.flatnonzero(before.choice != then)
        return np.column_stack([moved, before.choice[moved], then[moved]])


def frontier(problem: ChoiceProblem, axis: Axis, way: Way, span: Span | None = None) -> Frontier:
    """The best plans along a limit, each proven as far as the time limit allows for all together.

    Raises UsageError for a range that is empty or a model without the limit, SolverTrouble and
    VerificationFailed as solving does.
    """
    begin, span = time.perf_counter(), span or Span()
    curve = curve_of(problem, axis, way)
    tightest = curve.least if curve else least(problem, axis, way)
    if tightest.value is None:
        return Frontier(problem, axis, (), tightest, seconds=time.perf_counter() - begin)
    sweep = Sweep(problem, axis, way, curve, begin)
    enough, tightest = (curve.enough, tightest) if curve else sweep.enough(tightest)
    assert tightest.value is not None
    own, now = axis.limit(problem), _today(problem, axis)
    low, high = axis.relief * tightest.value, axis.relief * enough
    chosen_at = enough if own is None else axis.relief * min(axis.relief * own, high)
    marks = [chosen_at] + ([now.value] if now else [])
    asked = grid(
        span, (tightest.value, enough), enough if own is None else own, marks, axis.is_whole
    )
    inside = [mark for mark in marks if axis.relief * mark >= low]
    found = sweep.run({*asked, *inside}, tightest, _allowed(problem, now, way))
    chosen = found.get(chosen_at)
    if chosen is not None and chosen.choice is None:
        chosen = None
    points = tuple(found[value] for value in asked)
    return Frontier(
        problem,
        axis,
        points,
        tightest,
        enough,
        chosen,
        now and _beside(now, found.get(now.value), sweep),
        knee(points, problem.goal.maximises, sorted((tightest.value, enough))),
        time.perf_counter() - begin,
    )


def _today(problem: ChoiceProblem, axis: Axis) -> Today | None:
    """Today's tiers; None where a segment has none."""
    if len(problem.current) == 0 or np.any(problem.current < 0):
        return None
    loose = evaluate(axis.at(problem, axis.loosest(problem)), problem.current)
    broken = tuple(breach for breach in loose.violations if breach.rule != axis.name)
    return Today(loose, axis.used(loose), None, None, broken)


def _allowed(problem: ChoiceProblem, now: Today | None, way: Way) -> list[Point]:
    """Today's tiers as a plan that is known, where they break nothing but the limit itself."""
    if now is None or now.broken or not is_shipped(way.model):
        return []
    objective = now.evaluation.objective
    return [Point(now.value, Status.FEASIBLE, problem.current, now.evaluation, objective)]


def _beside(now: Today, point: Point | None, sweep: Sweep) -> Today:
    """Today's tiers beside the best plan with no more of the limit, and the least for as much."""
    if point is None or point.choice is None:
        return now
    return replace(now, point=point, same=sweep.as_good_as(now.evaluation.objective))


def knee(points: Iterable[Point], maximises: bool, within: list[float]) -> int | None:
    """The place of the point farthest from the straight line between the ends, on the better side.

    Both axes are scaled to the range of the points (Satopaa et al. 2011, "Kneedle"). None where
    there are fewer than three points with a plan within the range, or all lie on the line.
    """
    low, high = within
    kept = [
        (place, point.value, point.objective)
        for place, point in enumerate(points)
        if point.objective is not None and low <= point.value <= high
    ]
    if len(kept) < 3:
        return None
    places, x, y = (np.array(column, dtype=np.float64) for column in zip(*kept, strict=True))
    rise = y[-1] - y[0]
    if rise == 0 or x[-1] == x[0]:
        return None
    above = (y - y[0]) / abs(rise) - np.sign(rise) * (x - x[0]) / (x[-1] - x[0])
    better = above if maximises else -above
    best = int(np.argmax(better))
    return int(places[best]) if better[best] > 1e-9 else None
