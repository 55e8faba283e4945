"""A frontier whose every point is the plan that is best over the futures, not at own numbers.

The limit runs over the values of the ordinary frontier, on which there is a plan or none at the
case's own numbers. What is best over the futures is asked at each of them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.aim import Aim, aim_value
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.solve.highs import Options
from slopt.solve.risk.dispatch import solve_for_risk
from slopt.solve.risk.outcome import RiskOutcome
from slopt.study.frontier import Frontier, knee
from slopt.study.frontier.bands import at_limit
from slopt.study.frontier.point import Point
from slopt.study.frontier.sweep import AT_LEAST_S
from slopt.vocabulary import Method, RiskMeasure, Status

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RiskFrontier:
    """A frontier of plans for an aim; its objectives and bounds are those of the aim, in the sense
    of the goal. `reserves` (R,) are the extra units reserved at each value of the limit.
    """

    found: Frontier
    aim: Aim
    reserves: dict[float, Numbers]


def for_risk(
    found: Frontier,
    problem: ScenarioProblem,
    aim: Aim,
    options: Options,
    method: Method = Method.AUTO,
) -> RiskFrontier:
    """The plans of an ordinary frontier replaced by those that are best by an aim.

    The time limit is for all points together. Raises what solve_for_risk raises.
    """
    begin = time.perf_counter()
    values = {point.value for point in found.points if point.choice is not None}
    if found.chosen is not None:
        values.add(found.chosen.value)
    ordered = sorted(values, key=lambda value: found.axis.relief * value)
    solved: dict[float, tuple[Point, Numbers]] = {}
    for place, value in enumerate(ordered):
        left = options.time_limit_s - (time.perf_counter() - begin)
        seconds = max(left / (len(ordered) - place), AT_LEAST_S)
        there = at_limit(problem, found.axis, value)
        outcome = solve_for_risk(there, aim, replace(options, time_limit_s=seconds), method)
        solved[value] = _point(found, there, value, outcome), outcome.reserve
        if outcome.outcome.status is Status.INTERRUPTED:
            break
    none = np.zeros(len(problem.base.resources))
    plans = {point.value: point.choice for point in (*found.points, found.chosen) if point}
    tighter: tuple[Choice | None, Numbers] = (None, none)
    for value in (value for value in ordered if value in solved):
        for choice, reserve in (tighter, (plans[value], none)):
            if choice is not None:
                solved[value] = _better(solved[value], choice, reserve, found, problem, aim)
        tighter = solved[value][0].choice, solved[value][1]

    def of(point: Point) -> Point:
        if point.value in solved:
            return solved[point.value][0]
        return point if point.choice is None else Point(point.value, Status.INTERRUPTED)

    points = tuple(of(point) for point in found.points)
    chosen = None if found.chosen is None else of(found.chosen)
    ends = [found.points[0].value, found.points[-1].value] if found.points else [0.0, 0.0]
    its = replace(
        found,
        points=points,
        enough=None,
        chosen=None if chosen is None or chosen.status is Status.INFEASIBLE else chosen,
        today=None,
        knee=knee(points, found.problem.goal.maximises, sorted(ends)),
        seconds=found.seconds + time.perf_counter() - begin,
    )
    return RiskFrontier(its, aim, {value: reserve for value, (_, reserve) in solved.items()})


def _point(found: Frontier, there: ScenarioProblem, value: float, its: RiskOutcome) -> Point:
    """The point of an outcome: own figures, and objective and bound of the aim."""
    sign = -1.0 if found.problem.goal.maximises else 1.0
    outcome = its.outcome
    bound = None if outcome.bound is None else sign * outcome.bound
    if outcome.choice is None or outcome.objective is None:
        return Point(value, outcome.status, bound=bound)
    return Point(
        value,
        outcome.status,
        outcome.choice,
        evaluate(there.base, outcome.choice),
        sign * outcome.objective,
        bound,
    )


def _better(
    own: tuple[Point, Numbers],
    choice: Choice,
    reserve: Numbers,
    found: Frontier,
    problem: ScenarioProblem,
    aim: Aim,
) -> tuple[Point, Numbers]:
    """A point, with a plan that is known where that is better by the aim.

    Under regret none is, whose worth hangs on the best plans of all futures.
    """
    point = own[0]
    if aim.measure is RiskMeasure.REGRET or point.status is Status.INFEASIBLE:
        return own
    sign = -1.0 if found.problem.goal.maximises else 1.0
    there = at_limit(problem, found.axis, point.value)
    its = aim_value(there, choice, aim, None, reserve)
    if its.violations or (point.objective is not None and sign * point.objective <= its.loss):
        return own
    status = point.status if point.status is Status.INTERRUPTED else Status.FEASIBLE
    evaluation = evaluate(there.base, choice)
    return Point(point.value, status, choice, evaluation, sign * its.loss, point.bound), reserve
