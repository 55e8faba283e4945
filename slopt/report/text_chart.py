"""Charts in plain text: curves and signs over numbered axes, with words beside the signs.

Drawn by plotext, of which only this file knows. What stands in a name is never given to it: titles
are lines of their own, so that it draws numbers and words of slopt only.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from slopt.report.numbers import MINUS
from slopt.report.table import sentence

NARROWEST, WIDEST = 24, 120
"""Cells across in which a chart can be read, and beyond which it is only long."""
NEAR = 0.25
"""How far an upright line may lie outside of everything else, as a share of the width."""
FLAT = 1e-6
"""Values nearer to each other than this share of them are drawn as one."""
ROOM_ACROSS, ROOM_UP = 0.03, 0.1
"""Shares that are left free around what is drawn."""
UPRIGHT = "┊"
EMPTY = frozenset(" ")
CROSSED = frozenset(f" {UPRIGHT}")


@dataclass(frozen=True)
class Mark:
    """A place in the chart with a sign, and a word beside it if there is room."""

    x: float
    y: float
    sign: str
    word: str = ""


@dataclass(frozen=True)
class Curve:
    """Places joined by a line of signs, in their order. `style` is a rich style."""

    points: Sequence[tuple[float, float]]
    sign: str = "·"
    style: str = ""


@dataclass(frozen=True)
class Upright:
    """An upright line through every panel, and what it says."""

    x: float
    says: str


@dataclass(frozen=True)
class Panel:
    """One chart: its title, what is in it, its rows. Later marks stand over earlier ones."""

    title: str
    curves: Sequence[Curve] = ()
    marks: Sequence[Mark] = ()
    height: int = 13
    from_zero: bool = False

    def places(self) -> list[tuple[float, float]]:
        """Everything that has to be seen."""
        return [point for curve in self.curves for point in curve.points] + [
            (mark.x, mark.y) for mark in self.marks
        ]


def chart_lines(
    panels: Sequence[Panel], x_title: str, width: int, upright: Upright | None = None
) -> list[Text]:
    """Panels over one another with the same x, at most `width` cells wide.

    Nothing where there would be too little room to read them, or less than two places to show.
    """
    xs = [x for panel in panels for x, _ in panel.places()]
    if len(xs) < 2:
        return []
    across = _Axis.over(xs, ROOM_ACROSS, line=upright.x if upright else None)
    ups = [_Axis.over([y for _, y in p.places()], ROOM_UP, p.from_zero) for p in panels]
    labels = [
        [_number(tick) for tick in up.ticks(panel.height // 3)]
        for panel, up in zip(panels, ups, strict=True)
    ]
    left = max(cell_len(label) for each in labels for label in each) + 1
    cells = min(width - left - 1, WIDEST)
    if cells < NARROWEST:
        return []
    if upright is not None and not across.low <= upright.x <= across.high:
        upright = None
    lines: list[Text] = []
    for panel, up in zip(panels, ups, strict=True):
        frame = _Frame(across, up, left, cells, panel.height, panel is panels[-1])
        lines += sentence(panel.title, width)
        lines += frame.drawn(panel, upright)
    return [*lines, *_feet(x_title, upright, " " * (left + 1), width)]


def _feet(x_title: str, upright: Upright | None, indent: str, width: int) -> list[Text]:
    """What is across and what the upright line says, in one line if it has room for both."""
    feet = [x_title] if upright is None else [x_title, f"{UPRIGHT} {upright.says}"]
    together = "   ".join(feet)
    if cell_len(indent + together) <= width:
        feet = [together]
    return [line for foot in feet for line in sentence(foot, width, indent=indent)]


@dataclass(frozen=True)
class _Axis:
    low: float
    high: float

    @classmethod
    def over(
        cls,
        values: Sequence[float],
        room: float,
        from_zero: bool = False,
        line: float | None = None,
    ) -> _Axis:
        """An axis over all values with some room, over a line too that is not far from them."""
        low, high = min(values), max(values)
        if from_zero:
            low, high = min(low, 0.0), max(high, 0.0)
        if high - low <= FLAT * max(abs(low), abs(high)):
            half = max(abs(high) * 0.1, 0.5)
            low, high = low - half, high + half
        reach = NEAR * (high - low)
        if line is not None and low - reach <= line <= high + reach:
            low, high = min(low, line), max(high, line)
        room *= high - low
        return cls(low if from_zero and low == 0 else low - room, high + room)

    def ticks(self, most: int) -> list[float]:
        """Round numbers along the axis, evenly spaced, about as many as are asked for."""
        rough = (self.high - self.low) / most
        power = 10.0 ** math.floor(math.log10(rough))
        steps = (power * factor for factor in (1, 2, 2.5, 5, 10))
        step = next(step for step in steps if step >= rough * 0.999)
        first = math.ceil(self.low / step - 1e-9)
        return [i * step for i in range(first, math.floor(self.high / step + 1e-9) + 1)]

    def cell(self, value: float, cells: int) -> int:
        """The cell in which a value lies, the ends in the middle of the outer ones."""
        return round((value - self.low) / (self.high - self.low) * (cells - 1))

    def value(self, cell: int, cells: int) -> float:
        return self.low + (self.high - self.low) * cell / (cells - 1)


@dataclass(frozen=True)
class _Frame:
    """Where a panel is drawn: its axes, the cells left of them, and those within them."""

    across: _Axis
    up: _Axis
    left: int
    cells: int
    height: int
    is_last: bool

    def drawn(self, panel: Panel, upright: Upright | None) -> list[Text]:
        """The panel as lines; words stand where the chart without them is empty."""
        figure = self._figure(panel, upright)
        chart = [list(row[self.left + 1 :]) for row in _rows(figure)[: self.height]]
        for mark in panel.marks:
            if mark.word:
                self._write(figure, mark, chart)
        styles = {curve.sign: curve.style for curve in panel.curves if curve.style}
        return [_styled(row, styles) for row in _rows(figure)]

    def _figure(self, panel: Panel, upright: Upright | None) -> Any:
        import plotext

        plotext.terminal.limit(False, False)
        figure = plotext.figure
        figure.clear()
        figure.plot_size(self.left + 1 + self.cells, self.height + 2 * self.is_last)
        figure.canvas("default")
        figure.axes(False)
        figure.axes(True, axis="y", side="left")
        figure.axes(self.is_last, axis="x", side="lower")
        ticks = self.up.ticks(self.height // 3)
        ruler = figure.ruler("y", "left").lim(self.up.low, self.up.high)
        ruler.ticks(ticks, [_number(tick).rjust(self.left) for tick in ticks])
        ruler = figure.ruler("x", "lower").lim(self.across.low, self.across.high)
        ticks = self._fitting() if self.is_last else []
        ruler.ticks(ticks, [_number(tick) for tick in ticks])
        if upright is not None:
            rows = [self.up.value(row, self.height) for row in range(self.height)]
            figure.draw(figure.signal([upright.x] * self.height, rows, marker=UPRIGHT))
        for curve in panel.curves:
            x, y = zip(*curve.points, strict=True)
            figure.draw(figure.signal(list(x), list(y), marker=curve.sign).lines())
        for mark in panel.marks:
            figure.draw(figure.signal([mark.x], [mark.y], marker=mark.sign))
        return figure

    def _fitting(self) -> list[float]:
        """Round numbers below, as many as stand apart."""
        for most in range(max(self.cells // 9, 2), 0, -1):
            ticks = self.across.ticks(most)
            at = [self.across.cell(tick, self.cells) for tick in ticks]
            wide = max((len(_number(tick)) for tick in ticks), default=0)
            if all(b - a > wide + 1 for a, b in pairwise(at)):
                return ticks
        return []

    def _write(self, figure: Any, mark: Mark, chart: list[list[str]]) -> None:
        """The word of a mark at the first empty place beside it, else where the upright line is."""
        row = self.height - 1 - self.up.cell(mark.y, self.height)
        column, wide = self.across.cell(mark.x, self.cells), cell_len(mark.word)
        right, left = column + 2, column - 1 - wide
        places = [
            *((row, right), (row, left), (row - 1, right), (row + 1, left)),
            *((row + 1, right), (row - 1, left), (row - 1, column - wide // 2)),
        ]
        for free in (EMPTY, CROSSED):
            for at, begin in places:
                if self._is_free(chart, at, begin, wide, free):
                    chart[at][begin : begin + wide] = "x" * wide
                    x = self.across.value(begin, self.cells)
                    y = self.up.value(self.height - 1 - at, self.height)
                    figure.draw(figure.text(x, y, mark.word))
                    return

    def _is_free(
        self, chart: list[list[str]], row: int, begin: int, wide: int, free: Iterable[str]
    ) -> bool:
        """True where a word fits with a cell to its left and to its right."""
        if not 0 <= row < self.height or begin < 0 or begin + wide > self.cells:
            return False
        own = set(chart[row][begin : begin + wide])
        beside = set(chart[row][max(begin - 1, 0) : begin + wide + 1])
        return own <= set(free) and beside <= {*CROSSED, *"●○◇"}


def _rows(figure: Any) -> list[str]:
    return str(figure.build().string(True)).splitlines()


def _styled(row: str, styles: dict[str, str]) -> Text:
    text = Text(row.rstrip())
    for place, sign in enumerate(text.plain):
        if sign in styles:
            text.stylize(styles[sign], place, place + 1)
    return text


def _number(value: float) -> str:
    """A round number without noise: `9.5`, `12`, `0.925`, `80,000`."""
    digits = 0 if value == 0 else math.floor(math.log10(abs(value)))
    text = f"{value + 0.0:,.{max(5 - digits, 0)}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", MINUS)
