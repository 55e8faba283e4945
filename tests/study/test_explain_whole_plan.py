"""What rules cost, what the next units gain, where the plan stays best: against trying all."""

from __future__ import annotations

import math

import numpy as np
import pytest
from oracles import brute_force, judge
from strategies import random_problem, simple_problem, with_resource

from slopt.errors import UsageError
from slopt.plan.plan import make_plan
from slopt.problem.choice import Bar
from slopt.problem.rules import Rule
from slopt.report.explain_words import hold_sentences
from slopt.solve.highs import Options
from slopt.solve.solve import solve
from slopt.study.anew import Anew
from slopt.study.explain import explain
from slopt.study.explain_limits import limit_values, steps_of
from slopt.study.explain_ranges import range_of
from slopt.study.explain_rules import contract_names, rule_costs, rule_names, without
from slopt.study.explain_segments import segment_figures
from slopt.study.frontier.axis import axis_of
from slopt.study.frontier.least import Way
from slopt.vocabulary import LIMITS, Goal, RuleKind

ROUNDING = 1e-6


def axes_that_apply(problem):
    """The limits that are given, and the resources."""
    given = [name for name in LIMITS if getattr(problem, name) is not None]
    return [*given, *problem.resources]


def plans(seeds, **changes):
    """(problem, plan) of the random problems that have one."""
    for seed in seeds:
        problem = random_problem(seed).replace(**changes)
        outcome = solve(problem)
        if outcome.choice is not None:
            yield problem, make_plan(None, problem, outcome)


def anew(seconds=60.0):
    """Solving anew, exactly."""
    return Anew(Way(Options(gap=0.0, time_limit_s=seconds)))


def sense(problem):
    """1 where the goal is kept small."""
    return -1.0 if problem.goal.maximises else 1.0


def test_cost_of_a_rule_equals_trying_all_without_it():
    """Limits, resources, rules and contracts: the best plan with it, less the best one without."""
    dear = 0
    for problem, plan in plans(range(9600, 9630)):
        names = [*axes_that_apply(problem), *rule_names(problem), *contract_names(problem)]
        for found in rule_costs(plan, names, anew()):
            _, free = brute_force(without(problem, found.name))
            expected = sense(problem) * (plan.objective - free.objective)
            assert found.cost == pytest.approx(expected, abs=ROUNDING), found.name
            assert found.least <= found.cost + ROUNDING <= found.most + 2 * ROUNDING
            dear += found.cost > 0
    assert dear > 15


def test_without_a_contract_only_its_own_segment_is_freed():
    """A pin, a floor and a ceiling each free what they alone forbid; all pins together free all."""
    barred = np.zeros((3, 3), dtype=np.int8)
    barred[0, 1:] |= Bar.FIXED_TIER
    barred[1, 1:] |= Bar.FIXED_TIER
    barred[1, 2] |= Bar.NOT_OFFERED
    barred[2, 0] |= Bar.MIN_TIER
    problem = simple_problem(np.ones((3, 3)), np.ones((3, 3)), barred=barred)
    assert contract_names(problem) == [
        "min_tier[s2]",
        "fixed_tier[s0]",
        "fixed_tier[s1]",
        "fixed_tier[*]",
    ]
    assert without(problem, "fixed_tier[s0]").admissible[0].all()
    assert not without(problem, "fixed_tier[s0]").admissible[1, 1]
    assert without(problem, "fixed_tier[*]").admissible.tolist() == [
        [True, True, True],
        [True, True, False],
        [False, True, True],
    ]
    assert without(problem, "min_tier[s2]").admissible[2].all()


def test_next_units_of_a_limit_equal_trying_all_with_so_much_more():
    """Whatever the limit: the best plan at the relieved value, less the best plan."""
    gained = 0
    for problem, plan in plans(range(9640, 9720)):
        units = {
            price.name: (0.05, 0.3) if 0 < price.use.limit < 1 else (2.0, 15.0)
            for price in plan.prices
            if price.relaxation and not _has_cheaper_extra_units(problem, price.name)
        }
        for limit in limit_values(plan, anew(), units) if units else ():
            for relief in limit.reliefs:
                axis = axis_of(problem, limit.name)
                _, its = brute_force(axis.at(problem, relief.value))
                expected = sense(problem) * (plan.objective - its.objective)
                assert relief.gain == pytest.approx(max(expected, 0.0), abs=ROUNDING)
                gained += relief.gain > 0
    assert gained > 10


def _has_cheaper_extra_units(problem, name):
    premiums = dict(zip(problem.resources, problem.extra_premium, strict=True))
    return premiums.get(name, 0.0) < 0


