"""Cost of a service line, and the American Airlines figures of the lecture notes."""

from __future__ import annotations

import pytest

from slopt.economics.call_cost import call_cost, contact_cost, funnel, relative_difference


def test_american_airlines():
    """80 M calls x 3 = 240 M against about 250 M told, labour over 80 % of it, 10 % booking calls
    of which 70 % buy, cost per call down 35 % to 1.95.
    """
    total = contact_cost(80e6, 3)
    assert total == pytest.approx(240e6)
    assert relative_difference(total, 250e6) == pytest.approx(-0.04)
    assert 0.8 * total == pytest.approx(192e6)
    assert funnel(80e6, [0.1, 0.7]) == pytest.approx([8e6, 5.6e6])
    assert contact_cost(80e6, 3 * (1 - 0.35)) == pytest.approx(156e6)


def test_booked_and_lost_stay_apart():
    """10 agents at 30; of 100 calls 8.5 hang up, each 0.5 x 20 of margin and 0.1 x 300 of value."""
    found = call_cost(10, 30, 100, 0.085, 0.5, 20, 0.1, 300)
    assert found.staffing == pytest.approx(300)
    assert found.lost_orders == pytest.approx(85)
    assert found.lost_customers == pytest.approx(255)
    assert found.lost_sales == pytest.approx(340)


def test_shares_out_of_range_are_named():
    """A stage of a funnel is a share, and a total of 0 cannot be compared with."""
    with pytest.raises(ValueError, match="shares must be at least 0 and at most 1, not 70"):
        funnel(1, [70])
    with pytest.raises(ValueError, match="stated must not be 0"):
        relative_difference(1, 0)
    with pytest.raises(ValueError, match="abandonment"):
        call_cost(1, 1, 1, 8.5, 0, 0, 0, 0)
