"""Recorded runs over periods: their plan as it was, its files, and the question answered again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.engine.locked_plan import horizon_in_folder
from slopt.errors import UsageError, VerificationFailed
from slopt.plan.files import Content
from slopt.plan.horizon.actual import with_actuals
from slopt.plan.horizon.files import horizon_files
from slopt.plan.horizon.plan import EvaluatedHorizon, HorizonPlan, Settled, evaluate_today
from slopt.plan.horizon.recorded import recorded_horizon
from slopt.plan.plan import Price
from slopt.problem.horizon.build import build_horizon
from slopt.problem.horizon.evaluate import HorizonEvaluation, evaluate_horizon
from slopt.sayings import say
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.store.run import Run
from slopt.vocabulary import Method, Status

SAME = 1e-6
"""Relative: figures that differ by less are the same, on another machine or by another version."""


def named_horizon_plan(named: str, case: str | None = None) -> HorizonPlan:
    """The plan over periods of a run that a user names: a folder, or CASE@ID.

    Of a folder its files count. `case` names the case where the run has no copy of it. Raises
    UsageError where there is no such run or no plan over periods in it, InvalidInput for files that
    are no plan of the case, VerificationFailed as `horizon_plan_of_run` does.
    """
    from slopt.store.find import find_run

    folder = Path(named)
    return horizon_plan_of_run(find_run(named, case), folder if folder.is_dir() else None)


def horizon_plan_of_run(run: Run, folder: Path | None = None) -> HorizonPlan:
    """The plan over periods of a run as it was, by the record or by the files in its folder.

    Nothing is chosen anew. What keeping to an earlier plan would have come to is not in it. Raises
    UsageError where the inputs are not kept or there is no plan, VerificationFailed where the
    figures of the run are not those of its plan.
    """
    document = run.document
    if not document.get("periods"):
        raise UsageError(say("This run has no plan over periods."))
    case = run.case
    problem = build_horizon(case)
    if folder is not None:
        found = horizon_in_folder(case, problem, folder)
    elif run.plans is not None:
        found = recorded_horizon(case, problem, document, run.plans)
    else:
        raise UsageError(say("This run has no plan over periods."))
    problem, choice = with_actuals(problem, found.choice, found.actuals)
    evaluation = evaluate_horizon(problem, choice)
    _compare(document, evaluation)
    outcome, settled = _outcome(document), None
    if document.get("settled") is not None:
        first = problem.periods.index(document["settled"]["from"])
        locked = str(document["settled"]["locked"])
        settled = Settled(first, problem, choice, found.actuals, locked=locked)
    known = {entry["name"]: entry["price"] for entry in document.get("prices", [])}
    return HorizonPlan(
        case,
        problem,
        outcome,
        choice,
        evaluation,
        evaluate_today(problem),
        evaluation.objective,
        outcome.bound,
        document.get("certified_bound"),
        tuple(Price(use, known.get(use.name)) for use in evaluation.limits),
        settled,
    )


def _compare(document: Mapping[str, Any], evaluation: HorizonEvaluation) -> None:
    then, now = document.get("total_cost"), evaluation.total_cost
    if not isinstance(then, int | float) or abs(then - now) > SAME * max(abs(then), abs(now), 1.0):
        raise VerificationFailed(
            say(
                "The {name} of this run is {then}, and its plan comes to {now}: the two do not "
                "belong together. Solve the case again.",
                name="total_cost",
                then=then,
                now=f"{now:.6g}",
            )
        )


def _outcome(document: Mapping[str, Any]) -> HorizonOutcome:
    """How the run ended, by its document; its choice is that of the plan."""
    method = str(document.get("method"))
    return HorizonOutcome(
        Status(str(document["status"])),
        Method(method) if method in set(Method) else Method.AUTO,
        str(document.get("solver") or ""),
        int(document.get("seed") or 0),
        float(document.get("seconds") or 0.0),
        objective=document.get("objective"),
        bound=document.get("bound"),
        why=str(document.get("route") or ""),
    )


def files_of_horizon(run: Run, document: Mapping[str, Any]) -> dict[str, Content]:
    """The files of its plan, as `--out` writes them, with this document."""
    return horizon_files(horizon_plan_of_run(run), document)


def _locked_of(run: Run) -> str:
    """The run that it planned on top of, as it was named."""
    return str((run.document.get("settled") or {}).get("locked") or "RUN")


def answer_over_time(
    run: Run, case: PlanningCase
) -> tuple[NDArray[np.int64] | None, dict[str, Any]]:
    """The tiers by period and the document of the question of a run, asked of a case again."""
    from slopt.engine.horizons import solve_over_time
    from slopt.plan.horizon.result import (
        evaluated_horizon_result,
        horizon_result,
        no_horizon_plan_result,
    )

    if "from" in run.options:
        raise UsageError(
            say(
                "This run planned again on top of another one. Run its command anew: slopt solve "
                "{case} --from {period} --locked {locked}.",
                case=run.named,
                period=run.options["from"],
                locked=_locked_of(run),
            )
        )
    if run.command == "evaluate":
        assert run.plans is not None
        problem = build_horizon(case)
        choice = recorded_horizon(case, problem, run.document, run.plans).choice
        value, today = evaluate_horizon(problem, choice), evaluate_today(problem)
        brought = EvaluatedHorizon(case, problem, choice, value, today)
        return run.plans, evaluated_horizon_result(brought, 0.0)
    solved = solve_over_time(case, Method(run.options["method"]))
    if solved.plan is None:
        return None, no_horizon_plan_result(case, solved.outcome, 0.0)
    return solved.plan.tiers.T, horizon_result(solved.plan, 0.0)