def test_in_its_range_the_plan_is_the_best_and_past_its_ends_it_is_not():
    """Trying all at both ends, in between and just beyond, for limits of every kind."""
    bounded = 0
    for problem, plan in plans(range(9665, 9705)):
        for limit in plan.prices:
            best = range_of(plan, limit, Way(Options(gap=0.0)))
            if best is None:
                continue
            axis, own = axis_of(problem, limit.name), limit.use.limit
            assert best.within == 0
            for value in _inside(best, own, axis):
                judged, least = _judged(axis.at(problem, value), plan.choice)
                assert not judged.violated, (limit.name, value)
                gap = sense(problem) * (judged.objective - least.objective)
                assert gap <= 2e-6 * max(1.0, abs(judged.objective)), (limit.name, value)
            for value in _beyond(best, axis):
                bounded += 1
                judged, least = _judged(axis.at(problem, value), plan.choice)
                better = sense(problem) * (judged.objective - least.objective) if least else 0
                assert judged.violated or better > 0, (limit.name, value)
    assert bounded > 30


def _judged(problem, choice):
    """The choice and the best of all at this value of the limit."""
    return judge(problem, choice), brute_force(problem)[1]


def _inside(best, own, axis):
    low = own - 7 if best.low is None else best.low
    high = own + 7 if best.high is None else best.high
    if axis.is_whole:
        top, bottom = (high, low + 1) if axis.is_floor else (high - 1, low)
        if (axis.is_floor and best.low is None) or (not axis.is_floor and best.high is None):
            top, bottom = high, low
        return [value for value in (max(bottom, 0), own, top) if bottom <= value <= top]
    step = 1e-5 * (high - low)
    return [low + step, own, (low + high) / 2, high - step] if high > low else [own]


def _beyond(best, axis):
    loose, tight = (best.low, best.high) if axis.is_floor else (best.high, best.low)
    away = axis.relief * (1 if axis.is_whole else 1e-3)
    values = [] if tight is None else [tight - away]
    if loose is not None:
        values.append(loose if axis.is_whole else loose + 0.001 * away)
    return [value for value in values if not axis.is_whole or value >= 0]


def test_range_of_a_resource_with_extra_units_by_hand():
    """The dear tier uses 10 of 8 hours, 2 bought at 1 each, and gains 5 over the cheap one.

    With fewer hours it buys more: at 5 it pays 5 and ties, so it stays best from there on.
    """
    problem = simple_problem([[0, 1]], [[10, 4]])
    problem = with_resource(problem, [[0, 10]], capacity=8, extra=9, premium=1)
    plan = make_plan(None, problem, solve(problem))
    assert plan.tiers == ["t1"]
    (hours,) = limit_values(plan, anew())
    assert hours.best_range.low == pytest.approx(5, abs=1e-4)
    assert hours.best_range.high is None
    assert hours.price.fixed_choice == pytest.approx(1)


def test_range_of_a_soft_rule_by_hand():
    """A wish for t1 at 2 a segment: kept it costs 3 more, so it is broken from one segment on."""
    rule = Rule("wish", RuleKind.MIN_IN_TIER, (0, 1), tier=1, value=1.0, penalty=2.0)
    problem = simple_problem([[0, 3], [0, 3]], [[0, 0], [0, 0]], rules=(rule,))
    plan = make_plan(None, problem, solve(problem))
    (cost,) = rule_costs(plan, ["wish"], anew())
    assert (plan.tiers, cost.cost, cost.penalty) == (["t0", "t0"], 2.0, 2.0)
    (wish,) = limit_values(plan, anew())
    assert (wish.best_range.low, wish.best_range.high) == (None, None)


def test_of_many_contracts_only_those_the_prices_speak_for_are_solved():
    """30 pins, 3 of them to the dearest tier: the others are proven to cost little."""
    rng = np.random.default_rng(5)
    cost = np.sort(rng.uniform(1, 50, (100, 4)), axis=1)
    lost = np.sort(rng.uniform(1, 80, (100, 4)), axis=1)[:, ::-1].copy()
    free = simple_problem(cost, lost, budget=float(cost[:, 1].sum()))
    pinned_to = solve(free, Options(gap=0.0)).choice[:30].copy()
    pinned_to[:3] = 3
    barred = np.zeros(cost.shape, dtype=np.int8)
    barred[:30] = np.where(np.arange(4) == pinned_to[:, None], 0, Bar.FIXED_TIER)
    pinned = free.replace(barred=barred)
    plan = make_plan(None, pinned, solve(pinned, Options(gap=1e-6)))
    if plan.outcome.relaxation.program is not None:
        pytest.skip("without the compiled core HiGHS answers this, and every contract is solved")
    names = contract_names(pinned)
    found = rule_costs(plan, names, Anew(Way(Options(gap=1e-6))))
    solved = {one.name for one in found if one.outcome is not None}
    assert {"fixed_tier[s0]", "fixed_tier[s2]", "fixed_tier[*]"} <= solved
    assert len(solved) < 15
    for one in found:
        exact = solve(without(pinned, one.name), Options(gap=0.0))
        gain = plan.objective - exact.objective
        assert gain <= one.most + ROUNDING
        assert one.least is None or one.least <= gain + ROUNDING


