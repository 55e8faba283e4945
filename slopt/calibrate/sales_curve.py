"""A sales curve of points in the case: levels and sales that were seen, and the line beyond them.

Between points sales are taken to lie on a line (the two-point response of Ballou, Business
Logistics, ch. 4). Where tiers have levels beyond the points, the curve goes on along its last
line; such points are marked as assumed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from slopt.calibrate.assumptions import LINKS
from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import Estimate, Findings
from slopt.calibrate.history import History
from slopt.calibrate.shares import Interval
from slopt.vocabulary import CurveShape, LossKind, SourceKind


@dataclass(frozen=True)
class Point:
    """Sales, in any unit, at a service level; `n` is what they rest on."""

    name: str
    level: float
    sales: Interval
    kind: SourceKind
    n: float | None = None


def write_curve(
    history: History, findings: Findings, segment: str, points: Sequence[Point], how: str
) -> None:
    """Add a curve to the findings: the kind of response, the shape and the points by level."""
    kind = min((point.kind for point in points), key=lambda kind: kind is not SourceKind.ASSUMED)
    findings.add(
        Estimate(table, column, word, kind, how, segment)
        for table, column, word in (
            ("response", "kind", LossKind.CURVE.value),
            ("sales_curves", "shape", CurveShape.POINTS.value),
        )
    )
    for point in (*points, *_beyond(points, _levels(history, findings))):
        words = how if point in points else f"{how}; beyond what was seen, on the same line"
        at = Interval(point.level, math.nan, math.nan)
        findings.add(
            Estimate(
                "sales_points", column, its.value, point.kind, words, segment, n=point.n,
                interval=its, point=point.name,
            )
            for column, its in (("service_level", at), ("sales", point.sales))
        )  # fmt: skip


def _levels(history: History, findings: Findings) -> list[float]:
    """All levels that an offer of the case may have."""
    found = [
        float(each.value)
        for each in findings.cells.values()
        if each.column == "service_level" and each.table in ("tiers", "offers")
    ]
    assumed = [
        float(row.value)
        for row in history.assumptions
        if (row.table, row.column) == ("tiers", "service_level")
    ]
    return found + assumed


def _beyond(points: Sequence[Point], levels: Sequence[float]) -> list[Point]:
    """Points at the lowest and the highest level, where they lie beyond those that are known."""
    known = sorted(points, key=lambda point: point.level)
    added = []
    for name, at, ends in (
        ("lowest", min(levels, default=math.inf), known[:2]),
        ("highest", max(levels, default=-math.inf), known[:-3:-1]),
    ):
        end, inner = ends
        beyond = at < end.level if name == "lowest" else at > end.level
        if beyond:
            slope = (inner.sales.value - end.sales.value) / (inner.level - end.level)
            sales = max(end.sales.value + slope * (at - end.level), 0.0)
            nothing = Interval(sales, math.nan, math.nan)
            added.append(Point(name, at, nothing, SourceKind.ASSUMED))
    return added


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
        "The sales curve holds the sales of those who left.",
        "leave_probability of its segments is written as 0, so that nothing is counted twice.",
        "response",
        "leave_probability",
    )
