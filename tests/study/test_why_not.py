"""A wish granted: the best plan with it, who pays, what stands against it."""

from __future__ import annotations

import numpy as np
import pytest
from oracles import brute_force, judge
from strategies import random_problem, simple_problem

from slopt.errors import UsageError
from slopt.plan.plan import make_plan
from slopt.problem.choice import Bar
from slopt.solve.highs import Options
from slopt.solve.solve import solve
from slopt.study.explain_wish import Wish, dearer_limits, grant, parts, wishes_of
from slopt.study.frontier.least import Way

WAY = Way(Options(gap=0.0))


def granted(problem, wishes):
    """The problem as wished: pins, whatever the contracts of these segments say."""
    barred = problem.barred.copy()
    for wish in wishes:
        barred[wish.segment] |= Bar.FIXED_TIER
        barred[wish.segment, wish.tier] = 0
    return problem.replace(barred=barred)


def test_a_wish_costs_what_trying_all_with_it_says():
    """One or two wishes at a time, also against contracts; impossible where no choice is left."""
    rng, seen, impossible, against_contract = np.random.default_rng(1), 0, 0, 0
    for seed in range(9750, 9830):
        problem = random_problem(seed)
        outcome = solve(problem)
        if outcome.choice is None:
            continue
        plan = make_plan(None, problem, outcome)
        segments = rng.permutation(len(problem.segments))[: rng.integers(1, 3)]
        wishes = [Wish(int(s), int(rng.integers(len(problem.tiers)))) for s in segments]
        if any(problem.barred[w.segment, w.tier] & Bar.NOT_OFFERED for w in wishes):
            continue
        found = grant(plan, wishes, WAY)
        _, its = brute_force(granted(problem, wishes))
        against_contract += bool(found.set_aside)
        if its is None:
            impossible += 1
            assert found.costs is None
            assert found.evaluation is None
            continue
        seen += 1
        sign = -1 if problem.goal.maximises else 1
        expected = sign * (its.objective - plan.objective)
        assert found.costs == pytest.approx(expected, abs=1e-5)
        assert all(found.outcome.choice[wish.segment] == wish.tier for wish in wishes)
        moved = {move.segment for move in found.moves}
        assert moved == set(np.flatnonzero(found.outcome.choice != plan.choice).tolist())
        judged = judge(granted(problem, wishes), found.outcome.choice)
        assert not judged.violated
        money = sum(parts(plan.evaluation, found.evaluation).values())
        before = plan.evaluation.total_cost + plan.evaluation.penalties
        after = judged.service_cost + judged.lost_sales + judged.penalties
        assert money == pytest.approx(after - before, abs=1e-6)
    assert seen > 15
    assert impossible > 3
    assert against_contract > 1


def test_what_stands_against_a_wish_is_named():
    """A budget for one dear tier stands against two of them."""
    problem = simple_problem([[1, 5], [1, 5]], [[9, 0], [9, 1]], budget=6.0)
    plan = make_plan(None, problem, solve(problem))
    found = grant(plan, [Wish(0, 1), Wish(1, 1)], WAY)
    assert found.against == ("budget",)
    one = grant(plan, [Wish(1, 1)], WAY)
    assert one.costs == pytest.approx(1)
    assert [(m.segment, m.before, m.after) for m in one.others()] == [(0, 1, 0)]


def test_a_contract_against_the_wish_is_set_aside_and_named():
    """A ceiling below the better tier: without it the plan would be 4 better."""
    barred = np.array([[0, Bar.MAX_TIER], [0, 0]], dtype=np.int8)
    problem = simple_problem([[1, 5], [1, 5]], [[9, 1], [1, 0]], barred=barred)
    plan = make_plan(None, problem, solve(problem))
    found = grant(plan, [Wish(0, 1)], WAY)
    assert found.set_aside == ("max_tier[s0]",)
    assert found.costs == pytest.approx(-4)


def test_an_offer_without_figures_is_not_granted():
    """A forbidden offer that the case knows nothing of has no price; a known one has."""
    barred = np.array([[0, Bar.NOT_OFFERED]], dtype=np.int8)
    problem = simple_problem([[1, 5]], [[9, 1]], barred=barred)
    plan = make_plan(None, problem, solve(problem))
    unknown = grant(plan, [Wish(0, 1)], WAY)
    assert (unknown.costs, unknown.against) == (None, ("allowed[s0]",))
    known = grant(plan, [Wish(0, 1)], WAY, np.array([[False, True]]))
    assert known.costs == pytest.approx(-4)


def test_the_limit_that_gets_dearer_is_told():
    """More segments in the dear tier by wish: the price of the budget rises, if any changes."""
    cost, lost = [[1, 5], [1, 5], [1, 5]], [[9, 0], [9, 4], [4, 0]]
    problem = simple_problem(cost, lost, budget=9.0)
    plan = make_plan(None, problem, solve(problem))
    found = grant(plan, [Wish(2, 1)], WAY)
    changes = dearer_limits(plan, found.outcome)
    assert [change.limit for change in changes] == ["budget"]
    assert changes[0].after > changes[0].before


def test_wishes_are_read_strictly():
    """Names may hold the sign; what is unknown, or wished for twice, is refused with a hint."""
    problem = simple_problem([[1, 2], [1, 2]], [[1, 2], [1, 2]], segments=("a=b", "c"))
    assert wishes_of(problem, ["a=b=t1", "c = t0"]) == (Wish(0, 1), Wish(1, 0))
    assert wishes_of(problem, ["c=t0", "c=t0"]) == (Wish(1, 0),)
    for text in (["d=t1"], ["c=t9"], ["c"], ["c=t0", "c=t1"]):
        with pytest.raises(UsageError, match="--why-not"):
            wishes_of(problem, text)
