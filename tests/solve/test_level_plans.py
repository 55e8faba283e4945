"""Plans of service levels: closed forms, brute force, and two routes against each other."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from level_cases import level_case, random_level_case

from slopt.economics.levels.source import LevelSource
from slopt.engine.frontiers import frontier_of
from slopt.engine.solving import solve_case
from slopt.problem.build import build_problem
from slopt.problem.demands import demands_of
from slopt.problem.evaluate import evaluate
from slopt.solve.by_levels import solve_by_levels
from slopt.solve.highs import Options
from slopt.solve.refining.refine import refine
from slopt.study.exchange_curve import curve_rows, standings
from slopt.vocabulary import Goal, Status

GAP = 1e-6
MARGIN = 10.0
"""Money that a failed order loses in a case of `level_case`."""
SIZES = np.array([100.0, 250.0, 40.0, 160.0])
PRICES = np.array([0.6, 0.2, 1.1, 0.4])


def closed_form(shape):
    """(case, least total cost) of four segments under one budget, by hand.

    With x = 1 - q a segment loses A x and costs b / x, -a ln x or b / x^2. At the price l of the
    budget A = (1 + l) times the slope of the cost, and l follows from the budget.
    """
    lost = SIZES * MARGIN
    amount = SIZES * PRICES
    if shape == "square root":  # x = sqrt((1 + l) b / A)
        budget = 900.0
        price = (np.sqrt(lost * amount).sum() / budget) ** 2
        missed = np.sqrt(price * amount / lost)
        term = {"shape": "saturating", "exponent": 1}
    elif shape == "logarithm":  # x = (1 + l) a / A
        budget = 500.0
        price = np.exp(-(budget + (amount * np.log(amount / lost)).sum()) / amount.sum())
        missed = price * amount / lost
        term = {"shape": "nines"}
    else:  # x = ((1 + l) 2 b / A)^(1/3)
        budget = 900.0
        each = amount * (2 * amount / lost) ** (-2 / 3)
        price = (each.sum() / budget) ** 1.5
        missed = np.cbrt(price * 2 * amount / lost)
        term = {"shape": "saturating", "exponent": 2}
    assert price > 1
    case = level_case(
        [{"customers": size, "min_level": 0.02, "max_level": 0.999} for size in SIZES.tolist()],
        [
            {"segment": f"s{i}", "term": "a", **term, "per_customer": own}
            for i, own in enumerate(PRICES.tolist())
        ],
        limits={"budget": budget},
    )
    assert np.all((missed > 0.001) & (missed < 0.98))
    return case, budget + float((lost * missed).sum()), 1 - missed, price - 1


@pytest.mark.parametrize("shape", ["square root", "logarithm", "power"])
def test_plans_are_the_closed_forms_of_concave_budget_problems(shape):
    """Total cost, levels and the price of the budget are those found by hand with Lagrange."""
    case, total, levels, price = closed_form(shape)
    problem = build_problem(case)
    found = refine(problem, Options(GAP))
    outcome = found.outcome
    assert outcome.objective == pytest.approx(total, rel=2e-6)
    assert outcome.bound <= total * (1 + 1e-9)
    assert outcome.gap <= GAP
    chosen = found.problem.service_level[np.arange(len(levels)), outcome.choice]
    assert chosen == pytest.approx(levels, abs=2e-3)
    assert outcome.relaxation.prices["budget"] == pytest.approx(price, rel=1e-2)


@pytest.mark.parametrize("shape", ["square root", "logarithm", "power"])
def test_the_model_finds_the_closed_forms_too(shape):
    """By piecewise-linear lines with points where the plan lies, to the gap asked for."""
    case, total, _, _ = closed_form(shape)
    found = solve_by_levels(build_problem(case), Options(1e-5))
    assert found.outcome.status is Status.OPTIMAL
    assert found.outcome.objective == pytest.approx(total, rel=1e-5)
    assert found.outcome.bound <= total * (1 + 1e-9)
    assert found.error <= 1e-4 * total


def s_shaped(count, budget):
    """Segments whose sales answer in an S, and whose costs have an economy of scale."""
    return level_case(
        [
            {"max_level": 0.99, "customers": 100 + 10 * i, "revenue_per_order": 50}
            for i in range(count)
        ],
        [
            {"term": "a", "shape": "power", "exponent": 0.5, "per_customer": 10},
            {"term": "b", "shape": "saturating", "exponent": 0.5, "per_customer": 0.1},
        ],
        limits={"budget": budget},
        response=[{"segment": "*", "kind": "curve"}],
        sales_curves=[
            {"shape": "logistic", "rivals_level": 0.8, "low": 50, "high": 100, "steepness": 40}
        ],
    )


def by_grid(case, count=301):
    """Least total cost within the budget over a fine grid of the levels of two segments."""
    source = LevelSource(case)
    low, high = source.curves.lowest[:, None], source.curves.highest[:, None]
    offers = source.at(low + (high - low) * np.linspace(0, 1, count))
    cost = offers.service_cost[0][:, None] + offers.service_cost[1]
    total = cost + offers.lost_sales[0][:, None] + offers.lost_sales[1]
    return float(total[cost <= case.settings.limits.budget].min())


@pytest.mark.parametrize("budget", [1_650.0, 1_800.0, 2_000.0])
def test_s_shaped_losses_are_planned_as_well_as_by_brute_force(budget):
    """Two segments: no point of a fine grid is better, and none below the bound."""
    case = s_shaped(2, budget)
    best = by_grid(case)
    found = solve_by_levels(build_problem(case), Options(1e-5))
    assert found.outcome.gap <= 1e-5
    assert found.outcome.objective <= best * (1 + 1e-9)
    assert found.outcome.bound <= best
    other = refine(build_problem(case), Options(1e-5)).outcome
    assert other.bound <= best
    assert other.objective >= found.outcome.bound


@pytest.mark.parametrize("seed", [0, 2, 3, 5])
def test_two_routes_agree_on_mixed_curves(seed):
    """Each route's bound lies below the other's plan, and the better plan is proven by both."""
    case = random_level_case(seed)
    source = LevelSource(case)
    first = source.first()
    cheapest = np.where(first.allowed, first.service_cost, np.inf).min(axis=1).sum()
    dearest = np.where(first.allowed, first.service_cost, -np.inf).max(axis=1).sum()
    case = case.with_limits(budget=float(0.5 * (cheapest + dearest)))
    problem = build_problem(case)
    prices = refine(problem, Options(1e-5)).outcome
    model = solve_by_levels(problem, Options(1e-5)).outcome
    assert model.gap <= 1e-5
    for one, other in itertools.permutations((prices, model)):
        assert one.bound <= other.objective * (1 + 1e-9)
    assert prices.objective <= model.objective * (1 + max(prices.gap, 2e-5))


def mixed_case(limits, goal=None):
    """Two segments with levels, one with tiers; staff is short."""
    case = level_case(
        [{"current_level": 0.6}, {"customers": 60}, {"min_level": None, "max_level": None}],
        [
            {"term": "a", "shape": "saturating", "exponent": 0.5, "per_customer": 1},
            {"term": "b", "shape": "linear", "resource": "staff", "per_customer": 1},
        ],
        limits=limits,
        tiers=[
            {"tier": "low", "service_level": 0.6, "cost_per_customer": 1},
            {"tier": "high", "service_level": 0.9, "cost_per_customer": 3},
        ],
        resources=[{"resource": "staff", "capacity": 190, "unit_cost": 0.5}],
        usage=[{"resource": "staff", "per_customer": 0.8, "tier": "high"}],
    )
    if goal is not None:
        settings = case.settings
        import dataclasses

        plan = dataclasses.replace(settings.plan, goal=goal)
        case = case.replace(settings=dataclasses.replace(settings, plan=plan))
    return case


def brute_force(case, count=301):
    """The best value of the goal over a fine grid of two levels and all tiers of the third."""
    source, problem = LevelSource(case), build_problem(case)
    low, high = source.curves.lowest[:, None], source.curves.highest[:, None]
    offers = source.at(low + (high - low) * np.linspace(0, 1, count))
    limits = case.settings.limits

    def both(name):
        values = getattr(offers, name)
        values = values[0] if name == "use" else values
        return values[0][:, None] + values[1]

    best = np.inf
    for k in range(2):
        cost = both("service_cost") + problem.service_cost[2, k]
        lost = both("lost_sales") + problem.lost_sales[2, k]
        use = both("use") + problem.use[0, 2, k]
        levels = offers.service_level
        weight = problem.mean_weight
        mean = weight[0] * levels[0][:, None] + weight[1] * levels[1]
        mean = mean + weight[2] * problem.service_level[2, k]
        ok = use <= 190
        if limits.budget is not None:
            ok &= cost <= limits.budget
        if limits.max_lost_sales is not None:
            ok &= lost <= limits.max_lost_sales
        if limits.min_service_level is not None:
            ok &= mean >= limits.min_service_level
        value = {
            Goal.MIN_TOTAL_COST: cost + lost,
            Goal.MIN_LOST_SALES: lost,
            Goal.MIN_BUDGET: cost,
            Goal.MAX_SERVICE: -mean,
        }[case.settings.plan.goal]
        best = min(best, float(value[ok].min(initial=np.inf)))
    return best


@pytest.mark.parametrize(
    ("limits", "goal"),
    [
        ({}, None),
        ({"budget": 620.0}, None),
        ({"max_lost_sales": 800.0}, Goal.MIN_BUDGET),
        ({"min_service_level": 0.8}, Goal.MIN_BUDGET),
        ({"budget": 620.0}, Goal.MIN_LOST_SALES),
        ({"budget": 620.0}, Goal.MAX_SERVICE),
    ],
)
def test_tiers_and_levels_are_one_plan(limits, goal):
    """Both routes are as good as a fine grid, for every goal and limit, and their bounds hold."""
    case = mixed_case(limits, goal)
    best = brute_force(case)
    sign = -1 if case.settings.plan.goal is Goal.MAX_SERVICE else 1
    problem = build_problem(case)
    size = abs(best)
    for found in (solve_by_levels(problem, Options(1e-5)), refine(problem, Options(1e-5))):
        outcome = found.outcome
        assert sign * outcome.bound <= best + 1e-9 * size
        assert sign * outcome.objective <= best + 2e-5 * size
        assert not evaluate(found.problem, outcome.choice).violations
        assert outcome.gap <= 1e-3


def test_a_level_that_moves_counts_as_a_change():
    """Without any change allowed the segment with a level of today keeps it."""
    case = mixed_case({"max_changes": 0})
    for solve in (solve_by_levels, refine):
        found = solve(build_problem(case), Options(1e-5))
        assert found.problem.service_level[0, found.outcome.choice[0]] == 0.6
        assert found.problem.service_level[1, found.outcome.choice[1]] > 0.6


def test_a_budget_that_no_level_keeps_is_named():
    """Both routes say that there is no plan, and which limit is at fault."""
    case = mixed_case({"budget": 10.0})
    for solve in (solve_by_levels, refine):
        outcome = solve(build_problem(case), Options(1e-5)).outcome
        assert outcome.status is Status.INFEASIBLE
        assert outcome.conflict == ("budget",)


def test_a_finer_split_of_customers_changes_nothing():
    """Two halves of a segment cost together what the whole does, at the same levels."""
    term = [{"term": "a", "shape": "saturating", "exponent": 1, "per_customer": 0.3}]
    whole = solve_case(level_case([{"max_level": 0.99}], term)).plan
    halves = solve_case(
        level_case(
            [{"customers": 50, "max_level": 0.99}, {"customers": 50, "max_level": 0.99}], term
        )
    ).plan
    assert halves.evaluation.total_cost == pytest.approx(whole.evaluation.total_cost, rel=1e-6)


def test_the_model_asks_for_whole_numbers_only_where_curves_bend_downwards():
    """Convex costs and losses stay a linear program; an S-shape takes whole numbers."""
    from slopt.shipped import models
    from slopt.solve.model_file import build_model
    from slopt.solve.pyomo_program import compiled

    def whole_numbers(case):
        model = build_model(models()["service_levels"], build_problem(case))
        return int(compiled(model).program.integral.sum())

    assert whole_numbers(closed_form("square root")[0]) == 0
    assert whole_numbers(s_shaped(2, 1_800.0)) > 0


def test_a_resource_that_no_level_leaves_enough_of_is_named_by_both_routes():
    """The model is false whatever is chosen, which is no crash: infeasible, and why."""
    case = level_case(
        [{"customers": 100}],
        [{"term": "a", "shape": "linear", "per_order": 0.3}],
        resources=[{"resource": "crew", "capacity": 20.0}],
        usage=[{"resource": "crew", "per_order": 0.4}],
    )
    for solve in (solve_by_levels, refine):
        outcome = solve(build_problem(case), Options(1e-5)).outcome
        assert outcome.status is Status.INFEASIBLE
        assert outcome.conflict == ("crew",)


def test_a_floor_is_named_by_its_tier_beside_generated_levels():
    """The columns of levels stand after the tiers of the menu and are no tier of a contract."""
    case = level_case(
        [{"min_level": 0.5}, {"min_level": None, "max_level": None, "min_tier": "t1"}],
        [{"segment": "s0", "term": "a", "shape": "linear", "per_order": 0.3}],
        tiers=[{"tier": "t0", "service_level": 0.6}, {"tier": "t1", "service_level": 0.9}],
    )
    problem = build_problem(case)
    (floor,) = (demand for demand in demands_of(problem) if demand.name == "min_tier[s1]")
    assert problem.tiers[floor.tier] == "t1"


def test_a_frontier_starts_at_the_least_budget_over_all_levels():
    """The offers that a plan of least cost lists are not the ones that keep the least budget."""
    case = level_case(
        [{"max_level": 0.99}, {"max_level": 0.99, "margin": 0.1}],
        [
            {"segment": "s0", "term": "a", "shape": "saturating", "exponent": 1, "per_order": 0.2},
            {"segment": "s1", "term": "a", "shape": "power", "exponent": 6, "per_order": 3.0},
        ],
        limits={"min_service_level": 0.8, "budget": 400.0},
    )
    problem = build_problem(case).replace(budget=None, goal=Goal.MIN_BUDGET)
    least = refine(problem, Options(1e-6)).outcome.objective
    found = frontier_of(case)
    assert found.least.value == pytest.approx(least, rel=2e-4)
    for point in found.points:
        assert point.gap <= point.certified_gap
        assert point.gap <= 1e-3


def test_a_step_of_a_level_is_a_point_of_its_curve():
    """Not the next level that happens to be listed: the price at which a point more is as good."""
    case, _, _, _ = closed_form("square root")
    plan = solve_case(case).plan
    price = plan.outcome.relaxation.prices["budget"]
    for each in standings(plan, curve_rows(plan.problem)):
        for step in each.curve.steps:
            assert abs(step.service_level) == pytest.approx(0.01)
        x = 1 - plan.problem.service_level[each.curve.row, each.curve.chosen]
        lost, amount = SIZES[each.curve.row] * MARGIN, (SIZES * PRICES)[each.curve.row]
        flip = each.flips[each.curve.less.column][0]
        by_hand = lost * 0.01 / (amount * (1 / x - 1 / (x + 0.01))) - 1
        assert flip.now == pytest.approx(price)
        assert flip.at == pytest.approx(by_hand, rel=1e-4)
