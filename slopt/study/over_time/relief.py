"""The least by which demands have to give way so that a plan over periods exists.

One more column in the rows of a demand says by how much it is relieved; whole choices are made
with it, so that the amount is exact for the demands that are asked about, all others kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from slopt.problem.horizon.problem import HorizonProblem, Numbers
from slopt.problem.program import LinearProgram
from slopt.solve.highs import Options, run
from slopt.solve.horizon.by_program import StatedProgram, plainly_impossible, state
from slopt.solve.model_file import build_model, find_model
from slopt.vocabulary import Status

MOST = 200_000
"""Modes of segments in periods beyond which nobody waits for whole choices."""


@dataclass(frozen=True)
class Relieved:
    """Demands, by name, that give way by the same amount, and the price of one unit of it."""

    names: tuple[str, ...]
    price: float = 1.0
    is_whole: bool = False


class ReliefProgram:
    """The program of a problem, in which some demands may be asked to give way."""

    def __init__(self, problem: HorizonProblem, options: Options) -> None:
        self.options = options
        is_large = np.count_nonzero(~problem.barred) > MOST
        self.stated = None if is_large else _stated(problem)

    def least(self, parts: Sequence[Relieved]) -> Numbers | None:
        """(N,): the amounts of least price with which there is a plan.

        None where there is no plan whatever they are, or none was found in the time, or the problem
        is too large for the question. Where the time was short, a plan exists with these amounts,
        and perhaps with less.
        """
        if self.stated is None or any(n not in self.stated.demands for p in parts for n in p.names):
            return None
        answer = run(_with_relief(self.stated, parts), self.options, confirm=False)
        if answer.status is Status.INTERRUPTED:
            raise KeyboardInterrupt
        if answer.values is None:
            return None
        return np.maximum(answer.values[-len(parts) :], 0.0)


def _stated(problem: HorizonProblem) -> StatedProgram | None:
    from slopt.solve.pyomo_program import TriviallyInfeasibleError

    if plainly_impossible(problem):
        return None
    try:
        return state(build_model(find_model("horizon_plan"), problem), problem)
    except TriviallyInfeasibleError:
        return None


def _with_relief(stated: StatedProgram, parts: Sequence[Relieved]) -> LinearProgram:
    program = stated.program
    columns, count, _ = program.size
    value, row, index = [program.value], [program.row_of], [program.index]
    for place, part in enumerate(parts):
        rows = np.array([r for name in part.names for r in stated.demands[name]], dtype=np.int64)
        above = np.isfinite(program.row_upper[rows])
        value.append(np.where(above, -1.0, 1.0))
        row.append(rows)
        index.append(np.full(len(rows), columns + place))
    rows_of = np.concatenate(row)
    order = np.argsort(rows_of, kind="stable")
    more = len(parts)
    whole = np.array([part.is_whole for part in parts], dtype=bool)
    return program.replace(
        cost=np.concatenate([np.zeros(columns), [part.price for part in parts]]),
        lower=np.concatenate([program.lower, np.zeros(more)]),
        upper=np.concatenate([program.upper, np.full(more, np.inf)]),
        integral=np.concatenate([program.integral, whole]),
        start=np.concatenate([[0], np.cumsum(np.bincount(rows_of, minlength=count))]),
        index=np.concatenate(index)[order],
        value=np.concatenate(value)[order],
        offset=0.0,
        sign=1.0,
    )
