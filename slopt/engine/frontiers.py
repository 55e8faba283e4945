"""The best plan for every value of a limit, and the least of it that reaches a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slopt.case.case import PlanningCase
from slopt.engine.solving import options_of
from slopt.problem.build import build_problem
from slopt.vocabulary import Method

if TYPE_CHECKING:
    from slopt.study.frontier import Frontier
    from slopt.study.frontier.grid import Span
    from slopt.study.frontier.target import Reached, Target


NEARBY = (0.9, 0.95, 0.98, 1.0, 1.02)
"""Shares of the least value that is found at first, at which offers are made for a better one."""


def frontier_of(
    case: PlanningCase,
    along: str = "budget",
    span: Span | None = None,
    method: Method = Method.AUTO,
) -> Frontier:
    """The best plan for every value of a limit: budget, another limit, a resource, a rule on a sum.

    Raises UsageError for an unknown limit or an empty range, and what solve_case raises.
    """
    from slopt.study.frontier import frontier
    from slopt.study.frontier.axis import axis_of
    from slopt.study.frontier.least import Way
    from slopt.study.frontier.listing import listed_at, listed_at_the_least_of

    problem = build_problem(case)
    way, axis = Way(options_of(case), method, case.settings.plan.model), axis_of(problem, along)
    if not problem.has_sources:
        return frontier(problem, axis, way, span)
    problem = listed_at(problem, axis, way, [axis.loosest(problem)])
    problem = listed_at_the_least_of(problem, axis, way)
    first = frontier(problem, axis, way, span)
    values = [point.value for point in (*first.points, first.chosen) if point is not None]
    return frontier(listed_at(problem, axis, way, values), axis, way, span)


def least_for(
    case: PlanningCase, target: Target, along: str = "budget", method: Method = Method.AUTO
) -> Reached:
    """The least of a limit with which a plan reaches a target, the case's other limits kept."""
    from slopt.study.frontier.axis import axis_of
    from slopt.study.frontier.least import Way
    from slopt.study.frontier.listing import listed_at
    from slopt.study.frontier.target import reach

    problem = build_problem(case)
    way, axis = Way(options_of(case), method, case.settings.plan.model), axis_of(problem, along)
    found = reach(problem, axis, target, way)
    if not problem.has_sources or found.least.value is None:
        return found
    nearby = [share * found.least.value for share in NEARBY]
    return reach(listed_at(problem, axis, way, nearby), axis, target, way)
