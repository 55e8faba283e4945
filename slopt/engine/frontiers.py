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

    problem = build_problem(case)
    way = Way(options_of(case), method, case.settings.plan.model)
    return frontier(problem, axis_of(problem, along), way, span)


def least_for(
    case: PlanningCase, target: Target, along: str = "budget", method: Method = Method.AUTO
) -> Reached:
    """The least of a limit with which a plan reaches a target, the case's other limits kept."""
    from slopt.study.frontier.axis import axis_of
    from slopt.study.frontier.least import Way
    from slopt.study.frontier.target import reach

    problem = build_problem(case)
    way = Way(options_of(case), method, case.settings.plan.model)
    return reach(problem, axis_of(problem, along), target, way)
