"""Small random problems and cases, the same ones for the same seed.

Numbers are mostly whole, so that sums of them are exact and a limit is hit exactly or missed by a
whole unit.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from hypothesis import strategies as st

from slopt.case.load import Reading, interpret
from slopt.case.raw import RawCase, RawSettings, RawTable
from slopt.problem.choice import Bar, ChoiceProblem
from slopt.problem.rules import Rule
from slopt.problem.self_selection import SelfSelection, not_worth_it
from slopt.vocabulary import Goal, RuleKind

GOALS = tuple(Goal)


def simple_problem(cost, lost, **changes) -> ChoiceProblem:
    """A problem from service costs and lost sales (S x K), everything else neutral."""
    cost, lost = np.array(cost, dtype=float), np.array(lost, dtype=float)
    segments, tiers = cost.shape
    values = {
        "segments": tuple(f"s{i}" for i in range(segments)),
        "tiers": tuple(f"t{i}" for i in range(tiers)),
        "rank": np.arange(1, tiers + 1),
        "open_cost": np.zeros(tiers),
        "weight": np.ones(segments),
        "current": np.full(segments, -1),
        "service_level": np.tile(np.linspace(0.5, 0.9, tiers), (segments, 1)),
        "service_cost": cost,
        "lost_orders": lost,
        "lost_customers": np.zeros_like(cost),
        "lost_prospects": np.zeros_like(cost),
        "lost_unsplit": np.zeros_like(cost),
        "barred": np.zeros(cost.shape, dtype=np.int8),
    }
    return ChoiceProblem(**{**values, **changes})


def with_resource(problem: ChoiceProblem, use, capacity, extra=0.0, premium=0.0) -> ChoiceProblem:
    """The problem with one resource named `hours`."""
    return problem.replace(
        resources=("hours",),
        use=np.array([use], dtype=float),
        capacity=np.array([capacity], dtype=float),
        extra_capacity=np.array([extra], dtype=float),
        extra_premium=np.array([premium], dtype=float),
    )


def random_problem(
    seed: int, goal: Goal | None = None, plain: bool = False, segments: int | None = None
) -> ChoiceProblem:
    """A problem of 2-6 segments, 2-4 tiers, 0-3 resources; `plain`: no rules, bars, open costs.

    Limits lie around what some random choice needs, so that some problems have many plans, some
    few and some none.
    """
    rng = np.random.default_rng(seed)
    few, tiers = int(rng.integers(2, 7)), int(rng.integers(2, 5))
    segments = segments or few
    resources = int(rng.integers(0, 4))
    goal = goal or GOALS[rng.integers(4)]
    shape = (segments, tiers)
    lowest = -20 if rng.random() < 0.15 else 0

    def money(top: int) -> np.ndarray:
        return rng.integers(lowest, top, shape).astype(float)

    cost, use = np.sort(money(60), axis=1), rng.integers(0, 9, (resources, *shape)).astype(float)
    losses = [money(top)[:, ::-1] for top in (40, 30, 20)]
    unsplit = np.where(rng.random(shape) < 0.1, rng.integers(0, 50, shape), 0).astype(float)
    weight = rng.integers(0, 9, segments).astype(float)
    if rng.random() < 0.1:
        weight[:] = 0
    current = rng.integers(-1 if rng.random() < 0.5 else 0, tiers, segments)
    anyone = rng.integers(0, tiers, segments)
    row = np.arange(segments)
    used = use[:, row, anyone].sum(axis=1)
    extra = np.where(rng.random(resources) < 0.5, rng.integers(0, 9, resources), 0).astype(float)
    problem = ChoiceProblem(
        segments=tuple(f"s{i}" for i in range(segments)),
        tiers=tuple(f"t{i}" for i in range(tiers)),
        rank=np.sort(rng.integers(1, 2 * tiers, tiers))
        if rng.random() < 0.5
        else np.arange(1, tiers + 1),
        open_cost=np.zeros(tiers),
        weight=weight,
        current=current,
        service_level=np.sort(rng.integers(20, 101, shape) / 100, axis=1),
        service_cost=cost,
        lost_orders=losses[0],
        lost_customers=losses[1],
        lost_prospects=losses[2],
        lost_unsplit=unsplit,
        barred=np.zeros(shape, dtype=np.int8),
        resources=tuple(f"r{i}" for i in range(resources)),
        use=use,
        capacity=np.maximum(used + rng.integers(-6, 7, resources), 0.0),
        extra_capacity=extra,
        extra_premium=rng.integers(-2, 6, resources).astype(float),
        goal=goal,
    )
    if not plain:
        if rng.random() < 0.4:
            problem = problem.replace(open_cost=rng.integers(0, 30, tiers).astype(float))
        problem = problem.replace(barred=_bars(rng, problem), rules=_rules(rng, problem, anyone))
    return problem.replace(**_limits(rng, problem, anyone))


def problem_with_choosers(seed: int) -> ChoiceProblem:
    """A random problem some of whose segments choose, by whole surpluses with many ties."""
    problem = random_problem(seed)
    rng = np.random.default_rng(seed + 1)
    segments, tiers, _ = problem.size
    chooses = rng.random(segments) < 0.7
    outside = int(rng.integers(tiers)) if problem.max_tiers is None and seed % 2 else None
    selection = SelfSelection(
        surplus=rng.integers(-2, 5, (segments, tiers)).astype(float),
        chooses=chooses,
        available=problem.admissible.copy(),
        outside=outside,
        same_service=(("service", (0, tiers - 1)),) if rng.random() < 0.4 else (),
    )
    if outside is not None:
        open_cost = problem.open_cost.copy()
        open_cost[outside] = 0.0
        problem = problem.replace(open_cost=open_cost)
    worthless = np.where(not_worth_it(selection), np.int8(Bar.NOT_WORTH_IT), np.int8(0))
    return problem.replace(barred=problem.barred | worthless, selection=selection)


def _bars(rng: np.random.Generator, problem: ChoiceProblem) -> np.ndarray:
    segments, tiers, _ = problem.size
    barred = np.zeros((segments, tiers), dtype=np.int8)
    for s in range(segments):
        tier = int(rng.integers(tiers))
        if rng.random() < 0.12:
            barred[s, problem.rank < problem.rank[tier]] |= Bar.MIN_TIER
        if rng.random() < 0.12:
            barred[s, problem.rank > problem.rank[tier]] |= Bar.MAX_TIER
        if rng.random() < 0.08:
            barred[s, np.arange(tiers) != tier] |= Bar.FIXED_TIER
        if rng.random() < 0.1:
            barred[s, tier] |= Bar.NOT_OFFERED
    return barred


def _rules(rng: np.random.Generator, problem: ChoiceProblem, anyone) -> tuple[Rule, ...]:
    segments, tiers, _ = problem.size
    rules = []
    for kind in RuleKind:
        if rng.random() > 0.22:
            continue
        size = int(rng.integers(1, segments + 1))
        members = tuple(sorted(rng.choice(segments, size, replace=False).tolist()))
        others, tier, value = (), None, 0.0
        at = np.array(members)
        if kind is RuleKind.NOT_BELOW:
            members = members[:2]
            others = tuple(rng.choice(segments, int(rng.integers(1, 3)), replace=False).tolist())
        elif kind is RuleKind.MIN_SERVICE_LEVEL:
            value = float(rng.integers(30, 95)) / 100
        elif kind is RuleKind.MAX_SERVICE_COST:
            value = float(problem.service_cost[at, anyone[at]].sum() + rng.integers(-10, 20))
        elif kind is RuleKind.MAX_LOST_SALES:
            value = float(problem.lost_sales[at, anyone[at]].sum() + rng.integers(-10, 20))
        elif kind is not RuleKind.SAME_TIER:
            tier = int(rng.integers(tiers))
            value = float(rng.integers(0, size + 1))
        unit = 0.01 if problem.goal is Goal.MAX_SERVICE else 1.0
        if kind is RuleKind.MIN_SERVICE_LEVEL:
            unit *= 100
        penalty = float(rng.integers(0, 25)) * unit if rng.random() < 0.5 else None
        rules.append(Rule(f"rule_{kind.value}", kind, members, others, tier, value, penalty))
    return tuple(rules)


def _limits(rng: np.random.Generator, problem: ChoiceProblem, anyone) -> dict:
    from oracles import judge

    near = judge(problem, anyone)
    choices = {
        "budget": near.service_cost + float(rng.integers(-8, 30)),
        "max_tiers": int(rng.integers(1, len(problem.tiers) + 1)),
        "max_changes": int(rng.integers(0, len(problem.segments))),
        "min_service_level": round(near.level + float(rng.integers(-10, 4)) / 100, 2),
        "max_lost_sales": near.lost_sales + float(rng.integers(-8, 30)),
    }
    return {name: value for name, value in choices.items() if rng.random() < 0.3}


def problems(**options) -> st.SearchStrategy[ChoiceProblem]:
    """Random problems as a hypothesis strategy."""
    return st.integers(0, 10**6).map(lambda seed: random_problem(seed, **options))


def permuted(problem: ChoiceProblem, order) -> ChoiceProblem:
    """The same problem with its segments in another order."""
    order = np.asarray(order)
    place = {int(old): new for new, old in enumerate(order)}
    changes = {
        f.name: getattr(problem, f.name)[order]
        for f in fields(problem)
        if f.name
        in (
            "weight",
            "current",
            "service_level",
            "service_cost",
            "lost_orders",
            "lost_customers",
            "lost_prospects",
            "lost_unsplit",
            "barred",
        )
    }
    return problem.replace(
        **changes,
        segments=tuple(problem.segments[s] for s in order),
        use=problem.use[:, order],
        rules=tuple(
            Rule(
                rule.name,
                rule.kind,
                tuple(place[s] for s in rule.members),
                tuple(place[s] for s in rule.others),
                rule.tier,
                rule.value,
                rule.penalty,
            )
            for rule in problem.rules
        ),
    )


def read_tables(tables: dict[str, list[dict]], settings: dict | None = None) -> Reading:
    """Tables given as lists of rows (dicts) and settings by dotted key, read as a case is."""
    raw = {}
    for name, rows in tables.items():
        header = list(dict.fromkeys(key for row in rows for key in row))
        raw[name] = RawTable(
            name,
            f"{name}.csv",
            header,
            list(range(2, len(rows) + 2)),
            [[_cell(row.get(title)) for row in rows] for title in header],
        )
    values = {"case.name": "test", **(settings or {})}
    return interpret(RawCase(raw, RawSettings("case.toml", values), []))


def _cell(value):
    return repr(value) if isinstance(value, float) else value if value is None else str(value)


def make_case(tables: dict[str, list[dict]], settings: dict | None = None):
    """The PlanningCase of such tables; the test fails with the problems if there is none."""
    reading = read_tables(tables, settings)
    assert reading.case is not None, [str(problem) for problem in reading.errors]
    return reading.case


def random_tables(seed: int) -> tuple[dict[str, list[dict]], dict]:
    """Tables and settings of a small case: wildcard and own rows, overrides, blanks."""
    rng = np.random.default_rng(seed)
    segments = [f"s{i}" for i in range(rng.integers(1, 5))]
    tiers = [f"t{i}" for i in range(rng.integers(1, 4))]
    resources = [f"r{i}" for i in range(rng.integers(0, 3))]

    def some(value, chance=0.5):
        return value if rng.random() < chance else None

    def share():
        return round(float(rng.random()), 3)

    tables: dict[str, list[dict]] = {
        "segments": [
            {
                "segment": s,
                "customers": int(rng.integers(0, 200)),
                "orders_per_customer": some(round(float(rng.uniform(0, 30)), 2), 0.8),
                "revenue_per_order": some(round(float(rng.uniform(0, 900)), 2), 0.8),
                "margin": some(share()),
                "base_churn": some(share()),
                "weight": some(int(rng.integers(0, 9))),
                "current_tier": some(tiers[rng.integers(len(tiers))]),
            }
            for s in segments
        ],
        "tiers": [
            {
                "tier": t,
                "service_level": share(),
                "cost_per_customer": some(round(float(rng.uniform(0, 90)), 2)),
                "cost_per_order": some(round(float(rng.uniform(0, 9)), 2)),
                "open_cost": some(int(rng.integers(0, 500))),
            }
            for t in tiers
        ],
    }
    if resources:
        tables["resources"] = [
            {
                "resource": r,
                "capacity": int(rng.integers(0, 9000)),
                "unit_cost": some(round(float(rng.uniform(0, 50)), 2)),
                "extra_capacity": some(int(rng.integers(0, 900))),
                "extra_unit_cost": some(round(float(rng.uniform(0, 70)), 2)),
            }
            for r in resources
        ]
        tables["usage"] = [
            {
                "resource": r,
                "tier": t,
                "segment": s,
                "per_customer": some(share()),
                "per_order": some(share()),
                "per_segment": some(int(rng.integers(0, 50))),
            }
            for r in resources
            for t in [None, *tiers]
            for s in [None, *segments]
            if rng.random() < 0.35
        ]
    tables["response"] = [
        {
            "segment": s,
            "lost_order_share": some(share()),
            "leave_probability": some(share()),
            "value_basis": some(("lifetime", "period")[rng.integers(2)]),
            "listeners": some(int(rng.integers(0, 12))),
            "prospect_share": some(share()),
            "deterrence": some(share()),
            "prospect_value": some(int(rng.integers(0, 4000))),
        }
        for s in [None, *segments]
        if rng.random() < 0.6
    ]
    tables["offers"] = []
    for s in segments:
        for t in tiers:
            if rng.random() > 0.4:
                continue
            row = {
                "segment": s,
                "tier": t,
                "allowed": some("false", 0.2),
                "service_level": some(share()),
                "service_cost": some(round(float(rng.uniform(-50, 9000)), 2)),
                "lost_orders": some(round(float(rng.uniform(0, 900)), 2), 0.3),
                "lost_customers": some(round(float(rng.uniform(0, 900)), 2), 0.3),
            }
            if row["lost_orders"] is None and row["lost_customers"] is None:
                row["lost_sales"] = some(round(float(rng.uniform(0, 900)), 2))
            for r in resources:
                row[f"use:{r}"] = some(round(float(rng.uniform(0, 90)), 2), 0.3)
            tables["offers"].append(row)
    tables = {name: rows for name, rows in tables.items() if rows}
    settings = {"case.discount_rate": repr(round(float(rng.uniform(0.01, 0.3)), 3))}
    if rng.random() < 0.5:
        settings["limits.max_tiers"] = "2"
    return tables, settings


def random_case(seed: int):
    """A small random PlanningCase."""
    return make_case(*random_tables(seed))
