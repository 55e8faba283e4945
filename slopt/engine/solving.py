"""Solve a case, and price a plan of it.

case = load_case("cases/parts-2027")
plan = solve_case(case).plan
print(plan.evaluation.total_cost, plan.frame())
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

from slopt.case.case import PlanningCase
from slopt.plan.plan import Evaluated, Plan, evaluate_current, make_plan
from slopt.plan.price_certificate import prove_infeasible
from slopt.problem.build import build_problem
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import evaluate
from slopt.problem.generated.sources import SERVE_SEGMENTS, require_listed
from slopt.solve.highs import Options
from slopt.solve.model_file import is_shipped
from slopt.solve.outcome import Outcome
from slopt.solve.refining.refine import refine
from slopt.vocabulary import Method, Status

ANALYSIS_S = 5.0
"""Seconds for next steps, and again for close calls; small problems take a fraction of one."""


@dataclass(frozen=True, eq=False)
class Solved:
    """The answer to a case: the outcome, and the checked plan if there is one.

    `chances` are limits that cannot be kept often enough over the futures, where that is why there
    is no plan.
    """

    case: PlanningCase
    problem: ChoiceProblem
    outcome: Outcome
    plan: Plan | None
    seconds: float
    chances: tuple[str, ...] = ()


def options_of(case: PlanningCase) -> Options:
    """The solve settings of a case."""
    settings = case.settings.solve
    return Options(settings.gap, settings.time_limit_s, settings.seed)


def solve_case(case: PlanningCase, method: Method = Method.AUTO, next_steps: bool = True) -> Solved:
    """Solve a case and check the plan; `next_steps` adds what relief of each limit would buy.

    Next steps are solved for small problems only, whose offers are all listed. Where the case has
    a risk measure the plan is the best by that; `next_steps` then adds what its caution costs.
    Raises InvalidInput, UsageError, SolverTrouble or VerificationFailed.
    """
    begin = time.perf_counter()
    if case.settings.risk.measure is not None:
        return _solve_for_futures(case, method, next_steps, begin)
    problem, options = build_problem(case), options_of(case)
    model = case.settings.plan.model
    refined = refine(problem, options, method, model)
    problem, outcome = refined.problem, refined.outcome
    proof = outcome.relaxation
    if outcome.status is Status.INFEASIBLE and proof is not None:
        # Where whole tiers are what does not fit, the search has proven it, and no prices do.
        proven = prove_infeasible(problem, proof.prices, proof.unlisted)
        outcome = outcome.replace(relaxation=proof if proven else None)
    plan = make_plan(case, problem, outcome, own_objective=is_shipped(model))
    if plan is not None and next_steps and not problem.has_sources:
        from slopt.study.next_unit import with_next_steps

        plan = with_next_steps(plan, _for_analysis(options, outcome))
    return Solved(case, problem, outcome, plan, time.perf_counter() - begin)


def _solve_for_futures(case: PlanningCase, method: Method, compared: bool, begin: float) -> Solved:
    """The plan that is best over the futures; its problem is that of the case's own numbers."""
    from slopt.study.risk.solving import solve_for_futures

    found, futures, plan = solve_for_futures(case, options_of(case), method, compared)
    outcome = found.outcome if plan is None else plan.outcome
    return Solved(case, futures.base, outcome, plan, time.perf_counter() - begin, found.chances)


def close_moves(plan: Plan, seconds: float = ANALYSIS_S) -> dict[int, bool]:
    """For each segment that moves: is that a close call? Known for small problems only.

    Those that so many seconds do not suffice for are left out; none is known of a plan for
    uncertain futures.
    """
    if plan.risk is not None:
        return {}
    from slopt.study.close_calls import close_calls

    options = _for_analysis(options_of(plan.case), plan.outcome)
    options = replace(options, time_limit_s=min(options.time_limit_s, seconds))
    return close_calls(plan, plan.moves, options)


def _for_analysis(options: Options, outcome: Outcome) -> Options:
    """Time for questions about a plan: what is left of the limit, and a few seconds at most."""
    left = options.time_limit_s - outcome.seconds
    return replace(options, time_limit_s=min(max(left, 0.1), ANALYSIS_S))


def read_plan_of(case: PlanningCase, file: Path, what: str) -> tuple[ChoiceProblem, Choice]:
    """A plan in a file and the problem that it is a choice of, with the levels that it brings.

    `what` is the command that asks. Raises InvalidInput where the file is not a plan of this case,
    UsageError where stock rooms or desks are planned too, which no plan.csv holds.
    """
    from slopt.plan.bring import read_plan
    from slopt.plan.bring_levels import read_plan_with_levels

    if any(name in case.tables for name in SERVE_SEGMENTS):
        require_listed(case, what)
    problem = build_problem(case)
    if problem.has_sources:
        return read_plan_with_levels(case, problem, file)
    return problem, read_plan(case, file)


def evaluate_plan(case: PlanningCase, plan_file: Path) -> Evaluated:
    """Price the plan in a file; raises as `read_plan_of`."""
    problem, choice = read_plan_of(case, plan_file, "slopt evaluate")
    return Evaluated(case, problem, choice, evaluate(problem, choice), evaluate_current(problem))
