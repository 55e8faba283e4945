"""Diagnoses: every smallest conflict, every way out, judged by trying all choices."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracles import brute_force, feasible_choices
from strategies import random_problem, simple_problem, with_resource

from slopt.case.case import Words
from slopt.errors import SolverTrouble
from slopt.problem.choice import Bar
from slopt.problem.demands import (
    Conflict,
    ContractsBy,
    Demand,
    DemandKind,
    broken_by,
    demands_of,
    split,
    with_only,
    without,
)
from slopt.problem.evaluate import evaluate
from slopt.problem.rules import Rule
from slopt.solve import trials as asking
from slopt.solve.conflict import one_conflict, smallest_conflict
from slopt.solve.highs import Options
from slopt.solve.trials import Trials
from slopt.study.diagnose import diagnose
from slopt.study.diagnose import repairs as repairing
from slopt.study.diagnose.changes import changed, limit_axis, step_of
from slopt.study.diagnose.conflicts import apart_first, most_apart
from slopt.study.diagnose.repairs import Repairer
from slopt.study.diagnose.words import Wording
from slopt.study.frontier.axis import axis_of
from slopt.study.frontier.least import Way
from slopt.vocabulary import RuleKind, Status

WAY = Way(Options(time_limit_s=30))
BASE = simple_problem([[1, 4], [1, 4], [1, 4]], [[5, 0]] * 3)


def has_plan(problem):
    """By trying all choices."""
    return next(feasible_choices(problem), None) is not None


def all_conflicts(problem, demands):
    """Every set of demands that no choice keeps, and none of whose parts is one."""
    found = []
    for size in range(len(demands) + 1):
        for tried in map(frozenset, combinations(demands, size)):
            if any(smaller <= tried for smaller in found):
                continue
            if not has_plan(with_only(problem, tried, demands)):
                found.append(tried)
    return set(found)


def floors(*segments, tier=1):
    """Barred flags: a floor at a tier for some of three segments with two tiers."""
    barred = np.zeros((3, 2), dtype=np.int8)
    barred[list(segments), :tier] |= Bar.MIN_TIER
    return barred


def conflicts_of(found):
    """The conflicts of a diagnosis as sets of names."""
    return [set(conflict.names) for conflict in found.conflicts.found]


def require_least(problem, repair):
    """Feasible as it is; with a unit less of any amount, or with a contract kept, not."""
    assert has_plan(repair.problem)
    for change in repair.changes:
        if change.after is None or not change.is_proven:
            continue
        axis = limit_axis(problem, change.demand)
        assert axis is not None
        tighter = change.after - axis.relief * 1.01 * step_of(axis, change.after)
        own = axis_of(repair.problem, change.demand.name)
        if axis.is_whole:
            tighter = change.after - axis.relief
        assert tighter < 0 or not has_plan(own.at(repair.problem, tighter)), change


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(seed=st.integers(0, 100_000))
def test_conflicts_and_repairs_of_random_problems(seed):
    """All the smallest conflicts, smallest first; each repair leaves a plan, and no less would."""
    problem = random_problem(seed)
    found = diagnose(problem, WAY)
    assert (found.status is Status.INFEASIBLE) == (not has_plan(problem))
    if found.status is not Status.INFEASIBLE or not found.repairs:
        return
    demands = demands_of(problem)
    if len(demands) <= 9:
        told = [frozenset(conflict.demands) for conflict in found.conflicts.found]
        assert found.conflicts.are_all
        assert set(told) == all_conflicts(problem, demands)
        assert [len(c) for c in told] == sorted(len(c) for c in told)
    for repair in found.repairs:
        require_least(problem, repair)
        _, best = brute_force(repair.problem)
        assert repair.evaluation.objective == pytest.approx(best.objective)
        dropped = {change.demand for change in repair.changes}
        for kept in dropped:
            assert not has_plan(without(problem, dropped - {kept}))


def test_conflicts_that_share_nothing_are_told_apart():
    """A budget against a cap on lost sales, and a count against a ceiling: two conflicts."""
    barred = np.zeros((3, 2), dtype=np.int8)
    barred[1:, 1] |= Bar.MAX_TIER
    problem = BASE.replace(
        budget=2.0,
        barred=barred,
        rules=(Rule("count", RuleKind.MIN_IN_TIER, (1, 2), tier=1, value=1.0),),
    )
    found = diagnose(problem, WAY)
    names = [set(conflict.names) for conflict in found.conflicts.independent]
    assert {"budget"} in names
    assert {"count", "max_tier[s1]", "max_tier[s2]"} in names
    assert all(len(repair.changes) == 2 for repair in found.repairs)


def test_overlapping_conflicts_have_one_way_out_in_common():
    """The budget is short for either of two floors: it alone can give way, or both floors."""
    problem = BASE.replace(budget=5.0, barred=floors(0, 1), max_changes=3)
    found = diagnose(problem.replace(rules=()), WAY)
    assert conflicts_of(found) == [{"budget", "min_tier[s0]"}, {"budget", "min_tier[s1]"}]
    assert {len(repair.changes) for repair in found.repairs} == {1, 2}
    raised = next(repair for repair in found.repairs if len(repair.changes) == 1)
    assert (raised.changes[0].demand.name, raised.changes[0].after) == ("budget", 9.0)


def test_a_conflict_only_in_whole_numbers_has_its_least_in_whole_numbers():
    """3a = 4 has no answer: the budget or the hours have to reach 6; 5 would do for mixtures."""
    problem = with_resource(
        simple_problem([[0, 3]] * 3, [[4, 0]] * 3, budget=4.0), [[3, 0]] * 3, capacity=5
    )
    found = diagnose(problem, WAY, {"budget": 1.0, "hours": 7.0})
    assert conflicts_of(found) == [{"budget", "hours"}]
    told = {r.changes[0].demand.name: (r.changes[0].after, r.cost) for r in found.repairs}
    assert told == {"budget": (6.0, 2.0), "hours": (6.0, 7.0)}


def test_several_limits_give_way_together_for_the_least_money():
    """Two resources are short; each more unit of one saves one of the other, at other prices."""
    problem = with_resource(simple_problem([[0, 0]] * 4, [[0, 0]] * 4), [[1, 0]] * 4, 1.0)
    problem = problem.replace(
        resources=("dear", "cheap"),
        use=np.array([[[1, 0]] * 4, [[0, 1]] * 4], dtype=float),
        capacity=np.array([1.0, 1.0]),
        extra_capacity=np.zeros(2),
        extra_premium=np.zeros(2),
        rules=(
            Rule("half", RuleKind.MIN_IN_TIER, (0, 1, 2, 3), tier=0, value=2.0),
            Rule("rest", RuleKind.MIN_IN_TIER, (0, 1, 2, 3), tier=1, value=2.0),
        ),
    )
    found = diagnose(problem, WAY, {"dear": 9.0, "cheap": 2.0})
    both = [r for r in found.repairs if {c.demand.name for c in r.changes} == {"dear", "cheap"}]
    assert [(c.after, c.cost) for c in both[0].changes] == [(2.0, 9.0), (2.0, 2.0)]


def test_two_limits_that_move_together_may_ask_for_the_least_money():
    """15 hours alone cost 22.5, 25 of budget alone 25; 7 of budget and 10 hours only 22."""
    problem = simple_problem([[1, 10]] * 4, [[0, 0]] * 4, budget=15.0)
    problem = with_resource(problem, [[5, 0]] * 4, capacity=0.0)
    found = diagnose(problem, WAY, {"budget": 1.0, "hours": 1.5})
    told = {tuple((c.demand.name, c.after) for c in r.changes): r.cost for r in found.repairs}
    assert told == {
        (("budget", 40.0),): 25.0,
        (("hours", 15.0),): 22.5,
        (("budget", 22.0), ("hours", 10.0)): 22.0,
    }


def test_soft_rules_are_in_no_conflict():
    """What may be broken at a price contradicts nothing."""
    soft = Rule("soft", RuleKind.MIN_IN_TIER, (0, 1, 2), tier=1, value=3.0, penalty=5.0)
    found = diagnose(BASE.replace(budget=3.0, rules=(soft,), barred=floors(0)), WAY)
    assert conflicts_of(found) == [{"budget", "min_tier[s0]"}]


def test_a_contract_goes_to_the_nearest_tier_that_leaves_a_plan():
    """The floor of s0 comes down one tier of three, which the budget allows, and not two."""
    barred = np.zeros((2, 3), dtype=np.int8)
    barred[0, :2] |= Bar.MIN_TIER
    problem = simple_problem([[1, 3, 9], [1, 3, 9]], [[9, 4, 0]] * 2, budget=5.0, barred=barred)
    found = diagnose(problem, WAY)
    lowered = [r.changes[0] for r in found.repairs if r.changes[0].demand.bar is Bar.MIN_TIER]
    assert [change.after_tier for change in lowered] == [1]


def test_an_offer_that_is_forbidden_can_be_the_way_out():
    """s0 may not have the low tier, which is all that the budget would pay for."""
    barred = np.zeros((3, 2), dtype=np.int8)
    barred[0, 0] |= Bar.NOT_OFFERED
    found = diagnose(BASE.replace(budget=4.0, barred=barred), WAY)
    assert conflicts_of(found) == [{"budget", "allowed[s0]"}]
    wording = Wording(found.problem, Words())
    told = {wording.change(repair.changes[0]) for repair in found.repairs}
    assert told == {"offer t0 to s0", "raise the budget to 6 from 4"}


def test_what_nobody_has_priced_is_no_way_out():
    """A segment with no tier whose cost is known: that is said of each, and nothing is offered."""
    barred = np.zeros((3, 2), dtype=np.int8)
    barred[[0, 2]] |= Bar.NOT_OFFERED
    cost = BASE.service_cost.copy()
    cost[[0, 2]] = 0.0
    found = diagnose(BASE.replace(barred=barred, service_cost=cost), WAY)
    assert conflicts_of(found) == [{"allowed[s0]"}, {"allowed[s2]"}]
    assert found.repairs == ()


def test_extra_units_that_the_budget_pays_for_are_part_of_the_conflict():
    """Without the hours nothing is bought; with them the budget does not pay for it."""
    problem = with_resource(
        simple_problem([[1, 2]] * 2, [[9, 0]] * 2, budget=5.0), [[1, 4]] * 2, 6.0, 4.0, 3.0
    ).replace(rules=(Rule("all", RuleKind.MIN_IN_TIER, (0, 1), tier=1, value=2.0),))
    found = diagnose(problem, WAY)
    assert conflicts_of(found) == [{"budget", "hours", "all"}]
    for repair in found.repairs:
        require_least(problem, repair)


def test_units_that_a_resource_does_not_have_save_nothing():
    """Extra hours would save money, and there are none: a plan that overuses them pays in full."""
    problem = with_resource(
        simple_problem([[3, 9]] * 2, [[9, 0]] * 2, budget=10.0), [[9, 1]] * 2, 11.0, 0.0, -2.0
    )
    demands = demands_of(problem)
    found = diagnose(problem.replace(max_lost_sales=9.0), WAY)
    assert {frozenset(names) for names in conflicts_of(found)} == {
        frozenset(d.name for d in conflict)
        for conflict in all_conflicts(found.problem, demands_of(found.problem))
    }
    assert broken_by(problem, demands, np.array([0, 0])) == {
        demand for demand in demands if demand.name == "hours"
    }


def test_an_interrupted_search_says_what_is_known(monkeypatch):
    """Ctrl-C while ways out are looked for: the conflicts stand, and that it was interrupted."""
    problem = BASE.replace(budget=6.0, max_lost_sales=9.0)

    def stopped(self, given_way, plan):
        raise KeyboardInterrupt

    monkeypatch.setattr(Repairer, "repair", stopped)
    found = diagnose(problem, WAY)
    assert found.is_interrupted
    assert conflicts_of(found) == [{"budget", "max_lost_sales"}]


def test_many_contracts_count_by_tier_until_it_is_known_which_matter():
    """60 floors, three of which the hours cannot meet: the three are named, and no other."""
    count = 60
    barred = np.zeros((count, 2), dtype=np.int8)
    barred[:, 0] |= Bar.MIN_TIER
    use = np.tile([1.0, 1.0], (count, 1))
    use[[7, 21, 40], 1] = 50.0
    problem = with_resource(
        simple_problem([[1, 2]] * count, [[1, 0]] * count), use, capacity=count + 120
    ).replace(barred=barred, max_lost_sales=30.0)
    found = smallest_conflict(problem, Options(time_limit_s=20))
    assert set(found.names) == {"hours", "min_tier[s7]", "min_tier[s21]", "min_tier[s40]"}
    assert found.is_smallest


def test_contracts_of_a_tier_split_into_some_and_the_others():
    """Those that are named leave their group, and together they are the same contracts."""
    problem = BASE.replace(barred=floors(0, 1, 2))
    singles = [d for d in demands_of(problem) if d.name == "min_tier[s1]"]
    parts = split(demands_of(problem, ContractsBy.TIER), singles)
    assert [(d.name, d.segments) for d in parts] == [
        ("min_tier t1", (0, 2)),
        ("min_tier[s1]", (1,)),
    ]
    assert np.array_equal(without(problem, parts).barred, np.zeros((3, 2)))


def test_what_was_not_told_in_the_time_is_said(monkeypatch):
    """Where some questions have no answer, the conflict stands, and what is not shown is named."""
    problem = BASE.replace(budget=6.0, max_lost_sales=9.0, max_tiers=2)
    real = asking.find_plan

    def slow(asked, options):
        if asked.budget is None and asked.max_lost_sales is not None:
            raise TimeoutError
        return real(asked, options)

    monkeypatch.setattr(asking, "find_plan", slow)
    found = smallest_conflict(problem, Options(time_limit_s=20))
    assert set(found.names) == {"budget", "max_lost_sales"}
    assert {demand.name for demand in found.needed} == {"max_lost_sales"}
    assert not found.is_smallest


def test_a_problem_with_plans_has_its_tightest_limit_first():
    """The budget could come down to 9 of 12, the level up to 0.9 from 0.7, and no further."""
    found = diagnose(BASE.replace(budget=12.0, min_service_level=0.7), WAY)
    assert found.status is Status.OPTIMAL
    told = [(entry.use.name, entry.least) for entry in found.tightness]
    assert told == [("budget", pytest.approx(9.0)), ("min_service_level", pytest.approx(0.9))]
    assert found.repairs == ()


def test_a_question_that_was_answered_is_not_asked_again(monkeypatch):
    """Plans and conflicts that are known answer for all that they imply."""
    problem = BASE.replace(budget=8.0, barred=floors(0, 1), max_tiers=2)
    demands = demands_of(problem)
    trials, asked = Trials(problem, demands, Options()), []
    real = asking.find_plan
    monkeypatch.setattr(asking, "find_plan", lambda p, o: asked.append(p) or real(p, o))
    assert not trials.possible(demands)
    assert not trials.possible(demands)
    assert trials.possible([d for d in demands if d.name != "budget"])
    assert trials.possible([])
    assert len(asked) == 2


def test_changes_set_what_they_say():
    """A repair's problem is the one with its changes made, and differs in nothing else."""
    problem = BASE.replace(budget=5.0, barred=floors(0, 1))
    for repair in diagnose(problem, WAY).repairs:
        assert changed(problem, repair.changes).same_as(repair.problem)


