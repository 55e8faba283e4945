"""Figures of a random amount that has W values with given probabilities.

All are of losses: more is worse. The quantile at level a is the least value that is not exceeded
with probability a; the CVaR over the worst share t is the mean of the worst t of all futures, where
a future is counted in part if it lies on the edge (Rockafellar and Uryasev 2002, Journal of Banking
and Finance 26(7), 1443-1471).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def mean(values: Numbers, probability: Numbers) -> float:
    """The expected value of (W,) values."""
    return float(values @ probability)


def quantile(values: Numbers, probability: Numbers, level: float) -> float:
    """The least value that is not exceeded with probability `level`, 0 .. 1."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(probability[order])
    place = int(np.searchsorted(reached, level - 1e-12))
    return float(values[order[min(place, len(order) - 1)]])


def tail_weights(values: Numbers, probability: Numbers, tail: float) -> Numbers:
    """(W,): how much each future counts in the CVaR over the worst `tail` (0 < tail <= 1).

    They add up to 1, none is above probability / tail, and their mean of the values is the most of
    all such weights.
    """
    order = np.argsort(-values, kind="stable")
    most = probability[order] / tail
    before = np.concatenate(([0.0], np.cumsum(most)[:-1]))
    weights = np.empty(len(values))
    weights[order] = np.clip(1.0 - before, 0.0, most)
    return weights


def cvar(values: Numbers, probability: Numbers, tail: float) -> float:
    """The mean of the worst `tail` of all futures."""
    return float(values @ tail_weights(values, probability, tail))


def blend(values: Numbers, probability: Numbers, tail: float, weight: float) -> float:
    """(1 - weight) mean + weight CVaR."""
    own = mean(values, probability)
    return own if weight == 0 else (1 - weight) * own + weight * cvar(values, probability, tail)
