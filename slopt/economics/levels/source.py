"""The segments that choose a service level as a source of offers.

One of the files of economics that know the planning case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.columns import LARGEST
from slopt.case.level_rows import choosing_levels
from slopt.economics.generated import Best, GeneratedOffers, PlanFile, Terms
from slopt.economics.levels.curves import (
    LOST_CUSTOMERS,
    LOST_ORDERS,
    LOST_PROSPECTS,
    SERVICE_COST,
    USE,
)
from slopt.economics.levels.search import LevelSearch
from slopt.economics.levels.terms import curves_of
from slopt.errors import InvalidInput, Problem
from slopt.sayings import say

Numbers = NDArray[np.float64]

MOST_TOLD = 5
"""Segments at fault that are told."""
EVEN_STEPS = 4
"""Steps between floor and ceiling of the first offers."""
FIRST_PRICES = (1 / 32, 1 / 4, 1.0, 4.0, 32.0)
"""Prices of a unit of service cost, against lost sales, whose best levels are among the first."""


class LevelSource:
    """Offers of the segments of a case whose level is chosen between a floor and a ceiling.

    `segments` (U,) are their positions in the case; `today` (U,) is their level of today, NaN where
    it is not known.
    """

    def __init__(self, case: PlanningCase) -> None:
        self.segments = choosing_levels(case)
        self.curves = curves_of(case, self.segments)
        self.today: Numbers = case.table("segments").numbers("current_level")[self.segments]
        self._search = LevelSearch(self.curves)
        _require_sane(case, self.segments, self._search.figures)

    @property
    def names(self) -> Sequence[str]:
        """The ids of the segments, (U,)."""
        return self.curves.names

    def first(self) -> GeneratedOffers:
        """Today's level, else the floor, then levels at even steps from floor to ceiling, the best
        ones where service cost weighs little or much, and those that use least of a resource.
        """
        low, high = self.curves.lowest, self.curves.highest
        even = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, EVEN_STEPS + 1)
        even[:, -1] = high
        figures = self._search.figures
        lost = figures[LOST_ORDERS:USE].sum(axis=0)
        worths = [price * figures[SERVICE_COST] + lost for price in FIRST_PRICES]
        row = np.arange(len(low))
        good = [self._search.levels[row, its.argmin(axis=1)] for its in [*worths, *figures[USE:]]]
        is_known = (self.today >= low) & (self.today <= high)
        begin = np.where(is_known, self.today, low)
        levels = np.concatenate([begin[:, None], even, np.stack(good, axis=1)], axis=1)
        offers = self.at(*_each_once(levels))
        return replace(offers, today=np.where(is_known, 0, -1))

    def best(self, terms: Terms) -> Best:
        """The best level of each segment at these terms."""
        prices = np.empty((self.curves.figures, len(self.segments)))
        prices[SERVICE_COST] = terms.service_cost
        prices[LOST_ORDERS:USE] = terms.lost_sales
        prices[USE:] = terms.use[:, None]
        found = self._search.best(prices, terms.service_level)
        return Best(self.at(found.level[:, None]), found.bound)

    def between(
        self, low: GeneratedOffers, high: GeneratedOffers, share: Numbers
    ) -> GeneratedOffers:
        """The level a share (U,) of the way from the level of one offer to that of the other."""
        first, last = low.service_level, high.service_level
        return self.at(first + share[:, None] * (last - first))

    def plan_files(self, details: Sequence[Any]) -> Mapping[str, PlanFile]:
        """None: plan.csv says all."""
        return {}

    def at(self, levels: Numbers, allowed: NDArray[np.bool_] | None = None) -> GeneratedOffers:
        """Offers at any levels (U, G) within floor and ceiling."""
        figures = self.curves.at(np.arange(len(self.segments)), levels)
        return GeneratedOffers(
            service_level=levels,
            service_cost=figures[SERVICE_COST],
            lost_orders=figures[LOST_ORDERS],
            lost_customers=figures[LOST_CUSTOMERS],
            lost_prospects=figures[LOST_PROSPECTS],
            use=figures[USE:],
            allowed=np.ones(levels.shape, dtype=np.bool_) if allowed is None else allowed,
        )


def _each_once(levels: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """Levels (U, G) without those that stand twice, the first one in its place, the others rising;
    and which of what is returned counts.
    """
    rest = np.sort(levels[:, 1:], axis=1)
    is_new = rest != levels[:, :1]
    is_new[:, 1:] &= rest[:, 1:] != rest[:, :-1]
    order = np.argsort(~is_new, axis=1, kind="stable")
    width = int(is_new.sum(axis=1).max(initial=0))
    rest, is_new = (np.take_along_axis(its, order[:, :width], axis=1) for its in (rest, is_new))
    first = np.ones((len(levels), 1), dtype=np.bool_)
    return (np.concatenate([levels[:, :1], rest], axis=1), np.concatenate([first, is_new], axis=1))


def _require_sane(case: PlanningCase, segments: NDArray[np.int64], figures: Numbers) -> None:
    """Every figure finite and within what a float can hold to the cent."""
    wrong = ~np.all(np.abs(figures) <= LARGEST, axis=(0, 2))
    if wrong.any():
        table = case.table("segments")
        raise InvalidInput(
            [
                Problem(
                    say(
                        'What a level of segment "{segment}" costs or loses comes out beyond '
                        "{largest}.",
                        segment=case.segments[s],
                        largest=f"{LARGEST:g}",
                    ),
                    say(
                        "Check max_level, the terms of level_costs, customers and revenue, or "
                        "take a larger unit of money."
                    ),
                    table="segments",
                    row=table.rows[s],
                )
                for s in segments[wrong][:MOST_TOLD].tolist()
            ]
        )
