"""A diagnosis as figures: diagnosis.json, and the table of changes beside each repaired plan."""

from __future__ import annotations

from typing import Any

from slopt import __version__
from slopt.case.case import PlanningCase
from slopt.plan.files import csv_text
from slopt.plan.provenance import assumed_inputs
from slopt.plan.rows import tidy
from slopt.problem.demands import Conflict
from slopt.study.diagnose import Diagnosis
from slopt.study.diagnose.changes import Change
from slopt.study.diagnose.paths import path_and_value
from slopt.study.diagnose.repairs import Repair
from slopt.study.diagnose.words import Wording
from slopt.vocabulary import Status

CHANGE_COLUMNS = ("path", "from", "to", "words")


def diagnosis_document(
    found: Diagnosis, case: PlanningCase, total_seconds: float
) -> dict[str, Any]:
    """diagnosis.json."""
    wording = Wording.of(case, found.problem)
    conflicts = found.conflicts
    sets = () if conflicts is None else conflicts.found
    places = {conflict.demands: place for place, conflict in enumerate(sets)}
    feasible = {Status.INFEASIBLE: False, Status.OPTIMAL: True, Status.FEASIBLE: True}
    is_listed = found.problem.generated is None
    return {
        "feasible": feasible.get(found.status),
        "conflicts": [_conflict(wording, conflict) for conflict in sets],
        "repairs": [_repair(found, case, wording, place) for place in range(len(found.repairs))],
        "independent": []
        if conflicts is None
        else [places[conflict.demands] for conflict in conflicts.independent],
        "smallest_is_proven": is_listed and conflicts is not None and conflicts.is_smallest,
        "conflicts_are_all": is_listed and conflicts is not None and conflicts.are_all,
        "repairs_are_all": is_listed and found.repairs_are_all,
        "repairs_left_out": found.left_out,
        "tightest": [
            {
                "name": entry.use.name,
                "used": tidy(entry.use.used),
                "limit": tidy(entry.use.limit),
                "least": tidy(entry.least),
            }
            for entry in found.tightness
        ],
        "status": "interrupted" if found.is_interrupted else found.status.value,
        "goal": found.problem.goal.value,
        "case_hash": case.hash,
        "slopt_version": __version__,
        "assumed": assumed_inputs(case),
        "seed": case.settings.solve.seed,
        "seconds": round(found.seconds, 6),
        "total_seconds": round(total_seconds, 6),
    }


def _conflict(wording: Wording, conflict: Conflict) -> list[dict[str, Any]]:
    return [
        {
            "rule": demand.name,
            "words": wording.demand(demand),
            "segments": [wording.problem.segments[s] for s in demand.segments],
            "need_is_proven": wording.problem.generated is None and demand in conflict.needed,
        }
        for demand in conflict.demands
    ]


def _repair(found: Diagnosis, case: PlanningCase, wording: Wording, place: int) -> dict[str, Any]:
    repair = found.repairs[place]
    value = repair.evaluation
    return {
        "changes": [_change(case, wording, change) for change in repair.changes],
        "cost": tidy(repair.cost),
        "total_cost": tidy(value.total_cost),
        "service_cost": tidy(value.service_cost),
        "lost_sales": tidy(value.lost_sales),
        "objective": tidy(value.objective),
        "gap": tidy(repair.outcome.gap),
        "least_is_proven": found.problem.generated is None and repair.is_proven,
        "folder": folder_of(place),
    }


def folder_of(place: int) -> str:
    """The folder of the plan of a repair."""
    return f"repair_{place + 1}"


def _change(case: PlanningCase, wording: Wording, change: Change) -> dict[str, Any]:
    path, value = path_and_value(case, wording.problem, change)
    return {
        "rule": change.demand.name,
        "words": wording.change(change),
        "path": path,
        "from": _before(wording, change),
        "to": value,
        "least": tidy(change.least),
        "least_is_proven": wording.problem.generated is None and change.is_proven,
        "cost": tidy(change.cost),
    }


def _before(wording: Wording, change: Change) -> float | str | bool | None:
    if change.before is not None:
        return change.before
    if change.before_tier is not None:
        return wording.problem.tiers[change.before_tier]
    return False if change.demand.is_bar else None


def changes_csv(case: PlanningCase, wording: Wording, repair: Repair) -> str:
    """The changes of a repair as a table: where in the case, from what, to what."""
    rows = []
    for change in repair.changes:
        path, value = path_and_value(case, wording.problem, change)
        before = _before(wording, change)
        rows.append(
            {
                "path": path,
                "from": _cell(before),
                "to": _cell(value),
                "words": wording.change(change),
            }
        )
    return csv_text(CHANGE_COLUMNS, rows)


def _cell(value: float | str | bool | None) -> float | str | None:
    return str(value).lower() if isinstance(value, bool) else value
