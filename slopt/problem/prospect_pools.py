"""Prospects that several segments talk to: what their warnings lose is no sum over segments.

    x = sum_s messages[s, choice[s]]             loss(x) = V M (1 - e^(-x / M))

M prospects, V money for each who hears a warning. The loss is concave: the more is told already,
the fewer hear anything new.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ProspectPool:
    """One pool. `messages` (S, K): prospects told in each offer, counting repeats.

    `at` and `lost`, both (J + 1,), are points of the loss from 0 to the most that can be told, in
    rising order; the straight lines between them lie at most `error` (money) below the loss.
    Programs are stated with these pieces, plans are evaluated with the curve.
    """

    name: str
    prospects: float
    value: float
    messages: Numbers
    at: Numbers
    lost: Numbers
    error: float

    def __post_init__(self) -> None:
        if not (self.prospects > 0 and self.value >= 0 and self.error >= 0):
            raise ValueError(f"pool {self.name} needs prospects above 0, value and error from 0")
        if self.at.shape != self.lost.shape or len(self.at) < 2 or np.any(np.diff(self.at) <= 0):
            raise ValueError(f"pool {self.name} needs at least two points in rising order")
        self.messages.setflags(write=False)

    @property
    def row(self) -> str:
        """The name of its row, whose price is what one message more would lose."""
        return f"pool {self.name}"

    def told(self, choice: NDArray[np.int64]) -> float:
        """Messages of a choice (S,)."""
        return float(self.messages[np.arange(len(choice)), choice].sum())

    def loss(self, messages: float) -> float:
        """V M (1 - e^(-x / M)), money per period."""
        return float(-self.value * self.prospects * np.expm1(-messages / self.prospects))
