"""What decides the figures of a segment in a period: planned, and what of it was otherwise.

S segments, T periods. The plan is taken over into what happened one driver after the other, in the
order of `Driver`; where a driver is not known to have been otherwise it stays as planned.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np

from slopt.case.by_period import demand_factor, revenue_factor
from slopt.case.case import PlanningCase
from slopt.plan.horizon.plan import HorizonPlan
from slopt.problem.horizon.build import build_horizon
from slopt.problem.horizon.problem import Flags, HorizonProblem, Numbers, Places
from slopt.study.monitor.happened import Happened
from slopt.vocabulary import Basis

SAME_COUNT = 0.5
"""Customers by which two counts may differ and still be the same."""


class Driver(StrEnum):
    """What can be otherwise than planned, in the order in which it is taken over."""

    CUSTOMERS = "customers"
    ORDERS = "orders"
    PRICE = "price"
    TIER = "tier"
    LEVEL = "level"


@dataclass(frozen=True, eq=False)
class Drivers:
    """(S, T) each: customers at the start, orders of a customer, revenue of an order, place of the
    tier, service level; tier and level of the period whose service drives customers away now, which
    is an earlier one where a segment has a lag (tier -1: not known)."""

    customers: Numbers
    orders: Numbers
    price: Numbers
    tier: Places
    level: Numbers
    tier_then: Places
    level_then: Numbers

    def taking(self, driver: Driver, of: Drivers) -> Drivers:
        """These, with one driver of the others; a tier comes with its planned level."""
        names: tuple[str, ...] = (driver.value,)
        if driver is Driver.TIER:
            names = ("tier", "tier_then", "level", "level_then")
        elif driver is Driver.LEVEL:
            names = ("level", "level_then")
        return replace(self, **{name: getattr(of, name) for name in names})


class Compared:
    """A plan and what happened, where both are known.

    `plan` may be one that was made again: its periods that are actual ones themselves are left out.
    `problem` is that of the case, without any actuals in it. `net`, (S, T), is the change of the
    customers until the next period where it is known and who joined and who left is not;
    `contradictions` are where customers, joined and left are all told and do not agree.
    """

    def __init__(self, plan: HorizonPlan, happened: Happened) -> None:
        self.plan = plan
        self.case: PlanningCase = plan.case
        self.problem: HorizonProblem = build_horizon(plan.case)
        actual = np.array([[one is Basis.ACTUAL for one in row] for row in plan.basis]).T
        known = np.asarray(happened.known & happened.over_by_period)
        self.left_out: Flags = np.asarray(actual & known)
        self.covered: Flags = np.asarray(known & ~actual)
        happened = self._without_newcomers(happened)
        self.told: Happened = happened
        full = happened.completed()
        self.happened = full.within(self.covered)
        apart = ~np.isnan(self.happened.joined) & ~np.isnan(self.happened.left)
        # Who joined and who left say more than their difference.
        self.net: Numbers = np.where(self.covered & ~apart, full.net, np.nan)
        with np.errstate(invalid="ignore"):
            gap = happened.net - (happened.joined - happened.left)
            self.contradictions: Flags = np.asarray(self.covered & (np.abs(gap) > SAME_COUNT))

    def _without_newcomers(self, happened: Happened) -> Happened:
        """Where the case wins nobody and the customers grew fewer, nobody joined, if nobody says
        otherwise: all of the difference left."""
        joined, net = happened.joined.copy(), happened.net
        with np.errstate(invalid="ignore"):
            alone = np.isnan(joined) & np.isnan(happened.left) & (net <= 0)
        joined[alone & (self.problem.join <= 0)] = 0.0
        return replace(happened, joined=joined)

    @property
    def periods(self) -> list[int]:
        """The periods of which anything is compared."""
        return [int(t) for t in np.flatnonzero(self.covered.any(axis=0))]

    @cached_property
    def planned(self) -> Drivers:
        """As planned."""
        segments, modes = self.case.table("segments"), self.plan.choice.modes
        t = modes.shape[1]
        orders = segments.numbers("orders_per_customer")[:, None] * demand_factor(self.case)
        price = segments.numbers("revenue_per_order")[:, None] * revenue_factor(self.case)
        return self._with_levels(
            modes, self.plan.evaluation.base.customers[:, :t].copy(), orders, price
        )

    @cached_property
    def decided(self) -> Drivers:
        """As it happened, but for the levels, which are those planned for the tiers there were."""
        happened, planned = self.happened, self.planned
        modes = self._modes()
        customers = _known_or(happened.customers, planned.customers)
        orders = _ratio(happened.orders, customers, planned.orders)
        price = _ratio(happened.revenue, customers * orders, planned.price)
        return self._with_levels(modes, customers, orders, price)

    @cached_property
    def actual(self) -> Drivers:
        """As it happened; as planned where that is not known."""
        decided, level = self.decided, self.happened.service_level
        s, t = level.shape
        then = np.arange(t)[None, :] - self.problem.lag[:, None]
        before = level[np.arange(s)[:, None], np.maximum(then, 0)]
        return replace(
            decided,
            level=_known_or(level, decided.level),
            level_then=_known_or(np.where(then >= 0, before, np.nan), decided.level_then),
        )

    def _modes(self) -> Places:
        """The modes that there were: the planned ones but where another tier is known."""
        modes, tier = self.plan.choice.modes, self.happened.tier
        other = (tier >= 0) & (self.problem.mode_tier[modes] != tier)
        return np.where(other, tier, modes)

    def _with_levels(
        self, modes: Places, customers: Numbers, orders: Numbers, price: Numbers
    ) -> Drivers:
        problem = self.problem
        s, t = modes.shape
        row, period = np.arange(s)[:, None], np.arange(t)[None, :]
        then = period - problem.lag[:, None]
        past = problem.history[row, np.clip(then, -problem.history.shape[1], -1)]
        mode_then = np.where(then >= 0, modes[row, np.maximum(then, 0)], past)
        return Drivers(
            customers,
            orders,
            price,
            np.asarray(problem.mode_tier[modes]),
            np.asarray(problem.service_level[row, period, modes]),
            np.where(mode_then >= 0, problem.mode_tier[mode_then], -1),
            np.asarray(problem.service_level[row, np.maximum(then, 0), np.maximum(mode_then, 0)]),
        )


def _known_or(values: Numbers, otherwise: Numbers) -> Numbers:
    return np.where(np.isnan(values), otherwise, values)


def _ratio(total: Numbers, count: Numbers, otherwise: Numbers) -> Numbers:
    """total / count, where both are known and there is something to divide by."""
    fine = ~np.isnan(total) & (count > 0)
    return np.where(fine, total / np.where(fine, count, 1.0), otherwise)
