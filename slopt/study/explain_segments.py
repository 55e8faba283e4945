"""Segments in figures: what each gets, costs and saves, what comes next, what holds it back.

Made of whole columns, so that the explanation of all segments takes less time than the solve.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.plan.plan import Plan
from slopt.plan.rows import tidy
from slopt.problem.choice import ChoiceProblem
from slopt.study.explain import Explanations

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

DIGITS = 12
"""Of differences between plans, which keep two digits less than plans do."""
SEGMENT_COLUMNS = (
    "segment",
    "tier",
    "current_tier",
    "service_level",
    "service_cost",
    "lost_sales",
    "service_cost_against_today",
    "lost_sales_against_today",
    "cheapest_tier",
    "service_cost_against_cheapest",
    "lost_sales_against_cheapest",
    "next_best",
    "next_best_costs",
    "next_best_costs_by_prices",
    "best_alone",
    "best_alone_gains",
    "held_back_by",
    "price",
    "moves_up_at",
    "in_words",
)


def short(value: float | None) -> float | None:
    """A difference between plans as it is written."""
    return tidy(value, DIGITS)


def segment_figures(plan: Plan, explanations: Explanations) -> list[dict[str, Any]]:
    """A row of SEGMENT_COLUMNS, but for the words, for each segment; made of whole columns."""
    columns = {**_own_figures(plan, explanations), **_next_and_hold(plan, explanations)}
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    for row, segment in zip(rows, explanations.segments, strict=True):
        if segment in explanations.solved:
            best = explanations.explain(segment).next_best
            row["next_best"] = plan.problem.offer_name(segment, best.tier) if best else None
            row["next_best_costs"] = short(best.plan) if best else None
            row["next_best_costs_by_prices"] = short(best.by_prices) if best else None
            if best is None:
                # No price moves a segment that no plan gives another tier.
                row["moves_up_at"] = None
    return rows


def _own_figures(plan: Plan, explanations: Explanations) -> dict[str, list[Any]]:
    """What each segment gets, costs and saves."""
    problem, row = plan.problem, np.asarray(explanations.segments, dtype=np.int64)
    chosen, now = plan.choice[row], problem.current[row]
    possible = np.where(problem.admissible[row], problem.service_cost[row], np.inf)
    cheapest, place = possible.argmin(axis=1), np.arange(len(row))
    cost, lost = problem.service_cost[row], problem.lost_sales[row]

    def against(values: Numbers, tiers: Places) -> Numbers:
        return np.asarray(values[place, chosen] - values[place, np.maximum(tiers, 0)])

    today = [np.where(now >= 0, against(values, now), np.nan) for values in (cost, lost)]
    return {
        "segment": [problem.segments[s] for s in row.tolist()],
        "tier": _offers(problem, row, chosen),
        "current_tier": _offers(problem, row, now),
        "service_level": _numbers(problem.service_level[row, chosen]),
        "service_cost": _numbers(cost[place, chosen]),
        "lost_sales": _numbers(lost[place, chosen]),
        "service_cost_against_today": _numbers(today[0]),
        "lost_sales_against_today": _numbers(today[1]),
        "cheapest_tier": _offers(problem, row, cheapest),
        "service_cost_against_cheapest": _numbers(against(cost, cheapest)),
        "lost_sales_against_cheapest": _numbers(against(lost, cheapest)),
    }


def _next_and_hold(plan: Plan, explanations: Explanations) -> dict[str, list[Any]]:
    """What comes next, by the prices, and what holds a segment back; empty without prices."""
    row, prices = np.asarray(explanations.segments, dtype=np.int64), explanations.at_prices
    names = (
        *("next_best", "next_best_costs", "next_best_costs_by_prices", "best_alone"),
        *("best_alone_gains", "held_back_by", "price", "moves_up_at"),
    )
    nothing: list[Any] = [None] * len(row)
    if prices is None:
        return dict.fromkeys(names, nothing)
    best = prices.next_best[row]
    wanted, gains, limit, at = prices.holds
    wanted, gains, limit, at = wanted[row], gains[row], limit[row], at[row]
    held = wanted >= 0
    limits, now = (*prices.limits, None), (*(prices.prices[n] for n in prices.limits), np.nan)
    limit = np.where(held, limit, -1)
    values = (
        _offers(plan.problem, row, best),
        nothing,
        _numbers(np.where(best >= 0, prices.dearer[row, best], np.nan)),
        _offers(plan.problem, row, wanted),
        _numbers(np.where(held, gains, np.nan)),
        [limits[place] for place in limit.tolist()],
        _numbers(np.array(now)[limit]),
        _numbers(np.where(limit >= 0, at, np.nan)),
    )
    return dict(zip(names, values, strict=True))


def _offers(problem: ChoiceProblem, rows: Places, places: Places) -> list[str | None]:
    """Offers of rows by name; none where the place is -1."""
    return [
        None if place < 0 else problem.offer_name(row, place)
        for row, place in zip(rows.tolist(), places.tolist(), strict=True)
    ]


def _numbers(values: Numbers) -> list[float | None]:
    """Numbers to DIGITS, none where there is none."""
    return [short(value) for value in values.tolist()]
