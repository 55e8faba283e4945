"""All that there is to say of the accounts of customers, as one JSON document."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt import __version__
from slopt.case.arrow_cells import LONG
from slopt.case.case import PlanningCase
from slopt.economics.profitability import WhaleCurve
from slopt.plan.provenance import OFFER_INPUTS, origins
from slopt.plan.rows import tidy
from slopt.sayings import in_a_row
from slopt.study.cost_ledger import overused_pools
from slopt.study.costs_files import segment_rows
from slopt.study.customers import CustomerAccounts
from slopt.study.project_returns import Project, Returns, projects_of
from slopt.study.retention_worth import value_of_retention
from slopt.study.satisfaction_indices import indices_of
from slopt.study.service_figures import figure_problems, told_measures
from slopt.vocabulary import CostBehaviour, CostCategory, Stage, Visibility

Numbers = NDArray[np.float64]

MOST_POINTS = 400
"""Points of a curve that are written; those between lie on straight lines nearly."""
TOP = 0.2
"""The share of customers whose part of revenue and profit is told."""
INPUTS = (
    *OFFER_INPUTS,
    "growth",
    "investments",
    "loyalty_states",
    "loyalty_moves",
    "figures",
    "satisfaction",
)
"""Tables whose numbers the accounts rest on."""
NOT_USED = {"rank", "open_cost", "weight", "capacity", "extra_capacity", "extra_unit_cost"} | {
    "worst",
    "best",
    "n",
}
"""Columns of those tables that only the plan rests on, or that are no estimates."""


def costs_document(accounts: CustomerAccounts, tiers_of: str, seconds: float) -> dict[str, Any]:
    """All there is to say, in JSON. `tiers_of` says whose tiers: today, plan or best."""
    return {
        "tiers_of": tiers_of,
        "totals": _totals(accounts),
        "stages": {its.value: tidy(float(accounts.stages[its].sum())) for its in Stage},
        "concentration": _concentration(accounts),
        "losers": _losers(accounts),
        "pools": _pools(accounts),
        "proof": _proof(accounts),
        "methods": _methods(accounts),
        "cost_lines": _lines(accounts),
        "categories": _by_category(accounts),
        "activities": [
            {
                "activity": its.activity,
                "pool": its.pool,
                "stage": its.stage,
                "minutes": tidy(its.minutes),
                "cost": tidy(its.cost),
            }
            for its in accounts.ledger.activities
        ],
        "lifetime": _lifetime(accounts),
        "investments": [_project(project) for project in projects_of(accounts.case)],
        "measures": _measures(accounts),
        "satisfaction": _satisfaction(accounts.case),
        "whale": None if accounts.whale is None else _whale(accounts, accounts.whale),
        "warnings": [
            in_a_row(problem.message, problem.remedy)
            for problem in (
                *overused_pools(accounts.case, accounts.ledger),
                *figure_problems(accounts.case),
            )
        ],
        "inputs": _inputs(accounts.case),
        "segments": None if len(accounts.choice) >= LONG else segment_rows(accounts),
        "case_hash": accounts.case.hash,
        "slopt_version": __version__,
        "total_seconds": round(seconds, 6),
    }


def _inputs(case: PlanningCase) -> list[dict[str, Any]]:
    """How the numbers came about that the accounts rest on."""
    unused = set(NOT_USED)
    if np.isnan(case.table("pools").numbers("theoretical_minutes")).all():
        unused.add("usable_share")
    return [
        {"table": its.table, "column": its.column, "kind": its.kind.value}
        for its in origins(case, INPUTS)
        if its.column not in unused
    ]


def _totals(accounts: CustomerAccounts) -> dict[str, Any]:
    results = accounts.results
    sums = {
        "customers": accounts.customers,
        "orders": accounts.orders,
        "direct_revenue": results.direct_revenue,
        "referral_revenue": results.referral_revenue,
        "variable_cost": results.variable_cost,
        "gross_margin": results.gross_margin,
        **{f"cost_{name}": part for name, part in vars(accounts.parts).items()},
        "service_cost": results.cost_to_serve,
        "contribution": results.contribution,
    }
    return {
        **{name: tidy(float(values.sum())) for name, values in sums.items()},
        **{name: tidy(money) for name, money in accounts.unassigned.items()},
        "result": tidy(accounts.result),
        "hidden_cost": tidy(float(accounts.ledger.hidden.sum())),
        "lost_sales": tidy(accounts.evaluation.lost_sales),
    }


def _concentration(accounts: CustomerAccounts) -> dict[str, Any]:
    whale, revenue = accounts.whale, accounts.revenue_curve
    return {
        "top": TOP,
        "share_of_contribution": None if whale is None else tidy(whale.share_up_to(TOP)),
        "share_of_revenue": None if revenue is None else tidy(revenue.share_up_to(TOP)),
        "peak": None if whale is None else tidy(whale.peak),
        "peak_at": None if whale is None else tidy(whale.peak_at),
        "losing_segments": len(accounts.losers),
        "losing_customers": tidy(float(accounts.customers[accounts.losers].sum())),
        "losses": tidy(float(accounts.results.contribution[accounts.losers].sum())),
    }


def _losers(accounts: CustomerAccounts) -> list[dict[str, Any]]:
    problem, ways, better = accounts.problem, accounts.ways, accounts.better
    return [
        {
            "segment": problem.segments[s],
            "contribution": tidy(accounts.results.contribution[s]),
            "cost_cut": tidy(ways.cost_cut[s]),
            "cost_cut_share": tidy(ways.cost_cut_share[s]),
            "price_rise": tidy(ways.price_rise[s]),
            "growth": tidy(ways.growth[s]),
            "better_tier": problem.offer_name(s, better.tier[s]) if better.tier[s] >= 0 else None,
            "better_contribution": tidy(better.contribution[s]),
            "better_lost_sales": tidy(better.lost_sales[s]),
        }
        for s in accounts.losers[:MOST_POINTS].tolist()
    ]


def _pools(accounts: CustomerAccounts) -> list[dict[str, Any]]:
    charge = accounts.ledger.charge
    charged = charge.charged.sum(axis=1)
    return [
        {
            "pool": name,
            "cost": tidy(charge.pool_cost[p]),
            "practical_minutes": tidy(charge.used_minutes[p] + charge.unused_minutes[p]),
            "cost_per_minute": tidy(charge.rate[p]),
            "used_minutes": tidy(charge.used_minutes[p]),
            "unused_minutes": tidy(charge.unused_minutes[p]),
            "charged": tidy(charged[p]),
            "unused_cost": tidy(charge.unused_cost[p]),
        }
        for p, name in enumerate(accounts.ledger.pools)
    ]


def _proof(accounts: CustomerAccounts) -> dict[str, Any]:
    """Pools alone, and pools with all booked lines."""
    named = {"pools": accounts.ledger.proof, "all_booked": accounts.ledger.whole_proof}
    return {
        name: {
            "cost": tidy(proof.pools),
            "charged": tidy(proof.charged),
            "not_charged": tidy(proof.unused),
            "difference": proof.difference,
            "holds": proof.holds,
        }
        for name, proof in named.items()
    }


def _methods(accounts: CustomerAccounts) -> dict[str, Any]:
    """Cost to serve in sum by three methods, and what each leaves uncharged."""
    pools = float(accounts.ledger.charge.pool_cost.sum())
    spread = accounts.allocated_by_orders
    direct = float(accounts.charged_directly.sum())
    return {
        "without_pools": {"charged": tidy(direct), "uncharged": tidy(pools)},
        "pools_by_orders": None
        if spread is None
        else {"charged": tidy(float(spread.sum())), "uncharged": 0.0},
        "time_driven": {
            "charged": tidy(float(accounts.results.cost_to_serve.sum())),
            "uncharged": tidy(accounts.ledger.unused),
        },
    }


def _lines(accounts: CustomerAccounts) -> list[dict[str, Any]]:
    return [
        {
            "line": its.line,
            "category": its.category,
            "stage": its.stage,
            "visibility": its.visibility.value,
            "behaviour": its.behaviour.value,
            "charging": "direct" if its.direct else "indirect",
            "cost": tidy(its.cost),
            "charged": tidy(its.charged),
            "unused": tidy(its.unused),
            "to_nobody": tidy(its.to_nobody),
        }
        for its in accounts.ledger.lines
    ]


def _by_category(accounts: CustomerAccounts) -> list[dict[str, Any]]:
    """Booked lines by what the money is spent on, fixed and variable; the largest first."""
    found = []
    for category in CostCategory:
        its = [
            line
            for line in accounts.ledger.lines
            if line.category == category and line.visibility is Visibility.BOOKED
        ]
        if its:
            fixed = sum(line.cost for line in its if line.behaviour is CostBehaviour.FIXED)
            total = sum(line.cost for line in its)
            found.append(
                {
                    "category": category.value,
                    "cost": tidy(total),
                    "fixed": tidy(fixed),
                    "variable": tidy(total - fixed),
                    "charged": tidy(sum(line.charged for line in its)),
                }
            )
    return sorted(found, key=lambda row: -row["cost"])


def _lifetime(accounts: CustomerAccounts) -> dict[str, Any]:
    """Means over all customers, and the states of loyalty."""
    value, loyalty = accounts.value, accounts.value.loyalty
    states = None
    if loyalty is not None:
        states = [
            {
                "state": name,
                "customers": tidy(loyalty.shares[i]),
                "value_multiple": None if loyalty.multiples is None else tidy(loyalty.multiples[i]),
            }
            for i, name in enumerate(loyalty.states)
        ]
    return {
        "lifetime_value": _mean(accounts, value.lifetime),
        "acquisition_cost": _mean_of_won(accounts),
        "five_points_of_retention": tidy(value_of_retention(accounts)),
        "value_by_states": None if value.by_states is None else _mean(accounts, value.by_states),
        "states": states,
        "life_cost": {its.value: _mean(accounts, value.life_cost[its]) for its in Stage},
    }


def _mean(accounts: CustomerAccounts, values: Numbers) -> float | None:
    """Mean over customers; None where it is not known of all who have some."""
    there = accounts.customers > 0
    if not there.any() or np.isnan(values[there]).any():
        return None
    return tidy(float(values[there] @ accounts.customers[there] / accounts.customers.sum()))


def _mean_of_won(accounts: CustomerAccounts) -> float | None:
    won = float(accounts.new_customers.sum())
    return tidy(float(accounts.stages[Stage.ACQUIRE].sum()) / won) if won > 0 else None


def _project(project: Project) -> dict[str, Any]:
    return {
        "investment": project.investment,
        "outlay": tidy(project.outlay),
        "periods": project.periods,
        "other_return": tidy(project.other_return),
        "opportunity_cost": tidy(project.opportunity_cost),
        "booked": _returns(project.booked),
        "with_expected": _returns(project.expected),
    }


def _returns(its: Returns) -> dict[str, Any]:
    return {
        "roi": tidy(its.roi),
        "net_present_value": tidy(its.net_present_value),
        "payback": tidy(its.payback),
    }


def _measures(accounts: CustomerAccounts) -> list[dict[str, Any]]:
    return [
        {
            "phase": its.measure.phase.value,
            "measure": its.measure.name,
            "definition": its.measure.definition,
            "unit": its.measure.kind.value,
            "better": its.measure.better.value,
            "value": tidy(its.value),
            "missing": " ".join(its.missing),
        }
        for its in told_measures(accounts)
    ]


def _satisfaction(case: PlanningCase) -> list[dict[str, Any]]:
    return [
        {
            "survey": its.survey,
            "segment": its.segment or None,
            "kind": its.kind.value,
            "value": tidy(its.value),
            "low": tidy(its.low),
            "high": tidy(its.high),
            "mark": tidy(its.mark),
            "of_best": tidy(its.of_best),
            "questions": its.questions,
            "n": tidy(its.n),
        }
        for its in indices_of(case)
    ]


def _whale(accounts: CustomerAccounts, curve: WhaleCurve) -> dict[str, Any]:
    """The curve with as many points as can be drawn, the peak among them."""
    count = len(curve.profit)
    places = np.unique(np.linspace(0, count - 1, min(count, MOST_POINTS)).round().astype(np.int64))
    places = np.union1d(places, [int(np.argmax(curve.profit))])
    names = accounts.problem.segments
    return {
        "points": [
            {
                "segment": names[int(curve.order[place - 1])] if place else "",
                "customers": tidy(curve.customers[place]),
                "contribution": tidy(curve.profit[place]),
            }
            for place in places.tolist()
        ]
    }
