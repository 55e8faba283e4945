"""Every plan is evaluated again, without the solver, before anybody sees it."""

from __future__ import annotations

import numpy as np

from slopt.errors import VerificationFailed
from slopt.plan.certificate import largest_breach
from slopt.problem.choice import EDGE, ChoiceProblem
from slopt.problem.evaluate import Evaluation, evaluate
from slopt.solve.outcome import Outcome

AGREE = 1e-6
"""Relative. The solver's rows may be off by 5e-10 of their largest coefficient each, and a slack
variable multiplies that by its penalty; a wrong coefficient is off by far more."""

SURE = EDGE / 4
"""Relative: a limit that is overstepped by no more counts as kept with every solver too."""


def check(
    problem: ChoiceProblem, outcome: Outcome, evaluation: Evaluation, own_objective: bool
) -> None:
    """Refuse a plan that breaks a firm rule, or whose value is not what the solver said.

    `own_objective` is true for the shipped models; a user's own model may be best at something
    else, so only its rules are checked. Raises VerificationFailed with what failed.
    """
    if evaluation.violations:
        broken = "; ".join(f"{v.rule} by {v.amount:.9g}" for v in evaluation.violations)
        raise VerificationFailed(
            f"The plan that the solver returned breaks {broken}. It is not shown. Check for "
            "numbers of very different size in one column, or solve with --method pyomo."
        )
    if not own_objective or outcome.objective is None:
        return
    largest = max(
        abs(outcome.objective),
        abs(evaluation.objective),
        float(abs(problem.values).max(initial=0.0)),
    )
    if not abs(outcome.objective - evaluation.objective) <= AGREE * largest:  # a NaN is not
        raise VerificationFailed(
            f"The solver says {outcome.objective:.9g}, the plan is worth "
            f"{evaluation.objective:.9g}. It is not shown. Please report the case."
        )
    if outcome.bound is None:
        return
    sense = -1 if problem.goal.maximises else 1
    if not sense * (outcome.bound - evaluation.objective) <= AGREE * largest:
        raise VerificationFailed(
            f"The solver's bound {outcome.bound:.9g} rules out the plan it returned, which is "
            f"worth {evaluation.objective:.9g}. It is not shown. Please report the case."
        )


def check_no_plan(problem: ChoiceProblem) -> None:
    """Refuse the word of a solver that there is no plan, where today's tiers are one.

    Raises VerificationFailed.
    """
    current = problem.current
    if len(current) == 0 or np.any(current < 0):
        return
    if evaluate(problem, current).violations or largest_breach(problem, current) > SURE:
        return
    raise VerificationFailed(
        "The solver says that there is no plan, but today's tiers keep every limit and rule. "
        "Its answer is not shown. Solve with another --method, and please report the case."
    )
