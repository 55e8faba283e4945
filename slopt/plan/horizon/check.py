"""Every plan over periods is evaluated again, without the solver, before anybody sees it."""

from __future__ import annotations

from slopt.plan.refusals import no_plan_refused, refuse_broken, refuse_other_value
from slopt.problem.horizon.evaluate import HorizonEvaluation
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.vocabulary import Goal

MOST_NAMED = 8


def check_horizon(
    goal: Goal, outcome: HorizonOutcome, evaluation: HorizonEvaluation, own_objective: bool = True
) -> None:
    """Refuse a plan that breaks a firm rule, or whose value is not what the solver said.

    `own_objective` is true for the shipped models. Raises VerificationFailed with what failed.
    """
    refuse_broken(evaluation.violations[:MOST_NAMED])
    if not own_objective or outcome.objective is None:
        return
    money = 0.0 if goal.maximises else evaluation.total_cost
    worth = evaluation.objective
    largest = max(abs(outcome.objective), abs(worth), abs(money))
    refuse_other_value(outcome.objective, outcome.bound, worth, largest, goal.maximises)


def check_no_horizon_plan(kept: HorizonEvaluation | None) -> None:
    """Refuse the word of a solver that there is no plan, where keeping today's tiers is one.

    `kept` is their evaluation, None where a segment has no tier today. Raises VerificationFailed.
    """
    if kept is None or kept.violations or any(use.breach > 0 for use in kept.limits):
        return
    raise no_plan_refused()
