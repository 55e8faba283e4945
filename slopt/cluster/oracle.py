"""Partitions as the price method sees segments: sums at prices, samples, and who is near a tie.

Sums are added in the order of the partitions, so that the answer is the same to the last digit
wherever they lie and however often one had to be loaded again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.cluster import tasks
from slopt.cluster.parts import Parts, Task, Told
from slopt.cluster.tasks import At, Decision
from slopt.cluster.whole import Whole
from slopt.problem.choice import Choice
from slopt.problem.shared_rows import Numbers, SharedRowProblem
from slopt.solve.prices.oracle import Sums
from slopt.solve.prices.reduction import Reduction


@dataclass(frozen=True, eq=False)
class PartitionedOracle:
    """All partitions. `rows` has limits and extras and no segments; `counts` (P,) are segments."""

    parts: Parts
    whole: Whole
    rows: SharedRowProblem
    counts: tuple[int, ...]

    @property
    def segments(self) -> int:
        """How many there are in all partitions."""
        return sum(self.counts)

    @property
    def first(self) -> Choice:
        """(P + 1,): the place among all segments of the first one of each partition."""
        return np.concatenate([[0], np.cumsum(self.counts)]).astype(np.int64)

    def without_costs(self) -> PartitionedOracle:
        """The same segments, where only what they use counts."""
        rows = self.rows.replace(extra_cost=np.zeros_like(self.rows.extra_cost), offset=0.0)
        return replace(self, whole=replace(self.whole, costs=False), rows=rows)

    def sample(self, count: int) -> SharedRowProblem:
        """About so many segments; of each partition by its size, but at least one."""
        many = max(1, self.segments)
        of_each = [min(size, -(-count * size // many)) for size in self.counts]
        found = self.parts.each(tasks.sample, [(self.whole, number) for number in of_each])
        return self._together(found)

    def evaluate(self, prices: Numbers, window: float) -> Sums:
        """One pass over all segments."""
        rows = len(prices)
        total, use, curvature, near = 0.0, np.zeros(rows), np.zeros((rows, rows)), 0
        for sums in self._ask(tasks.price, At(self.whole, prices, window)):
            total += sums.total
            use += sums.use
            curvature += sums.curvature
            near += sums.near
        return Sums(total, use, curvature, near)

    def near_ties(self, prices: Numbers, window: float, most: int) -> Reduction:
        """Segments whose two best tiers are within the window, the others at their best."""
        distances = self._ask(tasks.gaps, At(self.whole, prices, window, most))
        width, of_each = nearest(distances, window, most)
        asks = [At(self.whole, prices, width, number) for number in of_each]
        found = self.parts.each(tasks.near_ties, asks)
        problem = self._together([part.problem for part in found])
        places = [part.places + first for part, first in zip(found, self.first, strict=False)]
        return Reduction(problem, np.concatenate(places))

    def split(self, prices: Numbers, places: Choice, tiers: Choice) -> list[Decision]:
        """A choice, said to each partition: what is preferred at prices, but tiers at places."""
        edges = np.searchsorted(places, self.first)
        return [
            Decision(self.whole, prices, places[a:b] - first, tiers[a:b])
            for a, b, first in zip(edges, edges[1:], self.first, strict=False)
        ]

    def _ask(self, task: Task[At, Told], ask: At) -> list[Told]:
        return self.parts.each(task, [ask] * len(self.parts))

    def _together(self, found: Sequence[SharedRowProblem]) -> SharedRowProblem:
        """Some segments of every partition as one problem; what the others use is taken off."""
        uses = zip(*(part.use for part in found), strict=True)
        return self.rows.replace(
            cost=np.concatenate([part.cost for part in found]),
            use=tuple(np.concatenate(use) for use in uses),
            allowed=np.concatenate([part.allowed for part in found]),
            limit=self.rows.limit + np.sum([part.limit for part in found], axis=0),
            offset=self.rows.offset + sum(part.offset for part in found),
        )


def nearest(
    distances: Sequence[NDArray[np.float32]], window: float, most: int
) -> tuple[float, list[int]]:
    """Of distances in order by partition: the width that has the `most` smallest, how many in each.

    Among equal ones the first partitions come first.
    """
    counts = [len(its) for its in distances]
    if sum(counts) <= most:
        return window, counts
    width = np.partition(np.concatenate(distances), most - 1)[most - 1]
    counts = [int(np.searchsorted(its, width, side="left")) for its in distances]
    for place, its in enumerate(distances):
        equal = int(np.searchsorted(its, width, side="right")) - counts[place]
        counts[place] += min(equal, most - sum(counts))
    return float(width), counts
