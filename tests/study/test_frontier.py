"""The frontier against all choices: every point, its ends, the knee, and what is inverse to it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from oracles import every_choice, feasible_choices
from strategies import random_problem, simple_problem, with_resource

from benchmarks.instances import make_problem
from slopt.errors import UsageError
from slopt.plan.price_certificate import priced_bound
from slopt.problem.choice import ChoiceProblem
from slopt.problem.evaluate import evaluate
from slopt.problem.rules import Rule
from slopt.problem.sharing import obstacle
from slopt.solve.highs import Options
from slopt.solve.outcome import Outcome
from slopt.study.frontier import Frontier, frontier, knee
from slopt.study.frontier import sweep as module
from slopt.study.frontier.axis import Axis, axes, axis_of
from slopt.study.frontier.grid import End, Span, end_of, grid
from slopt.study.frontier.hull import curve_of
from slopt.study.frontier.least import Way, least
from slopt.study.frontier.point import Point
from slopt.study.frontier.target import Measure, Target, reach, target_of
from slopt.vocabulary import Goal, Method, RuleKind, Status

WAY = Way(Options())
CLOSE = 1e-6


def sense(problem: ChoiceProblem) -> float:
    """1 for goals to be kept small, -1 for those to be large."""
    return -1.0 if problem.goal is Goal.MAX_SERVICE else 1.0


def best_of(problem: ChoiceProblem) -> float | None:
    """The goal's best value over all choices, None where none is feasible."""
    values = [sense(problem) * judged.objective for _, judged in feasible_choices(problem)]
    return sense(problem) * min(values) if values else None


def small(seed: int) -> ChoiceProblem | None:
    """A random problem that can be tried out choice by choice many times over."""
    problem = random_problem(seed)
    count = sum(1 for _ in zip(every_choice(problem), range(400), strict=False))
    return problem if 1 < count < 400 else None


def any_axis(problem: ChoiceProblem, seed: int) -> Axis:
    """One of the limits along which more is always better."""
    cheaper = (problem.extra_premium < 0) & (problem.extra_capacity > 0)
    dear = {name for name, is_cheaper in zip(problem.resources, cheaper, strict=True) if is_cheaper}
    names = [name for name in axes(problem) if name not in dear]
    return axis_of(problem, names[seed % len(names)])


SMALL = [seed for seed in range(140) if small(seed) is not None]


@pytest.mark.parametrize("seed", SMALL[:45])
def test_every_point_is_the_best_of_all_choices(seed: int) -> None:
    """At every value of a limit the plan is what trying all choices finds, or both find none."""
    problem = small(seed)
    assert problem is not None
    axis = any_axis(problem, seed)
    found = frontier(problem, axis, WAY, Span(count=4))
    if found.least.value is None:
        assert best_of(axis.at(axis.firm(problem), axis.loosest(problem))) is None
        return
    for point in found.points:
        best = best_of(axis.at(problem, point.value))
        if point.objective is None:
            assert point.status is Status.INFEASIBLE
            assert best is None
            continue
        assert best == pytest.approx(point.objective, rel=CLOSE, abs=CLOSE)
        assert point.status is Status.OPTIMAL
        if point.certified_bound is not None:
            slack = sense(problem) * (best - point.certified_bound)
            assert slack >= -CLOSE * max(1.0, abs(best))


@pytest.mark.parametrize("seed", SMALL[45:85])
def test_the_least_is_the_edge_of_what_is_possible(seed: int) -> None:
    """At the least there is a plan, a bit below it there is none, by trying all choices."""
    problem = small(seed)
    assert problem is not None
    axis = any_axis(problem, seed)
    if axis.is_soft(problem):
        problem = axis.firm(problem)
    found = least(problem, axis, WAY)
    if found.value is None:
        assert best_of(axis.at(problem, axis.loosest(problem))) is None
        return
    assert best_of(axis.at(problem, found.value)) is not None
    step = 1.0 if axis.is_whole else 1e-4
    assert best_of(axis.at(problem, found.value - axis.relief * step)) is None
    assert found.gap == pytest.approx(0.0, abs=1e-7)


@pytest.mark.parametrize("seed", SMALL[85:110])
def test_beyond_enough_relief_gains_nothing_and_before_it_something(seed: int) -> None:
    """The best value without the limit is reached at `enough`, and not a bit below it."""
    problem = small(seed)
    assert problem is not None
    axis = axis_of(problem, "budget" if seed % 2 else "max_lost_sales")
    found = frontier(problem, axis, WAY, Span(count=2))
    if found.enough is None:
        return
    free = best_of(axis.at(problem, axis.loosest(problem)))
    assert best_of(axis.at(problem, found.enough)) == pytest.approx(free, abs=CLOSE)
    if found.enough > found.least.value + 1e-3:
        before = best_of(axis.at(problem, found.enough - 1e-3))
        assert before is None or sense(problem) * (before - free) > 1e-7 * max(1.0, abs(free))


