"""Charts as SVG that a page can take in: no script, no link, no font, hatched where wanted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec

import altair as alt
import vl_convert
from altair.utils.schemapi import debug_mode

Given = ParamSpec("Given")
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
STYLE: Mapping[str, Any] = {
    "background": "transparent",
    "padding": 2,
    "config": {
        "view": {"stroke": None},
        "axis": {
            "labelColor": SECOND, "titleColor": SECOND, "labelFontSize": SIZE,
            "titleFontSize": SIZE, "titleFontWeight": "normal", "domainColor": RULE,
            "tickColor": RULE, "gridColor": GRID,
        },
        "text": {"fontSize": SIZE, "color": INK},
    },
}  # fmt: skip
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


def unchecked(draw: Callable[Given, str]) -> Callable[Given, str]:
    """Draw without Altair proving each part against its schema: that takes longer than drawing."""

    @wraps(draw)
    def drawn(*args: Given.args, **named: Given.kwargs) -> str:
        with debug_mode(False):
            return draw(*args, **named)

    return drawn


def to_svg(chart: alt.TopLevelMixin) -> str:
    """The SVG of a chart, with the hatching in place, no background and the font of the page.

    Raises ValueError where there is anything in it that a chart does not need.
    """
    styled = _with_rows(chart.to_dict(validate=False)) | STYLE
    svg = vl_convert.vegalite_to_svg(styled)
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
    """Draw a chart for nothing: the first one takes a second, which may pass beside a solve.

    Altair looks at pandas wherever it finds it among the modules, half imported by the solve too;
    an import of one's own waits for the whole of it.
    """
    import pandas  # noqa: F401

    to_svg(alt.Chart(data([{"x": 0}])).mark_point().encode(x=alt.X("x:Q")))


def data(rows: Sequence[Mapping[str, Any]]) -> alt.NamedData:
    """Rows as the data of a chart.

    They pass Altair as one text: it copies and compares every value of rows, layer by layer.
    """
    return alt.NamedData(name=json.dumps([dict(row) for row in rows]))


def _with_rows(part: Any) -> Any:
    """A chart, or a part of one, in which the rows stand as rows again."""
    if isinstance(part, list):
        return [_with_rows(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        key: {"values": json.loads(value["name"])}
        if key == "data" and isinstance(value, dict) and "name" in value
        else _with_rows(value)
        for key, value in part.items()
    }
