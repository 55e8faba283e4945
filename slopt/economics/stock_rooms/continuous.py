"""Items of which a fixed quantity is ordered when their stock has fallen to a point."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from slopt.economics.arguments import Numbers, positive
from slopt.economics.demand_laws import Law, Rows
from slopt.economics.stock_rooms.stocked import RARE, Figures, Rates, level_of_chance


@dataclass(frozen=True, eq=False)
class ContinuousReview:
    """(s, Q): Q units are ordered when stock on hand and on order falls to s.

    Args:
        demand: D, units per period, above 0. quantity: Q, above 0. over_lead: demand over the lead
            time. to_meet: what s has to meet: that demand, and by how much stock has fallen below s
            already when orders come in lots.

    Units short are the exact ones, D [E(X - s)+ - E(X - s - Q)+] / Q, which is sigma [G(z) - G(z +
    Q / sigma)] / Q for normal demand; stock on hand is Q / 2 + s - mean + units owed on average.
    Convex from where the density of demand at s is above that at s + Q (for normal demand mean -
    Q / 2, a fill rate of one half), and but for a part that is next to nothing from where an order
    that has come in is all but never used up before the next. Source: Hadley and Whitin 1963;
    Zipkin 2000.
    """

    demand: Numbers
    quantity: Numbers
    over_lead: Law
    to_meet: Law

    def __post_init__(self) -> None:
        positive("demand", self.demand)
        positive("quantity", self.quantity)

    @cached_property
    def lowest(self) -> Numbers:
        """Where what is short becomes convex, but for `slack`."""
        return np.minimum(self.to_meet.convex_from(self.quantity), self._never_used_up)

    @cached_property
    def _never_used_up(self) -> Numbers:
        """The order point below 0 or above, from which s + Q is short once in a billion cycles."""
        return self.to_meet.level_for(np.full_like(self.demand, RARE)) - self.quantity

    @cached_property
    def slack(self) -> Numbers:
        """D E(X - s - Q)+ / Q at the least s: the only part of `short` that is not convex."""
        return np.asarray(
            self.demand * self.to_meet.short(self._never_used_up + self.quantity) / self.quantity
        )

    @cached_property
    def highest(self) -> Numbers:
        """Where a shortage is one in a billion."""
        return np.maximum(self.to_meet.level_for(np.full_like(self.demand, RARE)), self.lowest)

    @property
    def protected(self) -> Numbers:
        """Mean of what the order point has to meet."""
        return self.to_meet.mean

    def short(self, level: Numbers) -> Numbers:
        """D [E(X - s)+ - E(X - s - Q)+] / Q."""
        law = self.to_meet
        per_cycle = law.short(level) - law.short(level + self.quantity)
        return np.asarray(self.demand * per_cycle / self.quantity)

    def figures(self, level: Numbers) -> Figures:
        """`short`; twice Q / 2 + s - mean + units owed."""
        law = self.over_lead
        owed = (law.second(level) - law.second(level + self.quantity)) / self.quantity
        held = np.asarray(self.quantity / 2 + level - law.mean + owed)
        return Figures(self.short(level), held, held)

    def enough(self, level: Numbers) -> Numbers:
        """P(X <= s)."""
        return np.asarray(1 - self.to_meet.above(level))

    def rates(self, level: Numbers) -> Rates:
        """Differences of chances, shortages and densities at s and s + Q, over Q."""
        law, meets, size = self.over_lead, self.to_meet, self.quantity
        above = level + size
        per_cycle = self.demand / size
        held = np.asarray(1 - (law.short(level) - law.short(above)) / size)
        chances = meets.above(above) - meets.above(level)
        owed = -chances if law is meets else law.above(level) - law.above(above)
        densities = meets.density(level) - meets.density(above)
        return Rates(
            Figures(per_cycle * chances, held, held),
            Figures(per_cycle * densities, owed / size, owed / size),
        )

    def part(self, rows: Rows) -> ContinuousReview:
        """Some of the items."""
        over_lead = self.over_lead.part(rows)
        same = self.to_meet is self.over_lead
        to_meet = over_lead if same else self.to_meet.part(rows)
        return ContinuousReview(self.demand[rows], self.quantity[rows], over_lead, to_meet)

    def guess(self, short: Numbers, held: Numbers, stock: Numbers) -> Numbers:
        """The level whose chance of a shortage in a cycle is Q (held + stock) / (D short)."""
        return level_of_chance(self.to_meet, self.quantity * (held + stock), self.demand * short)
