"""Sales at several service levels, from a log of what was seen or said, as sales curves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from slopt.calibrate.counts import Counts
from slopt.calibrate.curves import Answers, fit_rising
from slopt.calibrate.estimate import Finding, Findings
from slopt.calibrate.history import History
from slopt.calibrate.sales_curve import Point, count_leaving_once, write_curve
from slopt.calibrate.shares import Interval
from slopt.calibrate.tallies import Numbers, add_up
from slopt.sayings import say
from slopt.vocabulary import SourceKind

SAID = ("survey", "game", "game playing", "judgement", "estimate")
"""Methods by which sales were said, not seen: their points are marked as assumed."""


@dataclass(frozen=True)
class SalesRows:
    """Rows of the log of one segment, by rising level: level, sales, weight and method."""

    level: Numbers
    sales: Numbers
    weight: Numbers
    methods: tuple[str, ...]


def find_sales_answers(counts: Counts, history: History, findings: Findings) -> None:
    """Write a curve for every segment of the log with two levels or more."""
    if "sales" not in history.logs:
        return
    owners = []
    for segment, rows in _by_segment(counts).items():
        if history.assumed("response", "kind", segment) is not None:
            continue
        if len(np.unique(rows.level)) < 2:
            findings.warn(
                say("Sales of {segment} are known at one level alone.", segment=segment),
                say("A curve needs two."),
                "sales_points",
                "sales",
            )
            continue
        points = _points(rows)
        if points[0].sales.value >= points[-1].sales.value:
            findings.warn(
                say("Sales of {segment} do not rise with the service level.", segment=segment),
                say("No curve is written. What else changed between these levels?"),
                "sales_points",
                "sales",
            )
            continue
        how = f"{history.name}: sales by level, by {', '.join(sorted(set(rows.methods)))}"
        _tell(findings, segment, points)
        if write_curve(history, findings, segment, points, how):
            owners.append(segment)
    if owners:
        count_leaving_once(counts, history, findings, owners)


def _by_segment(counts: Counts) -> dict[str, SalesRows]:
    """The rows of each segment of the case; `*` where the log names none."""
    rows: dict[str, list[tuple[float, float, float, str]]] = {}
    for segment, *row in counts.sales_rows():
        if segment == "*" or segment in counts.segments:
            rows.setdefault(segment, []).append(tuple(row))  # type: ignore[arg-type]
    made = {}
    for segment, its in rows.items():
        level, sales, weight, methods = zip(*sorted(its), strict=True)
        made[segment] = SalesRows(np.array(level), np.array(sales), np.array(weight), methods)
    return made


def _points(rows: SalesRows) -> list[Point]:
    """Weighted means by level; where they fall, neighbours are put together (rising steps)."""
    levels, place = np.unique(rows.level, return_inverse=True)
    weight = add_up(place, rows.weight)
    mean = add_up(place, rows.weight * rows.sales) / weight
    rising = fit_rising(Answers(levels, mean * weight, weight))(levels)
    points = []
    for at, level in enumerate(levels):
        its = rows.sales[place == at]
        methods = {rows.methods[i] for i in np.flatnonzero(place == at)}
        kind = SourceKind.ASSUMED if methods & set(SAID) else SourceKind.MEASURED
        interval = _interval(float(rising[at]), its)
        points.append(Point(f"level {at + 1}", float(level), interval, kind, float(len(its))))
    return points


def _interval(value: float, sales: Numbers) -> Interval:
    """A t interval from the scatter of several rows of one level; unknown for one row."""
    from scipy.stats import t

    if len(sales) < 2:
        return Interval(value, math.nan, math.nan)
    error = float(sales.std(ddof=1)) / math.sqrt(len(sales))
    half = float(t.ppf(0.975, len(sales) - 1)) * error
    return Interval(value, max(value - half, 0.0), value + half)


def _tell(findings: Findings, segment: str, points: Sequence[Point]) -> None:
    first, last = points[0], points[-1]
    whose = "all segments" if segment == "*" else segment
    slope = (last.sales.value / first.sales.value - 1) if first.sales.value else math.inf
    each = slope / (last.level - first.level)
    rows = tuple({"level": point.level, "sales": point.sales.value} for point in points)
    findings.findings.append(
        Finding(
            "sales by level",
            say(
                "Sales of {whose}: {sales} at {level} %, {last} at {best} %: {each} % for a point.",
                whose=whose,
                sales=f"{first.sales.value:,.4g}",
                level=f"{100 * first.level:.1f}",
                last=f"{last.sales.value:,.4g}",
                best=f"{100 * last.level:.1f}",
                each=f"{each:+.2f}",
            ),
            rows,
        )
    )
