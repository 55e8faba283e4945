"""Why an answer of a solver is not shown: what failed when it was checked without the solver."""

from __future__ import annotations

from collections.abc import Iterable

from slopt.errors import VerificationFailed
from slopt.problem.evaluate import Breach
from slopt.sayings import SEMICOLON, listed, say

AGREE = 1e-6
"""Relative. The solver's rows may be off by 5e-10 of their largest coefficient each, and slack
variables and sums over periods multiply that; a wrong coefficient is off by far more."""


def refuse_broken(violations: Iterable[Breach]) -> None:
    """Raises VerificationFailed with the firm limits and rules that a plan breaks, if any."""
    words = [
        say("{rule} by {amount}", rule=breach.rule, amount=f"{breach.amount:.9g}")
        for breach in violations
    ]
    if words:
        raise VerificationFailed(
            say(
                "The plan that the solver returned breaks {broken}. It is not shown. Check for "
                "numbers of very different size in one column, or solve with --method pyomo.",
                broken=listed(words, SEMICOLON),
            )
        )


def refuse_other_value(
    objective: float, bound: float | None, worth: float, largest: float, maximises: bool
) -> None:
    """Raises VerificationFailed where what the solver said is not what the plan is worth.

    `largest` is the size of the numbers that its rows add up.
    """
    if not abs(objective - worth) <= AGREE * largest:  # a NaN is not
        raise VerificationFailed(
            say(
                "The solver says {objective}, the plan is worth {worth}. It is not shown. Please "
                "report the case.",
                objective=f"{objective:.9g}",
                worth=f"{worth:.9g}",
            )
        )
    if bound is None:
        return
    sense = -1 if maximises else 1
    if not sense * (bound - worth) <= AGREE * largest:
        raise VerificationFailed(
            say(
                "The solver's bound {bound} rules out the plan it returned, which is worth "
                "{objective}. It is not shown. Please report the case.",
                bound=f"{bound:.9g}",
                objective=f"{worth:.9g}",
            )
        )


def no_plan_refused() -> VerificationFailed:
    """Today's tiers are a plan, and the solver says that there is none."""
    return VerificationFailed(
        say(
            "The solver says that there is no plan, but today's tiers keep every limit and rule. "
            "Its answer is not shown. Solve with another --method, and please report the case."
        )
    )
