"""Orders of segments with a sales curve, brought to the upper end of the curve.

There the economics of the case want them (docs/economics.md): an order at level q stands for
R(end) / R(q) orders at the end, R the sales of the curve.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np

from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import Estimate, Finding, Findings
from slopt.calibrate.history import History
from slopt.calibrate.sales_curve import HIGHEST, LOWEST, sales_at
from slopt.calibrate.shares import Interval
from slopt.calibrate.tallies import Numbers, ServedCells, add_up
from slopt.sayings import listed, say
from slopt.vocabulary import SourceKind

PRIOR = 10.0
"""Orders as which the level of the segment weighs in that of one of its tiers."""
ORDERS = "orders_per_customer"
ALL_PERIODS = 1_000_000
"""More periods than any log has."""


def find_curve_volumes(counts: Counts, history: History, findings: Findings) -> None:
    """Scale `orders_per_customer` of every segment with a curve; what is assumed stays."""
    owners = {segment for table, _, segment, _ in findings.cells if table == "sales_points"}
    if not owners:
        return
    span = counts.span_periods()
    change = history.change
    periods = ALL_PERIODS if span is None else max(math.floor(span * 1.02), 1)
    cells = counts.served_at(None if change is None else change.on, periods)
    rows = []
    for s, segment in enumerate(counts.segments):
        owner = segment if segment in owners else "*"
        found = findings.cells.get(("segments", ORDERS, segment, "*"))
        if owner not in owners or found is None or history.assumed("segments", ORDERS, segment):
            continue
        n, levels = _levels(cells, s, counts, history, findings)
        if not n.sum():
            continue
        if np.isnan(levels).any():
            findings.warn(
                say(
                    "The log does not say at which level the orders of {segment} were served.",
                    segment=segment,
                ),
                say("They are taken to be those at the upper end of its sales curve."),
                "segments",
                ORDERS,
            )
            continue
        scale = _scale(findings, owner, n, levels)
        if scale is None:
            findings.warn(
                say(
                    "Orders of {segment} were served at levels at which its sales curve has none.",
                    segment=segment,
                ),
                say("They are taken to be those at the upper end of the curve."),
                "segments",
                ORDERS,
            )
            continue
        findings.add([_scaled(found, scale, _kind(findings, owner))])
        rows.append({"segment": segment, "seen": float(found.value), "factor": scale.value,
                     "factor_low": scale.low, "factor_high": scale.high})  # fmt: skip
    if rows:
        shown = listed(f"{row['segment']} {row['factor']:.3f}" for row in rows[:6])
        if rows[6:]:
            shown = say("{names} and {more} more", names=shown, more=len(rows) - 6)
        findings.findings.append(
            Finding(
                "orders at the upper end of sales curves",
                say(
                    "Orders of segments with a sales curve are written as those that "
                    "perfect service would get, so many times those seen: {shown}.",
                    shown=shown,
                ),
                tuple(rows),
            )
        )


def _levels(
    cells: ServedCells, s: int, counts: Counts, history: History, findings: Findings
) -> tuple[Numbers, Numbers]:
    """Orders of a segment, an entry a tier and time, and the level at which they were served.

    A tier with few orders is drawn towards the segment; without any known outcome the level is
    that of the offer, NaN where there is none.
    """
    its = cells.segment == s
    later, n, known, good = (
        values[its] for values in (cells.later, cells.n, cells.known, cells.good)
    )
    whole, well = add_up(later, known, 2), add_up(later, good, 2)
    mean = np.divide(well, whole, where=whole > 0, out=np.full(2, np.nan))[later]
    seen = np.asarray((good + PRIOR * mean) / (known + PRIOR))
    offers = np.array(
        [
            _offered(history, findings, counts.segments[s], counts.tiers[k])
            for k in cells.tier[its].tolist()
        ]
    )
    return n, np.where(np.isnan(seen), offers, seen)


def _offered(history: History, findings: Findings, segment: str, tier: str) -> float:
    """The level of an offer in the case; NaN where it has none."""
    assumed = history.assumed("tiers", "service_level", "*", tier)
    if assumed is not None:
        return float(assumed.value)
    for key in (("offers", segment), ("tiers", "*")):
        found = findings.value(key[0], "service_level", key[1], tier)
        if found is not None:
            return found
    return math.nan


def _scale(findings: Findings, owner: str, n: Numbers, levels: Numbers) -> Interval | None:
    """Orders at the upper end by those seen; each point off by its interval, one by one."""
    points = _seen_points(findings, owner)
    at = np.array([float(level.value) for level, _ in points])
    sales = np.array([float(sold.value) for _, sold in points])

    def factor(heights: Numbers) -> float:
        end = max(float(sales_at(at, heights, 1.0)), 0.0)
        here = sales_at(at, heights, levels)
        return float((n * end / here).sum() / n.sum()) if (here > 0).all() else math.nan

    value = factor(sales)
    if math.isnan(value):
        return None
    below = above = 0.0
    for place, (_, sold) in enumerate(points):
        for end in (sold.low, sold.high):
            if end is None:
                continue
            moved = sales.copy()
            moved[place] = end
            off = factor(moved) - value
            if off < 0:
                below = math.hypot(below, off)
            elif off > 0:
                above = math.hypot(above, off)
    return Interval(value, max(value - below, 0.0), value + above)


def _seen_points(findings: Findings, owner: str) -> list[tuple[Estimate, Estimate]]:
    """Level and sales of the points of a curve that were seen or said, by level."""
    return sorted(_points(findings, owner), key=lambda point: float(point[0].value))


def _points(findings: Findings, owner: str) -> Iterator[tuple[Estimate, Estimate]]:
    for (table, column, segment, name), level in findings.cells.items():
        wanted = (table, column, segment) == ("sales_points", "service_level", owner)
        if wanted and name not in (LOWEST, HIGHEST):
            yield level, findings.cells["sales_points", "sales", owner, name]


def _kind(findings: Findings, owner: str) -> SourceKind:
    """Assumed where a point was only said."""
    kinds: Iterable[SourceKind] = (sold.kind for _, sold in _points(findings, owner))
    return max((SourceKind.FITTED, *kinds), key=list(SourceKind).index)


def _scaled(found: Estimate, scale: Interval, kind: SourceKind) -> Estimate:
    """The estimate times the scale; their relative errors come together."""
    value = float(found.value)
    now = found.interval or Interval(value, value, value)
    whole = value * scale.value
    low, high = (
        whole + side * math.hypot((end - value) * scale.value, (by - scale.value) * value)
        for side, end, by in ((-1, now.low, scale.low), (1, now.high, scale.high))
    )
    return Estimate(
        found.table, found.column, whole, kind,
        f"{found.source}; times {scale.value:.4g}, for the sales at the upper end of its sales "
        "curve", found.segment, n=found.n, interval=Interval(whole, max(low, 0.0), high),
    )  # fmt: skip
