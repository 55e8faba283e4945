"""What the price method asks of the segments: sums at given prices, and who is nearly undecided.

The method itself sees prices and sums only, so that the segments may lie anywhere: here in arrays
(`LocalOracle`), elsewhere in the partitions of a data set, each with sums of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.shared_rows import SharedRowProblem
from slopt.solve.prices.reduction import Reduction, restrict, rows_of

if TYPE_CHECKING:
    from slopt.solve.native import pricing

Numbers = NDArray[np.float64]
Part = TypeVar("Part")
CHUNK = 1 << 17
"""Segments of one native call, some 5 ms. Sums are added chunk by chunk in order, so that they do
not depend on the number of threads."""
THREADS_FROM = 2 * CHUNK
MOST_THREADS = 4
"""The pass is as fast as memory, which few threads exhaust."""
MOST_TIERS = 32_000
GIANT = 500.0
"""Times a usual segment, which makes one a giant among dwarfs."""


@dataclass(frozen=True, eq=False)
class Sums:
    """One pass at prices p: sum of min_k (cost + p'use), the use (M,) of the tiers at the minima.

    `curvature` (M, M) is the sum of d d' over the `near` segments whose two best tiers are closer
    than the window that was asked for, d being the change of use from one to the other.
    """

    total: float
    use: Numbers
    curvature: Numbers
    near: int


class Oracle(Protocol):
    """The segments as the price method sees them."""

    @property
    def rows(self) -> SharedRowProblem:
        """Limits, extras and offset, without any segments."""

    @property
    def segments(self) -> int:
        """How many there are."""

    def sample(self, count: int) -> SharedRowProblem:
        """About so many segments, each standing for its share of all: cost and use times that."""

    def evaluate(self, prices: Numbers, window: float) -> Sums:
        """One pass over all segments."""

    def near_ties(self, prices: Numbers, window: float, most: int) -> Reduction:
        """Segments whose two best tiers are within the window, the others at their best.

        Of more than `most` only those nearest to a tie; giants may be added wherever they are.
        """


class LocalOracle:
    """Segments in arrays, priced by the compiled pass where it is there, else by NumPy.

    `tier` (S,) and `gap` (S,), second best less best, are those of the prices last priced.
    """

    def __init__(self, problem: SharedRowProblem, seed: int = 1) -> None:
        self.problem, self.seed = problem, seed
        none = np.zeros((0, problem.cost.shape[1]))
        self.rows = problem.replace(
            cost=none, use=(none,) * len(problem.use), allowed=none.astype(np.bool_)
        )
        self.tier = np.zeros(self.segments, dtype=np.int16)
        self.gap = np.zeros(self.segments, dtype=np.float32)
        self._made: tuple[Numbers, float, Sums] | None = None
        self._native = native_segments(problem)
        self._pool: ThreadPoolExecutor | None = None

    @property
    def segments(self) -> int:
        """How many there are."""
        return len(self.problem.cost)

    def sample(self, count: int) -> SharedRowProblem:
        """The largest segments for themselves, and one of every stretch of the others for it."""
        if count >= self.segments:
            return self.problem
        large = self._large[: count // 2]
        others = np.arange(self.segments)
        if len(large):
            others = np.delete(others, large)
        picked, stretch = _picked(len(others), count - len(large), self.seed)
        rows = rows_of(self.problem, np.concatenate([large, others[picked]]))
        share = np.concatenate([np.ones(len(large)), stretch])[:, None]
        return rows.replace(cost=rows.cost * share, use=tuple(use * share for use in rows.use))

    def places(self, count: int) -> NDArray[np.int64]:
        """One segment of every stretch of them, taken at random but always the same."""
        return _picked(self.segments, min(count, self.segments), self.seed)[0]

    @cached_property
    def _large(self) -> NDArray[np.int64]:
        """Segments that cost more than `GIANT` of the usual ones, the largest first.

        Left to chance, one giant would make the prices of a sample those of another problem; and
        far from a tie for its size alone, it may still be the one that has to move.
        """
        cost = self.problem.cost
        size = np.abs(cost[:, 0]) + np.abs(cost[:, -1])
        large = np.flatnonzero(size > GIANT * size.mean()) if len(size) else np.zeros(0, np.int64)
        return large[np.argsort(-size[large], kind="stable")]

    def evaluate(self, prices: Numbers, window: float) -> Sums:
        """One pass over all segments, unless it was the last one made."""
        made = self._made
        if made is not None and made[1] == window and np.array_equal(prices, made[0]):
            return made[2]

        def chunk(begin: int) -> tuple[float, Numbers, Numbers, int]:
            return self._price(begin, min(self.segments, begin + CHUNK), prices, window)

        self._made, rows = None, len(prices)
        total, use, curvature, near = 0.0, np.zeros(rows), np.zeros((rows, rows)), 0
        for part in self._in_chunks(chunk):
            total += part[0]
            use += part[1]
            curvature += part[2]
            near += part[3]
        sums = Sums(total, use, curvature, near)
        self._made = prices.copy(), window, sums
        return sums

    def go_to(self, prices: Numbers) -> Sums:
        """Have `tier` and `gap` be those of the prices; the curvature is of any window."""
        made = self._made
        if made is not None and np.array_equal(prices, made[0]):
            return made[2]
        return self.evaluate(prices, 0.0)

    def near_ties(self, prices: Numbers, window: float, most: int) -> Reduction:
        """Segments whose two best tiers are within the window, the others at their best."""
        sums = self.go_to(prices)
        places = np.flatnonzero(self.gap <= window)
        if len(places) > most:
            nearest = np.argpartition(self.gap[places], most - 1)[:most]
            places = places[nearest]
        places = np.union1d(places, self._large[:most])
        cost = sums.total - float(prices @ sums.use)
        decided = self.tier[places].astype(np.int64)
        return restrict(self.problem, places, cost, sums.use, decided)

    def chosen(self, choice: Choice) -> tuple[float, Numbers, bool]:
        """Cost and use (M,) of a choice, and whether all of its tiers are allowed."""
        native = self._native
        if native is None:
            own = np.arange(self.segments)
            return (
                float(self.problem.cost[own, choice].sum()),
                self.problem.used(choice),
                bool(self.problem.allowed[own, choice].all()),
            )

        def chunk(begin: int) -> tuple[float, Numbers, bool]:
            return native.chosen(begin, min(self.segments, begin + CHUNK), choice)

        cost, use, allowed = 0.0, np.zeros(len(self.problem.use)), True
        for part in self._in_chunks(chunk):
            cost += part[0]
            use += part[1]
            allowed = allowed and part[2]
        return cost, use, allowed

    def _in_chunks(self, call: Callable[[int], Part]) -> list[Part]:
        """The parts of all chunks in order, on several threads where that is worth it."""
        begins = range(0, self.segments, CHUNK)
        if self._native is None or self.segments < THREADS_FROM:
            return [call(begin) for begin in begins]
        if self._pool is None:
            self._pool = ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1))
        parts = [self._pool.submit(call, begin) for begin in begins]
        try:
            return [part.result() for part in parts]
        finally:  # an interruption leaves nothing running
            for part in parts:
                part.cancel()

    def _price(
        self, begin: int, end: int, prices: Numbers, window: float
    ) -> tuple[float, Numbers, Numbers, int]:
        if self._native is not None:
            return self._native.price(begin, end, prices, window, self.tier, self.gap)
        return _price_by_numpy(self.problem, slice(begin, end), prices, window, self.tier, self.gap)


def _picked(segments: int, count: int, seed: int) -> tuple[NDArray[np.int64], Numbers]:
    """One place of each of `count` stretches of so many segments, and how long each stretch is."""
    rng = np.random.default_rng([seed, count])
    edges = np.linspace(0, segments, count + 1).astype(np.int64)
    stretch = np.diff(edges)
    picked = edges[:-1] + (rng.random(count) * stretch).astype(np.int64)
    return picked, stretch.astype(np.float64)


def compiled() -> Any:
    """The module of compiled kernels, None where it was not built."""
    try:
        from slopt.solve.native import pricing
    except ImportError:
        return None
    return pricing


def native_segments(problem: SharedRowProblem) -> pricing.Segments | None:
    """A view of the arrays for the compiled pass, None where there is none."""
    module = compiled()
    if module is None or problem.cost.shape[1] > MOST_TIERS:
        return None
    arrays = (problem.cost, *problem.use, problem.allowed)
    if not all(array.flags.c_contiguous for array in arrays):
        return None
    allowed = None if problem.allowed.all() else problem.allowed
    view: pricing.Segments = module.Segments(problem.cost, list(problem.use), allowed)
    return view


def _price_by_numpy(
    problem: SharedRowProblem,
    block: slice,
    prices: Numbers,
    window: float,
    tier: NDArray[np.int16],
    gap: NDArray[np.float32],
) -> tuple[float, Numbers, Numbers, int]:
    """The compiled pass in NumPy; see pricing.pyi."""
    value = problem.priced(prices, block)
    own, best = np.arange(len(value)), value.argmin(axis=1)
    least = value[own, best]
    value[own, best] = np.inf
    other = value.argmin(axis=1)
    with np.errstate(invalid="ignore"):  # a segment without any tier makes the total infinite
        apart = value[own, other] - least
    tier[block], gap[block] = best, apart
    near = np.flatnonzero(apart < window)
    at, from_, to = near + block.start, best[near], other[near]
    change = np.array([use[at, from_] - use[at, to] for use in problem.use])
    change = change.reshape(len(problem.use), len(near))
    used = np.array([use[block][own, best].sum() for use in problem.use])
    return float(least.sum()), used, change @ change.T, len(near)