@pytest.mark.parametrize("seed", SMALL[:60])
def test_the_least_budget_for_a_target_is_that_of_all_choices(seed: int) -> None:
    """Among the choices that reach the target none costs less; else the best is named."""
    problem = small(seed)
    assert problem is not None
    rng = np.random.default_rng(seed)
    measure = list(Measure)[seed % 3]
    attribute = {"lost_sales": "lost_sales", "service_level": "level"}.get(measure)

    def measured(judged) -> float:
        return (
            judged.service_cost + judged.lost_sales
            if attribute is None
            else getattr(judged, attribute)
        )

    axis = axis_of(problem, "budget")
    free = axis.at(axis.firm(problem), axis.loosest(problem))
    every = [judged for _, judged in feasible_choices(free)]
    anyone = rng.choice([measured(j) for j in every]) if every else 0.0
    up = measure is Measure.SERVICE_LEVEL
    target = Target(measure, float(anyone) + (0.003 if up else 0.5))
    reached = reach(problem, axis, target, WAY)
    sign = -1.0 if up else 1.0
    good = [j for j in every if sign * measured(j) <= sign * target.value + 1e-9]
    if good:
        assert reached.least.value == pytest.approx(min(j.service_cost for j in good), abs=1e-6)
        assert reached.least.status is Status.OPTIMAL
        plan = reached.least.evaluation
        assert target.is_reached(plan)
        assert not plan.violations
        assert plan.service_cost <= reached.least.value + 1e-6
    else:
        assert reached.least.status is Status.INFEASIBLE
        if every:
            ends = sign * min(sign * measured(j) for j in every)
            assert reached.best == pytest.approx(ends, abs=1e-6)
        else:
            assert reached.best is None


def middle(segments: int = 60, seed: int = 1, **changes) -> ChoiceProblem:
    """A made problem that no longer counts as small: a budget and four resources."""
    return make_problem(segments, seed).replace(**changes)


def one_row(segments: int, seed: int = 1) -> ChoiceProblem:
    """The same with the budget alone."""
    none = np.zeros(0)
    return middle(
        segments,
        seed,
        resources=(),
        use=np.zeros((0, segments, 6)),
        capacity=none,
        extra_capacity=none,
        extra_premium=none,
    )


@pytest.fixture(scope="module")
def swept() -> Frontier:
    """60 segments along the budget, several rows."""
    problem = middle()
    return frontier(problem, axis_of(problem, "budget"), WAY, Span(count=9))


def test_more_budget_never_hurts(swept: Frontier) -> None:
    """Every point has a plan within limits and gap, and none is worse than a tighter one."""
    last = np.inf
    for point in swept.points:
        assert point.choice is not None
        at = swept.axis.at(swept.problem, point.value)
        assert not evaluate(at, point.choice).violations
        assert point.objective <= last
        assert point.gap <= 1.001e-4
        assert point.certified_bound <= point.objective
        last = point.objective
    assert swept.status is Status.OPTIMAL


def test_the_price_of_the_budget_falls_along_it(swept: Frontier) -> None:
    """The relaxation is convex in the limit."""
    prices = [point.price for point in swept.points]
    assert all(a >= b - 1e-6 for a, b in pairwise(prices))


def test_a_shorter_sweep_finds_the_same_plans_within_the_gap(swept: Frontier) -> None:
    """Starting elsewhere changes nothing beyond the gap."""
    middle_point = swept.points[4]
    span = Span(End(middle_point.value), End(swept.points[6].value), 2)
    again = frontier(swept.problem, swept.axis, WAY, span)
    assert again.points[0].objective == pytest.approx(middle_point.objective, rel=2.1e-4)


