"""What surveys of a case say, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from slopt.report.numbers import amount
from slopt.report.table import Col, sentence, table

MOST_INDICES = 24
INDEX_WORDS = {
    "index": "Index: 0 where all give the worst mark, 100 where all give the best.",
    "gap": "Gap: marks by which service is above what was expected, below it where negative.",
    "recommendation": "Recommendation: % who answer 9 or 10 less % who answer 0 to 6.",
}


def satisfaction_lines(document: Mapping[str, Any], width: int) -> list[Text]:
    """What the surveys of the case say, by segment."""
    found = document["satisfaction"]
    if not found:
        return []
    shown, rest = found[:MOST_INDICES], len(found) - MOST_INDICES
    rows: list[list[str | Text]] = [
        [
            row["survey"],
            _asked(row["segment"]),
            _points(row["value"], row["kind"]),
            "" if row["low"] is None else f"{row['low']:.0f} to {row['high']:.0f}",
            "" if row["mark"] is None else amount(row["mark"]),
            "" if row["of_best"] is None else f"{row['of_best']:.0f}",
            "" if row["n"] is None else f"{row['n']:,.0f}",
        ]
        for row in shown
    ]
    columns = [
        Col("survey", right=False, shorten=True),
        Col("of", right=False, shorten=True),
        Col("index"),
        Col("95 %", drop=2),
        Col("mean answer", drop=1),
        Col("of best, %", drop=1),
        Col("answers"),
    ]
    head = "Satisfaction. " + " ".join(
        words for kind, words in INDEX_WORDS.items() if any(row["kind"] == kind for row in shown)
    )
    lines = [*sentence(head, width), *table(columns, rows, width)]
    if rest > 0:
        lines += sentence(f"And {rest:,} more: add --out DIR.", width)
    return lines


def _asked(segment: str | None) -> str:
    return {None: "mean by customers", "*": "all"}.get(segment, segment or "")


def _points(value: float, kind: str) -> str:
    """Points of 100, signed where they may be below 0; a gap in marks with two decimals."""
    text = {"index": f"{value:.0f}", "gap": f"{value:+.2f}"}.get(kind, f"{value:+.0f}")
    return text.replace("-", "−")
