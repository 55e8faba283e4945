"""Likely slips of unit: values that are allowed but stand out from their column. Warnings only."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from slopt.case.case import PlanningCase
from slopt.case.columns import Column
from slopt.case.raw import RawCase, RawTable
from slopt.case.schema import TABLES
from slopt.errors import Problem, Severity

JUMP = 1000.0
"""Two neighbours of the sorted column this far apart suggest thousands taken for units."""
SHARE_JUMP = 50.0
"""The same for service levels and margins: 0.0097 among 0.97s was divided by 100 twice."""
STEADY_SHARES = {"service_level", "margin"}
MANY_LISTENERS = 50.0
"""The literature has 8-13 listeners, a few over 20."""
LEAST_VALUES = 3


def likely_slips(case: PlanningCase, raw: RawCase) -> list[Problem]:
    """Warnings on thousand-fold jumps, shares of shares and tiers that rank against their level."""
    problems: list[Problem] = []
    for schema in TABLES:
        if schema.name in case.tables and schema.name != "sources":
            table = case.table(schema.name)
            for column in schema.columns:
                if column.is_number and len(table) >= LEAST_VALUES and column.name != "value":
                    values = table.numbers(column.name)
                    problems += _jumps(column, values, table.rows, raw.tables[schema.name])
    if "tiers" in case.tables:
        problems += _rank_against_level(case, raw.tables["tiers"])
    if "response" in case.tables:
        problems += _listeners(case, raw.tables["response"])
    return problems


def _jumps(column: Column, values: np.ndarray, rows: list[int], raw: RawTable) -> Iterator[Problem]:
    """One warning for each value on the smaller side of the widest jump."""
    factor = SHARE_JUMP if column.name in STEADY_SHARES else JUMP
    present = np.flatnonzero(values > 0)
    order = present[np.argsort(values[present], kind="stable")]
    if len(order) < LEAST_VALUES:
        return
    ratios = values[order[1:]] / values[order[:-1]]
    widest = int(np.argmax(ratios))
    if ratios[widest] < factor:
        return
    below, above = order[: widest + 1], order[widest + 1 :]
    odd = below if len(below) < len(above) else above
    if len(odd) > max(1, len(order) // 4):
        return
    for index in odd:
        yield raw.problem(
            f'"{values[index]:g}" is {ratios[widest]:,.0f} times away from its nearest neighbour '
            "in the column.",
            f"Is it in {column.unit_words}?",
            rows[index],
            column.name,
            float(values[index]),
            Severity.WARNING,
        )


def _rank_against_level(case: PlanningCase, raw: RawTable) -> Iterator[Problem]:
    table = case.table("tiers")
    level = table.numbers("service_level")
    order = np.argsort(case.ranks, kind="stable")
    for lower, higher in pairwise(order):
        if case.ranks[higher] > case.ranks[lower] and level[higher] < level[lower]:
            yield raw.problem(
                f'"{case.tiers[higher]}" ranks above "{case.tiers[lower]}" but serves less well.',
                "Check rank and service_level.",
                table.rows[higher],
                "service_level",
                float(level[higher]),
                Severity.WARNING,
            )


def _listeners(case: PlanningCase, raw: RawTable) -> Iterator[Problem]:
    table = case.table("response")
    for index in np.flatnonzero(table.numbers("listeners") > MANY_LISTENERS):
        value = float(table.numbers("listeners")[index])
        yield raw.problem(
            f'"{value:g}" people told by one customer is a great many.',
            "The literature has 8 to 10.",
            table.rows[index],
            "listeners",
            value,
            Severity.WARNING,
        )
