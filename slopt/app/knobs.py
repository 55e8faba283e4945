"""The limits and assumptions of a case that can be moved, each with its range."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.paths import path_of
from slopt.problem.choice import ChoiceProblem

STEPS = 200
"""Positions of a slider, about."""
ROOM = 2.0
"""An assumption may be moved from nothing to so many times what it is."""
RESPONSE = (
    "lost_order_share",
    "leave_probability",
    "listeners",
    "prospect_share",
    "deterrence",
    "prospect_value",
)
SEGMENTS = ("margin", "base_churn")


class Group(StrEnum):
    """Where a knob stands on the page."""

    LIMIT = "limit"
    ASSUMPTION = "assumption"


class Unit(StrEnum):
    """What a knob's amounts are."""

    MONEY = "money"
    SHARE = "share"
    COUNT = "count"
    PLAIN = "plain"
    FACTOR = "factor"
    """Times what each row of the case says, where rows differ."""


@dataclass(frozen=True)
class Knob:
    """One value that can be moved; `value` is what the case says, None for no limit.

    `name` is that of the limit, or of the column. `is_optional`: at its upper end, or at its lower
    one for a floor, there is no limit.
    """

    path: str
    name: str
    group: Group
    unit: Unit
    value: float | None
    low: float
    high: float
    step: float
    is_optional: bool = False
    is_floor: bool = False

    @property
    def free(self) -> float:
        """Where the slider stands for no limit."""
        return self.low if self.is_floor else self.high

    @property
    def is_factor(self) -> bool:
        """True where amounts are factors."""
        return self.unit is Unit.FACTOR


def knobs_of(case: PlanningCase, problem: ChoiceProblem) -> tuple[Knob, ...]:
    """Limits first, then the assumptions that the case makes."""
    return (*_limits(case, problem), *_assumptions(case))


def _limits(case: PlanningCase, problem: ChoiceProblem) -> list[Knob]:
    limits, found = case.settings.limits, []
    cost = np.where(problem.admissible, problem.service_cost, np.nan)
    ends = [float(np.nansum(np.nanmin(cost, axis=1))), float(np.nansum(np.nanmax(cost, axis=1)))]
    ends += [limits.budget] if limits.budget is not None else []
    if _has_today(problem):
        rows = np.arange(len(problem.current))
        ends.append(float(problem.service_cost[rows, problem.current].sum()))
    if max(ends) > min(ends):
        found.append(
            _knob("limits.budget", "budget", Unit.MONEY, limits.budget, min(ends), max(ends))
        )
    if _has_today(problem):
        most = len(problem.segments)
        high = most if limits.max_changes is None else min(most, max(2 * limits.max_changes, 10))
        found.append(
            Knob("limits.max_changes", "max_changes", Group.LIMIT, Unit.COUNT, limits.max_changes,
                 0.0, float(high), 1.0, is_optional=high == most)
        )  # fmt: skip
    if limits.max_tiers is not None:
        found.append(
            Knob("limits.max_tiers", "max_tiers", Group.LIMIT, Unit.COUNT, limits.max_tiers, 1.0,
                 float(len(problem.tiers)), 1.0, is_optional=True)
        )  # fmt: skip
    if limits.min_service_level is not None:
        found.append(
            Knob("limits.min_service_level", "min_service_level", Group.LIMIT, Unit.SHARE,
                 limits.min_service_level, 0.0, 1.0, 0.001, is_optional=True, is_floor=True)
        )  # fmt: skip
    if limits.max_lost_sales is not None:
        found.append(
            _knob("limits.max_lost_sales", "max_lost_sales", Unit.MONEY, limits.max_lost_sales,
                  0.0, ROOM * limits.max_lost_sales)
        )  # fmt: skip
    for r, name in enumerate(problem.resources):
        capacity = float(problem.capacity[r])
        all_use = float(np.where(problem.admissible, problem.use[r], 0.0).max(axis=1).sum())
        top = max(min(all_use, 3 * capacity), capacity)
        if top > 0:
            path = row_path(case, "resources", name, "capacity")
            found.append(_knob(path, name, Unit.PLAIN, capacity, 0.0, top, optional=False))
    return found


def _has_today(problem: ChoiceProblem) -> bool:
    return len(problem.current) > 0 and bool(np.all(problem.current >= 0))


def _knob(
    path: str, name: str, unit: Unit, value: float | None, low: float, high: float,
    optional: bool = True,
) -> Knob:  # fmt: skip
    step, is_below_zero = nice((high - low) / STEPS), low < 0
    low = float(f"{math.floor(low / step) * step:.12g}")
    high = float(f"{math.ceil(high / step + (1 if optional else 0)) * step:.12g}")
    low = low if is_below_zero else max(low, 0.0)
    return Knob(path, name, Group.LIMIT, unit, value, low, high, step, optional)


def row_path(case: PlanningCase, table: str, row: str, column: str) -> str:
    """The path of a cell, as slopt writes it, whatever the name of its row."""
    name = row.replace('"', '""')
    return path_of(case, f'{table}["{name}"].{column}').text


def nice(step: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is not above a step."""
    power = 10.0 ** math.floor(math.log10(step)) if step > 0 else 1.0
    return float(f"{max(m for m in (1, 2, 5) if m * power <= step * (1 + 1e-9)) * power:.12g}")


def _assumptions(case: PlanningCase) -> list[Knob]:
    found = []
    for table, columns in (("segments", SEGMENTS), ("response", RESPONSE)):
        if not len(case.table(table)):
            continue
        for name in columns:
            if name not in list(case.table(table)):
                continue
            values = case.table(table).numbers(name)
            if not np.nan_to_num(values).any():
                continue
            path = path_of(case, f"{table}.{name}")
            found.append(_assumption(path.text, name, values, path.column.is_fraction))
    return found


def _assumption(path: str, name: str, values: NDArray[np.float64], is_share: bool) -> Knob:
    """One amount where all rows have the same and none is blank; else a factor for all of them."""
    first, most = float(values[0]), float(np.nanmax(values))
    if np.all(values == first):
        high = min(ROOM * first, 1.0) if is_share else ROOM * first
        unit = Unit.SHARE if is_share else Unit.PLAIN
        step = 0.001 if is_share and high <= 0.2 else 0.01 if is_share else nice(high / STEPS)
        return Knob(path, name, Group.ASSUMPTION, unit, first, 0.0, high, step)
    high = min(ROOM, float(f"{1 / most:.2f}") - 0.01) if is_share else ROOM
    return Knob(path, name, Group.ASSUMPTION, Unit.FACTOR, 1.0, 0.0, max(high, 1.0), 0.01)
