"""A plan that is wrong is never shown: broken rules, a wrong value, an impossible bound."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from strategies import simple_problem

from slopt.errors import VerificationFailed
from slopt.plan.plan import make_plan
from slopt.problem.rules import Rule
from slopt.solve.solve import solve
from slopt.vocabulary import Goal, RuleKind, Status

PROBLEM = simple_problem(
    [[1, 5], [1, 5]],
    [[9, 2], [9, 3]],
    budget=7.0,
    rules=(Rule("one good", RuleKind.MIN_IN_TIER, (0, 1), tier=1, value=1.0),),
)


@pytest.fixture
def outcome():
    """The solver's answer to the problem, to be tampered with."""
    return solve(PROBLEM)


def plan_of(outcome, problem=PROBLEM, **options):
    """The plan of an outcome; the case itself plays no part in the check."""
    return make_plan(None, problem, outcome, **options)


def test_the_true_plan_passes(outcome):
    """The solver's own answer is evaluated to the same value and shown."""
    plan = plan_of(outcome)
    assert plan.tiers == ["t1", "t0"]
    assert plan.objective == outcome.objective == 17


@pytest.mark.parametrize(("choice", "rule"), [([1, 1], "budget by 3"), ([0, 0], "one good by 1")])
def test_a_plan_that_breaks_a_rule_is_refused(outcome, choice, rule):
    """The message names the rule and the amount."""
    with pytest.raises(VerificationFailed, match=rule):
        plan_of(outcome.replace(choice=np.array(choice)))


def test_a_wrong_objective_is_refused(outcome):
    """Off by a thousandth: the solver and the definitions disagree."""
    with pytest.raises(VerificationFailed, match="the plan is worth"):
        plan_of(outcome.replace(objective=outcome.objective * 1.001))


def test_rounding_of_the_solver_passes(outcome):
    """Off by 1e-9, as a solver's sums are: shown, with the value of the definitions."""
    plan = plan_of(outcome.replace(objective=outcome.objective + 1e-9))
    assert plan.objective == 17


def test_a_bound_better_than_the_plan_is_refused(outcome):
    """A lower bound above the plan's own cost cannot be."""
    with pytest.raises(VerificationFailed, match="bound"):
        plan_of(outcome.replace(bound=outcome.objective + 1))


def test_bound_sense_of_a_maximised_goal():
    """For max_service a bound above the plan is right and one below it is refused."""
    problem = PROBLEM.replace(goal=Goal.MAX_SERVICE)
    outcome = solve(problem)
    plan = plan_of(outcome.replace(bound=0.95), problem)
    assert plan.bound == 0.95
    with pytest.raises(VerificationFailed, match="bound"):
        plan_of(outcome.replace(bound=outcome.objective - 0.1), problem)


def test_a_model_of_the_users_own_is_checked_for_rules_only(outcome):
    """Its objective may be anything, its plan may not break the case's limits."""
    plan = plan_of(outcome.replace(objective=-5.0, bound=None), own_objective=False)
    assert plan.objective == -5
    with pytest.raises(VerificationFailed, match="budget"):
        plan_of(outcome.replace(choice=np.array([1, 1])), own_objective=False)


def test_no_choice_is_no_plan(outcome):
    """Without a choice there is nothing to show."""
    assert plan_of(outcome.replace(choice=None, status=Status.NO_PLAN)) is None


def test_a_plan_worth_nothing_with_a_bound_of_rounding_has_no_gap():
    """Objective 0 and bound -2.8e-14 are the same number; their relative gap is 0, not 1."""
    problem = simple_problem([[0, 3]], [[0, 5]])
    outcome = solve(problem).replace(bound=-2.8e-14)
    assert make_plan(None, problem, outcome).gap == 0.0


def test_a_limit_that_ones_own_model_leaves_out_has_no_price():
    """Nothing is known of it, which is not the same as a price of 0."""
    problem = simple_problem([[0, 3]], [[0, 5]], budget=9.0)
    outcome = solve(problem)
    outcome = outcome.replace(relaxation=replace(outcome.relaxation, prices={}))
    (own,) = make_plan(None, problem, outcome, own_objective=False).prices
    (shipped,) = make_plan(None, problem, outcome).prices
    assert (own.relaxation, shipped.relaxation) == (None, 0.0)
