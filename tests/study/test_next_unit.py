"""What relief of a limit really buys, against trying every choice at every limit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from oracles import brute_force, every_choice, judge
from strategies import random_problem, simple_problem, with_resource

from slopt.plan.plan import make_plan
from slopt.problem.rules import Rule
from slopt.solve.highs import Options
from slopt.solve.solve import solve
from slopt.study.next_unit import with_next_steps
from slopt.vocabulary import Goal, RuleKind

TOTALS = {
    "budget": lambda judged: judged.service_cost,
    "max_lost_sales": lambda judged: judged.lost_sales,
    "max_changes": lambda judged: judged.changes,
    "max_tiers": lambda judged: judged.tiers_used,
    "min_service_level": lambda judged: judged.level,
}


def next_by_trying(problem, name):
    """(least relief that allows a better plan, best gain at that relief), by all choices."""
    sign = -1 if problem.goal.maximises else 1
    floor = name == "min_service_level"
    limit = getattr(problem, name)
    _, its = brute_force(problem)
    free = problem.replace(**{name: None})
    better = []
    for choice in every_choice(free):
        judged = judge(free, choice)
        gain = sign * (its.objective - judged.objective)
        if not judged.violated and gain > 1e-5 * max(1, abs(its.objective)):
            used = TOTALS[name](judged)
            better.append((limit - used if floor else used - limit, gain))
    if not better:
        return np.inf, 0.0
    least = min(relief for relief, _ in better)
    return least, max(gain for relief, gain in better if relief <= least + 1e-9)


def with_steps(problem):
    """The plan of a problem with its next steps, None without a plan."""
    outcome = solve(problem)
    if outcome.choice is None:
        return None
    return with_next_steps(make_plan(None, problem, outcome), Options())


@pytest.mark.parametrize("block", range(6))
def test_next_step_of_every_limit_equals_trying_all(block):
    """Least relief and real gain of budget, caps, floor, menu and changes on random problems."""
    compared = 0
    for seed in range(9000 + 12 * block, 9012 + 12 * block):
        problem = random_problem(seed)
        if (problem.extra_premium < 0).any() or (problem.extra_capacity > 0).any():
            problem = problem.replace(extra_premium=np.abs(problem.extra_premium))
        plan = with_steps(problem)
        if plan is None:
            continue
        for price in plan.prices:
            if price.name not in TOTALS or price.fixed_choice or price.next_step is None:
                continue
            step, gain = next_by_trying(problem, price.name)
            assert price.next_step == pytest.approx(step, abs=1e-6), (seed, price.name)
            assert price.next_gain == pytest.approx(gain, abs=1e-5), (seed, price.name)
            compared += 1
    assert compared >= 3


def test_next_steps_of_tiny(solved):
    """1,500 more of the budget gain 2,000: premium, standard, basic at 34,375 (SOURCE.md)."""
    (budget,) = solved("tiny").plan.prices
    assert budget.relaxation == pytest.approx(2 / 3)
    assert budget.next_step == pytest.approx(1500)
    assert budget.next_gain == pytest.approx(2000)
    assert budget.fixed_choice is None


def test_next_step_of_a_resource():
    """3 hours of 4 used, the next better plan needs 5: one hour more gains what it saves."""
    problem = with_resource(
        simple_problem([[0, 0], [0, 0]], [[9, 2], [9, 4]]), [[1, 3], [1, 3]], capacity=4
    )
    (hours,) = with_steps(problem).prices
    assert (hours.next_step, hours.next_gain) == (pytest.approx(2), pytest.approx(5))


def test_a_limit_that_does_not_bind_helps_nobody():
    """A budget with room and without a price: no relief of it makes a better plan possible."""
    (budget,) = with_steps(simple_problem([[1, 2]], [[5, 1]], budget=99.0)).prices
    assert (budget.next_step, budget.next_gain) == (np.inf, 0.0)
    assert not budget.binds


def test_a_limit_without_a_price_may_still_hold_the_plan_back():
    """Mixing 0.5 of the dear tier needs no more budget, whole tiers do: 40 more save 30."""
    problem = simple_problem(
        [[0, 10, 100]],
        [[100, 0, 70]],
        goal=Goal.MIN_LOST_SALES,
        budget=60.0,
        resources=("hours",),
        use=np.array([[[0.0, 10.0, 4.0]]]),
        capacity=np.array([5.0]),
        extra_capacity=np.zeros(1),
        extra_premium=np.zeros(1),
    )
    budget = with_steps(problem).prices[0]
    assert budget.relaxation == pytest.approx(0.0, abs=1e-9)
    assert (budget.next_step, budget.next_gain) == pytest.approx((40.0, 30.0))


def test_a_soft_rule_has_no_next_step():
    """Its penalty is the price of each unit, whether it is broken or not."""
    rule = Rule("one", RuleKind.MIN_IN_TIER, (0,), tier=1, value=1.0, penalty=86.0)
    problem = simple_problem([[20, 100]], [[0, 0]], goal=Goal.MIN_BUDGET, rules=(rule,))
    (price,) = with_steps(problem).prices
    assert price.next_step is None


def test_no_relief_that_helps_is_infinite():
    """A budget used up to the last unit by the plan that is best anyway."""
    (budget,) = with_steps(simple_problem([[1, 2]], [[5, 1]], budget=2.0)).prices
    assert (budget.next_step, budget.next_gain) == (np.inf, 0)


def test_fixed_choice_prices_are_those_of_extra_units_and_soft_rules():
    """Every tier as it is: an hour more saves one extra hour at 3, a unit of a soft rule 2."""
    problem = with_resource(
        simple_problem([[1], [1]], [[1], [1]]), [[3], [3]], capacity=4, extra=5, premium=3
    ).replace(rules=(Rule("cap", RuleKind.MAX_SERVICE_COST, (0, 1), value=1.0, penalty=2.0),))
    prices = {price.name: price for price in with_steps(problem).prices}
    assert prices["hours"].fixed_choice == pytest.approx(3)
    assert prices["cap"].fixed_choice == pytest.approx(2)


def test_max_service_steps_are_in_points_of_level():
    """With the level as the goal, a budget step of 3 gains half of 0.4 in the mean."""
    problem = simple_problem([[1, 4], [1, 4]], [[0, 0]] * 2, budget=5.0, goal=Goal.MAX_SERVICE)
    (budget,) = with_steps(problem).prices
    assert (budget.next_step, budget.next_gain) == (pytest.approx(3), pytest.approx(0.2))


def test_plans_that_are_not_proven_get_no_next_steps():
    """Steps from a plan that is not known to be best would say nothing."""
    from slopt.vocabulary import Status

    problem = simple_problem([[1, 4]] * 2, [[9, 0]] * 2, budget=5.0)
    outcome = solve(problem).replace(status=Status.FEASIBLE)
    plan = make_plan(None, problem, outcome)
    assert with_next_steps(plan, replace(Options(), gap=0.0)).prices == plan.prices
