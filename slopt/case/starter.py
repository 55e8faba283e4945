"""The starter case of `slopt new`: a little case that solves, to be written over.

Only example values stand here. Columns, units, defaults and meanings come from the schema.
"""

from __future__ import annotations

from slopt.case.columns import Cell

SETTINGS_IN_USE: dict[str, Cell] = {
    "case.name": "My case",
    "case.currency": "EUR",
    "case.period": "year",
    "plan.goal": "min_total_cost",
}
SETTINGS_TO_TRY: dict[str, Cell] = {
    "case.discount_rate": 0.1,
    "case.source": "where the numbers come from",
    "limits.budget": 150000.0,
    "limits.max_tiers": 3.0,
    "limits.max_changes": 2.0,
    "limits.min_service_level": 0.9,
    "limits.max_lost_sales": 700000.0,
}
"""Values that stand behind a # in case.toml, where the default is no good example."""

ROWS: dict[str, tuple[dict[str, Cell], ...]] = {
    "segments": (
        {
            "segment": "key",
            "name": "Key accounts",
            "group": "contract",
            "customers": 40.0,
            "orders_per_customer": 50.0,
            "revenue_per_order": 900.0,
            "margin": 0.25,
            "base_churn": 0.05,
            "current_tier": "standard",
            "min_tier": "standard",
            "note": "example row: write your own over it",
        },
        {
            "segment": "regular",
            "name": "Regular customers",
            "customers": 300.0,
            "orders_per_customer": 12.0,
            "revenue_per_order": 400.0,
            "margin": 0.3,
            "base_churn": 0.1,
            "current_tier": "standard",
        },
        {
            "segment": "small",
            "name": "Small customers",
            "customers": 900.0,
            "orders_per_customer": 3.0,
            "revenue_per_order": 150.0,
            "margin": 0.35,
            "base_churn": 0.15,
            "current_tier": "basic",
        },
    ),
    "tiers": (
        {"tier": "basic", "rank": 1.0, "service_level": 0.85, "cost_per_order": 6.0},
        {
            "tier": "standard",
            "rank": 2.0,
            "service_level": 0.93,
            "open_cost": 5000.0,
            "cost_per_customer": 10.0,
            "cost_per_order": 9.0,
        },
        {
            "tier": "premium",
            "rank": 3.0,
            "service_level": 0.98,
            "open_cost": 12000.0,
            "cost_per_customer": 60.0,
            "cost_per_order": 14.0,
        },
    ),
    "resources": (
        {
            "resource": "agent_hours",
            "capacity": 2000.0,
            "unit_cost": 35.0,
            "extra_capacity": 300.0,
            "extra_unit_cost": 50.0,
            "note": "extra units are overtime",
        },
        {"resource": "express_slots", "capacity": 2500.0},
    ),
    "usage": (
        {"resource": "agent_hours", "tier": "*", "segment": "*", "per_order": 0.1},
        {
            "resource": "agent_hours",
            "tier": "premium",
            "segment": "*",
            "per_customer": 1.0,
            "per_order": 0.2,
        },
        {"resource": "express_slots", "tier": "premium", "segment": "*", "per_order": 1.0},
    ),
    "response": (
        {
            "segment": "*",
            "lost_order_share": 0.3,
            "leave_probability": 0.05,
            "value_basis": "lifetime",
            "listeners": 9.0,
            "prospect_share": 0.02,
            "deterrence": 0.25,
            "prospect_value": 500.0,
        },
        {"segment": "key", "leave_probability": 0.08, "note": "blank cells: as in the * row"},
    ),
}
EXTRA_COLUMNS = {"offers": ("use:agent_hours",)}
"""Columns of the case's own, besides those of the schema."""