def test_range_at_size_holds_within_the_gap():
    """Of 100 segments: up to the looser end no plan is better by more than the gap."""
    rng = np.random.default_rng(6)
    cost = np.sort(rng.uniform(1, 50, (100, 4)), axis=1)
    lost = np.sort(rng.uniform(1, 80, (100, 4)), axis=1)[:, ::-1].copy()
    problem = simple_problem(cost, lost, budget=float(cost[:, 1].sum()))
    plan = make_plan(None, problem, solve(problem, Options(gap=1e-3)))
    values = limit_values(plan, Anew(Way(Options(gap=1e-3))), {"budget": (10.0, 50.0)})
    (budget,) = values
    best = budget.best_range
    assert best.low == pytest.approx(plan.evaluation.service_cost)
    assert best.high >= problem.budget
    for value in np.linspace(best.low, best.high, 5):
        exact = solve(problem.replace(budget=float(value)), Options(gap=0.0))
        assert plan.objective - exact.objective <= best.within * plan.objective + ROUNDING
    for relief in budget.reliefs:
        exact = solve(problem.replace(budget=relief.value), Options(gap=0.0))
        gain = plan.objective - exact.objective
        assert relief.least - ROUNDING <= gain <= relief.most + ROUNDING


def test_a_limit_of_time_leaves_the_rest_unsolved_and_says_so():
    """Without any time nothing is solved, and nothing is said to be known."""
    problem = simple_problem([[1, 5], [1, 5]], [[9, 0], [9, 1]], budget=6.0)
    plan = make_plan(None, problem, solve(problem))
    none = anew(0.0)
    (budget,) = limit_values(plan, none)
    assert [relief.gain for relief in budget.reliefs] == [None, None, None]
    assert (budget.best_range, budget.whole.cost, none.is_complete) == (None, None, False)


def test_steps_are_read_strictly():
    """A limit that is not there, no number, nothing above 0, half a change: each is refused."""
    problem = simple_problem([[1, 2]], [[1, 2]], budget=9.0, max_changes=3)
    assert steps_of(problem, ["budget=10", "budget = 2.5", "max_changes=2"]) == {
        "budget": (10.0, 2.5),
        "max_changes": (2.0,),
    }
    for text in ("bugdet=1", "budget=x", "budget=-1", "budget=0", "max_changes=0.5", "budget"):
        with pytest.raises(UsageError, match="--next"):
            steps_of(problem, [text])


def test_ctrl_c_keeps_what_was_solved():
    """The first answers stay, the others are not given, and the clock says interrupted."""
    clock = anew()

    def ask(item, way):
        if item == 3:
            raise KeyboardInterrupt
        return item * item

    assert clock.each("squares", [1, 2, 3, 4], ask) == {1: 1, 2: 4}
    assert clock.interrupted
    assert not clock.is_complete
    assert clock.each("more", [5], ask) == {}


def test_gains_of_max_service_are_points():
    """Levels 0.5 and 0.9, money for one: one more unit of budget lifts the mean by 0.2."""
    problem = simple_problem([[0, 1], [0, 1]], [[0, 0], [0, 0]], budget=1.0, goal=Goal.MAX_SERVICE)
    plan = make_plan(None, problem, solve(problem))
    (budget,) = limit_values(plan, anew(), {"budget": (1.0,)})
    assert budget.reliefs[0].gain == pytest.approx(0.2)
    assert budget.best_range.high == pytest.approx(2.0, abs=1e-6)
    assert math.isclose(budget.best_range.low, 1.0)


def test_what_no_plan_moves_is_promised_no_move():
    """A tier that would be better alone and that no plan has: no price is named that brings it."""
    problem = simple_problem([[1, 4]] * 2, [[9, 0]] * 2, budget=2.5)
    plan = make_plan(None, problem, solve(problem))
    row, _ = segment_figures(plan, explain(plan, Options()))
    assert row["best_alone"] == "t1"
    assert (row["next_best"], row["moves_up_at"]) == (None, None)
    assert hold_sentences(plan, row) == []
