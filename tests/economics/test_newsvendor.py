"""The newsvendor against text books, against trying all quantities, and under a budget."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from slopt.economics.demand import EmpiricalDemand, NormalDemand, PoissonDemand
from slopt.economics.newsvendor import (
    best_quantity,
    expected_cost,
    quantities_within_budget,
    unit_costs,
)


def _normal(mean, spread):
    return NormalDemand(np.asarray(mean, dtype=float), np.asarray(spread, dtype=float))


def test_macs_newsstand():
    """Nahmias: The Computer Journal costs 0.25, sells at 0.75, returns 0.10; demand 11.73 +- 4.74:
    ratio 0.77, z = 0.74, 15.24 copies.
    """
    costs = unit_costs(0.75, 0.25, 0.10)
    assert costs.critical_ratio == pytest.approx(0.77, abs=1e-3)
    assert best_quantity(_normal(11.73, 4.74), costs) == pytest.approx(15.24, abs=0.03)


def test_hammer_3_2():
    """Cachon and Terwiesch, O'Neill's wetsuit: 180 a piece, cost 110, salvage 90, demand 3,192 +-
    1,181: ratio 0.7778 and 4,095 pieces (by their table, which rounds z up: 4,101).
    """
    costs = unit_costs(180, 110, 90)
    assert costs.critical_ratio == pytest.approx(0.7778, abs=5e-5)
    assert best_quantity(_normal(3192, 1181), costs) == pytest.approx(4095, abs=1)


def test_hamptonshire_express():
    """The Harvard case: price 1, cost 0.2, demand 500 +- 100: 584.16 papers; the expected profit
    equals that of 400,000 sampled days.
    """
    costs, demand = unit_costs(1, 0.2), _normal(500, 100)
    assert best_quantity(demand, costs) == pytest.approx(584.16, abs=0.005)
    seen = 500 + 100 * np.random.default_rng(1).standard_normal(400_000)
    sampled = (np.minimum(seen, 584) - 0.2 * 584).mean()
    # Known demand would bring 500 x 0.8; not knowing it costs the rest.
    assert 400 - expected_cost(demand, costs, 584) == pytest.approx(sampled, abs=0.4)


@given(
    demand=st.one_of(
        st.builds(_normal, st.floats(5, 50), st.floats(0.5, 15)),
        st.builds(lambda m: PoissonDemand(np.asarray(m)), st.floats(0.5, 30)),
        st.builds(
            lambda seen: EmpiricalDemand(np.array(seen, dtype=float)),
            st.lists(st.integers(0, 40), min_size=1, max_size=10),
        ),
    ),
    short=st.floats(0.1, 10),
    over=st.floats(0.1, 10),
)
@settings(max_examples=60, deadline=None)
def test_best_quantity_is_the_cheapest_of_all(demand, short, over):
    """No other quantity of a fine search costs less."""
    costs = unit_costs(over + short, over)
    best = expected_cost(demand, costs, best_quantity(demand, costs))
    tried = expected_cost(demand, costs, np.arange(0, 100, 0.5))
    assert best <= tried.min() + 1e-9
    smooth = minimize_scalar(
        lambda q: float(expected_cost(demand, costs, q)), bounds=(0, 200), method="bounded"
    )
    assert best <= smooth.fun + 1e-6


def test_later_loss_raises_the_quantity():
    """Goodwill of 0.50 per copy short lifts the ratio from 0.77 to 0.87."""
    plain, with_goodwill = unit_costs(0.75, 0.25, 0.1), unit_costs(0.75, 0.25, 0.1, 0.5)
    assert with_goodwill.critical_ratio == pytest.approx(1 / 1.15)
    demand = _normal(11.73, 4.74)
    assert best_quantity(demand, with_goodwill) > best_quantity(demand, plain)


def test_two_newspapers_share_a_budget():
    """The worked example of the IEOR notes: 100 +- 20 at 3, 1, 0 and 50 +- 15 at 5, 2, 0.5 would
    cost 222; with 150 the price of budget is about 1.25 and quantities about 86.5 and 31.7.
    """
    demands, costs = [_normal(100, 20), _normal(50, 15)], [unit_costs(3, 1), unit_costs(5, 2, 0.5)]
    free = quantities_within_budget(demands, costs, [1, 2], 300)
    assert free.price_of_budget == 0
    assert free.quantities @ [1, 2] == pytest.approx(222, abs=1)
    found = quantities_within_budget(demands, costs, [1, 2], 150)
    assert found.price_of_budget == pytest.approx(1.25, abs=0.005)
    assert found.quantities == pytest.approx([86.5, 31.7], abs=0.05)
    assert found.quantities @ [1, 2] == pytest.approx(150)


def test_a_budget_is_split_as_the_best_of_all_splits():
    """All splits of the budget in steps of a thousandth, and the price as the gain of one unit."""
    demands, costs = [_normal(100, 20), _normal(50, 15)], [unit_costs(3, 1), unit_costs(5, 2, 0.5)]

    def least(budget):
        first = np.arange(0, budget, 1e-3)
        both = expected_cost(demands[0], costs[0], first) + expected_cost(
            demands[1], costs[1], (budget - first) / 2
        )
        return first[np.argmin(both)], both.min()

    split, cost = least(150.0)
    found = quantities_within_budget(demands, costs, [1, 2], 150)
    assert found.quantities[0] == pytest.approx(split, abs=2e-2)
    assert cost - least(151.0)[1] == pytest.approx(found.price_of_budget, rel=0.02)


@given(budget=st.floats(0, 300), more=st.floats(0, 50))
@settings(max_examples=40, deadline=None)
def test_more_budget_never_buys_less(budget, more):
    """The budget is never exceeded, its price never rises, no quantity falls."""
    demands = [PoissonDemand(np.asarray(100.0)), _normal(50, 15)]
    costs = [unit_costs(3, 1), unit_costs(5, 2, 0.5)]
    small = quantities_within_budget(demands, costs, [1, 2], budget)
    large = quantities_within_budget(demands, costs, [1, 2], budget + more)
    assert small.quantities @ [1, 2] <= budget * (1 + 1e-9)
    assert large.price_of_budget <= small.price_of_budget + 1e-9
    assert (large.quantities >= small.quantities - 1e-6).all()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((1, 2), "price \\+ goodwill must be above cost"),
        ((2, 1, 1), "salvage must be below cost"),
        ((-1, 1), "price must be at least 0"),
        ((2, 1, 0, -1), "goodwill must be at least 0"),
    ],
)
def test_costs_without_an_answer_are_refused(arguments, words):
    """Where a unit short or over costs nothing there is no best quantity."""
    with pytest.raises(ValueError, match=words):
        unit_costs(*arguments)


def test_lengths_must_agree():
    """One cost and one weight for each item."""
    with pytest.raises(ValueError, match="same length"):
        quantities_within_budget([_normal(1, 1)], [], [1], 5)
