"""result.json: every figure of an answer under the names of the contract, in its order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from slopt import __version__
from slopt.case.case import PlanningCase
from slopt.plan.parts import has_levels, plan_parts
from slopt.plan.plan import Evaluated, Plan, Price
from slopt.plan.promises import totals_of_promises
from slopt.plan.provenance import assumed_inputs
from slopt.plan.risk_result import asked_entry, risk_entry
from slopt.plan.rows import tidy
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import Breach, Evaluation
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.solve.outcome import Outcome
from slopt.vocabulary import LOSSES, Status

TOTALS = (
    "service_cost",
    *LOSSES,
    "lost_sales",
    "total_cost",
    "service_level",
    "tiers_used",
    "changes",
)


STEP_DIGITS = 9
"""Of next steps: the solver tells limits apart to about 1e-9."""


def totals(evaluation: Evaluation) -> dict[str, Any]:
    """The totals of a plan. Kinds of lost sales are null where none of them is known apart."""
    figures: dict[str, Any] = {name: getattr(evaluation, name) for name in TOTALS}
    for name, value in figures.items():
        if isinstance(value, float):
            figures[name] = tidy(value)
    if not evaluation.knows_kinds:
        figures.update(dict.fromkeys(LOSSES))
    return figures


def _totals_of(problem: ChoiceProblem, evaluation: Evaluation) -> dict[str, Any]:
    """The totals; without a mean level where nobody chooses a tier or a level."""
    figures = totals(evaluation)
    if not has_levels(problem):
        figures["service_level"] = None
    return figures


def price_entry(price: Price) -> dict[str, Any]:
    """One entry of `prices`."""
    return {
        "name": price.name,
        "used": tidy(price.use.used),
        "limit": tidy(price.use.limit),
        "price": tidy(price.relaxation),
        "fixed_choice_price": tidy(price.fixed_choice),
        "next_step": tidy(price.next_step, STEP_DIGITS),
        "next_gain": tidy(price.next_gain, STEP_DIGITS),
    }


def plan_result(plan: Plan, total_seconds: float) -> dict[str, Any]:
    """result.json of a solved plan."""
    certificate = plan.certificate
    problem = plan.problem
    return {
        "status": plan.status.value,
        "goal": problem.goal.value,
        "objective": tidy(plan.objective),
        "bound": tidy(plan.bound),
        "gap": tidy(plan.gap),
        "certified_bound": certificate.bound if certificate else None,
        "certified_gap": certificate.gap if certificate else None,
        **_totals_of(problem, plan.evaluation),
        "current": _totals_of(problem, plan.current) if plan.current else None,
        "prices": [price_entry(price) for price in plan.prices],
        "broken_rules": broken_rules(plan.evaluation.broken),
        **record(plan.case, plan.outcome, total_seconds),
        "penalties": tidy(plan.evaluation.penalties),
        "lost_unsplit": tidy(plan.evaluation.lost_unsplit),
        "largest_exact_breach": certificate.largest_breach if certificate else None,
        "route": plan.outcome.why,
        "assumed": assumed_inputs(plan.case),
        **_parts(problem, plan.choice),
        **totals_of_promises(plan.case, problem, plan.choice),
        **({"risk": risk_entry(plan)} if plan.risk is not None else {}),
    }


def _parts(problem: ChoiceProblem, choice: Choice) -> dict[str, Any]:
    """`parts`, where stock rooms or desks are planned beside the segments."""
    parts = plan_parts(problem, choice)
    return {"parts": parts} if parts else {}


def no_plan_result(
    case: PlanningCase, outcome: Outcome, total_seconds: float, chances: Sequence[str] = ()
) -> dict[str, Any]:
    """result.json where there is no plan: the same fields, with the conflict.

    `chances` are limits that cannot be kept often enough over the futures.
    """
    document = {
        **without_figures(case, outcome, total_seconds),
        "conflict": list(outcome.conflict),
        "infeasibility_prices": _proof(outcome),
    }
    if case.settings.risk.measure is not None:
        document["risk"] = {**asked_entry(case), "chances_in_conflict": list(chances)}
    return document


def _proof(outcome: Outcome) -> dict[str, Any] | None:
    """The prices that prove that there is no plan, where prices do."""
    if outcome.status is not Status.INFEASIBLE or outcome.relaxation is None:
        return None
    return {name: tidy(price) for name, price in outcome.relaxation.prices.items() if price > 0}


def evaluation_result(brought: Evaluated, total_seconds: float) -> dict[str, Any]:
    """result.json of a plan that was brought: no bound and no prices, but `violations`."""
    case, evaluation, current = brought.case, brought.evaluation, brought.current
    return {
        "status": "infeasible" if evaluation.violations else "feasible",
        "goal": brought.problem.goal.value,
        "objective": tidy(evaluation.objective),
        **dict.fromkeys(("bound", "gap", "certified_bound", "certified_gap")),
        **totals(evaluation),
        "current": totals(current) if current else None,
        "prices": [price_entry(Price(use)) for use in evaluation.limits],
        "broken_rules": broken_rules(evaluation.broken),
        **record_of_evaluation(case, total_seconds),
        "penalties": tidy(evaluation.penalties),
        "lost_unsplit": tidy(evaluation.lost_unsplit),
        "violations": violations(evaluation.violations),
        "assumed": assumed_inputs(case),
        **_parts(brought.problem, brought.choice),
        **totals_of_promises(case, brought.problem, brought.choice),
    }


def without_figures(
    case: PlanningCase, outcome: Outcome | HorizonOutcome, total_seconds: float
) -> dict[str, Any]:
    """The fields of every result, where there is no plan to have figures."""
    empty = dict.fromkeys(
        ("objective", "bound", "gap", "certified_bound", "certified_gap", *TOTALS, "current")
    )
    empty["bound"] = tidy(outcome.bound)
    return {
        "status": outcome.status.value,
        "goal": case.settings.plan.goal.value,
        **empty,
        "prices": [],
        "broken_rules": [],
        **record(case, outcome, total_seconds),
    }


def broken_rules(broken: Iterable[Breach]) -> list[dict[str, Any]]:
    """Soft rules that are broken: by how much, at which penalty, for which cost."""
    return [
        {"rule": b.rule, "amount": tidy(b.amount), "penalty": tidy(b.penalty), "cost": tidy(b.cost)}
        for b in broken
    ]


def violations(breaches: Iterable[Breach]) -> list[dict[str, Any]]:
    """Firm limits and rules that are broken: by how much."""
    return [{"rule": breach.rule, "amount": tidy(breach.amount)} for breach in breaches]


def record(
    case: PlanningCase, outcome: Outcome | HorizonOutcome, total_seconds: float
) -> dict[str, Any]:
    """How an answer came about."""
    return {
        "method": outcome.method.value,
        "case_hash": case.hash,
        "slopt_version": __version__,
        "solver": outcome.solver,
        "seed": outcome.seed,
        "seconds": round(outcome.seconds, 6),
        "total_seconds": round(total_seconds, 6),
    }


def record_of_evaluation(case: PlanningCase, total_seconds: float) -> dict[str, Any]:
    """How the figures of a plan that was brought came about: nothing was solved."""
    return {
        "method": "evaluate",
        "case_hash": case.hash,
        "slopt_version": __version__,
        "solver": None,
        "seed": case.settings.solve.seed,
        "seconds": 0.0,
        "total_seconds": round(total_seconds, 6),
    }
