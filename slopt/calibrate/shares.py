"""Shares and differences of shares, with intervals that hold for small counts and at 0 and 1."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Z = 1.959963984540054
"""Of the normal distribution at 97.5 %: every interval is one of 95 %."""
SURE = 0.95


class Interval(NamedTuple):
    """An estimate and its 95 % interval."""

    value: float
    low: float
    high: float


def wilson(successes: float, trials: float) -> Interval:
    """The share of successes with Wilson's score interval; (0, 0, 1) without any trial.

    15 of 148 give 0.1014, 0.0624 to 0.1605. Source: Newcombe 1998, Statistics in Medicine 17,
    857-872, method 3.
    """
    if trials <= 0:
        return Interval(0.0, 0.0, 1.0)
    share = min(max(successes / trials, 0.0), 1.0)
    middle = share + Z * Z / (2 * trials)
    spread = Z * math.sqrt(share * (1 - share) / trials + Z * Z / (4 * trials * trials))
    whole = 1 + Z * Z / trials
    low, high = (middle - spread) / whole, (middle + spread) / whole
    return Interval(share, 0.0 if share == 0 else low, 1.0 if share == 1 else high)


def difference(first: Interval, second: Interval) -> Interval:
    """First minus second share, with Newcombe's interval from the two of Wilson.

    56 of 70 and 48 of 80 give 0.2, 0.0524 to 0.3339. Source: Newcombe 1998, Statistics in
    Medicine 17, 873-890, method 10.
    """
    gap = first.value - second.value
    low = gap - math.hypot(first.value - first.low, second.high - second.value)
    high = gap + math.hypot(first.high - first.value, second.value - second.low)
    return Interval(gap, low, high)


def stratified_difference(
    hits: Numbers, exposed: Numbers, base_hits: Numbers, unexposed: Numbers
) -> tuple[Interval, float]:
    """Difference of two shares, exposed less unexposed, within strata: Mantel and Haenszel.

    Args:
        hits, exposed: successes and trials of the exposed, one entry a stratum.
        base_hits, unexposed: the same of the unexposed.

    Returns:
        The difference with Sato's interval, and the number of trials in strata that hold both.

    Strata that hold one of the two alone tell nothing of the difference and drop out; without any
    stratum that holds both the answer is NaN with the interval -1 to 1. Where all the exposed were
    so and none of the others, or the reverse, Sato's variance is 0: the interval is then Newcombe's
    of all strata together. Source: Sato 1989, Biometrics 45, 1323-1324.
    """
    both = (exposed > 0) & (unexposed > 0)
    a, n1, b, n0 = hits[both], exposed[both], base_hits[both], unexposed[both]
    if not both.any():
        return Interval(math.nan, -1.0, 1.0), 0.0
    weights = n1 * n0 / (n1 + n0)
    total = float(weights.sum())
    gap = float(((a * n0 - b * n1) / (n1 + n0)).sum()) / total
    p = (n1**2 * b - n0**2 * a + n1 * n0 * (n0 - n1) / 2) / (n1 + n0) ** 2
    q = (a * (n0 - b) + b * (n1 - a)) / (2 * (n1 + n0))
    variance = max(gap * float(p.sum()) + float(q.sum()), 0.0) / total**2
    trials = float((n1 + n0).sum())
    if variance <= 1e-12:
        whole = difference(
            wilson(float(a.sum()), float(n1.sum())), wilson(float(b.sum()), float(n0.sum()))
        )
        low, high = min(whole.low, gap), max(whole.high, gap)
        return Interval(gap, low, high), trials
    spread = Z * math.sqrt(variance)
    return Interval(gap, gap - spread, gap + spread), trials


def dispersion(successes: Numbers, trials: Numbers, group: NDArray[np.int64]) -> float:
    """How many times more the shares of one group scatter than independent trials would; >= 1.

    Pearson's chi-square over its degrees of freedom. Cells are blocks of time of one group, so
    that orders of the same time that share their fate do not count as so many independent ones.
    """
    groups = int(group.max(initial=-1)) + 1
    total = np.bincount(group, trials, groups)
    share = np.divide(np.bincount(group, successes, groups), total, where=total > 0, out=total * 0)
    expected = trials * share[group]
    variance = expected * (1 - share[group])
    used = variance > 0
    freedom = int(used.sum()) - len(np.unique(group[used]))
    if freedom < 1:
        return 1.0
    return max(1.0, float(((successes - expected)[used] ** 2 / variance[used]).sum()) / freedom)
