"""Solving against trying every choice: objective, status, bound, for all goals and rules."""

from __future__ import annotations

import numpy as np
import pytest
from oracles import brute_force, feasible_choices, judge
from strategies import GOALS, random_problem, simple_problem, with_resource

from slopt.problem.choice import Bar
from slopt.problem.rules import Rule
from slopt.solve.solve import solve
from slopt.vocabulary import Goal, Method, RuleKind, Status


def assert_is_the_best(problem, outcome, bound_within=1e-6):
    """The outcome is optimal, worth what the best of all choices is, or infeasible as all are."""
    best, its = brute_force(problem)
    if best is None:
        assert outcome.status is Status.INFEASIBLE
        assert outcome.choice is None
        assert outcome.conflict
        return
    assert outcome.status is Status.OPTIMAL
    found = judge(problem, outcome.choice)
    assert not found.violated
    assert found.objective == pytest.approx(its.objective, abs=1e-7)
    assert outcome.objective == pytest.approx(its.objective, abs=1e-6)
    assert outcome.bound == pytest.approx(its.objective, abs=bound_within)


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("block", range(8))
def test_arrays_route_finds_the_best_of_all_choices(goal, block):
    """Ten random problems a block, with rules firm and soft, menus, extra units, all limits."""
    for seed in range(1000 + 10 * block, 1010 + 10 * block):
        problem = random_problem(seed, goal=goal)
        assert_is_the_best(problem, solve(problem))


@pytest.mark.parametrize("seed", range(2000, 2036))
def test_pyomo_route_agrees_with_the_arrays_route(seed):
    """Status, objective, relaxation prices and what they prove are the same by both routes."""
    problem = random_problem(seed)
    arrays = solve(problem, method=Method.HIGHS)
    model = solve(problem, method=Method.PYOMO)
    assert model.status is arrays.status
    if arrays.objective is None:
        assert model.conflict == arrays.conflict
        return
    assert model.objective == pytest.approx(arrays.objective, abs=1e-6)
    one, other = arrays.relaxation, model.relaxation
    for name in one.prices.keys() | other.prices.keys():
        price, its = one.prices.get(name, 0.0), other.prices.get(name, 0.0)
        # Prices of a degenerate relaxation are not unique; what they prove must be.
        if abs(price - its) > 1e-6:
            assert certified(problem, model) == pytest.approx(certified(problem, arrays), abs=1e-5)
            break


def certified(problem, outcome):
    """The bound that an outcome's prices prove."""
    from slopt.plan.certificate import certify

    return certify(problem, outcome.choice, outcome.objective, outcome.relaxation).bound


def test_prices_agree_where_they_are_unique():
    """The budget of this problem is priced 2/3 by both routes (the hand example, scaled)."""
    problem = simple_problem(
        [[1, 3, 6], [1.5, 6, 12], [1, 4, 8]],
        [[22, 11.5, 5.875], [15, 7.5, 3.75], [8, 4, 2]],
        budget=11.5,
    )
    for method in (Method.HIGHS, Method.PYOMO):
        assert solve(problem, method=method).relaxation.prices["budget"] == pytest.approx(2 / 3)


def test_small_problems_are_solved_to_the_end_whatever_the_gap():
    """A requested gap of 0.9 still gives the best plan of a problem of a few pairs."""
    from slopt.solve.highs import Options

    for seed in range(3000, 3020):
        problem = random_problem(seed, plain=True)
        outcome = solve(problem, Options(gap=0.9))
        assert_is_the_best(problem, outcome)


