"""A frontier as a small chart in plain text: its points, today, the plan, the knee, the limit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from slopt.report.numbers import MINUS

HEIGHT = 13
WIDEST = 64
NARROWEST = 30
FLAT = 1e-6
"""Values nearer to each other than this share of them are drawn as one."""
LABEL = 1
"""Cells between a sign and its word."""


@dataclass(frozen=True)
class Mark:
    """A place in the chart with a sign, and a word beside it if there is room."""

    x: float
    y: float
    sign: str
    word: str = ""


def chart_lines(
    marks: Sequence[Mark], line: tuple[float, str] | None, titles: tuple[str, str], width: int
) -> list[Text]:
    """The chart, at most `width` cells wide; nothing where it would be too small to read.

    Later marks stand over earlier ones. `line` is an upright line at an x with what it says;
    `titles` are those of x and y.
    """
    if len(marks) < 2:
        return []
    x_ticks = _ticks([mark.x for mark in marks], 6)
    y_ticks = _ticks([mark.y for mark in marks], 4)
    left = max(len(_number(tick)) for tick in y_ticks) + 1
    across = min(WIDEST, width - left - 3)
    if across < NARROWEST or len(x_ticks) < 2 or len(y_ticks) < 2:
        return []
    canvas = _Canvas(x_ticks, y_ticks, across)
    if line is not None and x_ticks[0] <= line[0] <= x_ticks[-1]:
        for row in range(HEIGHT):
            canvas.put(row, canvas.column(line[0]), "┊")
    for mark in marks:
        canvas.put(canvas.row(mark.y), canvas.column(mark.x), mark.sign)
    for mark in marks:
        if mark.word:
            canvas.write(canvas.row(mark.y), canvas.column(mark.x), mark.word)
    at = {canvas.row(tick): _number(tick) for tick in y_ticks}
    lines = [Text(titles[1])]
    for row, cells in enumerate(canvas.cells):
        label = at.get(row, "").rjust(left)
        lines.append(Text(f"{label} │{''.join(cells)}".rstrip()))
    lines.append(Text(f"{' ' * left} └{'─' * across}"))
    lines.append(Text(_under(canvas, x_ticks, left + 2, width)))
    foot = titles[0] if line is None else f"{titles[0]}    ┊ {line[1]}"
    lines.append(Text(" " * (left + 2) + foot if len(foot) + left + 2 <= width else titles[0]))
    return lines


class _Canvas:
    """Cells by row from the top and column from the left, and where values fall."""

    def __init__(self, x_ticks: Sequence[float], y_ticks: Sequence[float], across: int) -> None:
        self.x, self.y, self.across = x_ticks, y_ticks, across
        self.cells = [[" "] * across for _ in range(HEIGHT)]

    def column(self, x: float) -> int:
        return round((x - self.x[0]) / (self.x[-1] - self.x[0]) * (self.across - 1))

    def row(self, y: float) -> int:
        return HEIGHT - 1 - round((y - self.y[0]) / (self.y[-1] - self.y[0]) * (HEIGHT - 1))

    def put(self, row: int, column: int, sign: str) -> None:
        self.cells[row][column] = sign

    def write(self, row: int, column: int, word: str) -> None:
        """The word on the right of a sign, else on its left, if only a line is crossed."""
        right = column + 1 + LABEL
        left = column - LABEL - len(word)
        for begin in (right, left):
            here = self.cells[row][max(begin - 1, 0) : begin + len(word) + 1]
            if begin >= 0 and begin + len(word) <= self.across and set(here) <= {" ", "┊"}:
                self.cells[row][begin : begin + len(word)] = list(word)
                return


def _ticks(values: Sequence[float], most: int) -> list[float]:
    """Round numbers around the values, evenly spaced."""
    low, high = min(values), max(values)
    if high - low <= FLAT * max(abs(low), abs(high)):
        room = abs(high) * 0.1 or 1.0
        low, high = low - room, high + room
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [i * step for i in range(first, last + 1)]


def _under(canvas: _Canvas, ticks: Sequence[float], left: int, width: int) -> str:
    """The numbers under the axis, each centred under its place, those that would touch left out."""
    text = ""
    for tick in ticks:
        label = _number(tick)
        begin = left + canvas.column(tick) - len(label) // 2
        if (not text or begin >= len(text) + 2) and begin + len(label) <= width:
            text = text.ljust(begin) + label
    return text


def _number(value: float) -> str:
    """A round number without noise: `9.5`, `12`, `0.925`."""
    return f"{value:.6g}".replace("-", MINUS)
