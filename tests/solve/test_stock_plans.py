"""Plans of stock rooms: text books, every level of a grid, and the same plan by two roads."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from everything_case import write_everything
from strategies import make_case

from slopt.case.load import load_case
from slopt.economics.stock_rooms.rooms import stock_rooms
from slopt.engine.solving import solve_case
from slopt.errors import UsageError
from slopt.problem.build import build_problem
from slopt.shipped import examples
from slopt.solve.by_stock import solve_by_stock
from slopt.solve.refining.refine import refine
from slopt.vocabulary import Status

NEWSPAPERS = {
    "segments": [{"segment": "readers", "customers": 150, "revenue_per_order": 1}],
    "response": [{"segment": "*", "lost_order_share": 1}],
    "resources": [{"resource": "money", "capacity": 150}],
    "items": [
        {"item": "first", "kind": "season", "unit_cost": 1, "use:money": 1},
        {"item": "second", "kind": "season", "unit_cost": 2, "salvage": 0.5, "use:money": 2},
    ],
    "item_demand": [
        {"item": "first", "segment": "readers", "mean": 100, "spread": 20, "unit_margin": 2},
        {"item": "second", "segment": "readers", "mean": 50, "spread": 15, "unit_margin": 3},
    ],
}
"""The two newspapers of the IEOR notes: prices 3 and 5, costs 1 and 2, salvage 0 and 0.5."""


def test_two_newspapers_share_a_budget():
    """With money for 150 the price is about 1.25 and quantities about 86.5 and 31.7."""
    plan = solve_case(make_case(NEWSPAPERS, {"case.discount_rate": 0.1})).plan
    assert plan.status is Status.OPTIMAL
    (price,) = [price for price in plan.prices if price.name == "money"]
    assert price.relaxation == pytest.approx(1.25, abs=0.005)
    (made,) = [its for its in plan.problem.generated.made if its.source.names == ("stock",)]
    column = plan.choice[made.rows[0]] - plan.problem.menu_size
    assert made.offers.details[0][column].level == pytest.approx([86.5, 31.7], abs=0.1)


def test_what_prices_leave_open_of_stocks_is_left_to_the_program():
    """With a seventh of its money spare_parts has to drop items, whole ones, which prices cannot
    choose among: they stop 3.6 % above the plan that the program proves.
    """
    problem = build_problem(load_case(examples()["spare_parts"]))
    money = problem.resources.index("stock_value")
    capacity = problem.capacity.copy()
    capacity[money] = 31_000.0
    outcome = refine(problem.replace(capacity=capacity)).outcome
    assert outcome.status is Status.OPTIMAL
    assert outcome.objective == pytest.approx(3_063_762, rel=1e-4)


def random_tables(seed):
    """A small case: two tiers, three items in two rooms, a resource and a budget that bind."""
    rng = np.random.default_rng(seed)
    segments = [
        {
            "segment": f"s{i}",
            "customers": int(rng.integers(20, 200)),
            "orders_per_customer": int(rng.integers(1, 12)),
            "revenue_per_order": float(rng.integers(20, 200)),
            "margin": 0.4,
            "base_churn": 0.2,
        }
        for i in range(2)
    ]
    items = []
    for i in range(3):
        kind = ("continuous", "periodic", "season")[int(rng.integers(3))]
        cost = float(rng.integers(5, 80))
        its = {"item": f"i{i}", "room": f"r{i % 2}", "kind": kind, "unit_cost": cost}
        its["use:money"] = cost
        if kind == "season":
            its["salvage"] = round(cost * 0.5, 2)
        else:
            its |= {"holding_rate": 0.3, "lead_time": 0.1}
            its |= {"review_time": 0.05} if kind == "periodic" else {"order_quantity": 20}
        items.append(its)
    demand = [
        {
            "item": f"i{i}",
            "segment": f"s{s}",
            "mean": float(rng.integers(50, 300)),
            "variation": 0.3,
            "unit_margin": float(rng.integers(5, 40)),
        }
        for i in range(3)
        for s in range(2)
    ]
    tables = {
        "segments": segments,
        "tiers": [
            {"tier": "low", "service_level": 0.85, "cost_per_order": 1},
            {"tier": "high", "service_level": 0.97, "cost_per_order": 3},
        ],
        "response": [{"segment": "*", "lost_order_share": 0.4, "leave_probability": 0.03}],
        "resources": [{"resource": "money", "capacity": float(rng.integers(2_000, 9_000))}],
        "items": items,
        "item_demand": demand,
    }
    return tables, {"case.discount_rate": 0.1, "solve.gap": 1e-5}


@pytest.mark.parametrize("seed", range(4))
def test_plans_are_the_best_of_a_grid_of_levels(seed):
    """Every pair of tiers with every triple of levels on a fine grid, with one limit on money."""
    case = make_case(*random_tables(seed))
    plan = solve_case(case).plan
    rooms = stock_rooms(case)
    steps = 60
    low, high = _lows(rooms), rooms.items.most()
    shares = np.append(np.linspace(0, 1, steps) ** 1.5, np.nan)
    columns = [low + share * (high - low) for share in shares]
    figures = [rooms.items.figures(level) for level in columns]
    costs = rooms.costs
    value = np.array(
        [
            costs.held * its.held + (costs.booked + costs.lost) * its.short + costs.ordering
            for its in figures
        ]
    )
    use = np.array([rooms.weight[0] * its.stock for its in figures])
    total = value[:, None, None, 0] + value[None, :, None, 1] + value[None, None, :, 2]
    used = use[:, None, None, 0] + use[None, :, None, 1] + use[None, None, :, 2]
    capacity = float(case.table("resources").numbers("capacity")[0])
    best = np.where(used <= capacity, total, np.inf).min()
    tiers = build_problem(case)
    rows = np.arange(2)
    of_tiers = (tiers.service_cost + tiers.lost_sales)[rows, :2].min(axis=1).sum()
    assert plan.objective <= best + of_tiers + 1e-6
    assert plan.objective == pytest.approx(best + of_tiers, rel=5e-3)


def _lows(rooms):
    """The least level of each item that is stocked."""
    low = np.empty(len(rooms.room))
    for group in rooms.items.groups:
        low[group.rows] = group.low
    return low


@pytest.mark.parametrize("seed", range(5, 9))
def test_prices_and_the_program_find_the_same_plan(seed):
    """The plan by prices of what is shared against the one program in Pyomo, with its bound."""
    case = make_case(*random_tables(seed))
    plan = solve_case(case).plan
    answer = solve_by_stock(build_problem(case))
    assert answer.outcome.objective == pytest.approx(plan.objective, rel=2e-4)
    assert answer.outcome.bound <= plan.objective * (1 + 1e-9)
    assert plan.certificate.bound <= answer.outcome.objective * (1 + 1e-9)


def test_spare_parts_is_the_same_plan_by_both_roads():
    """Tiers, 30 items and two limits that bind, to a ten-thousandth."""
    case = load_case(examples()["spare_parts"])
    plan = solve_case(case).plan
    answer = solve_by_stock(build_problem(case))
    assert plan.status is Status.OPTIMAL
    assert answer.outcome.objective == pytest.approx(plan.objective, rel=1e-4)


def test_customers_choose_in_the_program_as_well(tmp_path):
    """With a stock room beside the menu of repairs both roads give the same plan."""
    shutil.copytree(examples()["repair_menu"], tmp_path / "case")
    (tmp_path / "case" / "items.csv").write_text(
        "item,unit_cost,holding_rate,order_quantity,lead_time\npump,60,0.25,40,0.05\n"
    )
    (tmp_path / "case" / "item_demand.csv").write_text(
        "item,segment,mean,spread\npump,Families,500,120\n"
    )
    case = load_case(tmp_path / "case")
    plan = solve_case(case).plan
    answer = solve_by_stock(build_problem(case))
    assert answer.outcome.objective == pytest.approx(plan.objective, rel=1e-4)


def test_the_program_refuses_what_it_cannot_bound(tmp_path):
    """Where levels and staff are planned too, a bound over items alone would be none."""
    case = load_case(write_everything(tmp_path / "case"))
    with pytest.raises(UsageError, match="plans staff or levels too"):
        solve_by_stock(build_problem(case))
