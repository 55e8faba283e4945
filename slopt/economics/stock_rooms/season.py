"""Items that are bought once for a season."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from slopt.economics.arguments import Numbers
from slopt.economics.bisection import increasing_root
from slopt.economics.demand_laws import Law, Rows
from slopt.economics.stock_rooms.stocked import RARE, Figures, Rates, level_of_chance

ROUNDING = 1e-12
"""Of a mean: demand below 0 that comes to no more is left as it is."""


@dataclass(frozen=True, eq=False)
class SeasonStock:
    """A newsvendor: bought once, sold in the period, what is left over then is sold off.

    Demand below 0, which the normal law knows, counts as none, and so does the least demand above
    0, up to the `none_up_to` at which the two cancel: mean demand stays what it is, so that nothing
    bought leaves all demand short and no more, and from there on all is as in the text books.

    Args:
        law: the demand of the season. known: `none_up_to`, where it has been found before.
    """

    law: Law
    known: Numbers | None = None

    @property
    def demand(self) -> Numbers:
        """The mean of demand."""
        return self.law.mean

    @cached_property
    def none_up_to(self) -> Numbers:
        """Where E[X; X <= level] is 0; 0 of a law that is never below 0."""
        if self.known is not None:
            return self.known
        law = self.law
        found = np.zeros_like(law.mean)
        rows = np.flatnonzero(law.short(found) > (1 + ROUNDING) * law.mean)
        if len(rows):
            its = law.part(rows)

            def so_far(level: Numbers) -> Numbers:
                return np.asarray(its.mean - its.short(level) - level * its.above(level))

            found[rows] = increasing_root(so_far, np.zeros_like(its.mean), self.highest[rows])
        return found

    slack: ClassVar[float] = 0.0
    """What is short is convex from `lowest` on."""

    @property
    def lowest(self) -> Numbers:
        """0: nothing is bought."""
        return np.zeros_like(self.law.mean)

    @cached_property
    def highest(self) -> Numbers:
        """Where a shortage is one in a billion."""
        return self.law.level_for(np.full_like(self.law.mean, RARE))

    @property
    def protected(self) -> Numbers:
        """Mean demand of the period."""
        return self.law.mean

    def short(self, level: Numbers) -> Numbers:
        """E(X - level)+; below `none_up_to` each unit less is short as often as there."""
        least = self.none_up_to
        short = self.law.short(np.maximum(level, least))
        lacking = np.maximum(least - level, 0.0)
        if not lacking.any():
            return short
        return np.asarray(short + lacking * self.law.above(least))

    def figures(self, level: Numbers) -> Figures:
        """`short`; what is left over, level - demand + short; what is bought."""
        short = self.short(level)
        left = np.clip(level - self.demand + short, 0.0, level)  # no noise where nothing is bought
        return Figures(short, left, level)

    def enough(self, level: Numbers) -> Numbers:
        """P(X <= level)."""
        return np.asarray(1 - self.law.above(np.maximum(level, self.none_up_to)))

    def rates(self, level: Numbers) -> Rates:
        """Chances of a shortage and of none, and densities."""
        least = self.none_up_to
        short = self.law.above(np.maximum(level, least))
        bend = np.where(level < least, 0.0, self.law.density(level))
        return Rates(
            Figures(-short, 1 - short, np.ones_like(short)),
            Figures(bend, bend, np.zeros_like(bend)),
        )

    def part(self, rows: Rows) -> SeasonStock:
        """Some of the items."""
        return SeasonStock(self.law.part(rows), self.none_up_to[rows])

    def guess(self, short: Numbers, held: Numbers, stock: Numbers) -> Numbers:
        """The newsvendor's best: a chance of (held + stock) / (short + held) of a shortage."""
        return level_of_chance(self.law, held + stock, short + held)
