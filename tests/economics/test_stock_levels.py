"""Normal loss, demand of three kinds, and fill rates against text books, integrals and sums."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from slopt.economics.best_fill_rate import best_fill_rate, cost_per_z, gain_per_point
from slopt.economics.demand import EmpiricalDemand, NormalDemand, PoissonDemand
from slopt.economics.inventory import (
    backlog_service_level,
    cycle_service_level,
    cycle_service_level_from_costs,
    exact_fill_rate,
    fill_rate,
    fill_rate_from_short,
    lead_time_spread,
    ready_rate,
    safety_factor,
    safety_factor_for_exact_fill_rate,
    safety_factor_for_fill_rate,
    safety_stock,
    units_short_per_cycle,
)
from slopt.economics.normal_loss import inverse_normal_loss, normal_loss


@pytest.mark.parametrize(
    ("z", "loss"),
    [(0, 0.3989), (0.5, 0.1978), (1, 0.0833), (1.5, 0.0293), (2, 0.0085), (-1, 1.0833)],
)
def test_normal_loss_is_the_one_of_the_tables(z, loss):
    """The standard loss table at the back of Nahmias, and of Silver, Pyke and Thomas."""
    assert normal_loss(z) == pytest.approx(loss, abs=5e-5)


@pytest.mark.parametrize("z", [-8.0, -2.3, 0.0, 0.7, 3.0, 6.0, 12.0])
def test_normal_loss_is_its_integral(z):
    """The integral of (x - z) phi(x) above z, also far out in the tail."""
    tail, _ = quad(lambda u: u * math.exp(-u * z - u * u / 2), 0, 60, epsabs=0, limit=200)
    expected = math.exp(-z * z / 2) / math.sqrt(2 * math.pi) * tail
    assert normal_loss(z) == pytest.approx(expected, rel=1e-9)


@given(z=st.floats(-30, 20))
@settings(deadline=None)
def test_inverse_normal_loss_gives_the_factor_back(z):
    """G(z) -> z, to the digits that the loss still holds of it."""
    assert inverse_normal_loss(normal_loss(z)) == pytest.approx(z, abs=1e-8)


def test_safety_stock_of_two_kinds_of_service():
    """Nahmias, mustard at Harvey's: Q = 100, lead-time spread 25, mean 100. 98 % of cycles without
    a shortage order at 151 (z = 2.05); 98 % of units at 126 (G = 0.08, z = 1.02).
    """
    assert 100 + safety_stock(safety_factor(0.98), 25) == pytest.approx(151, abs=0.5)
    factor = safety_factor_for_fill_rate(0.98, 25, 100)
    assert factor == pytest.approx(1.02, abs=5e-3)
    assert 100 + safety_stock(factor, 25) == pytest.approx(126, abs=0.5)
    assert units_short_per_cycle(factor, 25) == pytest.approx(2)
    assert fill_rate(factor, 25, 100) == pytest.approx(0.98)
    assert cycle_service_level(safety_factor(0.98)) == pytest.approx(0.98)


def test_lead_time_spread_takes_the_root_of_the_lead_time():
    """300 a period over 4 periods is 600; with a lead time that varies by 1, mean 800, 1,000."""
    assert lead_time_spread(300, 4) == pytest.approx(600)
    assert lead_time_spread(300, 4, 800, 1) == pytest.approx(1000)


def test_lead_time_spread_of_sampled_lead_times():
    """Sums of a random number of random demands, drawn 100,000 times, spread as much."""
    random = np.random.default_rng(5)
    periods = random.integers(2, 7, 100_000)
    totals = 50 * periods + 12 * np.sqrt(periods) * random.standard_normal(periods.size)
    expected = lead_time_spread(12, periods.mean(), 50, periods.std())
    assert totals.std() == pytest.approx(float(expected), rel=0.01)


@given(z=st.floats(-2, 3), spread=st.floats(0.5, 50), quantity=st.floats(1, 300))
@settings(max_examples=40, deadline=None)
def test_exact_fill_rate_is_its_integral(z, spread, quantity):
    """The mean chance that a unit is there, over positions from reorder point to that plus Q; the
    text-book form is never above it.
    """
    there, _ = quad(lambda x: norm.cdf(x), z, z + quantity / spread, limit=200)
    found = exact_fill_rate(z, spread, quantity)
    assert found == pytest.approx(there * spread / quantity, rel=1e-6)
    assert fill_rate(z, spread, quantity) <= found + 1e-12
    back = safety_factor_for_exact_fill_rate(found, spread, quantity) if found < 1 else z
    assert exact_fill_rate(back, spread, quantity) == pytest.approx(float(found))


def test_fill_rate_of_simulated_cycles():
    """Lead-time demand 20 +- 6, reorder point 26, orders of 90: units short over 200,000 cycles."""
    random = np.random.default_rng(8)
    demand = 20 + 6 * random.standard_normal(200_000)
    short = np.maximum(demand - 26, 0).mean()
    assert 1 - short / 90 == pytest.approx(float(fill_rate(1.0, 6, 90)), abs=2e-4)
    assert fill_rate_from_short(short, 90) == pytest.approx(1 - short / 90)


def test_backlog_level_falls_below_zero():
    """A backlog of 30 against a demand of 20 a period is -0.5; of 1 it is 0.95."""
    assert backlog_service_level([30, 1], 20) == pytest.approx([-0.5, 0.95])


def test_level_from_costs_is_the_cheapest():
    """Cost H z + M (1 - Phi(z)) on a fine grid is least at the level found."""
    level = cycle_service_level_from_costs(100, 5)
    z = np.linspace(0, 5, 500_001)
    cheapest = z[np.argmin(5 * z + 100 * norm.sf(z))]
    assert safety_factor(level) == pytest.approx(cheapest, abs=1e-4)
    with pytest.raises(ValueError, match="no safety stock is worth"):
        cycle_service_level_from_costs(2, 1)


def test_best_fill_rate_of_the_exercise():
    """Gain 18 x 0.0012 x 120,000 = 2,592 a point, cost 0.24 x 75 x 300 sqrt(4) = 10,800 per z:
    0.24 affords steps up to 98 %. Four times in place of the root gives 96 %.
    """
    gain = gain_per_point(18, 0.0012, 120_000)
    cost = cost_per_z(0.24, 75, float(lead_time_spread(300, 4)))
    assert gain == pytest.approx(2592)
    assert cost == pytest.approx(10_800)
    found = best_fill_rate(gain, cost)
    assert found.affordable_z == pytest.approx(0.24)
    assert found.level == pytest.approx(0.98)
    wrong = best_fill_rate(gain, cost_per_z(0.24, 75, 1200))
    assert wrong.affordable_z == pytest.approx(0.12)
    assert wrong.level == pytest.approx(0.96)


@given(gain=st.floats(0, 1e5), cost=st.floats(1, 1e5))
@settings(deadline=None)
def test_best_fill_rate_is_the_best_of_all_levels(gain, cost):
    """Gain less cost, computed for each whole percent, is nowhere higher."""
    levels = np.arange(50, 100) / 100
    profit = gain * 100 * levels - cost * norm.ppf(levels)
    found = best_fill_rate(gain, cost).level
    assert gain * 100 * found - cost * norm.ppf(found) >= profit.max() - 1e-6 * (gain + cost)


def test_poisson_demand_is_its_sums():
    """Shortage, chance and stock of means up to 40, from the chances of 0, 1, 2, ... units."""
    for mean in (0.0, 0.3, 2.5, 40.0):
        demand = PoissonDemand(np.asarray(mean))
        units = np.arange(200)
        logs = units * math.log(mean) if mean else np.where(units == 0, 0, -np.inf)
        chances = np.exp(logs - mean - np.array([math.lgamma(u + 1) for u in units]))
        for stock in (-1.0, 0.0, 1.0, 2.5, 3.0, 45.0):
            short = (np.maximum(units - stock, 0) * chances).sum()
            assert demand.expected_short(stock) == pytest.approx(short, abs=1e-12)
            enough = chances[units <= stock].sum()
            assert ready_rate(demand, stock) == pytest.approx(enough, abs=1e-12)
        for goal in (1e-9, 0.05, 0.5, 0.95, 0.9999):
            least = units[np.searchsorted(np.cumsum(chances), goal)]
            assert demand.stock_for(goal) == least


def test_normal_demand_is_its_integrals():
    """Chance and shortage of mean 50, spread 10; without spread demand is known."""
    demand = NormalDemand(np.asarray(50.0), np.asarray(10.0))
    short, _ = quad(lambda x: (x - 57) * norm.pdf(x, 50, 10), 57, 150)
    assert demand.expected_short(57) == pytest.approx(short)
    assert ready_rate(demand, 57) == pytest.approx(norm.cdf(0.7))
    assert demand.stock_for(0.9) == pytest.approx(50 + 10 * norm.ppf(0.9))
    known = NormalDemand(np.asarray(50.0), np.asarray(0.0))
    assert known.expected_short([49, 51]).tolist() == [1, 0]
    assert ready_rate(known, [49, 50]).tolist() == [0, 1]


@given(seen=st.lists(st.integers(0, 20), min_size=1, max_size=12), stock=st.floats(-2, 25))
@settings(deadline=None)
def test_observed_demand_is_its_loops(seen, stock):
    """Every figure of observed demand as a plain loop gives it."""
    demand = EmpiricalDemand(np.array(seen, dtype=float))
    n = len(seen)
    assert demand.mean == pytest.approx(sum(seen) / n)
    assert demand.expected_short(stock) == pytest.approx(sum(max(d - stock, 0) for d in seen) / n)
    assert ready_rate(demand, stock) == pytest.approx(sum(d <= stock for d in seen) / n)
    for goal in (0.01, 0.5, 0.99):
        least = min(d for d in seen if sum(e <= d for e in seen) / n >= goal)
        assert demand.stock_for(goal) == least


def test_out_of_range_is_named():
    """A level of 1 needs endless stock; no observations are no demand."""
    with pytest.raises(ValueError, match="cycle_service_level must be above 0 and below 1, not 1"):
        safety_factor(1)
    with pytest.raises(ValueError, match="observed"):
        EmpiricalDemand(np.array([]))
    with pytest.raises(ValueError, match="expected_short must not exceed"):
        fill_rate_from_short(2, 1)
    with pytest.raises(ValueError, match="start must be at least"):
        best_fill_rate(1, 1, start=0.2)