def test_moves_are_the_differences_of_plans(swept: Frontier) -> None:
    """Applying all moves to the first plan gives the last one."""
    choice = swept.points[0].choice.copy()
    for place in range(len(swept.points)):
        for segment, before, after in swept.moves(place):
            assert choice[segment] == before
            choice[segment] = after
    assert np.array_equal(choice, swept.points[-1].choice)
    assert len(swept.moves(0)) == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_one_row_by_its_hull_agrees_with_highs(seed: int) -> None:
    """Ends, bounds and plans from the hull are those that HiGHS proves, within the gap."""
    problem = one_row(40, seed)
    axis = axis_of(problem, "budget")
    fast = frontier(problem, axis, WAY, Span(count=5))
    slow = frontier(problem, axis, replace(WAY, method=Method.HIGHS), Span(count=5))
    assert fast.least.value == pytest.approx(slow.least.value, rel=1e-9)
    assert fast.enough == pytest.approx(slow.enough, rel=1e-4)
    for one in fast.points:
        assert one.gap <= 1.001e-4
        solved = module.solve(axis.at(problem, one.value), Options(1e-9), Method.HIGHS)
        assert one.objective >= solved.objective * (1 - 1e-9)
        assert one.objective <= solved.objective * (1 + 1.01e-4)


@pytest.mark.parametrize("name", ["max_lost_sales", "min_service_level", "max_changes", "hours"])
def test_the_hull_along_any_other_single_limit(name: str) -> None:
    """Floors, whole numbers, resources: ends and points as HiGHS has them, within the gap."""
    rng = np.random.default_rng(4)
    problem = one_row(40).replace(budget=None, current=rng.integers(2, 6, 40))
    if name == "hours":
        problem = with_resource(problem, problem.service_cost * rng.uniform(1, 2, (40, 1)), 1.0)
    axis = axis_of(problem, name)
    assert curve_of(problem, axis, WAY) is not None
    fast = frontier(problem, axis, WAY, Span(count=4))
    slow = frontier(problem, axis, replace(WAY, method=Method.HIGHS), Span(count=4))
    assert fast.least.value == pytest.approx(slow.least.value, rel=1e-6, abs=1e-9)
    assert fast.enough == pytest.approx(slow.enough, rel=1e-3)
    for point in fast.points:
        asked = axis.at(problem, point.value)
        assert not evaluate(asked, point.choice).violations
        best = module.solve(asked, Options(1e-6), Method.HIGHS).objective
        assert best * (1 - 1e-6) <= point.objective <= best * (1 + 1.02e-4)


def test_the_least_by_shared_rows_and_by_program_agree() -> None:
    """With the goal capped and without, along the budget and along a resource."""
    problem = middle(30)
    for name in ("budget", "r1", "max_lost_sales", "min_service_level"):
        axis = axis_of(problem, name)
        loose = axis.at(problem, axis.loosest(problem))
        best = module.solve(loose, Options(1e-4)).objective
        for cap in (None, best * 1.02):
            rows, program = (
                least(problem, axis, replace(WAY, method=method), cap)
                for method in (Method.AUTO, Method.HIGHS)
            )
            assert rows.value == pytest.approx(program.value, rel=2.1e-4)
            assert rows.value is not None
            plan = evaluate(axis.at(problem, rows.value), rows.choice)
            assert not plan.violations
            assert cap is None or plan.objective <= cap * (1 + 1e-8)


def test_a_point_that_solving_gave_up_has_the_plan_of_its_neighbour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Never a point without a plan where one exists; it is then feasible, with its true gap."""
    problem = middle(40)
    axis, true = axis_of(problem, "budget"), module.solve
    calls = []

    def gives_up(asked, *rest):
        calls.append(asked.budget)
        outcome = true(asked, *rest)
        if len(calls) in (3, 4):
            return Outcome(Status.NO_PLAN, Method.HIGHS, "", 1, 0.0, bound=outcome.bound)
        return outcome

    monkeypatch.setattr(module, "solve", gives_up)
    found = frontier(problem, axis, WAY, Span(count=5))
    assert calls[2] == calls[3]  # tried again without the hint
    given_up = next(p for p in found.points if p.value == calls[2])
    before = found.points[found.points.index(given_up) - 1]
    assert given_up.choice is before.choice
    assert given_up.status is Status.FEASIBLE
    assert given_up.gap > 0
    assert found.status is Status.FEASIBLE


def test_an_interruption_keeps_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Points after it have the last plan, which they allow, and say that they were interrupted."""
    problem = middle(40)
    true, calls = module.solve, []

    def stops(asked, *rest):
        calls.append(asked.budget)
        if len(calls) == 4:
            return Outcome(Status.INTERRUPTED, Method.HIGHS, "", 1, 0.0)
        return true(asked, *rest)

    monkeypatch.setattr(module, "solve", stops)
    found = frontier(problem, axis_of(problem, "budget"), WAY, Span(count=6))
    assert len(calls) == 4
    assert found.status is Status.INTERRUPTED
    assert [p.status for p in found.points[3:]] == [Status.INTERRUPTED] * 3
    assert all(p.choice is not None for p in found.points)
    assert all(p.gap is not None for p in found.points)


