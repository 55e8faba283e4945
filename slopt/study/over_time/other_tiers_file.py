"""explanation.json of one segment over periods."""

from __future__ import annotations

from typing import Any

from slopt import __version__
from slopt.case.case import PlanningCase
from slopt.plan.provenance import assumed_inputs
from slopt.plan.rows import tidy
from slopt.problem.horizon.problem import HorizonProblem
from slopt.study.over_time.other_tiers import OtherTier, SegmentOverTime, Served, must_change
from slopt.vocabulary import Status


def segment_document(
    found: SegmentOverTime, case: PlanningCase, status: Status, total_seconds: float
) -> dict[str, Any]:
    """The plan of one segment by period, and how every wish ended."""
    problem = found.problem
    return {
        "segment": problem.segments[found.segment],
        "status": status.value,
        "goal": problem.goal.value,
        "is_complete": found.is_complete,
        "periods": _periods(found),
        **_served(problem, found.served),
        "must_change": must_change(problem, found.choice, found.segment),
        "other_tiers": [_other(problem, one) for one in found.others],
        "case_hash": case.hash,
        "slopt_version": __version__,
        "assumed": assumed_inputs(case),
        "seed": case.settings.solve.seed,
        "total_seconds": round(total_seconds, 6),
    }


def _served(problem: HorizonProblem, served: Served) -> dict[str, Any]:
    return {
        "tiers": [problem.tiers[k] for k in served.tiers.tolist()],
        "service_cost": tidy(served.booked),
        "lost_sales": tidy(served.lost),
        "total_cost": tidy(served.booked + served.lost),
    }


def _other(problem: HorizonProblem, one: OtherTier) -> dict[str, Any]:
    nothing = {"tiers": None, "service_cost": None, "lost_sales": None, "total_cost": None}
    return {
        "asked": one.wish.asked.value,
        "tier": problem.tiers[one.wish.tier],
        "status": one.status.value,
        "worse": tidy(one.worse),
        **(nothing if one.served is None else _served(problem, one.served)),
        "others_changed": one.others,
    }


def _periods(found: SegmentOverTime) -> list[dict[str, Any]]:
    """One row a period, money of that period."""
    problem, value, s = found.problem, found.evaluation, found.segment
    modes = found.choice.modes[s].tolist()
    rows = []
    for p, mode in enumerate(modes):
        project = int(problem.mode_project[mode])
        customers = float(value.base.customers[s, p])
        rows.append(
            {
                "period": problem.periods[p],
                "tier": problem.tiers[problem.mode_tier[mode]],
                "project": "" if project < 0 else problem.projects[project].name,
                "customers": tidy(customers),
                "service_level": tidy(float(problem.service_level[s, p, mode])),
                "service_cost": tidy(float(value.by_segment["service_cost"][s, p])),
                "change_cost": tidy(float(value.by_segment["change_cost"][s, p])),
                "caused": tidy(customers * float(problem.caused[s, p, mode])),
            }
        )
    return rows
