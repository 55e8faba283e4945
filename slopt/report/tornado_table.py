"""The tornado as text: a line an input, its bar around today."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from slopt.report.goal_figures import GoalFigures
from slopt.report.input_words import InputWords, place_cell
from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import NONE
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import Col, sentence, table
from slopt.study.sensitivity.inputs import Bounds
from slopt.study.sensitivity.tornado import Bar, End

SHOWN = 15
"""Inputs that are shown; the files have all."""
NARROW, WIDE = 9, 31


def tornado_lines(
    bars: Sequence[Bar],
    words: InputWords,
    figures: GoalFigures,
    width: int,
    language: Language = ENGLISH,
) -> list[Text]:
    """The table, and what its columns say."""
    _, shown = language, bars[:SHOWN]
    rows = [_row(bar, words, figures, _) for bar in shown]
    heads = (_("input"), _("low"), _("high"), _("at low"), _("at high"), _("moves"), _("regret"))
    taken = sum(_widest(heads, rows, place) + 2 for place in range(len(heads))) if rows else 0
    bar_width = min(max(width - taken, NARROW), WIDE)
    bar_width -= 1 - bar_width % 2
    scale = _Scale.of(shown, bar_width)
    columns = [
        Col(heads[0], right=False, shorten=True),
        Col(heads[1], drop=1),
        Col(heads[2], drop=1),
        Col("", right=False),
        *(Col(head) for head in heads[3:]),
    ]
    cells: list[list[str | Text]] = [
        [*row[:3], _bar(bar, scale), *row[3:]] for bar, row in zip(shown, rows, strict=True)
    ]
    head = _(
        "One input at a time, the others as today: {what}, change in {unit}",
        what=figures.noun,
        unit=figures.head,
    )
    lines = [*sentence(head, width), *table(columns, cells, width, language=_)]
    if any(end.regret == math.inf for bar in shown for end in (bar.low, bar.high)):
        notes = _(
            "░ the input at its low, █ at its high, │ today; the best plan for each. Moves: who "
            "has another tier then, at low · at high. Regret: what keeping today's plan costs "
            "there; breaks: it breaks a limit."
        )
    else:
        notes = _(
            "░ the input at its low, █ at its high, │ today; the best plan for each. Moves: who "
            "has another tier then, at low · at high. Regret: what keeping today's plan costs "
            "there."
        )
    lines += sentence(notes, width)
    if len(bars) > SHOWN:
        more = len(bars) - SHOWN
        lines += sentence(_("{n} inputs that move it less: --out DIR or --json.", n=more), width)
    return lines


def _row(bar: Bar, words: InputWords, figures: GoalFigures, _: Language) -> list[str]:
    one = bar.input
    mark = " ±" if one.bounds is Bounds.SPAN else ""
    return [
        words.label(one) + mark,
        place_cell(one, one.low, language=_),
        place_cell(one, one.high, language=_),
        _change(bar.low, figures, _),
        _change(bar.high, figures, _),
        f"{_count(bar.low)} · {_count(bar.high)}",
        _regret(bar, figures, _),
    ]


def _widest(heads: Sequence[str], rows: Sequence[Sequence[str]], place: int) -> int:
    return max([cell_len(heads[place]), *(cell_len(row[place]) for row in rows)])


def _change(end: End, figures: GoalFigures, _: Language) -> str:
    return _("no plan") if end.change is None else figures.change(end.change)


def _count(end: End) -> str:
    return NONE if end.moved is None else f"{len(end.moved)}"


def _regret(bar: Bar, figures: GoalFigures, _: Language) -> str:
    known = [end.regret for end in (bar.low, bar.high) if end.regret is not None]
    if not known:
        return NONE
    worst = max(known)
    if worst == math.inf:
        return _("breaks")
    return figures.cost(worst) if worst > 0 else "0"


class _Scale:
    """Cells of the bar for a change; `left` of them lie below today."""

    def __init__(self, least: float, most: float, width: int) -> None:
        cells = width - 1
        self.per_cell = max((most - least) / cells, 1e-300) if cells else 1.0
        self.left = round(-least / self.per_cell)
        self.right = cells - self.left

    @classmethod
    def of(cls, bars: Sequence[Bar], width: int) -> _Scale:
        changes = [end.change or 0.0 for bar in bars for end in (bar.low, bar.high)]
        return cls(min([0.0, *changes]), max([0.0, *changes]), width)

    def cells(self, change: float) -> int:
        """How many cells a change takes; at least one where it is anything to be seen of."""
        return round(abs(change) / self.per_cell)


def _bar(bar: Bar, scale: _Scale) -> Text:
    """Low and high around today; where both are on one side the longer lies below."""
    sides: dict[bool, list[tuple[int, str, str]]] = {True: [], False: []}
    for end, mark, style in ((bar.low, "░", EXPECTED), (bar.high, "█", BOOKED)):
        if end.change:
            sides[end.change < 0].append((scale.cells(end.change), mark, style))
    left = _half(sides[True], scale.left)
    right = _half(sides[False], scale.right)
    text = Text()
    for mark, style in reversed(left):
        text.append(mark, style=style)
    text.append("│")
    for mark, style in right:
        text.append(mark, style=style)
    text.rstrip()
    return text


def _half(parts: list[tuple[int, str, str]], room: int) -> list[tuple[str, str]]:
    cells: list[tuple[str, str]] = [(" ", "")] * room
    for length, mark, style in sorted(parts, reverse=True):
        for place in range(min(length, room)):
            cells[place] = (mark, style)
    return cells
