"""Reserves where poorer classes ask first: published seats, brute force, Littlewood's rule."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, poisson

from slopt.economics.demand import NormalDemand, PoissonDemand
from slopt.economics.rationing.nested_reserves import (
    best_nested_reserves,
    emsr_b,
    littlewood_reserve,
    nested_service,
)

SEAT_MEANS, SEAT_SPREADS = (17.3, 45.1, 39.6, 34.0), (5.8, 15.0, 13.2, 11.3)


def _rounded_normal(mean, spread):
    """P(D = 0, 1, ...) of a normal demand rounded to whole units."""
    law = np.diff(norm.cdf((np.append(-np.inf, np.arange(250) + 0.5) - mean) / spread))
    return law / law.sum()


@pytest.mark.parametrize(
    ("fares", "published"),
    [((1050, 567, 534, 520), (16.7, 50.9, 83.2)), ((1050, 950, 699, 520), (9.7, 53.3, 96.8))],
)
def test_published_seats(fares, published):
    """Talluri and van Ryzin (2004), table 2.5: what EMSR-b keeps for the better fares."""
    assert emsr_b(SEAT_MEANS, SEAT_SPREADS, fares) == pytest.approx(published, abs=0.06)


def test_the_exact_reserves_save_at_least_those_of_the_rule():
    """At every number of seats; with these fares the rule loses less than 1 % of the revenue."""
    laws = [_rounded_normal(*each) for each in zip(SEAT_MEANS, SEAT_SPREADS, strict=True)]
    fares = np.array([1050.0, 567.0, 534.0, 520.0])
    best = best_nested_reserves(laws, fares, 160)
    assert best.reserves.tolist() == [0, 17, 42, 73]
    rule = np.append(0, np.round(emsr_b(SEAT_MEANS, SEAT_SPREADS, fares)))
    means = np.array([law @ np.arange(law.size) for law in laws])
    revenue = (fares * (means - nested_service(laws, rule, 160).short)).sum(axis=1)
    assert np.all(best.saved >= revenue - 1e-6)
    assert np.all(best.saved[60:] <= 1.01 * revenue[60:])


def test_a_lorry_and_the_spot_market():
    """A text-book exercise: a lorry's space sells for 0.10 a cubic foot now, for 0.13 later to a
    demand of 60,000 +- 20,000; P(D > K) = 10/13 at K = 45,274.
    """
    later = NormalDemand(np.array(60_000.0), np.array(20_000.0))
    kept = littlewood_reserve(later, 0.10, 0.13)
    assert kept == pytest.approx(45_274, abs=0.5)
    assert 1 - later.no_shortage_probability(kept) == pytest.approx(10 / 13)


def test_dear_left_overs_lower_the_reserve():
    """A unit kept in vain costs 2: P(D > K) = (1 + 2) / (5 + 2) in place of 1 / 5."""
    demand = PoissonDemand(np.array(8.0))
    assert littlewood_reserve(demand, 1.0, 5.0) == 10
    assert littlewood_reserve(demand, 1.0, 5.0, 2.0) == 8


def test_equal_classes_keep_nothing_back():
    """Neither rule reserves for a class that loses no more."""
    assert littlewood_reserve(PoissonDemand(np.array(8.0)), 5.0, 5.0) == 0
    assert emsr_b([5.0, 5.0], [2.0, 2.0], [3.0, 3.0]).tolist() == [0.0]


def _cost(laws, costs, over, stock, reserves):
    """Expected cost by going through every combination of demands, the poorest class first."""
    total = 0.0
    for demands in product(*(range(len(law)) for law in laws)):
        chance = np.prod([law[units] for law, units in zip(laws, demands, strict=True)])
        left, lost = stock, 0.0
        for j in reversed(range(len(laws))):
            served = min(demands[j], max(0, left - reserves[j]))
            left -= served
            lost += costs[j] * (demands[j] - served)
        total += chance * (lost + over * left)
    return total


@given(
    seed=st.integers(0, 2**32 - 1),
    costs=st.lists(st.floats(0.5, 9), min_size=3, max_size=3),
    over=st.floats(0, 2),
    stock=st.integers(0, 7),
)
@settings(max_examples=25, deadline=None)
def test_no_other_reserves_cost_less(seed, costs, over, stock):
    """All reserves of three classes with random demands, priced demand by demand."""
    rng = np.random.default_rng(seed)
    laws = [rng.dirichlet(np.ones(4)) for _ in range(3)]
    costs = np.sort(costs)[::-1]
    best = best_nested_reserves(laws, costs, 7, over)
    ours = _cost(laws, costs, over, stock, best.reserves)
    for second in range(8):
        for third in range(second, 8):
            assert ours <= _cost(laws, costs, over, stock, (0, second, third)) + 1e-9
    means = np.array([law @ np.arange(4) for law in laws])
    assert best.saved[stock] == pytest.approx(costs @ means - ours)
    service = nested_service(laws, best.reserves, 7)
    priced = service.short[stock] @ costs + over * service.left_over[stock]
    assert priced == pytest.approx(ours)


@given(mean=st.floats(0.5, 20), low=st.floats(0.1, 4.9), over=st.floats(0, 3))
@settings(max_examples=40, deadline=None)
def test_two_classes_follow_littlewood(mean, low, over):
    """The exact search over two Poisson classes keeps what the closed form says."""
    laws = [poisson.pmf(np.arange(120), each) for each in (mean, 6.0)]
    laws = [law / law.sum() for law in laws]
    best = best_nested_reserves(laws, [5.0, low], 100, over)
    rule = littlewood_reserve(PoissonDemand(np.array(mean)), low, 5.0, over)
    tie = abs(poisson.sf(rule - 1, mean) - (low + over) / (5 + over)) < 1e-9
    assert tie or best.reserves[1] == rule


@pytest.mark.parametrize(
    ("chances", "costs", "words"),
    [
        (([0.5, 0.5], [1.0]), [1.0, 2.0], "no class may cost more than a better one"),
        (([0.5, 0.4], [1.0]), [2.0, 1.0], "chances must add up to 1"),
        (([1.0],), [2.0, 1.0], "chances must hold 2 distributions"),
    ],
)
def test_classes_out_of_order_are_refused(chances, costs, words):
    """Each with what is wrong."""
    with pytest.raises(ValueError, match=words):
        best_nested_reserves(chances, costs, 5)
