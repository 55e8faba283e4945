"""The bridge: bars from today to the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from slopt.report.charts.labels import text_width
from slopt.report.charts.svg import (
    BOOKED,
    EXPECTED_TEXT,
    HATCHED,
    HATCHED_GROUND,
    PAPER,
    SECOND,
    data,
    to_svg,
    unchecked,
)

NAMES, ENDS, STEP = 190, 62, 19
"""Px for the names at the left, for the labels at the right, and from bar to bar."""


@unchecked
def bridge(steps: Sequence[Mapping[str, Any]], width: int) -> str:
    """Bars from today to the plan, from zero on, with connectors.

    Each step: name, begin, end, kind (booked, expected, total), label; the ends also booked and
    expected, stacked, with booked_label and expected_label.
    """
    bars: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    inside: list[dict[str, Any]] = []
    links: list[dict[str, Any]] = []
    room = width - NAMES - ENDS
    longest = max(max(step["begin"], step["end"]) for step in steps) or 1.0
    for place, step in enumerate(steps):
        row = {"row": place, "name": step["name"]}
        if step["kind"] == "total":
            middle = step["booked"]
            bars.append(row | {"x": 0.0, "x2": middle, "fill": BOOKED})
            bars.append(row | {"x": middle, "x2": step["end"], "fill": HATCHED})
            for at, share, label, color in (
                (0.0, middle, step["booked_label"], PAPER),
                (middle, step["expected"], step["expected_label"], EXPECTED_TEXT),
            ):
                if share / longest * room > text_width(label) + 10:
                    inside.append(row | {"x": at, "label": label, "color": color})
        else:
            low, high = sorted((step["begin"], step["end"]))
            fill = BOOKED if step["kind"] == "booked" else HATCHED
            bars.append(row | {"x": low, "x2": high, "fill": fill})
        texts.append(
            row
            | {
                "x": max(step["begin"], step["end"]),
                "label": step["label"],
                "weight": "bold" if step["kind"] == "total" else "normal",
            }
        )
        if place + 1 < len(steps):
            links.append({"x": step["end"], "row": place, "row2": place + 1})
    names = [
        {"row": place, "name": step["name"], "weight": _weight(step)}
        for place, step in enumerate(steps)
    ]
    scale = alt.Scale(domain=[0, longest], nice=False)
    x = alt.X("x:Q", scale=scale, axis=None)
    band = alt.Scale(domain=[-0.5, len(steps) - 0.5], reverse=True, nice=False)
    y = alt.Y("row:Q", scale=band, axis=None)
    drawn = alt.layer(
        alt.Chart(data(links))
        .mark_rule(color=SECOND, strokeWidth=0.7)
        .encode(x=x, y=y, y2=alt.Y2("row2:Q")),
        alt.Chart(data(bars))
        .mark_bar(height=13)
        .encode(x=x, x2=alt.X2("x2:Q"), y=y, color=alt.Color("fill:N", scale=None)),
        *_inside(inside, x, y),
        *_by_weight(texts, x, y, dx=5),
        *_by_weight([row | {"label": row["name"], "x": 0.0} for row in names], x, y, dx=-NAMES),
        width=room,
        height=STEP * len(steps),
    )
    return to_svg(drawn)


def _inside(rows: Sequence[Mapping[str, Any]], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Texts within bars, those on hatching with a ground of their own behind the letters."""
    hatched = [row for row in rows if row["color"] == EXPECTED_TEXT]
    drawn = []
    if hatched:
        behind = {"stroke": HATCHED_GROUND, "strokeWidth": 4, "strokeJoin": "round"}
        drawn.append(
            alt.Chart(data(hatched))
            .mark_text(align="left", dx=5, color=HATCHED_GROUND, **behind)
            .encode(x=x, y=y, text=alt.Text("label:N"))
        )
    drawn.append(
        alt.Chart(data(rows))
        .mark_text(align="left", dx=5)
        .encode(x=x, y=y, text=alt.Text("label:N"), color=alt.Color("color:N", scale=None))
    )
    return drawn


def _weight(step: Mapping[str, Any]) -> str:
    return "bold" if step["kind"] == "total" else "normal"


def _by_weight(rows: Sequence[Mapping[str, Any]], x: alt.X, y: alt.Y, dx: int) -> list[alt.Chart]:
    """Texts to the right of their place, bold ones and others."""
    return [
        alt.Chart(data([row for row in rows if row["weight"] == weight]))
        .mark_text(align="left", dx=dx, fontWeight=weight)
        .encode(x=x, y=y, text=alt.Text("label:N"))
        for weight in ("normal", "bold")
        if any(row["weight"] == weight for row in rows)
    ]
