"""Every plan is evaluated again, without the solver, before anybody sees it."""

from __future__ import annotations

import numpy as np

from slopt.plan.certificate import largest_breach
from slopt.plan.refusals import no_plan_refused, refuse_broken, refuse_other_value
from slopt.problem.choice import EDGE, ChoiceProblem
from slopt.problem.evaluate import Evaluation, evaluate
from slopt.solve.outcome import Outcome

SURE = EDGE / 4
"""Relative: a limit that is overstepped by no more counts as kept with every solver too."""


def check(
    problem: ChoiceProblem, outcome: Outcome, evaluation: Evaluation, own_objective: bool
) -> None:
    """Refuse a plan that breaks a firm rule, or whose value is not what the solver said.

    `own_objective` is true for the shipped models; a user's own model may be best at something
    else, so only its rules are checked. Raises VerificationFailed with what failed.
    """
    refuse_broken(evaluation.violations)
    if not own_objective or outcome.objective is None:
        return
    worth = evaluation.objective
    sizes = (outcome.objective, worth, float(abs(problem.values).max(initial=0.0)))
    largest = max(abs(size) for size in sizes)
    refuse_other_value(outcome.objective, outcome.bound, worth, largest, problem.goal.maximises)


def check_no_plan(problem: ChoiceProblem) -> None:
    """Refuse the word of a solver that there is no plan, where today's tiers are one.

    Raises VerificationFailed.
    """
    current = problem.current
    if len(current) == 0 or np.any(current < 0):
        return
    if evaluate(problem, current).violations or largest_breach(problem, current) > SURE:
        return
    raise no_plan_refused()
