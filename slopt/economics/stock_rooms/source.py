"""Stock rooms as deciders: each chooses one set of stock levels for all of its items.

One of the files of economics that know the planning case. What a room may choose at given prices is
found item by item, exactly and with a bound; the offers that it begins with lie along its exchange
curve, from the least stock to the most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.economics.generated import Best, GeneratedOffers, PlanFile, Terms
from slopt.economics.stock_rooms.files import stock_files
from slopt.economics.stock_rooms.reserves import stock_reserves
from slopt.economics.stock_rooms.rooms import StockRooms, stock_rooms
from slopt.economics.stock_rooms.stocked import Figures
from slopt.sayings import say

Numbers = NDArray[np.float64]

COST_FACTORS = (0.1, 0.3, 0.6, 1.0, 1.7, 3.0, 6.0, 12.0, 40.0)
"""What service cost may weigh against lost sales in the offers to begin with."""
USE_FACTORS = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Prices of a resource in them, against what it saves on average in the room of least cost."""
PRICED = 2
"""Resources for which prices are tried one by one; of more, only their least use."""


@dataclass(frozen=True, eq=False)
class RoomLevels:
    """The levels of a room's items, in the case's order; NaN for one that is not stocked."""

    level: Numbers


class StockSource:
    """The stock rooms of a case, in the order of its items."""

    def __init__(self, case: PlanningCase) -> None:
        """Raises InvalidInput with the items at fault."""
        self.rooms: StockRooms = stock_rooms(case)

    @property
    def names(self) -> Sequence[str]:
        """The rooms."""
        return self.rooms.rooms

    def first(self) -> GeneratedOffers:
        """Least stock, least service cost, least loss, and what lies between them."""
        rooms = self.rooms
        items, one = rooms.items, np.ones(len(rooms.rooms))
        none, no_use = 0 * one, np.zeros(len(rooms.unit_cost))
        near = items.near_best(rooms.prices(one, one, none, no_use))
        cheapest = items.best(rooms.prices(one, none, none, no_use))
        least, most = items.least(), items.most()
        found = [(least, items.figures(least)), (cheapest.level, cheapest.figures)]
        found += [
            near if factor == 1 else items.near_best(rooms.prices(factor * one, one, none, no_use))
            for factor in COST_FACTORS
        ]
        for use in self._use_prices(near[1].stock):
            found.append(items.near_best(rooms.prices(one, one, none, use)))
        found.append((most, items.figures(most)))
        levels, figures = zip(*found, strict=True)
        return self._priced(levels, figures)

    def _use_prices(self, in_stock: Numbers) -> list[Numbers]:
        """Prices of the resources, (R,), one at a time, from what lies in stock, units (I,)."""
        rooms = self.rooms
        used = np.flatnonzero(rooms.weight.any(axis=1))
        nothing = float((rooms.costs.lost + rooms.costs.booked) @ rooms.items.demand)
        found = []
        for resource in used[:PRICED].tolist():
            base = nothing / max(float(rooms.weight[resource] @ in_stock), 1e-300)
            for factor in USE_FACTORS:
                price = np.zeros(len(rooms.unit_cost))
                price[resource] = factor * base
                found.append(price)
        return found

    def best(self, terms: Terms) -> Best:
        """The best levels of all items: exact, with what the search left open taken off the bound.

        Items are apart but for the prices, so that the bound of a room is the sum of theirs.
        """
        rooms = self.rooms
        prices = rooms.prices(terms.service_cost, terms.lost_sales, terms.service_level, terms.use)
        found = rooms.items.best(prices)
        fixed = rooms.sums(rooms.costs.ordering)
        bound = rooms.sums(found.bound) + terms.service_cost * fixed
        offers = self._priced([found.level], [found.figures])
        return Best(offers, bound - terms.service_level)

    def between(
        self, low: GeneratedOffers, high: GeneratedOffers, share: Numbers
    ) -> GeneratedOffers | None:
        """Every level a share of the way; an item that only one of the two stocks is stocked for
        the first of such items, as far as the share of their money reaches.
        """
        levels = [self._levels(offers, 0) for offers in (low, high)]
        part = share[self.rooms.room]
        mixed = (1 - part) * levels[0] + part * levels[1]
        only = np.isnan(levels[0]) != np.isnan(levels[1])
        if only.any():
            mixed[only] = self._some_of(levels, share, only)
        return self.offers([mixed])

    def _some_of(self, levels: list[Numbers], share: Numbers, only: NDArray[np.bool_]) -> Numbers:
        """Levels of the items that only one of two offers stocks: of the second while it lasts."""
        rooms = self.rooms
        size = np.where(only, rooms.costs.lost * rooms.items.demand, 0.0)
        taken = np.zeros(len(only), dtype=np.bool_)
        for room in range(len(rooms.rooms)):
            its = np.flatnonzero((rooms.room == room) & only)
            before = np.cumsum(size[its]) - size[its] / 2
            taken[its] = before <= share[room] * size[its].sum()
        return np.where(taken, levels[1], levels[0])[only]

    def plan_files(self, details: Sequence[RoomLevels]) -> Mapping[str, PlanFile]:
        """stock.csv by item, stock_classes.csv by item and segment, stock_segments.csv, and what
        reserves for the dearer segments would save: stock_reserves.csv.
        """
        level = self._joined(details)
        reserves = stock_reserves(self.rooms, level)
        return {**stock_files(self.rooms, level), "stock_reserves.csv": reserves}

    def _levels(self, offers: GeneratedOffers, place: int) -> Numbers:
        assert offers.details is not None
        return self._joined([of_room[place] for of_room in offers.details])

    def _joined(self, details: Sequence[RoomLevels]) -> Numbers:
        """(I,): the levels of all rooms."""
        level = np.empty(len(self.rooms.room))
        for room, detail in enumerate(details):
            level[self.rooms.room == room] = detail.level
        return level

    def offers(self, levels: Sequence[Numbers]) -> GeneratedOffers:
        """Offers of levels (I,) each: (U, G)."""
        return self._priced(levels, [self.rooms.items.figures(level) for level in levels])

    def _priced(self, levels: Sequence[Numbers], figures: Sequence[Figures]) -> GeneratedOffers:
        rooms, costs = self.rooms, self.rooms.costs
        short = np.array([its.short for its in figures])
        stock = np.array([its.stock for its in figures])
        held = np.array([its.held for its in figures])
        use = (
            np.stack([rooms.sums(stock * weight).T for weight in rooms.weight])
            if len(rooms.weight)
            else np.zeros((0, len(rooms.rooms), len(levels)))
        )
        filled = rooms.sums(rooms.share * (1 - short / rooms.items.demand)).T
        # Normal demand is below 0 at times, so that the sum may come out a hair beyond 0 and 1.
        filled = np.clip(filled, 0.0, 1.0)
        booked = rooms.sums(costs.held * held + costs.booked * short + costs.ordering).T
        booked = booked + np.einsum("r,rug->ug", rooms.unit_cost, use)
        split = [np.flatnonzero(rooms.room == room) for room in range(len(rooms.rooms))]
        return GeneratedOffers(
            service_level=filled,
            service_cost=booked,
            lost_orders=rooms.sums(costs.lost_orders * short).T,
            lost_customers=rooms.sums(costs.lost_customers * short).T,
            lost_prospects=rooms.sums(costs.lost_prospects * short).T,
            use=use,
            allowed=np.ones(filled.shape, dtype=np.bool_),
            labels=tuple(
                tuple(say("{share} % filled", share=f"{100 * level:.2f}") for level in of_room)
                for of_room in filled.tolist()
            ),
            details=tuple(tuple(RoomLevels(level[its]) for level in levels) for its in split),
        )
