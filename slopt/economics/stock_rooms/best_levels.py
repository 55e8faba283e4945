"""The best level of stock of every item at given prices, with a bound that is proven.

Cost is price x short + price x held + price x stock, convex in the level from the least level on at
which an item is stocked, so that the best is where its slope crosses 0: found by Newton's steps,
each kept between a level that is too low and one that is too high. Not to stock an item at all is
the one choice outside of that range, and is compared with the best in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.economics.arguments import Numbers
from slopt.economics.bisection import increasing_root
from slopt.economics.demand_laws import Rows
from slopt.economics.stock_rooms.stocked import Figures, Stocked

CLOSE = 1e-10
"""What the bound may lie below the cost, as a share of the cost of having nothing."""
MOST_STEPS = 80
FIGURES = ("short", "held", "stock")


@dataclass(frozen=True, eq=False)
class Prices:
    """What a unit costs that is short, held, in stock; money, 0 or more, (I,) each."""

    short: Numbers
    held: Numbers
    stock: Numbers

    def of(self, figures: Figures) -> Numbers:
        """Money of each item."""
        return np.asarray(
            self.short * figures.short + self.held * figures.held + self.stock * figures.stock
        )

    def at(self, rows: Rows) -> Prices:
        """Those of some items."""
        return Prices(self.short[rows], self.held[rows], self.stock[rows])


@dataclass(frozen=True, eq=False)
class BestLevels:
    """(I,): the best levels, NaN where an item is best not stocked, and the proven least cost."""

    level: Numbers
    bound: Numbers
    figures: Figures


@dataclass(frozen=True, eq=False)
class Group:
    """Items that are ordered in one way, and where they stand among all items.

    `low` and `high` are the least and the highest level at which each may be stocked.
    """

    rows: NDArray[np.int64]
    items: Stocked
    low: Numbers
    high: Numbers

    @cached_property
    def slopes_at_ends(self) -> tuple[Figures, Figures]:
        """What a unit more changes at the least and at the highest level."""
        return self.items.rates(self.low).slopes, self.items.rates(self.high).slopes


@dataclass(frozen=True, eq=False)
class StockItems:
    """All items, whatever their way of ordering. `may_skip` (I,): may an item be left out?"""

    groups: tuple[Group, ...]
    may_skip: NDArray[np.bool_]

    @property
    def demand(self) -> Numbers:
        """Units asked for in a period, (I,)."""
        return self._spread([group.items.demand for group in self.groups])

    @property
    def protected(self) -> Numbers:
        """Mean demand that the level stands against, (I,)."""
        return self._spread([group.items.protected for group in self.groups])

    def figures(self, level: Numbers) -> Figures:
        """What levels come to; of an item that is not stocked (NaN) all demand is short."""
        parts = []
        for group in self.groups:
            at = level[group.rows]
            parts.append(group.items.figures(np.where(np.isnan(at), group.low, at)))
        return self._with_gaps(self._gathered(parts), np.isnan(level))

    def _gathered(self, parts: list[Figures]) -> Figures:
        """Figures of the groups as those of all items."""
        return Figures(*(self._spread([getattr(part, name) for part in parts]) for name in FIGURES))

    def _with_gaps(self, figures: Figures, gaps: NDArray[np.bool_]) -> Figures:
        """The figures where some items are not stocked."""
        if not gaps.any():
            return figures
        return Figures(
            np.where(gaps, self.demand, figures.short),
            np.where(gaps, 0.0, figures.held),
            np.where(gaps, 0.0, figures.stock),
        )

    def enough(self, level: Numbers) -> Numbers:
        """Share of cycles without a shortage, (I,); 0 where not stocked."""
        parts = []
        for group in self.groups:
            at = level[group.rows]
            none = np.isnan(at)
            parts.append(np.where(none, 0.0, group.items.enough(np.where(none, group.low, at))))
        return self._spread(parts)

    def saved_by_one_more(self, level: Numbers) -> Numbers:
        """Units less short in a period for a unit of level more, (I,); 0 where not stocked."""
        parts = []
        for group in self.groups:
            at = level[group.rows]
            none = np.isnan(at)
            slopes = group.items.rates(np.where(none, group.low, at)).slopes
            parts.append(np.where(none, 0.0, -slopes.short))
        return self._spread(parts)

    def best(self, prices: Prices) -> BestLevels:
        """The best levels at these prices, the same whatever was asked before."""
        found = [_best_of(group, prices.at(group.rows)) for group in self.groups]
        level = self._spread([best.level for best in found])
        bound = self._spread([best.bound for best in found])
        figures = self._gathered([best.figures for best in found])
        nothing = prices.short * self.demand
        skipped = self.may_skip & (nothing < prices.of(figures))
        return BestLevels(
            np.where(skipped, np.nan, level),
            np.where(self.may_skip, np.minimum(bound, nothing), bound),
            self._with_gaps(figures, skipped),
        )

    def near_best(self, prices: Prices) -> tuple[Numbers, Figures]:
        """Levels near the best, (I,), found without a search; NaN where better not stocked; and
        what they come to.
        """
        parts = []
        for group in self.groups:
            its = prices.at(group.rows)
            guess = group.items.guess(its.short, its.held, its.stock)
            parts.append(np.clip(guess, group.low, group.high))
        level = self._spread(parts)
        figures = self.figures(level)
        skipped = self.may_skip & (prices.short * self.demand < prices.of(figures))
        return np.where(skipped, np.nan, level), self._with_gaps(figures, skipped)

    def least(self) -> Numbers:
        """The least levels that are allowed, NaN where an item may be left out."""
        low = self._spread([group.low for group in self.groups])
        return np.where(self.may_skip, np.nan, low)

    def most(self) -> Numbers:
        """The highest levels that are looked at."""
        return self._spread([group.high for group in self.groups])

    def _spread(self, parts: list[Numbers]) -> Numbers:
        whole = np.empty(len(self.may_skip))
        for group, part in zip(self.groups, parts, strict=True):
            whole[group.rows] = part
        return whole


def _best_of(group: Group, prices: Prices) -> BestLevels:
    items, low, high = group.items, group.low, group.high
    at_low, at_high = (prices.of(slopes) for slopes in group.slopes_at_ends)
    level = np.where(at_low >= 0, low, high)
    missed = np.zeros_like(low)
    rows = np.flatnonzero((at_low < 0) & (at_high > 0))
    if len(rows):
        its, cost = items.part(rows), prices.at(rows)
        worth = CLOSE * cost.short * its.demand + 1e-300
        level[rows], missed[rows] = _zero_slope(its, cost, low[rows], high[rows], worth)
    missed += prices.short * items.slack
    figures = items.figures(level)
    return BestLevels(level, prices.of(figures) - missed, figures)


def _zero_slope(
    items: Stocked, prices: Prices, below: Numbers, above: Numbers, worth: Numbers
) -> tuple[Numbers, Numbers]:
    """Where the slope of the cost is 0 between a level too low and one too high, and what the cost
    there may be above the least at the most: no more than `worth`, as far as floats go.
    """
    guess = items.guess(prices.short, prices.held, prices.stock)
    level = np.where((guess > below) & (guess < above), guess, (below + above) / 2)
    found, missed = level.copy(), np.empty_like(level)
    rows = np.arange(len(level))
    for _ in range(MOST_STEPS):
        rates = items.rates(level)
        rise = prices.of(rates.slopes)
        below, above = np.where(rise < 0, level, below), np.where(rise < 0, above, level)
        found[rows], missed[rows] = level, np.abs(rise) * (above - below)
        open_ = missed[rows] > worth[rows]
        if not open_.any():
            break
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            step = level - rise / prices.of(rates.bends)
        inside = (step > below) & (step < above)
        level = np.where(inside, step, below + (above - below) / 2)
        if not open_.all():
            rows, items, prices = rows[open_], items.part(open_), prices.at(open_)
            level, below, above = level[open_], below[open_], above[open_]
    return found, missed


def level_of_fill(items: Stocked, fill_rate: Numbers) -> Numbers:
    """The level from `lowest` on at which this share of units is delivered from stock."""
    missing = (1 - fill_rate) * items.demand
    return increasing_root(lambda level: missing - items.short(level), items.lowest, items.highest)
