"""Checks of what the formulas are given. A value out of range is an error, never clipped."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]


def within(
    name: str,
    values: ArrayLike,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    without_low: bool = False,
    without_high: bool = False,
) -> Numbers:
    """The values as floats, if all are finite and lie from low to high.

    Args:
        name: the argument, as the caller knows it; stands in the message.
        values: a number or an array of any shape.
        low, high: the ends of the range, which belong to it.
        without_low, without_high: the end itself is out of the range.

    Raises:
        ValueError: names the argument, the range and the first value at fault.
    """
    numbers = np.asarray(values, dtype=float)
    bad = ~np.isfinite(numbers)
    bad |= numbers <= low if without_low else numbers < low
    bad |= numbers >= high if without_high else numbers > high
    if np.any(bad):
        found = numbers[bad].flat[0] if numbers.ndim else numbers[()]
        raise ValueError(
            f"{name} must be {_range(low, high, without_low, without_high)}, not {found:g}"
        )
    return numbers


def _range(low: float, high: float, without_low: bool, without_high: bool) -> str:
    below = f"{'below' if without_high else 'at most'} {high:g}"
    if math.isinf(low):
        return "a finite number" if math.isinf(high) else below
    above = f"{'above' if without_low else 'at least'} {low:g}"
    return above if math.isinf(high) else f"{above} and {below}"


def share(name: str, values: ArrayLike) -> Numbers:
    """Values from 0 to 1, both included."""
    return within(name, values, 0, 1)


def inner_share(name: str, values: ArrayLike) -> Numbers:
    """Values strictly between 0 and 1."""
    return within(name, values, 0, 1, without_low=True, without_high=True)


def not_negative(name: str, values: ArrayLike) -> Numbers:
    """Values of 0 or more."""
    return within(name, values, 0)


def positive(name: str, values: ArrayLike) -> Numbers:
    """Values above 0."""
    return within(name, values, 0, without_low=True)


def whole(name: str, values: ArrayLike, low: int = 0) -> NDArray[np.int64]:
    """Whole numbers of at least `low`."""
    numbers = within(name, values, low)
    if np.any(numbers != np.floor(numbers)):
        raise ValueError(f"{name} must be whole numbers")
    return numbers.astype(np.int64)


def adds_up_to_one(name: str, values: ArrayLike, axis: int = -1) -> Numbers:
    """Shares that add up to 1 along an axis, to nine digits."""
    numbers = share(name, values)
    total: Any = numbers.sum(axis=axis)
    wrong = np.abs(np.asarray(total) - 1) > 1e-9
    if np.any(wrong):
        raise ValueError(f"{name} must add up to 1, not {np.asarray(total)[wrong].flat[0]:g}")
    return numbers
