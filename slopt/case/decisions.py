"""Which numbers of a case the future may bring otherwise, and which are decided by its owner."""

from __future__ import annotations

from slopt.case.columns import Column
from slopt.sayings import say

FUTURE_SETTINGS = (
    "case.discount_rate",
    "limits.budget",
    "limits.min_service_level",
    "limits.max_lost_sales",
)
"""Settings that may be otherwise in a future."""
DECIDED_TABLES = ("rules", "sources", "correlations", "scenarios", "scenario_values", "figures")
"""Tables whose numbers are decisions, or say how sure others are, or are for information only."""
DECIDED = {
    "tiers": ("rank", "least_stay", "price"),
    "segments": ("notice_periods", "min_level", "max_level", "current_level"),
    "resources": ("reserve_unit_cost",),
}
"""Columns of other tables that are decisions, or paid before the future is seen."""


def may_vary(table: str, column: Column) -> bool:
    """True for a number that a future may bring otherwise: of the business, and no decision."""
    if not column.is_number:
        return False
    if table == "settings":
        return column.name in FUTURE_SETTINGS
    return table not in DECIDED_TABLES and column.name not in DECIDED.get(table, ())


def why_the_same(table: str, column: Column, named: str) -> str:
    """Why what `may_vary` refuses is the same in every future; `named` is its path."""
    if table == "settings" and not column.name.startswith("limits."):
        return say("{path} is a setting, and the same in every future.", path=named)
    is_fact = column.refers_to is None or column.name.startswith("current")
    if not column.is_number and is_fact:
        return say("{path} is no number, and the same in every future.", path=named)
    return say("{path} is a decision, and the same in every future.", path=named)
