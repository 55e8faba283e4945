"""Rounding whole arrays to decimal digits, as formatting one number does it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopt.case.digits import to_digits


def by_text(values, digits):
    """The same through text, one by one."""
    return np.array([float(f"{value:.{digits}g}") for value in values])


def same(one, other):
    """Equal to the last bit, the sign of zero included; NaN is NaN."""
    return one.tolist() == other.tolist() or list(map(repr, one)) == list(map(repr, other))


@pytest.mark.parametrize("digits", [1, 3, 14, 15])
@given(st.lists(st.floats()))
def test_any_floats_round_as_formatting_does(digits, values):
    """Tiny, huge, infinite and no numbers among them."""
    assert same(to_digits(np.array(values, dtype=float), digits), by_text(values, digits))


@pytest.mark.parametrize("digits", [2, 14, 15])
def test_halves_and_neighbours_of_powers_round_as_formatting_does(digits):
    """Numbers that lie half-way between two roundings, or nearly, and those at powers of ten."""
    rng = np.random.default_rng(digits)
    powers = 10.0 ** np.arange(-12, 18)
    whole = rng.integers(10 ** (digits - 1), 10**digits, 3000)
    values = np.concatenate(
        [
            powers,
            np.nextafter(powers, 0),
            np.nextafter(powers, np.inf),
            (whole + 0.5) / 10.0 ** rng.integers(0, 8, 3000),
            (whole + 0.5) * 2.0 ** rng.integers(-8, 3, 3000),
            -rng.lognormal(3, 4, 3000),
        ]
    )
    assert same(to_digits(values, digits), by_text(values, digits))


def test_shapes_are_kept():
    """Also of nothing, and of one number seen many times."""
    assert to_digits(np.full((2, 3), 1 / 3), 2).tolist() == [[0.33] * 3] * 2
    assert to_digits(np.zeros(0), 15).shape == (0,)
    assert to_digits(np.broadcast_to(1 / 3, (2,)), 1).tolist() == [0.3, 0.3]
