"""From the tables sales_curves and sales_points to the share of sales that a service level loses.

One of the files of economics that know the planning case. A segment's orders are its sales at the
upper end of its curve; below it the share 1 - R(q) / R(end) is lost.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.own_points import OwnPoints
from slopt.case.own_rows import OwnRows
from slopt.economics.curves import Curve, Exponential
from slopt.economics.service_response import around_rivals, s_shaped, through_points
from slopt.errors import InvalidInput, Problem
from slopt.sayings import say
from slopt.vocabulary import CurveShape

Numbers = NDArray[np.float64]
NUMBERS = ("rivals_level", "low", "high", "steepness", "gain", "loss")
NEARLY_ALL = 1 - 1e-6
"""A level below 1, so that a curve up to 1 has a range where every tier serves all."""


def share_of_sales_lost(case: PlanningCase, segments: NDArray[np.int64], level: Numbers) -> Numbers:
    """1 - R(q) / R(end) of some segments (n,) at their levels (n, K).

    It is 0 where a level is NaN. Segments with the same curve are computed together. Raises
    InvalidInput that names the segment where a curve decreases, has no sales to lose, or is not
    known at a level.
    """
    lost = np.empty(level.shape)
    for its, _, share in sales_curves(case, segments, level):
        lost[its] = np.where(np.isnan(level[its]), 0.0, share)
    return lost


def sales_curves(
    case: PlanningCase, segments: NDArray[np.int64], level: Numbers
) -> list[tuple[NDArray[np.int64], Curve, Numbers]]:
    """Each different curve of some segments (n,): the places among these that have it, the curve,
    and the share that is lost at their levels.

    `level` (n, K) are levels at which it must be known, NaN for none. Raises as
    `share_of_sales_lost` does.
    """
    own, points = OwnRows(case, "sales_curves"), OwnPoints(case)
    shapes = tuple(CurveShape)
    shape = np.argmax([own.says("shape", each)[segments] for each in shapes], axis=0)
    owner = np.where(shape == shapes.index(CurveShape.POINTS), points.owner[segments], -1)
    numbers = [np.nan_to_num(own.numbers(name, np.nan)[segments], nan=-1.0) for name in NUMBERS]
    kinds, kind_of = np.unique(
        np.column_stack([shape, owner, *numbers]), axis=0, return_inverse=True
    )
    order = np.argsort(kind_of.reshape(-1), kind="stable")
    ends = np.cumsum(np.bincount(kind_of.reshape(-1), minlength=len(kinds)))
    curves: list[tuple[NDArray[np.int64], Curve, Numbers]] = []
    problems: list[Problem] = []
    for kind, its in zip(kinds.tolist(), np.split(order, ends[:-1]), strict=True):
        try:
            lowest = float(np.nanmin(level[its], initial=1.0))
            curve = _curve(shapes[int(kind[0])], kind[2:], points, int(kind[1]), lowest)
            curves.append((its, curve, _lost(curve, level[its])))
        except ValueError as error:
            place = int(own.rows[segments[its[0]]])
            table = case.table("sales_curves")
            problems.append(
                Problem(
                    say(
                        'The sales curve of "{segment}": {reason}.',
                        segment=case.segments[int(segments[its[0]])],
                        reason=error,
                    ),
                    say("Correct its row in sales_curves or its sales_points."),
                    table=table.name,
                    file=table.file or None,
                    row=table.rows[place],
                )
            )
    if problems:
        raise InvalidInput(problems)
    return curves


def _curve(
    shape: CurveShape, numbers: list[float], points: OwnPoints, owner: int, lowest: float
) -> Curve:
    """The curve of a shape; `numbers` as in NUMBERS, below 0 where there is none.

    `lowest` is the lowest level in use.
    """
    rivals, low, high, steepness, gain, loss = numbers
    match shape:
        case CurveShape.POINTS:
            rows = points.rows(owner)
            return through_points(
                points.table.numbers("service_level")[rows], points.table.numbers("sales")[rows]
            )
        case CurveShape.LOGISTIC:
            return s_shaped(low, high, steepness, rivals)
        case CurveShape.EXPONENTIAL:
            if low > high:
                raise ValueError(f"low must be at most high, {high:g}, not {low:g}")
            # The same curve, told from the lowest level on: from far below it digits would be lost.
            first = min(lowest, NEARLY_ALL)
            away = float(np.exp(steepness * (max(rivals, 0.0) - first)))
            return Exponential(high - (high - low) * away, high, steepness, first, 1.0)
        case CurveShape.KINKED:
            return around_rivals(rivals, 1.0, gain, loss)


def _lost(curve: Curve, level: Numbers) -> Numbers:
    top = float(curve.value(curve.last))
    if not top > 0:
        raise ValueError(f"there are no sales at its upper end, level {curve.last:g}")
    outside = level[(level < curve.first) | (level > curve.last)]
    if outside.size:
        raise ValueError(
            f"it is known from level {curve.first:g} to {curve.last:g}, and a tier has "
            f"{outside[0]:g}"
        )
    sales = curve.value(np.where(np.isnan(level), curve.last, level))
    if np.any(sales < 0):
        raise ValueError(f"sales fall below 0 at level {level[sales < 0][0]:g}")
    return np.asarray(1 - sales / top)
