"""The formulas of the default economics against numbers that can be worked out on paper."""

from __future__ import annotations

import numpy as np
import pytest

from slopt.economics.lifetime_value import customer_value, margin_multiple
from slopt.economics.lost_sales import (
    dissatisfied_share,
    failed_orders,
    lost_customers,
    lost_orders,
    lost_prospects,
)
from slopt.economics.service_cost import service_cost, units_used


def test_margin_multiple_is_the_published_one():
    """r = 0.8 and d = 0.1 give 0.8 / 0.3 = 2.667, the textbook example of the closed form."""
    assert margin_multiple(np.array(0.8), 0.1) == pytest.approx(8 / 3)


def test_margin_multiple_is_the_sum_of_the_years():
    """The closed form equals r/(1+d) + (r/(1+d))^2 + ..., summed over 2,000 periods."""
    years = sum((0.88 / 1.1) ** t for t in range(1, 2000))
    assert margin_multiple(np.array(0.88), 0.1) == pytest.approx(years)
    assert margin_multiple(np.array(0.88), 0.1) == pytest.approx(4)


def test_margin_multiple_without_an_end_is_infinite():
    """Nobody leaves and nothing is discounted: the sum has no end."""
    assert np.isinf(margin_multiple(np.array(1.0), 0.0))


def test_customer_value_by_basis():
    """400 a year is worth 400 in the period and 1,600 over a lifetime with multiple 4."""
    value = customer_value(
        np.array([400.0, 400.0]), np.array([0.88, 0.88]), 0.1, np.array([False, True])
    )
    assert value == pytest.approx([400, 1600])


def test_customer_without_margin_is_worth_nothing_however_long_the_life():
    """0 x infinity counts as 0."""
    value = customer_value(np.array([0.0]), np.array([1.0]), 0.0, np.array([True]))
    assert value.tolist() == [0.0]


def test_dissatisfied_share_of_the_example():
    """q = 0.9 and n = 2 leave 1 - 0.81 = 0.19 of the customers with a failure."""
    assert dissatisfied_share(np.array(2.0), np.array(0.9)) == pytest.approx(0.19)


@pytest.mark.parametrize(("orders", "level", "share"), [(0, 0.5, 0), (7, 1, 0), (3, 0, 1)])
def test_dissatisfied_share_at_its_ends(orders, level, share):
    """Nobody fails without orders or at level 1; everybody at level 0."""
    assert dissatisfied_share(np.array(float(orders)), np.array(float(level))) == share


def test_failed_orders():
    """Two orders at 0.9 fail 0.2 times."""
    assert failed_orders(np.array(2.0), np.array(0.9)) == pytest.approx(0.2)


def test_losses_of_key_in_standard():
    """2,000 + 7,600 + 1,900: the worked column of the example `tiny`."""
    n = np.array
    assert lost_orders(n(100.0), n(0.2), n(0.5), n(200.0)) == pytest.approx(2000)
    assert lost_customers(n(100.0), n(0.19), n(0.25), n(1600.0)) == pytest.approx(7600)
    assert lost_prospects(n(100.0), n(0.19), n(10.0), n(0.1), n(0.25), n(400.0)) == pytest.approx(
        1900
    )


def test_units_and_cost():
    """100 customers, 2 orders: 100 x 3 + 200 x 0.5 + 7 units; 100 x 10 + 200 x 10 + 50 money."""
    n = np.array
    assert units_used(n(100.0), n(2.0), n(3.0), n(0.5), n(7.0)) == pytest.approx(407)
    assert service_cost(n(100.0), n(2.0), n(10.0), n(10.0), n(50.0)) == pytest.approx(3050)
