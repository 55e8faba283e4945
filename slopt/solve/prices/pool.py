"""The segments that a repair may move: those nearest to a tie, at tiers that nearly keep the rows.

The exact problem over them says how tiers would be mixed at the best prices; rounded, that is where
the repair begins. Where many segments are alike, thousands may tie at once: then each kind's share
of them is moved together, and only a few of each kind stay in the pool.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.solve.prices.coordinator import HIGHEST, Prices
from slopt.solve.prices.equal_segments import Kinds, kinds_of, share_out
from slopt.solve.prices.exact_prices import exact_prices
from slopt.solve.prices.oracle import LocalOracle
from slopt.solve.prices.reduction import Reduction, restrict

CROWD = 4
"""Times as many segments as asked for: so many near a tie are a crowd of equals."""
TIE = 1e-6
"""Of what a change of tier usually costs: closer than this is a tie but for rounding."""
WIDEST = 1e38
"""Of a window; gaps are kept as floats of four bytes. That of a single tier is wider still."""
SPARE = 8
"""Segments of each kind and tier that stay in the pool of a crowd."""


@dataclass(frozen=True, eq=False)
class Pool:
    """`reduction` leaves the pool's segments (n,) to decide, the others as in `decided` (S,).

    `start` (n,) are the tiers to begin with. `is_all` where no segment that could move is left out.
    `balanced` where mixtures of tiers in the pool keep the rows, `start` being those rounded;
    else too few segments are in it to make up for prices that are not quite the best.
    """

    reduction: Reduction
    decided: Choice
    start: Choice
    is_all: bool
    balanced: bool


def pool_near(oracle: LocalOracle, prices: Prices, count: int, seconds: float) -> Pool:
    """About `count` of the segments nearest to a tie at the prices."""
    oracle.go_to(prices.prices)
    window = window_of(oracle.gap, min(count, oracle.segments), prices.window)
    window = max(window, TIE * prices.units.money)
    near = oracle.near_ties(prices.prices, window, oracle.segments)
    decided = oracle.tier.astype(np.int64)
    width = min(2.0 * max(window, prices.window) / prices.units.money, HIGHEST)
    low = np.maximum(0.0, prices.prices - width * prices.units.price)
    high = prices.prices + width * prices.units.price
    exact = exact_prices(near.problem, low, high, prices.prices, seconds)
    ended = (exact.prices <= low) & (low > 0) | (exact.prices >= high)
    kinds = kinds_of(near.problem)
    start = decided[near.places]
    if exact.share is not None:
        start = share_out(kinds, _of_kinds(exact.share, kinds))
        decided[near.places] = start
    if len(near.places) > CROWD * count:
        near, start = _thinned(near, kinds, start)
    is_all = len(near.places) == oracle.segments or window >= WIDEST
    return Pool(near, decided, start, is_all, exact.best and not ended.any())


def window_of(gap: NDArray[np.float32], count: int, start: float) -> float:
    """A width in which at least `count` segments are near a tie, and few more than twice that."""
    window = max(start, 1e-30)
    while np.count_nonzero(gap <= window) < count:
        if window > WIDEST:
            return WIDEST
        window *= 2.0
    for _ in range(200):
        if np.count_nonzero(gap <= window / 2) < count:
            break
        window /= 2
    return window


def _of_kinds(share: NDArray[np.float64], kinds: Kinds) -> NDArray[np.float64]:
    """The shares of kinds from those of segments, which are the same for all of a kind."""
    _, first = np.unique(kinds.of, return_index=True)
    return share[first]


def _thinned(near: Reduction, kinds: Kinds, start: Choice) -> tuple[Reduction, Choice]:
    """A few segments of each kind and tier, the others at the tiers they begin with."""
    tiers = near.problem.cost.shape[1]
    group = kinds.of * tiers + start
    order = np.argsort(group, kind="stable")
    first = np.searchsorted(group[order], group[order])
    kept = np.sort(order[np.arange(len(order)) - first < SPARE])
    own = np.arange(len(start))
    cost = float(near.problem.cost[own, start].sum())
    part = restrict(near.problem, kept, cost, near.problem.used(start), start[kept])
    return Reduction(part.problem, near.places[kept]), start[kept]
