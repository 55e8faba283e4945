"""An uncertain input: the cells that move together, how far they may move, and on which scale."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.vocabulary import SourceKind

Numbers = NDArray[np.float64]

SAME = 1e-9
"""Factors and values closer than this, relative, are one."""


class Scale(StrEnum):
    """What the place of an input is counted in.

    VALUE: its cells all hold that value. FACTOR: they are today's values times it. POSITION: 0 is
    today, -1 has every cell at its own low, 1 at its own high, and between them they move evenly.
    """

    VALUE = "value"
    FACTOR = "factor"
    POSITION = "position"


class Bounds(StrEnum):
    """Where the low and the high come from."""

    SOURCES = "sources"
    SPAN = "span"
    ASKED = "asked"


@dataclass(frozen=True, eq=False)
class Input:
    """Cells that move together: C rows of one column, or one setting (`rows` is empty, C is 1).

    `name` is the path that stands for all of them. now, lows and highs are (C,). `kind` is the
    least sure way in which the numbers came about, as sources say. `is_whole`: only whole numbers
    make sense.
    Raises ValueError where a low is above today's value, or a high below it.
    """

    name: str
    table: str
    column: str
    rows: NDArray[np.int64]
    now: Numbers
    lows: Numbers
    highs: Numbers
    bounds: Bounds
    kind: SourceKind | None = None
    is_whole: bool = False

    def __post_init__(self) -> None:
        if not ((self.lows <= self.now) & (self.now <= self.highs)).all():
            raise ValueError(f"{self.name}: today's value is not between low and high")

    @cached_property
    def scale(self) -> Scale:
        """The plainest scale that says it all."""
        if all(_is_one(values) for values in (self.now, self.lows, self.highs)):
            return Scale.VALUE
        if (self.now != 0).all() and all(
            _is_one(values / self.now) for values in (self.lows, self.highs)
        ):
            return Scale.FACTOR
        return Scale.POSITION

    @cached_property
    def today(self) -> float:
        """The place of today's values."""
        return {Scale.VALUE: float(self.now[0]), Scale.FACTOR: 1.0, Scale.POSITION: 0.0}[self.scale]

    @cached_property
    def low(self) -> float:
        """The place of the low end."""
        return self._end(self.lows, -1.0)

    @cached_property
    def high(self) -> float:
        """The place of the high end."""
        return self._end(self.highs, 1.0)

    def _end(self, values: Numbers, position: float) -> float:
        if self.scale is Scale.VALUE:
            return float(values[0])
        if self.scale is Scale.FACTOR:
            return float(f"{values[0] / self.now[0]:.12g}")
        return position if (values != self.now).any() else 0.0

    def values(self, place: float) -> Numbers:
        """What the cells hold at a place; exactly today's values, lows and highs at those."""
        if place == self.today:
            return self.now
        if place == self.low:
            return self.lows
        if place == self.high:
            return self.highs
        if self.scale is Scale.VALUE:
            values = np.full(len(self.now), place)
        elif self.scale is Scale.FACTOR:
            values = self.now * place
        else:
            end = self.highs if place > 0 else self.lows
            values = self.now + abs(place) * (end - self.now)
        return np.round(values) if self.is_whole else values


def _is_one(values: Numbers) -> bool:
    first = float(values[0])
    return bool((np.abs(values - first) <= SAME * abs(first)).all())
