"""How a figure grows with the service level q: the forms that terms of curves are made of.

Every form knows its value, its slope, and on which side of its corners it bends upwards (convex) or
downwards. Parameters are arrays over deciders, (U,); `who` are positions among them and `at` levels
of the same shape, or shapes that broadcast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


class Form(Protocol):
    """A function of the service level, one for each decider."""

    def value(self, who: Places, at: Numbers) -> Numbers:
        """Height at levels."""
        ...

    def slope(self, who: Places, at: Numbers, value: Numbers) -> Numbers:
        """Increase per full point of level, where the height `value` is known; may be infinite at
        0. Where the form is straight, any number.
        """
        ...

    def bend(self, who: Places, at: Numbers) -> Numbers:
        """Around a level that is no corner: 1 bends upwards, -1 downwards, 0 straight."""
        ...

    def corners(self) -> Numbers:
        """(U, n) levels at which the slope jumps or the bend changes, NaN where there is none."""
        ...


@dataclass(frozen=True, eq=False)
class Straight:
    """1 at every level, or with `rises` the level itself. `count` deciders."""

    count: int
    rises: bool

    def value(self, who: Places, at: Numbers) -> Numbers:
        """Height at levels."""
        return at if self.rises else np.ones(np.shape(at))

    def slope(self, who: Places, at: Numbers, value: Numbers) -> Numbers:
        """1 or 0."""
        return np.full(np.shape(at), float(self.rises))

    def bend(self, who: Places, at: Numbers) -> Numbers:
        """Straight."""
        return np.zeros(np.shape(at))

    def corners(self) -> Numbers:
        """None."""
        return np.empty((self.count, 0))


@dataclass(frozen=True, eq=False)
class Power:
    """q^exponent; 1 for exponent 0, a line for exponent 1."""

    exponent: Numbers

    def value(self, who: Places, at: Numbers) -> Numbers:
        """Height at levels."""
        return np.asarray(np.power(at, self.exponent[who]))

    def slope(self, who: Places, at: Numbers, value: Numbers) -> Numbers:
        """exponent q^(exponent - 1), infinite at 0 for an exponent below 1."""
        exponent = self.exponent[who]
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = exponent * value / at
            at_zero = exponent * np.power(0.0, exponent - 1)
        return np.where(at > 0, slope, np.where(exponent == 0, 0.0, at_zero))

    def bend(self, who: Places, at: Numbers) -> Numbers:
        """Upwards for exponents above 1, downwards below."""
        exponent = self.exponent[who]
        return np.broadcast_to(np.sign(exponent * (exponent - 1)), np.shape(at))

    def corners(self) -> Numbers:
        """None."""
        return np.empty((len(self.exponent), 0))


@dataclass(frozen=True, eq=False)
class Saturating:
    """1 / (1 - q)^exponent, without end towards level 1; exponent above 0."""

    exponent: Numbers

    def value(self, who: Places, at: Numbers) -> Numbers:
        """Height at levels below 1."""
        return np.asarray(np.power(1 - at, -self.exponent[who]))

    def slope(self, who: Places, at: Numbers, value: Numbers) -> Numbers:
        """exponent / (1 - q)^(exponent + 1)."""
        return np.asarray(self.exponent[who] * value / (1 - at))

    def bend(self, who: Places, at: Numbers) -> Numbers:
        """Upwards."""
        return np.ones(np.shape(at))

    def corners(self) -> Numbers:
        """None."""
        return np.empty((len(self.exponent), 0))


@dataclass(frozen=True, eq=False)
class Nines:
    """-ln(1 - q): each further nine, as from 0.9 to 0.99, costs the same. `count` deciders."""

    count: int

    def value(self, who: Places, at: Numbers) -> Numbers:
        """Height at levels below 1."""
        return np.asarray(-np.log1p(-at))

    def slope(self, who: Places, at: Numbers, value: Numbers) -> Numbers:
        """1 / (1 - q)."""
        return np.asarray(1 / (1 - at))

    def bend(self, who: Places, at: Numbers) -> Numbers:
        """Upwards."""
        return np.ones(np.shape(at))

    def corners(self) -> Numbers:
        """None."""
        return np.empty((self.count, 0))


@dataclass(frozen=True, eq=False)
class Decay:
    """e^(-rate (q - start)): what is missed under diminishing returns."""

    rate: Numbers
    start: Numbers

    def value(self, who: Places, at: Numbers) -> Numbers:
        """Height at levels."""
        return np.asarray(np.exp(-self.rate[who] * (at - self.start[who])))

    def slope(self, who: Places, at: Numbers, value: Numbers) -> Numbers:
        """-rate e^(-rate (q - start))."""
        return np.asarray(-self.rate[who] * value)

    def bend(self, who: Places, at: Numbers) -> Numbers:
        """Upwards."""
        return np.ones(np.shape(at))

    def corners(self) -> Numbers:
        """None."""
        return np.empty((len(self.rate), 0))


@dataclass(frozen=True, eq=False)
class SShape:
    """1 / (1 + e^(-steepness (q - middle))): slow, steep, slow."""

    steepness: Numbers
    middle: Numbers

    def value(self, who: Places, at: Numbers) -> Numbers:
        """Height at levels, 0..1."""
        along = self.steepness[who] * (at - self.middle[who])
        return np.asarray(0.5 * (1 + np.tanh(0.5 * along)))

    def slope(self, who: Places, at: Numbers, value: Numbers) -> Numbers:
        """steepness s (1 - s), s the height."""
        return np.asarray(self.steepness[who] * value * (1 - value))

    def bend(self, who: Places, at: Numbers) -> Numbers:
        """Upwards before the middle, downwards after it."""
        return np.asarray(np.sign(self.middle[who] - at))

    def corners(self) -> Numbers:
        """The middle."""
        return self.middle[:, None]


@dataclass(frozen=True, eq=False)
class Points:
    """Straight lines between points. `row` (U,) is the row of a decider in the tables of points.

    levels, heights: (rows, P), levels increasing, the last point repeated where there are fewer.
    """

    row: Places
    levels: Numbers
    heights: Numbers

    def value(self, who: Places, at: Numbers) -> Numbers:
        """Height on the line between the points around."""
        row, left, share = self._between(who, at)
        low, high = self.heights[row, left], self.heights[row, left + 1]
        return np.asarray(low + share * (high - low))

    def slope(self, who: Places, at: Numbers, value: Numbers) -> Numbers:
        """Not used: the form is straight between its corners."""
        return np.zeros(np.broadcast_shapes(np.shape(who), np.shape(at)))

    def bend(self, who: Places, at: Numbers) -> Numbers:
        """Straight."""
        return np.zeros(np.shape(at))

    def corners(self) -> Numbers:
        """The points."""
        return np.asarray(self.levels[self.row])

    def _between(self, who: Places, at: Numbers) -> tuple[Places, Places, Numbers]:
        """Row, the point to the left, and the share of the way to the next one."""
        row = np.broadcast_to(self.row[who], np.shape(at))
        left = np.zeros(np.shape(at), dtype=np.int64)
        for point in range(1, self.levels.shape[1] - 1):
            left += at >= self.levels[row, point]
        start, width = self.levels[row, left], self.levels[row, left + 1] - self.levels[row, left]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(width > 0, (at - start) / width, 0.0)
        return row, left, np.clip(share, 0.0, 1.0)
