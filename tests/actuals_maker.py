"""Actuals of a plan over periods, drawn at random from the definitions, with planted effects.

Written from the formulas of the documentation, for cases in which customers answer to failures and
a tier costs by customer and by order; the code under test is not asked.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from horizon_cases import write_case

from slopt.case.by_period import cost_factor, demand_factor, revenue_factor
from slopt.case.case import PlanningCase
from slopt.case.load import load_case
from slopt.case.own_rows import OwnRows
from slopt.plan.horizon.plan import HorizonPlan, todays_choice
from slopt.problem.horizon.build import build_horizon
from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.problem.horizon.problem import HorizonChoice, HorizonProblem
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.study.monitor.happened import FIGURES, Happened
from slopt.vocabulary import Method, Status

COLUMNS = (
    "period",
    "segment",
    "customers",
    "joined",
    "left",
    "orders",
    "revenue",
    "service_level",
    "service_cost",
    "lost_orders",
)
EFFECTS = ("leave", "lost", "orders", "price", "cost", "acquired")


def draw(
    case: PlanningCase,
    problem: HorizonProblem,
    modes: Any,
    periods: int,
    seed: int,
    planted: Mapping[str, Any] | None = None,
    order_spread: float = 1.0,
) -> list[dict[str, Any]]:
    """Rows of the first periods. `planted` has factors (S, T) by name of EFFECTS, and `level` in
    points that are added."""
    rng, (s, t, *_) = np.random.default_rng(seed), problem.size
    effect = {name: np.ones((s, t)) for name in EFFECTS} | {"level": np.zeros((s, t))}
    effect |= {name: np.broadcast_to(values, (s, t)) for name, values in (planted or {}).items()}
    segments, tiers, response = case.table("segments"), case.table("tiers"), OwnRows(case)
    per_customer = segments.numbers("orders_per_customer")[:, None] * demand_factor(case)
    price = segments.numbers("revenue_per_order")[:, None] * revenue_factor(case)
    margin, factor = segments.numbers("margin"), cost_factor(case)
    leaves, share = response.numbers("leave_probability"), response.numbers("lost_order_share")
    deters = np.prod(
        [response.numbers(n) for n in ("listeners", "prospect_share", "deterrence")], axis=0
    )
    rows, count = [], np.round(problem.customers).astype(int)
    seen, of_each = np.ones((s, t)), np.zeros((s, t))
    for p in range(periods):
        joined, left = np.zeros(s, dtype=int), np.zeros(s, dtype=int)
        for i in range(s):
            tier = int(problem.mode_tier[modes[i, p]])
            orders = int(rng.poisson(count[i] * per_customer[i, p] * effect["orders"][i, p]))
            true = float(
                np.clip(problem.service_level[i, p, modes[i, p]] + effect["level"][i, p], 0, 1)
            )
            level = rng.binomial(orders, true) / orders if orders else true
            seen[i, p] = level
            each = orders / count[i] if count[i] else per_customer[i, p]
            then = p - int(problem.lag[i])
            answered = seen[i, then] if then >= 0 else np.nan
            if then < 0 and problem.history[i, then] >= 0:
                answered = problem.service_level[i, 0, problem.history[i, then]]
            of_each[i, p] = each
            failing = 0.0 if np.isnan(answered) else 1 - answered ** of_each[i, max(then, 0)]
            chance = min(leaves[i] * effect["leave"][i, p] * failing, 1.0)
            driven = rng.binomial(count[i], chance)
            left[i] = driven + rng.binomial(count[i] - driven, 1 - problem.keep[i, p])
            warned = min(
                (1 - level**each) * deters[i],
                problem.join[i, p] / max(problem.most_customers[i, p], 1e-9),
            )
            comers = problem.join[i, p] * effect["acquired"][i, p] - warned * count[i]
            joined[i] = rng.poisson(max(comers, 0.0))
            noise = 1 + order_spread * rng.standard_normal(2) / np.sqrt(max(orders, 1))
            lost = rng.poisson(orders * (1 - level) * share[i] * effect["lost"][i, p])
            worth = price[i, p] * effect["price"][i, p] * noise[0]
            cost = count[i] * tiers.numbers("cost_per_customer")[tier]
            cost += orders * tiers.numbers("cost_per_order")[tier]
            figures = (
                count[i],
                joined[i],
                left[i],
                orders,
                orders * worth,
                level,
                cost * factor[i, p] * effect["cost"][i, p] * noise[1],
                lost * worth * margin[i],
            )
            names = (problem.periods[p], case.segments[i])
            rows.append(dict(zip(COLUMNS, (*names, *figures), strict=True)))
        count = count + joined - left
    return rows


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as a file of actuals."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def plan_of(case: PlanningCase, modes: Any = None) -> HorizonPlan:
    """A plan with these modes, (S, T): today's tiers where none are given; nobody solved it."""
    problem = build_horizon(case)
    choice = todays_choice(problem)
    assert choice is not None
    if modes is not None:
        choice = HorizonChoice(modes, choice.hired, choice.released, choice.started)
    evaluation = evaluate_horizon(problem, choice)
    outcome = HorizonOutcome(Status.FEASIBLE, Method.AUTO, "", 0, 0.0, choice)
    objective = evaluation.objective
    return HorizonPlan(case, problem, outcome, choice, evaluation, None, objective, None, None)


def as_happened(case: PlanningCase, rows: Sequence[Mapping[str, Any]]) -> Happened:
    """The rows as what happened."""
    shape = len(case.segments), len(case.periods)
    figures = {name: np.full(shape, np.nan) for name in FIGURES}
    for row in rows:
        at = case.segments.place(row["segment"]), case.periods.index(row["period"])
        for name in set(COLUMNS) - {"period", "segment"}:
            figures[name][at] = row[name]
    return Happened(np.full(shape, -1, dtype=np.int64), **figures)


def many_segments(folder: Path, segments: int = 40) -> PlanningCase:
    """A case of as many segments of different sizes, over four quarters."""
    rng = np.random.default_rng(7)
    lines = [
        "segment,customers,orders_per_customer,revenue_per_order,margin,base_churn,current_tier"
    ]
    acquired = ["segment,period,acquired"]
    for i in range(segments):
        customers = int(rng.integers(300, 4000))
        orders, price = rng.uniform(0.5, 4), rng.uniform(40, 300)
        tier = ("basic", "fast")[i % 2]
        lines.append(f"S{i:02},{customers},{orders:.3f},{price:.1f},0.35,0.02,{tier}")
        acquired.append(f"S{i:02},*,{customers * 0.03:.1f}")
    changes = {
        "segments_csv": "\n".join(lines) + "\n",
        "segment_periods_csv": "\n".join(acquired) + "\n",
        "resources_csv": "",
        "usage_csv": "",
        "staff_options_csv": "",
        "projects_csv": "",
        "periods_csv": "period,demand_factor\n2027Q1,1\n2027Q2,1.1\n2027Q3,0.9\n2027Q4,1\n",
    }
    return load_case(write_case(folder, **changes))
