"""Retention by satisfaction, rates of staying, and the cost of those who go."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopt.economics.retention import (
    churn_cost,
    churn_rate,
    logistic_retention,
    rate_over_periods,
    repeat_rate,
    retention_rate,
    three_piece_retention,
)


def test_zone_of_indifference_is_flat_and_its_ends_are_steep():
    """From 1 to 5: 0.2 at the worst, 0.6 and 0.65 at the elbows, 0.95 for the fully satisfied."""
    curve = three_piece_retention((1, 5), (2, 4), [0.2, 0.6, 0.65, 0.95])
    assert curve.value([1, 2, 3, 4, 4.5, 5]) == pytest.approx([0.2, 0.6, 0.625, 0.65, 0.8, 0.95])
    assert curve.slope(3) < curve.slope(1.5)
    assert curve.slope(3) < curve.slope(4.5)
    with pytest.raises(ValueError, match="at must be at least 1 and at most 5, not 0"):
        curve.value(0)
    with pytest.raises(ValueError, match="heights must not decrease"):
        three_piece_retention((1, 5), (2, 4), [0.2, 0.6, 0.5, 0.95])
    with pytest.raises(ValueError, match="four shares"):
        three_piece_retention((1, 5), (2, 4), [0.2, 0.6])


def test_logistic_retention_is_half_way_in_the_middle():
    """0.3 to 0.9 with middle 3: 0.6 there, and the formula elsewhere."""
    curve = logistic_retention(0.3, 0.9, 2, 3, (1, 5))
    assert curve.value(3) == pytest.approx(0.6)
    assert curve.value(4) == pytest.approx(0.3 + 0.6 / (1 + np.exp(-2)))
    with pytest.raises(ValueError, match="high must be at least 0 and at most 1, not 90"):
        logistic_retention(0.3, 90, 2, 3, (1, 5))


def test_rates_of_a_year():
    """200 customers, 30 lost, 50 new, 220 at the end: churn 15 %, retention 85 %."""
    assert churn_rate(30, 200) == pytest.approx(0.15)
    assert retention_rate(220, 50, 200) == pytest.approx(0.85)
    assert repeat_rate(40, 160) == pytest.approx(0.25)


@given(start=st.integers(1, 500), new=st.integers(0, 500), data=st.data())
def test_churn_and_retention_add_up(start, new, data):
    """When no newcomer leaves again the two rates make 1."""
    lost = data.draw(st.integers(0, start))
    kept = retention_rate(start - lost + new, new, start)
    assert churn_rate(lost, start) + kept == pytest.approx(1)


def test_rates_over_other_periods():
    """98 % a month are 78.5 % a year, and back."""
    assert rate_over_periods(0.98, 12) == pytest.approx(0.785, abs=5e-4)
    assert rate_over_periods(rate_over_periods(0.98, 12), 1 / 12) == pytest.approx(0.98)


def test_counts_that_cannot_be_are_refused():
    """More lost than there were; newcomers beyond the end; repeaters beyond buyers."""
    with pytest.raises(ValueError, match="lost must not exceed"):
        churn_rate(3, 2)
    with pytest.raises(ValueError, match="at_end - new"):
        retention_rate(10, 20, 15)
    with pytest.raises(ValueError, match="repeat_buyers"):
        repeat_rate(2, 1)


def test_churn_cost_has_three_terms():
    """50 lost worth 300, 2,000 of repair, 40 tries at 25 of which a tenth succeeds."""
    found = churn_cost(50, 300, 2000, 25, 40, 0.1)
    assert found.lost_margin == pytest.approx(46 * 300)
    assert found.reputation_repair == 2000
    assert found.win_back == pytest.approx(1000)
    assert found.booked == pytest.approx(3000)
    with pytest.raises(ValueError, match="must not exceed lost"):
        churn_cost(1, 1, 0, 1, 10, 0.5)
