"""What surveys of a case say, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from slopt.report.language import ENGLISH, Language, later
from slopt.report.table import Col, sentence, table

MOST_INDICES = 24
INDEX_WORDS = {
    "index": later("Index: 0 where all give the worst mark, 100 where all give the best."),
    "gap": later(
        "Gap: marks by which service is above what was expected, below it where negative."
    ),
    "recommendation": later("Recommendation: % who answer 9 or 10 less % who answer 0 to 6."),
}


def satisfaction_lines(
    document: Mapping[str, Any], width: int, language: Language = ENGLISH
) -> list[Text]:
    """What the surveys of the case say, by segment."""
    _, found = language, document["satisfaction"]
    if not found:
        return []
    shown, rest = found[:MOST_INDICES], len(found) - MOST_INDICES
    rows: list[list[str | Text]] = [
        [
            row["survey"],
            _asked(row["segment"], _),
            _points(row["value"], row["kind"]),
            ""
            if row["low"] is None
            else _("{low} to {high}", low=f"{row['low']:.0f}", high=f"{row['high']:.0f}"),
            "" if row["mark"] is None else _.amount(row["mark"]),
            "" if row["of_best"] is None else f"{row['of_best']:.0f}",
            "" if row["n"] is None else f"{row['n']:,.0f}",
        ]
        for row in shown
    ]
    columns = [
        Col(_("survey"), right=False, shorten=True),
        Col(_("of"), right=False, shorten=True),
        Col(_("index")),
        Col("95 %", drop=2),
        Col(_("mean answer"), drop=1),
        Col(_("of best, %"), drop=1),
        Col(_("answers")),
    ]
    kinds = {row["kind"] for row in shown}
    head = _.sentences(
        [_("Satisfaction."), *(_(words) for kind, words in INDEX_WORDS.items() if kind in kinds)]
    )
    lines = [*sentence(head, width), *table(columns, rows, width, language=_)]
    if rest > 0:
        lines += sentence(_("And {n} more: add --out DIR.", n=f"{rest:,}"), width)
    return lines


def _asked(segment: str | None, _: Language) -> str:
    return {None: _("mean by customers"), "*": _("all")}.get(segment, segment or "")


def _points(value: float, kind: str) -> str:
    """Points of 100, signed where they may be below 0; a gap in marks with two decimals."""
    text = {"index": f"{value:.0f}", "gap": f"{value:+.2f}"}.get(kind, f"{value:+.0f}")
    return text.replace("-", "−")
