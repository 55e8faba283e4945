"""Newton's method on the prices, over sums alone.

The bound at prices p is concave. With many segments it looks smooth: moving a price moves a few
segments from one tier to the next, about as many as are close to a tie now. Their number within a
window gives the curvature (Qi and Sun, "A nonsmooth version of Newton's method", 1993, with the
window in place of one exact element of the subdifferential), and the window shrinks with the step.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from slopt.problem.shared_rows import Numbers, SharedRowProblem
from slopt.solve.prices.oracle import Oracle

MOST_STEPS = 40
MOST_HALVINGS = 6
LARGEST_STEP = 2.0
"""In units of a usual price, beyond which the curvature says nothing."""


@dataclass(frozen=True, eq=False)
class Units:
    """What is usual: `money` a change of tier costs, and `price` (M,) of a row, money by use."""

    money: float
    price: Numbers

    @staticmethod
    def of(problem: SharedRowProblem, segments: int) -> Units:
        """From some of the segments, weighted so that they stand for all."""
        money = _mean_range(problem, problem.cost, segments) or 1.0
        usual = np.array([_mean_range(problem, use, segments) for use in problem.use])
        return Units(money, money / np.where(usual > 0, usual, 1.0))


def _mean_range(problem: SharedRowProblem, values: Numbers, segments: int) -> float:
    most = np.where(problem.allowed, values, -np.inf).max(axis=1)
    least = np.where(problem.allowed, values, np.inf).min(axis=1)
    return float((most - least).sum() / max(1, segments))


@dataclass(frozen=True, eq=False)
class Point:
    """What one pass says of prices (M,): bound, its slope (M,), and the curvature (M, M).

    `near` segments are within `window` of a tie.
    """

    prices: Numbers
    bound: float
    slope: Numbers
    curvature: Numbers
    near: int
    window: float


def look(oracle: Oracle, prices: Numbers, window: float) -> Point:
    """One pass at prices, with limits and extras."""
    sums, rows = oracle.evaluate(prices, window), oracle.rows
    reduced = rows.extra_cost + prices @ rows.extra_use
    taken = np.where(reduced < 0, rows.extra_most, 0.0)
    bound = rows.offset + sums.total - float(prices @ rows.limit) + float(reduced @ taken)
    curvature = sums.curvature
    close = np.abs(reduced) < window
    if close.any():
        change = rows.extra_use[:, close] * rows.extra_most[close]
        curvature = curvature + change @ change.T
    slope = sums.use - rows.limit + rows.extra_use @ taken
    return Point(prices, bound, slope, curvature / (2 * window), sums.near, window)


def climb(
    oracle: Oracle, start: Point, units: Units, worth: float, few: int, deadline: float
) -> Point:
    """The best prices on the way up from `start`.

    Ends where a step promises less than `worth`, or so short a step was made that no more than
    `few` segments lie as close to a tie as it was long.
    """
    point, window = start, start.window
    for _ in range(MOST_STEPS):
        if time.perf_counter() > deadline:
            break
        step = _step(point, units)
        if float(point.slope @ step) / 2 <= worth:
            break
        found = _go(oracle, point, step, window, deadline)
        if found is None:
            if point.near <= few:
                break
            window /= 4
            point = look(oracle, point.prices, window)
            continue
        length = float(np.abs((found.prices - point.prices) / units.price).max()) * units.money
        density = max(found.near, 1) / found.window
        point = found
        if density * length <= few:
            break
        enough = (100 + 20 * len(step)) / density
        window = max(enough, min(window, length / 2))
    return point


def _step(point: Point, units: Units) -> Numbers:
    """Newton's step (M,) over the prices that are free to move, of bounded length."""
    free = (point.prices > 0) | (point.slope > 0)
    unit = np.where(free, units.price, 0.0)
    slope = point.slope * unit
    curvature = point.curvature * np.outer(unit, unit)
    usual = float(np.trace(curvature)) / max(1, int(free.sum()))
    usual = usual or float(np.abs(slope).max(initial=0.0)) or 1.0
    ridge = np.where(free, 1e-9 * usual, usual)
    step = np.linalg.solve(curvature + np.diag(ridge), slope)
    longest = LARGEST_STEP + np.abs(point.prices / units.price)
    return np.asarray(np.clip(step, -longest, longest) * unit)


def _go(
    oracle: Oracle, point: Point, step: Numbers, window: float, deadline: float
) -> Point | None:
    """The first point along a step, halved and halved again, that is higher; None where none is."""
    for halving in range(MOST_HALVINGS):
        prices = np.maximum(0.0, point.prices + step * 0.4**halving)
        found = look(oracle, prices, window)
        if found.bound > point.bound:
            return found
        if time.perf_counter() > deadline:
            return None
    return None
