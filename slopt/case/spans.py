"""How far a value may be off by a share of it, within the range of its column."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.case.columns import Column

Numbers = NDArray[np.float64]

LEVEL = "service_level"
"""Of a service level the failures are varied by the span: 0.95 becomes 0.94 and 0.96 at 20 %."""


def spanned(column: Column, now: Numbers, span: float | Numbers) -> tuple[Numbers, Numbers]:
    """Low and high by the span, within the column's range; of a service level that of failures."""
    if column.name == LEVEL:
        return in_range(column, now, 1 - (1 - now) * (1 + span), 1 - (1 - now) * (1 - span))
    return in_range(column, now, now * (1 - span), now * (1 + span))


def in_range(
    column: Column, now: Numbers, lows: Numbers, highs: Numbers
) -> tuple[Numbers, Numbers]:
    """The ends, pulled into the range of the column, and never to the wrong side of today."""
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high
    return np.minimum(np.maximum(lows, low), now), np.maximum(np.minimum(highs, high), now)
