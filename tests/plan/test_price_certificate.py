"""The bound from prices alone: a proof for any prices, tight for the right ones."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from oracles import brute_force
from strategies import random_problem, simple_problem, with_resource

from slopt.plan.price_certificate import priced_bound, prove_infeasible
from slopt.problem.matrix import assemble
from slopt.problem.sharing import obstacle, rows_of
from slopt.solve.highs import Options, run
from slopt.solve.relaxation import relax
from slopt.vocabulary import Goal


def test_no_prices_prove_more_than_is_true():
    """Random prices, all goals, menus and rules: the bound is never on the wrong side."""
    rng = np.random.default_rng(5)
    tight = seen = 0
    for seed in range(5000, 5250):
        problem = random_problem(seed)
        if obstacle(problem):
            continue
        best, its = brute_force(problem)
        if best is None:
            continue
        sense = -1.0 if problem.goal.maximises else 1.0
        names = [row.name for row in rows_of(problem)]
        for scale in (0.0, 0.1, 1.0, 30.0):
            prices = {name: float(rng.exponential(scale)) for name in names}
            bound = sense * priced_bound(problem, prices)
            assert bound <= sense * its.objective + 1e-9 * max(1.0, abs(its.objective))
            seen += 1
            tight += bound >= sense * its.objective - 1e-6
    assert seen > 300
    assert tight > 10


def test_the_prices_of_the_relaxation_prove_its_bound():
    """Without menu and comparisons the bound is that of the linear relaxation, to 1e-9."""
    compared = 0
    for seed in range(5300, 5400):
        problem = random_problem(seed, plain=True)
        if obstacle(problem) or problem.has_menu:
            continue
        program = assemble(problem)
        relaxation = relax(program, Options())
        if relaxation is None:
            continue
        exact = run(program.relaxed(), Options()).objective
        bound = priced_bound(problem, relaxation.prices)
        assert bound == pytest.approx(exact, rel=1e-9, abs=1e-7)
        compared += 1
    assert compared > 30


def test_a_menu_is_part_of_the_bound():
    """Two segments want one tier each, opening costs 3 a tier: one tier for both is best, 12."""
    problem = simple_problem([[1, 8], [8, 1]], [[0, 0]] * 2, open_cost=np.array([3.0, 7.0]))
    assert priced_bound(problem, {}) == pytest.approx(12.0)
    assert brute_force(problem)[1].objective == pytest.approx(12.0)


def test_the_bound_is_below_the_exact_sum_by_rounding_only():
    """A hundred thousand thirds: below their exact sum, by less than 1e-13 of it."""
    count = 100_000
    cost = np.full((count, 2), 1 / 3)
    cost[:, 1] = 2 / 3
    problem = simple_problem(cost, np.zeros((count, 2)), goal=Goal.MIN_BUDGET)
    exact = count * Fraction(1 / 3)
    bound = Fraction(priced_bound(problem, {}))
    assert bound < exact
    assert exact - bound < exact * Fraction(1, 10**13)


def test_prices_prove_that_no_plan_exists_or_do_not():
    """Two segments need 5 and 7 hours at least, 11 are there: any price on hours proves it."""
    problem = simple_problem([[1, 2]] * 2, [[2, 1]] * 2)
    short = with_resource(problem, [[5, 6], [8, 7]], 11.0)
    assert prove_infeasible(short, {"hours": 1.0})
    assert prove_infeasible(short, {"hours": 1e-6})
    assert not prove_infeasible(short, {})
    assert not prove_infeasible(with_resource(problem, [[5, 6], [8, 7]], 12.0), {"hours": 1.0})
    extra = with_resource(problem, [[5, 6], [8, 7]], 11.0, extra=1.0)
    assert not prove_infeasible(extra, {"hours": 1.0})
