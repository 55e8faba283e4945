"""Charts as SVG that a page can take in: no script, no link, no font, hatched where wanted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import vl_convert

INK, SECOND, RULE, GRID, PAPER = "#1B1F24", "#59616C", "#D5D9DE", "#ECEEF1", "#FFFFFF"
BOOKED, EXPECTED, EXPECTED_TEXT = "#1F4E79", "#C8732B", "#9A4F14"
HATCHED = "#FE01FE"
"""A colour that no chart has: where it fills, the page's hatching goes."""
HATCHED_GROUND = "#F7E6D6"
HATCHING = (
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
    f'patternTransform="rotate(45)"><rect width="6" height="6" fill="{HATCHED_GROUND}"/>'
    f'<rect width="2.4" height="6" fill="{EXPECTED}"/></pattern>'
)
SIZE = 10
"""Of the text of charts, in px."""
MAY_BE_THERE = re.compile(
    r"</?(svg|g|path|text|line|rect|defs|clipPath|circle)\b[^<>]*>|<title>|</title>"
)
MAY_NOT_BE_THERE = re.compile(r"\s(on\w+|href|xlink:href|style|src)\s*=", re.IGNORECASE)


@dataclass(frozen=True)
class Chart:
    """A chart as SVG, its words for those who do not see it, and its numbers as rows.

    `heads` are the columns of the table of numbers: the key in the rows, and what it is called.
    """

    svg: str
    alt: str
    rows: tuple[Mapping[str, Any], ...] = ()
    heads: tuple[tuple[str, str], ...] = ()


def to_svg(chart: alt.TopLevelMixin) -> str:
    """The SVG of a chart, with the hatching in place, no background and the font of the page.

    Raises ValueError where there is anything in it that a chart does not need.
    """
    styled = chart.properties(background="transparent", padding=2).configure(
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor=SECOND, titleColor=SECOND, labelFontSize=SIZE, titleFontSize=SIZE,
            titleFontWeight="normal", domainColor=RULE, tickColor=RULE, gridColor=GRID,
        ),
        text=alt.MarkConfig(fontSize=SIZE, color=INK),
    )  # fmt: skip
    svg = vl_convert.vegalite_to_svg(styled.to_dict(validate=False))
    svg = re.sub(r'fill="#FE01FE"', 'fill="url(#hatch)"', svg, flags=re.IGNORECASE)
    svg = svg.replace('fill="rgb(254, 1, 254)"', 'fill="url(#hatch)"')
    svg = re.sub(r' (xmlns:xlink|xmlns|version|class|font-family|role|aria-\w+)="[^"]*"', "", svg)
    svg = re.sub(r" style=\"[^\"]*\"", "", svg)
    svg = svg.replace("<svg ", '<svg role="img" aria-hidden="true" ', 1)
    _require_plain(svg)
    return svg


def _require_plain(svg: str) -> None:
    """Only shapes and texts, and none of the attributes that could do anything."""
    for tag in re.findall(r"<[^>]*>", svg):
        if not MAY_BE_THERE.fullmatch(tag) or MAY_NOT_BE_THERE.search(tag):
            raise ValueError(f"a chart has {tag[:60]} in it")


def warm_up() -> None:
    """Draw a chart for nothing: the first one takes a second, which may pass beside a solve."""
    to_svg(alt.Chart(data([{"x": 0}])).mark_point().encode(x="x:Q"))


def data(rows: Sequence[Mapping[str, Any]]) -> alt.Data:
    """Rows as the data of a chart."""
    return alt.Data(values=[dict(row) for row in rows])
