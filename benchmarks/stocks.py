"""Stock of thousands of items under one budget: by prices, and as a plain program of Pyomo."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.registry import Line, benchmark, in_turn
from slopt.case.case import CaseInfo, PlanningCase, Settings, Table
from slopt.case.schema import BY_NAME
from slopt.case.texts import Texts
from slopt.case.typed import absent_column
from slopt.economics.stock_rooms.source import StockSource
from slopt.engine.solving import solve_case
from slopt.vocabulary import Status

Numbers = NDArray[np.float64]

POINTS = 15
"""Levels of an item in the plain program, which takes straight lines between them."""
ALLOWED = 0.35
"""Money that may lie in stock, as a share of what the most stock takes."""
MARKS = {20_000: 1.0}
"""Seconds, by items: what the product promises."""
WORTH = 1.01
"""How near the two answers come: the plain program rounds the curves upwards."""


@benchmark("stock", "items of one room under one stock budget to gap 1e-4", (2_000, 20_000), 3)
def stock(items: int, runs: int) -> Iterator[Line]:
    """Seven in ten ordered at a level, two at a time, one bought for the season; 3 classes.

    Under the normal law of the text books, and under the gamma law, which takes longer. The plain
    program gets its numbers ready made, and its time is that of stating and solving it.
    """
    for law in ("normal", "gamma"):
        cases = [stock_case(items, law, seed) for seed in range(1, runs + 1)]
        tables = [_points(case) for case in cases]
        found: dict[tuple[int, int], float] = {}

        def ours(run: int, cases: list[PlanningCase] = cases, found: Any = found) -> None:
            plan = solve_case(cases[run]).plan
            assert plan is not None
            assert plan.status is Status.OPTIMAL
            assert plan.objective is not None
            found[0, run] = plan.objective

        def theirs(run: int, tables: list[Any] = tables, found: Any = found) -> None:
            found[1, run] = _plain(*tables[run])

        mine, other = in_turn([ours, theirs], runs)
        for run in range(runs):
            assert found[0, run] <= found[1, run] * WORTH, (found[0, run], found[1, run])
        ratios = [a / b for a, b in zip(mine, other, strict=True)]
        size = f"{items:,} items, {law}"
        yield Line(
            *("stock", size, "tables to plan", median(mine)),
            mark=MARKS.get(items) if law == "normal" else None,
            worst=max(mine),
        )
        yield Line(
            *("stock", size, "tables to plan", median(mine)),
            *("Pyomo and HiGHS, straight lines", median(other), median(ratios)),
            worst=max(ratios),
        )


def stock_case(items: int, law: str = "normal", seed: int = 1) -> PlanningCase:
    """A case of so many items in one room, three classes of customers, and a limit on money."""
    rng = np.random.default_rng(seed)
    mean, cost = rng.lognormal(5, 1, items), rng.lognormal(3, 1, items)
    kind = np.array(["continuous", "periodic", "season"])[rng.choice(3, items, p=[0.7, 0.2, 0.1])]
    season = kind == "season"
    names = [f"i{i}" for i in range(items)]
    tables = {
        "segments": _table(
            "segments",
            segment=["a", "b", "c"],
            customers=np.array([200.0, 2_000, 20_000]),
            orders_per_customer=np.array([60.0, 12, 3]),
            revenue_per_order=np.array([800.0, 250, 90]),
            margin=np.array([0.25, 0.3, 0.4]),
            base_churn=np.array([0.05, 0.1, 0.3]),
        ),
        "response": _table(
            "response",
            segment=["*"],
            lost_order_share=np.array([0.3]),
            leave_probability=np.array([0.04]),
        ),
        "items": _table(
            "items",
            item=names,
            room=["stock"] * items,
            kind=kind.tolist(),
            law=[law] * items,
            unit_cost=cost,
            holding_rate=np.where(season, np.nan, 0.2),
            order_quantity=np.where(kind == "continuous", 0.1 * mean, np.nan),
            lead_time=np.where(season, np.nan, rng.uniform(0.02, 0.2, items)),
            review_time=np.where(kind == "periodic", 0.05, np.nan),
            salvage=np.where(season, 0.6 * cost, 0.0),
            **{"use:money": cost},
        ),
        "item_demand": _table(
            "item_demand",
            item=names * 3,
            segment=["a"] * items + ["b"] * items + ["c"] * items,
            mean=np.concatenate([0.3 * mean, 0.5 * mean, 0.2 * mean]),
            variation=np.full(3 * items, 0.3),
            units_per_order=np.repeat([4.0, 2.0, 1.0], items),
            unit_margin=np.tile(0.5 * cost, 3),
        ),
    }

    def with_money(capacity: float) -> PlanningCase:
        money = _table(
            "resources",
            resource=["money"],
            capacity=np.array([capacity]),
            unit_cost=np.zeros(1),
            extra_capacity=np.zeros(1),
        )
        settings = Settings(case=CaseInfo(name="stock", discount_rate=0.1))
        return PlanningCase(settings, {**tables, "resources": money})

    rooms = StockSource(with_money(0.0)).rooms
    most = float(rooms.weight[0] @ rooms.items.figures(rooms.items.most()).stock)
    return with_money(ALLOWED * most)


def _table(name: str, **columns: Any) -> Table:
    """A table whose other columns are blank."""
    count = len(next(iter(columns.values())))
    values = {column.name: absent_column(column, count) for column in BY_NAME[name].columns}
    for title, given in columns.items():
        values[title] = given if isinstance(given, np.ndarray) else Texts.of(given)
    return Table(name, values, list(range(2, count + 2)))


def _points(case: PlanningCase) -> tuple[Numbers, Numbers, float]:
    """Cost and use of every item at some levels, (I, POINTS), and the money allowed."""
    rooms = StockSource(case).rooms
    low = np.empty(len(rooms.room))
    for group in rooms.items.groups:
        low[group.rows] = group.low
    high, costs = rooms.items.most(), rooms.costs
    cost, use = [], []
    for share in np.append(np.linspace(0, 1, POINTS - 1), np.nan):
        level = low + share * (high - low)
        if np.isnan(share):
            level = np.where(rooms.items.may_skip, np.nan, low)
        figures = rooms.items.figures(level)
        each = costs.held * figures.held + (costs.booked + costs.lost) * figures.short
        cost.append(each + costs.ordering)
        use.append(rooms.weight[0] * figures.stock)
    capacity = float(case.table("resources").numbers("capacity")[0])
    return np.array(cost).T, np.array(use).T, capacity


def _plain(cost: Numbers, use: Numbers, capacity: float) -> float:
    """Mixtures of the points of every item, within the money allowed: the least cost."""
    import pyomo.environ as pyo
    from pyomo.contrib.solver.common.factory import SolverFactory

    items, points = cost.shape
    model = pyo.ConcreteModel()
    model.ITEMS, model.POINTS = pyo.RangeSet(0, items - 1), pyo.RangeSet(0, points - 1)
    model.share = pyo.Var(model.ITEMS, model.POINTS, domain=pyo.NonNegativeReals)
    model.whole = pyo.Constraint(
        model.ITEMS, rule=lambda m, i: sum(m.share[i, p] for p in m.POINTS) == 1
    )
    pairs = [(i, p) for i in range(items) for p in range(points)]
    model.within = pyo.Constraint(
        expr=pyo.quicksum(float(use[i, p]) * model.share[i, p] for i, p in pairs) <= capacity
    )
    model.cost = pyo.Objective(
        expr=pyo.quicksum(float(cost[i, p]) * model.share[i, p] for i, p in pairs)
    )
    solver = SolverFactory("highs")
    solver.config.threads = 1
    solver.solve(model)
    return float(pyo.value(model.cost))
