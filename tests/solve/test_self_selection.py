"""Customers who choose from the menu: every menu tried, against the program of each route."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from oracles import feasible_choices
from strategies import problem_with_choosers, simple_problem

from slopt.errors import UsageError
from slopt.problem.choice import Bar
from slopt.problem.evaluate import evaluate
from slopt.problem.self_selection import SelfSelection, not_worth_it
from slopt.solve.highs import Answer, Options
from slopt.solve.menu_search import best_menu
from slopt.solve.solve import solve
from slopt.vocabulary import Method, Status

EXACT = Options(gap=0.0)


def is_chosen_freely(problem, choice):
    """Nobody who chooses would rather have another tier that somebody has, or none."""
    selection = problem.selection
    menu = set(choice) | ({selection.outside} - {None})
    for s in np.flatnonzero(selection.chooses):
        options = [k for k in menu if selection.available[s, k]]
        if any(selection.surplus[s, k] > selection.surplus[s, choice[s]] for k in options):
            return False
    return all(len(menu & set(tiers)) < 2 for _, tiers in selection.same_service)


def best_of_all(problem):
    """The best objective over every choice that customers make of their own will; None: none."""
    sign = -1.0 if problem.goal.maximises else 1.0
    values = [
        sign * judged.objective
        for choice, judged in feasible_choices(problem)
        if is_chosen_freely(problem, choice)
    ]
    return sign * min(values) if values else None


@pytest.mark.parametrize("seed", range(60))
def test_the_plan_is_the_best_over_all_menus(seed):
    """No menu of tiers, tried one by one, is better than the plan, and none is where none is."""
    problem = problem_with_choosers(seed)
    best = best_of_all(problem)
    method = Method.PYOMO if seed % 6 == 0 else Method.AUTO
    outcome = solve(problem, EXACT, method)
    if best is None:
        assert outcome.status is Status.INFEASIBLE
        return
    assert outcome.status is Status.OPTIMAL
    assert outcome.objective == pytest.approx(best, abs=1e-6)
    assert evaluate(problem, outcome.choice).violations == ()


@pytest.mark.parametrize("seed", range(20))
def test_the_judge_knows_who_would_rather_have_another_tier(seed):
    """The evaluation names a breach exactly where the definition, written as a loop, finds one."""
    problem = problem_with_choosers(seed)
    rng = np.random.default_rng(seed)
    for _ in range(20):
        choice = rng.integers(0, len(problem.tiers), len(problem.segments))
        named = {breach.rule.partition("[")[0] for breach in evaluate(problem, choice).violations}
        assert is_chosen_freely(problem, choice) == (not named & {"choice", "same_service"})


def two_types(prices):
    """Two types of customers, a basic and a premium service, each at several prices.

    A customer of the first type gives 20 for basic and 30 for premium, one of the second 40 and
    100; serving costs 10 and 25. Surplus is worth less price.
    """
    worth = {"none": (0, 0), "basic": (20, 40), "premium": (30, 100)}
    cost = {"none": 0, "basic": 10, "premium": 25}
    menu = [("none", 0), *prices]
    counts = np.array([100.0, 50.0])
    paid = np.array([price for _, price in menu], dtype=float)
    surplus = np.array([[worth[name][s] for name, _ in menu] for s in (0, 1)]) - paid
    booked = counts[:, None] * (np.array([cost[name] for name, _ in menu]) - paid)
    services = {
        name: tuple(k for k, (its, _) in enumerate(menu) if its == name)
        for name in ("basic", "premium")
    }
    selection = SelfSelection(
        surplus,
        np.ones(2, dtype=bool),
        np.ones(surplus.shape, dtype=bool),
        0,
        tuple(services.items()),
    )
    worthless = np.where(not_worth_it(selection), np.int8(Bar.NOT_WORTH_IT), np.int8(0))
    return simple_problem(booked, np.zeros(booked.shape)).replace(
        selection=selection, barred=worthless
    )


def test_a_menu_worked_out_by_hand():
    """Basic at 20 takes all of the first type; premium can then ask 80, where the second type has
    its 20 of surplus as with basic: 100 (20 - 10) + 50 (80 - 25) = 3,750. Basic left out, premium
    at 100 would earn 50 x 75 = 3,750 as well, and at 90 less.
    """
    problem = two_types([("basic", 20), ("premium", 70), ("premium", 80), ("premium", 90)])
    outcome = solve(problem, EXACT)
    assert outcome.choice.tolist() == [1, 3]
    assert outcome.objective == -3750
    dear = two_types([("basic", 20), ("premium", 100)])
    assert solve(dear, EXACT).objective == -3750
    assert solve(dear, EXACT).choice.tolist() == [0, 2]


def test_a_menu_is_found_without_a_program():
    """One change of the menu at a time: never better than the best plan, and mostly as good."""
    as_good, plans = 0, 0
    for seed in range(60):
        problem = problem_with_choosers(seed)
        best = best_of_all(problem)
        choice = best_menu(problem, 10.0)
        if choice is None:
            continue
        sign = -1.0 if problem.goal.maximises else 1.0
        evaluation = evaluate(problem, choice)
        assert evaluation.violations == ()
        assert sign * evaluation.objective >= sign * best - 1e-9
        plans += 1
        as_good += sign * evaluation.objective <= sign * best + 1e-9
    assert plans >= 8
    assert as_good >= plans / 2


def test_where_the_time_is_over_the_plan_of_a_menu_is_shown(monkeypatch):
    """A program that finds nothing in its time leaves the search to find a plan, not proven."""
    problem = two_types([("basic", 20), ("premium", 70), ("premium", 80)])

    def no_time(program, options):
        return Answer(Status.NO_PLAN, None, None, None, None)

    monkeypatch.setattr("slopt.solve.by_program.run", no_time)
    outcome = solve(problem, EXACT, Method.HIGHS)
    assert outcome.status is Status.FEASIBLE
    assert outcome.objective == -3750
    assert outcome.bound is None


def test_taking_none_is_no_tier_of_the_menu():
    """Who takes none does not fill a menu of one tier, and cannot be kept from it."""
    problem = two_types([("basic", 20), ("premium", 100)]).replace(max_tiers=1)
    outcome = solve(problem, EXACT)
    assert outcome.objective == -3750
    evaluation = evaluate(problem, outcome.choice)
    assert evaluation.tiers_used == 1
    assert not evaluation.violations


def test_without_the_choice_everybody_would_be_given_the_dearest():
    """Dropping the choice, the business would give each type the dearest price it is willing to
    pay: premium at 30 cannot be asked for here, so basic at 20 and premium at 90.
    """
    problem = two_types([("basic", 20), ("premium", 80), ("premium", 90)])
    given = solve(problem.replace(selection=None), EXACT)
    assert given.objective == pytest.approx(-(1000 + 50 * 65))
    assert solve(problem, EXACT).objective == -3750


def test_routes_over_shared_rows_say_that_they_cannot():
    """Prices and the core let segments decide by prices of limits alone, which these do not."""
    for method in (Method.PRICES, Method.CORE):
        with pytest.raises(UsageError, match="customers choose from the menu"):
            solve(two_types([("basic", 20)]), EXACT, method)


def test_selections_are_values():
    """Two selections are equal where all their figures are, and a wrong shape is refused."""
    one = two_types([("basic", 20)]).selection
    assert one == replace(one)
    assert one != replace(one, outside=None)
    with pytest.raises(ValueError, match="fit together"):
        replace(one, chooses=np.ones(3, dtype=bool))
