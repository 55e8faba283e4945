"""What slopt does, as functions: solve, evaluate, explain. The commands call these.

case = load_case("cases/parts-2027")
plan = solve_case(case).plan
print(plan.evaluation.total_cost, plan.frame())
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from slopt.case.case import PlanningCase
from slopt.plan.plan import Plan, make_plan
from slopt.problem.build import build_problem
from slopt.problem.choice import ChoiceProblem
from slopt.solve.highs import Options
from slopt.solve.model_file import is_shipped
from slopt.solve.outcome import Outcome
from slopt.solve.solve import SMALL, solve
from slopt.study.next_unit import with_next_steps
from slopt.vocabulary import Method


@dataclass(frozen=True, eq=False)
class Solved:
    """The answer to a case: the outcome, and the checked plan if there is one."""

    case: PlanningCase
    problem: ChoiceProblem
    outcome: Outcome
    plan: Plan | None
    seconds: float


def options_of(case: PlanningCase) -> Options:
    """The solve settings of a case."""
    settings = case.settings.solve
    return Options(settings.gap, settings.time_limit_s, settings.seed)


def solve_case(case: PlanningCase, method: Method = Method.AUTO, next_steps: bool = True) -> Solved:
    """Solve a case and check the plan; `next_steps` adds what relief of each limit would buy.

    Next steps are solved for small problems only. Raises InvalidInput, UsageError, SolverTrouble
    or VerificationFailed.
    """
    begin = time.perf_counter()
    problem, options = build_problem(case), options_of(case)
    model = case.settings.plan.model
    outcome = solve(problem, options, method, model)
    plan = make_plan(case, problem, outcome, own_objective=is_shipped(model))
    if plan is not None and next_steps and np.count_nonzero(problem.admissible) <= SMALL:
        plan = with_next_steps(plan, options)
    return Solved(case, problem, outcome, plan, time.perf_counter() - begin)
