"""Tables for a notebook: plain HTML without a script, everything from the user escaped."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from slopt.report.numbers import NONE, amount

MOST_ROWS = 20
"""Rows that a notebook shows; the frame has all."""


def page(title: str, sentences: Iterable[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """A title, what the answer comes to, and the first rows of its table."""
    parts = [f"<p><strong>{escape(title)}</strong></p>"] if title else []
    parts += [f"<p>{escape(text)}</p>" for text in sentences if text]
    if rows:
        parts.append(html_table(rows[:MOST_ROWS]))
    if len(rows) > MOST_ROWS:
        parts.append(f"<p>{len(rows) - MOST_ROWS:,} more rows: .frame() has all.</p>")
    return f"<div>{''.join(parts)}</div>"


def html_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows with the same columns as an HTML table, numbers to the right."""
    columns = list(rows[0])
    head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in columns)
    body = "".join(f"<tr>{''.join(_cell(row.get(name)) for name in columns)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: Any) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    style = ' style="text-align:right"' if is_number else ' style="text-align:left"'
    return f"<td{style}>{escape(cell_text(value))}</td>"


def cell_text(value: Any) -> str:
    """A value for people: numbers to four digits or whole, a dash where there is none."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,.0f}" if abs(value) >= 1_000 else amount(float(value), 4)
    if isinstance(value, list | tuple):
        return ", ".join(map(cell_text, value))
    return str(value)
