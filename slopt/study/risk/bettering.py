"""A plan whose search was cut short, in the light of plans that were found for something else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.scenarios.aim import aim_value
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.solve.risk.outcome import RiskOutcome
from slopt.vocabulary import Status

Numbers = NDArray[np.float64]
Candidate = tuple[Choice | None, Numbers | None]
"""A plan (S,) and what it reserves (R,)."""


def bettered(
    problem: ScenarioProblem, found: RiskOutcome, others: Sequence[Candidate]
) -> RiskOutcome:
    """The outcome with the best of its own plan and the `others`, by its own aim.

    One that is proven the best, or to have no plan, stays as it is. Its bound stays what it was.
    """
    if found.outcome.status in (Status.OPTIMAL, Status.INFEASIBLE):
        return found
    for choice, reserve in others:
        if choice is None:
            continue
        worth = aim_value(problem, choice, found.aim, found.best, reserve)
        before = found.outcome.objective
        if worth.violations or (before is not None and before <= worth.loss):
            continue
        outcome = found.outcome.replace(status=Status.FEASIBLE, choice=choice, objective=worth.loss)
        kept = np.zeros(problem.base.size[2]) if reserve is None else reserve
        found = replace(found, outcome=outcome, reserve=kept)
    return found
