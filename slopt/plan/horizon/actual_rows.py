"""Actuals from the case's own table, or from a file of the same columns."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np

from slopt.case.case import PlanningCase
from slopt.case.schema import BY_NAME
from slopt.case.texts import Texts
from slopt.plan.horizon.actual import FIGURES, Actuals
from slopt.plan.horizon.reading import FileTable
from slopt.plan.rows import Numbers
from slopt.problem.horizon.problem import Flags, Places
from slopt.sayings import say


class Columns(Protocol):
    """A table that gives its columns as numbers."""

    def numbers(self, column: str) -> Numbers:
        """A number column; NaN where blank."""


def actuals_of_case(case: PlanningCase) -> Actuals:
    """What the case's table `actuals` says."""
    table = case.table("actuals")
    segment = table.texts("segment").places_in(case.segments)
    period = table.texts("period").places_in(Texts.of(case.periods))
    tier = table.texts("tier").places_in(Texts.of(case.tiers))
    return _actuals(case, table, segment, period, tier, np.ones(len(table), dtype=bool))


def actuals_of_file(case: PlanningCase, path: Path) -> Actuals:
    """What a file says; raises InvalidInput with every unknown segment, period and tier in it."""
    table = FileTable(path, BY_NAME["actuals"], is_strict=True)
    segment = table.places("segment", case.segments, "segment")
    period = table.places("period", Texts.of(case.periods), "period")
    tier = table.places("tier", Texts.of(case.tiers), "tier")
    for name in (*FIGURES, "joined", "left"):
        table.numbers(name)
    fine = table.once(
        segment, period, "segment", say("A segment has one row of actuals in each period.")
    )
    table.refuse()
    return _actuals(case, table, segment, period, tier, fine)


def _actuals(
    case: PlanningCase, table: Columns, segment: Places, period: Places, tier: Places, fine: Flags
) -> Actuals:
    """By segment and period."""
    shape = (len(case.segments), len(case.periods))

    def spread(column: str) -> Numbers:
        values = np.full(shape, np.nan)
        values[segment[fine], period[fine]] = table.numbers(column)[fine]
        return values

    tiers = np.full(shape, -1, dtype=np.int64)
    tiers[segment[fine], period[fine]] = tier[fine]
    net = spread("joined") - spread("left")
    figures = {name: spread(name) for name in FIGURES}
    return Actuals(tiers, **figures, net=net)
