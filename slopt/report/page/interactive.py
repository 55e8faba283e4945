"""The page with curves to point at: Plotly within the file, so that it works offline too."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from slopt.engine.reporting import Dossier
from slopt.report.charts.svg import BOOKED, EXPECTED, INK, RULE
from slopt.report.language import Language
from slopt.report.page.curves import frontier_chart, level_chart
from slopt.report.page.render import FORBIDDEN, Script, page_html

START = Path(__file__).parent / "interactive.js"


def interactive_page(dossier: Dossier, language: Language) -> str:
    """The page with its two curves drawn by Plotly; without script they stand there as ever."""
    from plotly.offline import get_plotlyjs

    curves: dict[str, Any] = {}
    by_level, frontier = level_chart(dossier, language), frontier_chart(dossier, language)
    if by_level:
        curves["by_level"] = _levels(by_level.chart.rows, dict(by_level.chart.heads))
    if frontier:
        curves["frontier"] = _frontier(frontier.chart.rows, dict(frontier.chart.heads))
    library = get_plotlyjs().replace("</script", "<\\/script").translate(FORBIDDEN)
    start = START.read_text(encoding="utf-8")
    return page_html(dossier, language, Script(_json(curves), library, start))


def _json(value: object) -> str:
    """JSON that cannot end the element that it stands in."""
    return json.dumps(value).replace("<", "\\u003c").replace("\u2028", "").replace("\u2029", "")


def _levels(rows: Sequence[Mapping[str, Any]], heads: Mapping[str, str]) -> dict[str, Any]:
    lines = (("total", INK, "solid"), ("booked", BOOKED, "solid"), ("expected", EXPECTED, "dash"))
    levels = [row["level"] for row in rows]
    traces = [
        _line(levels, [row[name] for row in rows], heads[name], color, dash)
        for name, color, dash in lines
    ]
    return {"data": traces, "layout": _layout(heads["level"], "")}


def _frontier(rows: Sequence[Mapping[str, Any]], heads: Mapping[str, str]) -> dict[str, Any]:
    across, up = [row["booked"] for row in rows], [row["expected"] for row in rows]
    traces = [_line(across, up, heads["expected"], INK, "solid")]
    return {"data": traces, "layout": _layout(heads["booked"], heads["expected"])}


def _line(
    x: Sequence[float], y: Sequence[float], name: str, color: str, dash: str
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(x),
        "y": list(y),
        "name": _plain(name),
        "line": {"color": color, "dash": dash, "width": 2},
        "marker": {"size": 4},
    }


def _layout(across: str, up: str) -> dict[str, Any]:
    axis = {"gridcolor": RULE, "zeroline": False}
    return {
        "height": 270,
        "margin": {"l": 46, "r": 8, "t": 6, "b": 40},
        "font": {"family": "Inter, system-ui, sans-serif", "size": 10, "color": INK},
        "xaxis": axis | {"title": {"text": _plain(across)}},
        "yaxis": axis | {"title": {"text": _plain(up)}},
        "legend": {"orientation": "h", "y": 1.12},
        "hovermode": "x unified",
    }


def _plain(text: str) -> str:
    """A text in which Plotly finds no tags of its own."""
    return html.escape(text, quote=False)