def test_today_lies_beside_the_frontier() -> None:
    """With its money 4 is lost less; the same loss needs 3 less money: two segments, by hand."""
    problem = simple_problem(
        [[1, 4], [1, 4]],
        [[9, 3], [7, 5]],
        current=np.array([0, 1]),
        goal=Goal.MIN_LOST_SALES,
        budget=5.0,
    )
    found = frontier(problem, axis_of(problem, "budget"), WAY, Span(count=5))
    today = found.today
    assert today is not None
    assert (today.value, today.evaluation.lost_sales) == (5.0, 14.0)
    assert today.point.objective == 10.0
    assert today.same.value == 5.0
    assert found.chosen.choice.tolist() == [1, 0]
    assert found.least.value == 2.0
    assert found.enough == 8.0


def test_a_plan_is_never_worse_than_todays_tiers_where_those_are_allowed() -> None:
    """However wide the gap that is asked for: today's tiers are a plan that is known."""
    free = middle(40)
    best = module.solve(free, Options(1e-5), Method.HIGHS)
    problem = free.replace(current=best.choice)
    wide = Way(Options(gap=0.05))
    found = frontier(problem, axis_of(problem, "budget"), wide, Span(count=4))
    assert found.today.broken == ()
    assert found.today.point.objective <= found.today.evaluation.objective


