"""Plans beside each other over the same futures: mean, where nine of ten lie, the bad end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from slopt.report.charts.labels import text_width
from slopt.report.charts.marks import room
from slopt.report.charts.svg import INK, RULE, SECOND, data, to_svg, unchecked

ROW = 19
"""Px from plan to plan."""
GAP = 24


@unchecked
def plans(
    rows: Sequence[Mapping[str, Any]], words: Mapping[str, str], width: int, name: str
) -> str:
    """A line a plan from `low` to `high`, a disc at `mean`, a tick at `tail`.

    rows: name, low, high, mean, tail, is_plan. words: mean, tail. `name` is what is across.
    """
    ends = [row[key] for row in rows for key in ("low", "high", "tail")]
    scale = alt.Scale(domain=room(ends, 0.04), nice=False, zero=False)
    names = max(text_width(row["name"]) for row in rows) + GAP
    order = [row["name"] for row in rows]
    y = alt.Y(
        "name:N",
        sort=order,
        axis=alt.Axis(
            title=None, domain=False, ticks=False, labelColor=INK, labelLimit=0,
            minExtent=names - GAP,
        ),
    )  # fmt: skip
    axis = alt.Axis(title=name, grid=True, tickCount=6)

    def x(key: str) -> alt.X:
        return alt.X(f"{key}:Q", scale=scale, axis=axis)

    all_of_them = alt.Chart(data(rows))
    first = alt.Chart(data(rows[:1]))
    layers = [
        all_of_them.mark_rule(color=RULE, strokeWidth=6).encode(
            x=x("low"), x2=alt.X2("high:Q"), y=y
        ),
        all_of_them.mark_tick(color=INK, thickness=2, height=11).encode(x=x("tail"), y=y),
    ]
    for is_plan in (False, True):
        some = [row for row in rows if row["is_plan"] is is_plan]
        if some:
            layers.append(
                alt.Chart(data(some))
                .mark_point(
                    shape="circle", filled=is_plan, color=INK, size=70 if is_plan else 50,
                    strokeWidth=1.5, opacity=1, fill=INK if is_plan else "#FFFFFF",
                )
                .encode(x=x("mean"), y=y)
            )  # fmt: skip
    layers += [
        first.mark_text(baseline="bottom", dy=-8, color=SECOND).encode(
            x=x(key), y=y, text=alt.TextValue(words[key])
        )
        for key in ("mean", "tail")
    ]
    return to_svg(alt.layer(*layers, width=width - names, height=ROW * len(rows)))
