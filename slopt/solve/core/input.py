"""A problem of shared rows as the compiled core takes it, and the way back.

Rows that no choice can break are left out. The others are scaled by powers of two, which changes no
digit, so that a segment uses about 1 of each. The core is given every limit three times: with the
room for rounding that `SharedRowProblem.value` grants, for its bounds; with half of that room, up
to which it accepts a plan; and as it is, for extras to fill.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from slopt.problem.shared_rows import SharedRowProblem

if TYPE_CHECKING:
    from slopt.solve.native import core as native

Numbers = NDArray[np.float64]

ROOM = 1e-12
"""Of a limit, as `SharedRowProblem.value` grants it."""
DIGITS = 6
"""Decimals that a common unit of all costs may have."""
LARGEST_WHOLE = 2.0**50


@dataclass(frozen=True, eq=False)
class CoreInput:
    """`rows` are the rows that are kept, `scale` their factors, `extras` the extras that matter."""

    problem: SharedRowProblem
    rows: NDArray[np.int64]
    scale: Numbers
    extras: NDArray[np.int64]
    largest_use: Numbers

    @classmethod
    def of(cls, problem: SharedRowProblem) -> CoreInput:
        """Find the rows that can bind and their scales."""
        rows, scale, largest = [], [], []
        extra_most = np.maximum(problem.extra_use, 0.0) @ problem.extra_most
        for r, use in enumerate(problem.use):
            size = np.where(problem.allowed, np.abs(use), 0.0).max(axis=1).sum()
            most = np.where(problem.allowed, use, -np.inf).max(axis=1).sum() + extra_most[r]
            if most + 1e-12 * (size + extra_most[r]) <= problem.limit[r]:
                continue
            rows.append(r)
            mean = size / len(use) if size > 0 else 1.0
            scale.append(2.0 ** -round(math.log2(mean)))
            largest.append(size)
        kept = np.array(rows, dtype=np.int64)
        extras = np.flatnonzero(np.isin(problem.relieved, kept) & (problem.extra_most > 0))
        return cls(problem, kept, np.array(scale), extras, np.array(largest))

    def instance(self) -> native.Instance:
        """The compiled core's own copy."""
        from slopt.solve.native import core as native

        problem, rows, extras = self.problem, self.rows, self.extras
        limit = problem.limit[rows]
        room = ROOM * np.maximum(1.0, np.abs(limit))
        # The check that comes after sums in another order.
        accept = limit + room / 2
        place = {int(row): i for i, row in enumerate(rows)}
        relieved = np.array([place[int(r)] for r in problem.relieved[extras]], dtype=np.int64)
        # Extras fill a row up to its limit: the room is beyond all that they relieve.
        per_unit = -problem.extra_use[problem.relieved[extras], extras]
        most = problem.extra_most[extras] + room[relieved] / per_unit
        room[relieved] = 0.0
        extra_use = problem.extra_use[np.ix_(rows, extras)] * most * self.scale[:, None]
        return native.Instance(
            problem.cost,
            [problem.use[r] for r in rows],
            problem.allowed,
            self.scale,
            (limit + room) * self.scale,
            accept * self.scale,
            limit * self.scale,
            relieved.tolist(),
            problem.extra_cost[extras] * most,
            np.ascontiguousarray(extra_use.T),
        )

    def scaled(self, prices: Numbers) -> Numbers:
        """Prices of the problem -> prices of the core."""
        return np.maximum(prices[self.rows], 0.0) / self.scale

    def prices(self, scaled: Numbers) -> Numbers:
        """Prices of the core, (..., rows kept) -> prices of the problem, (..., M)."""
        result = np.zeros((*scaled.shape[:-1], len(self.problem.use)))
        result[..., self.rows] = scaled * self.scale
        return result

    @cached_property
    def rounding(self) -> float:
        """What the rounding of sums of use may cost in extras."""
        at = np.searchsorted(self.rows, self.problem.relieved[self.extras])
        size = np.abs(self.problem.limit[self.rows[at]]) + self.largest_use[at]
        return float(1e-15 * self.problem.extra_cost[self.extras] @ size)

    @cached_property
    def ceiling(self) -> float:
        """More than any choice costs, without the offset."""
        problem = self.problem
        cost = np.where(problem.allowed, problem.cost, -np.inf).max(axis=1)
        most = float(cost.sum() + problem.extra_cost @ problem.extra_most)
        size = float(np.abs(cost).sum())
        return most + 1e-3 * (abs(most) + size) + 1.0

    @cached_property
    def unit(self) -> float:
        """The largest number of which all costs are multiples, 0 where there is none to use."""
        problem = self.problem
        if np.any(problem.extra_cost * problem.extra_most > 0):
            return 0.0
        cost = problem.cost[problem.allowed]
        for digits in range(DIGITS + 1):
            scaled = cost * 10.0**digits
            if np.abs(scaled).max(initial=0.0) > LARGEST_WHOLE:
                return 0.0
            whole = np.rint(scaled)
            if np.abs(scaled - whole).max(initial=0.0) <= 1e-9:
                divisor = int(np.gcd.reduce(whole.astype(np.int64)))
                return (divisor or 1) / 10.0**digits
        return 0.0

    @cached_property
    def unevenness(self) -> float:
        """How far the cost of any choice can be from a multiple of the unit."""
        if self.unit == 0.0:
            return 0.0
        cost = np.where(self.problem.allowed, self.problem.cost, 0.0)
        off = np.abs(cost - np.rint(cost / self.unit) * self.unit).max(axis=1).sum()
        return float(off + 1e-15 * np.abs(cost).max(axis=1).sum())
