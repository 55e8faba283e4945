"""Shared rows as a linear program for HiGHS: one column a pair that is allowed, then the extras."""

from __future__ import annotations

import numpy as np

from slopt.problem.choice import Choice
from slopt.problem.program import LinearProgram
from slopt.problem.shared_rows import Numbers, SharedRowProblem


def program_of(problem: SharedRowProblem) -> LinearProgram:
    """The program of a problem: a row a segment, one tier each, then the shared rows."""
    segments, _, rows = problem.size
    choose = np.argwhere(problem.allowed)
    pairs, extras = len(choose), len(problem.extra_cost)
    own, tier = choose.T
    use = np.vstack([each[own, tier] for each in problem.use] or [np.zeros((0, pairs))])
    coefficients = np.hstack([use, problem.extra_use])
    held = coefficients != 0
    one_each = np.searchsorted(own, np.arange(segments + 1))
    return LinearProgram(
        cost=np.concatenate([problem.cost[own, tier], problem.extra_cost]),
        lower=np.zeros(pairs + extras),
        upper=np.concatenate([np.ones(pairs), problem.extra_most]),
        integral=np.arange(pairs + extras) < pairs,
        start=np.concatenate([one_each, pairs + np.cumsum(held.sum(axis=1))]),
        index=np.concatenate([np.arange(pairs), np.nonzero(held)[1]]),
        value=np.concatenate([np.ones(pairs), coefficients[held]]),
        row_lower=np.concatenate([np.ones(segments), np.full(rows, -np.inf)]),
        row_upper=np.concatenate([np.ones(segments), problem.limit]),
        choose=choose,
        offset=problem.offset,
        shared={name: segments + r for r, name in enumerate(problem.names)},
    )


def choice_of(program: LinearProgram, values: Numbers, segments: int) -> Choice:
    """The tier of each segment in a solution whose columns are whole."""
    pairs = program.choose
    taken = pairs[values[: len(pairs)] > 0.5]
    choice = np.full(segments, -1, dtype=np.int64)
    choice[taken[:, 0]] = taken[:, 1]
    return choice


def prices_of(program: LinearProgram, row_duals: Numbers, rows: int) -> Numbers:
    """The prices (M,) of the shared rows of a relaxed program."""
    return np.maximum(0.0, -row_duals[len(row_duals) - rows :])