RULES = [
    (RuleKind.NOT_BELOW, (0, 1), {"others": (2, 3)}),
    (RuleKind.SAME_TIER, (0, 1, 2, 3), {}),
    (RuleKind.MIN_SERVICE_LEVEL, (0, 1, 2), {"value": 0.85}),
    (RuleKind.MAX_SERVICE_COST, (1, 2, 3), {"value": 7.0}),
    (RuleKind.MAX_LOST_SALES, (0, 3), {"value": 6.0}),
    (RuleKind.MIN_IN_TIER, (0, 1, 2, 3), {"tier": 2, "value": 3.0}),
    (RuleKind.MAX_IN_TIER, (0, 1, 2, 3), {"tier": 0, "value": 1.0}),
]


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize(("kind", "members", "values"), RULES)
def test_every_soft_rule_at_every_penalty(goal, kind, members, values):
    """From free to forbidding: the best plan weighs the breach, counted as the definition says."""
    rng = np.random.default_rng(len(kind.value))
    cost = np.sort(rng.integers(0, 12, (4, 3)), axis=1)
    lost = -np.sort(-rng.integers(0, 15, (4, 3)), axis=1)
    unit = 0.05 if goal is Goal.MAX_SERVICE else 1.0
    for penalty in (0.0, 0.5, 2.0, 9.0, 1000.0):
        rule = Rule("rule", kind, members, penalty=penalty * unit, **values)
        problem = simple_problem(cost, lost, goal=goal, rules=(rule,), budget=24.0).replace(
            rank=np.array([1, 2, 5]), weight=np.array([3.0, 0.0, 1.0, 2.0])
        )
        for method in (Method.HIGHS, Method.PYOMO):
            assert_is_the_best(problem, solve(problem, method=method))


@pytest.mark.parametrize("method", [Method.HIGHS, Method.PYOMO])
def test_cheaper_extra_units_come_last(method):
    """With a premium of -2 nobody books extra units before the capacity is used up."""
    problem = with_resource(
        simple_problem([[4, 9], [4, 9]], [[10, 0], [10, 0]], budget=15.0),
        [[1, 3], [1, 3]],
        capacity=5,
        extra=2,
        premium=-2,
    )
    assert_is_the_best(problem, solve(problem, method=method))
    assert judge(problem, solve(problem, method=method).choice).service_cost == 4 + 9
    for goal in GOALS:
        assert_is_the_best(problem.replace(goal=goal), solve(problem.replace(goal=goal)))


@pytest.mark.parametrize("method", [Method.HIGHS, Method.PYOMO])
def test_open_costs_and_extra_units_count_against_the_budget(method):
    """A budget short by the open cost, or by the extra units, rules the plan out."""
    problem = with_resource(
        simple_problem([[2, 5], [2, 5]], [[9, 0], [9, 0]], open_cost=np.array([0.0, 4.0])),
        [[1, 2], [1, 2]],
        capacity=3,
        extra=1,
        premium=3,
    )
    for budget in (10.0, 13.9, 14.0, 16.9, 17.0, 4.0):
        for goal in (Goal.MIN_LOST_SALES, Goal.MIN_TOTAL_COST):
            assert_is_the_best(
                problem.replace(budget=budget, goal=goal),
                solve(problem.replace(budget=budget, goal=goal), method=method),
            )


def test_menu_counts_the_tiers_that_are_used():
    """With at most two of four tiers, the two that pay most are open, and changes stay counted."""
    rng = np.random.default_rng(7)
    problem = simple_problem(
        rng.integers(0, 20, (5, 4)), rng.integers(0, 20, (5, 4)), max_tiers=2
    ).replace(current=np.array([0, 1, -1, 2, 3]))
    for changes in (None, 0, 1, 2, 3):
        assert_is_the_best(
            problem.replace(max_changes=changes), solve(problem.replace(max_changes=changes))
        )


@pytest.mark.parametrize("method", [Method.HIGHS, Method.PYOMO])
def test_rules_on_tiers_that_nobody_may_have(method):
    """max_in_tier holds by itself there; a firm min_in_tier contradicts what may not be offered."""
    barred = np.array([[0, Bar.NOT_OFFERED]] * 2, dtype=np.int8)
    problem = simple_problem([[1, 1]] * 2, [[1, 1]] * 2, barred=barred)
    cap = Rule("cap", RuleKind.MAX_IN_TIER, (0, 1), tier=1, value=1.0)
    floor = Rule("floor", RuleKind.MIN_IN_TIER, (0, 1), tier=1, value=1.0)
    soft = Rule("floor", RuleKind.MIN_IN_TIER, (0, 1), tier=1, value=1.0, penalty=3.0)
    assert solve(problem.replace(rules=(cap,)), method=method).objective == 4
    assert solve(problem.replace(rules=(soft,)), method=method).objective == 7
    outcome = solve(problem.replace(rules=(floor,)), method=method)
    assert outcome.status is Status.INFEASIBLE
    assert set(outcome.conflict) == {"floor", "allowed[s0]", "allowed[s1]"}


