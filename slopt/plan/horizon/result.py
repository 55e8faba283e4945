"""result.json of a plan over periods: the contract's fields in present value, then by period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from slopt.case.case import PlanningCase
from slopt.plan.horizon.plan import EvaluatedHorizon, HorizonPlan, Settled
from slopt.plan.horizon.recorded import actual_rows
from slopt.plan.horizon.rows import period_rows, project_rows, staff_rows
from slopt.plan.plan import Price
from slopt.plan.provenance import assumed_inputs
from slopt.plan.result import (
    broken_rules,
    price_entry,
    record,
    record_of_evaluation,
    violations,
    without_figures,
)
from slopt.plan.rows import tidy
from slopt.problem.horizon.evaluate import HorizonEvaluation
from slopt.problem.horizon.problem import HorizonChoice, HorizonProblem
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.vocabulary import LOSSES, Basis

MONEY = ("service_cost", *LOSSES, "lost_sales", "total_cost")


def horizon_totals(problem: HorizonProblem, evaluation: HorizonEvaluation) -> dict[str, Any]:
    """Totals in present value; the mean level over periods; the most tiers used at a time."""
    figures: dict[str, Any] = {name: tidy(evaluation.present[name]) for name in MONEY}
    if not knows_kinds(evaluation):
        figures.update(dict.fromkeys(LOSSES))
    return {
        **figures,
        "service_level": tidy(evaluation.mean_service_level),
        "tiers_used": int(evaluation.tiers_used.max()),
        "changes": evaluation.changes,
        "npv": tidy(evaluation.npv),
    }


def knows_kinds(evaluation: HorizonEvaluation) -> bool:
    """False where all lost sales are given as one figure, without their kinds."""
    present = evaluation.present
    return present["lost_unsplit"] == 0 or present["lost_sales"] != present["lost_unsplit"]


def horizon_result(plan: HorizonPlan, total_seconds: float) -> dict[str, Any]:
    """result.json of a solved plan over periods."""
    problem, evaluation, outcome = plan.problem, plan.evaluation, plan.outcome
    totals, certificate = horizon_totals(problem, evaluation), plan.certificate
    npv = totals.pop("npv")
    return {
        "status": plan.status.value,
        "goal": problem.goal.value,
        "objective": tidy(plan.objective),
        "bound": tidy(plan.bound),
        "gap": tidy(plan.gap),
        "certified_bound": certificate.bound if certificate else None,
        "certified_gap": certificate.gap if certificate else None,
        **totals,
        "current": horizon_totals(problem, plan.today) if plan.today else None,
        "prices": [price_entry(price) for price in plan.prices],
        "broken_rules": broken_rules(evaluation.broken),
        **record(plan.case, outcome, total_seconds),
        "penalties": tidy(evaluation.penalties),
        "lost_unsplit": tidy(evaluation.present["lost_unsplit"]),
        "route": outcome.why,
        "npv": npv,
        **_over_time(problem, plan.choice, evaluation, plan.basis),
        "settled": _settled(plan.settled, plan),
        "assumed": assumed_inputs(plan.case),
    }


def no_horizon_plan_result(
    case: PlanningCase, outcome: HorizonOutcome, total_seconds: float
) -> dict[str, Any]:
    """result.json where there is no plan: the same fields, with the conflict."""
    return {
        **without_figures(case, outcome, total_seconds),
        "npv": None,
        "periods": [],
        "conflict": list(outcome.conflict),
    }


def evaluated_horizon_result(brought: EvaluatedHorizon, total_seconds: float) -> dict[str, Any]:
    """result.json of a plan that was brought: no bound and no prices, but `violations`."""
    case, problem, evaluation = brought.case, brought.problem, brought.evaluation
    totals = horizon_totals(problem, evaluation)
    npv = totals.pop("npv")
    return {
        "status": "infeasible" if evaluation.violations else "feasible",
        "goal": problem.goal.value,
        "objective": tidy(evaluation.objective),
        **dict.fromkeys(("bound", "gap", "certified_bound", "certified_gap")),
        **totals,
        "current": horizon_totals(problem, brought.today) if brought.today else None,
        "prices": [price_entry(Price(use)) for use in evaluation.limits],
        "broken_rules": broken_rules(evaluation.broken),
        **record_of_evaluation(case, total_seconds),
        "penalties": tidy(evaluation.penalties),
        "lost_unsplit": tidy(evaluation.present["lost_unsplit"]),
        "violations": violations(evaluation.violations),
        "npv": npv,
        **_over_time(problem, brought.choice, evaluation, brought.basis),
        "assumed": assumed_inputs(case),
    }


def _over_time(
    problem: HorizonProblem,
    choice: HorizonChoice,
    evaluation: HorizonEvaluation,
    basis: Sequence[Sequence[Basis]],
) -> dict[str, Any]:
    """What happens in each period, after the last one, and to staff and projects."""
    return {
        "periods": _tidied(period_rows(problem, evaluation, basis)),
        "after_horizon": {
            **{name: tidy(value) for name, value in evaluation.after.items()},
            "lost_sales": tidy(sum(evaluation.after.values())),
        },
        "staff": _tidied(staff_rows(problem, choice, evaluation)),
        "projects": _tidied(project_rows(problem, choice)),
    }


def _tidied(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {name: tidy(value) if isinstance(value, float) else value for name, value in row.items()}
        for row in rows
    ]


def _settled(settled: Settled | None, plan: HorizonPlan) -> dict[str, Any] | None:
    """What the plan begins with: the earlier plan, and what keeping to that would come to."""
    if settled is None:
        return None
    before = settled.problem.mode_tier[settled.choice.modes]
    return {
        "from": settled.problem.periods[settled.first],
        "locked": settled.locked,
        "kept": horizon_totals(settled.problem, settled.kept) if settled.kept else None,
        "kept_violations": violations(settled.breaks),
        "changed_tiers": int(np.sum(plan.tiers != before)),
        "actuals": actual_rows(settled.problem, settled.actuals),
    }
