"""The tables of cost as columns: lines, pools, the terms of activities, the units of drivers."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.cost_checks import KNOWN_DRIVERS, LINE_RATES
from slopt.case.schema import ANY
from slopt.case.texts import Texts
from slopt.case.usage_rates import most_specific
from slopt.vocabulary import CostBehaviour, Visibility

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


class CostRows:
    """What the tables say, L lines, P pools, T terms; places are -1 for all.

    Rows of a segment that is not in the case, but in another part of it, count as none.
    """

    def __init__(self, case: PlanningCase) -> None:
        self._segments, self._tiers = case.segments, Texts.of(case.tiers)
        self.shape = (len(case.segments), len(case.tiers))
        self.lines, self.activities = case.table("cost_lines"), case.table("activities")
        self._pools, self._drivers = case.table("pools"), case.table("drivers")
        self._allocation = case.table("allocation")

    @property
    def pools(self) -> Texts:
        """The pools by name."""
        return self._pools.texts("pool")

    @cached_property
    def line_rates(self) -> Numbers:
        """(L, 4) money per customer, order, failed order and segment."""
        return np.stack([self.lines.numbers(name) for name in LINE_RATES], axis=1)

    @cached_property
    def is_booked(self) -> NDArray[np.bool_]:
        """(L,) true for what the accounts show."""
        return ~self.lines.texts("visibility").is_in([Visibility.HIDDEN])

    @property
    def is_direct(self) -> NDArray[np.bool_]:
        """(L,) true for lines with a rate."""
        return np.asarray(self.line_rates.any(axis=1))

    @property
    def is_variable(self) -> NDArray[np.bool_]:
        """(L,) true for what moves with the volume."""
        said = self.lines.texts("behaviour")
        moves = self.line_rates[:, :3].any(axis=1)
        return np.where(said.is_filled, said.is_in([CostBehaviour.VARIABLE]), moves)

    @cached_property
    def amounts(self) -> Numbers:
        """(L,) money of indirect lines, 0 of direct ones."""
        return np.nan_to_num(self.lines.numbers("amount"))

    @cached_property
    def line_scope(self) -> tuple[Places, Places, NDArray[np.bool_]]:
        """Segment and tier of each line, (L,), and whether the line is of this case at all."""
        return self._scope(self.lines.texts("segment"), self.lines.texts("tier"))

    def _scope(self, segment: Texts, tier: Texts) -> tuple[Places, Places, NDArray[np.bool_]]:
        place = segment.places_in(self._segments)
        return place, tier.places_in(self._tiers), (place >= 0) | segment.is_in([ANY])

    @cached_property
    def pool_shares(self) -> Numbers:
        """(L, P) share of each line's amount that a pool takes."""
        shares = np.zeros((len(self.lines), len(self._pools)))
        named = self.lines.texts("pool").places_in(self.pools)
        rows = np.flatnonzero(named >= 0)
        shares[rows, named[rows]] = 1.0
        line = self._allocation.texts("line").places_in(self.lines.texts("line"))
        pool = self._allocation.texts("pool").places_in(self.pools)
        shares[line, pool] = self._allocation.numbers("share")
        return shares

    @property
    def own_cost(self) -> Numbers:
        """(P,) money that a pool costs besides the lines."""
        return self._pools.numbers("cost")

    @cached_property
    def pool_cost(self) -> Numbers:
        """(P,) money: a pool's own cost and its part of the lines."""
        return np.asarray(self.own_cost + self.amounts @ self.pool_shares)

    @cached_property
    def capacity(self) -> Numbers:
        """(P,) practical minutes."""
        given, theoretical = (
            self._pools.numbers(name) for name in ("practical_minutes", "theoretical_minutes")
        )
        usable = theoretical * self._pools.numbers("usable_share")
        return np.where(np.isnan(given), usable, given)

    @cached_property
    def term_pool(self) -> Places:
        """(T,) the pool of each term."""
        return self.activities.texts("pool").places_in(self.pools)

    def units(self, driver: str) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Units per customer, order, failed order and segment; each (S, K) or (1, K)."""
        if driver in KNOWN_DRIVERS:
            rates = [np.full((1, self.shape[1]), float(driver == name)) for name in KNOWN_DRIVERS]
            return rates[0], rates[1], rates[2], np.zeros((1, self.shape[1]))
        table = self._drivers
        segment, tier, here = self._scope(table.texts("segment"), table.texts("tier"))
        rows = np.flatnonzero(table.texts("driver").is_in([driver]) & here)
        customer, order, failure, whole = (
            self._spread(table.numbers(name)[rows], segment[rows], tier[rows])
            for name in LINE_RATES
        )
        return customer, order, failure, whole

    def _spread(self, values: Numbers, segment: Places, tier: Places) -> Numbers:
        if not values.any():
            return np.zeros((1, self.shape[1]))
        return most_specific(values, segment, tier, self.shape)
