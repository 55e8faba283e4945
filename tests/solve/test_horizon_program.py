"""The exact program of a plan over periods, against every plan tried and against hand-made sums."""

from __future__ import annotations

import numpy as np
import pytest
from horizon_judge import enumerate_best
from horizon_problems import plain_horizon, random_horizon
from strategies import random_problem

from slopt.errors import UsageError
from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.problem.horizon.problem import NEVER, HorizonProblem, Project, StaffOption
from slopt.shipped import models
from slopt.solve.highs import Options
from slopt.solve.horizon.by_program import by_program
from slopt.solve.horizon.solve import solve_horizon
from slopt.solve.solve import solve
from slopt.vocabulary import Goal, Method, Status

SEEDS = range(150)
NEAR = 1e-6


def near(value):
    """The same but for what a solver's tolerances leave."""
    return pytest.approx(value, rel=NEAR, abs=NEAR)


@pytest.mark.parametrize("seed", SEEDS)
def test_best_plan_is_the_best_of_all(seed):
    """Program and enumeration agree on the best value, or on that there is no plan."""
    problem = random_horizon(seed)
    best, outcome = enumerate_best(problem), by_program(problem, Options())
    if best is None:
        assert outcome.status is Status.INFEASIBLE
        return
    assert outcome.status is Status.OPTIMAL
    assert outcome.objective == near(best.objective)
    assert outcome.bound == near(best.objective)
    assert outcome.choice is not None
    evaluation = evaluate_horizon(problem, outcome.choice)
    assert evaluation.objective == outcome.objective
    assert not evaluation.violations
    for each in (best.choice, outcome.choice):
        assert evaluate_horizon(problem, each).objective == near(best.objective)


FAMILIES = {
    "churn_and_word_of_mouth": {"churn", "deter"},
    "lag": {"churn", "lag", "history"},
    "changes": {"changes", "stay", "notice", "each", "max_changes", "history"},
    "staff": {"staff", "extra", "budget"},
    "whole_staff": {"whole", "extra"},
    "projects": {"projects", "lifts", "budget", "carry", "resource"},
    "limits": {"budget", "carry", "levels", "caps", "menu", "churn"},
    "soft_rules": {"rules", "soft", "goal", "churn", "lag"},
}
"""Features that act on each other; each is also drawn alone in the seeds above."""


@pytest.mark.parametrize("seed", range(1_000, 1_006))
@pytest.mark.parametrize("family", FAMILIES)
def test_features_that_act_on_each_other_are_exact(family, seed):
    """Program and enumeration agree where features that touch each other are all switched on."""
    problem = random_horizon(seed, FAMILIES[family])
    best, outcome = enumerate_best(problem), by_program(problem, Options())
    assert (None if best is None else near(best.objective)) == outcome.objective


def as_one_period(problem) -> HorizonProblem:
    """The one-period problem as a horizon of one period, each segment one customer."""

    def there(limit):
        return np.array([np.nan if limit is None else float(limit)])

    return plain_horizon(
        problem.service_cost[:, None],
        problem.lost_orders[:, None],
        rank=problem.rank,
        weight=problem.weight,
        history=problem.current[:, None],
        lost_customers=problem.lost_customers[:, None],
        lost_prospects=problem.lost_prospects[:, None],
        lost_unsplit=problem.lost_unsplit[:, None],
        service_level=problem.service_level[:, None],
        barred=(problem.barred != 0)[:, None],
        open_cost=problem.open_cost[None],
        resources=problem.resources,
        use=problem.use[:, :, None],
        fixed_use=np.zeros_like(problem.use)[:, :, None],
        capacity=problem.capacity[:, None],
        extra_capacity=problem.extra_capacity[:, None],
        extra_premium=problem.extra_premium[:, None],
        budget=there(problem.budget),
        min_service_level=there(problem.min_service_level),
        max_lost_sales=there(problem.max_lost_sales),
        max_tiers=problem.max_tiers,
        max_changes=problem.max_changes,
        goal=problem.goal,
        rules=problem.rules,
    )


@pytest.mark.parametrize("seed", range(60))
def test_horizon_of_one_period_is_the_one_period_problem(seed):
    """Both models give the same value, whatever limits and rules there are."""
    problem = random_problem(seed)
    once, over_time = solve(problem), by_program(as_one_period(problem), Options())
    assert once.status is over_time.status
    if once.objective is not None:
        assert over_time.objective == near(once.objective)


def two_tiers(periods, cost=(0.0, 1.0), customers=100.0, **changes) -> HorizonProblem:
    """One segment that loses nothing but what is added, with a basic and a prime tier."""
    each = np.tile(np.array(cost), (1, periods, 1))
    lost = changes.pop("lost_orders", np.zeros_like(each))
    return plain_horizon(each, lost, [customers], **changes)


@pytest.mark.parametrize(("margin", "modes", "total"), [(4.0, [0, 0], 80), (6.0, [1, 0], 100)])
def test_customers_are_kept_where_they_are_worth_it(margin, modes, total):
    """20 of 100 leave after a basic first period: 20 x margin in the second, against 100."""
    leave = np.tile([0.2, 0.0], (1, 2, 1))
    problem = two_tiers(2, leave=leave, margin=np.full((1, 2), margin))
    outcome = solve_horizon(problem)
    assert outcome.choice.modes.tolist() == [modes]
    assert outcome.objective == near(total)


def test_effects_that_lag_outlive_the_horizon():
    """Basic service of the only period drives 20 away in the next: 20 x 30 x 0.5 against 100."""
    problem = two_tiers(
        1,
        leave=np.array([[[0.2, 0.0]]]),
        lag=np.array([1]),
        end_value=np.array([30.0]),
        discount_step=0.5,
    )
    outcome = solve_horizon(problem)
    assert outcome.choice.modes.tolist() == [[1]]
    assert solve_horizon(problem.replace(discount_step=0.1)).objective == near(60)
    assert solve_horizon(problem.replace(end_value=np.array([9.0]))).objective == near(90)


