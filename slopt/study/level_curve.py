"""The least total at every mean service level: below the best level and above it.

Above it a floor does it. Below it nothing else than a ceiling would, which no case has: it is
written as a resource of which an offer uses its part of the mean level.
"""

from __future__ import annotations

import numpy as np

from slopt.problem.choice import ChoiceProblem
from slopt.problem.evaluate import Evaluation, evaluate
from slopt.study.frontier import frontier
from slopt.study.frontier.axis import axis_of
from slopt.study.frontier.grid import Span
from slopt.study.frontier.least import Way
from slopt.study.parts import as_listed
from slopt.vocabulary import Goal

CEILING = "mean service level"


def level_curve(problem: ChoiceProblem, way: Way, count: int) -> tuple[Evaluation, ...]:
    """Plans of least total, whatever the budget and the goal of the case, by rising level.

    About `count` of them in all, each of another level; the other limits are kept. Empty where
    there is no plan. Raises what `frontier` raises.
    """
    free = as_listed(problem).replace(goal=Goal.MIN_TOTAL_COST, budget=None, min_service_level=None)
    below = frontier(_with_ceiling(free), axis_of(_with_ceiling(free), CEILING), way, _half(count))
    above = frontier(free, axis_of(free, "min_service_level"), way, _half(count))
    found: dict[float, Evaluation] = {}
    for point in (*below.points, *above.points):
        if point.choice is None:
            continue
        plan = evaluate(free, point.choice)
        level = round(plan.service_level, 9)
        if level not in found or plan.total_cost < found[level].total_cost:
            found[level] = plan
    return tuple(found[level] for level in sorted(found))


def _half(count: int) -> Span:
    return Span(count=max(count // 2 + 1, 2))


def _with_ceiling(problem: ChoiceProblem) -> ChoiceProblem:
    """The problem with a limit on the mean service level from above, which does not bind yet."""
    part = problem.mean_weight[:, None] * problem.service_level
    part = np.where(np.isfinite(part), part, 0.0)
    return problem.replace(
        resources=(*problem.resources, CEILING),
        use=np.concatenate([problem.use.reshape(-1, *part.shape), part[None]]),
        capacity=np.append(problem.capacity, 1.0),
        extra_capacity=np.append(problem.extra_capacity, 0.0),
        extra_premium=np.append(problem.extra_premium, 0.0),
    )
