"""What happened, from the case's own table `actuals` or from a file of the same columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from slopt.case.case import PlanningCase
from slopt.case.schema import BY_NAME
from slopt.case.texts import Texts
from slopt.errors import Problem
from slopt.plan.horizon.actual import FIGURES, Actuals
from slopt.plan.horizon.reading import FileTable
from slopt.plan.rows import Numbers
from slopt.problem.horizon.problem import Places
from slopt.sayings import say

Told = tuple[Places, dict[str, Numbers]]
"""Tiers (S, T), -1 where nothing is told, and figures (S, T) by name, NaN where nothing is told."""
Check = Callable[[FileTable, Mapping[str, Numbers]], Iterable[Problem]]
"""(table, figures by row) -> what is wrong with them together."""
NEWS = ("joined", "left")


def told_by_case(case: PlanningCase, figures: Sequence[str]) -> Told:
    """What the case's table `actuals` says."""
    table = case.table("actuals")
    segment = table.texts("segment").places_in(case.segments)
    period = table.texts("period").places_in(Texts.of(case.periods))
    tier = table.texts("tier").places_in(Texts.of(case.tiers))
    rows = {name: table.numbers(name) for name in figures}
    return _spread(case, (segment, period), tier, rows)


def told_by_file(
    case: PlanningCase, path: Path, figures: Sequence[str], check: Check | None = None
) -> Told:
    """What a file with the columns of the table `actuals` says.

    Raises InvalidInput with every unknown segment, period and tier in it, every row that stands
    there twice, every figure that cannot be, and what `check` finds.
    """
    table = FileTable(path, BY_NAME["actuals"], is_strict=True)
    segment = table.places("segment", case.segments, "segment")
    period = table.places("period", Texts.of(case.periods), "period")
    tier = table.places("tier", Texts.of(case.tiers), "tier")
    rows = {name: table.numbers(name) for name in figures}
    fine = table.once(
        segment, period, "segment", say("A segment has one row of actuals in each period.")
    )
    if check is not None:
        table.problems += check(table, rows)
    table.refuse()
    kept = {name: values[fine] for name, values in rows.items()}
    return _spread(case, (segment[fine], period[fine]), tier[fine], kept)


def actuals_of_case(case: PlanningCase) -> Actuals:
    """What the case's table `actuals` says, as a plan that is made again takes it."""
    return _actuals(*told_by_case(case, (*FIGURES, *NEWS)))


def actuals_of_file(case: PlanningCase, path: Path) -> Actuals:
    """The same of a file; raises InvalidInput as `told_by_file`."""
    return _actuals(*told_by_file(case, path, (*FIGURES, *NEWS)))


def _actuals(tier: Places, figures: dict[str, Numbers]) -> Actuals:
    net = figures["joined"] - figures["left"]
    return Actuals(tier, **{name: figures[name] for name in FIGURES}, net=net)


def _spread(
    case: PlanningCase, place: tuple[Places, Places], tier: Places, rows: Mapping[str, Numbers]
) -> Told:
    """By segment and period, from rows at these places."""
    tiers = np.full((len(case.segments), len(case.periods)), -1, dtype=np.int64)
    tiers[place] = tier
    figures = {}
    for name, values in rows.items():
        figures[name] = np.full(tiers.shape, np.nan)
        figures[name][place] = values
    return tiers, figures
