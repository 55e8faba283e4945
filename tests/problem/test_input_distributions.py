"""Quantiles of uncertain numbers against scipy, and what holds of every distribution."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from slopt.case.columns import Column, Kind
from slopt.problem.scenarios.distributions import quantiles
from slopt.problem.scenarios.inputs import UncertainInput
from slopt.vocabulary import Distribution

AT = np.linspace(0.0005, 0.9995, 1999)


def of(distribution, low, now, high, coverage, at=AT):
    """The quantiles of one cell."""
    ends = tuple(np.array([float(end)]) for end in (low, now, high))
    return quantiles(distribution, at, ends, coverage)[:, 0]


def an_input(distribution, low, now, high, coverage=0.95, kind=Kind.NUMBER, least=0, most=1):
    """An input of some cells."""
    column = Column("x", kind, "a number", low=least, high=most)
    now = np.atleast_1d(np.array(now, dtype=float))
    lows, highs = np.broadcast_to(low, now.shape), np.broadcast_to(high, now.shape)
    rows = np.arange(len(now))
    return UncertainInput("t.x", "t", column, rows, now, lows, highs, distribution, coverage)


def test_uniform_has_the_quantiles_of_scipy():
    """Low and high are the ends at a coverage of 1, and the middle part of a wider range below."""
    np.testing.assert_allclose(
        of(Distribution.UNIFORM, 2, 3, 6, 1.0), stats.uniform(2, 4).ppf(AT), rtol=1e-12
    )
    wider = stats.uniform(2 - 0.5, 5)
    np.testing.assert_allclose(of(Distribution.UNIFORM, 2, 3, 6, 0.8), wider.ppf(AT), rtol=1e-12)


@pytest.mark.parametrize("peak", [2.0, 2.5, 5.0, 6.0])
def test_triangular_has_the_quantiles_of_scipy(peak):
    """The peak is today's value, also where it is one of the ends."""
    expected = stats.triang((peak - 2) / 4, 2, 4).ppf(AT)
    np.testing.assert_allclose(of(Distribution.TRIANGULAR, 2, peak, 6, 1.0), expected, rtol=1e-9)


@pytest.mark.parametrize(("low", "peak", "high"), [(1, 2, 5), (1, 4.9, 5), (2, 2, 5), (1, 5, 5)])
@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.95])
def test_a_triangle_leaves_equal_tails_beyond_low_and_high(low, peak, high, coverage):
    """Low and high are its quantiles, and today's value its peak."""
    tail = (1 - coverage) / 2
    ends = of(Distribution.TRIANGULAR, low, peak, high, coverage, np.array([tail, 1 - tail]))
    np.testing.assert_allclose(ends, [low, high], atol=1e-9)
    found = of(Distribution.TRIANGULAR, low, peak, high, coverage)
    steps = np.diff(found)
    where = found[:-1][np.argmin(steps)]
    assert abs(where - peak) < 0.05


def test_a_normal_interval_with_the_value_in_the_middle_is_the_normal_distribution():
    """Mean, low and high at 95 % say all of it."""
    expected = stats.norm(10, 2 / stats.norm.ppf(0.975)).ppf(AT)
    np.testing.assert_allclose(of(Distribution.NORMAL, 8, 10, 12, 0.95), expected, rtol=1e-12)


def test_lognormal_is_normal_in_logarithms_and_logitnormal_in_log_odds():
    """Intervals that are even on their scale give the distributions of scipy."""
    sigma = np.log(2) / stats.norm.ppf(0.95)
    expected = stats.lognorm(sigma, scale=3).ppf(AT)
    np.testing.assert_allclose(of(Distribution.LOGNORMAL, 1.5, 3, 6, 0.9), expected, rtol=1e-10)
    odds = stats.norm(0, np.log(4) / stats.norm.ppf(0.975)).ppf(AT)
    found = of(Distribution.LOGITNORMAL, 0.2, 0.5, 0.8, 0.95)
    np.testing.assert_allclose(found, 1 / (1 + np.exp(-odds)), rtol=1e-10)


@pytest.mark.parametrize(
    "distribution", [Distribution.NORMAL, Distribution.LOGNORMAL, Distribution.LOGITNORMAL]
)
@pytest.mark.parametrize("coverage", [0.8, 0.95])
def test_two_halves_have_the_value_as_median_and_cover_low_to_high(distribution, coverage):
    """Whatever side is the longer one."""
    tail = (1 - coverage) / 2
    at = np.array([tail, 0.5, 1 - tail])
    found = of(distribution, 0.02, 0.05, 0.3, coverage, at)
    np.testing.assert_allclose(found, [0.02, 0.05, 0.3], rtol=1e-9)


def test_quantiles_rise_and_stay_in_the_range_of_the_column():
    """A share is between 0 and 1 even where its interval is wide and its scale is plain."""
    for distribution in Distribution:
        coverage = 0.5
        found = an_input(distribution, 0.01, 0.4, 0.99, coverage).at(AT)
        assert (np.diff(found[:, 0]) >= 0).all()
        assert found.min() >= 0
        assert found.max() <= 1


def test_a_value_at_the_edge_of_its_scale_is_drawn_on_the_plain_one():
    """A cell at 0 has no logarithm: it is normal with its own side, and never below 0."""
    one = an_input(Distribution.LOGITNORMAL, [0.0, 0.01], [0.0, 0.02], [0.05, 0.05])
    found = one.at(np.array([0.1, 0.5, 0.975]))
    np.testing.assert_allclose(found[:, 0], [0, 0, 0.05], atol=1e-12)
    assert found[0, 1] > 0.01
    np.testing.assert_allclose(found[1:, 1], [0.02, 0.05])


def test_whole_numbers_stay_whole():
    """Cells of a column of whole numbers are rounded after they are drawn."""
    one = an_input(Distribution.NORMAL, 3, 5, 9, kind=Kind.INTEGER, most=None)
    found = one.at(AT)
    assert (found == np.round(found)).all()
    assert {4.0, 5.0, 6.0} <= set(found[:, 0])


def test_cells_that_are_alike_are_drawn_once():
    """The same numbers, held as one column."""
    alike = an_input(Distribution.UNIFORM, 0.1, [0.2, 0.2], 0.4, 1.0)
    assert alike.at(AT).shape == (len(AT), 1)
    apart = an_input(Distribution.UNIFORM, 0.1, [0.2, 0.3], 0.4, 1.0)
    np.testing.assert_allclose(apart.at(AT)[:, 1], alike.at(AT)[:, 0])
