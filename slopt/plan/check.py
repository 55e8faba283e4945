"""Every plan is evaluated again, without the solver, before anybody sees it."""

from __future__ import annotations

from slopt.errors import VerificationFailed
from slopt.problem.choice import ChoiceProblem
from slopt.problem.evaluate import Evaluation
from slopt.solve.outcome import Outcome

AGREE = 1e-6
"""Relative. The solver's rows may be off by 5e-10 of their largest coefficient each, and a slack
variable multiplies that by its penalty; a wrong coefficient is off by far more."""


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
    if abs(outcome.objective - evaluation.objective) > AGREE * largest:
        raise VerificationFailed(
            f"The solver says {outcome.objective:.9g}, the plan is worth "
            f"{evaluation.objective:.9g}. It is not shown. Please report the case."
        )
    if outcome.bound is None:
        return
    sense = -1 if problem.goal.maximises else 1
    if sense * (outcome.bound - evaluation.objective) > AGREE * largest:
        raise VerificationFailed(
            f"The solver's bound {outcome.bound:.9g} rules out the plan it returned, which is "
            f"worth {evaluation.objective:.9g}. It is not shown. Please report the case."
        )
