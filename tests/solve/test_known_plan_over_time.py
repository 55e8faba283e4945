"""A plan over periods that is known and keeps every limit is never declared impossible."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from horizon_problems import plain_horizon, random_horizon

from slopt.plan.horizon.rest import choice_of_rest, rest_of
from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.problem.horizon.problem import StaffOption
from slopt.solve.horizon.known_plan import with_known_plan
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.solve.horizon.solve import solve_horizon
from slopt.vocabulary import Method, Status

WANTED = {"churn", "staff", "resource", "extra", "budget", "carry", "caps"}
BEYOND = 1.6e-9
"""Relative: less than the check allows, and more than a solver does."""


def to_the_last_cent(problem, choice):
    """The problem with budgets and capacities that this choice oversteps by rounding."""
    value = evaluate_horizon(problem, choice)
    short = value.used - value.capacity - problem.extra_capacity
    less = short - BEYOND * np.maximum(1.0, value.used)
    tight = (value.used > 0) & (short > -0.5)
    problem = problem.replace(capacity=problem.capacity + np.where(tight, less, 0.0))
    value = evaluate_horizon(problem, choice)
    carried = np.concatenate([[problem.carry_in], value.carried[:-1]])
    budget = value.spent - BEYOND * np.maximum(1.0, np.abs(value.spent)) - carried
    given = ~np.isnan(problem.budget) & ~problem.carries
    return problem.replace(budget=np.where(given, budget, problem.budget))


@pytest.mark.parametrize("seeds", [range(6), range(6, 12)])
def test_the_rest_of_a_plan_that_spends_the_last_cent_is_a_plan(seeds):
    """From every period on there is a plan, no worse than going on with the one that is locked."""
    met = 0
    for seed in seeds:
        problem = random_horizon(seed, WANTED)
        choice = solve_horizon(problem).choice
        if choice is None:
            continue
        problem = to_the_last_cent(problem, choice)
        value = evaluate_horizon(problem, choice)
        assert not value.violations, seed
        for first in range(1, len(problem.periods)):
            rest = rest_of(problem, choice, value, first)
            known = choice_of_rest(problem, choice, first)
            kept = evaluate_horizon(rest, known)
            assert not kept.violations, (seed, first)
            again = solve_horizon(rest, known=known)
            assert again.status in (Status.OPTIMAL, Status.FEASIBLE), (seed, first)
            judged = evaluate_horizon(rest, again.choice)
            assert not judged.violations, (seed, first)
            better = kept.objective - judged.objective
            least = -2e-9 * max(1.0, abs(kept.objective))
            assert (-better if rest.goal.maximises else better) >= least, (seed, first)
            met += 1
    assert met > 3


def test_room_proves_the_known_plan_best_where_the_solver_had_no_room():
    """A budget that is overstepped by rounding is no reason to say that there is no plan."""
    tight = StaffOption("crew", 0, 0.0, np.array([7.0, 7.0]), whole=False)
    problem = plain_horizon(
        [[[1.0, 3.0], [1.0, 3.0]]],
        [[[9.0, 1.0], [9.0, 1.0]]],
        resources=("hours",),
        use=np.broadcast_to(np.array([1.0, 1.0 / 3.0]), (1, 1, 2, 2)).copy(),
        fixed_use=np.zeros((1, 1, 2, 2)),
        capacity=np.zeros((1, 2)),
        extra_capacity=np.zeros((1, 2)),
        extra_premium=np.zeros((1, 2)),
        staff=(tight,),
    )
    best = solve_horizon(problem).choice
    spent = evaluate_horizon(problem, best).spent
    problem = problem.replace(budget=spent * (1 - BEYOND))
    assert solve_horizon(problem, known=best).status is Status.OPTIMAL


def test_a_known_plan_stands_in_where_time_ran_out():
    """Without a plan of the solver the known one is the answer, and with a worse one too."""
    problem = plain_horizon([[[1.0, 3.0]]], [[[9.0, 1.0]]])
    best = solve_horizon(problem)
    none = HorizonOutcome(Status.NO_PLAN, Method.PRICES, "", 1, 0.0, bound=3.5)
    found = with_known_plan(problem, best.choice, none, solve_horizon)
    assert (found.status, found.bound) == (Status.FEASIBLE, 3.5)
    assert found.objective == pytest.approx(4.0)
    worse = replace(best.choice, modes=np.zeros((1, 1), dtype=np.int64))
    mixed = best.replace(choice=worse, objective=10.0, bound=3.5)
    assert with_known_plan(problem, best.choice, mixed, solve_horizon).choice is best.choice
    assert with_known_plan(problem, worse, best, solve_horizon) is best


def test_a_known_plan_that_breaks_a_limit_proves_nothing():
    """Where news make the locked plan impossible, there may be none."""
    problem = plain_horizon([[[1.0, 3.0]]], [[[9.0, 1.0]]])
    known = solve_horizon(problem).choice
    short = problem.replace(budget=np.array([0.5]))
    assert solve_horizon(short, known=known).status is Status.INFEASIBLE


def test_staff_released_to_the_last_digit_leaves_none_and_not_less():
    """Units below nothing by the rounding of several answers are none."""
    option = StaffOption("crew", 0, 0.3, np.array([7.0, 7.0, 7.0]), whole=False)
    problem = plain_horizon(
        np.ones((1, 3, 1)),
        np.ones((1, 3, 1)),
        resources=("hours",),
        use=np.zeros((1, 1, 3, 1)),
        fixed_use=np.zeros((1, 1, 3, 1)),
        capacity=np.zeros((1, 3)),
        extra_capacity=np.zeros((1, 3)),
        extra_premium=np.zeros((1, 3)),
        staff=(option,),
    )
    choice = solve_horizon(problem).choice
    choice = replace(choice, released=np.array([[0.30000002, 0.0, 0.0]]))
    rest = rest_of(problem, choice, evaluate_horizon(problem, choice), 1)
    assert rest.staff[0].units == 0.0
