"""Part of a problem of shared rows: some segments are left to decide, the others are folded in.

What the decided segments cost goes into the offset, what they use off the limits, so that the rest
is a problem of the same shape and far smaller. A choice of the rest is a choice of the whole.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.shared_rows import BLOCK, SharedRowProblem

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
ALLOWANCE = 1e-9
"""Relative width that is added to a cut-off, far beyond the rounding of a sum of floats."""


@dataclass(frozen=True, eq=False)
class Reduction:
    """`problem` is over the segments (n,) at `places` of the whole; the others are decided."""

    problem: SharedRowProblem
    places: Places

    def spread(self, decided: Choice, choice: Choice) -> Choice:
        """A choice of the whole: `choice` of the rest, all others as in `decided`."""
        whole = np.array(decided, dtype=np.int64)
        whole[self.places] = choice
        return whole


def restrict(
    problem: SharedRowProblem, places: Places, cost: float, use: Numbers, decided: Choice
) -> Reduction:
    """Leave the segments at `places` to decide; `decided` (n,) is what they have now.

    `cost` and `use` (M,) are sums over all segments as they are decided now.
    """
    own, rows = np.arange(len(places)), rows_of(problem, places)
    cost -= float(rows.cost[own, decided].sum())
    use = use - np.array([each[own, decided].sum() for each in rows.use])
    return Reduction(rows.replace(limit=problem.limit - use, offset=problem.offset + cost), places)


def rows_of(problem: SharedRowProblem, places: Places) -> SharedRowProblem:
    """The same rows and limits over some of the segments."""
    return problem.replace(
        cost=problem.cost[places],
        use=tuple(use[places] for use in problem.use),
        allowed=problem.allowed[places],
    )


def reduce_by_cost(
    problem: SharedRowProblem, prices: Numbers, bound: float, cutoff: float
) -> tuple[Reduction, Choice]:
    """Leave out what no choice below `cutoff` can hold, and the tiers of what that decides.

    At the prices an alternative costs its segment so much more than the best one; a choice that
    takes it costs at least the bound and that, so from the cut-off on it is of no use.
    """
    room = math.inf
    if math.isfinite(cutoff):
        room = max(0.0, cutoff - bound) + ALLOWANCE * max(abs(cutoff), abs(bound))
    segments, tiers, rows = problem.size
    decided = np.empty(segments, dtype=np.int64)
    cost, use = 0.0, np.zeros(rows)
    places, kept = [np.zeros(0, np.int64)], [np.zeros((0, tiers), dtype=np.bool_)]
    for begin in range(0, segments, BLOCK):
        block = slice(begin, begin + BLOCK)
        value = problem.priced(prices, block)
        best = value.argmin(axis=1)
        decided[block] = best
        own = np.arange(len(best))
        least = value[own, best]
        open_ = (value - least[:, None] <= room) & problem.allowed[block]
        several = np.flatnonzero(open_.sum(axis=1) > 1)
        places.append(begin + several)
        kept.append(open_[several])
        cost += float(problem.cost[block][own, best].sum())
        use += [each[block][own, best].sum() for each in problem.use]
    where = np.concatenate(places)
    reduction = restrict(problem, where, cost, use, decided[where])
    smaller = reduction.problem.replace(allowed=np.concatenate(kept))
    return Reduction(smaller, where), decided
