"""Budget requests, and the least budgets that reach a target, of a case of one period or more."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from slopt.case.case import PlanningCase
from slopt.case.columns import suggest
from slopt.engine.horizons import Cycle, SolvedHorizon, model_of, settle, solve_over_time
from slopt.engine.solving import Solved, options_of, solve_case
from slopt.errors import UsageError
from slopt.plan.horizon.check import check_horizon
from slopt.plan.horizon.rest import rest_of
from slopt.plan.plan import Plan
from slopt.problem.horizon.build import build_horizon
from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.problem.horizon.problem import HorizonChoice, HorizonProblem, Numbers
from slopt.sayings import later, say
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.solve.horizon.solve import solve_horizon
from slopt.solve.model_file import is_shipped
from slopt.study.over_time.bought import Answer, Bought, bought_by
from slopt.study.over_time.budget_request import MOVES, STEP, BudgetRequest, request_budget
from slopt.study.over_time.committed import committed, committed_now
from slopt.study.over_time.least_path import LeastPath, least_path
from slopt.vocabulary import LOSSES, Method, Status


@dataclass(frozen=True, eq=False)
class Requested:
    """A budget request; where the case has no plan, its answer in its place.

    `problem` is that of the periods that are planned, None for a case of one period.
    """

    case: PlanningCase
    request: BudgetRequest | None
    problem: HorizonProblem | None = None
    failed: Solved | SolvedHorizon | None = None
    seconds: float = 0.0


@dataclass(frozen=True, eq=False)
class Path:
    """The least budgets of a case that reach a target, and the problem they were asked of."""

    case: PlanningCase
    problem: HorizonProblem
    path: LeastPath
    seconds: float


def request_of_case(
    case: PlanningCase,
    method: Method = Method.AUTO,
    cycle: Cycle | None = None,
    step: float = STEP,
    each: bool = False,
    moves: int = MOVES,
) -> Requested:
    """The budget request of a case, of the periods that a cycle still plans.

    Raises UsageError for a step that is no share, a model of the user's own, and what solving
    raises.
    """
    begin = time.perf_counter()
    if not 0 < step < 1:
        raise UsageError(
            say("--step {step} is no share between 0 and 1. For five percent: 0.05.", step=step)
        )
    _require_shipped(case)
    if not case.has_periods:
        found = _of_one_period(case, method, step)
    else:
        found = _over_time(case, method, cycle, step, each, moves)
    return replace(found, seconds=time.perf_counter() - begin)


def least_path_of_case(
    case: PlanningCase,
    target: float,
    by: str | None = None,
    method: Method = Method.AUTO,
    cycle: Cycle | None = None,
) -> Path:
    """The least budgets that reach a service level from a period on.

    Without `by`, from the period that the case's own target begins in. Raises UsageError for a
    case of one period, an unknown or settled period, a level that is no share.
    """
    begin = time.perf_counter()
    if not case.has_periods:
        raise UsageError(
            say(
                "--target speaks of periods, and this case has one only. The least budget for a "
                "level: slopt solve CASE --set plan.goal=min_budget --set "
                "limits.min_service_level={level}",
                level=target,
            )
        )
    _require_shipped(case)
    if not 0 < target <= 1:
        raise UsageError(
            say("--target min_service_level={level} is no share between 0 and 1.", level=target)
        )
    problem = build_horizon(case) if cycle is None else _rest_of(case, cycle)
    by = by or case.settings.horizon.target_from or problem.periods[0]
    if by not in problem.periods:
        raise UsageError(
            say(
                "--by {period}: no such period is planned. {hint}",
                period=by,
                hint=suggest(by, problem.periods, later("Known are: {known}.")),
            )
        )
    found = least_path(
        problem, target, problem.periods.index(by), _solver(case, method), options_of(case)
    )
    return Path(case, problem, found, time.perf_counter() - begin)


def _rest_of(case: PlanningCase, cycle: Cycle) -> HorizonProblem:
    settled = settle(case, build_horizon(case), cycle)
    notice = case.table("segments").numbers("notice_periods").astype(np.int64)
    assert settled.kept is not None
    return rest_of(settled.problem, settled.choice, settled.kept, settled.first, notice)


def _require_shipped(case: PlanningCase) -> None:
    if not is_shipped(case.settings.plan.model):
        raise UsageError(
            say(
                "slopt budget knows the limits of the shipped models, not those of {model}. Leave "
                "--model out.",
                model=case.settings.plan.model,
            )
        )


def _solver(case: PlanningCase, method: Method) -> Callable[[HorizonProblem], HorizonOutcome]:
    """Solve a problem of the case as its settings say, and check what comes of it.

    Ctrl-C ends all questions, not only the one that is being answered.
    """
    options, model = options_of(case), model_of(case)

    def solve(problem: HorizonProblem) -> HorizonOutcome:
        outcome = solve_horizon(problem, options, method, model)
        if outcome.status is Status.INTERRUPTED:
            raise KeyboardInterrupt
        if outcome.choice is not None:
            check_horizon(problem.goal, outcome, evaluate_horizon(problem, outcome.choice))
        return outcome

    return solve


def _over_time(
    case: PlanningCase, method: Method, cycle: Cycle | None, step: float, each: bool, moves: int
) -> Requested:
    solved = solve_over_time(case, method, cycle)
    problem, outcome = solved.problem, solved.outcome
    if solved.plan is None or outcome.choice is None:
        return Requested(case, None, problem, solved)
    solve = _solver(case, method)

    def ask(budgets: Numbers) -> Answer:
        asked = problem.replace(budget=budgets)
        its = solve(asked)
        if its.choice is None:
            return Answer(its.status, None, its.conflict)
        value = evaluate_horizon(asked, its.choice)
        return Answer(its.status, bought_by(asked, its, value))

    proposed = bought_by(problem, outcome, evaluate_horizon(problem, outcome.choice))
    request = request_budget(
        problem.periods,
        problem.goal,
        problem.budget,
        committed(problem),
        proposed,
        ask,
        step,
        each,
        moves,
    )
    return Requested(case, request, problem)


def _of_one_period(case: PlanningCase, method: Method, step: float) -> Requested:
    solved = solve_case(case, method, next_steps=False)
    if solved.plan is None:
        return Requested(case, None, None, solved)

    def ask(budgets: Numbers) -> Answer:
        limit = None if np.isnan(budgets[0]) else float(budgets[0])
        limits = replace(case.settings.limits, budget=limit)
        other = replace(case, settings=replace(case.settings, limits=limits))
        its = solve_case(other, method, next_steps=False)
        if its.outcome.status is Status.INTERRUPTED:
            raise KeyboardInterrupt
        bought = None if its.plan is None else _bought_now(its.plan)
        return Answer(its.outcome.status, bought, its.outcome.conflict)

    budget = solved.problem.budget
    request = request_budget(
        (case.settings.case.period.value,),
        solved.problem.goal,
        np.array([np.nan if budget is None else budget]),
        committed_now(solved.problem),
        _bought_now(solved.plan),
        ask,
        step,
        moves=0,
    )
    return Requested(case, request)


def _bought_now(plan: Plan) -> Bought:
    """The plan of one period as one over a single period."""
    from slopt.study.sweep.asker import tiers_and_levels

    value, none = plan.evaluation, np.zeros((0, 1))
    tiers = tiers_and_levels(plan.problem, plan.choice)[0][:, None]
    price = next((p.relaxation for p in plan.prices if p.name == "budget"), None)
    return Bought(
        spent=np.array([value.service_cost]),
        levels=np.array([value.service_level]),
        lost={name: getattr(value, name) for name in (*LOSSES, "lost_unsplit")},
        service_cost=value.service_cost,
        lost_sales=value.lost_sales,
        total_cost=value.total_cost,
        service_level=value.service_level,
        changes=value.changes,
        objective=value.objective,
        tiers=tiers,
        choice=HorizonChoice(tiers, none, none.copy(), np.zeros(0, dtype=np.int64)),
        prices=np.array([np.nan if price is None else price]),
        gap=plan.outcome.gap,
        reserve=None if plan.risk is None else plan.risk.fares.reserve,
    )
