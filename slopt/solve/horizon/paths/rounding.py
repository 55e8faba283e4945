"""Mixed paths made whole by repair and exchange, people and projects as the mixture has them.

With hiring and projects settled, paths are to segments what tiers are in one period: costs and
uses of shared rows. So the search of the price method takes them as they are.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.horizon.side import Side
from slopt.problem.shared_rows import SharedRowProblem
from slopt.solve.horizon.paths.columns import Columns
from slopt.solve.prices.repair import LEAST_WEIGHT, Task, plan_near

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
ROUNDS, THEN = 200, 12
WHOLE = 1e-6


@dataclass(frozen=True, eq=False)
class Mixture:
    """What a linear program over listed paths says: the paths at `chosen` (n,), their shares,
    those of the other segments at `fixed`, and the side block (J,)."""

    chosen: Places
    share: Numbers
    fixed: Places
    side: Numbers


def made_whole(
    columns: Columns,
    side: Side,
    mixture: Mixture,
    prices: Numbers,
    gap: float,
    seconds: float,
    seed: int,
) -> tuple[Places, Numbers] | None:
    """(a path for each segment that is free, hiring and projects (J,)); None where none is found.

    `gap` is what a plan may cost above the mixture, in the unit of the goal.
    """
    extra = _extras(side)
    settled = np.where(extra, 0.0, mixture.side)
    away = side.integral & (np.abs(settled - np.round(settled)) > WHOLE)
    up = np.isin(np.arange(len(settled)), side.hired)
    settled = np.where(away, np.where(up, np.ceil(settled), np.floor(settled)), settled)
    order = np.lexsort((-mixture.share, columns.segment[mixture.chosen]))
    chosen = mixture.chosen[order]
    segments, first, count = np.unique(
        columns.segment[chosen], return_index=True, return_counts=True
    )
    widest = int(count.max(initial=1))
    place = np.minimum(np.arange(widest)[None, :], count[:, None] - 1) + first[:, None]
    paths = chosen[place]
    limit = side.limit - columns.use[mixture.fixed].sum(axis=0) - side.on_rows @ settled
    problem = SharedRowProblem(
        cost=columns.cost[paths],
        use=tuple(np.ascontiguousarray(columns.use[paths, r]) for r in range(len(limit))),
        allowed=np.arange(widest)[None, :] < count[:, None],
        limit=limit,
        names=tuple(str(r) for r in range(len(limit))),
        floor=np.zeros(len(limit), dtype=np.bool_),
        extra_cost=side.cost[extra],
        extra_most=side.upper[extra],
        extra_use=np.ascontiguousarray(side.on_rows[:, extra]),
    )
    size = np.abs(columns.use[chosen]).sum(axis=0) + np.abs(limit)
    usual = np.abs(columns.cost[chosen]).sum() / np.where(size > 0, size, 1.0)
    weight = np.maximum(prices, LEAST_WEIGHT * usual)
    start = np.zeros(len(segments), dtype=np.int64)
    task = Task(problem, prices, weight, start, seed)
    least, _choice = problem.dual(prices)
    cost = float(
        columns.cost[mixture.chosen] @ mixture.share + side.cost[extra] @ mixture.side[extra]
    )
    target = cost + gap - least
    found = plan_near(task, ROUNDS, THEN, target, time.perf_counter() + seconds)
    if found is None:
        return None
    return paths[np.arange(len(segments)), found], settled


def _extras(side: Side) -> NDArray[np.bool_]:
    """(J,): columns that relieve one row each, which no other does, and cost something."""
    relieves = side.on_rows < 0
    extra = ~side.integral & (relieves.sum(axis=0) == 1) & (side.cost >= 0)
    extra &= ~(side.own != 0).any(axis=0)
    alone = ((side.on_rows[:, extra] != 0).sum(axis=1) == 1)[:, None]
    shared = relieves & ~alone & extra
    return np.asarray(extra & ~shared.any(axis=0))
