"""Other plans: the next best in their order, those that differ most, each against trying all."""

from __future__ import annotations

import numpy as np
import pytest
from oracles import feasible_choices
from strategies import random_problem, simple_problem, with_resource

from slopt.plan.plan import make_plan
from slopt.problem.rules import Rule
from slopt.solve.core import is_available
from slopt.solve.highs import Options
from slopt.solve.solve import solve
from slopt.study.alternatives import alternatives
from slopt.study.alternatives.alike import aligned, distance, groups_of, kinds_of
from slopt.study.anew import Anew
from slopt.study.frontier.least import Way
from slopt.vocabulary import Method, RuleKind

needs_core = pytest.mark.skipif(not is_available(), reason="the compiled core is not built")


def anew(method=Method.AUTO):
    """Solving anew, exactly."""
    return Anew(Way(Options(gap=0.0), method))


def plans(seeds, method=Method.AUTO, make=random_problem):
    """(problem, plan) of the random problems that have one."""
    for seed in seeds:
        problem = make(seed)
        outcome = solve(problem, method=method)
        if outcome.choice is not None:
            yield problem, make_plan(None, problem, outcome)


def with_twins(seed):
    """A random problem in which some segments are copies of others."""
    problem = random_problem(seed, plain=True)
    rng = np.random.default_rng(seed)
    copy = rng.integers(0, 2, len(problem.segments))
    rows = ("weight", "current", "barred", "service_level", "service_cost", "lost_orders")
    rows = (*rows, "lost_customers", "lost_prospects", "lost_unsplit")
    changes = {name: getattr(problem, name)[copy] for name in rows}
    return problem.replace(use=problem.use[:, copy], **changes)


def for_the_core(seed):
    """A random problem of shared rows alone, without extra units that are the cheaper ones."""
    problem = random_problem(seed, plain=True)
    return problem.replace(extra_premium=np.abs(problem.extra_premium))


def signature(choice, kinds):
    """A plan up to exchanges of alike segments."""
    return tuple(sorted(zip(kinds.tolist(), [int(k) for k in choice], strict=True)))


def ranked(problem, plan):
    """Every feasible plan but the best, up to exchanges: (worse, signature), best first."""
    kinds, sign = kinds_of(problem), -1 if problem.goal.maximises else 1
    worth = {
        signature(choice, kinds): sign * (judged.objective - plan.objective)
        for choice, judged in feasible_choices(problem)
    }
    worth.pop(signature(plan.choice, kinds))
    return sorted(worth.values()), worth


@pytest.mark.parametrize(
    ("method", "make"),
    [
        (Method.AUTO, random_problem),
        (Method.AUTO, with_twins),
        pytest.param(Method.CORE, for_the_core, marks=needs_core),
    ],
)
def test_the_next_best_plans_are_those_that_trying_all_finds(method, make):
    """In their order, none twice, all of them where there are fewer; by program and by the core."""
    seen, ended = 0, 0
    for problem, plan in plans(range(9800, 9822), make=make):
        worths, by_signature = ranked(problem, plan)
        found = alternatives(plan, 6, anew(method))
        assert [o.worse for o in found.others] == pytest.approx(worths[:6], abs=1e-5)
        assert found.is_all == (len(worths) < 6)
        ended += found.is_all
        kinds = kinds_of(problem)
        shown = [signature(other.choice, kinds) for other in found.others]
        assert len({*shown, signature(plan.choice, kinds)}) == len(shown) + 1
        for other, its in zip(found.others, shown, strict=True):
            assert by_signature[its] == pytest.approx(other.worse, abs=1e-5)
            assert other.is_proven
            assert not other.evaluation.violations
            seen += 1
    assert seen > 30
    assert ended > 0


@pytest.mark.parametrize("make", [random_problem, with_twins])
def test_each_plan_within_the_margin_differs_most_from_all_before(make):
    """No plan in the margin is farther from all before, and of those as far it is the best."""
    seen = 0
    for problem, plan in plans(range(9830, 9855), make=make):
        found = alternatives(plan, 3, anew(), within=0.4)
        groups, sign = groups_of(kinds_of(problem)), -1 if problem.goal.maximises else 1
        cap = sign * plan.objective + 0.4 * abs(plan.objective) + 1e-7
        near = [
            (np.array(choice), sign * judged.objective)
            for choice, judged in feasible_choices(problem)
            if sign * judged.objective <= cap
        ]
        before = [plan.choice]
        for other in found.others:
            far = [min(distance(choice, b, groups) for b in before) for choice, _ in near]
            most = max(far)
            assert other.apart == other.apart_at_most == most
            least = min(worth for (_, worth), d in zip(near, far, strict=True) if d == most)
            assert sign * other.objective == pytest.approx(least, abs=1e-5)
            before.append(other.choice)
            seen += 1
        if found.is_all:
            assert max(min(distance(c, b, groups) for b in before) for c, _ in near) == 0
    assert seen > 10