def test_all_ways_out_of_a_small_problem_are_told():
    """The budget alone can give way, or all six floors together, however many more that are."""
    barred = np.zeros((6, 2), dtype=np.int8)
    barred[:, 0] |= Bar.MIN_TIER
    problem = simple_problem([[1, 4]] * 6, [[5, 0]] * 6, budget=6.0, barred=barred)
    found = diagnose(problem, WAY)
    assert sorted(len(repair.changes) for repair in found.repairs) == [1, 6]
    assert found.repairs_are_all


def test_the_menu_begins_with_ways_out_that_have_nothing_in_common():
    """Of four sets the two that share no demand come first, the smallest of all before."""
    a, b, c, d = (Demand(name, DemandKind.LIMIT) for name in "abcd")
    ways = [frozenset(way) for way in ({a, b}, {a, c}, {b, c}, {c, d})]
    assert apart_first(ways)[:2] == [{a, b}, {c, d}]


def test_as_many_independent_conflicts_as_there_are():
    """The one in the middle shares a demand with each of two that share none."""
    a, b, c, d = (Demand(name, DemandKind.LIMIT) for name in "abcd")
    conflicts = [Conflict.proven(found) for found in ((b, c), (a, b), (c, d))]
    assert [c.names for c in most_apart(conflicts)] == [("a", "b"), ("c", "d")]


