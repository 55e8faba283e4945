"""The accounts of customers as files: costs.csv, a row a segment, and its companions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.arrow_cells import LONG
from slopt.case.texts import Texts
from slopt.plan.files import Content, csv_text, json_text
from slopt.plan.long_plan import write_csv
from slopt.plan.rows import tidy
from slopt.study.customers import CustomerAccounts
from slopt.vocabulary import Stage

Numbers = NDArray[np.float64]
Columns = dict[str, Texts | Numbers]

FILES = (
    "costs.csv",
    "costs_lines.csv",
    "costs_pools.csv",
    "costs_activities.csv",
    "costs_whale.csv",
    "costs_measures.csv",
    "costs_satisfaction.csv",
    "costs_investments.csv",
    "costs_inputs.csv",
    "costs.json",
)


def segment_columns(accounts: CustomerAccounts) -> Columns:
    """The columns of costs.csv, a row a segment in the case's order."""
    results, value, ways = accounts.results, accounts.value, accounts.ways
    problem, better = accounts.problem, accounts.better
    tiers = [*problem.tiers, ""]
    segments = problem.segments
    total = results.contribution.sum()
    return {
        "segment": segments if isinstance(segments, Texts) else Texts.of(segments),
        "tier": Texts.of_codes(tiers, accounts.choice),
        "customers": accounts.customers,
        "direct_revenue": results.direct_revenue,
        "referral_revenue": results.referral_revenue,
        "variable_cost": results.variable_cost,
        "gross_margin": results.gross_margin,
        **{f"cost_{name}": part for name, part in vars(accounts.parts).items()},
        "service_cost": results.cost_to_serve,
        **{f"stage_{its.value}": accounts.stages[its] for its in Stage},
        "contribution": results.contribution,
        "share_of_profit": results.contribution / total if total > 0 else _unknown(accounts),
        "without_pools": accounts.charged_directly,
        "pools_by_orders": _by_orders(accounts),
        "hidden_cost": accounts.ledger.hidden,
        "lost_sales": accounts.lost_sales,
        "contribution_per_customer": value.contribution,
        "acquisition_cost": value.acquisition_cost,
        "lifetime_value": value.lifetime,
        "value_by_states": _unknown(accounts) if value.by_states is None else value.by_states,
        **{f"life_cost_{its.value}": value.life_cost[its] for its in Stage},
        "cost_cut": ways.cost_cut,
        "cost_cut_share": _finite(ways.cost_cut_share),
        "price_rise": _finite(ways.price_rise),
        "growth": _finite(ways.growth),
        "better_tier": Texts.of_codes(tiers, better.tier),
        "better_contribution": better.contribution,
        "better_lost_sales": better.lost_sales,
    }


def _unknown(accounts: CustomerAccounts) -> Numbers:
    return np.full(len(accounts.choice), np.nan)


def _finite(values: Numbers) -> Numbers:
    return np.where(np.isfinite(values), values, np.nan)


def _by_orders(accounts: CustomerAccounts) -> Numbers:
    """Cost to serve with pools spread by orders; unknown where nobody orders."""
    spread = accounts.allocated_by_orders
    return _unknown(accounts) if spread is None else spread


def costs_files(accounts: CustomerAccounts, document: dict[str, Any]) -> dict[str, Content]:
    """All files by name; those without a row are left out."""
    tables = {
        "costs_lines.csv": document["cost_lines"],
        "costs_pools.csv": document["pools"],
        "costs_activities.csv": document["activities"],
        "costs_whale.csv": document["whale"]["points"] if document["whale"] else [],
        "costs_measures.csv": document["measures"],
        "costs_satisfaction.csv": document["satisfaction"],
        "costs_investments.csv": [_flat(row) for row in document["investments"]],
        "costs_inputs.csv": document["inputs"],
    }
    files: dict[str, Content] = {"costs.csv": _segments_csv(accounts)}
    files |= {name: csv_text(rows[0], rows) for name, rows in tables.items() if rows}
    return files | {"costs.json": json_text(document)}


def _segments_csv(accounts: CustomerAccounts) -> Content:
    columns = segment_columns(accounts)
    if len(accounts.choice) < LONG:
        return csv_text(columns, segment_rows(accounts))
    return lambda file: write_csv(file, columns)


def segment_rows(accounts: CustomerAccounts) -> list[dict[str, Any]]:
    """The rows of costs.csv, numbers as they are written, None where not known."""
    columns = segment_columns(accounts)
    lists = [
        column.tolist() if isinstance(column, Texts) else [tidy(v) for v in column.tolist()]
        for column in columns.values()
    ]
    return [dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True)]


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the figures of its inner tables as columns of their own."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            flat |= {f"{name}_{inner}": its for inner, its in value.items()}
        else:
            flat[name] = value
    return flat
