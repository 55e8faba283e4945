"""Segments that share nothing but a handful of rows: the shape that prices and the exact core take.

    minimise    offset + sum_s cost[s, k_s] + sum_j extra_cost[j] e[j]
    subject to  sum_s use[r][s, k_s] + sum_j extra_use[r, j] e[j] <= limit[r]     for every row r
                allowed[s, k_s]                                                  one tier a segment
                0 <= e[j] <= extra_most[j]

Floors (`>=`) are stored negated, goals to be maximised with their costs negated. An extra is a
continuous column that relieves one row (units bought on top of a capacity, the breach of a soft
rule), which no other extra touches: `extra_use` is negative in that row and 0 or more elsewhere
(the budget), and `extra_cost` is 0 or more, so that the least that restores the row is the best.

Any prices p >= 0 on the rows give a lower bound, because every segment then decides alone:

    bound(p) = offset - p'limit + sum_s min_k (cost[s, k] + sum_r p[r] use[r][s, k])
                                + sum_j extra_most[j] min(0, extra_cost[j] + p'extra_use[:, j])
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice

Numbers = NDArray[np.float64]
BLOCK = 1 << 16
"""Segments that are priced at a time, so that what is in between stays in the cache."""


@dataclass(frozen=True, eq=False)
class SharedRowProblem:
    """S segments x K tiers, M shared rows, J extras; see the module for the program.

    cost and every array of `use` are (S, K), contiguous; numbers of pairs that are not allowed are
    finite and ignored. `relieved[j]` is the row that extra j relieves. `floor[r]` is true where row
    r was a floor, `names[r]` says whose row it is.
    """

    cost: Numbers
    use: tuple[Numbers, ...]
    allowed: NDArray[np.bool_]
    limit: Numbers
    names: tuple[str, ...]
    floor: NDArray[np.bool_]
    extra_cost: Numbers = field(default_factory=lambda: np.zeros(0))
    extra_most: Numbers = field(default_factory=lambda: np.zeros(0))
    extra_use: Numbers = field(default_factory=lambda: np.zeros((0, 0)))
    offset: float = 0.0

    def __post_init__(self) -> None:
        rows, extras = len(self.use), len(self.extra_cost)
        if extras == 0:
            object.__setattr__(self, "extra_use", np.zeros((rows, 0)))
        shapes = {
            "allowed": self.cost.shape,
            "limit": (rows,),
            "floor": (rows,),
            "extra_most": (extras,),
            "extra_use": (rows, extras),
        }
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} has shape {getattr(self, name).shape}, expected {shape}")
        if any(use.shape != self.cost.shape for use in self.use) or len(self.names) != rows:
            raise ValueError("every row needs a name and an array of the shape of cost")
        relieves = self.extra_use < 0
        if np.any(relieves.sum(axis=0) != 1) or np.any(self.extra_cost < 0):
            raise ValueError("every extra relieves exactly one row, at a cost of 0 or more")
        touched = (self.extra_use != 0).sum(axis=1)
        if np.any(touched[relieves.any(axis=1)] != 1):
            raise ValueError("a row that an extra relieves is touched by no other extra")

    @property
    def size(self) -> tuple[int, int, int]:
        """Segments, tiers, shared rows."""
        return *self.cost.shape, len(self.use)

    @cached_property
    def relieved(self) -> NDArray[np.int64]:
        """The row that each extra relieves, (J,)."""
        return np.argmin(self.extra_use, axis=0) if len(self.extra_cost) else np.zeros(0, np.int64)

    def replace(self, **changes: Any) -> SharedRowProblem:
        """A copy with other values, checked again."""
        return replace(self, **changes)

    def priced(self, prices: Numbers, block: slice = slice(None)) -> Numbers:
        """cost + p'use of a block of segments, (B, K); infinite where not allowed."""
        value = self.cost[block].copy()
        for price, use in zip(prices.tolist(), self.use, strict=True):
            if price:
                value += price * use[block]
        value[~self.allowed[block]] = np.inf
        return value

    def dual(self, prices: Numbers) -> tuple[float, Choice]:
        """(bound at the prices, the tier each segment then prefers), in plain NumPy.

        Lower tier positions win ties. The bound is a sum of floats; plan/certificate.py has the
        proven one.
        """
        choice = np.empty(len(self.cost), dtype=np.int64)
        total = self.offset - float(prices @ self.limit)
        for begin in range(0, len(choice), BLOCK):
            block = slice(begin, begin + BLOCK)
            value = self.priced(prices, block)
            choice[block] = best = value.argmin(axis=1)
            total += float(np.take_along_axis(value, best[:, None], axis=1).sum())
        reduced = self.extra_cost + prices @ self.extra_use
        return total + float(np.minimum(reduced, 0.0) @ self.extra_most), choice

    def used(self, choice: Choice) -> Numbers:
        """What a choice uses of every row, (M,), before extras."""
        row = np.arange(len(choice))
        return np.array([use[row, choice].sum() for use in self.use])

    def extras(self, used: Numbers) -> Numbers:
        """The least extras (J,) that restore the rows they relieve, as far as they go."""
        beyond = (used - self.limit)[self.relieved]
        per_unit = -self.extra_use[self.relieved, np.arange(len(self.relieved))]
        return np.clip(beyond / per_unit, 0.0, self.extra_most)

    def value(self, choice: Choice) -> tuple[float, bool]:
        """(objective of a choice with the extras it needs, does it keep every row)."""
        used = self.used(choice)
        taken = self.extras(used)
        row = np.arange(len(choice))
        objective = self.offset + float(self.cost[row, choice].sum())
        objective += float(self.extra_cost @ taken)
        # Taken extras fill their row up to the limit but for rounding.
        room = 1e-12 * np.maximum(1.0, np.abs(self.limit))
        keeps = np.all(used + self.extra_use @ taken <= self.limit + room)
        return objective, bool(keeps and self.allowed[row, choice].all())
