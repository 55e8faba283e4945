"""Floats rounded to so many decimal digits, a whole array at a time, exactly as `%g` does it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

EXACT_POWER = 22
"""The largest power of ten that a float holds exactly."""
BLOCK = 1 << 15
"""Numbers that are rounded at a time, so that what is in between stays in the cache."""


def to_digits(values: Numbers, digits: int) -> Numbers:
    """`float(f"{v:.{digits}g}")` of every v: shape as given, NaN and infinite ones as they are.

    `digits` is 1 to 15, what a float holds of any decimal number.
    """
    flat = np.ascontiguousarray(values, dtype=np.float64).reshape(-1)
    rounded = np.empty_like(flat)
    for begin in range(0, len(flat), BLOCK):
        block = slice(begin, begin + BLOCK)
        rounded[block] = _round(flat[block], digits)
    return rounded.reshape(np.shape(values))


def _round(values: Numbers, digits: int) -> Numbers:
    """|v| 10^p is taken to between 10^(digits-1) and 10^digits, rounded there and divided again.

    The one rounding that can go wrong is that of a product which the float shows as a half; there
    the error of the product says which way. Powers that are not exact go through text.
    """
    size = np.abs(values)
    _, exponent = np.frexp(size)
    power = digits - 1 - ABOVE[exponent - LEAST_EXPONENT]
    usual = (power >= 0) & (power < EXACT_POWER)
    power = np.where(usual, power, 0)
    with np.errstate(invalid="ignore", over="ignore"):
        power += size * POWERS[power] < 10.0 ** (digits - 1)
        scale = POWERS[power]
        scaled = size * scale
        whole = np.rint(scaled)
        half = np.abs(scaled - whole) == 0.5
        half &= usual
        if half.any():
            error = _error_of_product(size[half], scale[half], scaled[half])
            above = scaled[half] > whole[half]
            whole[half] += np.where(above & (error > 0), 1.0, 0.0)
            whole[half] -= np.where(~above & (error < 0), 1.0, 0.0)
        rounded: Numbers = np.copysign(whole / scale, values)
    as_it_is = (size == 0) | ~np.isfinite(size)
    rounded[as_it_is] = values[as_it_is]
    for index in np.flatnonzero(~(usual | as_it_is)):
        rounded[index] = float(f"{values[index]:.{digits}g}")
    return rounded


def _error_of_product(a: Numbers, b: Numbers, product: Numbers) -> Numbers:
    """a b - product, exactly (Dekker 1971, with Veltkamp's split of the factors)."""
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def _halves(a: Numbers) -> tuple[Numbers, Numbers]:
    """A float as the sum of two of 26 bits."""
    moved = a * 134217729.0  # 2^27 + 1
    high = moved - (moved - a)
    return high, a - high


LEAST_EXPONENT = -1073
"""Of a float, as `frexp` gives it; the largest is 1024."""
ABOVE = np.floor(np.arange(LEAST_EXPONENT, 1025) * np.log10(2.0)).astype(np.int64)
"""By binary exponent: the decimal exponent of the largest number that has it."""
POWERS = np.array([float(10**power) for power in range(EXACT_POWER + 1)])
