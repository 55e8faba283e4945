"""What slopt does, as functions: solve, evaluate, explain. The commands call these.

case = load_case("cases/parts-2027")
plan = solve_case(case).plan
print(plan.evaluation.total_cost, plan.frame())
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from slopt.case.case import PlanningCase
from slopt.plan.bring import read_plan
from slopt.plan.plan import Plan, evaluate_current, make_plan
from slopt.problem.build import build_problem
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import Evaluation, evaluate
from slopt.solve.highs import Options
from slopt.solve.model_file import is_shipped
from slopt.solve.outcome import Outcome
from slopt.solve.solve import SMALL, solve
from slopt.study.explain import Explanation, explain, is_close_call
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


def close_calls(plan: Plan, segments: Sequence[int], share: float) -> dict[int, bool]:
    """For each segment: is the best plan without its tier worse by less than `share`?

    Nothing is solved, and nothing said, for problems that are not small.
    """
    if np.count_nonzero(plan.problem.admissible) > SMALL:
        return {}
    options = options_of(plan.case)
    return {segment: is_close_call(plan, segment, share, options) for segment in segments}


def explain_plan(plan: Plan, segments: Sequence[int] | None = None) -> list[Explanation]:
    """Why the segments (all by default) have their tiers."""
    return explain(plan, options_of(plan.case), segments)


@dataclass(frozen=True, eq=False)
class Evaluated:
    """A plan that the user brought, priced: nothing is optimised and nothing refused."""

    case: PlanningCase
    problem: ChoiceProblem
    choice: Choice
    evaluation: Evaluation
    current: Evaluation | None


def evaluate_plan(case: PlanningCase, plan_file: Path) -> Evaluated:
    """Price the plan in a file; raises InvalidInput where the file is not a plan of this case."""
    problem = build_problem(case)
    choice = read_plan(case, plan_file)
    return Evaluated(case, problem, choice, evaluate(problem, choice), evaluate_current(problem))
