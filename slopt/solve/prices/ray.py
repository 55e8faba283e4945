"""Prices that prove that no plan exists.

Without costs the bound at prices p says by how much p'use exceeds p'limit whatever is chosen. Where
that is positive at some p, no choice keeps the rows, nor any mixture of tiers (Farkas' lemma). Each
pass gives a plane that lies above that function everywhere; the prices at which the lowest of the
planes is highest are tried next, and where it is nowhere positive no such prices exist (Kelley,
"The cutting-plane method for solving convex programs", 1960).
"""

from __future__ import annotations

import time

import numpy as np

from slopt.problem.program import LinearProgram
from slopt.problem.shared_rows import Numbers, SharedRowProblem
from slopt.solve.highs import Options, run
from slopt.solve.prices.coordinator import SAMPLE
from slopt.solve.prices.newton import Units, look
from slopt.solve.prices.oracle import LocalOracle, Oracle

MOST_PLANES = 300
NOTHING = 1e-10
"""Of the largest slope: no more than rounding lies above this."""
ALLOWANCE = 1e-11
"""Relative to p'limit: more than the rounding of the sums."""


def find_ray(problem: SharedRowProblem, options: Options, start: Numbers) -> Numbers | None:
    """Prices (M,) at which even the least use exceeds the limits, None where none were found.

    `start` is tried first; prices that have grown without end are such prices as a rule.
    """
    free = problem.replace(
        cost=np.zeros(problem.cost.shape), extra_cost=np.zeros_like(problem.extra_cost), offset=0.0
    )
    return ray_of(LocalOracle(free, options.seed), options, start)


def ray_of(oracle: Oracle, options: Options, start: Numbers) -> Numbers | None:
    """The same of segments wherever they lie, which have no costs."""
    deadline = time.perf_counter() + options.time_limit_s
    unit: Numbers = Units.of(oracle.sample(SAMPLE), oracle.segments).price
    tried = [y for y in (start / unit, *np.eye(len(unit))) if y.any()]
    planes: list[Numbers] = []
    while tried or planes:
        if not tried:
            share, height = _highest(np.array(planes))
            late = time.perf_counter() > deadline or len(planes) >= MOST_PLANES
            if late or height <= NOTHING * np.abs(planes).max():
                return None
            tried = [share]
        share = tried.pop(0)
        prices: Numbers = share / share.max() * unit
        point = look(oracle, prices, 1.0)
        if point.bound > ALLOWANCE * _size(oracle.rows, prices):
            return prices
        planes.append(point.slope * unit)
    return None


def _highest(planes: Numbers) -> tuple[Numbers, float]:
    """Shares y (M,) of sum 1 with the largest least height of planes (N, M) @ y, and that height.

    Without an answer from the solver the height is 0, as if there were nothing to find.
    """
    count, rows = planes.shape
    scale = np.abs(planes).max() or 1.0
    table = np.hstack([planes / scale, -np.ones((count, 1))])
    table = np.vstack([table, np.append(np.ones(rows), 0.0)])
    answer = run(
        LinearProgram(
            cost=np.append(np.zeros(rows), -1.0),
            lower=np.append(np.zeros(rows), -np.inf),
            upper=np.append(np.ones(rows), np.inf),
            integral=np.zeros(rows + 1, dtype=np.bool_),
            start=np.arange(count + 2) * (rows + 1),
            index=np.tile(np.arange(rows + 1), count + 1),
            value=table.reshape(-1),
            row_lower=np.append(np.zeros(count), 1.0),
            row_upper=np.append(np.full(count, np.inf), 1.0),
            choose=np.zeros((0, 2), dtype=np.int64),
        ),
        Options(),
        confirm=False,
    )
    if answer.values is None:
        return np.ones(rows), 0.0
    return np.maximum(answer.values[:rows], 0.0), float(answer.values[rows]) * scale


def _size(rows: SharedRowProblem, prices: Numbers) -> float:
    """What the limits and extras are worth at the prices: what rounding is relative to."""
    size = float(prices @ np.abs(rows.limit))
    return size + float(np.abs(prices @ rows.extra_use) @ rows.extra_most)
