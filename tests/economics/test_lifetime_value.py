"""Lifetime value in its variants, spend on keeping and winning, and what retention adds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopt.economics.customer_equity import SpendResponse, customer_equity
from slopt.economics.lifetime_value import (
    margin_multiple,
    margin_multiple_from_now,
    margin_multiple_of_periods,
    value_after_acquisition,
    value_change_of_retention,
)


def test_five_points_of_retention():
    """At 10 %: 0.80 -> 0.85 adds 27.5 %, 0.90 -> 0.95 adds 40.7 %; no constant of 25 to 85 %."""
    found = value_change_of_retention([0.80, 0.90], [0.85, 0.95], 0.10)
    assert found == pytest.approx([0.275, 0.407], abs=5e-4)


def test_the_rise_depends_on_where_one_starts():
    """Five points at 10 %: under 25 % from every base up to 0.75, over 85 % from 0.95 at 5 %."""
    low = np.linspace(0.5, 0.75, 26)
    assert (value_change_of_retention(low, low + 0.05, 0.10) < 0.25).all()
    assert value_change_of_retention(0.95, 1.0, 0.05) > 0.85


@given(kept=st.floats(0, 0.99), rate=st.floats(0, 0.5))
def test_multiples_are_their_sums(kept, rate):
    """Endless, from now and over 7 periods, added up year by year."""
    years = [(kept / (1 + rate)) ** t for t in range(3000)]
    assert margin_multiple(np.array(kept), rate) == pytest.approx(math.fsum(years[1:]))
    assert margin_multiple_from_now(kept, rate) == pytest.approx(math.fsum(years))
    assert margin_multiple_of_periods(kept, rate, 7) == pytest.approx(math.fsum(years[1:8]))


def test_counted_periods_without_an_end():
    """Nobody leaves and nothing is discounted: T periods are worth T."""
    assert margin_multiple_of_periods(1, 0, [0, 3]).tolist() == [0, 3]


def test_value_after_acquisition():
    """100 x 0.8 / 0.3 = 266.67 less 200; a simulated life of 100,000 customers agrees."""
    assert value_after_acquisition(100, 0.8, 0.1, 200) == pytest.approx(66.67, abs=5e-3)
    lives = np.random.default_rng(12).geometric(0.2, 100_000) - 1
    paid = 100 * (1 - 1.1 ** -lives.astype(float)) / 0.1
    assert value_after_acquisition(100, 0.8, 0.1, 0) == pytest.approx(paid.mean(), rel=0.01)


def test_value_without_an_end_is_refused():
    """Retention 1 without discounting, or a base of 0 to compare with."""
    with pytest.raises(ValueError, match="infinitely"):
        value_after_acquisition(1, 1, 0, 0)
    with pytest.raises(ValueError, match="retention must be above 0"):
        value_change_of_retention(0, 0.5, 0.1)


def test_spend_response_goes_through_its_point():
    """Ceiling 0.8, 20 buys 0.6: k = ln 4 / 20; the inverse gives the spend back."""
    response = SpendResponse.through(20, 0.6, 0.8)
    assert response.speed == pytest.approx(math.log(4) / 20)
    assert response.rate([0, 20, 1e9]) == pytest.approx([0, 0.6, 0.8])
    assert response.spend_for([0, 0.6]) == pytest.approx([0, 20])
    with pytest.raises(ValueError, match="rate must be at least 0 and below"):
        response.spend_for(0.8)


def test_customer_equity_is_the_sum_over_years():
    """a [M + sum over t >= 1 of (M r - R) r^(t-1) / (1 + d)^t] - A, added up."""
    winning, keeping = SpendResponse.through(5, 0.2, 0.4), SpendResponse.through(10, 0.6, 0.7)
    found = customer_equity(winning, keeping, 5, 10, 50, 0.1)
    later = sum((50 * 0.6 - 10) * 0.6 ** (t - 1) / 1.1**t for t in range(1, 400))
    assert found == pytest.approx(0.2 * (50 + later) - 5)
    # Written with R / r as in the source.
    assert found == pytest.approx(0.2 * (50 + (50 - 10 / 0.6) * 0.6 / (1 + 0.1 - 0.6)) - 5)


def test_nobody_kept_leaves_the_first_margin():
    """Without spend on retention only the first margin is earned."""
    winning, keeping = SpendResponse.through(5, 0.2, 0.4), SpendResponse.through(10, 0.6, 0.7)
    assert customer_equity(winning, keeping, 5, 0, 50, 0.1) == pytest.approx(0.2 * 50 - 5)
