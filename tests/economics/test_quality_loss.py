"""Taguchi's loss in its three kinds, one-sided, and its best target, against sampled pieces."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from slopt.economics.quality_loss import (
    best_target_shift,
    larger_is_better,
    larger_is_better_about,
    loss_at,
    loss_coefficient,
    nominal_is_best,
    smaller_is_better,
    two_sided_loss,
)

PIECES = 10 + 2 * np.random.default_rng(6).standard_normal(400_000)


def test_late_deliveries_of_the_exercise():
    """Price 8.95, cost 4.50, other 0.30: half of the 4.15 is lost at 10 % against a target of 5 %.
    k = 2.075 / 25 = 0.083, and with a process cost 1 - 0.10 (y - m) the best is 0.602 above.
    """
    k = loss_coefficient((8.95 - 4.50 - 0.30) / 2, 10 - 5)
    assert k == pytest.approx(0.083)
    shift = best_target_shift(0.10, k)
    assert shift == pytest.approx(0.602, abs=5e-4)
    off = np.linspace(0, 5, 500_001)
    assert shift == pytest.approx(off[np.argmin(1 - 0.10 * off + loss_at(k, 5 + off, 5))], abs=1e-5)


def test_television_sets():
    """Taguchi's own example: repairs cost 20 where the set is 10 off, so a set 5 off loses 5."""
    k = loss_coefficient(20, 10)
    assert loss_at(k, 105, 100) == pytest.approx(5)


def test_nominal_and_smaller_are_means_over_pieces():
    """400,000 pieces of mean 10 and spread 2, target 11: k (4 + 1), and k 104 against 0."""
    assert nominal_is_best(3, 10, 2, 11) == pytest.approx(15)
    assert (3 * (PIECES - 11) ** 2).mean() == pytest.approx(15, rel=0.01)
    assert smaller_is_better(0.5, 10, 2) == pytest.approx(52)
    assert (0.5 * PIECES**2).mean() == pytest.approx(52, rel=0.01)


def test_larger_is_better_and_its_approximation():
    """Mean of k / y^2; the approximation is within 1 % at a spread of 15 %."""
    pieces = 10 + 1.5 * np.random.default_rng(7).standard_normal(400_000)
    exact = larger_is_better(7, pieces)
    assert exact == pytest.approx(7 * sum(1 / y**2 for y in pieces[:2000]) / 2000, rel=0.05)
    assert larger_is_better_about(7, 10, 1.5) == pytest.approx(float(exact), rel=0.012)
    assert larger_is_better_about(7, 10, 0) == pytest.approx(0.07)


def test_only_late_costs():
    """Early is free, late costs 3 per squared unit; sampled, and with both sides different."""
    late = two_sided_loss(0, 3, 10, 2, 11)
    assert late == pytest.approx((3 * np.maximum(PIECES - 11, 0) ** 2).mean(), rel=0.02)
    both = two_sided_loss(0.5, 3, 10, 2, 11)
    early = (0.5 * np.maximum(11 - PIECES, 0) ** 2).mean()
    assert both - late == pytest.approx(early, rel=0.02)


@given(
    k=st.floats(0, 5), mean=st.floats(-20, 20), spread=st.floats(0, 5), target=st.floats(-20, 20)
)
@example(k=1.0, mean=0.0, spread=1e-311, target=1.0)
def test_equal_sides_are_the_plain_loss(k, mean, spread, target):
    """With one k on both sides the two-sided loss is k [sigma^2 + (mu - m)^2]."""
    plain = nominal_is_best(k, mean, spread, target)
    assert two_sided_loss(k, k, mean, spread, target) == pytest.approx(plain, rel=1e-9, abs=1e-9)


def test_out_of_range_is_named():
    """No limit, a life of 0, a negative spread."""
    with pytest.raises(ValueError, match="limit must be above 0"):
        loss_coefficient(1, 0)
    with pytest.raises(ValueError, match="observed must be above 0"):
        larger_is_better(1, [1, 0])
    with pytest.raises(ValueError, match="spread must be at least 0"):
        nominal_is_best(1, 0, -1, 0)
