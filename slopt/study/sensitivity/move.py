"""The case with inputs moved, as a point of a sweep: one amount for every row of a column."""

from __future__ import annotations

from collections.abc import Sequence

from slopt.case.amounts import Amount
from slopt.case.case import PlanningCase
from slopt.case.paths import SETTINGS
from slopt.study.sensitivity.inputs import Input
from slopt.study.sweep.point import Point

Place = tuple[tuple[int, float], ...]
"""(number of an input, where it is), in the order of inputs; all others are as today."""


def point_at(case: PlanningCase, inputs: Sequence[Input], place: Place) -> Point:
    """The point of a sweep at a place; cells that do not move are given as they are."""
    amounts: dict[str, Amount] = {}
    columns: dict[tuple[str, str], list[float]] = {}
    for number, where in place:
        one, values = inputs[number], inputs[number].values(where)
        if one.table == SETTINGS:
            amounts[one.column] = Amount(float(values[0]))
            continue
        column = columns.setdefault(
            (one.table, one.column), case.tables[one.table].numbers(one.column).tolist()
        )
        for row, value in zip(one.rows.tolist(), values.tolist(), strict=True):
            column[row] = value
    for (table, name), its in columns.items():
        amounts[f"{table}.{name}"] = Amount(tuple(its))
    return Point(tuple(amounts.items()))
