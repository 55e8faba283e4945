"""The frontier: least lost sales for every budget, with today and the plan on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from slopt.report.charts.labels import Labels, Point, Spot, text_width
from slopt.report.charts.marks import dots, in_px, marks, room
from slopt.report.charts.svg import INK, PAPER, RULE, SECOND, data, to_svg, unchecked

HEIGHT = 205
AXIS = 52
"""Px for the numbers and the title at the left."""
APART = 40
"""Px at the least between two numbers below."""
MOST_DOTS = 60
GROUND = "#F1F3F6"
"""Of the band behind the curve."""
ALONG = (0.97, 0.9, 0.8, 0.7, 0.06, 0.15, 0.3, 0.5)
"""Where on a line of equal total its label may stand, from left to right."""


@unchecked
def frontier(
    points: Sequence[Mapping[str, float]],
    named: Sequence[Mapping[str, Any]],
    budget: Mapping[str, Any] | None,
    totals: Sequence[Mapping[str, Any]],
    words: Mapping[str, str],
    width: int,
    height: int = HEIGHT,
) -> str:
    """Booked cost across, expected lost sales up.

    points: booked, expected, and low and high where a band is drawn behind them. named: booked,
    expected, label, kind. budget: booked, label. totals: total, label: of each a line on which the
    total is the same.
    """
    rows = [*points, *named]
    banded = [row for row in points if "low" in row]
    booked = [row["booked"] for row in rows]
    # A budget far from everything else would squeeze all of that into a corner.
    near = budget is not None and _is_near(budget["booked"], booked)
    across = room([*booked, *([budget["booked"]] if budget is not None and near else [])])
    ends = [row[end] for row in banded for end in ("low", "high")]
    up = room([*(row["expected"] for row in rows), *ends])
    plot = width - AXIS
    x_scale = alt.Scale(domain=across, nice=False, zero=False)
    y_scale = alt.Scale(domain=up, nice=False, zero=False)
    x = alt.X(
        "booked:Q",
        scale=x_scale,
        axis=alt.Axis(title=words["booked"], grid=False, tickCount=min(6, plot // APART)),
    )
    y = alt.Y(
        "expected:Q", scale=y_scale, axis=alt.Axis(title=words["expected"], grid=False, tickCount=5)
    )

    def place(row: Mapping[str, Any]) -> Point:
        return in_px(row["booked"], across, plot), height - in_px(row["expected"], up, height)

    by_cost = sorted(points, key=lambda row: (row["booked"], -row["expected"]))
    lines: list[list[Point]] = [[place(point) for point in by_cost]]
    if budget is not None and near:
        at = in_px(budget["booked"], across, plot)
        lines.append([(at, 0.0), (at, height)])
    labels = Labels(plot, height, lines)
    line = alt.Chart(data(by_cost)).mark_line(
        color=INK, strokeWidth=2, point=dots(INK, len(points) <= MOST_DOTS)
    )
    top = _budget(budget, x, labels, place, up) if budget is not None and near else []
    over = marks(named, labels, place, x, y)
    under = _equal_totals(totals, across, up, (plot, height), labels, (x, y))
    band = _band(banded, x, y) if banded else []
    drawn = [*band, *under, *top, line.encode(x=x, y=y, order=alt.Order("booked:Q")), *over]
    return to_svg(alt.layer(*drawn, width=plot, height=height))


def _band(points: Sequence[Mapping[str, float]], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Where nine of ten futures lie, as a pale ground."""
    rows = [
        {"booked": row["booked"], "expected": row["low"], "high": row["high"]} for row in points
    ]
    area = alt.Chart(data(sorted(rows, key=lambda row: row["booked"])))
    return [area.mark_area(color=GROUND, opacity=1).encode(x=x, y=y, y2=alt.Y2("high:Q"))]


def _is_near(value: float, values: Sequence[float]) -> bool:
    low, high = min(values), max(values)
    return low - (high - low) <= value <= high + (high - low)


def _budget(
    budget: Mapping[str, Any], x: alt.X, labels: Labels, place: Any, up: Sequence[float]
) -> list[alt.Chart]:
    at, _top = place({"booked": budget["booked"], "expected": up[1]})
    spot = labels.put((at, 7.0), budget["label"], (Spot(-5, 0, "right"), Spot(5, 0, "left")))
    rule = alt.Chart(data([budget]))
    return [
        rule.mark_rule(color=INK, strokeDash=[4, 3]).encode(x=x),
        rule.mark_text(align=spot.align, dx=spot.dx, baseline="middle", color=SECOND).encode(
            x=x, y=alt.YValue(7), text=alt.Text("label:N")
        ),
    ]


def _equal_totals(
    totals: Sequence[Mapping[str, Any]],
    across: Sequence[float],
    up: Sequence[float],
    size: tuple[float, float],
    labels: Labels,
    axes: tuple[alt.X, alt.Y],
) -> list[alt.Chart]:
    """Lines of equal total within the plot, each with its label where there is room."""
    (x, y), (plot, height) = axes, size
    lines, texts = [], []
    for row in totals:
        total = row["total"]
        left, right = max(across[0], total - up[1]), min(across[1], total - up[0])
        if right - left < 0.12 * (across[1] - across[0]):
            continue
        lines.append(
            {"booked": left, "expected": total - left, "booked2": right, "expected2": total - right}
        )
        wide = text_width(row["label"])
        spots = []
        for share in ALONG:
            at = left + share * (right - left)
            px = in_px(at, across, plot), height - in_px(total - at, up, height)
            spots.append(Spot(min(max(px[0], wide / 2), plot - wide / 2), px[1] - 7, "center"))
        spot = labels.put((0.0, 0.0), row["label"], spots)
        texts.append({"x": spot.dx, "y": spot.dy, "label": row["label"]})
    if not lines:
        return []
    rules = alt.Chart(data(lines)).mark_rule(color=RULE)
    drawn = [rules.encode(x=x, y=y, x2=alt.X2("booked2:Q"), y2=alt.Y2("expected2:Q"))]
    for text in texts:
        one = alt.Chart(data([text]))
        place = {"x": alt.XValue(text["x"]), "y": alt.YValue(text["y"])}
        behind = {"stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round"}
        for style in ({"color": PAPER, **behind}, {"color": SECOND}):
            drawn.append(
                one.mark_text(baseline="middle", **style).encode(text=alt.Text("label:N"), **place)
            )
    return drawn