def test_a_solver_that_fails_costs_no_more_than_the_question(monkeypatch):
    """Where the least of a limit has no answer, the conflicts stand, and so does a way out."""
    problem = BASE.replace(budget=5.0, barred=floors(0, 1))

    def failing(*args):
        raise SolverTrouble("HiGHS failed.")

    monkeypatch.setattr(repairing, "least", failing)
    monkeypatch.setattr(repairing, "least_relief", failing)
    found = diagnose(problem, WAY)
    assert conflicts_of(found) == [{"budget", "min_tier[s0]"}, {"budget", "min_tier[s1]"}]
    raised = [r for r in found.repairs if r.changes[0].demand.name == "budget"]
    assert [repair.is_proven for repair in raised] == [False]
    assert all(not repair.evaluation.violations for repair in found.repairs)


def test_a_way_out_that_cannot_be_worked_out_leaves_the_others(monkeypatch):
    """Of two ways out the one with the budget has no answer: the other is told, and that one is
    left out.
    """
    problem = BASE.replace(budget=5.0, barred=floors(0, 1))
    real = Repairer.repair

    def some(self, given_way, plan):
        if any(demand.name == "budget" for demand in given_way):
            raise TimeoutError
        return real(self, given_way, plan)

    monkeypatch.setattr(Repairer, "repair", some)
    found = diagnose(problem, WAY)
    assert [len(repair.changes) for repair in found.repairs] == [2]
    assert found.left_out == 1


