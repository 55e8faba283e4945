"""The least that several limits must give way together, by one program with slack that is paid for.

minimise  sum_r price[r] relief[r]     every row r of the limits relieved by relief[r] >= 0
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from slopt.problem.choice import ChoiceProblem
from slopt.problem.matrix import assemble
from slopt.problem.program import LinearProgram
from slopt.solve.highs import Options, run
from slopt.study.frontier.axis import Axis


def least_relief(
    problem: ChoiceProblem, axes: list[Axis], price: Mapping[str, float], options: Options
) -> dict[str, float] | None:
    """By how much each limit must give way, at the least sum of relief times price.

    None where even without these limits no plan was found in the time.
    """
    program = assemble(problem)
    rows = [program.shared[axis.name] for axis in axes]
    order = np.argsort(rows)
    axes, rows = [axes[i] for i in order], [rows[i] for i in order]
    answer = run(_with_relief(problem, program, axes, rows, price), options)
    if answer.values is None:
        return None
    relief = answer.values[len(program.cost) :]
    return {axis.name: max(0.0, float(r)) for axis, r in zip(axes, relief, strict=True)}


def _with_relief(
    problem: ChoiceProblem,
    program: LinearProgram,
    axes: list[Axis],
    rows: list[int],
    price: Mapping[str, float],
) -> LinearProgram:
    """One more column for each of the rows, which come in their order."""
    columns, count = len(program.cost), len(rows)
    ends = program.start[np.array(rows) + 1]
    added = np.zeros(len(program.row_lower), dtype=np.int64)
    added[rows] = 1
    most = [abs(axis.loosest(problem) - (axis.limit(problem) or 0.0)) for axis in axes]
    return program.replace(
        cost=np.append(np.zeros(columns), [price[axis.name] for axis in axes]),
        lower=np.append(program.lower, np.zeros(count)),
        upper=np.append(program.upper, most),
        integral=np.append(program.integral, [axis.is_whole for axis in axes]),
        start=program.start + np.concatenate([[0], np.cumsum(added)]),
        index=np.insert(program.index, ends, columns + np.arange(count)),
        value=np.insert(program.value, ends, [-axis.relief for axis in axes]),
        offset=0.0,
        sign=1.0,
    )
