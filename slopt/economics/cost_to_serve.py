"""From the cost tables of a case to what they charge: lines by their rates, pools by minutes.

Everything that is charged is linear in four volumes of a segment: customers, orders, orders that
fail, and 1. So a line or a pool is four rates by segment and tier. Hidden lines never enter what
is charged as service cost. S segments, K tiers, P pools, L lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.cost_rows import CostRows
from slopt.economics.activity_costing import capacity_cost_rate
from slopt.errors import InvalidInput, Problem
from slopt.sayings import say

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rates = tuple[Numbers, ...]
"""Four rates, per customer, order, failed order and segment; each (S, K) or (1, K)."""
NEGLIGIBLE = 1e-9
"""A negative time that is a smaller share of the minutes it is the difference of is rounding."""


@dataclass(frozen=True, eq=False)
class Volumes:
    """What segments ask for, in all their tiers or in a chosen one.

    customers and orders are (S, 1), failures (S, K); with a `choice` of tiers failures are (S, 1),
    and so is all that is computed from them.
    """

    customers: Numbers
    orders: Numbers
    failures: Numbers
    choice: NDArray[np.int64] | None = None

    @classmethod
    def of(
        cls,
        customers: Numbers,
        orders_per_customer: Numbers,
        level: Numbers,
        choice: NDArray[np.int64] | None = None,
    ) -> Volumes:
        """From customers and orders of each, (S,), and service levels, (S, K)."""
        orders = (customers * orders_per_customer)[:, None]
        if choice is not None:
            level = level[np.arange(len(choice)), choice][:, None]
        return cls(customers[:, None], orders, orders * (1 - level), choice)

    def part(self, rows: slice) -> Volumes:
        """Those of some segments."""
        choice = None if self.choice is None else self.choice[rows]
        return Volumes(self.customers[rows], self.orders[rows], self.failures[rows], choice)

    def at(self, rate: Numbers, rows: slice) -> Numbers:
        """A rate in the tiers asked for: (S or 1, K), or with a choice (S, 1)."""
        if len(rate) > 1:
            rate = rate[rows]
        if self.choice is None:
            return rate
        row = np.arange(len(self.choice)) if len(rate) > 1 else 0
        return np.asarray(rate[row, self.choice][:, None])

    def times(self, rates: Rates, rows: slice = slice(None)) -> Numbers:
        """The sum of rates x volumes; `rows` are these segments' places among all of the case."""
        customer, order, failure, whole = (self.at(rate, rows) for rate in rates)
        return np.asarray(
            self.customers * customer + self.orders * order + self.failures * failure + whole
        )


