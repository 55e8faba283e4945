"""The most by which a limit can be broken in a future, by plans that keep it often enough.

Of a plan that keeps a limit in the futures V, the sum in future w is at most

    min over price >= 0 of  price limit[v] + sum_s max_k (a[w,s,k] - price a[v,s,k])

for every v of V. Sort the futures v by that number: a plan that breaks the limit with no more than
the chance allowed keeps it in one of the first whose probabilities add up to more than the chance.
So the number of the last of these is a bound for all plans (Luedtke 2014, Mathematical Programming
146, 219-244; Song, Luedtke and Kucukyavuz 2014, INFORMS Journal on Computing 26(4), 735-747).
Any price gives a true bound; the best is looked for by bisection.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

STEPS, LARGEST_PRICE = 14, 4.0
"""Bisections, and the largest price: sums of two futures are seldom so far apart."""
ROUNDING = 1e-9
"""Relative to a limit: sums of floats may differ by so much, so big numbers have so much room."""


@dataclass(frozen=True, eq=False)
class LimitOverFutures:
    """One limit in W futures: sum_sk amounts[w,s,k] x[s,k] + more <= limit[w], inf where none.

    `more` lies between `least_more` and `most_more` (W,). Of floors all signs are turned. `own` is
    (amounts, limit) at the case's own numbers, kept for sure, None where there is none. `amounts`
    is (W, M, K) over the M segments that it sums.
    """

    amounts: Numbers
    limit: Numbers
    least_more: Numbers
    most_more: Numbers
    own: tuple[Numbers, float] | None


def most_beyond_surely(limit: LimitOverFutures, admissible: NDArray[np.bool_]) -> Numbers:
    """(W,): the most by which any plan that keeps the limit at own numbers breaks it."""
    most = np.where(admissible, limit.amounts, -np.inf).max(axis=2).sum(axis=1)
    if limit.own is not None:
        amounts, most_own = limit.own
        for w in range(len(most)):
            priced = _priced(limit.amounts[w], amounts[None], np.array([most_own]), admissible)
            most[w] = min(most[w], priced[0])
    return np.asarray(most + limit.most_more - limit.limit)


def most_beyond_seldom(
    limit: LimitOverFutures, admissible: NDArray[np.bool_], probability: Numbers, chance: float
) -> Numbers:
    """(W,): the most by which a plan breaks it that breaks it no more often than allowed.

    Below 0 in futures in which such a plan keeps it.
    """
    told = np.flatnonzero(np.isfinite(limit.limit))
    kept = limit.limit[told] - limit.least_more[told]
    most = np.full(len(limit.limit), np.inf)
    for w in told:
        sums = _priced(limit.amounts[w], limit.amounts[told], kept, admissible)
        beyond = sums + limit.most_more[w] - limit.limit[w]
        beyond[told == w] = 0.0
        order = np.argsort(beyond, kind="stable")
        enough = np.cumsum(probability[told][order]) > chance
        if enough.any():
            most[w] = beyond[order[int(np.argmax(enough))]]
    return most


def _priced(
    here: Numbers, there: Numbers, limits: Numbers, admissible: NDArray[np.bool_]
) -> Numbers:
    """(V,): bounds on the sum of `here` (M, K) over choices whose sum of `there` (V, M, K) is
    within `limits` (V,).
    """
    here = np.where(admissible, here, -np.inf)
    there = np.where(admissible, there, 0.0)
    low, high = np.zeros(len(limits)), np.full(len(limits), LARGEST_PRICE)
    best = np.full(len(limits), here.max(axis=1).sum())
    for _ in range(STEPS):
        price = (low + high) / 2
        worth = here - price[:, None, None] * there
        chosen = worth.argmax(axis=2)[:, :, None]
        bound = price * limits + np.take_along_axis(worth, chosen, axis=2).sum(axis=(1, 2))
        best = np.minimum(best, bound)
        dearer = np.take_along_axis(there, chosen, axis=2).sum(axis=(1, 2)) > limits
        low, high = np.where(dearer, price, low), np.where(dearer, high, price)
    return np.asarray(best)
