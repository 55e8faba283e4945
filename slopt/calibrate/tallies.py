"""Counts by cell, as arrays: what estimates are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Indices = NDArray[np.int64]


def add_up(place: Indices, values: NDArray[Any], places: int = 0) -> Numbers:
    """The values added up by place: an entry for each of `places`, or of those there are."""
    return np.bincount(place, values, places).astype(np.float64)


@dataclass(frozen=True)
class Cells:
    """Counts by cell. `segment` and `tier` are indices; `hits` of `n` cases were so."""

    segment: Indices
    tier: Indices
    n: Numbers
    hits: Numbers
    block: Indices

    def by_group(self, group: Indices, groups: int) -> tuple[Numbers, Numbers]:
        """Hits and cases added up by a group index of each cell."""
        return add_up(group, self.hits, groups), add_up(group, self.n, groups)

    def take(self, chosen: NDArray[np.bool_]) -> Cells:
        """Some of the cells."""
        return Cells(
            self.segment[chosen], self.tier[chosen], self.n[chosen], self.hits[chosen],
            self.block[chosen],
        )  # fmt: skip


@dataclass(frozen=True)
class AccountCells:
    """Customers by cell: segment, tier, how often they order, had a failure (-1 unknown), left."""

    segment: Indices
    tier: Indices
    band: Indices
    failure: Indices
    n: Numbers
    left: Numbers

    def take(self, chosen: NDArray[np.bool_]) -> AccountCells:
        """Some of the cells."""
        return AccountCells(
            self.segment[chosen], self.tier[chosen], self.band[chosen], self.failure[chosen],
            self.n[chosen], self.left[chosen],
        )  # fmt: skip


@dataclass(frozen=True)
class AnswerCells:
    """Answers by cell: segment, failed (-1 unknown), lateness (NaN unknown), n, dissatisfied."""

    segment: Indices
    failed: Indices
    late: Numbers
    n: Numbers
    bad: Numbers


@dataclass(frozen=True)
class LatenessCells:
    """Orders by cell: tier, lateness, n, and whether they failed (`hits` is n) or not (0)."""

    tier: Indices
    late: Numbers
    n: Numbers
    hits: Numbers


@dataclass(frozen=True)
class ServedCells:
    """Orders by segment, tier and whether since a day (1) or before (0).

    How `known` of the `n` were served is known; `good` of these as promised.
    """

    segment: Indices
    tier: Indices
    later: Indices
    n: Numbers
    known: Numbers
    good: Numbers


@dataclass(frozen=True)
class Weeks:
    """One entry a week and group: treated, after the day, orders, those served well, sales."""

    treated: NDArray[np.bool_]
    after: NDArray[np.bool_]
    n: Numbers
    good: Numbers
    sales: Numbers


def no_cells() -> Cells:
    """The counts of a log that there is not."""
    none, nothing = np.zeros(0, np.int64), np.zeros(0)
    return Cells(none, none, nothing, nothing, none)
