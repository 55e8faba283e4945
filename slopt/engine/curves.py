"""What else was possible: the least total at every level, the least loss for every budget."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slopt.case.case import PlanningCase
from slopt.engine.solving import options_of
from slopt.errors import SloptError
from slopt.problem.choice import ChoiceProblem
from slopt.solve.model_file import is_shipped
from slopt.vocabulary import Goal, Method

if TYPE_CHECKING:
    from slopt.problem.evaluate import Evaluation
    from slopt.study.frontier import Frontier
    from slopt.study.frontier.least import Way

POINTS = 13
"""Of each curve: enough for its shape, few enough for an answer within two seconds."""
GAP = 5e-4
"""Relative; a tenth of the band that pages call as good as the least."""
SECONDS = 0.8
"""For each of the two curves, at most."""


def by_level(
    case: PlanningCase, problem: ChoiceProblem, seconds: float = SECONDS
) -> tuple[Evaluation, ...]:
    """Plans of least total at every mean service level, whatever the budget; empty where there is
    nothing to weigh, under a model of one's own, as slopt does not know what it means by a plan,
    and where none was found in time.
    """
    from slopt.study.level_curve import level_curve

    if not has_trade_off(case, problem):
        return ()
    try:
        found = level_curve(problem, _way(case, seconds), POINTS)
    except SloptError:
        return ()
    return found if len(found) > 2 else ()


def by_budget(
    case: PlanningCase, problem: ChoiceProblem, seconds: float = SECONDS
) -> Frontier | None:
    """The least lost sales for every budget; None as above."""
    from slopt.study.frontier import frontier
    from slopt.study.frontier.axis import axis_of
    from slopt.study.frontier.grid import Span
    from slopt.study.frontier.listing import listed_at

    if not has_trade_off(case, problem):
        return None
    asked = problem.replace(goal=Goal.MIN_LOST_SALES)
    try:
        axis, way, span = axis_of(asked, "budget"), _way(case, seconds), Span(count=POINTS)
        found = frontier(asked, axis, way, span)
        if asked.has_sources:
            values = [point.value for point in found.points]
            found = frontier(listed_at(asked, axis, way, values), axis, way, span)
    except SloptError:
        return None
    return found if sum(point.evaluation is not None for point in found.points) > 1 else None


def has_trade_off(case: PlanningCase, problem: ChoiceProblem) -> bool:
    """False where no curve can say anything."""
    knows = is_shipped(case.settings.plan.model)
    several = len(problem.segments) > 1
    return bool(knows and several and problem.lost_sales.any() and problem.service_cost.any())


def _way(case: PlanningCase, seconds: float) -> Way:
    """The least demanding of the case's options and those that a curve is good for."""
    from slopt.study.frontier.least import Way

    options = options_of(case)
    limit = min(options.time_limit_s, seconds)
    return Way(replace(options, gap=max(options.gap, GAP), time_limit_s=limit), Method.AUTO)
