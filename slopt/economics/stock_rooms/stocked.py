"""What a level of stock holds and leaves short, whatever the way to order it.

Each way (`continuous`, `periodic`, `season`) answers for all of its items at once, arrays (I,):
`level` is the order point, the level that stock is filled up to, or what is bought. Demand that
finds nothing is delivered later (or lost; the losses say which), and is counted once, in the cycle
in which it arises. `short` falls with the level and is convex from `lowest` on; that is where an
item is stocked, or else not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from slopt.economics.arguments import Numbers
from slopt.economics.demand_laws import Law, Rows

RARE = 1e-9
"""The chance of a shortage beyond which no item is stocked; of normal demand at six spreads."""


@dataclass(frozen=True, eq=False)
class Figures:
    """What levels come to, (I,), units.

    `short` are asked for in a period and find nothing; `held` are paid for holding: on hand on
    average, or left over after the season; `stock` take room and money: on hand on average, or
    bought for the season.
    """

    short: Numbers
    held: Numbers
    stock: Numbers


@dataclass(frozen=True, eq=False)
class Rates:
    """What one unit of level more changes of the figures, and of that, (I,) each."""

    slopes: Figures
    bends: Figures


class Stocked(Protocol):
    """Items that are ordered in one way; all results (I,), per period."""

    @property
    def lowest(self) -> Numbers:
        """The least level at which an item is stocked."""
        ...

    @property
    def slack(self) -> Numbers | float:
        """Units short by which a level may lie below what convexity says, at the most."""
        ...

    @property
    def highest(self) -> Numbers:
        """The highest level that is looked at."""
        ...

    @property
    def demand(self) -> Numbers:
        """Units asked for in a period."""
        ...

    @property
    def protected(self) -> Numbers:
        """Mean demand that the level stands against: a level less it is the safety stock."""
        ...

    def short(self, level: Numbers) -> Numbers:
        """Units asked for in a period that find nothing."""
        ...

    def figures(self, level: Numbers) -> Figures:
        """What levels leave short, hold and take of room and money."""
        ...

    def enough(self, level: Numbers) -> Numbers:
        """Share of cycles without a shortage."""
        ...

    def rates(self, level: Numbers) -> Rates:
        """What one unit of level more changes."""
        ...

    def part(self, rows: Rows) -> Self:
        """Some of the items."""
        ...

    def guess(self, short: Numbers, held: Numbers, stock: Numbers) -> Numbers:
        """A level near the best at prices of a unit short, held and stocked."""
        ...


def level_of_chance(law: Law, part: Numbers, whole: Numbers) -> Numbers:
    """The level with a chance part / whole of a shortage, as far as there is one."""
    chance = np.clip(part / np.maximum(whole, 1e-300), 1e-15, 1 - 1e-15)
    return law.level_near(chance)
