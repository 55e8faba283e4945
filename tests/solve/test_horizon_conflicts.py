"""Why no plan over periods exists: the demands named contradict each other, and none is spare."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from horizon_judge import enumerate_best
from horizon_problems import plain_horizon, random_horizon

from slopt.problem.horizon.problem import HorizonProblem, StaffOption
from slopt.report.horizon_words import demand_words
from slopt.report.language import ENGLISH
from slopt.solve.horizon.solve import solve_horizon
from slopt.vocabulary import Status

PLENTY = 1e6


def only(problem: HorizonProblem, names: set[str]) -> HorizonProblem:
    """The problem with the named demands alone."""
    changes = {}
    for limit in ("budget", "min_service_level", "max_lost_sales"):
        keeps = [f"{limit} {period}" in names for period in problem.periods]
        changes[limit] = np.where(keeps, getattr(problem, limit), np.nan)
    barred = problem.barred.copy()
    capacity = problem.capacity.copy()
    for p, period in enumerate(problem.periods):
        for s, segment in enumerate(problem.segments):
            if f"not allowed[{segment}] {period}" not in names:
                barred[s, p] = False
        for r, resource in enumerate(problem.resources):
            if f"{resource} {period}" not in names:
                capacity[r, p] = PLENTY
    return problem.replace(barred=barred, capacity=capacity, **changes)


@pytest.mark.parametrize("seed", range(40))
def test_conflict_is_smallest(seed):
    """What is named cannot be kept together; without any one of them there is a plan."""
    rng = np.random.default_rng(seed)
    few = ("budget", "levels", "caps", "resource", "notice", "churn", "history", "fixed")
    features = {name for name in few if rng.random() < 0.7}
    problem = random_horizon(seed, features)
    tight = problem.replace(
        budget=problem.budget * 0.8, min_service_level=np.minimum(problem.min_service_level, 1.0)
    )
    outcome = solve_horizon(tight)
    if outcome.status is not Status.INFEASIBLE:
        assert enumerate_best(tight) is not None
        return
    named = set(outcome.conflict)
    assert named
    assert enumerate_best(only(tight, named)) is None
    for name in named:
        assert enumerate_best(only(tight, named - {name})) is not None, name


def two_periods(**changes) -> HorizonProblem:
    """One segment of 10 customers, two tiers that cost 1 and 3 a customer, two quarters."""
    cost = np.tile([1.0, 3.0], (1, 2, 1))
    lost = np.tile([5.0, 1.0], (1, 2, 1))
    return plain_horizon(cost, lost, [10.0], periods=("2027Q1", "2027Q2"), **changes)


def test_early_budget_that_is_too_small_is_named_with_its_period():
    """A first quarter that cannot even pay the cheapest tier is the whole conflict."""
    outcome = solve_horizon(two_periods(budget=np.array([9.0, 100.0])))
    assert outcome.status is Status.INFEASIBLE
    assert outcome.conflict == ("budget 2027Q1",)


def test_budget_that_could_have_carried_over_is_part_of_the_conflict():
    """The second quarter is short, and more left over from the first would help: both are named."""
    problem = two_periods(
        budget=np.array([12.0, 5.0]),
        carries=np.array([True, False]),
        fixed_cost=np.zeros((1, 2, 2)),
    )
    assert set(solve_horizon(problem).conflict) == {"budget 2027Q1", "budget 2027Q2"}


def test_training_that_takes_too_long_conflicts_with_an_early_floor():
    """Agents hired in the first quarter work from the second: its floor needs agents it has not."""
    agents = StaffOption("hired agents", 0, units=10.0, wage=np.ones(2), lead=1)
    problem = two_periods(
        resources=("agents",),
        use=np.tile([1.0, 2.0], (1, 1, 2, 1)),
        fixed_use=np.zeros((1, 1, 2, 2)),
        capacity=np.zeros((1, 2)),
        extra_capacity=np.zeros((1, 2)),
        extra_premium=np.zeros((1, 2)),
        staff=(agents,),
        min_service_level=np.array([0.8, 0.8]),
    )
    outcome = solve_horizon(problem)
    assert set(outcome.conflict) == {"min_service_level 2027Q1", "agents 2027Q1"}
    ready = problem.replace(staff=(replace(agents, lead=0),))
    assert solve_horizon(ready).status is Status.OPTIMAL


def test_contract_is_named_where_the_conflict_needs_it():
    """The budget is enough for the basic tier, which the contract forbids in the first quarter."""
    barred = np.zeros((1, 2, 2), dtype=bool)
    barred[0, 0, 0] = True
    outcome = solve_horizon(two_periods(budget=np.array([20.0, 20.0]), barred=barred))
    assert set(outcome.conflict) == {"budget 2027Q1", "not allowed[s0] 2027Q1"}


def test_nothing_that_may_be_chosen_is_said_at_once():
    """A segment that may have no tier in a period is named without any solving."""
    barred = np.zeros((1, 2, 2), dtype=bool)
    barred[0, 1] = True
    assert solve_horizon(two_periods(barred=barred)).conflict == ("not allowed[s0] 2027Q2",)


def test_demand_that_no_choice_touches_is_named():
    """A floor under levels that are 0 whatever is chosen is a false row, and named as such."""
    problem = two_periods(
        service_level=np.zeros((1, 2, 2)), min_service_level=np.array([np.nan, 0.5])
    )
    assert solve_horizon(problem).conflict == ("min_service_level 2027Q2",)


def test_a_least_stay_in_a_conflict_is_told_without_a_period():
    """It binds over several periods: the line names the segment, and no empty period."""
    problem = two_periods()
    words = demand_words(problem, f"least_stay[{problem.segments[0]}]", ENGLISH)
    assert words == f"{problem.segments[0]}: the least stay in its tier"
    late = demand_words(problem, f"least_stay[{problem.segments[0]}] 2027Q2", ENGLISH)
    assert late == f"{problem.segments[0]} in 2027Q2: the least stay in its tier"
