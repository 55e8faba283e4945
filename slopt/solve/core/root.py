"""The linear program that every tree of the exact core starts from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from slopt.problem.shared_rows import SharedRowProblem
from slopt.solve.core.input import CoreInput

if TYPE_CHECKING:
    from slopt.solve.native import core as native

Numbers = NDArray[np.float64]

SAMPLED_FROM = 4000
"""Segments from which prices are first sought on samples."""
SAMPLES = (2_000, 16_000)
WORK = 5_000_000
"""Numbers that the compiled part goes over before it lets Ctrl-C through."""


@dataclass(frozen=True, eq=False)
class Root:
    """`prices` (M,) are those of the problem's rows; `unbounded` if the bound rises for ever."""

    instance: native.Instance
    native: native.Root
    prices: Numbers
    unbounded: bool
    ray: Numbers


def solve_root(given: CoreInput, prices: Numbers | None, left: Callable[[], float]) -> Root:
    """Climb to the best prices, from the given ones or from those of samples.

    Stops early when no time is `left`; what is there then still bounds the problem.
    """
    from slopt.solve.native import core as native

    segments = given.problem.size[0]
    usable = prices is not None and prices.shape == (len(given.problem.use),)
    if usable and prices is not None and np.isfinite(prices).all():
        scaled = given.scaled(prices)
    else:
        scaled = np.zeros(len(given.rows))
        for size in SAMPLES:
            if segments >= max(SAMPLED_FROM, 4 * size):
                scaled = _of_sample(given, size, scaled, left)
    instance = given.instance()
    root = native.Root(instance, scaled)
    status = _climb(root, instance.alternatives * (len(given.rows) + 1), left)
    return Root(
        instance,
        root,
        given.prices(root.prices),
        status == native.LpStatus.Unbounded,
        given.prices(root.ray),
    )


def _climb(root: native.Root, size: int, left: Callable[[], float]) -> native.LpStatus:
    from slopt.solve.native import core as native

    pivots = max(1, min(200, WORK // (1 + size)))
    while True:
        status = root.advance(pivots)
        if status != native.LpStatus.Paused:
            return status
        if left() <= 0:
            root.stop()
            return status


def _of_sample(given: CoreInput, size: int, scaled: Numbers, left: Callable[[], float]) -> Numbers:
    """Best prices of evenly spaced segments that share the limits in proportion."""
    from slopt.solve.native import core as native

    problem = given.problem
    step = problem.size[0] // size
    part = slice(0, None, step)
    cost = np.ascontiguousarray(problem.cost[part])
    share = len(cost) / problem.size[0]
    sample = problem.replace(
        cost=cost,
        use=tuple(np.ascontiguousarray(use[part]) for use in problem.use),
        allowed=np.ascontiguousarray(problem.allowed[part]),
        limit=problem.limit * share,
        extra_most=problem.extra_most * share,
    )
    shrunk = CoreInput(sample, given.rows, given.scale, given.extras, given.largest_use * share)
    instance = shrunk.instance()
    root = native.Root(instance, scaled)
    status = _climb(root, instance.alternatives * (len(given.rows) + 1), left)
    return scaled if status == native.LpStatus.Unbounded else np.asarray(root.prices)


def infeasible_ray(problem: SharedRowProblem, root: Root) -> Numbers | None:
    """Prices at any multiple of which no choice keeps the rows, if the root ended on such."""
    if not root.unbounded:
        return None
    free = problem.replace(
        cost=np.zeros_like(problem.cost), extra_cost=np.zeros_like(problem.extra_cost), offset=0.0
    )
    size = np.array([np.abs(use).max(axis=1).sum() for use in problem.use])
    terms = float(root.ray @ (np.abs(problem.limit) + size))
    return root.ray if free.dual(root.ray)[0] > 2e-12 * terms else None
