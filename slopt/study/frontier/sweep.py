"""The points of a frontier, one after the other, each from what the ones before it told."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import ChoiceProblem
from slopt.problem.evaluate import evaluate
from slopt.problem.sharing import ROOM, obstacle, share
from slopt.solve.model_file import is_shipped
from slopt.solve.outcome import Outcome
from slopt.solve.solve import solve
from slopt.solve.start import Start
from slopt.study.frontier.axis import Axis
from slopt.study.frontier.hull import Curve
from slopt.study.frontier.least import Least, Way, least
from slopt.study.frontier.point import Point, point_of, share_plans
from slopt.vocabulary import Status

AT_LEAST_S = 0.1
"""Seconds for a point, however many there are in the time limit."""


class Sweep:
    """Solves a problem at one value of the limit after the other, each from what it knows."""

    def __init__(
        self, problem: ChoiceProblem, axis: Axis, way: Way, curve: Curve | None, begin: float
    ) -> None:
        self.problem, self.axis, self.way, self.curve = problem, axis, way, curve
        self.begin = begin
        self.rows = _row_names(problem, axis)
        self.free: Point | None = None
        self.trail: list[tuple[float, NDArray[np.float64]]] = []
        self.stopped = False
        self.own_objective = is_shipped(way.model)
        self.gap = way.exact(problem).gap

    def enough(self, tightest: Least) -> tuple[float, Least]:
        """What the best plan without the limit uses; of a small problem, the best such plan.

        And the tightest value that is known, which is that one where it happens to be tighter.
        """
        axis = self.axis
        loosest = axis.at(self.problem, axis.loosest(self.problem))
        self.stopped = tightest.status is Status.INTERRUPTED
        outcome = self._solve(loosest, None, 4)
        self.stopped |= outcome.status is Status.INTERRUPTED
        if outcome.choice is None or outcome.objective is None:
            return axis.loosest(self.problem), tightest
        at = axis.loosest(self.problem)
        self.free = point_of(loosest, axis, at, outcome, self.own_objective)
        value = axis.used(evaluate(loosest, outcome.choice))
        if self.problem.is_small and outcome.status is Status.OPTIMAL:
            way = self.way.within(self._left())
            thriftiest = least(self.problem, axis, way, outcome.objective)
            if thriftiest.value is not None:
                value = axis.relief * min(axis.relief * value, axis.relief * thriftiest.value)
        assert tightest.value is not None
        if self._is_tighter(value, tightest.value) and not axis.is_soft(self.problem):
            tightest = tightest.with_plan(axis, value, outcome.choice, self.problem)
        return value, tightest

    def as_good_as(self, objective: float) -> Least | None:
        """The least of the limit with a goal as good as that, None where it was not found."""
        if self.stopped:
            return None
        way = self.way.within(self._left())
        found = least(self.problem, self.axis, way, objective)
        return None if found.value is None else found

    def run(self, values: set[float], tightest: Least, known: list[Point]) -> dict[float, Point]:
        """The points at these values. None that has a plan is without one.

        From the tightest to the loosest: what solved one point starts the next. `known` are plans
        from elsewhere.
        """
        ordered = sorted(values, key=lambda value: self.axis.relief * value)
        points: list[Point] = []
        start = Start(None, tightest.choice)
        for place, value in enumerate(ordered):
            if self._ruled_out(value, tightest):
                point = Point(value, Status.INFEASIBLE)
            elif self.stopped:
                point = Point(value, Status.INTERRUPTED)
            else:
                point, start = self._at(value, start, tightest, len(ordered) - place)
                self.stopped = point.status is Status.INTERRUPTED
            points.append(point)
        return self._shared(points, [self._known(tightest), *known])

    def _shared(self, points: list[Point], known: list[Point]) -> dict[float, Point]:
        """The points by value, with what they and the known plans tell each other."""
        own = {id(point) for point in points}
        free = [] if self.free is None else [self.free]
        merged = sorted([*known, *points], key=lambda point: self.axis.relief * point.value)
        shared = share_plans([*merged, *free], self.problem, self.axis, self.gap)
        return {
            new.value: new
            for old, new in zip(merged, shared[: len(merged)], strict=True)
            if id(old) in own
        }

    def _is_tighter(self, value: float, other: float) -> bool:
        return self.axis.relief * value < self.axis.relief * other

    def _ruled_out(self, value: float, tightest: Least) -> bool:
        """True where it is proven that there is no plan; a soft rule has one at any value."""
        if self.axis.is_soft(self.problem) or tightest.bound is None:
            return False
        room = ROOM * max(1.0, abs(tightest.bound))
        return self._is_tighter(value, tightest.bound - self.axis.relief * room)

    def _known(self, tightest: Least) -> Point:
        """The plan at the tightest value, not the best one there but always one."""
        value = tightest.value
        assert value is not None
        assert tightest.choice is not None
        evaluation = evaluate(self.axis.at(self.problem, value), tightest.choice)
        objective = evaluation.objective if self.own_objective else None
        return Point(value, Status.FEASIBLE, tightest.choice, evaluation, objective)

    def _at(self, value: float, start: Start, tightest: Least, waiting: int) -> tuple[Point, Start]:
        """The point at a value, and what is known for the next one."""
        problem = self.axis.at(self.problem, value)
        outcome = None
        if self.curve:
            outcome = self.curve.outcome(value, self.gap)
        if self.curve and outcome is not None:
            start = self.curve.start(outcome)
        if outcome is None or not outcome.reached(self.gap):
            outcome = self._solve(problem, self._carried_on(value, start), waiting)
            if outcome.choice is None and outcome.status is not Status.INTERRUPTED:
                outcome = self._solve(problem, None, waiting)
        limit = tightest.value
        assert limit is not None
        if outcome.status is Status.INFEASIBLE and not self._is_tighter(value, limit):
            # Not so: there is a plan for a tighter limit.
            outcome = outcome.replace(status=Status.NO_PLAN)
        point = point_of(problem, self.axis, value, outcome, self.own_objective)
        if outcome.relaxation is not None and self.rows is not None:
            known = outcome.relaxation.prices
            self.trail.append((value, np.array([known.get(name, 0.0) for name in self.rows])))
        return point, Start(None, start.choice if outcome.choice is None else outcome.choice)

    def _carried_on(self, value: float, start: Start) -> Start:
        """The start with prices, where it has none: on the line through the last two points."""
        if start.prices is not None or not self.trail:
            return start
        then, prices = self.trail[-1]
        if len(self.trail) > 1 and then != self.trail[-2][0]:
            before, earlier = self.trail[-2]
            prices = np.maximum(prices + (value - then) / (then - before) * (prices - earlier), 0.0)
        return replace(start, prices=prices)

    def _solve(self, problem: ChoiceProblem, start: Start | None, waiting: int) -> Outcome:
        way = self.way.within(max(AT_LEAST_S, self._left() / max(waiting, 1)))
        return solve(problem, way.options, way.method, way.model, start)

    def _left(self) -> float:
        spent = time.perf_counter() - self.begin
        return max(AT_LEAST_S, self.way.options.time_limit_s - spent)


def _row_names(problem: ChoiceProblem, axis: Axis) -> tuple[str, ...] | None:
    """The shared rows in their order, None where prices cannot answer the problem."""
    if obstacle(problem) is not None:
        return None
    return share(axis.at(problem, axis.loosest(problem))).rows.names
