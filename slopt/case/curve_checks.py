"""Checks of the sales curves: each has what its shape needs, and no better service loses sales."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.columns import plainly
from slopt.case.few import flagged
from slopt.case.own_points import OwnPoints
from slopt.case.own_rows import OwnRows
from slopt.case.raw import RawCase
from slopt.case.told_once import told_once
from slopt.errors import Problem, Severity
from slopt.sayings import later, listed, say
from slopt.vocabulary import CurveShape

Mask = NDArray[np.bool_]

NEEDED = {
    CurveShape.POINTS: (),
    CurveShape.LOGISTIC: ("rivals_level", "low", "high", "steepness"),
    CurveShape.EXPONENTIAL: ("low", "high", "steepness"),
    CurveShape.KINKED: ("rivals_level", "gain", "loss"),
}
"""The columns of sales_curves that a shape cannot do without."""
TAKEN = {**NEEDED, CurveShape.EXPONENTIAL: ("rivals_level", "low", "high", "steepness")}
"""The columns that a shape uses."""
NUMBERS = ("rivals_level", "low", "high", "steepness", "gain", "loss")
NOT_ABOVE = {
    CurveShape.LOGISTIC: ("low", "high"),
    CurveShape.EXPONENTIAL: ("low", "high"),
    CurveShape.KINKED: ("gain", "loss"),
}
"""Of each shape the two columns of which the first may not be above the second."""


def check_curves(case: PlanningCase, raw: RawCase, its: Mask) -> Iterator[Problem]:
    """Every problem of the curves of the segments `its` (S,), which take them."""
    if "sales_curves" not in case.tables:
        return
    own = OwnRows(case, "sales_curves")
    its = its & (own.rows >= 0)

    def told(
        mask: Mask, column: str, message: str, remedy: str, **places: Any
    ) -> Iterator[Problem]:
        return told_once(
            case, raw, "sales_curves", own.rows, mask, column, message, remedy, **places
        )

    shaped = np.zeros(len(its), dtype=np.bool_)
    for shape, needed in NEEDED.items():
        of_shape = own.says("shape", shape)
        shaped |= of_shape
        for column in needed:
            yield from told(
                its & of_shape & np.isnan(own.numbers(column, np.nan)),
                column,
                later('The {shape} curve of "{segment}" has no {missing}.'),
                say("A curve of this shape needs {needed}.", needed=listed(needed)),
                shape=shape,
                missing=column,
            )
        if shape in NOT_ABOVE:
            first, second = NOT_ABOVE[shape]
            above = own.numbers(first, np.nan) > own.numbers(second, np.nan)
            yield from told(
                its & of_shape & above,
                first,
                later('{first} of the {shape} curve of "{segment}" is above {second}.'),
                say(
                    "Better service loses no sales, and worse service costs more than better gains."
                ),
                first=first,
                shape=shape,
                second=second,
            )
    yield from told(
        its & ~shaped,
        "shape",
        later('The curve of "{segment}" has no shape.'),
        say("Write one of {known}.", known=listed(CurveShape)),
    )
    few = its & own.says("shape", CurveShape.POINTS) & (OwnPoints(case).count() < 2)
    yield from told(
        few,
        "shape",
        later('The curve of "{segment}" has less than two points.'),
        say("Add rows to sales_points: the sales at two levels or more."),
    )
    yield from _without_effect(case, raw)
    yield from _points(case, raw, its & own.says("shape", CurveShape.POINTS))


def _without_effect(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Numbers that the shape of their row does not use."""
    table, source = case.table("sales_curves"), raw.tables["sales_curves"]
    shapes = table.texts("shape")
    for shape, taken in TAKEN.items():
        for column in NUMBERS:
            if column in taken:
                continue
            values = table.numbers(column)

            def describe(
                row: int,
                column: str = column,
                shape: CurveShape = shape,
                values: NDArray[np.float64] = values,
            ) -> Problem:
                return source.problem(
                    say(
                        '"{value}" has no effect: a {shape} curve does not use {column}.',
                        value=plainly(float(values[row])),
                        shape=shape,
                        column=column,
                    ),
                    say("Clear it, or choose another shape."),
                    table.rows[row],
                    column,
                    float(values[row]),
                    Severity.WARNING,
                )

            yield from flagged(shapes.is_in([shape]) & ~np.isnan(values), describe)


def _points(case: PlanningCase, raw: RawCase, its: Mask) -> Iterator[Problem]:
    """Points that stand twice, and sales that fall with better service."""
    points = OwnPoints(case)
    for owner in np.unique(points.owner[its]).tolist():
        rows = points.rows(owner)
        level = points.table.numbers("service_level")[rows]
        sales = points.table.numbers("sales")[rows]
        whose = say("all segments") if owner < 0 else say('"{name}"', name=case.segments[owner])
        for place in range(1, len(rows)):
            if level[place] == level[place - 1]:
                column, value = "service_level", float(level[place])
                message = say("The curve of {whose} has two points at this level.", whose=whose)
                remedy = say("Keep one sales figure for each level.")
            elif sales[place] < sales[place - 1]:
                column, value = "sales", float(sales[place])
                message = say(
                    "The sales of {whose} fall from {sale} at level {level} with better service.",
                    whose=whose,
                    sale=plainly(float(sales[place - 1])),
                    level=plainly(float(level[place - 1])),
                )
                remedy = say("Correct the point, or leave out what is only noise.")
            else:
                continue
            yield raw.tables["sales_points"].problem(
                message, remedy, points.table.rows[int(rows[place])], column, value
            )
