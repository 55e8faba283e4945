"""Plans over periods: solve a case that has some, price a plan that one brings, plan again.

case = load_case("cases/parts-2027")
plan = solve_over_time(case).plan
again = solve_over_time(case, cycle=Cycle("2027Q3", "runs/january")).plan
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from slopt.case.case import PlanningCase
from slopt.case.columns import suggest
from slopt.engine.locked_plan import find_actuals, locked_plan
from slopt.engine.solving import options_of
from slopt.errors import UsageError
from slopt.plan.horizon.actual import with_actuals, with_joined_and_left
from slopt.plan.horizon.actual_rows import actuals_of_case, actuals_of_file
from slopt.plan.horizon.bring import PlanFiles, read_horizon_plan
from slopt.plan.horizon.plan import (
    EvaluatedHorizon,
    HorizonPlan,
    Settled,
    evaluate_today,
    make_horizon_plan,
)
from slopt.plan.horizon.rest import choice_of_rest, rest_of
from slopt.problem.horizon.build import build_horizon
from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.problem.horizon.problem import HorizonProblem, Places
from slopt.sayings import later, say
from slopt.solve.horizon.by_paths import proven_by_prices
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.solve.horizon.solve import solve_horizon
from slopt.solve.model_file import is_shipped
from slopt.vocabulary import Method

ONE_PERIOD_MODEL, MODEL = "tier_plan", "horizon_plan"


@dataclass(frozen=True)
class Cycle:
    """A further round of planning: the period from which to plan again, and what came before.

    `locked` names the run with the plan so far: a folder, or CASE@ID. `actuals` is a file of
    actuals, which count before those of the case's own table.
    """

    start: str
    locked: str
    actuals: Path | None = None


@dataclass(frozen=True, eq=False)
class SolvedHorizon:
    """The answer to a case with periods: the outcome, and the checked plan if there is one.

    `problem` is the one that was solved; `settled` what came before it.
    """

    case: PlanningCase
    problem: HorizonProblem
    outcome: HorizonOutcome
    plan: HorizonPlan | None
    seconds: float
    settled: Settled | None = None


def solve_over_time(
    case: PlanningCase, method: Method = Method.AUTO, cycle: Cycle | None = None
) -> SolvedHorizon:
    """Plan a case with periods, from its first one or from that of a cycle; check the plan.

    Raises InvalidInput, UsageError, SolverTrouble or VerificationFailed.
    """
    begin = time.perf_counter()
    _refuse_risk(case)
    problem, settled, known = build_horizon(case), None, None
    if cycle is not None:
        settled = settle(case, problem, cycle)
        notice = case.table("segments").numbers("notice_periods").astype(np.int64)
        problem = _rest(settled, notice)
        known = choice_of_rest(settled.problem, settled.choice, settled.first)
    model = model_of(case)
    outcome = solve_horizon(problem, options_of(case), method, model, known)
    certified = outcome.certified
    if certified is None and outcome.choice is not None and is_shipped(model):
        certified = proven_by_prices(problem, options_of(case))
    plan = make_horizon_plan(case, problem, outcome, settled, certified, is_shipped(model))
    return SolvedHorizon(case, problem, outcome, plan, time.perf_counter() - begin, settled)


def _refuse_risk(case: PlanningCase) -> None:
    """Raise UsageError where a plan over periods is to be chosen for its futures."""
    if case.settings.risk.measure is not None:
        raise UsageError(
            say(
                "A plan over periods is chosen at the case's own numbers; slopt risk shows how it "
                "fares in other futures. Leave --risk and risk.measure out."
            )
        )


def model_of(case: PlanningCase) -> str:
    """The model file of a case with periods; the shipped one of a single period is not meant."""
    model = case.settings.plan.model
    return MODEL if model == ONE_PERIOD_MODEL else model


def settle(case: PlanningCase, problem: HorizonProblem, cycle: Cycle) -> Settled:
    """What is settled when the cycle begins: the locked plan, and what happened in its place.

    Actuals of the cycle's file count before those of the case, and these before those that the
    locked plan was made with. Raises UsageError for a period that the case does not have or that
    nothing comes before, InvalidInput for a plan or actuals that are not of this case.
    """
    first = first_of(case, cycle.start)
    locked = locked_plan(case, problem, cycle.locked, first)
    known = actuals_of_case(case).over(locked.actuals)
    if cycle.actuals is not None:
        known = actuals_of_file(case, find_actuals(cycle.actuals)).over(known)
    known = with_joined_and_left(problem, locked.choice, known)
    actuals = known.until(first)
    happened, choice = with_actuals(problem, locked.choice, actuals)
    kept = evaluate_horizon(happened, choice)
    settled = Settled(first, happened, choice, actuals, kept, locked=cycle.locked)
    of_rest = evaluate_horizon(_rest(settled), choice_of_rest(happened, choice, first))
    ahead = (known.known & ~actuals.known).any(axis=0)
    unused = tuple(case.periods[p] for p in np.flatnonzero(ahead))
    return replace(settled, breaks=of_rest.violations, unused=unused)


def _rest(settled: Settled, notice: Places | None = None) -> HorizonProblem:
    assert settled.kept is not None
    return rest_of(settled.problem, settled.choice, settled.kept, settled.first, notice)


def first_of(case: PlanningCase, period: str) -> int:
    """The place of the period from which to plan again, 1 or more."""
    if period not in case.periods:
        raise UsageError(
            say(
                "--from {period}: the case has no such period. {hint}",
                period=period,
                hint=suggest(period, case.periods, later("Known are: {known}.")),
            )
        )
    first = case.periods.index(period)
    if first == 0:
        raise UsageError(
            say(
                "--from {period}: no period comes before the first one. Leave --from and --locked "
                "out.",
                period=period,
            )
        )
    return first


def evaluate_over_time(case: PlanningCase, files: PlanFiles) -> EvaluatedHorizon:
    """Price the plan in the files; raises InvalidInput where they are no plan of this case."""
    problem = build_horizon(case)
    choice = read_horizon_plan(case, problem, files).choice
    evaluation = evaluate_horizon(problem, choice)
    return EvaluatedHorizon(case, problem, choice, evaluation, evaluate_today(problem))
