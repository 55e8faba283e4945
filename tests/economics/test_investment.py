"""Return, present value and payback of a project, with what the money would earn elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopt.economics.investment import (
    net_present_value,
    opportunity_cost,
    payback_periods,
    return_on_investment,
)


def test_return_with_and_without_opportunity_cost():
    """150 for 100 is 50 %; with 20 that the money would have earned elsewhere 25 %."""
    assert return_on_investment(150, 100) == pytest.approx(0.5)
    assert return_on_investment(150, 100, 20) == pytest.approx(0.25)
    assert opportunity_cost(100, 0.1, 2) == pytest.approx(21)
    with pytest.raises(ValueError, match="cost must be above 0"):
        return_on_investment(1, 0)


def test_present_value_of_the_text_book():
    """Brealey and Myers: 370,000 now, 420,000 in a year at 5 % is worth 30,000."""
    assert net_present_value([-370_000, 420_000], 0.05) == pytest.approx(30_000)


@given(flows=st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=20), rate=st.floats(0, 0.5))
def test_present_value_is_money_in_the_bank(flows, rate):
    """Paid into an account at that rate, the flows end at the present value with interest."""
    account = 0.0
    for flow in flows:
        account = account * (1 + rate) + flow
    grown = net_present_value(flows, rate) * (1 + rate) ** (len(flows) - 1)
    assert grown == pytest.approx(account, rel=1e-9, abs=1e-6)


def test_payback():
    """100 out, 40 a year: 2.5 years; at 10 % the third year ends at -0.5, so 3 and a bit."""
    assert payback_periods([-100, 40, 40, 40, 40]) == pytest.approx(2.5)
    left = 100 - 40 * (1 / 1.1 + 1 / 1.1**2 + 1 / 1.1**3)
    assert payback_periods([-100, 40, 40, 40, 40], 0.1) == pytest.approx(3 + left / (40 / 1.1**4))
    assert payback_periods([-100, 40, 40]) is None
    assert payback_periods([5, 5]) == 0


def test_payback_counts_the_last_turn():
    """A second investment that turns the sum again moves the payback behind it."""
    assert payback_periods([-10, 20, -20, 20]) == pytest.approx(2.5)


def test_lag_of_benefits_lowers_the_value():
    """The same benefits a year later are worth less, and pay back later."""
    early, late = [-100, 60, 60, 0], [-100, 0, 60, 60]
    assert net_present_value(late, 0.1) < net_present_value(early, 0.1)
    assert payback_periods(late) > payback_periods(early)


def test_no_flows_are_refused():
    """An empty column has no value."""
    with pytest.raises(ValueError, match="at least one number"):
        net_present_value(np.array([]), 0.1)
