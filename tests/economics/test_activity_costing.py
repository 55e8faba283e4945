"""Time-driven costing: Kaplan and Anderson's department, allocation proofs, methods compared."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from slopt.economics.activity_costing import (
    activity_minutes,
    allocate_by_driver,
    capacity_cost_rate,
    charge_by_time,
    compare_methods,
    practical_capacity,
    prove_allocation,
)


def test_customer_service_department():
    """Kaplan and Anderson 2004: 560,000 a quarter for 700,000 minutes; orders 8, inquiries 44 and
    credit checks 50 minutes, 49,000, 1,400 and 2,500 of them. 0.80 a minute; 6.40, 35.20 and
    40.00 each; 83 % used; 462,880 charged; 97,120 for 121,400 unused minutes.
    """
    minutes, count = np.array([8, 44, 50]), np.array([49_000, 1_400, 2_500])
    found = charge_by_time([560_000], [700_000], [minutes * count])
    assert found.rate == pytest.approx([0.80])
    assert found.rate * minutes == pytest.approx([6.40, 35.20, 40.00])
    assert found.charged[0] == pytest.approx([313_600, 49_280, 100_000])
    assert found.by_segment.sum() == pytest.approx(462_880)
    assert found.used_minutes == pytest.approx([578_600])
    assert found.used_minutes[0] / 700_000 == pytest.approx(0.83, abs=5e-3)
    assert found.unused_minutes == pytest.approx([121_400])
    assert found.unused_cost == pytest.approx([97_120])
    assert found.overused.tolist() == [0]


def test_the_same_department_allocated_in_full():
    """By effort of 70, 10 and 20 %: 8.00, 40.00 and 44.80 each, unused capacity hidden in them."""
    charged = allocate_by_driver([560_000], [[70, 10, 20]])[0]
    assert charged / [49_000, 1_400, 2_500] == pytest.approx([8.00, 40.00, 44.80])
    assert prove_allocation([560_000], charged).holds


@pytest.mark.parametrize(("hours", "rate"), [(8500, 28.24), (10_400, 23.08), (6000, 40)])
def test_rate_of_a_pool(hours, rate):
    """240,000 over 8,500 practical, 10,400 theoretical or 6,000 actual hours."""
    assert capacity_cost_rate(240_000, hours) == pytest.approx(rate, abs=5e-3)


def test_practical_capacity():
    """22 days a month of 8 hours are 31,680 minutes a quarter, 80 % of it 25,344; Kaplan and
    Anderson round to 25,000, which for 28 people makes the 700,000.
    """
    assert practical_capacity(3 * 22 * 8 * 60, 0.80) == pytest.approx(25_344)


def test_packaging_time_equation():
    """Kaplan and Anderson: 0.5 minutes, 6.5 more if special, 0.2 more if by air."""
    parcels = [[0, 0], [1, 0], [0, 1], [1, 1]]
    assert activity_minutes(0.5, [6.5, 0.2], parcels) == pytest.approx([0.5, 7.0, 0.7, 7.2])
    with pytest.raises(ValueError, match="negative time"):
        activity_minutes(1, [-2], [[1]])
    with pytest.raises(ValueError, match="one value for each"):
        activity_minutes(1, [1, 2], [[1]])


pools = arrays.arrays(float, (3, 4), elements=st.floats(0, 1e5, allow_subnormal=False))


@given(minutes=pools, cost=st.lists(st.floats(0, 1e7), min_size=3, max_size=3))
@settings(max_examples=50, deadline=None)
def test_charged_and_unused_are_the_pools(minutes, cost):
    """Nothing is lost or counted twice, pool by pool and in all, also where pools are overused."""
    found = charge_by_time(cost, [1e5, 2e5, 3e5], minutes)
    for p in range(3):
        assert math.fsum([*found.charged[p], found.unused_cost[p]]) == pytest.approx(cost[p])
    proof = prove_allocation(found.pool_cost, found.charged, found.unused_cost)
    assert proof.holds
    assert abs(proof.difference) <= 1e-9 * max(proof.pools, proof.charged, 1)


def test_a_false_allocation_has_no_proof():
    """One cent lost of a thousand shows."""
    proof = prove_allocation([600, 400], [[500, 99.99], [200, 200]])
    assert not proof.holds
    assert proof.difference == pytest.approx(-0.01)


def test_overused_pools_say_so():
    """110 minutes of 100: 10 over, and the charge exceeds the cost by as much."""
    found = charge_by_time([200], [100], [[60, 50]])
    assert found.overused == pytest.approx([10])
    assert found.unused_cost == pytest.approx([-20])


def test_methods_side_by_side():
    """Direct 10 and 20; a pool of 100 with equal orders but minutes 10 and 60 of 100."""
    found = compare_methods([10, 20], [100], [[5, 5]], [100], [[10, 60]])
    assert found.direct_only.tolist() == [10, 20]
    assert found.fully_allocated == pytest.approx([60, 70])
    assert found.time_driven == pytest.approx([20, 80])
    assert found.uncharged_direct_only == pytest.approx(100)
    assert found.uncharged_time_driven == pytest.approx(30)


def test_pools_that_do_not_fit_are_refused():
    """No capacity, no driver, tables of the wrong shape."""
    with pytest.raises(ValueError, match="capacity must be above 0"):
        capacity_cost_rate(1, 0)
    with pytest.raises(ValueError, match="drivers must not all be 0"):
        allocate_by_driver([1], [[0, 0]])
    with pytest.raises(ValueError, match="pools x segments"):
        charge_by_time([1, 2], [1, 2], [[1, 1]])
    with pytest.raises(ValueError, match="same segments"):
        compare_methods([1], [1], [[1, 1]], [1], [[1, 1]])
