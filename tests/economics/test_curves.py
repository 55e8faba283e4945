"""Increasing curves: values, slopes as differences, ranges; and sales by service level."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopt.economics.curves import Exponential, Kinked, Line, Logistic
from slopt.economics.service_response import (
    around_rivals,
    diminishing,
    response_from_two_levels,
    response_with_control,
    s_shaped,
    sales_lost,
    through_points,
    two_points,
)

CURVES = {
    "kinked": around_rivals(0.9, 100, 50, 200),
    "two points": two_points(0.0, 10, 1.0, 60),
    "pieces": through_points([0, 0.5, 0.8, 1], [0, 10, 40, 41]),
    "logistic": s_shaped(20, 80, 12, 0.85),
    "exponential": diminishing(5, 90, 3),
}


@pytest.mark.parametrize("curve", CURVES.values(), ids=CURVES)
def test_slope_is_the_difference_of_values(curve):
    """Between corners a small step up the axis changes the value by slope x step."""
    at = np.array([0.05, 0.33, 0.62, 0.77, 0.86, 0.97])
    step = 1e-6
    rise = (curve.value(at + step) - curve.value(at)) / step
    assert curve.slope(at) == pytest.approx(rise, rel=1e-4)


@pytest.mark.parametrize("curve", CURVES.values(), ids=CURVES)
def test_no_curve_ever_falls(curve):
    """Better service never sells less, and slopes are never negative."""
    at = np.linspace(0, 1, 1001)
    assert (np.diff(curve.value(at)) >= 0).all()
    assert (curve.slope(at) >= 0).all()


@pytest.mark.parametrize("curve", CURVES.values(), ids=CURVES)
def test_outside_of_the_range_there_is_no_value(curve):
    """A level beyond the range is refused, not extended."""
    with pytest.raises(ValueError, match="at must be at least 0 and at most 1"):
        curve.value(1.01)
    with pytest.raises(ValueError, match="at must be"):
        curve.slope(-0.01)


def test_below_the_rivals_costs_more_than_above_gains():
    """Ten points below the rivals' 90 % lose 20, ten points above gain 5."""
    curve = around_rivals(0.9, 100, 50, 200)
    assert curve.value([0.8, 0.9, 1.0]) == pytest.approx([80, 100, 105])
    assert curve.slope([0.8, 0.9, 1.0]).tolist() == [200, 50, 50]


def test_line_between_two_known_levels():
    """300 at 90 % and 340 at 98 % are 320 at 94 %; beyond them nothing is known."""
    curve = two_points(0.90, 300, 0.98, 340)
    assert curve.value(0.94) == pytest.approx(320)
    assert curve.slope([0.9, 0.98]) == pytest.approx([500, 500])
    assert response_from_two_levels(0.90, 300, 0.98, 340) == pytest.approx(500)
    with pytest.raises(ValueError, match=r"at least 0.9 and at most 0.98, not 0.99"):
        curve.value(0.99)


def test_logistic_and_exponential_as_written():
    """Both formulas with the exponential of the math library."""
    logistic, exponential = Logistic(0.2, 0.9, 1.5, 3, 1, 5), Exponential(1, 4, 0.5, 2)
    for x in (1.0, 2.5, 4.9):
        assert logistic.value(x) == pytest.approx(0.2 + 0.7 / (1 + math.exp(-1.5 * (x - 3))))
    for x in (2.0, 3.0, 9.0):
        assert exponential.value(x) == pytest.approx(1 + 3 * (1 - math.exp(-0.5 * (x - 2))))
    assert Logistic(0, 1, 1000, 0).value([-1e5, 1e5]).tolist() == [0, 1]


def test_sales_lost_against_the_best_level():
    """20 at ten points below the rivals when the best of the menu is their level."""
    curve = around_rivals(0.9, 100, 50, 200)
    assert sales_lost(curve, [0.8, 0.9], 0.9) == pytest.approx([20, 0])
    with pytest.raises(ValueError, match="best_level must be at least level"):
        sales_lost(curve, 0.95, 0.9)


def test_control_group_takes_out_what_changed_anyway():
    """Treated 100 -> 118, control 100 -> 110, service up 4 points: 8 / 0.04 = 200 per point."""
    assert response_with_control(0.04, 100, 118, 100, 110) == pytest.approx(200)


@given(effect=st.floats(-500, 500), trend=st.floats(-50, 50), change=st.floats(0.01, 0.5))
def test_control_group_finds_a_planted_effect(effect, trend, change):
    """Whatever the common trend, the effect that was put in comes out."""
    found = response_with_control(change, 80, 80 + trend + effect * change, 60, 60 + trend)
    assert found == pytest.approx(effect, abs=1e-6)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Line((0, 1, 2), (0, 3, 2)), "heights must not decrease, but do after 1"),
        (lambda: Line((0, 0), (1, 2)), "at must increase"),
        (lambda: Line((0,), (1,)), "same length of at least two"),
        (lambda: Kinked(0, 0, 3, 2), "loss must be at least 3, not 2"),
        (lambda: Logistic(1, 0, 1, 0), "low must be at most 0, not 1"),
        (lambda: Logistic(0, 1, 0, 0), "steepness must be above 0"),
        (lambda: Exponential(0, 1, -1), "rate must be above 0"),
        (lambda: Exponential(0, 1, 1, start=2, last=1), "range must not be empty"),
        (lambda: response_from_two_levels(0.9, 1, 0.9, 2), "high_level must be above"),
        (lambda: response_with_control(0, 1, 1, 1, 1), "level_change must not be 0"),
        (lambda: around_rivals(90, 1, 1, 1), "rivals_level must be at least 0 and at most 1"),
    ],
)
def test_curves_that_make_no_sense_are_refused(make, words):
    """Decreasing, empty or out of range: a message says which and where."""
    with pytest.raises(ValueError, match=words):
        make()
