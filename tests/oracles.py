"""Slow and plain second opinions: every choice tried, every definition written out as a loop.

Written from the definitions of the planning case, with nothing of slopt that computes anything.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

ROUNDING = 1e-9


@dataclass
class Judged:
    """What a choice is worth, which firm demands it breaks, and what soft ones cost."""

    objective: float
    service_cost: float
    open_cost: float
    extra_cost: float
    lost_sales: float
    level: float
    penalties: float
    changes: int
    tiers_used: int
    broken: dict[str, float] = field(default_factory=dict)
    violated: set[str] = field(default_factory=set)


def mean(values, weights):
    """Weighted mean; the plain one where the weights sum to 0."""
    total = sum(weights)
    if total == 0:
        return sum(values) / len(values)
    return sum(v * w for v, w in zip(values, weights, strict=True)) / total


def beyond(used, limit):
    """Units above a limit, 0 within the rounding of float sums."""
    over = used - limit
    return over if over > ROUNDING * max(1.0, abs(used), abs(limit)) else 0.0


def lost_sales_of(problem, s, k):
    """All lost sales of one pair."""
    return float(
        problem.lost_orders[s][k]
        + problem.lost_customers[s][k]
        + problem.lost_prospects[s][k]
        + problem.lost_unsplit[s][k]
    )


def judge(problem, choice):
    """The value of a choice (tier positions), from the definitions."""
    chosen = list(enumerate(int(k) for k in choice))
    weights = [float(w) for w in problem.weight]
    tiers = {k for _, k in chosen if k < problem.menu_size}
    violated = set()
    extra_cost = 0.0
    for r, name in enumerate(problem.resources):
        used = sum(float(problem.use[r][s][k]) for s, k in chosen)
        capacity, extra = float(problem.capacity[r]), float(problem.extra_capacity[r])
        if beyond(used - extra, capacity):
            violated.add(name)
        extra_cost += max(used - capacity, 0.0) * float(problem.extra_premium[r])
    open_cost = sum(float(problem.open_cost[k]) for k in tiers)
    service_cost = sum(float(problem.service_cost[s][k]) for s, k in chosen)
    service_cost += open_cost + extra_cost
    lost = sum(lost_sales_of(problem, s, k) for s, k in chosen)
    served = chosen[: problem.segment_count]
    levels = [float(problem.service_level[s][k]) for s, k in served]
    level = mean(levels, weights[: len(served)])
    changes = sum(1 for s, k in chosen if problem.current[s] >= 0 and problem.current[s] != k)
    for name, used in (
        ("budget", service_cost),
        ("max_tiers", len(tiers)),
        ("max_changes", changes),
        ("max_lost_sales", lost),
    ):
        limit = getattr(problem, name)
        if limit is not None and beyond(used, limit):
            violated.add(name)
    if problem.min_service_level is not None and beyond(problem.min_service_level, level):
        violated.add("min_service_level")
    for s, k in chosen:
        if problem.barred[s][k]:
            violated.add(f"barred {s}")
    broken, penalties = {}, 0.0
    for rule in problem.rules:
        amount = breach_of(problem, rule, [k for _, k in chosen])
        if amount and rule.penalty is None:
            violated.add(rule.name)
        elif amount:
            broken[rule.name] = amount
            penalties += amount * rule.penalty
    objective = {
        "min_total_cost": service_cost + lost + penalties,
        "min_lost_sales": lost + penalties,
        "min_budget": service_cost + penalties,
        "max_service": level - penalties,
    }[problem.goal.value]
    return Judged(
        objective,
        service_cost,
        open_cost,
        extra_cost,
        lost,
        level,
        penalties,
        changes,
        len(tiers),
        broken,
        violated,
    )


def breach_of(problem, rule, choice):
    """By how many units a choice breaks a rule."""
    kind, members = rule.kind.value, list(rule.members)
    if kind == "not_below":
        missing = 0
        for a in members:
            for b in rule.others:
                if a != b:
                    missing += max(0, int(problem.rank[choice[b]]) - int(problem.rank[choice[a]]))
        return missing
    if kind == "same_tier":
        return min(
            sum(1 for s in members if choice[s] != common) for common in range(len(problem.tiers))
        )
    if kind == "min_service_level":
        levels = [float(problem.service_level[s][choice[s]]) for s in members]
        return beyond(rule.value, mean(levels, [float(problem.weight[s]) for s in members]))
    if kind == "max_service_cost":
        return beyond(sum(float(problem.service_cost[s][choice[s]]) for s in members), rule.value)
    if kind == "max_lost_sales":
        return beyond(sum(lost_sales_of(problem, s, choice[s]) for s in members), rule.value)
    count = sum(1 for s in members if choice[s] == rule.tier)
    return beyond(rule.value, count) if kind == "min_in_tier" else beyond(count, rule.value)


def every_choice(problem) -> Iterator[tuple[int, ...]]:
    """Every choice of pairs that are not barred."""
    tiers = range(len(problem.tiers))
    open_to = [[k for k in tiers if not problem.barred[s][k]] for s in range(len(problem.segments))]
    return itertools.product(*open_to)


def feasible_choices(problem):
    """(choice, Judged) of every choice that breaks nothing firm."""
    for choice in every_choice(problem):
        judged = judge(problem, choice)
        if not judged.violated:
            yield choice, judged


def brute_force(problem):
    """The best choice and what it is worth, (None, None) where none is feasible."""
    sign = -1 if problem.goal.value == "max_service" else 1
    best, its = None, None
    for choice, judged in feasible_choices(problem):
        if its is None or sign * judged.objective < sign * its.objective:
            best, its = choice, judged
    return best, its


def default_economics(case):
    """{(segment, tier): figures} of a PlanningCase, its tables read row by row."""
    discount = case.settings.case.discount_rate
    tiers = _records(case, "tiers")
    resources = _records(case, "resources")
    response = {row["segment"]: row for row in _records(case, "response")}
    given = {(row["segment"], row["tier"]): row for row in _records(case, "offers")}
    offers = {}
    for segment in _records(case, "segments"):
        count, orders = segment["customers"], segment["orders_per_customer"]
        margin = segment["revenue_per_order"] * segment["margin"]
        for tier in tiers:
            row = given.get((segment["segment"], tier["tier"]), {})
            level = _first(row.get("service_level"), tier["service_level"])
            cost = count * tier["cost_per_customer"] + count * orders * tier["cost_per_order"]
            use = {}
            for resource in resources:
                name = resource["resource"]
                units = row.get(f"use:{name}")
                if units is None:
                    units = _units(case, name, segment, tier["tier"])
                use[name] = units
                cost += units * resource["unit_cost"]

            def answer(column, segment=segment["segment"]):
                return _first(
                    response.get(segment, {}).get(column), response.get("*", {}).get(column), 0.0
                )

            failures = orders * (1 - level)
            dissatisfied = 1 - level**orders
            basis = (
                response.get(segment["segment"], {}).get("value_basis")
                or response.get("*", {}).get("value_basis")
                or "lifetime"
            )
            value = orders * margin
            if basis == "lifetime" and value:
                keep = 1 - segment["base_churn"]
                value *= keep / (1 + discount - keep)
            losses = {
                "lost_orders": count * failures * answer("lost_order_share") * margin,
                "lost_customers": count * dissatisfied * answer("leave_probability") * value,
                "lost_prospects": count
                * dissatisfied
                * answer("listeners")
                * answer("prospect_share")
                * answer("deterrence")
                * answer("prospect_value"),
            }
            if row.get("lost_sales") is not None:
                losses = dict.fromkeys(losses, 0.0)
                lost = row["lost_sales"]
            else:
                losses = {name: _first(row.get(name), part) for name, part in losses.items()}
                lost = sum(losses.values())
            offers[segment["segment"], tier["tier"]] = {
                "service_level": level,
                "service_cost": _first(row.get("service_cost"), cost),
                **losses,
                "lost_sales": lost,
                "use": use,
                "allowed": row.get("allowed", True),
            }
    return offers


def _records(case, table):
    columns = case.table(table).as_lists()
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _first(*values):
    return next(value for value in values if value is not None)


def _units(case, resource, segment, tier):
    for wanted in ((segment["segment"], tier), (segment["segment"], "*"), ("*", tier), ("*", "*")):
        for row in _records(case, "usage"):
            if row["resource"] == resource and (row["segment"], row["tier"]) == wanted:
                return (
                    segment["customers"] * row["per_customer"]
                    + segment["customers"] * segment["orders_per_customer"] * row["per_order"]
                    + row["per_segment"]
                )
    return 0.0
