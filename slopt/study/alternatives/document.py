"""Other plans as plain data and as files: one table of all, and a plan file for each."""

from __future__ import annotations

from typing import Any

from slopt import __version__
from slopt.plan.files import Content, csv_text, json_text, plan_files
from slopt.plan.plan import Evaluated, Plan
from slopt.plan.provenance import assumed_inputs
from slopt.plan.result import evaluation_result, totals
from slopt.plan.rows import tidy
from slopt.study.alternatives import Alternatives, OtherPlan
from slopt.study.explain_document import move_rows
from slopt.study.explain_wish import parts

COLUMNS = (
    "alternative",
    "worse",
    "share",
    "near_tie",
    "proven",
    "moves",
    "apart",
    "apart_at_most",
    "service_cost",
    "lost_sales",
    "total_cost",
    "service_level",
    "tiers_used",
    "changes",
)
FILE, TABLE = "alternatives.json", "alternatives.csv"


def folder_of(place: int) -> str:
    """Where the files of an alternative go; they are counted from 1."""
    return f"alternative_{place}"


def alternatives_document(found: Alternatives) -> dict[str, Any]:
    """alternatives.json: the best plan, then the others as they were found."""
    plan = found.plan
    return {
        "status": plan.status.value,
        "goal": plan.problem.goal.value,
        "within": found.within,
        "is_all": found.is_all,
        "is_complete": found.is_complete,
        "alike": [[plan.problem.segments[s] for s in group.tolist()] for group in found.groups],
        "tells_alike": found.tells_alike,
        "best": {
            "objective": tidy(plan.objective),
            "bound": tidy(plan.bound),
            "gap": tidy(plan.gap),
            **totals(plan.evaluation),
        },
        "alternatives": [
            _entry(plan, place, other) for place, other in enumerate(found.others, start=1)
        ],
        "method": plan.outcome.method.value,
        "case_hash": plan.case.hash,
        "slopt_version": __version__,
        "assumed": assumed_inputs(plan.case),
    }


def _entry(plan: Plan, place: int, other: OtherPlan) -> dict[str, Any]:
    changes = parts(plan.evaluation, other.evaluation)
    return {
        "alternative": place,
        "objective": tidy(other.objective),
        "worse": tidy(other.worse, 12),
        "share": tidy(other.share, 12),
        "near_tie": other.is_near_tie(plan.gap),
        "proven": other.is_proven,
        "bound": tidy(other.bound),
        "apart": other.apart,
        "apart_at_most": other.apart_at_most,
        **totals(other.evaluation),
        "parts": {name: tidy(value, 12) for name, value in changes.items()},
        "near_limits": other.near_limits(),
        "moves": move_rows(plan.problem, other.moves),
    }


def alternatives_files(found: Alternatives, document: dict[str, Any]) -> dict[str, Content]:
    """alternatives.json and .csv, and each alternative as `slopt evaluate` writes a plan."""
    rows = []
    for entry in document["alternatives"]:
        row = {name: entry[name] for name in COLUMNS}
        row["moves"] = len(entry["moves"])
        rows.append(row)
    files: dict[str, Content] = {FILE: json_text(document), TABLE: csv_text(COLUMNS, rows)}
    plan = found.plan
    for place, other in enumerate(found.others, start=1):
        brought = Evaluated(plan.case, plan.problem, other.choice, other.evaluation, plan.current)
        result = evaluation_result(brought, 0.0)
        its = plan_files(plan.problem, other.choice, other.evaluation, (), result)
        files.update({f"{folder_of(place)}/{name}": content for name, content in its.items()})
    return files


def stale_files(found: Alternatives, most: int) -> list[str]:
    """The files of up to `most` alternatives that an earlier run may have left."""
    places = range(len(found.others) + 1, most + 1)
    names = ("plan.csv", "resources.csv", "result.json")
    return [f"{folder_of(place)}/{name}" for place in places for name in names]
