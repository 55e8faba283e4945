"""models/rationing.py against every stock and reserve, and against the closed forms."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import poisson

from slopt.economics.demand import PoissonDemand
from slopt.economics.rationing.nested_reserves import best_nested_reserves, littlewood_reserve
from slopt.errors import UsageError
from slopt.problem.rationing import Allocation, RationingProblem, poisson_scenarios, price
from slopt.solve.highs import Options
from slopt.solve.rationing import solve_rationing
from slopt.vocabulary import Status

EXACT = Options(gap=1e-7)


def _every(problem, most, step=1.0):
    """The least cost over all stocks and reserves in steps. With whole demands and no targets whole
    units are enough: costs bend only where stock and reserves differ by whole numbers.
    """
    others = len(problem.classes) - 1
    tried = (
        price(problem, stock * step, (0.0, *(np.array(held) * step)))
        for stock in range(int(most / step) + 1)
        for held in product(range(stock + 1), repeat=others)
        if all(np.diff(held) >= 0)
    )
    return min((each for each in tried if each.keeps(problem)), key=lambda each: each.cost)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("targets", [(), (0.95, 0.6)])
def test_no_stock_and_reserve_cost_less(seed, targets):
    """Two classes, 25 scenarios: the program finds the best of all; with targets parts of a unit
    may save a little more than halves of it.
    """
    rng = np.random.default_rng(seed)
    problem = RationingProblem(
        ("better", "poorer"),
        poisson_scenarios(rng.uniform(2, 6, 2), 25, seed),
        np.sort(rng.uniform(2, 9, 2))[::-1],
        unit_cost=rng.uniform(0.2, 2),
        left_over_cost=rng.uniform(0, 1),
        fill_targets=targets,
    )
    found = solve_rationing(problem, EXACT)
    assert found.status is Status.OPTIMAL
    assert found.policy.keeps(problem)
    every = _every(problem, 22, 0.5 if targets else 1.0).cost
    assert found.policy.cost <= every + 1e-6
    assert found.policy.cost == pytest.approx(every, rel=0.02 if targets else 1e-6)
    assert found.bound == pytest.approx(found.policy.cost, rel=1e-6)


def test_three_classes():
    """The same with three classes."""
    problem = RationingProblem(
        ("gold", "silver", "bronze"), poisson_scenarios([2, 3, 4], 20, 1), [9.0, 5.0, 2.0], 1.0
    )
    found = solve_rationing(problem, EXACT)
    assert found.policy.cost == pytest.approx(_every(problem, 16).cost)


def test_all_demands_with_their_chances_give_the_closed_forms():
    """Over all pairs of demands of two independent classes the program keeps back what Littlewood's
    rule says, and saves what the recursion says.
    """
    laws = [poisson.pmf(np.arange(9), mean) for mean in (3.0, 2.0)]
    laws = [law / law.sum() for law in laws]
    pairs = np.array(list(product(range(9), repeat=2)), dtype=float)
    chance = np.outer(*laws).ravel()
    costs, over = np.array([7.0, 3.0]), 0.5
    problem = RationingProblem(
        ("better", "poorer"), pairs, costs, 0.0, over, chance=chance, most_stock=5
    )
    bought = RationingProblem(
        ("better", "poorer"), pairs, costs, 1.0, over, chance=chance, most_stock=16
    )
    best = best_nested_reserves(laws, costs, 16, over)
    found = solve_rationing(bought, EXACT)
    every = costs @ bought.mean_demand + np.arange(17) - best.saved
    assert found.policy.cost == pytest.approx(every.min())
    assert found.policy.stock == pytest.approx(every.argmin())
    rule = littlewood_reserve(PoissonDemand(np.array(3.0)), 3.0, 7.0, over)
    assert best.reserves[1] == rule
    at_rule = price(problem, 5, (0, rule)).cost
    assert at_rule == pytest.approx(min(price(problem, 5, (0, kept)).cost for kept in range(6)))
    assert price(bought, found.policy.stock, (0, rule)).cost == pytest.approx(found.policy.cost)


def test_known_demand_is_never_worse():
    """Who gives out units after all orders are in pays no more, and needs no reserve for it; a
    given reserve only costs.
    """
    first = RationingProblem(
        ("better", "poorer"), poisson_scenarios([4, 6], 40, 2), [9.0, 3.0], 1.0
    )
    at_hand = {
        "classes": first.classes,
        "demand": first.demand,
        "short_cost": first.short_cost,
        "unit_cost": 1.0,
        "allocation": Allocation.AFTER_DEMAND,
    }
    blind = solve_rationing(first, EXACT).policy.cost
    free = solve_rationing(RationingProblem(**at_hand), EXACT).policy
    kept = solve_rationing(RationingProblem(**at_hand, reserves=[0, 5]), EXACT).policy
    assert free.cost < blind
    assert free.cost == pytest.approx(
        min(price(RationingProblem(**at_hand), stock, (0, 0)).cost for stock in range(25))
    )
    assert kept.cost >= free.cost
    assert kept.reserves.tolist() == [0, 5]


def test_targets_divide_known_demand():
    """A target for the poorer class is kept on average over the scenarios, at least cost."""
    problem = RationingProblem(
        ("better", "poorer"),
        [[4, 4], [0, 4]],
        [9.0, 1.0],
        most_stock=4,
        fill_targets=[0.0, 0.75],
        allocation=Allocation.AFTER_DEMAND,
    )
    found = solve_rationing(problem, EXACT).policy
    assert found.fill_rates == pytest.approx([0.5, 0.75])
    assert found.cost == pytest.approx(9 * 1 + 1 * 1)


def test_targets_beyond_the_largest_stock_are_infeasible():
    """No stock of 3 serves all of a demand of 4."""
    problem = RationingProblem(
        ("better", "poorer"), [[4, 4]], [9.0, 1.0], most_stock=3, fill_targets=[1.0, 0.0]
    )
    assert solve_rationing(problem).status is Status.INFEASIBLE


def test_other_problems_are_refused_in_a_sentence():
    """The model file says what it plans."""
    with pytest.raises(UsageError, match="this model plans a RationingProblem"):
        solve_rationing(object())
