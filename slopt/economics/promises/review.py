"""Promises in contracts: the chance that a review finds one broken, and how far short it falls.

A review counts n orders and compares the share X/n of those served as promised with the promised
share G. X is binomial with the service level q; where failures come together (a strike, a storm,
one bad week), it is beta-binomial with the correlation rho between two orders of a review. Orders
are whole: a promise of 95 % is kept with 19 of 20 and broken with 18. All arguments may be arrays
and broadcast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slopt.economics.arguments import Numbers, not_negative, share, whole, within

EDGE = 1e-9
"""Relative room in counting orders, for shares such as 0.07 that no float holds."""
CELLS = 1 << 20
"""Chances that are held at a time."""
MOST_CORRELATED = 1_000_000
"""Orders of a review whose failures are correlated: all counts have a chance then."""
SPREADS, FEWEST = 10.0, 50.0
"""Standard deviations, and orders, around the mean beyond which a binomial has no chance left
that counts (below 1e-20)."""


@dataclass(frozen=True, eq=False)
class Shortfall:
    """P(X < G n), the chance that a review finds the promise broken, and E(G - X/n)+, the share
    that is missing on average, reviews that keep the promise counted as 0.
    """

    chance: Numbers
    missing: Numbers


def shortfall(
    counted: ArrayLike, level: ArrayLike, promised: ArrayLike, correlation: ArrayLike = 0.0
) -> Shortfall:
    """Chance of breach and expected shortfall of one review, both exact sums over whole orders.

    Args:
        counted: n, whole orders of a review, 0 or more; without orders nothing is broken.
        level: q, 0..1, share of orders served as promised in the long run.
        promised: G, 0..1.
        correlation: rho, 0 to below 1, between two orders of one review; 0 where orders fail
            independently. The variance of X is n q (1 - q) (1 + (n - 1) rho).

    Returns:
        Arrays of the common shape. n = 20, q = 0.95, G = 0.95: chance 0.264160, missing 0.017924.

    Raises:
        ValueError: an argument is out of range.

    Source: binomial and beta-binomial distribution, summed order by order.
    """
    n, q, g, rho = np.broadcast_arrays(
        whole("counted", counted).astype(np.float64),
        share("level", level),
        share("promised", promised),
        within("correlation", correlation, 0, 1, without_high=True),
    )
    if np.any((rho > 0) & (n > MOST_CORRELATED)):
        raise ValueError(f"counted must be at most {MOST_CORRELATED:,} where orders are correlated")
    figures = np.column_stack([values.reshape(-1) for values in (n, q, g, rho)])
    alike, which = np.unique(figures, axis=0, return_inverse=True)
    chance, missing = np.zeros(len(alike)), np.zeros(len(alike))
    first, length = _windows(*alike[:, (0, 1, 3)].T)
    order = np.argsort(length, kind="stable")
    begin = 0
    while begin < len(order):
        rows = max(1, CELLS // int(length[order[min(begin + 1023, len(order) - 1)]]))
        its = order[begin : begin + min(rows, 1024)]
        chance[its], missing[its] = _summed(alike[its], first[its], int(length[its].max()))
        begin += len(its)
    which = which.reshape(-1)
    return Shortfall(chance[which].reshape(n.shape), missing[which].reshape(n.shape))


def _windows(
    counted: Numbers, level: Numbers, correlation: Numbers
) -> tuple[Numbers, NDArray[np.int64]]:
    """The first count with a chance that counts, and how many there are; all where rho > 0."""
    mean = counted * level
    reach = SPREADS * np.sqrt(mean * (1 - level)) + FEWEST
    low = np.where(correlation > 0, 0.0, np.floor(np.maximum(mean - reach, 0.0)))
    high = np.where(correlation > 0, counted, np.ceil(np.minimum(mean + reach, counted)))
    return low, (high - low).astype(np.int64) + 1


def _summed(figures: Numbers, first: Numbers, length: int) -> tuple[Numbers, Numbers]:
    """Chance and shortfall of each row (n, q, G, rho), from its chances of `length` counts.

    Of one count to the next the chance changes by (n - k)(k a + q) / ((k + 1)((n - k - 1) a + 1 -
    q)) with a = rho / (1 - rho), which is 0 for the binomial.
    """
    n, q, g, rho = (column[:, None] for column in figures.T)
    a = rho / (1 - rho)
    count = first[:, None] + np.arange(length)
    before = count[:, :-1]
    sure = (q == 0) | (q == 1)
    level = np.where(sure, 0.5, q)
    left = np.maximum(n - before, 0.0)
    ratio = left * (before * a + level)
    ratio /= (before + 1) * (np.maximum(left - 1, 0.0) * a + 1 - level)
    logs = np.zeros(count.shape)
    with np.errstate(divide="ignore"):
        np.cumsum(np.log(ratio), axis=1, out=logs[:, 1:])
    logs = np.where(sure, np.where(count == q * n, 0.0, -np.inf), logs)
    chances = np.exp(logs - logs.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    needed = np.ceil(g * n - EDGE * np.maximum(1.0, g * n))
    short = np.where((count < needed) & (n > 0), chances, 0.0)
    missing = short * (g - count / np.maximum(n, 1.0))
    return short.sum(axis=1), missing.sum(axis=1)


def measured_shortfall(served: ArrayLike, orders: ArrayLike, promised: ArrayLike) -> Shortfall:
    """The same from reviews that are over: the share of them that broke it, and their mean gap.

    Args:
        served: orders served as promised in each review, (..., n).
        orders: orders counted in each, above 0 and not below `served`.
        promised: G, 0..1, of shape (...) .

    Raises:
        ValueError: an argument is out of range.
    """
    of_all = within("orders", orders, 0, without_low=True)
    kept = not_negative("served", served)
    if np.any(kept > of_all):
        raise ValueError("served must not be above orders")
    g = share("promised", promised)[..., None]
    gap = g - kept / of_all
    gap = np.where(gap > EDGE, gap, 0.0)
    return Shortfall((gap > 0).mean(axis=-1), gap.mean(axis=-1))


def expected_penalty(
    found: Shortfall, per_breach: ArrayLike, per_point: ArrayLike, beyond_most: ArrayLike = 0.0
) -> Numbers:
    """Expected penalty of one review: per_breach P + per_point x 100 x missing.

    Args:
        found: of the promised share.
        per_breach: money whenever the promise is broken, 0 or more.
        per_point: money per point (0.01) that is missing, 0 or more.
        beyond_most: where a contract caps the penalty of a review at M: the E(G' - X/n)+ of
            `capped_at`, what the cap saves of the shortfall.
    """
    fixed, rate = not_negative("per_breach", per_breach), not_negative("per_point", per_point)
    counted = found.missing - not_negative("beyond_most", beyond_most)
    return np.asarray(fixed * found.chance + 100 * rate * counted)


def capped_at(
    promised: ArrayLike, per_breach: ArrayLike, per_point: ArrayLike, most: ArrayLike
) -> Numbers:
    """G', the share below which a penalty capped at `most` grows no more; 0 where it never is.

    G' = G - (most - per_breach) / (100 per_point).
    """
    room = not_negative("most", np.asarray(most) - np.asarray(per_breach))
    rate = 100 * not_negative("per_point", per_point)
    with np.errstate(divide="ignore", invalid="ignore"):
        below = share("promised", promised) - room / rate
    return np.where(rate > 0, np.maximum(below, 0.0), 0.0)


def chance_in_period(chance: ArrayLike, reviews: ArrayLike) -> Numbers:
    """1 - (1 - p)^r: the chance that one review of r at least finds the promise broken.

    Reviews count as independent.
    """
    return np.asarray(1 - (1 - share("chance", chance)) ** whole("reviews", reviews))
