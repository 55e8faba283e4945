"""Shortage under gamma demand, against integrals of its tail."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import gamma

from slopt.economics.gamma_loss import GammaLoss
from slopt.economics.normal_loss import normal_loss


def _loss(mean, spread):
    return GammaLoss(np.array(float(mean)), np.array(float(spread)))


@given(mean=st.floats(0.5, 500), variation=st.floats(0.1, 2), part=st.floats(0.05, 3))
@settings(max_examples=40, deadline=None)
def test_the_shortage_is_the_integral_of_the_tail(mean, variation, part):
    """E[(D - x)+] is the integral of P(D > u) from x on, half its square that of the shortage."""
    ours, level = _loss(mean, variation * mean), part * mean
    law = gamma(variation**-2, scale=mean * variation**2)
    far = law.isf(1e-14) + level
    short = quad(law.sf, level, far, limit=200, epsabs=1e-11 * mean)[0]
    second = quad(lambda u: (u - level) * law.sf(u), level, far, limit=200)[0]
    assert ours.above(level) == pytest.approx(law.sf(level), rel=1e-9)
    assert ours.short(level) == pytest.approx(short, rel=1e-6, abs=1e-9 * mean)
    assert ours.second(level) == pytest.approx(second, rel=1e-6, abs=1e-9 * mean**2)
    assert ours.density(level) == pytest.approx(law.pdf(level), rel=1e-9)
    assert ours.above(ours.level_for(0.03)) == pytest.approx(0.03)


def test_below_zero_all_demand_is_short():
    """A level of -5 leaves the mean and 5 more short."""
    ours = _loss(10, 4)
    assert ours.short(-5.0) == pytest.approx(15)
    assert ours.second(-5.0) == pytest.approx((16 + 15**2) / 2)
    assert ours.above([-5.0, 0.0]).tolist() == [1.0, 1.0]
    assert ours.density([-5.0, 0.0]).tolist() == [0.0, 0.0]


def test_little_spread_is_the_normal_law():
    """At a spread of 1 % of the mean both laws leave the same shortage."""
    z = np.linspace(-2, 2, 9)
    assert _loss(1000, 10).short(1000 + 10 * z) == pytest.approx(10 * normal_loss(z), abs=0.03)


def test_the_density_is_greatest_at_the_mode():
    """(k - 1) t, and at 0 where the spread is the mean or more."""
    ours = _loss(10, 5)
    assert ours.mode == pytest.approx(7.5)
    near = ours.density([7.4, 7.5, 7.6])
    assert near[1] > max(near[0], near[2])
    assert _loss(10, 12).mode == 0


@pytest.mark.parametrize(("mean", "spread", "name"), [(0, 1, "mean"), (1, 0, "spread")])
def test_demand_without_mean_or_spread_is_refused(mean, spread, name):
    """Both must be above 0."""
    with pytest.raises(ValueError, match=f"{name} must be above 0"):
        _loss(mean, spread)
