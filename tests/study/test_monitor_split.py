"""Plan against actual: the parts of every difference, and where each of them comes from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from actuals_maker import as_happened, draw, plan_of
from horizon_cases import RESPONSE, write_case

from slopt.case.load import load_case
from slopt.problem.horizon.build import build_horizon
from slopt.study.monitor.drivers import Compared
from slopt.study.monitor.happened import FIGURES, Happened
from slopt.study.monitor.split import RESULT, SIGN, Effect, split

PERIODS = 3
LAGGED = f"{RESPONSE},lag_periods\n*,0.5,0.08,3,0.05,0.3,0\nSouth,0.4,0.06,2,0.05,0.3,1\n"


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """The small case, with a lag in one segment and a project that lifts a tier."""
    return load_case(write_case(tmp_path_factory.mktemp("split") / "case", response_csv=LAGGED))


def some_modes(case, seed):
    """Any modes, lifted ones among them."""
    problem = build_horizon(case)
    s, t, _k, m, _r = problem.size
    return np.random.default_rng(seed).integers(0, m, (s, t))


def as_planned(plan):
    """What happens where all goes by plan, in the first periods."""
    n = plan.evaluation.base
    compared = Compared(plan, Happened.none(*plan.choice.modes.shape))
    at, line = compared.planned, split(compared).given
    s, t = at.customers.shape
    figures = {
        "customers": n.customers[:, :t],
        "orders": at.customers * at.orders,
        "revenue": at.customers * at.orders * at.price,
        "service_level": at.level,
        "service_cost": plan.evaluation.by_segment["service_cost"],
        "lost_orders": plan.evaluation.by_segment["lost_orders"],
        "left": line.left,
        "joined": line.joined,
    }
    blank = dict.fromkeys(set(FIGURES) - set(figures), np.full((s, t), np.nan))
    happened = Happened(np.asarray(plan.tiers), **figures, **blank)
    return happened.within(np.arange(t)[None, :] < PERIODS)


def parts(line):
    """All effects of a line, added up."""
    return np.sum(list(line.effects.values()), axis=0)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_planned_is_what_the_plan_says(case, seed):
    """Cost, lost orders and customers under the drivers of the plan are those of its judge."""
    plan = plan_of(case, some_modes(case, seed))
    happened = as_planned(plan)
    found = split(Compared(plan, happened))
    t, evaluation = PERIODS, plan.evaluation
    for name in ("service_cost", "lost_orders"):
        planned = found.lines[name].planned[:, :t]
        assert planned == pytest.approx(evaluation.by_segment[name][:, :t], rel=1e-9)
    base, keep = evaluation.base, plan.problem.keep
    n = base.customers[:, :-1]
    left = n - keep * (n - base.left)
    assert found.lines["left"].planned[:, :t] == pytest.approx(left[:, :t], rel=1e-9, abs=1e-9)
    after = n - found.given.left + found.given.joined
    assert after[:, :t] == pytest.approx(base.customers[:, 1 : t + 1], rel=1e-9)


def test_losses_count_as_the_limits_on_lost_sales_count_them(tmp_path):
    """Without a lag, what a period causes is what max_lost_sales counts."""
    case = load_case(write_case(tmp_path / "case"))
    plan = plan_of(case, some_modes(case, 5))
    lines = split(Compared(plan, as_planned(plan))).lines
    losses = ("lost_orders", "lost_customers", "lost_prospects", "lost_unsplit")
    lost = sum(lines[name].planned[:, :PERIODS].sum(axis=0) for name in losses)
    assert lost == pytest.approx(plan.evaluation.caused[:PERIODS])


@pytest.mark.parametrize("seed", range(4))
def test_where_all_goes_by_plan_nothing_differs(case, seed):
    """Actuals that are the plan have no effect at all."""
    plan = plan_of(case, some_modes(case, seed))
    found = split(Compared(plan, as_planned(plan)))
    for name, line in found.lines.items():
        scale = 1e-9 * max(1.0, float(np.abs(line.planned).max()))
        for effect, values in line.effects.items():
            assert np.abs(values).max() <= scale, (name, effect)


@pytest.mark.parametrize("seed", range(8))
def test_the_parts_add_up_to_every_difference(case, seed):
    """By segment, period and account, whatever is left blank and whatever tier there was."""
    rng = np.random.default_rng(seed)
    plan = plan_of(case, some_modes(case, seed))
    planted = {"level": rng.uniform(-0.2, 0.1), "price": 1.1, "cost": 0.8, "leave": 1.5}
    rows = draw(case, plan.problem, plan.choice.modes, PERIODS, seed, planted)
    happened = as_happened(case, rows)
    blank = {
        name: np.where(rng.random(happened.tier.shape) < 0.25, np.nan, getattr(happened, name))
        for name in FIGURES
    }
    tier = np.where(rng.random(happened.tier.shape) < 0.3, rng.integers(0, 3), -1)
    compared = Compared(plan, Happened(tier, **blank))
    found = split(compared)
    for name, line in found.lines.items():
        scale = 1e-10 * max(1.0, float(np.abs(line.actual).max(initial=0)))
        assert np.abs(parts(line) - line.difference).max() <= max(scale, 1e-9), name
        cents = round(float(line.difference.sum()), 2)
        assert cents == pytest.approx(float(parts(line).sum()), abs=0.005)
    result = sum(SIGN[name] * found.lines[name].difference for name in SIGN)
    assert found.lines[RESULT].difference == pytest.approx(result)
    for name in ("service_cost", "lost_orders"):
        told = getattr(compared.happened, name)
        known = compared.covered & ~np.isnan(told)
        assert found.lines[name].actual[known] == pytest.approx(told[known])


@pytest.mark.parametrize(
    ("column", "factor", "effect", "account"),
    [
        ("customers", 1.1, Effect.CUSTOMERS, "margin"),
        ("orders", 0.9, Effect.ORDERS, "margin"),
        ("revenue", 1.2, Effect.PRICE, "margin"),
        ("service_level", 0.9, Effect.LEVEL, "lost_orders"),
        ("service_cost", 1.3, Effect.COST_RATE, "service_cost"),
        ("lost_orders", 1.4, Effect.RESPONSE, "lost_orders"),
        ("left", 1.5, Effect.RESPONSE, "lost_customers"),
        ("joined", 0.5, Effect.RESPONSE, "lost_prospects"),
    ],
)
def test_one_thing_that_is_otherwise_is_found_where_it_belongs(
    case, column, factor, effect, account
):
    """One changed figure of one segment and period shows in its own effect and nowhere else."""
    plan = plan_of(case)
    happened = as_planned(plan)
    values = getattr(happened, column).copy()
    values[0, 1] *= factor
    changes = {column: values}
    if column == "customers":
        for name in ("orders", "revenue", "service_cost", "lost_orders", "left", "joined"):
            changes[name] = getattr(happened, name).copy()
            changes[name][0, 1] = np.nan
    if column == "orders":
        changes |= {name: _without(happened, name) for name in ("revenue", "service_cost")}
        changes |= {name: _without(happened, name) for name in ("lost_orders", "left", "joined")}
    if column in ("revenue", "service_level"):
        names = ("service_cost", "lost_orders", "left", "joined")
        changes |= {name: _without(happened, name) for name in names}
    found = split(Compared(plan, replace(happened, **changes)))
    line = found.lines[account]
    assert line.effects[effect][0, 1] == pytest.approx(line.difference[0, 1])
    assert abs(line.difference[0, 1]) > 1
    for other in Effect:
        if other is not effect:
            assert line.effects[other][0, 1] == pytest.approx(0, abs=1e-6)
    elsewhere = np.ones(line.planned.shape, dtype=bool)
    elsewhere[0, 1] = False
    assert np.abs(line.difference[elsewhere]).max() <= 1e-6


def _without(happened, name):
    values = getattr(happened, name).copy()
    values[0, 1] = np.nan
    return values


def test_effects_are_those_computed_by_hand(case):
    """North in the first quarter: 400 customers x 6 orders x 40 a piece, at 40 % margin."""
    plan = plan_of(case)
    happened = Happened.none(*plan.choice.modes.shape)
    figures = {name: getattr(happened, name).copy() for name in FIGURES}
    told = {"customers": 410, "orders": 2_500, "revenue": 105_000, "service_cost": 3_200}
    for name, value in told.items():
        figures[name][0, 0] = value
    found = split(Compared(plan, Happened(happened.tier, **figures)))
    margin = {e: float(v[0, 0]) for e, v in found.lines["margin"].effects.items()}
    assert margin[Effect.CUSTOMERS] == pytest.approx(10 * 6 * 40 * 0.4)
    assert margin[Effect.ORDERS] == pytest.approx((2_500 - 410 * 6) * 40 * 0.4)
    assert margin[Effect.PRICE] == pytest.approx((105_000 - 2_500 * 40) * 0.4)
    cost = {e: float(v[0, 0]) for e, v in found.lines["service_cost"].effects.items()}
    assert cost[Effect.CUSTOMERS] == pytest.approx(10 * 6 * 1.2)
    assert cost[Effect.ORDERS] == pytest.approx((2_500 - 410 * 6) * 1.2)
    assert cost[Effect.COST_RATE] == pytest.approx(3_200 - 2_500 * 1.2)


def test_another_tier_than_planned_is_an_effect_of_its_own(case):
    """Served in a better tier: its cost and its fewer lost orders are those of that tier."""
    plan = plan_of(case)
    happened = as_planned(plan)
    tier = happened.tier.copy()
    tier[0, 0] = 2
    blank = {
        name: _blank(getattr(happened, name), (0, 0))
        for name in ("service_level", "service_cost", "lost_orders", "left", "joined")
    }
    found = split(Compared(plan, replace(happened, tier=tier, **blank)))
    problem, n = plan.problem, 400
    for name, of in (("service_cost", problem.cost), ("lost_orders", problem.lost_orders)):
        line = found.lines[name]
        was = plan.choice.modes[0, 0]
        assert line.effects[Effect.TIER][0, 0] == pytest.approx(n * (of[0, 0, 2] - of[0, 0, was]))
        assert line.effects[Effect.LEVEL][0, 0] == pytest.approx(0, abs=1e-9)


def _blank(values, at):
    values = values.copy()
    values[at] = np.nan
    return values


def test_what_is_not_told_is_counted_as_expected_and_said_to_be_so(case):
    """With nothing but customers known, their number and their change have effects."""
    plan = plan_of(case)
    happened = Happened.none(*plan.choice.modes.shape)
    customers = happened.customers.copy()
    customers[:, 0], customers[:, 1] = [420, 240, 120], [410, 250, 125]
    compared = Compared(plan, replace(happened, customers=customers))
    assert compared.periods == [0], "the second period only begins with them"
    found = split(compared)
    by_net = {"lost_customers", "result"}
    for name, line in found.lines.items():
        assert line.is_known.any() == (name in by_net)
        for effect in set(Effect) - {Effect.CUSTOMERS}:
            assert line.effects[effect].any() == (name in by_net and effect is Effect.RESPONSE)


def test_customers_who_joined_and_left_lead_to_the_next_period():
    """Two of customers, joined and left give the third, and never less than nobody."""
    blank = Happened.none(3, 2)
    told = {
        "customers": np.array([[100, np.nan], [100, 95], [100, 140]]),
        "joined": np.array([[10, np.nan], [5, np.nan], [np.nan, np.nan]]),
        "left": np.array([[20, np.nan], [np.nan, np.nan], [10, np.nan]]),
    }
    whole = replace(blank, **told).completed()
    assert whole.customers[0, 1] == 90
    assert whole.left[1, 0] == 10
    assert whole.joined[2, 0] == 50
    impossible = replace(
        blank, customers=told["customers"], joined=np.array([[10, 0], [5, 0], [5.0, 0]])
    )
    assert np.isnan(impossible.completed().left[2, 0])
