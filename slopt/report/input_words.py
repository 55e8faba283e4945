"""What an uncertain input is called on the screen, and where it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from slopt.report.language import ENGLISH, Language
from slopt.report.table import shortened
from slopt.study.sensitivity.inputs import Bounds, Input, Scale

MOST_DIGITS = 9
LONGEST = 22
"""Cells that a label may take; longer ones are cut in the middle."""


class InputWords:
    """Labels of the inputs of one study: the column, with the table where two columns share it."""

    def __init__(self, inputs: Sequence[Input]) -> None:
        short = [_short(one) for one in inputs]
        often = Counter(short)
        self._labels = {
            one.name: label if often[label] == 1 else one.name
            for one, label in zip(inputs, short, strict=True)
        }

    def label(self, one: Input) -> str:
        """What the input is called."""
        return shortened(self._labels[one.name], LONGEST)


def _short(one: Input) -> str:
    """`margin`; `open_cost [priority]` for one row of many."""
    _, bracket, rest = one.name.partition("[")
    if not bracket:
        return one.name.partition(".")[2]
    if len(one.now) > 1:
        return one.name
    key = rest.rpartition("].")[0]
    return one.column if key == "*" else f"{one.column} [{key}]"


def place_cell(one: Input, where: float, digits: int = 3, language: Language = ENGLISH) -> str:
    """A value, a factor in percent, or how far every cell is on its way to its low or high."""
    _ = language
    if one.scale is Scale.VALUE:
        return _.amount(where, digits)
    if one.scale is Scale.FACTOR:
        sign = "+" if where > 1 else ""
        return f"{sign}{_.amount(100 * (where - 1), digits)} %"
    if where == 0:
        return _("today")
    if abs(where) == 1:
        return _("low") if where < 0 else _("high")
    share = _.amount(100 * abs(where), digits)
    if where < 0:
        return _("{share} % to low", share=share)
    return _("{share} % to high", share=share)


def place_cells(one: Input, places: Sequence[float], language: Language = ENGLISH) -> list[str]:
    """Several places, with as many digits as tell them apart."""
    for digits in range(3, MOST_DIGITS):
        cells = [place_cell(one, where, digits, language) for where in places]
        if len(set(cells)) == len(set(places)):
            return cells
    return [place_cell(one, where, MOST_DIGITS, language) for where in places]


def range_words(inputs: Sequence[Input], language: Language = ENGLISH) -> str:
    """Where the ranges come from, as a sentence."""
    _ = language
    count = Counter(one.bounds for one in inputs)
    parts = {
        Bounds.SOURCES: _("the table sources ({n})", n=count[Bounds.SOURCES]),
        Bounds.SPAN: _("the span, marked ± ({n})", n=count[Bounds.SPAN]),
        Bounds.ASKED: _("--vary ({n})", n=count[Bounds.ASKED]),
    }
    said = _(", ").join(words for bounds, words in parts.items() if count[bounds])
    return _("Ranges are from: {origins}.", origins=said)
