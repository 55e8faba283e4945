"""A sales curve of points in the case: levels and sales that were seen, and the line beyond them.

Between points sales are taken to lie on a line (the two-point response of Ballou, Business
Logistics, ch. 4). From the points on the curve goes on along its last lines, up to perfect service
and down to the lowest level that a tier may have; such points are marked as assumed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from slopt.calibrate.assumptions import LINKS
from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import Estimate, Findings
from slopt.calibrate.history import History
from slopt.calibrate.shares import Interval
from slopt.calibrate.tallies import Numbers
from slopt.sayings import say
from slopt.vocabulary import CurveShape, LossKind, SourceKind


@dataclass(frozen=True)
class Point:
    """Sales, in any unit, at a service level; `n` is what they rest on."""

    name: str
    level: float
    sales: Interval
    kind: SourceKind
    n: float | None = None


LOWEST, HIGHEST = "lowest", "highest"
"""Names of the points beyond those that are known."""


def write_curve(
    history: History, findings: Findings, segment: str, points: Sequence[Point], how: str
) -> bool:
    """Add a curve to the findings: the kind of response, the shape and the points by level.

    It takes the place of an earlier one of the segment. False, with a warning, where its line falls
    below no sales at all before it reaches the lowest level of a tier: nothing is written then.
    """
    beyond = _beyond(points, _lowest_levels(history, findings, ends=True))
    if any(point.sales.value < 0 for point in beyond):
        beyond = _beyond(points, _lowest_levels(history, findings, ends=False))
    if any(point.sales.value < 0 for point in beyond):
        whose = "all segments" if segment == "*" else segment
        findings.warn(
            say(
                "The line of the sales curve of {whose} falls below 0 before it "
                "reaches {level} %, the lowest level of a tier.",
                whose=whose,
                level=f"{100 * beyond[0].level:.1f}",
            ),
            say("No curve is written. Sales at lower levels would tell how it goes on."),
            "sales_points",
            "sales",
            beyond[0].sales.value,
        )
        return False
    for cell in [cell for cell in findings.cells if cell[::2] == ("sales_points", segment)]:
        del findings.cells[cell]
    kind = min((point.kind for point in points), key=lambda kind: kind is not SourceKind.ASSUMED)
    n = points[0].n if len({point.n for point in points}) == 1 else None
    findings.add(
        Estimate(table, column, word, kind, how, segment, n=n)
        for table, column, word in (
            ("response", "kind", LossKind.CURVE.value),
            ("sales_curves", "shape", CurveShape.POINTS.value),
        )
    )
    for point in (*points, *beyond):
        words = how if point in points else f"{how}; beyond what was seen, on the same line"
        at = Interval(point.level, math.nan, math.nan)
        findings.add(
            Estimate(
                "sales_points", column, its.value, point.kind, words, segment, n=point.n,
                interval=its, point=point.name,
            )
            for column, its in (("service_level", at), ("sales", point.sales))
        )  # fmt: skip
    return True


def _lowest_levels(history: History, findings: Findings, ends: bool) -> list[float]:
    """Levels of all offers of the case; with `ends` the low ends of their intervals."""
    found = [
        (each.value, each.low)
        for each in findings.cells.values()
        if each.column == "service_level" and each.table in ("tiers", "offers")
    ]
    assumed = [
        (row.value, row.low)
        for row in history.assumptions
        if (row.table, row.column) == ("tiers", "service_level")
    ]
    return [
        float(value if low is None or not ends else low) for value, low in (*found, *assumed)
    ]  # fmt: skip


def _beyond(points: Sequence[Point], levels: Sequence[float]) -> list[Point]:
    """Points at the lowest level and at perfect service, where they lie beyond the known ones.

    Sales of the lowest may come out below 0.
    """
    known = sorted(points, key=lambda point: point.level)
    first, last = known[0].level, known[-1].level
    least = min(levels, default=math.inf)
    wanted = ((LOWEST, least, least < first), (HIGHEST, 1.0, last < 1))
    at = np.array([point.level for point in known])
    sales = np.array([point.sales.value for point in known])
    return [
        Point(
            name, level, Interval(float(sales_at(at, sales, level)), math.nan, math.nan),
            SourceKind.ASSUMED,
        )
        for name, level, beyond in wanted
        if beyond
    ]  # fmt: skip


def sales_at(levels: Numbers, sales: Numbers, at: ArrayLike) -> Numbers:
    """Sales at some levels: on the lines between known points, beyond them on the outer lines.

    `levels` are rising, two at least, with the `sales` at each.
    """
    where = np.asarray(at, np.float64)
    place = np.clip(np.searchsorted(levels, where) - 1, 0, len(levels) - 2)
    slope = np.diff(sales) / np.diff(levels)
    return np.asarray(sales[place] + slope[place] * (where - levels[place]))


def count_leaving_once(
    counts: Counts, history: History, findings: Findings, owners: Sequence[str]
) -> None:
    """Take out the chance to leave that is not assumed: who left is in the sales of the curve.

    `owners` are the segments of the curves; `*` for all.
    """
    linked = history.assumed("response", LINKS["leave_probability"], "*") is not None
    if not findings.has("response", "leave_probability") and not linked:
        return
    whose = ["*", *counts.segments] if "*" in owners else list(owners)
    if findings.has("response", "complaint_rate"):
        # Complaints would be a second way for the same customers to leave.
        findings.add(
            Estimate("response", "complaint_rate", 0.0, SourceKind.FITTED,
                     f"{history.name}: within the sales curve", segment)
            for segment in owners
        )  # fmt: skip
    findings.add(
        Estimate("response", "leave_probability", 0.0, SourceKind.FITTED,
                 f"{history.name}: within the sales curve", segment)
        for segment in whose
        if history.assumed("response", "leave_probability", segment) is None
    )  # fmt: skip
    findings.warn(
        say("The sales curve holds the sales of those who left."),
        say("leave_probability of its segments is written as 0, so that nothing is counted twice."),
        "response",
        "leave_probability",
    )
