"""Problems whose offers are made as they are needed: the plan, its bound, and what is proven."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from made_offers import Curves, ListedRosters, Rosters, joined, random_joined
from strategies import simple_problem

from slopt.plan.certificate import certify
from slopt.problem.evaluate import evaluate
from slopt.problem.generated.columns import Part
from slopt.problem.generated.joining import with_offers
from slopt.problem.rules import Rule
from slopt.solve.by_program import by_program
from slopt.solve.highs import Options
from slopt.solve.refining.refine import refine
from slopt.solve.route import Route
from slopt.solve.solve import solve
from slopt.vocabulary import Goal, Method, RuleKind, Status

GAP = 1e-4
GRID = 201
GRID_OF_ONE = np.linspace(0, 1, 301)


def mixed(seed: int, goal: Goal = Goal.MIN_TOTAL_COST, **limits):
    """Three segments with tiers, one with a level, and a stock room, with one resource."""
    rng = np.random.default_rng(seed)
    cost = np.sort(rng.uniform(0, 60, (4, 3)), axis=1)
    lost = -np.sort(-rng.uniform(0, 80, (4, 3)), axis=1)
    cost[3] = lost[3] = 0
    use = rng.uniform(0, 4, (4, 3))
    level = Curves(["s3"], [rng.uniform(20, 60)], [rng.uniform(40, 90)], [0.2], [0.99], [[3.0]])
    room = Curves(["room"], [rng.uniform(50, 90)], [rng.uniform(60, 150)], [0.0], [1.0], [[5.0]])
    plain = simple_problem(cost, lost, goal=goal).replace(
        resources=("hours",),
        use=use[None],
        capacity=np.array([float(limits.pop("hours", 1e6))]),
        extra_capacity=np.zeros(1),
        extra_premium=np.zeros(1),
        **limits,
    )
    return joined(plain, level, (Part.STOCK, room)), level, room


def best_on_a_grid(problem, level, room):
    """The least of all combinations of tiers and of levels on a grid, from the definitions."""
    first = problem.menu_size
    curves = [its.at(np.linspace(its.low[0], its.high[0], GRID)[None]) for its in (level, room)]

    def both(name):
        one, other = (getattr(its, name)[0] for its in curves)
        return one[:, None] + other[None]

    hours = curves[0].use[0, 0][:, None] + curves[1].use[0, 0][None]
    weight = problem.mean_weight[3]
    best = np.inf
    for tiers in itertools.product(range(first), repeat=3):
        own = np.arange(3), np.array(tiers)
        cost = problem.service_cost[own].sum() + both("service_cost")
        lost = problem.lost_sales[own].sum() + both("lost_orders")
        used = problem.use[0][own].sum() + hours
        served = problem.mean_weight[:3] @ problem.service_level[own]
        served = served + weight * curves[0].service_level[0][:, None] + 0 * cost
        keeps = used <= problem.capacity[0] + 1e-9
        if problem.budget is not None:
            keeps &= cost <= problem.budget + 1e-9
        if problem.max_lost_sales is not None:
            keeps &= lost <= problem.max_lost_sales + 1e-9
        if problem.min_service_level is not None:
            keeps &= served >= problem.min_service_level - 1e-9
        value = {
            Goal.MIN_TOTAL_COST: cost + lost,
            Goal.MIN_LOST_SALES: lost,
            Goal.MIN_BUDGET: cost,
            Goal.MAX_SERVICE: -served,
        }[problem.goal]
        best = min(best, np.where(keeps, value, np.inf).min())
    return best


CASES = [
    ({}, Goal.MIN_TOTAL_COST),
    ({"budget": 90.0}, Goal.MIN_TOTAL_COST),
    ({"hours": 8.0}, Goal.MIN_TOTAL_COST),
    ({"budget": 100.0, "hours": 9.0}, Goal.MIN_TOTAL_COST),
    ({"budget": 80.0}, Goal.MIN_LOST_SALES),
    ({"max_lost_sales": 150.0}, Goal.MIN_BUDGET),
    ({"budget": 90.0}, Goal.MAX_SERVICE),
    ({"min_service_level": 0.75, "hours": 10.0}, Goal.MIN_TOTAL_COST),
]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(("limits", "goal"), CASES, ids=str)
def test_the_plan_is_as_good_as_the_best_on_a_fine_grid(limits, goal, seed):
    """No combination on the grid beats the plan by more than the gap, nor the bound at all."""
    problem, level, room = mixed(seed, goal, **limits)
    found = refine(problem, Options(gap=GAP))
    outcome, best = found.outcome, best_on_a_grid(problem, level, room)
    sign = -1.0 if goal.maximises else 1.0
    if not np.isfinite(best):
        assert outcome.choice is None
        return
    value = evaluate(found.problem, outcome.choice)
    assert not value.violations
    assert value.objective == pytest.approx(outcome.objective, rel=1e-9)
    assert sign * outcome.objective <= best + GAP * abs(best) + 1e-9
    assert sign * outcome.bound <= best + 1e-6 * abs(best)
    assert outcome.status is Status.OPTIMAL
    assert outcome.gap <= GAP


@pytest.mark.parametrize("seed", range(3))
def test_the_certificate_speaks_of_all_offers(seed):
    """What exact arithmetic proves lies below the best plan on the grid, and near the plan."""
    problem, level, room = mixed(seed, budget=90.0)
    found = refine(problem, Options(gap=GAP))
    outcome = found.outcome
    proven = certify(found.problem, outcome.choice, outcome.objective, outcome.relaxation)
    assert proven.bound <= best_on_a_grid(problem, level, room) + 1e-9
    assert proven.gap < 0.1


def test_solving_once_has_a_bound_over_all_offers():
    """`solve` chooses among the listed offers and does not claim that they are all."""
    problem, level, room = mixed(1, budget=90.0)
    once, all_of_them = solve(problem, Options(gap=GAP)), refine(problem, Options(gap=GAP))
    assert once.objective >= all_of_them.outcome.objective - 1e-9
    assert once.bound <= best_on_a_grid(problem, level, room) + 1e-6
    assert once.status is Status.FEASIBLE


def test_limits_that_no_offer_keeps_are_proven_so():
    """Where even the least of everything is too much the answer is infeasible, with the limit."""
    problem, _, _ = mixed(1, budget=0.5)
    found = refine(problem, Options(gap=GAP))
    assert found.outcome.status is Status.INFEASIBLE
    assert found.outcome.conflict == ("budget",)


def test_offers_are_made_where_those_listed_keep_no_limit():
    """A floor between two limits that the first offers miss is met by an offer made for it."""
    source = Curves(["s0"], [10.0], [50.0], [0.0], [1.0], [[10.0]])
    plain = simple_problem([[0.0]], [[0.0]]).replace(
        resources=("hours",),
        use=np.zeros((1, 1, 1)),
        capacity=np.array([5.01]),
        extra_capacity=np.zeros(1),
        extra_premium=np.zeros(1),
        min_service_level=0.5,
    )
    found = refine(joined(plain, source), Options(gap=GAP))
    assert found.outcome.status is Status.OPTIMAL
    level = found.problem.service_level[0, found.outcome.choice[0]]
    assert level == pytest.approx(0.501, abs=1e-4)


@pytest.mark.parametrize("method", [Method.HIGHS, Method.PYOMO, Method.CORE, Method.PRICES])
def test_every_route_answers_alike(method):
    """Whatever route solves the listed offers, the plan is as good, to the gap."""
    problem, _, _ = mixed(2, budget=90.0)
    one = refine(problem, Options(gap=GAP)).outcome
    other = refine(problem, Options(gap=GAP), method).outcome
    assert other.status is Status.OPTIMAL
    assert other.objective == pytest.approx(one.objective, rel=2 * GAP)


def test_many_levels_share_limits_to_the_gap():
    """A thousand levels under a budget and three resources are proven to the gap asked for."""
    n, rng = 1000, np.random.default_rng(5)
    source = Curves(
        [f"s{i}" for i in range(n)],
        rng.uniform(10, 100, n),
        rng.uniform(30, 250, n),
        rng.uniform(0, 0.4, n),
        rng.uniform(0.7, 1, n),
        rng.uniform(0, 5, (3, n)),
    )
    free = source.at(np.clip(source.b / (2 * source.a), source.low, source.high)[:, None])
    zero = np.zeros((n, 1))
    plain = simple_problem(zero, zero).replace(
        resources=("a", "b", "c"),
        use=np.zeros((3, n, 1)),
        capacity=free.use.sum(axis=(1, 2)) * np.array([0.75, 0.74, 0.73]),
        extra_capacity=np.zeros(3),
        extra_premium=np.zeros(3),
        budget=float(free.service_cost.sum() * 0.6),
    )
    found = refine(joined(plain, source), Options(gap=GAP))
    assert found.outcome.status is Status.OPTIMAL
    assert found.outcome.gap <= GAP
    assert not evaluate(found.problem, found.outcome.choice).violations


def test_a_closed_form_is_met():
    """Two levels under one budget: at the optimum loss saved per unit of money is the same."""
    a, b, budget = np.array([30.0, 50.0]), np.array([90.0, 80.0]), 30.0
    source = Curves(["s0", "s1"], a, b, [0, 0], [1, 1])
    plain = simple_problem(np.zeros((2, 1)), np.zeros((2, 1)), budget=budget)
    found = refine(joined(plain, source), Options(gap=1e-7))
    # q = b / (2 a price) and the budget is used up: sum b^2 / (4 a price^2) = budget.
    price = np.sqrt((b**2 / (4 * a)).sum() / budget)
    level = b / (2 * a * price)
    assert np.all(level < 1)
    expected = budget + (b * (1 - level)).sum()
    assert found.outcome.objective == pytest.approx(expected, rel=1e-7)
    assert found.outcome.relaxation.prices["budget"] == pytest.approx(price - 1, rel=1e-3)


def desk_and_levels(rosters, budget):
    """A desk of whole people beside a level and a segment with tiers, under one budget."""
    level = Curves(["s1"], [40.0], [90.0], [0.1], [0.99])
    plain = simple_problem([[5.0, 20.0], [0, 0]], [[60.0, 35.0], [0, 0]], budget=budget)
    return joined(plain, level, (Part.STAFF, rosters)), level


@pytest.mark.parametrize("budget", [30.0, 41.0, 55.0, 64.0, 90.0])
def test_rosters_are_whole_and_the_rest_suits_them(budget):
    """With rosters that can be listed the plan is proven; without, it is as good, gap stated."""
    best = np.inf
    for people, tier in itertools.product(range(9), range(2)):
        spent = 12.0 * people + (5.0, 20.0)[tier]
        q = np.linspace(0.1, 0.99, 20_001)
        value = spent + 200.0 / (people + 1) + (60.0, 35.0)[tier] + 40 * q * q + 90 * (1 - q)
        best = min(best, np.where(spent + 40 * q * q <= budget, value, np.inf).min())
    problem, _ = desk_and_levels(ListedRosters("desk", 12.0, 200.0, 8), budget)
    proven = refine(problem, Options(gap=GAP)).outcome
    assert proven.objective == pytest.approx(best, rel=GAP)
    assert proven.status is Status.OPTIMAL
    problem, _ = desk_and_levels(Rosters("desk", 12.0, 200.0, 8), budget)
    stated = refine(problem, Options(gap=GAP)).outcome
    assert stated.objective == pytest.approx(best, rel=GAP)
    assert stated.bound <= best * (1 + 1e-9)
    assert stated.status is (Status.OPTIMAL if stated.gap <= GAP else Status.FEASIBLE)


def on_a_grid(problem):
    """The same problem with 301 levels of each decider listed, and all rosters."""
    offers = []
    for made in problem.generated.made:
        its = made.source
        if isinstance(its, Rosters):
            offers.append(its.of(range(its.most + 1)))
        else:
            offers.append(its.at(its.low[:, None] + np.outer(its.high - its.low, GRID_OF_ONE)))
    return with_offers(problem, offers)


@pytest.mark.parametrize("seed", [*range(24), 117, 129])
def test_random_problems_are_as_good_as_on_a_grid(seed):
    """With rules, pools, menus and cheap extra units: no worse than the gap says."""
    problem = random_joined(seed)
    route = Route(Method.HIGHS, "reference")
    grid = by_program(on_a_grid(problem), Options(gap=1e-7), route, "tier_plan")
    mine = refine(problem, Options(gap=GAP))
    outcome = mine.outcome
    sign = -1.0 if problem.goal.maximises else 1.0
    if grid.choice is None:
        assert outcome.choice is None
        return
    best = sign * grid.objective
    assert not evaluate(mine.problem, outcome.choice).violations
    stated = max(2 * GAP, outcome.gap)
    assert sign * outcome.objective <= best + stated * abs(outcome.objective) + 1e-9
    assert sign * outcome.bound <= best + 1e-6 * max(1.0, abs(best))


def test_the_same_problem_has_the_same_plan():
    """Asked twice, with other questions in between, the plan is the same to the last bit."""
    problem, _, _ = mixed(3, budget=80.0)
    first = refine(problem, Options(gap=GAP))
    refine(problem.replace(budget=120.0), Options(gap=GAP))
    second = refine(problem, Options(gap=GAP))
    assert np.array_equal(first.outcome.choice, second.outcome.choice)
    assert first.outcome.objective == second.outcome.objective
    assert first.problem.same_as(second.problem.replace(generated=first.problem.generated))


@pytest.mark.parametrize("penalty", [None, 0.4, 50.0])
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (RuleKind.MAX_SERVICE_COST, 45.0),
        (RuleKind.MAX_LOST_SALES, 60.0),
        (RuleKind.MIN_SERVICE_LEVEL, 0.9),
    ],
)
def test_rules_count_for_levels_too(kind, value, penalty):
    """A firm or soft rule over a segment with tiers and one with a level holds as on a grid."""
    problem, level, room = mixed(4)
    rule = Rule("rule", kind, members=(0, 3), value=value, penalty=penalty)
    found = refine(problem.replace(rules=(rule,)), Options(gap=GAP))
    q = np.linspace(level.low[0], level.high[0], 4001)[None]
    curve, best = level.at(q), np.inf
    rest = sum(float((problem.service_cost + problem.lost_sales)[s, :3].min()) for s in (1, 2))
    own = np.clip(room.b / (2 * room.a), room.low, room.high)
    rest += float(room.a[0] * own[0] ** 2 + room.b[0] * (1 - own[0]))
    for k in range(3):
        cost = problem.service_cost[0, k] + curve.service_cost[0]
        lost = problem.lost_sales[0, k] + curve.lost_orders[0]
        mean = (problem.service_level[0, k] + q[0]) / 2
        beyond = {
            RuleKind.MAX_SERVICE_COST: cost - value,
            RuleKind.MAX_LOST_SALES: lost - value,
            RuleKind.MIN_SERVICE_LEVEL: value - mean,
        }[kind]
        extra = np.where(beyond > 0, np.inf, 0.0) if penalty is None else penalty * beyond.clip(0)
        best = min(best, float((cost + lost + extra).min()) + rest)
    assert found.outcome.status is Status.OPTIMAL
    assert found.outcome.objective == pytest.approx(best, rel=2 * GAP)
    assert found.outcome.bound <= best * (1 + 1e-6)


def test_a_search_that_is_cut_short_keeps_its_plan(monkeypatch):
    """Ctrl-C while a better plan is sought: the plan so far is told, as an interrupted one."""
    problem, _, _ = mixed(1, budget=90.0)

    def interrupted(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr("slopt.solve.refining.refine._Refining._improved", interrupted)
    found = refine(problem, Options(gap=GAP))
    assert found.outcome.status is Status.INTERRUPTED
    assert not evaluate(found.problem, found.outcome.choice).violations


def test_a_menu_does_not_see_levels():
    """With one tier on the menu a level and a stock room go on choosing freely."""
    problem, level, room = mixed(1, max_tiers=1)
    found = refine(problem, Options(gap=GAP))
    value = evaluate(found.problem, found.outcome.choice)
    assert value.tiers_used == 1
    best = min(
        float(problem.service_cost[:3, k].sum() + problem.lost_sales[:3, k].sum()) for k in range(3)
    )
    for its in (level, room):
        q = np.clip(its.b / (2 * its.a), its.low, its.high)
        best += float(its.a[0] * q[0] ** 2 + its.b[0] * (1 - q[0]))
    assert value.objective == pytest.approx(best, rel=GAP)
