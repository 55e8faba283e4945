"""Best prices of any number of segments: exact on a sample, Newton on all, exact near the ties.

At the best prices as many segments as rows are undecided, the others clear. Once the prices are
nearly right, only segments that are close to a tie can still change their tier: over those a small
exact problem gives the corner, and one pass over all segments says whether it was the whole story.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from slopt.problem.shared_rows import Numbers, SharedRowProblem
from slopt.solve.highs import Options
from slopt.solve.prices.equal_segments import kinds_of
from slopt.solve.prices.exact_prices import exact_prices
from slopt.solve.prices.newton import Point, Units, climb, look
from slopt.solve.prices.oracle import LocalOracle, Oracle, compiled
from slopt.solve.prices.reduction import rows_of

FEW = 4_096
"""Up to so many segments the exact prices of all are found at once."""
SAMPLE, LARGE_SAMPLE = 2_048, 32_768
ERROR = 0.3
"""Of prices from a sample of one segment, in usual prices; falls with the root of their number."""
NEAR = 3_000
"""Segments near a tie that an exact problem is made of."""
WITHOUT_COMPILER = 8
"""How much smaller exact problems are where HiGHS has to solve them."""
MOST_KINDS = 0.5
"""Of a sample, for segments that are alike to be put together first."""
MOST_ROUNDS = 25
HIGHEST = 1e7
"""Of a price, in usual ones: beyond it rows can be kept by no tiers, or by a hair."""
FINEST, COARSEST = 1e-9, 2e-8
"""Relative to the bound: what a last pass has to be worth, at the least and at the most. Coarser
prices cost more than they save: more segments are then in doubt when a plan is made."""
SHARE = 0.02
"""Of the gap asked for, what better prices have to be worth."""


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices (M,) and the bound that all segments together give at them.

    `best` where no other prices give a bound that is worth more passes; `window` is the width in
    which some segments are near a tie. `at_end` where a price is as high as prices go.
    """

    prices: Numbers
    bound: float
    window: float
    units: Units
    best: bool
    at_end: bool


def best_prices(
    problem: SharedRowProblem, options: Options, start: Numbers | None = None
) -> Prices:
    """The best prices of segments in arrays; `start` (M,) are prices to begin from.

    Where many segments are alike, those of each kind are priced as one.
    """
    return local_prices(LocalOracle(problem, options.seed), options, start)


def local_prices(oracle: LocalOracle, options: Options, start: Numbers | None = None) -> Prices:
    """The best prices of the segments of an oracle, with those of a kind as one if many are."""
    merged = _by_kind(oracle)
    found = coordinate(merged, options, start)
    if merged is oracle:
        return found
    each = merged.segments / oracle.segments
    units = Units(found.units.money * each, found.units.price)
    return replace(found, units=units, window=found.window * each)


def _by_kind(oracle: LocalOracle) -> LocalOracle:
    if oracle.segments <= FEW:
        return oracle
    sample = rows_of(oracle.problem, oracle.places(SAMPLE))
    if len(kinds_of(sample).problem.cost) > SAMPLE * MOST_KINDS:
        return oracle
    return LocalOracle(kinds_of(oracle.problem).problem, oracle.seed)