def with_hours(problem, **changes) -> HorizonProblem:
    """The problem with hours, of which only the prime tier takes one a customer."""
    _s, t, *_ = problem.size
    values = {
        "resources": ("hours",),
        "use": np.tile([0.0, 1.0], (1, 1, t, 1)),
        "fixed_use": np.zeros((1, 1, t, 2)),
        "capacity": np.zeros((1, t)),
        "extra_capacity": np.zeros((1, t)),
        "extra_premium": np.zeros((1, t)),
    }
    return problem.replace(**{**values, **changes})


def test_people_are_hired_before_they_are_needed():
    """The floor of the last period takes 100 hours; training takes one, so hiring comes before."""
    nurse = StaffOption("crew", 0, units=0.0, wage=np.full(3, 2.0), hire_cost=1.0, lead=1)
    problem = with_hours(
        two_tiers(3, cost=(0, 0)), staff=(nurse,), min_service_level=np.array([np.nan, np.nan, 0.9])
    )
    outcome = solve_horizon(problem)
    assert outcome.choice.hired.tolist() == [[0, 100, 0]]
    assert outcome.objective == near(100 * (1 + 2 + 2))


def test_ramp_up_and_release_are_settled_together():
    """Half of the crew's first period at work is lost, and who is not needed later is released."""
    crew = StaffOption(
        "crew", 0, units=0.0, wage=np.full(3, 2.0), ramp=(0.5,), release_cost=1.0, whole=True
    )
    problem = with_hours(
        two_tiers(3, cost=(0, 0), customers=9.0),
        staff=(crew,),
        min_service_level=np.array([0.9, np.nan, np.nan]),
    )
    outcome = solve_horizon(problem)
    assert outcome.choice.hired.tolist() == [[18, 0, 0]]
    assert outcome.choice.released.tolist() == [[0, 18, 0]]
    assert outcome.objective == near(18 * 2 + 18)


def test_savings_of_a_project_fund_the_next_period():
    """The project saves 60 in the second period, which only then can pay for the prime tier."""
    project = Project("lean desk", investment=40.0, takes=1, saves=60.0)
    lost = np.tile([5.0, 0.0], (1, 2, 1))
    problem = two_tiers(2, projects=(project,), budget=np.array([40.0, 40.0]), lost_orders=lost)
    outcome = solve_horizon(problem)
    assert outcome.choice.started.tolist() == [0]
    assert outcome.choice.modes.tolist() == [[0, 1]]
    assert outcome.objective == near(500 + 40 + 100 - 60)


def test_project_that_does_not_pay_is_never_started():
    """A project that costs more than it saves stays out of the plan."""
    project = Project("palace", investment=100.0, saves=40.0)
    assert solve_horizon(two_tiers(2, projects=(project,))).choice.started.tolist() == [NEVER]


def test_price_of_a_budget_is_what_one_more_unit_gains():
    """One more unit of the second budget serves one customer more with prime: it gains 5 - 1."""
    lost = np.tile([5.0, 0.0], (1, 2, 1))
    problem = two_tiers(2, lost_orders=lost, budget=np.array([200.0, 40.0]))
    prices = solve_horizon(problem).prices
    assert prices["budget p0"] == near(0)
    assert prices["budget p1"] == near(4)


@pytest.mark.parametrize("goal", [Goal.MIN_LOST_SALES, Goal.MAX_SERVICE])
def test_staff_is_not_wasted_where_the_goal_does_not_ask_what_it_costs(goal):
    """With any goal the plan takes no more people than its tiers need."""
    crew = StaffOption("crew", 0, units=0.0, wage=np.full(2, 2.0), hire_cost=1.0)
    lost = np.tile([5.0, 0.0], (1, 2, 1))
    problem = with_hours(two_tiers(2, lost_orders=lost), staff=(crew,), goal=goal)
    assert solve_horizon(problem).choice.hired.tolist() == [[100, 0]]


def test_goals_that_tie_take_the_cheapest_plan():
    """Where two tiers lose nothing, the plan of least lost sales takes the cheaper one."""
    outcome = solve_horizon(two_tiers(2, goal=Goal.MIN_LOST_SALES))
    assert outcome.choice.modes.tolist() == [[0, 0]]


def test_model_file_of_ones_own_is_used(tmp_path):
    """A copy of the shipped model with one rule more answers with that rule kept."""
    text = models()["horizon_plan"].read_text(encoding="utf-8")
    rule = "    model.prime_first = pyo.Constraint(expr=model.choose['s0', 'p0', 't1'] == 1)\n"
    own = tmp_path / "mine.py"
    own.write_text(
        text.replace("    return model\n", f"{rule}    return model\n"), encoding="utf-8"
    )
    outcome = solve_horizon(two_tiers(2), model=str(own))
    assert outcome.method is Method.PYOMO
    assert outcome.choice.modes.tolist() == [[1, 0]]


def test_methods_that_know_no_periods_are_refused():
    """The exact core, and the model of one period, are refused with what to use instead."""
    with pytest.raises(UsageError, match="knows no periods"):
        solve_horizon(two_tiers(2), method=Method.CORE)
    with pytest.raises(UsageError, match="knows no periods"):
        solve_horizon(two_tiers(2), model="tier_plan")


def test_model_of_periods_is_refused_for_a_case_of_one():
    """A one-period problem is not answered by a model that needs periods."""
    with pytest.raises(UsageError, match="periods"):
        solve(random_problem(1), model="horizon_plan")
