"""The total by service level: exact above, its two parts from zero below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from slopt.report.charts.labels import HEIGHT, Labels, Point, text_width
from slopt.report.charts.marks import dots, in_px, marks, room
from slopt.report.charts.svg import BOOKED, EXPECTED, EXPECTED_TEXT, INK, data, to_svg, unchecked

UPPER, LOWER = 122, 72
"""Heights in px."""
AXIS = 34
"""Px for the numbers at the left."""


@unchecked
def total_by_level(
    points: Sequence[Mapping[str, float]],
    named: Sequence[Mapping[str, Any]],
    band: Mapping[str, Any] | None,
    words: Mapping[str, str],
    width: int,
    with_dots: bool,
) -> str:
    """Total on its own scale above, its parts from zero below.

    points: level (percent), total, booked, expected, in one unit of money, by rising level.
    named: level, total, label, kind (plan, today). band: low, high. words: level, total, booked,
    expected.
    """
    ends = max(text_width(words[name]) for name in ("total", "booked", "expected")) + 12
    plot = width - AXIS - ends
    levels = room([row["level"] for row in (*points, *named)], 0.03)
    totals = room([row["total"] for row in (*points, *named)], 0.08)
    scale = alt.Scale(domain=levels, nice=False, zero=False)
    bare = alt.Axis(grid=False, labels=False, ticks=False, title=None)
    full = alt.Axis(title=words["level"], grid=False, tickCount=6)
    above = _upper(points, named, words, (levels, totals), plot, with_dots, bare)
    below = _lower(points, words, scale, with_dots, full)
    upper = alt.layer(*_band(band, scale, bare), *above, width=plot, height=UPPER)
    lower = alt.layer(*_band(band, scale, full), *below, width=plot, height=LOWER)
    return to_svg(alt.vconcat(upper, lower, spacing=8))


def _upper(
    points: Sequence[Mapping[str, float]],
    named: Sequence[Mapping[str, Any]],
    words: Mapping[str, str],
    domains: tuple[Sequence[float], Sequence[float]],
    plot: float,
    with_dots: bool,
    bare: alt.Axis,
) -> list[alt.Chart]:
    levels, totals = domains
    scale = alt.Scale(domain=levels, nice=False, zero=False)
    x = alt.X("level:Q", scale=scale, axis=bare)
    y = alt.Y(
        "total:Q",
        scale=alt.Scale(domain=totals, nice=False, zero=False),
        axis=alt.Axis(title=None, domain=False, ticks=False, tickCount=5),
    )

    def place(row: Mapping[str, Any]) -> Point:
        return in_px(row["level"], levels, plot), UPPER - in_px(row["total"], totals, UPPER)

    labels = Labels(plot, UPPER, [[place(point) for point in points]])
    line = alt.Chart(data(points)).mark_line(color=INK, strokeWidth=2, point=dots(INK, with_dots))
    end = alt.Chart(data(points[-1:])).mark_text(align="left", dx=8, fontWeight="bold")
    return [
        line.encode(x=x, y=y),
        *marks(named, labels, place, x, y),
        end.encode(x=x, y=y, text=alt.TextValue(words["total"])),
    ]


def _lower(
    points: Sequence[Mapping[str, float]],
    words: Mapping[str, str],
    scale: alt.Scale,
    with_dots: bool,
    full: alt.Axis,
) -> list[alt.Chart]:
    x = alt.X("level:Q", scale=scale, axis=full)
    axis = alt.Axis(title=None, domain=False, ticks=False, tickCount=3)
    last = points[-1]
    highest = max(max(point["booked"], point["expected"]) for point in points) or 1.0
    apart = abs(last["booked"] - last["expected"]) / highest * LOWER
    above = "booked" if last["booked"] >= last["expected"] else "expected"
    drawn: list[alt.Chart] = []
    for name, color, text, dash in (
        ("booked", BOOKED, BOOKED, [1, 0]),
        ("expected", EXPECTED, EXPECTED_TEXT, [4, 3]),
    ):
        y = alt.Y(f"{name}:Q", axis=axis, scale=alt.Scale(zero=True))
        line = alt.Chart(data(points)).mark_line(
            color=color, strokeDash=dash, strokeWidth=1.5, point=dots(color, with_dots)
        )
        push = max(HEIGHT - apart, 0.0) / 2
        label = alt.Chart(data(points[-1:])).mark_text(
            align="left", dx=8, dy=-push if name == above else push, color=text, fontWeight="bold"
        )
        drawn.append(line.encode(x=x, y=y))
        drawn.append(label.encode(x=x, y=y, text=alt.TextValue(words[name])))
    return drawn


def _band(band: Mapping[str, Any] | None, scale: alt.Scale, axis: alt.Axis) -> list[alt.Chart]:
    """The levels at which the total is as good as least."""
    if band is None:
        return []
    x = alt.X("low:Q", scale=scale, axis=axis)
    return [
        alt.Chart(data([band]))
        .mark_rect(color="#E6E9EE", opacity=0.8)
        .encode(x=x, x2=alt.X2("high:Q"))
    ]