class CostToServe:
    """What the cost tables charge to segments in tiers."""

    def __init__(self, case: PlanningCase) -> None:
        self.rows = CostRows(case)
        self._case = case

    @property
    def is_given(self) -> bool:
        """False for a case without cost tables."""
        return len(self.rows.lines) > 0 or len(self.rows.activities) > 0

    @cached_property
    def minute_cost(self) -> Numbers:
        """(P,) money per practical minute."""
        return capacity_cost_rate(self.rows.pool_cost, self.rows.capacity)

    @cached_property
    def _units(self) -> dict[str, Rates]:
        drivers = self.rows.activities.texts("driver")
        return {driver: self.rows.units(driver) for driver in dict.fromkeys(drivers)}

    @cached_property
    def _booked(self) -> tuple[Rates, Flags]:
        """The rates of all booked lines of no segment and of all pools; the other lines, (L,)."""
        lines = self.rows.is_booked
        weight = self.rows.activities.numbers("minutes") * self.minute_cost[self.rows.term_pool]
        return _sum([self._general(lines), self._weighted(weight)]), lines

    def charge(self, volumes: Volumes, rows: slice = slice(None)) -> Numbers:
        """Booked money of lines and pools; `rows` are the places of these segments in the case."""
        rates, lines = self._booked
        return self._with_own_lines(volumes.times(rates, rows), volumes, lines, rows)

    def of_lines(self, volumes: Volumes, lines: Flags) -> Numbers:
        """Money of some direct lines, for all segments of the case."""
        money = volumes.times(self._general(lines))
        return self._with_own_lines(np.broadcast_to(money, volumes.failures.shape), volumes, lines)

    def minutes(self, volumes: Volumes, terms: Flags) -> Numbers:
        """Minutes of some terms of activities, for all segments of the case."""
        weight = np.where(terms, self.rows.activities.numbers("minutes"), 0.0)
        return np.broadcast_to(volumes.times(self._weighted(weight)), volumes.failures.shape)

    def _weighted(self, weight: Numbers) -> Rates:
        """Rates of the units that all terms count, each unit with the weight of its term."""
        drivers = self.rows.activities.texts("driver")
        total = [self._nothing]
        for code, driver in enumerate(drivers.words):
            factor = float(weight[drivers.codes == code].sum())
            if factor:
                total.append(tuple(factor * units for units in self._units[driver]))
        return _sum(total)

    @property
    def _nothing(self) -> Rates:
        return (np.zeros((1, self.rows.shape[1])),) * 4

    def _general(self, lines: Flags) -> Rates:
        """The rates of those lines that are of all segments, each (1, K)."""
        segment, tier, here = self.rows.line_scope
        chosen = lines & here & (segment < 0)
        rates = np.zeros((4, self.rows.shape[1]))
        rates += self.rows.line_rates[chosen & (tier < 0)].sum(axis=0)[:, None]
        its = np.flatnonzero(chosen & (tier >= 0))
        np.add.at(rates.T, tier[its], self.rows.line_rates[its])
        return tuple(rate[None, :] for rate in rates)

    def _with_own_lines(
        self, money: Numbers, volumes: Volumes, lines: Flags, rows: slice = slice(None)
    ) -> Numbers:
        """The money, with the lines that are of one segment added."""
        segment, tier, here = self.rows.line_scope
        first, end, _ = rows.indices(self.rows.shape[0])
        chosen = np.flatnonzero(lines & here & (segment >= first) & (segment < end))
        if len(chosen) == 0:
            return money
        money = money.copy()
        s, k = segment[chosen] - first, tier[chosen]
        customer, order, failure, whole = self.rows.line_rates[chosen].T[:, :, None]
        its = (
            volumes.customers[s] * customer
            + volumes.orders[s] * order
            + volumes.failures[s] * failure
            + whole
        )
        np.add.at(money, s[k < 0], its[k < 0])
        one = np.flatnonzero(k >= 0)
        column = k[one]
        if volumes.choice is not None:
            one = one[volumes.choice[s[one]] == column]
            column = np.zeros(len(one), dtype=np.int64)
        np.add.at(money, (s[one], column), its[one, column])
        return money

    def require_time(self, volumes: Volumes) -> None:
        """Raise InvalidInput where the terms of an activity add up to less than no time."""
        table = self.rows.activities
        minutes = table.numbers("minutes")
        problems: list[Problem] = []
        for activity, pool, terms in _activities(self.rows):
            its = self._weighted(np.where(terms, minutes, 0.0))
            if min(rate.min(initial=0.0) for rate in its) >= 0:
                continue
            time = self.minutes(volumes, terms)
            size = self.minutes(volumes, terms & (minutes > 0))
            bad = np.argwhere(time < -NEGLIGIBLE * size)
            for s, k in bad[:1]:
                tier = k if volumes.choice is None else volumes.choice[s]
                its_place = {
                    "activity": activity,
                    "time": f"{time[s, k]:g}",
                    "pool": pool,
                    "segment": self._case.segments[s],
                    "tier": self._case.tiers[tier],
                }
                problems.append(
                    Problem(
                        say(
                            '"{activity}" takes {time} minutes of {pool} for segment "{segment}" '
                            'in tier "{tier}".',
                            **its_place,
                        )
                        if len(bad) == 1
                        else say(
                            '"{activity}" takes {time} minutes of {pool} for segment "{segment}" '
                            'in tier "{tier}", and less than nothing for {more} others.',
                            **its_place,
                            more=f"{len(bad) - 1:,}",
                        ),
                        say("Check its terms below 0: they save time of other terms, at most all."),
                        table="activities",
                        file=table.file or None,
                        row=table.rows[int(np.flatnonzero(terms & (minutes < 0))[0])],
                        column="minutes",
                    )
                )
        if problems:
            raise InvalidInput(problems)


def _activities(rows: CostRows) -> Iterator[tuple[str, str, Flags]]:
    """Activities by pool: name, pool, and which terms (T,) are theirs."""
    activity, pool = rows.activities.texts("activity"), rows.activities.texts("pool")
    for name, of in dict.fromkeys(zip(activity, pool, strict=True)):
        yield name, of, activity.is_in([name]) & pool.is_in([of])


def _sum(parts: Sequence[Rates]) -> Rates:
    columns: Iterable[tuple[Numbers, ...]] = zip(*parts, strict=True)
    return tuple(_added(column) for column in columns)


def _added(arrays: Sequence[Numbers]) -> Numbers:
    """The sum of (1, K) and (S, K) arrays, with one (S, K) array made at most."""
    total = np.asarray(np.sum([array for array in arrays if len(array) == 1], axis=0))
    large = [array for array in arrays if len(array) > 1]
    for place, array in enumerate(large):
        total = np.add(array, total, out=total if place else None)
    return total
