"""Kinds of change between two sides, and which table and column belongs to which kind."""

from __future__ import annotations

from enum import StrEnum

from slopt.vocabulary import LIMITS


class Cause(StrEnum):
    """Why money or a tier changes. Up to GOAL they are inputs, in the order in which
    these are taken over. PLAN: no input, another choice; AIM: one that was chosen for something
    else; CLOSE: worth less than the gap."""

    SEGMENTS = "segments"
    TIERS = "tiers"
    BUDGET = "budget"
    MAX_TIERS = "max_tiers"
    MAX_CHANGES = "max_changes"
    MIN_SERVICE_LEVEL = "min_service_level"
    MAX_LOST_SALES = "max_lost_sales"
    CAPACITY = "capacity"
    COSTS = "costs"
    PRICES = "prices"
    LEVELS = "service_levels"
    DEMAND = "demand"
    RESPONSE = "response"
    RULES = "rules"
    TODAY = "today"
    GOAL = "goal"
    PLAN = "plan"
    AIM = "aim"
    CLOSE = "close"


INPUTS = tuple(cause for cause in Cause if cause not in (Cause.PLAN, Cause.AIM, Cause.CLOSE))
"""The causes that are changes of inputs, in order."""

_OF_TABLE = {
    "segments": Cause.DEMAND,
    "tiers": Cause.COSTS,
    "resources": Cause.COSTS,
    "usage": Cause.COSTS,
    "response": Cause.RESPONSE,
    "prospect_pools": Cause.RESPONSE,
    "stock_outs": Cause.RESPONSE,
    "sales_curves": Cause.RESPONSE,
    "sales_points": Cause.RESPONSE,
    "quality": Cause.LEVELS,
    "queues": Cause.COSTS,
    "stocks": Cause.COSTS,
    "season_stocks": Cause.COSTS,
    "promises": Cause.COSTS,
    "attainments": Cause.COSTS,
    "willingness": Cause.RESPONSE,
    "offers": Cause.RESPONSE,
    "rules": Cause.RULES,
    "cost_lines": Cause.COSTS,
    "allocation": Cause.COSTS,
    "pools": Cause.COSTS,
    "activities": Cause.COSTS,
    "drivers": Cause.COSTS,
    "periods": Cause.DEMAND,
    "segment_periods": Cause.DEMAND,
    "resource_periods": Cause.CAPACITY,
    "staff_options": Cause.CAPACITY,
    "staff_periods": Cause.COSTS,
    "projects": Cause.CAPACITY,
    "tier_changes": Cause.COSTS,
}
_OF_COLUMN = {
    ("periods", "budget"): Cause.BUDGET,
    ("periods", "carry_over"): Cause.BUDGET,
    ("periods", "cost_factor"): Cause.COSTS,
    ("periods", "min_service_level"): Cause.MIN_SERVICE_LEVEL,
    ("periods", "max_lost_sales"): Cause.MAX_LOST_SALES,
    ("segments", "revenue_per_order"): Cause.PRICES,
    ("segments", "margin"): Cause.PRICES,
    ("segments", "base_churn"): Cause.RESPONSE,
    ("segments", "current_tier"): Cause.TODAY,
    ("segments", "group"): Cause.RULES,
    ("segments", "min_tier"): Cause.RULES,
    ("segments", "max_tier"): Cause.RULES,
    ("segments", "fixed_tier"): Cause.RULES,
    ("tiers", "rank"): Cause.TIERS,
    ("tiers", "service_level"): Cause.LEVELS,
    ("tiers", "price"): Cause.PRICES,
    ("tiers", "outside"): Cause.RULES,
    ("tiers", "same_service"): Cause.RULES,
    ("resources", "capacity"): Cause.CAPACITY,
    ("resources", "extra_capacity"): Cause.CAPACITY,
    ("offers", "allowed"): Cause.RULES,
    ("offers", "service_level"): Cause.LEVELS,
    ("offers", "service_cost"): Cause.COSTS,
}
_OF_SETTING = {
    "case.discount_rate": Cause.RESPONSE,
    "plan.goal": Cause.GOAL,
    "plan.model": Cause.GOAL,
    "horizon.target_from": Cause.MIN_SERVICE_LEVEL,
    "horizon.max_changes_each": Cause.MAX_CHANGES,
    **{f"limits.{name}": Cause(name) for name in LIMITS},
}
SILENT = ("name", "note")
"""Columns that no plan depends on."""
IN_PARTS = ("segments", "tiers", "resources", "offers")
"""Tables whose columns belong to several causes; of the others the whole table changes at once."""


def tables() -> tuple[str, ...]:
    """The tables that a plan depends on."""
    return tuple(_OF_TABLE)


def cause_of(table: str, column: str) -> Cause:
    """The cause that a column belongs to."""
    if table == "offers" and column.startswith("use:"):
        return Cause.COSTS
    return _OF_COLUMN.get((table, column), _OF_TABLE[table])


def cause_of_setting(key: str) -> Cause | None:
    """The cause that a setting belongs to, None for those that no plan depends on."""
    return _OF_SETTING.get(key)
