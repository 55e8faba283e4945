"""Solve, evaluate and explain a case.

case = load_case("cases/parts-2027")
plan = solve_case(case).plan
print(plan.evaluation.total_cost, plan.frame())
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from slopt.case.case import PlanningCase
from slopt.errors import InvalidInput, Problem
from slopt.plan.plan import Evaluated, Plan, evaluate_current, make_plan
from slopt.plan.price_certificate import prove_infeasible
from slopt.problem.build import build_problem
from slopt.problem.choice import ChoiceProblem
from slopt.problem.evaluate import evaluate
from slopt.solve.highs import Options
from slopt.solve.model_file import is_shipped, model_problem
from slopt.solve.outcome import Outcome
from slopt.solve.solve import solve
from slopt.vocabulary import Method, Status

if TYPE_CHECKING:
    from slopt.study.explain import Explanations

ANALYSIS_S = 5.0
"""Seconds for next steps, and again for close calls; small problems take a fraction of one."""


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


def unsolvable(case: PlanningCase) -> list[Problem]:
    """What keeps a case that was read without errors from being solved all the same.

    Numbers that come out too large, more than fits in memory, a model file that is not there. And
    warnings of what is plain without a solver: that no plan can meet some limits and rules.
    """
    problems = [problem for problem in [model_problem(case.settings.plan.model)] if problem]
    try:
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


def solve_case(case: PlanningCase, method: Method = Method.AUTO, next_steps: bool = True) -> Solved:
    """Solve a case and check the plan; `next_steps` adds what relief of each limit would buy.

    Next steps are solved for small problems only. Raises InvalidInput, UsageError, SolverTrouble
    or VerificationFailed.
    """
    begin = time.perf_counter()
    problem, options = build_problem(case), options_of(case)
    model = case.settings.plan.model
    outcome = solve(problem, options, method, model)
    proof = outcome.relaxation
    if outcome.status is Status.INFEASIBLE and proof is not None:
        # Where whole tiers are what does not fit, the search has proven it, and no prices do.
        proven = prove_infeasible(problem, proof.prices)
        outcome = outcome.replace(relaxation=proof if proven else None)
    plan = make_plan(case, problem, outcome, own_objective=is_shipped(model))
    if plan is not None and next_steps:
        from slopt.study.next_unit import with_next_steps

        plan = with_next_steps(plan, _for_analysis(options, outcome))
    return Solved(case, problem, outcome, plan, time.perf_counter() - begin)


def close_moves(plan: Plan) -> dict[int, bool]:
    """For each segment that moves: is that a close call? Known for small problems only."""
    from slopt.study.close_calls import close_calls

    options = _for_analysis(options_of(plan.case), plan.outcome)
    return close_calls(plan, plan.moves, options)


def _for_analysis(options: Options, outcome: Outcome) -> Options:
    """Time for questions about a plan: what is left of the limit, and a few seconds at most."""
    left = options.time_limit_s - outcome.seconds
    return replace(options, time_limit_s=min(max(left, 0.1), ANALYSIS_S))


def explain_plan(plan: Plan, segments: Sequence[int] | None = None) -> Explanations:
    """Why the segments (all by default) have their tiers."""
    from slopt.study.explain import explain

    return explain(plan, options_of(plan.case), segments)


def evaluate_plan(case: PlanningCase, plan_file: Path) -> Evaluated:
    """Price the plan in a file; raises InvalidInput where the file is not a plan of this case."""
    from slopt.plan.bring import read_plan

    problem = build_problem(case)
    choice = read_plan(case, plan_file)
    return Evaluated(case, problem, choice, evaluate(problem, choice), evaluate_current(problem))