def test_an_interruption_before_the_points_leaves_the_plan_of_the_least(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No point is solved any more; each has the plan that was known by then."""
    problem, calls = middle(40), []

    def stops(*asked):
        calls.append(asked)
        return Outcome(Status.INTERRUPTED, Method.HIGHS, "", 1, 0.0)

    monkeypatch.setattr(module, "solve", stops)
    found = frontier(problem, axis_of(problem, "budget"), WAY, Span(count=4))
    assert len(calls) == 1
    assert {p.status for p in found.points} == {Status.INTERRUPTED}
    assert all(np.array_equal(p.choice, found.least.choice) for p in found.points)


def test_a_limit_below_the_least_is_a_point_without_a_plan() -> None:
    """Rows that were asked for below the least are there, and said to be infeasible."""
    problem = simple_problem([[2, 4], [3, 5]], [[9, 1], [9, 1]], budget=1.0)
    found = frontier(problem, axis_of(problem, "budget"), WAY, Span(End(1.0), None, 4))
    assert found.least.value == 5.0
    assert found.chosen is None
    assert [p.status.value for p in found.points] == [
        "infeasible",
        "infeasible",
        "optimal",
        "optimal",
    ]
    assert found.points[0].choice is None


def test_no_plan_whatever_the_limit() -> None:
    """Other limits that contradict each other leave no points."""
    problem = with_resource(simple_problem([[1, 2]], [[1, 0]]), [[4, 5]], 3.0)
    found = frontier(problem, axis_of(problem, "budget"), WAY)
    assert found.status is Status.INFEASIBLE
    assert found.points == ()


def test_capacity_with_extra_units_is_a_limit_like_any_other() -> None:
    """With 3 extra units for sale the least capacity is 3 less than the least use."""
    problem = with_resource(simple_problem([[1, 1]], [[9, 1]]), [[5, 8]], 6.0, 3.0, 2.0)
    found = frontier(problem, axis_of(problem, "hours"), WAY, Span(count=7))
    assert found.least.value == pytest.approx(2.0)
    assert found.enough == pytest.approx(8.0)
    # 2 to 5: the cheap tier with extra units at 2; from 5 on the better one, 3 units bought.
    objectives = {point.value: point.objective for point in found.points}
    assert objectives[found.points[-1].value] == pytest.approx(2.0)
    assert found.points[0].objective == pytest.approx(16.0)


def test_the_knee_is_the_point_farthest_from_the_chord() -> None:
    """0, 10 | 1, 2 | 10, 0: the middle one, whatever the scale of either axis."""
    points = [Point(x, Status.OPTIMAL, objective=y) for x, y in ((0, 10), (1, 2), (10, 0))]
    assert knee(points, False, [0, 10]) == 1
    longer = [*points, Point(20, Status.OPTIMAL, objective=0.0)]
    assert knee(longer, False, [0, 10]) == 1
    level = [Point(x, Status.OPTIMAL, objective=y) for x, y in ((0, 0.1), (5, 0.8), (10, 0.9))]
    assert knee(level, True, [0, 10]) == 1


@pytest.mark.parametrize(
    "curve", [((0, 1), (1, 0)), ((0, 4), (1, 3), (2, 2)), ((0, 1), (1, 1), (2, 1))]
)
def test_a_straight_line_has_no_knee(curve) -> None:
    """Two points, a line, and a curve that does not move."""
    points = [Point(x, Status.OPTIMAL, objective=float(y)) for x, y in curve]
    assert knee(points, False, [0, 2]) is None


def test_the_certified_bound_is_the_one_of_the_prices(swept: Frontier) -> None:
    """Anybody can compute it again from the price of each limit; here from HiGHS's relaxation."""
    point = swept.points[4]
    at = swept.axis.at(swept.problem, point.value)
    relaxed = module.solve(at, Options(), Method.HIGHS).relaxation
    assert relaxed is not None
    assert obstacle(at) is None
    assert priced_bound(at, relaxed.prices) == pytest.approx(point.certified_bound, rel=1e-4)


def test_the_grid_holds_its_marks_and_round_numbers() -> None:
    """Ends as they are, marks exactly, the rest to a tenth of a step."""
    values = grid(Span(count=5), (101.37, 904.2), 1.0, [333.33, 5000.0], whole=False)
    assert values == [101.37, 333.33, 500.0, 700.0, 904.2]
    assert grid(Span(count=9), (2.0, 5.0), 1.0, [3.0], whole=True) == [2.0, 3.0, 4.0, 5.0]
    assert grid(Span(count=3), (4.0, 4.0), 1.0, [], whole=False) == [4.0]


def test_a_range_that_is_asked_for_is_even_and_no_longer() -> None:
    """`--from 0.8x --to 1.2x --points 5` are five values, marks or not."""
    span = Span(End(0.8, True), End(1.2, True), 5)
    values = grid(span, (1.0, 900.0), 100.0, [93.0], whole=False)
    assert values == pytest.approx([80, 90, 100, 110, 120])


def test_ranges_and_targets_are_read_strictly() -> None:
    """Numbers and factors; everything else is named with what to write."""
    assert end_of("--from", "0.8x") == End(0.8, True)
    assert end_of("--to", "9e5") == End(9e5)
    assert end_of("--to", None) is None
    assert target_of("lost_sales=2.1e6") == Target(Measure.LOST_SALES, 2.1e6)
    for text in ("", "x", "nan", "1,5", "80%"):
        with pytest.raises(UsageError, match="--from"):
            end_of("--from", text)
    for text in ("lost_sales", "lost=4", "service_level=95", "total_cost=many"):
        with pytest.raises(UsageError, match="--target"):
            target_of(text)
    with pytest.raises(UsageError, match="--points 1"):
        Span(count=1)
    with pytest.raises(UsageError, match="empty"):
        grid(Span(End(9.0), End(4.0), 5), (1.0, 9.0), 1.0, [], whole=False)


def test_a_target_that_the_limit_says_itself_is_refused() -> None:
    """The least of max_lost_sales that reaches lost sales is no question."""
    problem = simple_problem([[1, 2]], [[3, 1]])
    with pytest.raises(UsageError, match="another limit"):
        reach(problem, axis_of(problem, "max_lost_sales"), Target(Measure.LOST_SALES, 2.0), WAY)


def test_a_soft_rule_is_a_limit_with_plans_on_either_side() -> None:
    """Below what can be kept a plan pays the penalty: at most 0 in t1 at 2 each, then 1, then 2."""
    rule = Rule("few", RuleKind.MAX_IN_TIER, (0, 1), tier=1, value=1.0, penalty=2.0)
    problem = simple_problem([[5, 5], [5, 5]], [[9, 4], [9, 3]], rules=(rule,))
    found = frontier(problem, axis_of(problem, "few"), WAY, Span(End(-1.0), End(2.0), 4))
    assert [point.value for point in found.points] == [-1, 0, 1, 2]
    assert [point.objective for point in found.points] == [23, 21, 19, 17]
    assert (found.least.value, found.enough) == (0, 2)


def test_a_resource_with_cheaper_extra_units_is_refused() -> None:
    """More of it is not always better, which a frontier would have to be."""
    problem = with_resource(simple_problem([[1, 2]], [[3, 1]]), [[1, 2]], 2.0, 1.0, -1.0)
    with pytest.raises(UsageError, match="another limit"):
        axis_of(problem, "hours")


def test_an_unknown_limit_is_refused_with_the_known_ones() -> None:
    """Rules that compare segments are no limits on a sum."""
    problem = with_resource(simple_problem([[1, 2]], [[3, 1]]), [[1, 2]], 2.0)
    with pytest.raises(UsageError, match=r"Known are: budget.*hours"):
        axis_of(problem, "agents")
