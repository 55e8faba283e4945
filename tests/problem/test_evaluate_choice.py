"""The evaluation of a choice against the plain loops of the oracle."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from oracles import judge
from strategies import random_problem, simple_problem, with_resource

from slopt.problem.choice import Bar
from slopt.problem.evaluate import evaluate
from slopt.problem.rules import Rule
from slopt.vocabulary import Goal, RuleKind


@pytest.mark.parametrize("seed", range(120))
def test_evaluation_equals_plain_loops(seed):
    """Every figure, every broken rule and every violation, on a handful of choices of any kind."""
    problem = random_problem(seed)
    segments, tiers, _ = problem.size
    choices = list(itertools.product(range(tiers), repeat=segments))
    rng = np.random.default_rng(seed)
    for index in rng.choice(len(choices), min(12, len(choices)), replace=False):
        choice = np.array(choices[index])
        mine, its = judge(problem, choice), evaluate(problem, choice)
        assert its.objective == pytest.approx(mine.objective)
        for name in ("service_cost", "open_cost", "extra_cost", "lost_sales", "penalties"):
            assert getattr(its, name) == pytest.approx(getattr(mine, name)), name
        assert its.total_cost == pytest.approx(mine.service_cost + mine.lost_sales)
        assert its.service_level == pytest.approx(mine.level)
        assert (its.changes, its.tiers_used) == (mine.changes, mine.tiers_used)
        assert {b.rule: b.amount for b in its.broken} == pytest.approx(mine.broken)
        barred = {v.rule for v in its.violations if "[" in v.rule}
        assert bool(barred) == any(name.startswith("barred") for name in mine.violated)
        assert {v.rule for v in its.violations} - barred == {
            name for name in mine.violated if not name.startswith("barred")
        }


def one_rule(kind, members, choice, **values):
    """Amount by which `choice` breaks a soft rule at penalty 2, and what that costs."""
    problem = simple_problem(
        [[1, 2, 4], [1, 3, 5], [1, 2, 6]],
        [[9, 5, 1], [8, 4, 0], [7, 3, 2]],
        rules=(Rule("rule", kind, members, penalty=2.0, **values),),
    )
    evaluation = evaluate(problem, np.array(choice))
    amount = sum(b.amount for b in evaluation.broken)
    assert evaluation.penalties == pytest.approx(2 * amount)
    assert evaluation.objective == pytest.approx(evaluation.total_cost + 2 * amount)
    assert not evaluation.violations
    return amount


@pytest.mark.parametrize(
    ("kind", "members", "choice", "values", "amount"),
    [
        (RuleKind.NOT_BELOW, (0,), (0, 2, 0), {"others": (1, 2)}, 2),
        (RuleKind.NOT_BELOW, (0, 2), (0, 2, 1), {"others": (1,)}, 3),
        (RuleKind.NOT_BELOW, (0, 1), (0, 2, 0), {"others": (0, 1)}, 2),
        (RuleKind.SAME_TIER, (0, 1, 2), (0, 2, 2), {}, 1),
        (RuleKind.SAME_TIER, (0, 1, 2), (0, 1, 2), {}, 2),
        (RuleKind.MIN_SERVICE_LEVEL, (0, 1), (0, 2, 0), {"value": 0.75}, 0.05),
        (RuleKind.MAX_SERVICE_COST, (1, 2), (0, 2, 1), {"value": 4.0}, 3),
        (RuleKind.MAX_LOST_SALES, (0,), (0, 0, 0), {"value": 4.0}, 5),
        (RuleKind.MIN_IN_TIER, (0, 1, 2), (0, 0, 1), {"tier": 2, "value": 2.0}, 2),
        (RuleKind.MAX_IN_TIER, (0, 1), (1, 1, 1), {"tier": 1, "value": 1.0}, 1),
    ],
)
def test_amount_of_a_broken_soft_rule(kind, members, choice, values, amount):
    """Ranks missing, segments apart, points of level, money beyond, segments too many or few."""
    assert one_rule(kind, members, choice, **values) == pytest.approx(amount)


def test_penalties_lower_the_goal_that_is_maximised():
    """For max_service the objective is the level less the penalty, and costs have none in them."""
    rule = Rule("r", RuleKind.MAX_IN_TIER, (0, 1), tier=1, value=0.0, penalty=0.125)
    problem = simple_problem([[1, 2], [1, 2]], [[2, 1], [2, 1]], rules=(rule,))
    evaluation = evaluate(problem.replace(goal=Goal.MAX_SERVICE), np.array([1, 0]))
    assert evaluation.objective == pytest.approx(0.7 - 0.125)
    assert evaluation.total_cost == 6


def test_budget_counts_open_costs_and_extra_units():
    """Segments 2 + 2, tiers opened 5 + 7, one extra unit at 3: 19 against a budget of 18."""
    problem = with_resource(
        simple_problem([[2, 2], [2, 2]], [[0, 0], [0, 0]], open_cost=np.array([5.0, 7.0])),
        [[2, 2], [2, 2]],
        capacity=3,
        extra=2,
        premium=3,
    ).replace(budget=18.0)
    evaluation = evaluate(problem, np.array([0, 1]))
    assert evaluation.service_cost == 19
    assert [(v.rule, v.amount) for v in evaluation.violations] == [("budget", 1.0)]


def test_extra_units_may_be_cheaper_than_normal_ones():
    """A premium of -1 takes one off the cost of every unit beyond capacity, and only of those."""
    problem = with_resource(
        simple_problem([[9], [9]], [[0], [0]]), [[2], [3]], capacity=4, extra=2, premium=-1
    )
    evaluation = evaluate(problem, np.array([0, 0]))
    assert (evaluation.extra.tolist(), evaluation.extra_cost) == ([1.0], -1.0)
    assert evaluation.service_cost == 17


def test_changes_count_only_segments_with_a_tier_today():
    """Three segments, one without a tier today: moving all is two changes."""
    problem = simple_problem([[0, 0]] * 3, [[0, 0]] * 3, current=np.array([0, -1, 0]))
    assert evaluate(problem, np.array([1, 1, 1])).changes == 2


def test_level_with_weights_all_zero_is_the_plain_mean():
    """0.5 and 0.9 with weights 0 and 0 give 0.7."""
    problem = simple_problem([[0, 0]] * 2, [[0, 0]] * 2, weight=np.zeros(2))
    assert evaluate(problem, np.array([0, 1])).service_level == pytest.approx(0.7)


def test_level_ignores_segments_of_weight_zero():
    """Weight 0 beside weight 2: only the second counts."""
    problem = simple_problem([[0, 0]] * 2, [[0, 0]] * 2, weight=np.array([0.0, 2.0]))
    assert evaluate(problem, np.array([0, 1])).service_level == pytest.approx(0.9)


def test_tiers_used_counts_each_tier_once():
    """Three segments in two tiers use two, whatever could be opened."""
    problem = simple_problem([[0, 0, 0]] * 3, [[0, 0, 0]] * 3, max_tiers=1)
    evaluation = evaluate(problem, np.array([0, 2, 0]))
    assert evaluation.tiers_used == 2
    assert [v.rule for v in evaluation.violations] == ["max_tiers"]


def test_rounding_of_sums_is_no_breach():
    """0.1 ten times is a bit less or more than 1; a budget of 1 holds it, one of 1 - 1e-6 not."""
    problem = simple_problem([[0.1]] * 10, [[0.0]] * 10)
    choice = np.zeros(10, dtype=int)
    assert not evaluate(problem.replace(budget=1.0), choice).violations
    assert evaluate(problem.replace(budget=1 - 1e-6), choice).violations


def test_every_reason_of_a_barred_pair_is_told():
    """A pair both below the floor and not offered breaks both, named with the segment."""
    barred = np.array([[Bar.MIN_TIER | Bar.NOT_OFFERED, 0]], dtype=np.int8)
    problem = simple_problem([[0, 0]], [[0, 0]], barred=barred)
    broken = {v.rule for v in evaluate(problem, np.array([0])).violations}
    assert broken == {"allowed[s0]", "min_tier[s0]"}
