"""The bridge as a table with a waterfall beside it, as wide as there is room for."""

from __future__ import annotations

from itertools import pairwise

from rich.text import Text

from slopt.report.compare_words import step_label
from slopt.report.language import ENGLISH, Language, later
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import Col, sentence, table
from slopt.study.compare.bridge import Money, StepKind
from slopt.study.compare.comparison import Comparison

WATERFALL = later("total, as a waterfall")
BAR = 18
"""Cells of the waterfall."""
CUT = 0.5
"""The waterfall begins above 0 where all of it lies in so small a part of the largest total."""
ROOM = 0.25
"""What then stands before its lowest point, as a share of what is drawn."""


def bridge_lines(found: Comparison, width: int, language: Language = ENGLISH) -> list[Text]:
    """A, every step, B: service cost, lost sales, total, and the waterfall of the total.

    Inputs that change no money by themselves have no row.
    """
    _ = language
    bridge, words = found.bridge, _.words(found.b.case.settings.words)
    info = found.b.case.settings.case
    steps = [s for s in bridge.steps if s.kind is not StepKind.INPUTS or not s.money.is_nothing]
    levels = [bridge.start.total_cost]
    for step in steps:
        levels.append(levels[-1] + step.money.total_cost)
    changes = [b - a for a, b in pairwise(levels)]
    unit = _.totals_unit([levels[0], levels[-1]], [max(map(abs, changes), default=0.0)])
    scale = _Scale(levels)

    def end(label: str, money: Money) -> list[str | Text]:
        cells = [unit.plain(part) for part in (money.service_cost, money.lost_sales)]
        total = Text(unit.plain(money.total_cost), style="bold")
        return [Text(label, style="bold"), *cells, total, Text(scale.whole(money.total_cost))]

    rows = [end("A", bridge.start)]
    for step, (before, after) in zip(steps, pairwise(levels), strict=True):
        money = step.money
        rows.append(
            [
                step_label(step, found, words, _),
                unit.signed(money.service_cost),
                unit.signed(money.lost_sales),
                unit.signed(money.total_cost),
                Text(scale.between(before, after)),
            ]
        )
    columns = [
        Col(_.unit_head(unit, info), right=False, shorten=True),
        Col(words.service_cost, style=BOOKED),
        Col(_("lost"), style=EXPECTED),
        Col(_("total"), style="bold"),
        Col(_(WATERFALL), right=False, drop=1),
    ]
    lines = table(columns, rows, width, end("B", bridge.end), _)
    if scale.begin > 0 and _(WATERFALL) in lines[0].plain:
        begin = _.amount(scale.begin)
        lines += sentence(_("The waterfall begins at {begin}, not at 0.", begin=begin), width)
    return lines


class _Scale:
    """From totals to cells."""

    def __init__(self, levels: list[float]) -> None:
        low, high = min(levels), max(levels)
        span = high - low
        cut = low > 0 and 0 < span < CUT * high
        self.begin = low - ROOM * span if cut else min(low, 0.0)
        self._per_cell = max(high - self.begin, 1e-300) / BAR

    def cell(self, level: float) -> int:
        """Cells from the margin to a level."""
        return round((level - self.begin) / self._per_cell)

    def whole(self, level: float) -> str:
        """The bar of a total."""
        return "█" * self.cell(level)

    def between(self, before: float, after: float) -> str:
        """The bar of a step: at least one sign where anything changes that can be told."""
        first, last = sorted((self.cell(before), self.cell(after)))
        if first == last:
            return " " * max(first - 1, 0) + "│" if before != after else ""
        return " " * first + "░" * (last - first)
