"""The stock and the reserves of a rationing problem, by the program of models/rationing.py."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopt.problem.rationing import Allocation, RationingPolicy, RationingProblem, price, value
from slopt.solve.highs import Options, run
from slopt.solve.model_file import built_by, find_model
from slopt.vocabulary import Status


@dataclass(frozen=True, eq=False)
class RationingOutcome:
    """How the program ended; the policy, priced without it, and the bound, None where there is
    none.
    """

    status: Status
    policy: RationingPolicy | None
    bound: float | None


def solve_rationing(
    problem: RationingProblem, options: Options | None = None, model: str = "rationing"
) -> RationingOutcome:
    """Solve a problem by a model file: a shipped one by name, or the path of one's own.

    Where the poorest ask first, the stock and the reserves of the program, rounded to nine digits,
    are priced by giving them out (`price`), so that a program that promised too much would show.
    Where demand is known first, the division is the program's own. Raises UsageError for a bad
    model file, SolverTrouble where the solver's answer makes no sense.
    """
    from slopt.solve.pyomo_program import TriviallyInfeasibleError, compiled

    stated = built_by(find_model(model), problem)
    try:
        form = compiled(stated)
    except TriviallyInfeasibleError:
        return RationingOutcome(Status.INFEASIBLE, None, None)
    answer = run(form.program, options or Options())
    if answer.values is None:
        return RationingOutcome(answer.status, None, answer.bound)
    column = form.columns_of(stated.reserve)
    held = [
        answer.values[column[j]] if j in column else stated.reserve[j].value
        for j in range(len(problem.classes))
    ]
    at = {id(variable): place for place, variable in enumerate(form.variables)}
    stock = round(float(answer.values[at[id(stated.stock)]]), 9)
    reserves = np.minimum(np.maximum.accumulate(np.round(np.array(held, dtype=float), 9)), stock)
    if problem.allocation is Allocation.POOREST_FIRST:
        policy = price(problem, stock, reserves)
    else:
        short = np.zeros(problem.demand.shape)
        for (w, j), place in form.columns_of(stated.short).items():
            short[w, j] = answer.values[place]
        policy = value(problem, stock, reserves, problem.demand - short)
    return RationingOutcome(answer.status, policy, answer.bound)
