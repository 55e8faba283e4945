"""(case, offers) -> choice problem: the one place where business tables become plain numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.schema import ANY
from slopt.economics.offers import Offers, make_offers
from slopt.errors import InvalidInput, Problem
from slopt.problem.choice import LARGEST, Bar, ChoiceProblem
from slopt.problem.rules import Rule
from slopt.vocabulary import LIMITS, RuleKind

MAX_PAIRS = 60_000_000
"""Segments x tiers x (resources + 8 arrays) of 8 bytes: about 4 GB at this size."""


def build_problem(case: PlanningCase, offers: Offers | None = None) -> ChoiceProblem:
    """The choice problem of a case. Raises InvalidInput where numbers are beyond use."""
    _require_size(case)
    offers = offers or make_offers(case)
    segments, tiers, resources = (case.table(n) for n in ("segments", "tiers", "resources"))
    weight = segments.numbers("weight")
    orders = segments.numbers("customers") * segments.numbers("orders_per_customer")
    unit_cost, extra_cost = resources.numbers("unit_cost"), resources.numbers("extra_unit_cost")
    limits = case.settings.limits
    return ChoiceProblem(
        segments=tuple(case.segments),
        tiers=tuple(case.tiers),
        rank=case.ranks,
        open_cost=tiers.numbers("open_cost").copy(),
        weight=_within_reach(np.where(np.isnan(weight), orders, weight)),
        current=_tier_positions(case, "current_tier"),
        service_level=offers.service_level.copy(),
        service_cost=offers.service_cost.copy(),
        lost_orders=offers.lost_orders.copy(),
        lost_customers=offers.lost_customers.copy(),
        lost_prospects=offers.lost_prospects.copy(),
        lost_unsplit=offers.lost_unsplit.copy(),
        barred=_barred(case, offers),
        resources=tuple(case.resources),
        use=offers.use.copy(),
        capacity=resources.numbers("capacity").copy(),
        extra_capacity=resources.numbers("extra_capacity").copy(),
        extra_premium=np.where(np.isnan(extra_cost), 0.0, extra_cost - unit_cost),
        goal=case.settings.plan.goal,
        budget=limits.budget,
        max_tiers=limits.max_tiers,
        max_changes=limits.max_changes,
        min_service_level=limits.min_service_level,
        max_lost_sales=limits.max_lost_sales,
        rules=_rules(case),
    )


def _within_reach(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights count against each other only, so those beyond use are all made smaller alike."""
    largest = float(weight.max(initial=0.0))
    return weight if largest <= LARGEST else np.asarray(weight * (0.5 * LARGEST / largest))


def _tier_positions(case: PlanningCase, column: str) -> NDArray[np.int64]:
    at = {tier: index for index, tier in enumerate(case.tiers)}
    names = case.table("segments").texts(column)
    return np.array([at.get(name, -1) for name in names], dtype=np.int64)


def _barred(case: PlanningCase, offers: Offers) -> NDArray[np.int8]:
    """Why each pair may not be chosen, as `Bar` flags."""
    rank, position = case.ranks, np.arange(len(case.tiers))
    floor, ceiling, pin = (
        _tier_positions(case, name)[:, None] for name in ("min_tier", "max_tier", "fixed_tier")
    )
    reasons = (
        (Bar.FIXED_TIER, (pin >= 0) & (position != pin)),
        (Bar.MAX_TIER, (ceiling >= 0) & (rank > rank[ceiling])),
        (Bar.MIN_TIER, (floor >= 0) & (rank < rank[floor])),
        (Bar.NOT_OFFERED, ~offers.allowed),
    )
    barred = np.zeros(offers.allowed.shape, dtype=np.int8)
    for reason, holds in reasons:
        barred[holds] |= reason
    return barred


def _rules(case: PlanningCase) -> tuple[Rule, ...]:
    table = case.table("rules")
    tier_at = {tier: index for index, tier in enumerate(case.tiers)}
    columns = (table.texts(name) for name in ("rule", "kind", "segment", "other", "tier"))
    numbers = (table.numbers(name) for name in ("value", "penalty"))
    taken = {*LIMITS, *case.resources}
    rules = []
    for name, kind, segment, other, tier, value, penalty in zip(*columns, *numbers, strict=True):
        rules.append(
            Rule(
                f"rule {name}" if name in taken else name,
                RuleKind(kind),
                members=_members(case, segment or ANY),
                others=_members(case, other) if other else (),
                tier=tier_at.get(tier),
                value=0.0 if np.isnan(value) else float(value),
                penalty=None if np.isnan(penalty) else float(penalty),
            )
        )
    return tuple(_same_tier_pairs(rules))


def _same_tier_pairs(rules: list[Rule]) -> list[Rule]:
    """`same_tier` with an `other` binds both together: the others join the members."""
    return [
        Rule(
            rule.name,
            rule.kind,
            tuple(dict.fromkeys((*rule.members, *rule.others))),
            value=rule.value,
            penalty=rule.penalty,
        )
        if rule.kind is RuleKind.SAME_TIER
        else rule
        for rule in rules
    ]


def _members(case: PlanningCase, name: str) -> tuple[int, ...]:
    """Positions of a segment, else of a group's segments, else (`*`) of all."""
    if name in case.segments:
        return (case.segments.index(name),)
    groups = case.table("segments").texts("group")
    return tuple(i for i, group in enumerate(groups) if name in (ANY, group))


def _require_size(case: PlanningCase) -> None:
    pairs = len(case.segments) * len(case.tiers)
    cells = pairs * (len(case.resources) + 8)
    if cells > 8 * MAX_PAIRS:
        gib = cells * 8 / 1024**3
        raise InvalidInput(
            [
                Problem(
                    f"{len(case.segments):,} segments x {len(case.tiers):,} tiers x "
                    f"{len(case.resources)} resources need {gib:,.0f} GiB.",
                    "Group segments, or leave out tiers that nobody may have.",
                    table="segments",
                )
            ]
        )