def crowded(segments=120, group=10):
    """Many segments with a budget, and two rules that contradict each other within one group."""
    cost = np.tile([1.0, 4.0], (segments, 1))
    members = tuple(range(40, 40 + group))
    rules = (
        Rule("gold", RuleKind.MIN_IN_TIER, members, tier=1, value=7.0),
        Rule("cap", RuleKind.MAX_SERVICE_COST, members, value=30.0),
        Rule("others", RuleKind.MIN_IN_TIER, tuple(range(30)), tier=1, value=3.0),
    )
    return simple_problem(cost, cost[:, ::-1], budget=segments * 2.0, rules=rules)


def test_a_conflict_within_a_group_is_found_on_its_segments_alone(monkeypatch):
    """Ten segments of 120: no question on the way to the conflict is about all of them."""
    problem, asked = crowded(), []
    demands = demands_of(problem)
    real = asking._found
    monkeypatch.setattr(asking, "_found", lambda p, o: asked.append(len(p.segments)) or real(p, o))
    found = one_conflict(Trials(problem, demands, Options()), demands)
    assert set(found.names) == {"gold", "cap"}
    assert max(asked) <= 30


def test_a_rule_within_a_group_gives_way_by_the_least_of_its_segments():
    """Seven in gold cost 31 of the 30 allowed: 31 will do, or six in gold."""
    found = diagnose(crowded(), WAY)
    told = {(c.demand.name, c.after, c.is_proven) for r in found.repairs for c in r.changes}
    assert told == {("gold", 6.0, True), ("cap", 31.0, True)}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(seed=st.integers(0, 100_000))
def test_parts_have_a_plan_where_the_whole_has_one(seed):
    """Without limits on all segments, asked part by part, as by trying all choices."""
    problem = random_problem(seed)
    gone = [d for d in demands_of(problem) if d.kind in (DemandKind.LIMIT, DemandKind.RESOURCE)]
    problem = without(problem, gone).replace(pools=())
    choice = asking.find_plan(problem, Options())
    assert (choice is not None) == has_plan(problem)
    if choice is not None:
        assert not evaluate(problem, choice).violations
