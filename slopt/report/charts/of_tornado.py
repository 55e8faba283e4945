"""The tornado: which input moves the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from slopt.report.charts.labels import text_width
from slopt.report.charts.svg import INK, SECOND, data, to_svg, unchecked


@unchecked
def tornado(rows: Sequence[Mapping[str, Any]], center: float, center_label: str, width: int) -> str:
    """Bars to both sides of the plan's value.

    rows, the widest first: name, low, high (values of the figure), low_label, high_label.
    """
    ends = [value for row in rows for value in (row["low"], row["high"])] + [center]
    span = (max(ends) - min(ends)) or 1.0
    names = max(text_width(row["name"]) for row in rows) + 24
    scale = alt.Scale(domain=[min(ends) - 0.18 * span, max(ends) + 0.18 * span], nice=False)
    order = [row["name"] for row in rows]
    y = alt.Y(
        "name:N",
        sort=order,
        axis=alt.Axis(
            title=None,
            domain=False,
            ticks=False,
            labelColor=INK,
            labelLimit=0,
            minExtent=names - 24,
        ),
    )
    bars, texts = [], []
    for row in rows:
        for side, color in (("low", "#B9C0CA"), ("high", "#59616C")):
            value = row[side]
            bars.append({"name": row["name"], "x": center, "x2": value, "color": color})
            texts.append(
                {"name": row["name"], "x": value, "label": row[f"{side}_label"],
                 "left": value < center}
            )  # fmt: skip
    x = alt.X("x:Q", scale=scale, axis=None)
    layers = [
        alt.Chart(data(bars))
        .mark_bar(height=12)
        .encode(x=x, x2=alt.X2("x2:Q"), y=y, color=alt.Color("color:N", scale=None)),
        alt.Chart(data([{"x": center}])).mark_rule(color=INK).encode(x=x),
        alt.Chart(data([{"x": center, "label": center_label}]))
        .mark_text(baseline="bottom", fontWeight="bold", dy=-2)
        .encode(x=x, y=alt.YValue(0), text=alt.Text("label:N")),
    ]
    for left in (True, False):
        some = [text for text in texts if text["left"] == left]
        if some:
            layers.append(
                alt.Chart(data(some))
                .mark_text(align="right" if left else "left", dx=-4 if left else 4, color=SECOND)
                .encode(x=x, y=y, text=alt.Text("label:N"))
            )
    return to_svg(alt.layer(*layers, width=width - names, height=20 * len(rows)))
