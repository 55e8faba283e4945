"""Prices of limits: the dual values of the program without whole numbers."""

from __future__ import annotations

from slopt.problem.program import LinearProgram
from slopt.solve.highs import Options, run
from slopt.solve.outcome import Relaxation
from slopt.vocabulary import Status


def relax(program: LinearProgram, options: Options) -> Relaxation | None:
    """Solve the relaxation; None where it could not be solved within the limits.

    A tighter limit can only worsen the goal, so a price is the size of the dual value: what the
    goal gains per unit of relief, 0 or more, in the unit of the goal.
    """
    answer = run(program.relaxed(), options)
    if answer.status is not Status.OPTIMAL or answer.row_duals is None:
        return None
    duals = answer.row_duals
    prices = {name: abs(float(duals[row])) for name, row in program.shared.items()}
    return Relaxation(prices, program, duals, answer.objective)
