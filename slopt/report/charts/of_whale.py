"""The whale curve: who earns the money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from slopt.report.charts.svg import INK, data, to_svg, unchecked


@unchecked
def whale(
    points: Sequence[Mapping[str, float]],
    top: Mapping[str, Any],
    words: Mapping[str, str],
    width: int,
) -> str:
    """Cumulative contribution over customers, the best first.

    points: customers, contribution, in percent. top: customers, contribution, label.
    """
    x = alt.X("customers:Q", axis=alt.Axis(title=words["customers"], grid=False, tickCount=5))
    y = alt.Y("contribution:Q", axis=alt.Axis(title=words["contribution"], tickCount=4))
    line = alt.Chart(data(points)).mark_line(color=INK, strokeWidth=2).encode(x=x, y=y)
    mark = alt.Chart(data([top]))
    drawn = alt.layer(
        line,
        mark.mark_point(filled=True, color=INK, size=70, opacity=1).encode(x=x, y=y),
        mark.mark_text(align="left", dx=8, dy=10).encode(x=x, y=y, text=alt.Text("label:N")),
        width=width - 52,
        height=120,
    )
    return to_svg(drawn)
