"""budget_request.csv and budget_request.json; amounts have all their digits."""

from __future__ import annotations

from typing import Any

import numpy as np

from slopt import __version__
from slopt.case.case import PlanningCase
from slopt.plan.files import Content, csv_text, json_text
from slopt.plan.provenance import assumed_inputs
from slopt.plan.rows import tidy
from slopt.problem.horizon.problem import HorizonProblem, Numbers
from slopt.study.over_time.bought import Answer, Bought, differences
from slopt.study.over_time.budget_request import BudgetRequest
from slopt.study.over_time.committed import LINES
from slopt.study.over_time.least_path import LeastPath

COLUMNS = (
    "period",
    "budget",
    "committed",
    *(f"committed_{line}" for line in LINES),
    "proposed",
    "less",
    "more",
    "service_level",
    "service_level_less",
    "service_level_more",
    "price",
    "gain_less_alone",
    "gain_more_alone",
)
PATH_COLUMNS = ("period", "budget", "carried_in", "booked", "difference", "service_level", "target")
CSV, JSON = "budget_request.csv", "budget_request.json"
PATH_CSV, PATH_JSON = "least_budget.csv", "least_budget.json"
FILES = (CSV, JSON, PATH_CSV, PATH_JSON)


def request_rows(found: BudgetRequest) -> list[dict[str, Any]]:
    """One row a period; what is not known is None."""
    less, more = found.less.bought, found.more.bought
    rows = []
    for p, period in enumerate(found.periods):
        alone = found.each[p] if found.each else None
        rows.append(
            {
                "period": period,
                "budget": _known(found.budgets, p),
                "committed": sum(float(found.committed[line][p]) for line in LINES),
                **{f"committed_{line}": float(found.committed[line][p]) for line in LINES},
                "proposed": float(found.proposed.spent[p]),
                "less": None if less is None else float(less.spent[p]),
                "more": None if more is None else float(more.spent[p]),
                "service_level": float(found.proposed.levels[p]),
                "service_level_less": None if less is None else float(less.levels[p]),
                "service_level_more": None if more is None else float(more.levels[p]),
                "price": _known(found.proposed.prices, p),
                "gain_less_alone": found.gain(alone[0]) if alone else None,
                "gain_more_alone": found.gain(alone[1]) if alone else None,
            }
        )
    return rows


def request_document(
    found: BudgetRequest, case: PlanningCase, problem: HorizonProblem | None, seconds: float
) -> dict[str, Any]:
    """budget_request.json."""
    return {
        "goal": found.goal.value,
        "step": found.step,
        "periods": [
            {name: tidy(v) if isinstance(v, float) else v for name, v in row.items()}
            for row in request_rows(found)
        ],
        "proposed": _totals(found.proposed),
        "less": _answer(found, found.less, problem),
        "more": _answer(found, found.more, problem),
        "each": [
            {
                "period": period,
                "less": _answer(found, pair[0], problem),
                "more": _answer(found, pair[1], problem),
            }
            for period, pair in zip(found.periods, found.each, strict=False)
        ],
        "transfers": [
            {
                "from": found.periods[one.giver],
                "to": found.periods[one.taker],
                "amount": tidy(one.amount),
                "gain_by_price": tidy(one.by_price),
                "gain": tidy(one.gain),
                "status": None if one.answer is None else one.answer.status.value,
            }
            for one in found.transfers
        ],
        **_record(case, seconds),
    }


def request_files(found: BudgetRequest, document: dict[str, Any]) -> dict[str, Content]:
    """The files by name."""
    return {CSV: csv_text(COLUMNS, request_rows(found)), JSON: json_text(document)}


def path_rows(found: LeastPath) -> list[dict[str, Any]]:
    """One row a period: today's budget, what earlier periods leave of theirs, what is booked on the
    way to the target and by how much that is more than both, the level."""
    plan = found.found
    if plan is None:
        return []
    rows = []
    for p, period in enumerate(found.periods):
        budget, booked = _known(found.budgets, p), float(plan.spent[p])
        rows.append(
            {
                "period": period,
                "budget": budget,
                "carried_in": None if budget is None else float(found.may_spend[p]) - budget,
                "booked": booked,
                "difference": _known(found.over, p),
                "service_level": float(plan.levels[p]),
                "target": found.target if p >= found.by else None,
            }
        )
    return rows


def path_document(found: LeastPath, case: PlanningCase, seconds: float) -> dict[str, Any]:
    """least_budget.json."""
    plan = found.found
    return {
        "status": found.answer.status.value,
        "target": {"min_service_level": found.target, "by": found.periods[found.by]},
        "reachable": tidy(found.reachable),
        "conflict": list(found.answer.conflict),
        "periods": [
            {name: tidy(v) if isinstance(v, float) else v for name, v in row.items()}
            for row in path_rows(found)
        ],
        "least": None if plan is None else _totals(plan),
        **_record(case, seconds),
    }


def path_files(found: LeastPath, document: dict[str, Any]) -> dict[str, Content]:
    """The files by name; no table where there is no plan."""
    files: dict[str, Content] = {PATH_JSON: json_text(document)}
    if found.found is not None:
        files[PATH_CSV] = csv_text(PATH_COLUMNS, path_rows(found))
    return files


def _record(case: PlanningCase, seconds: float) -> dict[str, Any]:
    return {
        "case_hash": case.hash,
        "slopt_version": __version__,
        "seed": case.settings.solve.seed,
        "assumed": assumed_inputs(case),
        "total_seconds": round(seconds, 6),
    }


def _known(values: Numbers, place: int) -> float | None:
    value = float(values[place])
    return None if np.isnan(value) else value


def _totals(plan: Bought) -> dict[str, Any]:
    return {
        "objective": tidy(plan.objective),
        "gap": tidy(plan.gap),
        "service_cost": tidy(plan.service_cost),
        **{name: tidy(value) for name, value in plan.lost.items()},
        "lost_sales": tidy(plan.lost_sales),
        "total_cost": tidy(plan.total_cost),
        "service_level": tidy(plan.service_level),
        "changes": plan.changes,
    }


def _answer(found: BudgetRequest, answer: Answer, problem: HorizonProblem | None) -> dict[str, Any]:
    plan = answer.bought
    if plan is None:
        return {"status": answer.status.value, "conflict": list(answer.conflict)}
    other = differences(found.proposed, plan)
    names = [] if problem is None else [project.name for project in problem.projects]
    return {
        "status": answer.status.value,
        **_totals(plan),
        "gain": tidy(found.gain(answer)),
        "segments_that_differ": other.segments,
        "projects_begun": [names[place] for place in other.begun],
        "projects_dropped": [names[place] for place in other.dropped],
        "projects_moved": [names[place] for place in other.moved],
        "hired_more": tidy(other.hired),
    }
