"""Why no plan exists: planted conflicts are found, and every member of one is needed."""

from __future__ import annotations

import numpy as np
import pytest
from oracles import brute_force
from strategies import random_problem, simple_problem, with_resource

from slopt.problem.choice import Bar
from slopt.problem.rules import Rule
from slopt.solve import trials
from slopt.solve.conflict import constraints, find_conflict, only, quick_xplain
from slopt.solve.core import is_available
from slopt.solve.highs import Options
from slopt.solve.outcome import Answer
from slopt.solve.solve import solve
from slopt.vocabulary import Method, RuleKind, Status

BASE = simple_problem([[1, 4], [1, 4], [1, 4]], [[5, 0]] * 3)


def contract(bar, *segments):
    """Barred flags: the low tier (or for a ceiling the high one) of some segments."""
    barred = np.zeros((3, 2), dtype=np.int8)
    for s in segments:
        barred[s, 1 if bar is Bar.MAX_TIER else 0] |= bar
    return barred


PLANTED = {
    "budget against floors": (
        BASE.replace(budget=8.0, barred=contract(Bar.MIN_TIER, 0, 1), max_tiers=2),
        {"budget", "min_tier[s0]", "min_tier[s1]"},
    ),
    "min_in_tier against max_in_tier": (
        BASE.replace(
            rules=(
                Rule("at least", RuleKind.MIN_IN_TIER, (0, 1, 2), tier=1, value=2.0),
                Rule("at most", RuleKind.MAX_IN_TIER, (0, 1, 2), tier=1, value=1.0),
                Rule("soft", RuleKind.MAX_IN_TIER, (0, 1, 2), tier=1, value=0.0, penalty=1.0),
            ),
            budget=100.0,
        ),
        {"at least", "at most"},
    ),
    "capacity against a pin": (
        with_resource(BASE, [[1, 9]] * 3, capacity=8).replace(
            barred=contract(Bar.FIXED_TIER, 2), max_lost_sales=99.0
        ),
        {"hours", "fixed_tier[s2]"},
    ),
    "level floor against ceilings": (
        BASE.replace(min_service_level=0.7, barred=contract(Bar.MAX_TIER, 0, 1)),
        {"min_service_level", "max_tier[s0]", "max_tier[s1]"},
    ),
    "lost sales cap against the budget": (
        BASE.replace(budget=6.0, max_lost_sales=9.0, max_changes=0),
        {"budget", "max_lost_sales"},
    ),
    "no changes against the menu": (
        BASE.replace(max_changes=0, max_tiers=1, current=np.array([0, 1, -1])),
        {"max_changes", "max_tiers"},
    ),
    "same tier against a floor and a ceiling": (
        BASE.replace(
            rules=(Rule("same", RuleKind.SAME_TIER, (0, 2)),),
            barred=contract(Bar.MIN_TIER, 0) | contract(Bar.MAX_TIER, 2),
        ),
        {"same", "min_tier[s0]", "max_tier[s2]"},
    ),
    "order against a pin": (
        BASE.replace(
            rules=(Rule("order", RuleKind.NOT_BELOW, (0,), (1,)),),
            barred=contract(Bar.MAX_TIER, 0) | contract(Bar.FIXED_TIER, 1),
        ),
        {"order", "max_tier[s0]", "fixed_tier[s1]"},
    ),
    # Two thirds of a tier each would satisfy both; whole tiers cannot: 3a = 4 has no answer.
    "only in whole numbers": (
        with_resource(
            simple_problem([[0, 3]] * 3, [[4, 0]] * 3, budget=4.0), [[3, 0]] * 3, capacity=5
        ),
        {"budget", "hours"},
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_conflict_is_found_and_minimal(name):
    """The reported set is the planted one: infeasible together, feasible without any member."""
    problem, planted = PLANTED[name]
    outcome = solve(problem)
    assert outcome.status is Status.INFEASIBLE
    assert set(outcome.conflict) == planted
    assert brute_force(only(problem, planted))[0] is None
    for member in planted:
        assert brute_force(only(problem, planted - {member}))[0] is not None, member


def test_the_whole_number_conflict_is_one():
    """Its relaxation is feasible, so that an infeasible subsystem of the LP would not show it."""
    from slopt.problem.matrix import assemble
    from slopt.solve.highs import run

    problem, _ = PLANTED["only in whole numbers"]
    assert run(assemble(problem).relaxed(), Options()).status is Status.OPTIMAL


def test_conflicts_of_random_problems_are_minimal():
    """Over 120 random problems, every conflict is infeasible and needs each of its members."""
    seen = 0
    for seed in range(6000, 6120):
        problem = random_problem(seed)
        outcome = solve(problem)
        if outcome.status is not Status.INFEASIBLE:
            continue
        names = set(outcome.conflict)
        if any(name.startswith("allowed[") for name in names):
            continue
        seen += 1
        assert names
        assert names <= set(constraints(problem))
        assert brute_force(only(problem, names))[0] is None
        for member in names:
            assert brute_force(only(problem, names - {member}))[0] is not None
    assert seen > 12


def test_only_keeps_soft_rules_and_forbidden_offers():
    """Dropping every limit leaves what is not the planner's to give up."""
    soft = Rule("soft", RuleKind.SAME_TIER, (0, 1), penalty=2.0)
    firm = Rule("firm", RuleKind.SAME_TIER, (0, 1))
    barred = contract(Bar.NOT_OFFERED, 1) | contract(Bar.MIN_TIER, 0)
    problem = BASE.replace(rules=(soft, firm), barred=barred, budget=1.0)
    bare = only(problem, set())
    assert bare.rules == (soft,)
    assert bare.budget is None
    assert np.array_equal(bare.barred, contract(Bar.NOT_OFFERED, 1))


def test_quick_xplain_on_sets():
    """Among 20 parts, the three whose sum makes the trouble are found, with few questions."""
    asked = []

    def feasible(parts):
        asked.append(len(parts))
        return not {"c", "k", "t"} <= set(parts)

    assert set(quick_xplain(list("abcdefghijklmnopqrst"), feasible)) == {"c", "k", "t"}
    assert len(asked) < 30
    assert quick_xplain([], feasible) == []


@pytest.mark.parametrize("status", [Status.NO_PLAN, Status.INTERRUPTED])
def test_a_search_cut_short_reports_no_conflict(monkeypatch, status):
    """Out of time or interrupted: nothing was proven, so nothing is said."""
    monkeypatch.setattr(trials, "run", lambda program, options: Answer(status))
    problem, _ = PLANTED["lost sales cap against the budget"]
    assert find_conflict(problem, Options()) == ()


@pytest.mark.parametrize("method", [Method.AUTO, Method.HIGHS, Method.CORE, Method.PRICES])
def test_prices_prove_the_conflict_on_every_route(method):
    """Two segments need 5 and 7 hours at least and 11 are there: any price on hours proves it."""
    if method is Method.CORE and not is_available():
        pytest.skip("the compiled core is not built")
    problem = with_resource(
        simple_problem([[1, 2]] * 2, [[2, 1]] * 2, budget=100.0), [[5, 6], [8, 7]], 11.0
    )
    outcome = solve(problem, method=method)
    assert outcome.status is Status.INFEASIBLE
    assert outcome.conflict == ("hours",)
    prices = outcome.relaxation.prices
    assert prices["hours"] > 0
    bound = prices["hours"] * (5 + 7 - 11 * (1 + 1e-9)) + prices["budget"] * (2 - 100)
    assert bound > 0


def test_the_conflict_of_many_segments_is_found_among_the_limits_that_have_a_price():
    """400 segments, eight limits, one of them short: its name alone, whatever the others ask."""
    rng = np.random.default_rng(8)
    use = rng.uniform(1.0, 2.0, (8, 400, 3))
    capacity = use.max(axis=2).sum(axis=1)
    capacity[5] = 0.99 * use[5].min(axis=1).sum()
    problem = simple_problem(rng.random((400, 3)), rng.random((400, 3))).replace(
        resources=tuple(f"r{i}" for i in range(8)),
        use=use,
        capacity=capacity,
        extra_capacity=np.zeros(8),
        extra_premium=np.zeros(8),
    )
    outcome = solve(problem)
    assert outcome.status is Status.INFEASIBLE
    assert outcome.conflict == ("r5",)
