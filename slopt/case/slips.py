"""Likely slips of unit: values that are allowed but stand out from their column. Warnings only."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.columns import Column, plainly, show
from slopt.case.few import first_few, flagged
from slopt.case.raw import RawCase, RawTable
from slopt.case.schema import TABLES
from slopt.errors import Problem, Severity
from slopt.sayings import say

JUMP = 1000.0
"""Two neighbours of the sorted column this far apart suggest thousands taken for units."""
SHARE_JUMP = 50.0
"""The same for service levels and margins: 0.0097 among 0.97s was divided by 100 twice."""
STEADY_SHARES = {"service_level", "margin"}
OTHER_UNITS = {
    "resources",
    "items",
    "item_demand",
    "rules",
    "sources",
    "cost_lines",
    "pools",
    "activities",
    "drivers",
    "investments",
    "staff_options",
    "resource_periods",
    "staff_periods",
    "projects",
    "tier_changes",
}
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
    names = table.texts("resource")
    return [np.flatnonzero(names.codes == code) for code in range(len(names.words))]


def _jumps(
    column: Column, table: Table, indices: NDArray[np.int64], raw: RawTable
) -> Iterator[Problem]:
    """One warning for each value on the smaller side of the widest jump."""
    steady = column.name in STEADY_SHARES
    jump = SHARE_JUMP if steady else JUMP
    values = table.numbers(column.name)
    if values.strides == (0,):
        return
    values = values[indices]
    order = np.sort(values[values > 0])
    if len(order) < (LEAST_SHARES if steady else LEAST_VALUES) or order[-1] / jump < order[0]:
        return
    with np.errstate(over="ignore"):
        ratios = order[1:] / order[:-1]
    widest = int(np.argmax(ratios))
    if ratios[widest] < jump:
        return
    below, above = float(order[widest]), float(order[widest + 1])
    is_low = widest + 1 < len(order) - (widest + 1)
    odd = (values > 0) & (values <= below) if is_low else values >= above
    if np.count_nonzero(odd) > max(1, len(order) // 4):
        return
    nearest = above if is_low else below
    rows = indices[odd]
    rows = rows[np.argsort(values[odd], kind="stable")]

    def describe(row: int) -> Problem:
        value = float(table.numbers(column.name)[row])
        with np.errstate(over="ignore"):
            times = max(np.float64(value) / nearest, np.float64(nearest) / value)
        amounts = {"value": show(value), "times": f"{times:,.4g}"}
        return raw.problem(
            say(
                '"{value}" is {times} times smaller than what stands elsewhere in the column.',
                **amounts,
            )
            if is_low
            else say(
                '"{value}" is {times} times larger than what stands elsewhere in the column.',
                **amounts,
            ),
            say("Check its unit: {unit_words}.", unit_words=column.unit_words),
            table.rows[row],
            column.name,
            value,
            Severity.WARNING,
        )

    yield from first_few(rows, describe)


def _rank_against_level(case: PlanningCase, raw: RawTable) -> Iterator[Problem]:
    table = case.table("tiers")
    level = table.numbers("service_level")
    order = np.argsort(case.ranks, kind="stable")
    for lower, higher in pairwise(order):
        if case.ranks[higher] > case.ranks[lower] and level[higher] < level[lower]:
            yield raw.problem(
                say(
                    '"{tier}" ranks above "{lower}" but serves less well.',
                    tier=case.tiers[higher],
                    lower=case.tiers[lower],
                ),
                say("Check its rank and its service_level."),
                table.rows[higher],
                "service_level",
                float(level[higher]),
                Severity.WARNING,
            )


def _listeners(case: PlanningCase, raw: RawTable) -> Iterator[Problem]:
    table = case.table("response")
    values = table.numbers("listeners")

    def describe(index: int) -> Problem:
        value = float(values[index])
        return raw.problem(
            say('"{value}" people told by one customer is a great many.', value=plainly(value)),
            say("The literature has 8 to 10: check it."),
            table.rows[index],
            "listeners",
            value,
            Severity.WARNING,
        )

    yield from flagged(values > MANY_LISTENERS, describe)