def coordinate(oracle: Oracle, options: Options, start: Numbers | None = None) -> Prices:
    """The best prices of segments wherever they lie, from their sums."""
    deadline = time.perf_counter() + options.time_limit_s
    few, sample_size = exact_sizes()
    sample = oracle.sample(few if oracle.segments <= few else sample_size)
    if not sample.allowed.any(axis=1).all():
        return _without_tier(len(sample.use))
    units = Units.of(sample, oracle.segments)
    rows = len(units.price)
    low, high = np.zeros(rows), HIGHEST * units.price
    if start is None or oracle.segments <= few:
        at = low if start is None else np.clip(start, low, high)
        exact = exact_prices(sample, low, high, at, max(0.1, deadline - time.perf_counter()))
        if oracle.segments <= few:
            window = units.money / max(1, oracle.segments)
            point = look(oracle, exact.prices, window)
            return _finished(point, units, exact.best)
        start = exact.prices
        error = ERROR / np.sqrt(sample_size)
        if oracle.segments >= 8 * LARGE_SAMPLE and compiled() is not None:
            start = _on_larger_sample(oracle, start, units, error, options, deadline)
            error = ERROR / np.sqrt(LARGE_SAMPLE)
    else:
        start, error = np.clip(start, low, high), 0.1
    point = look(oracle, start, error * units.money)
    if point.bound == np.inf:
        return _without_tier(rows)
    worth = float(np.clip(SHARE * options.gap, FINEST, COARSEST))
    point = climb(oracle, point, units, worth * abs(point.bound), few // 4, deadline)
    # Where the sample had no plan its prices were absurd, and so was the bound they gave.
    return _near_the_ties(oracle, point, units, worth * abs(point.bound), deadline)


def exact_sizes() -> tuple[int, int]:
    """(segments that are solved exactly at once, size of the sample of more)."""
    if compiled() is not None:
        return FEW, SAMPLE
    return FEW // WITHOUT_COMPILER, SAMPLE // WITHOUT_COMPILER


def _on_larger_sample(
    oracle: Oracle, start: Numbers, units: Units, error: float, options: Options, deadline: float
) -> Numbers:
    """Prices of a larger sample, by Newton's method: what is left to do on all is little."""
    sample = oracle.sample(LARGE_SAMPLE)
    each = oracle.segments / LARGE_SAMPLE
    smaller = LocalOracle(sample, options.seed)
    point = look(smaller, start, error * units.money * each)
    own = Units(units.money * each, units.price)
    return climb(smaller, point, own, 1e-6 * abs(point.bound), FEW // 8, deadline).prices


def _near_the_ties(
    oracle: Oracle, point: Point, units: Units, worth: float, deadline: float
) -> Prices:
    """From nearly best prices to the best ones, by exact problems over the nearest ties."""
    most = NEAR if compiled() is not None else NEAR // WITHOUT_COMPILER
    highest = HIGHEST * units.price
    window = _window_for(point, most, units)
    reach, best = 2.0, False
    for _ in range(MOST_ROUNDS):
        if time.perf_counter() > deadline:
            break
        near = oracle.near_ties(point.prices, window, most)
        box = reach * window / units.money * units.price
        low, high = np.maximum(0.0, point.prices - box), np.minimum(highest, point.prices + box)
        left = max(0.1, deadline - time.perf_counter())
        exact = exact_prices(near.problem, low, high, point.prices, left)
        ended = (exact.prices <= low) & (low > 0) | (exact.prices >= high) & (high < highest)
        promised = exact.bound - point.bound
        if exact.best and promised <= worth / 10:
            best = True
            break
        found = look(oracle, exact.prices, window)
        gained = found.bound - point.bound
        if found.bound > point.bound:
            point = found
        if exact.best and promised - gained <= worth and not ended.any():
            best = True
            break
        if ended.any() and gained > 0.5 * promised:
            reach *= 2
        elif gained < 0.5 * promised:
            window, most, reach = 2 * window, min(2 * most, 8 * NEAR), max(0.05, reach / 4)
        else:
            window = _window_for(point, most, units)
    return _finished(point, units, best)


def _without_tier(rows: int) -> Prices:
    """Some segment has no tier at all: what it asks for costs infinitely much at any prices."""
    none = np.zeros(rows)
    return Prices(none, np.inf, 0.0, Units(1.0, np.ones(rows)), best=True, at_end=False)


def _window_for(point: Point, segments: int, units: Units) -> float:
    """A width in which about so many segments are near a tie."""
    density = max(point.near, 1) / point.window
    return float(min(segments / density, 10 * units.money))


def _finished(point: Point, units: Units, best: bool) -> Prices:
    at_end = bool(np.any(point.prices >= 1e-3 * HIGHEST * units.price))
    return Prices(point.prices, point.bound, point.window, units, best, at_end)
