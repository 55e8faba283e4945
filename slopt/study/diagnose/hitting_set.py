"""A smallest set that has a member of each of several sets, by a small integer program."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from slopt.errors import SolverTrouble
from slopt.problem.demands import Demand
from slopt.problem.program import LinearProgram
from slopt.solve.highs import Options, run
from slopt.vocabulary import Status


def smallest_hitting_set(
    universe: Sequence[Demand],
    sets: Collection[frozenset[Demand]],
    apart_from: Collection[frozenset[Demand]],
    seconds: float,
) -> frozenset[Demand] | None:
    """A smallest set with a member of each of `sets` that has none of `apart_from` within it.

    None where there is no such set. Raises TimeoutError where that could not be told.
    """
    place = {demand: column for column, demand in enumerate(universe)}
    rows = [([place[d] for d in members], 1.0, np.inf) for members in sets]
    rows += [([place[d] for d in found], -np.inf, len(found) - 1.0) for found in apart_from]
    columns = len(universe)
    program = LinearProgram(
        cost=np.ones(columns),
        lower=np.zeros(columns),
        upper=np.ones(columns),
        integral=np.ones(columns, dtype=np.bool_),
        start=np.cumsum([0, *(len(members) for members, _, _ in rows)]),
        index=np.array([column for members, _, _ in rows for column in members], dtype=np.int64),
        value=np.ones(sum(len(members) for members, _, _ in rows)),
        row_lower=np.array([lower for _, lower, _ in rows]),
        row_upper=np.array([upper for _, _, upper in rows]),
        choose=np.zeros((0, 2), dtype=np.int64),
    )
    try:
        answer = run(program, Options(gap=0.0, time_limit_s=seconds))
    except SolverTrouble as trouble:
        raise TimeoutError from trouble
    if answer.status is Status.INTERRUPTED:
        raise KeyboardInterrupt
    if answer.status is Status.INFEASIBLE:
        return None
    if answer.status is not Status.OPTIMAL or answer.values is None:
        raise TimeoutError
    return frozenset(d for d, value in zip(universe, answer.values, strict=True) if value > 0.5)
