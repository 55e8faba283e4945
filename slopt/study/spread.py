"""One figure over many futures: its mean, the band that it lies in, and its bad end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.scenarios.measures import cvar, mean, quantile

Numbers = NDArray[np.float64]

LOW, HIGH = 0.05, 0.95
"""The quantiles between which a band lies: nine of ten futures are inside."""


@dataclass(frozen=True)
class Spread:
    """A figure at the case's own numbers, its mean, the ends of its band, and its bad end.

    `tail` is the mean of the worst share of futures that was asked for, where worst is most, or
    least for figures of which more is better.
    """

    own: float
    mean: float
    low: float
    high: float
    tail: float


def spread_of(
    own: float, values: Numbers, probability: Numbers, tail: float, more_is_better: bool = False
) -> Spread:
    """The spread of (W,) values with these probabilities; `tail` is a share above 0 up to 1."""
    sign = -1.0 if more_is_better else 1.0
    return Spread(
        own,
        mean(values, probability),
        quantile(values, probability, LOW),
        quantile(values, probability, HIGH),
        sign * cvar(sign * values, probability, tail),
    )
