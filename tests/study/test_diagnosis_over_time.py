"""Why a plan over periods does not exist, and the least that gives way."""

from __future__ import annotations

import numpy as np
import pytest
from horizon_judge import enumerate_best
from horizon_problems import plain_horizon, random_horizon

from slopt.problem.rules import Rule
from slopt.solve.highs import Options
from slopt.solve.horizon.solve import solve_horizon
from slopt.study.over_time.diagnosis import diagnose_over_time
from slopt.study.over_time.give_way import figures, with_figure
from slopt.vocabulary import RuleKind, Status

EXACT = Options(gap=0.0, time_limit_s=20.0)
COST = np.array([[[2.0, 5.0]] * 3])
LOST = np.array([[[9.0, 2.0]] * 3])


def diagnosed(problem):
    """The diagnosis of a problem without a plan."""
    outcome = solve_horizon(problem, EXACT)
    assert outcome.status is Status.INFEASIBLE
    return diagnose_over_time(problem, outcome, lambda it: solve_horizon(it, EXACT), EXACT)


def changes_of(repair):
    """What a repair changes, by name."""
    return {change.figure.name: change.value for change in repair.changes}


def test_a_budget_that_makes_an_early_period_infeasible_is_named_with_the_period():
    """It has to be raised to just what the cheaper tier costs."""
    found = diagnosed(plain_horizon(COST, LOST, budget=np.array([9.0, 1.25, 9.0])))
    assert found.conflicts == (("budget p1",),)
    assert [changes_of(repair) for repair in found.repairs] == [{"budget p1": 2.0}]
    assert found.repairs[0].money == pytest.approx(0.75)


def test_a_floor_and_a_budget_that_contradict_each_other_are_both_ways_out():
    """The budget goes up to the better tier, or the floor down to what the cheaper one gives."""
    problem = plain_horizon(
        COST,
        LOST,
        budget=np.array([9.0, 9.0, 3.0]),
        min_service_level=np.array([np.nan, np.nan, 0.8]),
    )
    found = diagnosed(problem)
    assert set(found.conflicts[0]) == {"budget p2", "min_service_level p2"}
    ways = [changes_of(repair) for repair in found.repairs]
    assert {"budget p2": 5.0} in ways
    assert {"min_service_level p2": 0.5} in ways
    totals = [repair.evaluation.total_cost for repair in found.repairs]
    assert totals == sorted(totals)


def test_budgets_of_several_periods_are_raised_together_by_the_least_present_value():
    """Two periods are short, so that no single figure is enough."""
    problem = plain_horizon(
        COST, LOST, budget=np.array([1.0, 1.5, 9.0]), discount=np.array([1.0, 0.9, 0.81])
    )
    found = diagnosed(problem)
    (repair,) = found.repairs
    assert changes_of(repair) == {"budget p0": 2.0, "budget p1": 2.0}
    assert repair.money == pytest.approx(1.0 + 0.9 * 0.5)


def test_more_budget_helps_later_periods_where_it_is_carried_over():
    """What the second period is short of, less what the first leaves, is lacking in either."""
    budget, carries = np.array([2.5, 1.0, 2.0]), np.array([True, True, False])
    found = diagnosed(plain_horizon(COST, LOST, budget=budget, carries=carries))
    ways = [changes_of(repair) for repair in found.repairs]
    assert {"budget p0": 3.0} in ways
    assert {"budget p1": 1.5} in ways


def test_a_second_conflict_is_told_and_one_figure_of_each_gives_way():
    """The first period is short of money, and the last has a floor that its budget forbids."""
    problem = plain_horizon(
        COST,
        LOST,
        budget=np.array([1.0, 9.0, 3.0]),
        min_service_level=np.array([np.nan, np.nan, 0.8]),
    )
    found = diagnosed(problem)
    assert [set(conflict) for conflict in found.conflicts] == [
        {"budget p0"},
        {"budget p2", "min_service_level p2"},
    ]
    ways = [changes_of(repair) for repair in found.repairs]
    assert {"budget p0": 2.0, "budget p2": 5.0} in ways
    assert {"budget p0": 2.0, "min_service_level p2": 0.5} in ways


def test_a_rule_gives_way_in_all_periods_at_once():
    """A rule that asks for two segments of one in the better tier is lowered to one."""
    rule = Rule("gold floor", RuleKind.MIN_IN_TIER, (0,), tier=1, value=2.0)
    found = diagnosed(plain_horizon(COST, LOST, rules=(rule,)))
    assert {"gold floor": 1.0} in [changes_of(repair) for repair in found.repairs]


WITHOUT_A_PLAN = (2, 3, 8, 9, 11, 15, 19, 21, 25, 28, 29, 30, 33, 35, 40, 41, 44, 47)


@pytest.mark.parametrize("seed", WITHOUT_A_PLAN)
def test_every_repair_has_a_plan_and_a_little_less_has_none(seed):
    """Full enumeration says so, of each change of a single figure."""
    features = {"churn", "budget", "levels", "caps", "max_changes", "resource"}
    problem = random_horizon(seed, features, periods=2)
    assert enumerate_best(problem) is None
    for repair in diagnosed(problem).repairs:
        assert enumerate_best(repair.problem) is not None
        if len(repair.changes) == 1:
            figure, value = repair.changes[0].figure, repair.changes[0].value
            step = max(10 * figure.step, 1e-4) if not figure.is_whole else 1.0
            less = value + step if figure.is_floor else value - step
            assert enumerate_best(with_figure(problem, figure, less)) is None


def test_every_limit_of_the_judge_that_has_a_figure_is_known_by_its_name():
    """Changing a figure changes just the limits that it names."""
    features = {"budget", "levels", "caps", "max_changes", "menu", "resource", "rules"}
    problem = random_horizon(3, features, periods=3)
    for figure in figures(problem):
        other = with_figure(problem, figure, figure.value + 1.0)
        changed = {one.name: one.value for one in figures(other)}
        before = {one.name: one.value for one in figures(problem)}
        assert [name for name in before if before[name] != changed[name]] == [figure.name]
