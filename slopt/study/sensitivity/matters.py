"""Whether an input changes anything that a plan can see."""

from __future__ import annotations

import numpy as np

from slopt.case.case import PlanningCase
from slopt.errors import InvalidInput
from slopt.problem.build import build_problem
from slopt.problem.choice import ChoiceProblem
from slopt.study.sensitivity.inputs import Input
from slopt.study.sensitivity.move import point_at

MONEY = ("service_cost", "lost_orders", "lost_customers", "lost_prospects", "lost_unsplit")
"""Of pairs of segment and tier, besides their level and use."""
ROUNDING = 1e-12
"""Of shares of the weights, which stay the same where all weights grow alike."""


def matters(case: PlanningCase, problem: ChoiceProblem, one: Input) -> bool:
    """True where the problem is another one at an end of the range, or none can be made of it."""
    for where in (one.low, one.high):
        try:
            other = build_problem(point_at(case, [one], ((0, where),)).case(case))
        except InvalidInput:
            return True
        if not alike(problem, other):
            return True
    return False


def alike(problem: ChoiceProblem, other: ChoiceProblem) -> bool:
    """True where all that a plan can see of two problems of one case is equal."""
    may = problem.admissible
    if not np.array_equal(may, other.admissible):
        return False
    pairs: tuple[str, ...] = MONEY
    if _sees_levels(problem):
        pairs = (*MONEY, "service_level")
        if not np.allclose(problem.mean_weight, other.mean_weight, rtol=ROUNDING, atol=0.0):
            return False
    if not all(np.array_equal(getattr(problem, n)[may], getattr(other, n)[may]) for n in pairs):
        return False
    if not np.array_equal(problem.use[:, may], other.use[:, may]):
        return False
    aside = (*MONEY, "service_level", "weight", "use", "barred")
    return problem.same_as(other.replace(**{name: getattr(problem, name) for name in aside}))


def _sees_levels(problem: ChoiceProblem) -> bool:
    """True where the goal, a limit or a rule may look at service levels and their weights."""
    return problem.goal.maximises or problem.min_service_level is not None or bool(problem.rules)
