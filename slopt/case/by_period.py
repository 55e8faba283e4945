"""What the tables of a plan over periods say of every segment, resource or option in each period.

A row may name a period or stand for all (`*`), and the same for what it is about. The most specific
row wins column by column: what a row is about counts before its period. S segments, T periods.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.schema import ANY
from slopt.case.texts import Texts

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


class ByPeriod:
    """A table with rows of (something, period): its columns as arrays (things, T)."""

    def __init__(self, case: PlanningCase, table: str, key: str, ids: Texts) -> None:
        self._table = case.table(table)
        self._thing = self._table.texts(key).places_in(ids)
        self._period = self._table.texts("period").places_in(Texts.of(case.periods))
        self._shape = (len(ids), len(case.periods))
        # In a case with mistakes a row of an unknown id is not one of all.
        self._known = (self._thing >= 0) | self._table.texts(key).is_in([ANY])
        self._known &= (self._period >= 0) | self._table.texts("period").is_in([ANY])

    @property
    def table(self) -> Table:
        """The table that is read."""
        return self._table

    def numbers(self, column: str) -> Numbers:
        """A number column, NaN where no row says anything."""
        values = self._table.numbers(column)
        row = self.rows(~np.isnan(values))
        return np.asarray(np.append(values, np.nan)[row])

    def places(self, column: str, ids: Texts) -> Places:
        """Where the id of a text column stands among the ids, -1 where no row has one."""
        place = self._table.texts(column).places_in(ids)
        return np.asarray(np.append(place, -1)[self.rows(place >= 0)])

    def rows(self, said: NDArray[np.bool_]) -> Places:
        """The row that counts among those that say something, -1 where there is none."""
        row = np.full(self._shape, -1, dtype=np.int64)
        for of_thing in (False, True):
            for of_period in (False, True):
                chosen = np.flatnonzero(
                    said
                    & self._known
                    & ((self._thing >= 0) == of_thing)
                    & ((self._period >= 0) == of_period)
                )
                thing, period = self._thing[chosen], self._period[chosen]
                if of_thing and of_period:
                    row[thing, period] = chosen
                elif of_thing:
                    row[thing] = chosen[:, None]
                elif of_period:
                    row[:, period] = chosen
                elif len(chosen):
                    row[:] = chosen[-1]
        return row


def of_segments(case: PlanningCase) -> ByPeriod:
    """`segment_periods`."""
    return ByPeriod(case, "segment_periods", "segment", case.segments)


def of_resources(case: PlanningCase) -> ByPeriod:
    """`resource_periods`."""
    return ByPeriod(case, "resource_periods", "resource", Texts.of(case.resources))


def of_staff(case: PlanningCase) -> ByPeriod:
    """`staff_periods`."""
    options = case.table("staff_options").texts("option")
    return ByPeriod(case, "staff_periods", "option", options)


def factor(values: Numbers) -> Numbers:
    """Factors, where blank means 1."""
    return np.where(np.isnan(values), 1.0, values)


def own_or(values: Numbers, otherwise: Numbers) -> Numbers:
    """What is said of the period, else what holds in all of them; they broadcast."""
    return np.where(np.isnan(values), otherwise, values)


CONTRACT = ("min_tier", "max_tier", "fixed_tier")


def contract_places(case: PlanningCase, column: str) -> Places:
    """(S, T): the tier that a contract names in a period, as a position, -1 for none."""
    tiers = Texts.of(case.tiers)
    always = case.table("segments").texts(column).places_in(tiers)[:, None]
    own = of_segments(case).places(column, tiers)
    return np.where(own >= 0, own, always)


def base_churn(case: PlanningCase) -> Numbers:
    """(S, T): customers lost in a period even with perfect service."""
    always = case.table("segments").numbers("base_churn")[:, None]
    return own_or(of_segments(case).numbers("base_churn"), always)


def demand_factor(case: PlanningCase) -> Numbers:
    """(S, T): orders of a customer as a multiple of orders_per_customer."""
    of_period = case.table("periods").numbers("demand_factor")
    return factor(of_segments(case).numbers("demand_factor")) * of_period


def cost_factor(case: PlanningCase) -> Numbers:
    """(S, T): cost of serving a segment as a multiple of what the other tables say."""
    of_period = case.table("periods").numbers("cost_factor")
    return factor(of_segments(case).numbers("cost_factor")) * of_period


def revenue_factor(case: PlanningCase) -> Numbers:
    """(S, T): revenue of an order as a multiple of revenue_per_order."""
    return factor(of_segments(case).numbers("revenue_factor"))
