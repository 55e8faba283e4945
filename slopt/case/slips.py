"""Likely slips of unit: values that are allowed but stand out from their column. Warnings only."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.columns import Column, plainly, show
from slopt.case.raw import RawCase, RawTable
from slopt.case.schema import TABLES
from slopt.errors import Problem, Severity

JUMP = 1000.0
"""Two neighbours of the sorted column this far apart suggest thousands taken for units."""
SHARE_JUMP = 50.0
"""The same for service levels and margins: 0.0097 among 0.97s was divided by 100 twice."""
STEADY_SHARES = {"service_level", "margin"}
OTHER_UNITS = {"resources", "rules", "sources"}
"""Tables whose rows are in units of their own, so that they cannot be compared."""
MANY_LISTENERS = 50.0
"""The literature has 8-13 listeners, a few over 20."""
LEAST_VALUES = 5
LEAST_SHARES = 3


def likely_slips(case: PlanningCase, raw: RawCase) -> list[Problem]:
    """Warnings on thousand-fold jumps, shares of shares and tiers that rank against their level."""
    problems: list[Problem] = []
    for schema in TABLES:
        if schema.name in case.tables and schema.name not in OTHER_UNITS:
            table, source = case.table(schema.name), raw.tables[schema.name]
            for column in schema.columns:
                if column.is_number and column.name != "rank":
                    for indices in _comparable(table):
                        problems += _jumps(column, table, indices, source)
    if "tiers" in case.tables:
        problems += _rank_against_level(case, raw.tables["tiers"])
    if "response" in case.tables:
        problems += _listeners(case, raw.tables["response"])
    return problems


def _comparable(table: Table) -> list[NDArray[np.int64]]:
    """The rows whose numbers are in the same unit: those of one resource in usage, else all."""
    if table.name != "usage":
        return [np.arange(len(table))]
    names = np.array(table.texts("resource"))
    return [np.flatnonzero(names == name) for name in np.unique(names)]


def _jumps(
    column: Column, table: Table, indices: NDArray[np.int64], raw: RawTable
) -> Iterator[Problem]:
    """One warning for each value on the smaller side of the widest jump."""
    steady = column.name in STEADY_SHARES
    values = table.numbers(column.name)
    present = indices[values[indices] > 0]
    order = present[np.argsort(values[present], kind="stable")]
    if len(order) < (LEAST_SHARES if steady else LEAST_VALUES):
        return
    with np.errstate(over="ignore"):
        ratios = values[order[1:]] / values[order[:-1]]
    widest = int(np.argmax(ratios))
    if ratios[widest] < (SHARE_JUMP if steady else JUMP):
        return
    below, above = order[: widest + 1], order[widest + 1 :]
    odd, far = (below, "smaller") if len(below) < len(above) else (above, "larger")
    if len(odd) > max(1, len(order) // 4):
        return
    for index in odd:
        value = float(values[index])
        nearest = float(values[above[0]] if far == "smaller" else values[below[-1]])
        with np.errstate(over="ignore"):
            times = max(np.float64(value) / nearest, np.float64(nearest) / value)
        yield raw.problem(
            f'"{show(value)}" is {times:,.4g} times {far} than what stands elsewhere in the '
            "column.",
            f"Check its unit: {column.unit_words}.",
            table.rows[index],
            column.name,
            value,
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
                "Check its rank and its service_level.",
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
            f'"{plainly(value)}" people told by one customer is a great many.',
            "The literature has 8 to 10: check it.",
            table.rows[index],
            "listeners",
            value,
            Severity.WARNING,
        )
