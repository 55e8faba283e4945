"""What each offer of a segment costs and loses as bars, where the table has no room for them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import shortened

LONGEST, SHORTEST = 40, 8
LONGEST_NAME = 18


def bar(booked: float, expected: float, longest: float, cells: int) -> Text:
    """Booked money solid, expected money hatched; `longest` is that of a bar of so many cells."""
    scale = cells / (longest or 1.0)
    text = Text("█" * max(0, round(booked * scale)), BOOKED)
    return text.append("░" * max(0, round(expected * scale)), EXPECTED)


def bar_lines(
    title: str, rows: Sequence[tuple[str, float, float]], totals: Sequence[str], width: int
) -> list[Text]:
    """A line for each name with booked and expected money, and what stands after the bar."""
    names = [shortened(name, LONGEST_NAME) for name, _, _ in rows]
    begin = max(map(cell_len, names)) + 2
    cells = min(LONGEST, width - begin - max(map(cell_len, totals)) - 2)
    if cells < SHORTEST:
        return []
    longest = max(max(booked, 0.0) + max(expected, 0.0) for _, booked, expected in rows)
    lines = [Text(shortened(" " * begin + title, width))]
    for name, (_, booked, expected), total in zip(names, rows, totals, strict=True):
        line = Text(name + " " * (begin - cell_len(name)))
        lines.append(line.append_text(bar(booked, expected, longest, cells)).append(f" {total}"))
    return lines
