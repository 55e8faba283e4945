"""Why a case over periods has no plan, and the least that has to give way, as cases with plans."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from slopt.case.amounts import Amount
from slopt.case.case import PlanningCase
from slopt.case.changes import with_values
from slopt.case.paths import Path
from slopt.engine.horizons import Cycle, SolvedHorizon, model_of, settle, solve_over_time
from slopt.engine.solving import options_of
from slopt.errors import InvalidInput, UsageError
from slopt.plan.horizon.check import check_horizon
from slopt.plan.horizon.plan import HorizonPlan, Settled, make_horizon_plan
from slopt.plan.horizon.rest import rest_of
from slopt.problem.horizon.build import build_horizon
from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.problem.horizon.problem import HorizonProblem
from slopt.sayings import say
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.solve.horizon.solve import solve_horizon
from slopt.solve.model_file import is_shipped
from slopt.study.over_time.diagnosis import DiagnosisOverTime, RepairOverTime, diagnose_over_time
from slopt.study.over_time.give_way import figures
from slopt.vocabulary import Method, Status


@dataclass(frozen=True, eq=False)
class DiagnosedOverTime:
    """The answer to a case over periods, and the diagnosis where it has no plan.

    `plans` are those of the case with the changes of each repair, None where the case has no place
    for one of them.
    """

    case: PlanningCase
    solved: SolvedHorizon
    diagnosis: DiagnosisOverTime
    plans: tuple[HorizonPlan | None, ...]
    seconds: float


def diagnose_case_over_time(
    case: PlanningCase, method: Method = Method.AUTO, cycle: Cycle | None = None
) -> DiagnosedOverTime:
    """Conflicts and repairs of a case over periods without a plan, or of those a cycle still plans.

    Raises UsageError for a model file of one's own, and what solve_over_time raises.
    """
    begin = time.perf_counter()
    model, options = case.settings.plan.model, options_of(case)
    if not is_shipped(model):
        raise UsageError(
            say(
                "slopt diagnose knows the rules of the shipped models, not those of "
                "{model}. Leave --model out, or look for the conflict in the model "
                "file.",
                model=model,
            )
        )

    def solve(problem: HorizonProblem) -> HorizonOutcome:
        outcome = solve_horizon(problem, options, method, model_of(case))
        if outcome.status is Status.INTERRUPTED:
            raise KeyboardInterrupt
        if outcome.choice is not None:
            check_horizon(problem.goal, outcome, evaluate_horizon(problem, outcome.choice))
        return outcome

    solved = solve_over_time(case, method, cycle)
    found = DiagnosisOverTime(solved.problem, solved.outcome)
    if solved.outcome.status is Status.INFEASIBLE:
        found = diagnose_over_time(solved.problem, solved.outcome, solve, options)
    plans = tuple(_plan_of(case, cycle, repair) for repair in found.repairs)
    return DiagnosedOverTime(case, solved, found, plans, time.perf_counter() - begin)


def _plan_of(case: PlanningCase, cycle: Cycle | None, repair: RepairOverTime) -> HorizonPlan | None:
    """The repaired plan as one of the case with the changes made; None where these cannot be made
    by paths of the case, or come to something else there."""
    changes: dict[str | Path, Amount | float | str | bool | None] = {
        change.figure.path: change.value for change in repair.changes
    }
    try:
        changed = with_values(case, changes)
        problem, settled = _planned(changed, cycle)
    except (UsageError, InvalidInput):
        return None
    if _figures_of(problem) != _figures_of(repair.problem):
        return None
    outcome = repair.outcome
    return make_horizon_plan(changed, problem, outcome, settled, outcome.certified)


def _planned(case: PlanningCase, cycle: Cycle | None) -> tuple[HorizonProblem, Settled | None]:
    """What is still to be planned, and what is settled before it."""
    problem = build_horizon(case)
    if cycle is None:
        return problem, None
    settled = settle(case, problem, cycle)
    assert settled.kept is not None
    notice = case.table("segments").numbers("notice_periods").astype(np.int64)
    rest = rest_of(settled.problem, settled.choice, settled.kept, settled.first, notice)
    return rest, settled


def _figures_of(problem: HorizonProblem) -> list[tuple[str, float]]:
    return [(one.name, one.value) for one in figures(problem)]
