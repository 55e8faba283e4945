"""Seeded problems of shared rows of every awkward sort, and the best choice by trying all."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from slopt.problem.shared_rows import SharedRowProblem


@dataclass(frozen=True)
class Sort:
    """What a problem is like; `short` is by how much some limits miss what a choice uses."""

    segments: int
    tiers: int
    rows: int
    whole: bool = False
    equal: bool = False
    giant: bool = False
    free: bool = False
    forbidden: float = 0.0
    floors: float = 0.0
    extras: bool = False
    short: float = 0.0
    slack: float = 0.05
    correlated: bool = False


def any_sort(rng: np.random.Generator) -> Sort:
    """A small sort in which everything happens now and then."""
    whole = rng.random() < 0.4
    return Sort(
        segments=int(rng.integers(1, 7)),
        tiers=int(rng.integers(1, 5)),
        rows=int(rng.integers(0, 7)),
        whole=whole,
        equal=rng.random() < 0.4,
        giant=rng.random() < 0.2,
        free=rng.random() < 0.2,
        forbidden=0.15,
        floors=0.25,
        extras=rng.random() < 0.4,
        short=1.0 if whole else float(rng.uniform(0, 2)),
        slack=float(rng.choice([0.0, 0.1, 0.5])),
        correlated=rng.random() < 0.2,
    )


def make_rows(sort: Sort, seed: int) -> SharedRowProblem:
    """A problem whose limits stand near to what one of its choices uses."""
    rng = np.random.default_rng(seed)
    shape = (sort.segments, sort.tiers)
    service = np.sort(rng.uniform(1, 10, shape), axis=1)
    cost = np.zeros(shape)
    if not sort.free:
        loss = rng.uniform(10, 90, (sort.segments, 1)) * np.exp(-rng.uniform(0.1, 0.4) * service)
        cost = 20 - 1.2 * service + rng.normal(0, 0.1, shape) if sort.correlated else service + loss
        cost = cost - rng.choice([0.0, 15.0])
    use = [service * rng.uniform(0.2, 2, shape) for _ in range(sort.rows)]
    if sort.rows and rng.random() < 0.1:
        use[0] = np.zeros(shape)
    if sort.giant:
        cost[0] *= 1000
        use = [np.vstack([row[:1] * 1000, row[1:]]) for row in use]
    if sort.whole:
        cost, use = np.round(cost), [np.round(row) for row in use]
    allowed = rng.random(shape) >= sort.forbidden
    allowed[np.arange(sort.segments), rng.integers(0, sort.tiers, sort.segments)] = True
    if sort.equal:
        like = np.arange(sort.segments) % rng.integers(1, max(2, sort.segments // 2))
        cost, use, allowed = cost[like], [row[like] for row in use], allowed[like]
    floor = rng.random(sort.rows) < sort.floors
    use = [
        np.ascontiguousarray(-row if down else row) for row, down in zip(use, floor, strict=True)
    ]
    some = np.array([rng.choice(np.flatnonzero(row)) for row in allowed])
    used = np.array([row[np.arange(sort.segments), some].sum() for row in use])
    limit = used + sort.slack * rng.random(sort.rows) * np.abs(used)
    limit -= sort.short * (rng.random(sort.rows) < 0.2)
    extra = _extras(rng, sort.rows) if sort.extras and sort.rows > 1 else {}
    return SharedRowProblem(
        cost=np.ascontiguousarray(cost),
        use=tuple(use),
        allowed=np.ascontiguousarray(allowed),
        limit=limit,
        names=tuple(f"row {r}" for r in range(sort.rows)),
        floor=floor,
        offset=float(rng.choice([0.0, -3.5, 100.0])),
        **extra,
    )


def _extras(rng: np.random.Generator, rows: int) -> dict[str, np.ndarray]:
    count = int(rng.integers(1, rows))
    order = rng.permutation(rows)
    use = np.zeros((rows, count))
    use[order[:count], np.arange(count)] = -rng.uniform(0.5, 2, count)
    others = order[count:]
    use[others] = rng.uniform(0, 1, (len(others), count)) * (rng.random((len(others), count)) < 0.5)
    return {
        "extra_cost": rng.uniform(0, 2, count),
        "extra_most": rng.uniform(0, 5, count),
        "extra_use": use,
    }


def best_of_all(problem: SharedRowProblem) -> float | None:
    """The value of the best choice, from every one of them; None where none keeps the rows."""
    best = None
    for choice in itertools.product(*[np.flatnonzero(row) for row in problem.allowed]):
        value, feasible = problem.value(np.array(choice))
        if feasible and (best is None or value < best):
            best = value
    return best


def rounding_of(problem: SharedRowProblem) -> float:
    """What a bound may miss the best value by when the gap asked for is 0."""
    size = np.abs(np.where(problem.allowed, problem.cost, 0.0)).max(axis=1).sum()
    return 1e-9 * (1.0 + size + abs(problem.offset))
