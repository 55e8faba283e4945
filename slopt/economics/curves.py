"""Increasing curves of one variable: a line between points, logistic, exponential, kinked.

What the axes mean is the caller's: sales by service level, retention by satisfaction. All have
`value` and `slope` (at a corner the slope to the right) for numbers or arrays. A curve is known
only on its range [first, last]; outside of it a value is asked for in vain, never guessed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import Numbers, not_negative, positive, within


class Curve(Protocol):
    """A curve that never decreases."""

    @property
    def first(self) -> float:
        """Lower end of the range on which the curve is known."""
        ...

    @property
    def last(self) -> float:
        """Upper end of that range."""
        ...

    def value(self, at: ArrayLike) -> Numbers:
        """Height of the curve."""
        ...

    def slope(self, at: ArrayLike) -> Numbers:
        """Increase per unit of the axis, 0 or more."""
        ...


@dataclass(frozen=True)
class Line:
    """Straight lines between points: as many pieces as there are points less one.

    Args:
        at: places on the axis, strictly increasing, at least two.
        heights: one for each, never decreasing.
    """

    at: tuple[float, ...]
    heights: tuple[float, ...]
    first: float = field(init=False)
    last: float = field(init=False)

    def __post_init__(self) -> None:
        places, heights = within("at", self.at), within("heights", self.heights)
        if places.shape != heights.shape or places.size < 2:
            raise ValueError("at and heights must have the same length of at least two")
        if np.any(np.diff(places) <= 0):
            raise ValueError("at must increase from point to point")
        drops = np.flatnonzero(np.diff(heights) < 0)
        if drops.size:
            raise ValueError(f"heights must not decrease, but do after {self.at[int(drops[0])]:g}")
        object.__setattr__(self, "first", float(places[0]))
        object.__setattr__(self, "last", float(places[-1]))

    def value(self, at: ArrayLike) -> Numbers:
        """Height on the line between the two points around."""
        return np.asarray(np.interp(on_range(self, at), self.at, self.heights))

    def slope(self, at: ArrayLike) -> Numbers:
        """Slope of the piece to the right; at the last point that of the last piece."""
        slopes = np.diff(self.heights) / np.diff(self.at)
        piece = np.searchsorted(self.at, on_range(self, at), side="right") - 1
        return np.asarray(slopes[np.minimum(piece, slopes.size - 1)])


@dataclass(frozen=True)
class Logistic:
    """low + (high - low) / (1 + e^(-steepness (x - middle))): slow, steep, slow.

    Args:
        low, high: heights far out, low <= high. steepness: above 0, per unit of the axis.
        middle: where the height is half-way. first, last: range, everywhere by default.
    """

    low: float
    high: float
    steepness: float
    middle: float
    first: float = -math.inf
    last: float = math.inf

    def __post_init__(self) -> None:
        within("low", self.low, high=float(within("high", self.high)))
        positive("steepness", self.steepness)
        within("middle", self.middle)
        _check_range(self)

    def value(self, at: ArrayLike) -> Numbers:
        """Height of the curve."""
        return np.asarray(self.low + (self.high - self.low) * self._share(at))

    def slope(self, at: ArrayLike) -> Numbers:
        """(high - low) steepness s (1 - s), s the share of the way from low to high."""
        part = self._share(at)
        return np.asarray((self.high - self.low) * self.steepness * part * (1 - part))

    def _share(self, at: ArrayLike) -> Numbers:
        from scipy.special import expit

        return np.asarray(expit(self.steepness * (on_range(self, at) - self.middle)))


@dataclass(frozen=True)
class Exponential:
    """low + (high - low) (1 - e^(-rate (x - start))): ever less for the next step.

    Args:
        low: height at `start`. high: height never quite reached, low <= high.
        rate: above 0, per unit of the axis. start: lower end of the range. last: upper end.
    """

    low: float
    high: float
    rate: float
    start: float = 0.0
    last: float = math.inf

    def __post_init__(self) -> None:
        within("low", self.low, high=float(within("high", self.high)))
        positive("rate", self.rate)
        within("start", self.start)
        _check_range(self)

    @property
    def first(self) -> float:
        """The curve begins at `start`."""
        return self.start

    def value(self, at: ArrayLike) -> Numbers:
        """Height of the curve."""
        along = on_range(self, at) - self.start
        return np.asarray(self.low - (self.high - self.low) * np.expm1(-self.rate * along))

    def slope(self, at: ArrayLike) -> Numbers:
        """(high - low) rate e^(-rate (x - start))."""
        along = on_range(self, at) - self.start
        return np.asarray((self.high - self.low) * self.rate * np.exp(-self.rate * along))


@dataclass(frozen=True)
class Kinked:
    """height + gain (x - corner) above the corner, height - loss (corner - x) below.

    What is missing weighs at least as much as what is given on top: loss >= gain.

    Args:
        corner: where the slope changes. height: there. gain: slope above, 0 or more.
        loss: slope below, at least `gain`. first, last: range, everywhere by default.
    """

    corner: float
    height: float
    gain: float
    loss: float
    first: float = -math.inf
    last: float = math.inf

    def __post_init__(self) -> None:
        within("corner", self.corner)
        within("height", self.height)
        within("loss", self.loss, float(not_negative("gain", self.gain)))
        _check_range(self)

    def value(self, at: ArrayLike) -> Numbers:
        """Height of the curve."""
        beyond = on_range(self, at) - self.corner
        return np.asarray(
            self.height + self.gain * np.maximum(beyond, 0) + self.loss * np.minimum(beyond, 0)
        )

    def slope(self, at: ArrayLike) -> Numbers:
        """`gain` from the corner on, `loss` below it."""
        return np.where(on_range(self, at) >= self.corner, self.gain, self.loss)


def on_range(curve: Curve, at: ArrayLike) -> Numbers:
    """The places as floats, if the curve is known there."""
    return within("at", at, curve.first, curve.last)


def _check_range(curve: Curve) -> None:
    if not curve.first < curve.last:
        raise ValueError(f"the range must not be empty, but is {curve.first:g} to {curve.last:g}")
