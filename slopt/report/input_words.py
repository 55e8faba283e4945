"""What an uncertain input is called on the screen, and where it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from slopt.report.numbers import amount
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


def place_cell(one: Input, where: float, digits: int = 3) -> str:
    """A value, a factor in percent, or how far every cell is on its way to its low or high."""
    if one.scale is Scale.VALUE:
        return amount(where, digits)
    if one.scale is Scale.FACTOR:
        sign = "+" if where > 1 else ""
        return f"{sign}{amount(100 * (where - 1), digits)} %"
    if where == 0:
        return "today"
    end = "low" if where < 0 else "high"
    return end if abs(where) == 1 else f"{amount(100 * abs(where), digits)} % to {end}"


def place_cells(one: Input, places: Sequence[float]) -> list[str]:
    """Several places, with as many digits as tell them apart."""
    for digits in range(3, MOST_DIGITS):
        cells = [place_cell(one, where, digits) for where in places]
        if len(set(cells)) == len(set(places)):
            return cells
    return [place_cell(one, where, MOST_DIGITS) for where in places]


def range_words(inputs: Sequence[Input]) -> str:
    """Where the ranges come from, as a sentence."""
    count = Counter(one.bounds for one in inputs)
    parts = {
        Bounds.SOURCES: "the table sources",
        Bounds.SPAN: "the span, marked ±",
        Bounds.ASKED: "--vary",
    }
    said = [f"{words} ({count[bounds]})" for bounds, words in parts.items() if count[bounds]]
    return f"Ranges are from: {', '.join(said)}."
