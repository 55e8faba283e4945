"""Roots of increasing functions by bisection: slow, sure, and for whole arrays at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from slopt.economics.arguments import Numbers


def increasing_root(function: Callable[[Numbers], Numbers], low: Numbers, high: Numbers) -> Numbers:
    """Where an increasing function crosses 0, for each element between `low` and `high`.

    Halves until no float lies between the ends. A function above 0 everywhere gives `low`, one
    below 0 everywhere `high`; callers choose the ends so that this cannot happen.
    """
    low, high = np.array(low, dtype=float), np.array(high, dtype=float)
    while True:
        middle = low + (high - low) / 2
        if np.all((middle <= low) | (middle >= high)):
            return np.asarray(middle)
        below = function(middle) < 0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
