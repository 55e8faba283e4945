"""What is committed, what less and more buys, what moving a budget gains, the least budgets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from horizon_judge import enumerate_best
from horizon_problems import plain_horizon, random_horizon

from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.problem.horizon.problem import Project, StaffOption
from slopt.solve.highs import Options
from slopt.solve.horizon.solve import solve_horizon
from slopt.study.over_time.bought import Answer, bought_by, differences
from slopt.study.over_time.budget_request import request_budget
from slopt.study.over_time.committed import committed
from slopt.study.over_time.least_path import least_path, without_budgets

EXACT = Options(gap=0.0)
COST = np.array([[[1.0, 5.0]] * 3] * 2)
LOST = np.array([[[9.0, 2.0]] * 3] * 2)


def solve(problem):
    """The exact answer."""
    return solve_horizon(problem, EXACT)


def asking(problem):
    """Budgets -> the exact answer."""

    def ask(budgets):
        asked = problem.replace(budget=budgets)
        outcome = solve(asked)
        if outcome.choice is None:
            return Answer(outcome.status, None, outcome.conflict)
        value = evaluate_horizon(asked, outcome.choice)
        return Answer(outcome.status, bought_by(asked, outcome, value))

    return ask


def request(problem, **more):
    """The budget request of a problem."""
    ask = asking(problem)
    plan = ask(problem.budget).bought
    parts = problem.periods, problem.goal, problem.budget, committed(problem), plan, ask
    return request_budget(*parts, **more)


def test_staff_is_committed_until_it_may_go_and_then_at_the_lesser_of_pay_and_release():
    """Four people may go at once; two hired a period ago, for three periods, only in the third."""
    option = StaffOption(
        "agents", 0, 4.0, np.array([10.0, 10.0, 10.0]), release_cost=7.0, term=3, past=(2.0,)
    )
    zero = np.zeros((1, 2, 3, 2))
    problem = plain_horizon(
        COST,
        LOST,
        resources=("hours",),
        use=zero,
        fixed_use=zero.copy(),
        capacity=np.zeros((1, 3)),
        extra_capacity=np.zeros((1, 3)),
        extra_premium=np.zeros((1, 3)),
        staff=(option,),
    )
    assert committed(problem)["staff"].tolist() == [4 * 7 + 2 * 10, 2 * 10, 2 * 7]


def test_a_pinned_tier_and_a_started_project_are_committed_and_nothing_else_is():
    """The first of two segments has one tier left in the second period."""
    barred = np.zeros((2, 3, 2), dtype=bool)
    barred[0, 1, 0] = True
    project = Project("portal", 100.0, takes=1, running_cost=3.0, started=-1)
    problem = plain_horizon(COST, LOST, customers=[10, 1], barred=barred, projects=(project,))
    found = committed(problem)
    assert found["service"].tolist() == [0.0, 50.0, 0.0]
    assert found["projects"].tolist() == [3.0, 3.0, 3.0]


def test_a_least_stay_and_spent_changes_pin_a_tier():
    """The least stay holds two periods more; without changes left the tier is held to the end."""
    first = {"history": np.array([[1], [0]]), "stayed": np.array([1, 9])}
    stay = plain_horizon(COST, LOST, least_stay=np.array([0, 3]), **first)
    assert committed(stay)["service"].tolist() == [5.0, 5.0, 0.0]
    spent = plain_horizon(COST, LOST, max_changes_each=2, changes_before=np.array([0, 2]), **first)
    assert committed(spent)["service"].tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("seed", range(25))
def test_no_plan_books_less_than_what_is_committed(seed):
    """Neither the best plan nor the one of least booked cost does, in any period."""
    features = {"churn", "deter", "lag", "history", "stay", "notice", "staff", "resource", "extra"}
    problem = random_horizon(seed, features)
    total = sum(committed(problem).values())
    for goal in ("min_total_cost", "min_budget"):
        best = enumerate_best(problem.replace(goal=type(problem.goal)(goal)))
        if best is not None:
            spent = evaluate_horizon(problem, best.choice).spent
            assert np.all(total <= spent + 1e-6 * np.maximum(1, np.abs(spent)))


@pytest.mark.parametrize("seed", range(8))
def test_less_and_more_are_the_best_plans_under_those_budgets(seed):
    """Full enumeration of the problem with changed budgets says the same."""
    problem = random_horizon(seed, {"churn", "budget", "carry", "changes"}, periods=2)
    assert enumerate_best(problem) is not None
    found = request(problem, step=0.1, each=True, moves=2)
    known = ~np.isnan(problem.budget)
    spent = found.proposed.spent
    for sign, answer in ((-0.1, found.less), (0.1, found.more)):
        free = 0.9 * spent if sign < 0 else np.nan
        budget = np.where(known, (1 + sign) * problem.budget, free)
        best = enumerate_best(problem.replace(budget=budget))
        assert (best is None) == (answer.bought is None)
        if best is not None:
            assert answer.bought.objective == pytest.approx(best.objective, abs=1e-6)
    for one in found.transfers:
        budget = problem.budget.copy()
        budget[one.giver] -= one.amount
        budget[one.taker] += one.amount
        best = enumerate_best(problem.replace(budget=budget))
        assert (best is None) == (one.gain is None)
        if best is not None:
            gain = found.proposed.objective - best.objective
            assert one.gain == pytest.approx(gain, abs=1e-6)
    gains = [one.gain for one in found.transfers if one.gain is not None]
    assert gains == sorted(gains, reverse=True)


def test_budget_goes_to_the_period_in_which_it_buys_more():
    """The better tier saves 7 in the first period and 90 in the second, where money is short."""
    lost = np.array([[[9.0, 2.0], [99.0, 9.0]]])
    budget = np.array([5.0, 4.0])
    problem = plain_horizon(np.array([[[1.0, 5.0]] * 2]), lost, budget=budget)
    found = request(problem, step=0.2, moves=1)
    (move,) = found.transfers
    assert (move.giver, move.taker, move.amount) == (0, 1, 1.0)
    assert move.gain == pytest.approx(86 - 3)


def test_what_another_plan_decides_otherwise_is_counted():
    """One segment gets another tier, in two periods."""
    found = request(plain_horizon(COST, LOST, budget=np.full(3, 6.0)), step=0.7, moves=0)
    assert differences(found.proposed, found.proposed).are_none
    assert differences(found.proposed, found.more.bought).segments == 1


@pytest.mark.parametrize("seed", range(8))
def test_the_least_budgets_are_those_of_full_enumeration(seed):
    """So is the highest level that can be reached, where the target cannot."""
    problem = random_horizon(seed, {"churn", "changes", "rules", "budget"}, periods=2)
    levels = np.where(problem.barred, -1, problem.service_level).max(axis=2)
    reach = problem.mean_weight @ levels
    for target in (0.9 * float(reach[1]), float(reach[1]) + 0.05):
        found = least_path(problem, target, 1, solve, EXACT)
        best = enumerate_best(without_budgets(problem, target, 1))
        assert (best is None) == (found.found is None)
        if best is not None:
            assert found.found.service_cost == pytest.approx(best.objective, abs=1e-6)
        elif found.reachable is not None:
            below = without_budgets(problem, found.reachable - 1e-6, 1)
            above = without_budgets(problem, found.reachable + 1e-4, 1)
            assert enumerate_best(below) is not None
            assert enumerate_best(above) is None


def test_what_earlier_periods_leave_counts_against_a_shortfall():
    """Two units are left of the first budget; the last period is short by the rest."""
    budget, carries = np.array([2.0, 2.0, 2.0]), np.array([True, True, False])
    problem = plain_horizon(COST[:1], LOST[:1], budget=budget, carries=carries)
    found = least_path(problem, 0.9, 1, solve, EXACT)
    assert found.found.spent.tolist() == [1.0, 5.0, 5.0]
    assert found.may_spend.tolist() == [2.0, 3.0, 2.0]
    assert found.over.tolist() == [-1.0, 2.0, 3.0]


def test_budgets_do_not_count_on_the_way_to_a_target():
    """Budgets of 1 forbid the better tier, which the least path takes in the last period only."""
    problem = plain_horizon(COST[:1], LOST[:1], budget=np.full(3, 1.0))
    found = least_path(problem, 0.9, 2, solve, EXACT)
    assert found.found.spent.tolist() == [1.0, 1.0, 5.0]
    assert replace(found, by=1).found is found.found
