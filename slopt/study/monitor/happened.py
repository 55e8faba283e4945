"""What happened to the segments by period, figure by figure, from a file or the case's own table.

S segments, T periods. NaN, and -1 for a tier, where nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from slopt.case.case import PlanningCase
from slopt.errors import Problem
from slopt.plan.horizon.actual import Actuals, KnownByPeriod
from slopt.plan.horizon.actual_rows import told_by_case, told_by_file
from slopt.plan.horizon.reading import FileTable
from slopt.problem.horizon.problem import Flags, Numbers, Places
from slopt.sayings import say

FIGURES = (
    "customers",
    "joined",
    "left",
    "orders",
    "revenue",
    "service_level",
    "service_cost",
    "lost_orders",
    "lost_customers",
    "lost_prospects",
)
"""Columns of the table `actuals` with a figure, as they are called in `Happened`."""


@dataclass(frozen=True, eq=False)
class Happened(KnownByPeriod):
    """What is known, (S, T) each. `customers` are those at the start of the period; orders,
    revenue, cost and losses are those of the whole segment."""

    figures = FIGURES
    tier: Places
    customers: Numbers
    joined: Numbers
    left: Numbers
    orders: Numbers
    revenue: Numbers
    service_level: Numbers
    service_cost: Numbers
    lost_orders: Numbers
    lost_customers: Numbers
    lost_prospects: Numbers

    @classmethod
    def none(cls, segments: int, periods: int) -> Happened:
        """Nothing is known."""
        return cls(**cls.blank(segments, periods))

    @property
    def over_by_period(self) -> Flags:
        """(T,): is the period over? Customers alone are those that an open period begins with."""
        others = [~np.isnan(getattr(self, name)) for name in FIGURES if name != "customers"]
        told = np.any(others, axis=(0, 1))
        later = np.append(np.asarray(np.any(self.known, axis=0))[1:], False)
        return np.asarray(told | np.logical_or.accumulate(later[::-1])[::-1])

    def over(self, other: Happened) -> Happened:
        """These, and those of `other` where these say nothing."""
        return Happened(**self.filled(other))

    def within(self, covered: Flags) -> Happened:
        """What is known of these segments and periods alone."""
        kept = {name: np.where(covered, getattr(self, name), np.nan) for name in FIGURES}
        return Happened(np.where(covered, self.tier, -1), **kept)

    def completed(self) -> Happened:
        """With what follows from customers at the start of two periods, and who joined and left.

        A number that cannot be, below 0, does not follow.
        """
        customers, joined, left = self.customers.copy(), self.joined.copy(), self.left.copy()
        for t in range(customers.shape[1] - 1):
            after = customers[:, t] + joined[:, t] - left[:, t]
            follows = np.isnan(customers[:, t + 1]) & (after >= 0)
            customers[:, t + 1] = np.where(follows, after, customers[:, t + 1])
            net = customers[:, t + 1] - customers[:, t]
            for one, from_other in ((left, joined[:, t] - net), (joined, left[:, t] + net)):
                follows = np.isnan(one[:, t]) & (from_other >= 0)
                one[:, t] = np.where(follows, from_other, one[:, t])
        return replace(self, customers=customers, joined=joined, left=left)

    @property
    def net(self) -> Numbers:
        """(S, T): by how much the customers changed until the next period; NaN where one of the
        two numbers is not known."""
        after = np.full(self.customers.shape, np.nan)
        after[:, :-1] = self.customers[:, 1:]
        return np.asarray(after - self.customers)

    def as_actuals(self) -> Actuals:
        """As a plan that is made again takes it."""
        return Actuals(
            self.tier, self.customers, self.service_level, self.service_cost, self.lost_orders
        )


assert [field.name for field in fields(Happened)] == ["tier", *FIGURES]


def happened_by_case(case: PlanningCase) -> Happened:
    """What the case's table `actuals` says."""
    tier, figures = told_by_case(case, FIGURES)
    return Happened(tier, **figures)


def happened_by_file(case: PlanningCase, path: Path) -> Happened:
    """What a file says; raises InvalidInput as `told_by_file`, and for figures that contradict."""
    tier, figures = told_by_file(case, path, FIGURES, _contradictions)
    return Happened(tier, **figures)


def _contradictions(table: FileTable, figures: Mapping[str, Numbers]) -> Iterator[Problem]:
    """Figures of a row that cannot both be."""
    with np.errstate(invalid="ignore"):
        left = figures["left"] > figures["customers"]
        unordered = (figures["orders"] == 0) & (figures["revenue"] > 0)
    for index in np.flatnonzero(left).tolist():
        yield table.raw.problem(
            say(
                "More customers left, {left}, than there were, {customers}.",
                left=f"{figures['left'][index]:,.6g}",
                customers=f"{figures['customers'][index]:,.6g}",
            ),
            say("customers are those at the start of the period: correct one of the two."),
            table.raw.rows[index],
            "left",
            f"{figures['left'][index]:g}",
        )
    for index in np.flatnonzero(unordered).tolist():
        yield table.raw.problem(
            say("There is revenue without an order."),
            say("Give the orders, or leave the cell empty where they are not known."),
            table.raw.rows[index],
            "orders",
            "0",
        )
