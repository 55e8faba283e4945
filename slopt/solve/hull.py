"""Every limit at once, where segments share one row and nothing else.

Offers that are not on the lower convex hull of (use, cost) of their segment are never part of the
relaxation's optimum. What is left are steps: so much more use for so much less cost. Taken from the
one that gains the most a unit to the one that gains the least, their running sums are the optimum
of the relaxation for every limit, its price, and at each step a plan of whole tiers that no other
beats with that use (Sinha and Zoltners 1979).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.shared_rows import SharedRowProblem

Numbers = NDArray[np.float64]
Places = NDArray[np.int32]
BLOCK = 1 << 17
"""Segments of one call into compiled code, so that Ctrl-C is heard."""
SORTED_AT_ONCE = 1 << 20
"""Steps that compiled code sorts in one call; more are left to NumPy."""


@dataclass(frozen=True, eq=False)
class Hull:
    """The steps of all segments in the order in which they are taken, N in all.

    base (S,) is the tier of least use of each segment. Step i moves `segment[i]` to `tier[i]` and
    gains `rate[i]` a unit of the row. use and cost (N + 1,) are the sums before any step and after
    each: use rises, cost falls, and the rate falls.
    """

    base: Places
    segment: Places
    tier: Places
    rate: Numbers
    use: Numbers
    cost: Numbers

    def steps_within(self, limit: float) -> int:
        """How many whole steps fit into a limit; -1 where not even the base does."""
        return int(np.searchsorted(self.use, limit, side="right")) - 1

    def bound(self, limit: float) -> float:
        """The optimum of the relaxation at a limit, infinite where there is none."""
        if limit < self.use[0]:
            return float("inf")
        return float(np.interp(limit, self.use, self.cost))

    def price(self, limit: float) -> float:
        """What the next unit of the limit gains in the relaxation; 0 where it gains nothing."""
        steps = self.steps_within(limit)
        return float(self.rate[steps]) if 0 <= steps < len(self.rate) else 0.0

    def choice(self, steps: int) -> Choice:
        """The tiers after so many steps."""
        choice = self.base.astype(np.int64)
        # Later steps of a segment overwrite its earlier ones: NumPy assigns in order.
        choice[self.segment[:steps]] = self.tier[:steps]
        return choice

    @cached_property
    def ends(self) -> tuple[float, float]:
        """The least limit that has a plan, and the one from which more gains nothing."""
        return float(self.use[0]), float(self.use[-1])


def fits(rows: SharedRowProblem) -> bool:
    """True where one row is all that segments share, with nothing to be bought on top of it."""
    return len(rows.use) == 1 and len(rows.extra_cost) == 0


def hull_of(rows: SharedRowProblem) -> Hull | None:
    """The hull of a problem that `fits`; None where a segment has no tier that it may have."""
    try:
        from slopt.solve.native import hull as native
    except ImportError:
        return hull_by_numpy(rows)
    parts = [
        native.hull_steps(rows.cost, rows.use[0], rows.allowed, begin, min(begin + BLOCK, end))
        for end in [len(rows.cost)]
        for begin in range(0, max(end, 1), BLOCK)
    ]
    base, segment, tier, rate, use, cost = (
        column[0] if len(parts) == 1 else np.concatenate(column)
        for column in zip(*parts, strict=True)
    )
    order = native.descending(rate) if len(rate) <= SORTED_AT_ONCE else None
    return _sorted(rows, base, segment, tier, rate, use, cost, order)


def hull_by_numpy(rows: SharedRowProblem) -> Hull | None:
    """The same without compiled code, some six times slower."""
    return _sorted(rows, *_steps(rows), None)


def _sorted(
    rows: SharedRowProblem,
    base: Places,
    segment: Places,
    tier: Places,
    rate: Numbers,
    use: Numbers,
    cost: Numbers,
    order: Places | None,
) -> Hull | None:
    """Steps in the order of their rates, and the running sums."""
    if np.any(base < 0):
        return None
    if order is None:
        order = np.argsort(-rate, kind="stable").astype(np.int32)
    row = np.arange(len(base))
    first_use, first_cost = rows.use[0][row, base].sum(), rows.cost[row, base].sum()
    return Hull(
        base,
        segment[order],
        tier[order],
        rate[order],
        np.cumsum(np.concatenate([[first_use], use[order]])),
        rows.offset + np.cumsum(np.concatenate([[first_cost], cost[order]])),
    )


def _steps(rows: SharedRowProblem) -> tuple[Places, Places, Places, Numbers, Numbers, Numbers]:
    """Base, then segment, tier, rate, use and cost of each step; all segments at a time.

    A monotone chain: one stack a segment, offers pushed in the order of their use.
    """
    segments, tiers = rows.cost.shape
    order = np.lexsort(
        (np.where(rows.allowed, rows.cost, np.inf), np.where(rows.allowed, rows.use[0], np.inf)),
        axis=1,
    )
    row = np.arange(segments)
    use, cost = np.zeros((2, segments, tiers))
    tier = np.zeros((segments, tiers), dtype=np.int32)
    height = np.zeros(segments, dtype=np.int64)
    for place in range(tiers):
        new = order[:, place]
        x, y = rows.use[0][row, new], rows.cost[row, new]
        top, below = np.maximum(height - 1, 0), np.maximum(height - 2, 0)
        pushed = rows.allowed[row, new] & ((height == 0) | (y < cost[row, top]))
        while True:
            rise = cost[row, top] - cost[row, below]
            run = use[row, top] - use[row, below]
            popped = pushed & (height >= 2)
            popped &= rise * (x - use[row, top]) >= (y - cost[row, top]) * run
            if not popped.any():
                break
            height -= popped
            top, below = np.maximum(height - 1, 0), np.maximum(height - 2, 0)
        at = np.flatnonzero(pushed)
        use[at, height[at]], cost[at, height[at]] = x[at], y[at]
        tier[at, height[at]] = new[at]
        height[at] += 1
    is_step = np.arange(1, tiers) < height[:, None]
    more, less = np.diff(use, axis=1), np.diff(cost, axis=1)
    rate = np.full(more.shape, np.inf)
    with np.errstate(over="ignore"):
        np.divide(-less, more, out=rate, where=is_step)
    rate = np.minimum.accumulate(rate, axis=1)
    base = np.where(height > 0, tier[:, 0], -1).astype(np.int32)
    segment = np.broadcast_to(row[:, None], more.shape)[is_step].astype(np.int32)
    return base, segment, tier[:, 1:][is_step], rate[is_step], more[is_step], less[is_step]
