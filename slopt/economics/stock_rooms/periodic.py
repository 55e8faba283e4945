"""Items that are ordered at fixed times, up to a level."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from slopt.economics.arguments import Numbers, positive
from slopt.economics.demand_laws import Law, Rows
from slopt.economics.stock_rooms.stocked import RARE, Figures, Rates, level_of_chance

NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)
"""Gauss and Legendre's points for a mean over time, -1..1."""


def times_of_a_cycle(lead: Numbers, review: Numbers) -> Numbers:
    """(8, I): the times after an order at which stock on hand is looked at for its mean."""
    return np.asarray(lead + review * (NODES[:, None] + 1) / 2)


@dataclass(frozen=True, eq=False)
class PeriodicReview:
    """(R, S): every R periods stock is filled up to S; what is ordered comes L periods later.

    Args:
        demand: D, units per period, above 0. review: R, above 0. begin: demand over the lead time,
            before what is ordered comes. end: over lead and review time, before the next comes.
            between: at the times of `times_of_a_cycle`, (8, I).

    Short in a cycle is what is short at its end less what was short when it began. Stock on hand is
    the mean over the cycle at eight points. Source: Silver, Pyke and Thomas; Hadley and Whitin.
    """

    demand: Numbers
    review: Numbers
    begin: Law
    end: Law
    between: Law

    def __post_init__(self) -> None:
        positive("demand", self.demand)
        positive("review", self.review)

    slack: ClassVar[float] = 0.0
    """What is short is convex from `lowest` on."""

    @cached_property
    def lowest(self) -> Numbers:
        """Where the density of demand up to the end of a cycle is above that up to its begin."""
        return self.begin.overtaken(self.end)

    @cached_property
    def highest(self) -> Numbers:
        """Where a shortage is one in a billion."""
        return np.maximum(self.end.level_for(np.full_like(self.demand, RARE)), self.lowest)

    @property
    def protected(self) -> Numbers:
        """Mean demand over review and lead time."""
        return self.end.mean

    def short(self, level: Numbers) -> Numbers:
        """[E(X - S)+ at the end of a cycle - at its begin] / R."""
        return np.asarray((self.end.short(level) - self.begin.short(level)) / self.review)

    def figures(self, level: Numbers) -> Figures:
        """`short`; twice the mean over the cycle of E[max(S - demand so far, 0)]."""
        on_hand = level - self.between.mean + self.between.short(level)
        held = np.asarray(WEIGHTS @ on_hand / 2)
        return Figures(self.short(level), held, held)

    def enough(self, level: Numbers) -> Numbers:
        """P(X <= S) at the end of a cycle."""
        return np.asarray(1 - self.end.above(level))

    def rates(self, level: Numbers) -> Rates:
        """Differences of chances and densities at the end and at the begin, over R."""
        on_hand = np.asarray(WEIGHTS @ (1 - self.between.above(level)) / 2)
        bend = np.asarray(WEIGHTS @ self.between.density(level) / 2)
        short = (self.begin.above(level) - self.end.above(level)) / self.review
        of_short = (self.end.density(level) - self.begin.density(level)) / self.review
        return Rates(Figures(short, on_hand, on_hand), Figures(of_short, bend, bend))

    def part(self, rows: Rows) -> PeriodicReview:
        """Some of the items."""
        laws = (law.part(rows) for law in (self.begin, self.end, self.between))
        return PeriodicReview(self.demand[rows], self.review[rows], *laws)

    def guess(self, short: Numbers, held: Numbers, stock: Numbers) -> Numbers:
        """The level whose chance of a shortage in a cycle is R (held + stock) / short."""
        return level_of_chance(self.end, self.review * (held + stock), short)
