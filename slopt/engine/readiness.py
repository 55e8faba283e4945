"""Can a case be solved, as far as is plain without a solver?"""

from __future__ import annotations

from slopt.case.case import PlanningCase
from slopt.errors import InvalidInput, Problem
from slopt.problem.build import build_problem
from slopt.problem.horizon.build import build_horizon
from slopt.solve.model_file import model_problem


def unsolvable(case: PlanningCase) -> list[Problem]:
    """What keeps a case that was read without errors from being solved all the same.

    Numbers that come out too large, more than fits in memory, a model file that is not there, over
    periods also figures that contradict each other. And, for one period, warnings of what is plain
    without a solver: that no plan can meet some limits and rules.
    """
    problems = [problem for problem in [model_problem(case.settings.plan.model)] if problem]
    try:
        if case.has_periods:
            build_horizon(case)
            return problems
        problem = build_problem(case)
        if len(case.table("pools")):
            from slopt.study.customers import pool_warnings

            problems += pool_warnings(case, problem)
        if len(case.table("figures")):
            from slopt.study.service_figures import figure_problems

            problems += figure_problems(case)
        from slopt.study.diagnose.warnings import contradiction_warnings

        problems += contradiction_warnings(case, problem)
    except InvalidInput as error:
        problems += error.problems
    return problems
