"""The plan of an earlier run as it was: nothing is chosen anew, and its figures are checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from slopt.engine.solving import solve_case
from slopt.errors import UsageError, VerificationFailed
from slopt.plan.certificate import Certificate
from slopt.plan.plan import Plan, Price, evaluate_current
from slopt.problem.build import build_problem, require_one_period
from slopt.problem.choice import Choice
from slopt.problem.evaluate import evaluate
from slopt.problem.generated.sources import has_sources
from slopt.sayings import say
from slopt.solve.model_file import is_shipped
from slopt.solve.outcome import Outcome, Relaxation
from slopt.vocabulary import Method, Status

if TYPE_CHECKING:
    from slopt.store.run import Run

COMMANDS = ("solve", "evaluate")
SAME = 1e-6
"""Relative: figures that differ by less are the same, on another machine or by another version."""


def plan_of_run(run: Run) -> Plan:
    """The plan of a run of `solve` or `evaluate`.

    Where the case is small it is solved again, in a moment, for what only a solve can tell of its
    prices; that counts only where it comes to the very same plan. Raises UsageError where there is
    no plan or no inputs, VerificationFailed where the figures of the run are not those of its plan.
    """
    if run.command not in COMMANDS:
        raise UsageError(
            say(
                "A report is made of a plan: of a run of slopt solve or slopt "
                "evaluate. This one is a run of slopt {command}.",
                command=run.command,
            )
        )
    choice = run.choice
    if run.command == "solve" and has_sources(run.case):
        return _solved_again(run)
    if has_sources(run.case):
        raise UsageError(
            say(
                "A run of slopt evaluate keeps the tiers of its plan and not its levels. Price the "
                "plan again with slopt evaluate."
            )
        )
    if choice is None and run.document.get("periods"):
        require_one_period(run.case)
    if choice is None:
        raise UsageError(say("This run has no plan. Why there is none: slopt diagnose CASE"))
    case = run.case
    if run.command == "solve" and case.settings.risk.measure is not None:
        return _solved_for_futures_again(run, choice)
    problem = build_problem(case)
    evaluation = evaluate(problem, choice)
    _compare(run.document, "total_cost", evaluation.total_cost)
    own_objective = is_shipped(case.settings.plan.model)
    if own_objective and run.command == "solve":
        _compare(run.document, "objective", evaluation.objective)
    outcome = _outcome(run.document, choice)
    known = {entry["name"]: entry for entry in run.document.get("prices") or ()}
    plan = Plan(
        case,
        problem,
        outcome,
        choice,
        evaluation,
        evaluate_current(problem),
        evaluation.objective if own_objective else float(outcome.objective or 0.0),
        outcome.bound,
        _certificate(run.document),
        tuple(_price(use, known.get(use.name, {})) for use in evaluation.limits),
    )
    if run.command == "solve" and own_objective and problem.is_small:
        again = solve_case(case, outcome.method).plan
        if again is not None and np.array_equal(again.choice, choice):
            outcome = again.outcome.replace(seconds=outcome.seconds)
            return replace(again, outcome=outcome)
    return plan


def _solved_again(run: Run) -> Plan:
    """The plan of offers that were made as they were needed, which no record holds: made again."""
    plan = None
    if run.document.get("total_cost") is not None:
        plan = solve_case(run.case, Method(run.options.get("method", Method.AUTO))).plan
    if plan is None:
        raise UsageError(say("This run has no plan. Why there is none: slopt diagnose CASE"))
    _compare(run.document, "total_cost", plan.evaluation.total_cost)
    return plan


def _solved_for_futures_again(run: Run, choice: Choice) -> Plan:
    """The plan for uncertain futures, whose futures and bound no record holds: made again.

    Raises UsageError where another plan comes out, by another version or on another machine.
    """
    plan = solve_case(run.case, Method(run.options.get("method", Method.AUTO))).plan
    if plan is None or not np.array_equal(plan.choice, choice):
        raise UsageError(
            say(
                "The plan for uncertain futures of this run comes out otherwise today: solve the "
                "case again, or price the plan that was kept with slopt evaluate --risk."
            )
        )
    _compare(run.document, "total_cost", plan.evaluation.total_cost)
    return plan


def _compare(document: Mapping[str, Any], name: str, now: float) -> None:
    then = _number(document.get(name))
    if then is None or abs(then - now) > SAME * max(abs(then), abs(now), 1.0):
        raise VerificationFailed(
            say(
                "The {name} of this run is {was}, and its plan comes to {now}: the two "
                "do not belong together. Solve the case again.",
                name=name,
                was=document.get(name),
                now=f"{now:.6g}",
            )
        )


def _outcome(document: Mapping[str, Any], choice: Any) -> Outcome:
    """How the run ended, by its document."""
    method = str(document.get("method"))
    prices = {
        entry["name"]: float(entry["price"])
        for entry in document.get("prices") or ()
        if _number(entry.get("price")) is not None
    }
    return Outcome(
        Status(str(document["status"])),
        Method(method) if method in set(Method) else Method.AUTO,
        str(document.get("solver") or ""),
        int(_number(document.get("seed")) or 0),
        _number(document.get("seconds")) or 0.0,
        choice,
        _number(document.get("objective")),
        _number(document.get("bound")),
        Relaxation(prices) if prices else None,
        why=str(document.get("route") or ""),
    )


def _certificate(document: Mapping[str, Any]) -> Certificate | None:
    bound, gap = _number(document.get("certified_bound")), _number(document.get("certified_gap"))
    if bound is None or gap is None:
        return None
    return Certificate(bound, gap, _number(document.get("largest_exact_breach")) or 0.0)


def _price(use: Any, entry: Mapping[str, Any]) -> Price:
    """A limit with the prices that the run found."""
    step, gain = _number(entry.get("next_step")), _number(entry.get("next_gain"))
    if step is None and gain == 0:
        step = float("inf")
    return Price(
        use, _number(entry.get("price")), _number(entry.get("fixed_choice_price")), step, gain
    )


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None  # type: ignore[arg-type]
