"""diagnosis.json of a case over periods, and the tables of changes of its repairs."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from slopt import __version__
from slopt.case.case import PlanningCase
from slopt.plan.files import csv_text
from slopt.plan.horizon.result import horizon_totals
from slopt.plan.provenance import assumed_inputs
from slopt.plan.rows import tidy
from slopt.study.diagnose.document import CHANGE_COLUMNS, folder_of
from slopt.study.over_time.diagnosis import DiagnosisOverTime, RepairOverTime
from slopt.vocabulary import Status


def diagnosis_over_time_document(
    found: DiagnosisOverTime,
    case: PlanningCase,
    written: Collection[int],
    words: Callable[[str], str],
    total_seconds: float,
) -> dict[str, Any]:
    """diagnosis.json; `written` are the places of repairs that have a folder, `words` says what a
    demand is."""
    status = found.outcome.status
    feasible = {Status.INFEASIBLE: False, Status.OPTIMAL: True, Status.FEASIBLE: True}
    return {
        "feasible": feasible.get(status),
        "conflicts": [
            [{"rule": name, "words": words(name)} for name in conflict]
            for conflict in found.conflicts
        ],
        "repairs": [
            {**_repair(repair), "folder": folder_of(place) if place in written else None}
            for place, repair in enumerate(found.repairs)
        ],
        "status": status.value,
        "goal": found.problem.goal.value,
        "case_hash": case.hash,
        "slopt_version": __version__,
        "assumed": assumed_inputs(case),
        "seed": case.settings.solve.seed,
        "total_seconds": round(total_seconds, 6),
    }


def _repair(repair: RepairOverTime) -> dict[str, Any]:
    totals = horizon_totals(repair.problem, repair.evaluation)
    return {
        "changes": [
            {
                "name": change.figure.name,
                "path": change.figure.path,
                "from": tidy(change.figure.value),
                "to": tidy(change.value),
            }
            for change in repair.changes
        ],
        "cost": tidy(repair.money),
        "total_cost": totals["total_cost"],
        "service_cost": totals["service_cost"],
        "lost_sales": totals["lost_sales"],
        "service_level": totals["service_level"],
        "status": repair.outcome.status.value,
    }


def changes_over_time_csv(repair: RepairOverTime, words: Callable[[str], str]) -> str:
    """changes.csv; `words` says what a demand of the repaired problem is."""
    rows = [
        {
            "path": change.figure.path,
            "from": change.figure.value,
            "to": change.value,
            "words": words(change.figure.name),
        }
        for change in repair.changes
    ]
    return csv_text(CHANGE_COLUMNS, rows)