def test_alike_segments_do_not_fill_the_list():
    """Of 6 equal segments one has the dear tier: its exchange for another is no other plan."""
    problem = simple_problem([[1, 4]] * 6, [[9, 1]] * 6, budget=9.0)
    plan = make_plan(None, problem, solve(problem))
    found = alternatives(plan, 5, anew())
    assert sorted(plan.tiers) == ["t0"] * 5 + ["t1"]
    assert (len(found.others), found.is_all) == (1, True)
    assert found.others[0].worse == pytest.approx(5)
    assert [len(group) for group in found.groups] == [6]
    assert len(found.others[0].moves) == 1


def test_segments_are_alike_only_if_rules_treat_them_alike():
    """Not if a rule names one, if one uses more of a resource, or was elsewhere before."""
    problem = simple_problem([[1, 4]] * 4, [[9, 1]] * 4)
    assert len(set(kinds_of(problem).tolist())) == 1
    rule = Rule("r", RuleKind.MAX_IN_TIER, (0, 1), tier=1, value=1.0)
    assert len(set(kinds_of(problem.replace(rules=(rule,))).tolist())) == 2
    used = with_resource(problem, [[0, 1], [0, 1], [0, 2], [0, 2]], capacity=9)
    assert len(set(kinds_of(used).tolist())) == 2
    moved = problem.replace(current=np.array([0, 0, 0, 1]))
    assert len(set(kinds_of(moved).tolist())) == 2


def test_a_plan_is_written_with_the_fewest_moves():
    """Three alike segments in 0, 1, 1 against 1, 0, 2: one stays, and one of each kind is moved."""
    groups = [np.array([0, 1, 2])]
    one, other = np.array([0, 1, 1, 5]), np.array([1, 0, 2, 5])
    assert aligned(one, other, groups).tolist() == [1, 0, 1, 5]
    assert distance(one, other, groups) == 1


def test_near_ties_and_near_limits_are_told():
    """0.05 % worse is a near tie, 1 % is not; a budget used up is near, one half used is not."""
    problem = simple_problem([[1000, 1000.5, 1010]], [[0, 0, 0]], budget=1000.5)
    plan = make_plan(None, problem, solve(problem))
    roomy = problem.replace(budget=2000.0)
    wide = make_plan(None, roomy, solve(roomy))
    first, second = alternatives(wide, 2, anew()).others
    assert (first.is_near_tie(0.0), second.is_near_tie(0.0)) == (True, False)
    assert second.is_near_tie(0.02)
    assert first.near_limits() == []
    (only,) = alternatives(plan, 5, anew()).others
    assert only.near_limits() == ["budget"]


@needs_core
def test_at_size_the_next_best_plans_come_from_the_core_and_keep_their_order():
    """Of 80 segments: each is no better than the one before, and none is there twice."""
    rng = np.random.default_rng(7)
    cost = np.sort(rng.uniform(1, 50, (80, 4)), axis=1)
    lost = np.sort(rng.uniform(1, 80, (80, 4)), axis=1)[:, ::-1].copy()
    problem = simple_problem(cost, lost, budget=float(cost[:, 1].sum()))
    plan = make_plan(None, problem, solve(problem, Options(gap=0.0)))
    found = alternatives(plan, 5, anew())
    worse = [other.worse for other in found.others]
    assert worse == sorted(worse)
    assert worse[0] >= 0
    assert len({other.choice.tobytes() for other in found.others} | {plan.choice.tobytes()}) == 6
    by_highs = alternatives(plan, 3, anew(Method.HIGHS))
    assert [o.worse for o in by_highs.others] == pytest.approx(worse[:3], abs=1e-5)


def test_without_time_nothing_is_claimed():
    """No plan is shown, and the list is not said to be all."""
    problem = simple_problem([[1, 5], [1, 5]], [[9, 0], [9, 1]])
    plan = make_plan(None, problem, solve(problem))
    found = alternatives(plan, 2, Anew(Way(Options(time_limit_s=0.0))))
    assert (found.others, found.is_all, found.is_complete) == ((), False, False)
