"""Shared rows say the same of every choice as the definitions do."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from oracles import every_choice, judge
from strategies import random_problem, simple_problem, with_resource

from slopt.problem.rules import Rule
from slopt.problem.shared_rows import SharedRowProblem
from slopt.problem.sharing import obstacle, row_count, share
from slopt.solve.coupling import coupling_of, keeps, with_open_tiers
from slopt.vocabulary import Goal, RuleKind


def of_one_tier(problem, choice):
    """True where every firm same_tier rule is kept, so that merged segments can say the choice."""
    return all(
        len({choice[s] for s in rule.members}) == 1
        for rule in problem.rules
        if rule.kind is RuleKind.SAME_TIER
    )


def test_rows_menu_and_orderings_say_what_the_definitions_say():
    """Of every choice of random problems: the same worth, and the same verdict on it."""
    seen = {True: 0, False: 0}
    for seed in range(400):
        problem = random_problem(seed)
        if obstacle(problem) or not problem.admissible.any(axis=1).all():
            continue
        sharing = share(problem)
        coupling = coupling_of(problem, sharing)
        sense = -1.0 if problem.goal.maximises else 1.0
        for choice in itertools.islice(every_choice(problem), 0, None, 7):
            if not of_one_tier(problem, choice):
                continue
            merged = sharing.gather(np.array(choice))
            assert np.array_equal(sharing.spread(merged), choice)
            value, feasible = with_open_tiers(coupling, sharing.rows, merged).value(merged)
            feasible = feasible and keeps(coupling, merged)
            judged = judge(problem, choice)
            seen[feasible] += 1
            assert feasible == (not judged.violated)
            if feasible:
                assert sense * value == pytest.approx(judged.objective, rel=1e-9, abs=1e-9)
    assert min(seen.values()) > 500


def test_any_prices_bound_every_choice():
    """The dual value at random prices is never above what a choice that keeps the rows is worth."""
    rng = np.random.default_rng(3)
    compared = 0
    for seed in range(120):
        problem = random_problem(seed, plain=True)
        if obstacle(problem):
            continue
        rows = share(problem).rows
        prices = rng.exponential(2.0, len(rows.names)) * (rng.random(len(rows.names)) < 0.7)
        bound, alone = rows.dual(prices)
        assert rows.allowed[np.arange(len(alone)), alone].all()
        for choice in itertools.islice(every_choice(problem), 0, None, 5):
            value, feasible = rows.value(np.array(choice))
            if feasible:
                compared += 1
                assert bound <= value + 1e-9 * max(1.0, abs(value))
    assert compared > 500


def test_what_cannot_be_shared_is_said_in_words():
    """Soft rules that compare segments, and extra units cheaper than normal ones."""
    problem = simple_problem([[1, 2]] * 2, [[2, 1]] * 2)
    assert obstacle(problem) is None
    soft = problem.replace(rules=(Rule("fair", RuleKind.NOT_BELOW, (0,), (1,), penalty=1.0),))
    assert obstacle(soft) == "the soft rule fair compares segments"
    with pytest.raises(ValueError, match="soft rule fair"):
        share(soft)
    cheap = with_resource(problem, [[1, 2]] * 2, 2.0, extra=3.0, premium=-1.0)
    assert "cost less" in (obstacle(cheap) or "")


def test_rows_of_wrong_shapes_are_refused():
    """A missing name, an array of another shape, an extra that relieves nothing or two rows."""
    cost = np.ones((2, 2))
    good = {
        "cost": cost, "use": (cost,), "allowed": cost > 0, "limit": np.ones(1),
        "names": ("budget",), "floor": np.zeros(1, dtype=bool),
    }  # fmt: skip
    SharedRowProblem(**good)
    one = np.ones(1)
    for wrong in (
        {"names": ()},
        {"use": (np.ones((3, 2)),)},
        {"limit": np.ones(2)},
        {"extra_cost": one, "extra_most": one, "extra_use": np.ones((1, 1))},
        {"extra_cost": -one, "extra_most": one, "extra_use": -np.ones((1, 1))},
        {"extra_cost": np.ones(2), "extra_most": np.ones(2), "extra_use": -np.ones((1, 2))},
    ):
        with pytest.raises(ValueError, match=r"shape|row"):
            SharedRowProblem(**{**good, **wrong})


def test_merged_segments_are_those_that_rules_tie_together():
    """Two same_tier rules with a member in common make one segment of three."""
    rules = (Rule("a", RuleKind.SAME_TIER, (0, 2)), Rule("b", RuleKind.SAME_TIER, (2, 3)))
    problem = simple_problem(
        [[1, 2], [3, 4], [5, 6], [7, 8]], [[0, 0]] * 4, rules=rules, goal=Goal.MIN_BUDGET
    )
    sharing = share(problem)
    assert sharing.merged is not None
    assert sharing.merged.tolist() == [0, 1, 0, 0]
    assert sharing.rows.cost.tolist() == [[13.0, 16.0], [3.0, 4.0]]


def test_rows_are_counted_as_they_are_made():
    """`row_count` and `share` agree on random problems."""
    counted = set()
    for seed in range(200):
        problem = random_problem(seed)
        if obstacle(problem) is None:
            assert row_count(problem) == len(share(problem).rows.names)
            counted.add(row_count(problem))
    assert len(counted) > 5
