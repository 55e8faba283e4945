"""Points named where they lie: today a hollow circle, the plan a disc, the knee a diamond."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt

from slopt.report.charts.labels import Labels, Point
from slopt.report.charts.svg import INK, data

SHAPES: dict[str, dict[str, Any]] = {
    "plan": {"shape": "circle", "filled": True, "color": INK, "size": 90},
    "today": {"shape": "circle", "filled": False, "color": INK, "size": 80, "strokeWidth": 2},
    "knee": {"shape": "diamond", "filled": False, "color": INK, "size": 70, "strokeWidth": 1.5},
}


def marks(
    rows: Sequence[Mapping[str, Any]],
    labels: Labels,
    place: Callable[[Mapping[str, Any]], Point],
    x: alt.X,
    y: alt.Y,
) -> list[alt.Chart]:
    """The marks of rows with kind and label; `place` gives their point in px."""
    for row in rows:
        labels.block(place(row), 6)
    drawn: list[alt.Chart] = []
    for row in rows:
        one = alt.Chart(data([row]))
        drawn.append(one.mark_point(opacity=1, **SHAPES[row["kind"]]).encode(x=x, y=y))
        spot = labels.put(place(row), row["label"])
        weight = "bold" if row["kind"] == "plan" else "normal"
        drawn.append(
            one.mark_text(
                align=spot.align, dx=spot.dx, dy=spot.dy, baseline="middle", fontWeight=weight
            ).encode(x=x, y=y, text=alt.Text("label:N"))
        )
    return drawn


def room(values: Sequence[float], margin: float = 0.05) -> list[float]:
    """The ends of an axis, a little beyond its values."""
    low, high = min(values), max(values)
    beyond = margin * ((high - low) or abs(high) or 1.0)
    return [low - beyond, high + beyond]


def in_px(value: float, domain: Sequence[float], length: float) -> float:
    """Where a value lies on an axis of some length."""
    return (value - domain[0]) / (domain[1] - domain[0]) * length


def dots(color: str, shown: bool) -> Any:
    """Dots on a line, where there are few enough."""
    return alt.OverlayMarkDef(color=color, size=14, filled=True) if shown else False