@pytest.mark.parametrize("never", [1e6, 1e9, 1e12, 1e14])
@pytest.mark.parametrize("seed", range(3))
def test_prices_that_mean_never_do_not_blind_the_solver(never, seed):
    """An offer at a forbidding cost changes neither the plan nor the accuracy of the budget."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(1, 100, (5, 3)).astype(float) + 0.4
    lost = rng.integers(1, 100, (5, 3)).astype(float)
    cost[:, 2] = never
    tight = float(np.sort(cost[:, :2].min(axis=1)).sum() + 30)
    for budget in (None, tight):
        problem = simple_problem(cost, lost, budget=budget)
        # HiGHS adds its bound up with the 1e14 in it, which costs digits.
        assert_is_the_best(problem, solve(problem), bound_within=0.2)


def test_small_amounts_beside_large_ones_count():
    """Fifty costs of 0.3 beside one of 1e9: a budget 6 above 1e9 holds twenty of them, not all."""
    cost = [[1e9, 1e9]] + [[0.0, 0.3]] * 50
    lost = [[0.0, 0.0]] + [[5.0, 0.0]] * 50
    problem = simple_problem(cost, lost, budget=1e9 + 6, goal=Goal.MIN_LOST_SALES)
    outcome = solve(problem)
    assert not judge(problem, outcome.choice).violated
    # The budget is 1e9 and float sums are trusted to 1e-9 of it: 1 unit, three costs of 0.3.
    assert judge(problem, outcome.choice).lost_sales == pytest.approx(30 * 5, abs=4 * 5)


def test_tie_break_takes_the_cheapest_of_equally_good_plans():
    """With least lost sales as the goal, no plan of the same lost sales costs less in total."""
    improved = 0
    for seed in range(4000, 4080):
        problem = random_problem(seed, goal=Goal.MIN_LOST_SALES)
        flat = np.round(problem.lost_orders / 15) * 15
        zero = np.zeros_like(flat)
        problem = problem.replace(
            lost_orders=flat, lost_customers=zero, lost_prospects=zero, lost_unsplit=zero
        )
        outcome = solve(problem)
        if outcome.choice is None:
            continue
        found = judge(problem, outcome.choice)
        ties = [
            judged.service_cost + judged.lost_sales + judged.penalties
            for _, judged in feasible_choices(problem)
            if judged.objective <= found.objective + 1e-9
        ]
        assert found.service_cost + found.lost_sales + found.penalties == pytest.approx(min(ties))
        improved += len(set(ties)) > 1
    assert improved > 10


def test_tie_break_for_the_best_service():
    """Two tiers of one level: the cheaper one is taken."""
    level = np.array([[0.9, 0.9, 0.8]] * 2)
    problem = simple_problem(
        [[7, 5, 1]] * 2, [[0, 0, 0]] * 2, service_level=level, goal=Goal.MAX_SERVICE
    )
    assert solve(problem).choice.tolist() == [1, 1]


def test_a_segment_without_any_offer_is_named():
    """The conflict is the segment itself, by both routes."""
    barred = np.array([[0, 0], [Bar.NOT_OFFERED] * 2], dtype=np.int8)
    problem = simple_problem([[1, 1]] * 2, [[1, 1]] * 2, barred=barred)
    for method in (Method.HIGHS, Method.PYOMO):
        outcome = solve(problem, method=method)
        assert (outcome.status, outcome.conflict) == (Status.INFEASIBLE, ("allowed[s1]",))
