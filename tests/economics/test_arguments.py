"""Arguments of formulas: taken as they are, or refused in words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopt.economics import arguments
from slopt.economics.bisection import increasing_root


@pytest.mark.parametrize(
    ("check", "bad", "words"),
    [
        (arguments.share, 1.5, "x must be at least 0 and at most 1, not 1.5"),
        (arguments.share, math.nan, "x must be at least 0 and at most 1, not nan"),
        (arguments.inner_share, 1, "x must be above 0 and below 1, not 1"),
        (arguments.positive, 0, "x must be above 0, not 0"),
        (arguments.not_negative, -2, "x must be at least 0, not -2"),
        (arguments.not_negative, math.inf, "x must be at least 0, not inf"),
        (arguments.within, math.inf, "x must be a finite number, not inf"),
        (arguments.whole, 2.5, "x must be whole numbers"),
        (arguments.adds_up_to_one, [0.5, 0.4], "x must add up to 1, not 0.9"),
    ],
)
def test_values_out_of_range_are_refused(check, bad, words):
    """The message has the name, the range and the first value at fault, also of an array."""
    with pytest.raises(ValueError, match=words):
        check("x", bad)
    if np.isscalar(bad):
        with pytest.raises(ValueError, match=words):
            check("x", [[1e-9 if check is not arguments.whole else 1, bad]])


@given(st.lists(st.floats(0, 1), min_size=1))
def test_values_in_range_are_not_touched(values):
    """What is allowed comes back as it went in."""
    assert arguments.share("x", values).tolist() == values


@given(st.floats(-1e6, 1e6))
def test_bisection_finds_the_float(root):
    """The crossing of x - root, to the last digit or two."""
    found = increasing_root(lambda x: x - root, np.array(-1e7), np.array(1e7))
    assert found == pytest.approx(root, rel=1e-15, abs=1e-300)
