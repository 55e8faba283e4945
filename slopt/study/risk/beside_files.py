"""Plans side by side as figures: side_by_side.csv, segments.csv, and their place in risk.json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from slopt.plan.files import Content, csv_text
from slopt.plan.result import violations
from slopt.plan.rows import tidy
from slopt.problem.scenarios.drawn import Futures
from slopt.study.risk.estimates import Estimate, mean_of
from slopt.study.risk.outlook import PlanOutlook, outlook
from slopt.study.risk.sample import Sample
from slopt.study.risk.side_by_side import PlanBeside, SegmentBeside, SideBySide

PLANS, SEGMENTS = "side_by_side.csv", "segments.csv"
ENDS = ("low", "high")
FIGURES = ("mean", "tail_mean", "q05", "q95", "service_level", "broken", "regret_mean")
"""Figures of a plan that have an interval; each has columns _low and _high."""
PLAN_COLUMNS = (
    "plan",
    "status",
    "gap",
    "own_numbers",
    *(name + end for name in FIGURES for end in ("", *(f"_{end}" for end in ENDS))),
    "regret_most",
    "moves",
    "reserve_cost",
    "same_as",
)


def beside_files(beside: SideBySide, futures: Futures, sample: Sample) -> dict[str, Content]:
    """Both files, by name."""
    names = [plan.kind.value for plan in beside.chosen]
    columns = ("segment", "safe", *names, "at_stake", "decides", "decides_worth")
    return {
        PLANS: csv_text(PLAN_COLUMNS, plan_rows(beside, sample)),
        SEGMENTS: csv_text(columns, segment_rows(beside, futures)),
    }


def beside_document(beside: SideBySide, futures: Futures, sample: Sample) -> dict[str, Any]:
    """`plans` and `segments` of risk.json, with the limits of each plan, and what is missing."""
    limits = {
        plan.kind: [
            {"name": name, "chance": tidy(chance)} for name, chance in plan.fares.chances.items()
        ]
        for plan in beside.plans
    }
    tiers = {
        plan.kind: {
            name: beside.problem.base.offer_name(row, int(plan.choice[row]))
            for row, name in enumerate(beside.problem.base.segments)
        }
        for plan in beside.plans
    }
    rows = zip(beside.plans, plan_rows(beside, sample), strict=True)
    return {
        "plans": [
            {
                **row,
                "violations": violations(plan.found.own.violations),
                "chances": limits[plan.kind],
                "tiers": tiers[plan.kind],
            }
            for plan, row in rows
        ],
        "segments": [
            {**row, "safe": row["safe"] == "yes"} for row in segment_rows(beside, futures)
        ],
        "missing": [
            {
                "plan": one.kind.value,
                "status": one.status.value,
                "message": str(one.why.message),
                "remedy": str(one.why.remedy),
            }
            for one in beside.missing
        ],
    }


def plan_rows(beside: SideBySide, sample: Sample) -> Iterator[dict[str, Any]]:
    """The rows of side_by_side.csv. Values are the goal's; regret is 0 or more."""
    for plan in beside.plans:
        its = outlook(
            beside.problem,
            sample,
            plan.choice,
            beside.aim.tail,
            plan.found.reserve,
            plan.found.then,
        )
        yield _plan_row(beside, plan, its, sample)


def _plan_row(
    beside: SideBySide, plan: PlanBeside, its: PlanOutlook, sample: Sample
) -> dict[str, Any]:
    figures: dict[str, Estimate | None] = {
        "mean": its.value.mean,
        "tail_mean": its.value.tail_mean,
        "q05": its.value.quantile(0.05),
        "q95": its.value.quantile(0.95),
        "service_level": its.figures["service_level"].mean,
        "broken": its.any_broken,
        "regret_mean": None if plan.regret is None else mean_of(sample, plan.regret),
    }
    own = plan.found.own
    sense = -1.0 if beside.problem.base.goal.maximises else 1.0
    row: dict[str, Any] = {
        "plan": plan.kind.value,
        "status": None if plan.found.status is None else plan.found.status.value,
        "gap": tidy(plan.found.gap),
        "own_numbers": tidy(own.objective - sense * own.penalties),
    }
    for name, estimate in figures.items():
        row[name] = None if estimate is None else tidy(estimate.value)
        for end in ENDS:
            row[f"{name}_{end}"] = None if estimate is None else tidy(getattr(estimate, end))
    reserve, cost = plan.fares.reserve, beside.problem.reserve_cost
    return row | {
        "regret_most": tidy(plan.most_regret),
        "moves": plan.moves,
        "reserve_cost": tidy(float(np.where(reserve > 0, reserve * cost, 0.0).sum())),
        "same_as": None if plan.same_as is None else plan.same_as.value,
    }


def segment_rows(beside: SideBySide, futures: Futures) -> Iterator[dict[str, Any]]:
    """The rows of segments.csv, in the order of the case."""
    return (_segment_row(beside, futures, one) for one in beside.segments)


def _segment_row(beside: SideBySide, futures: Futures, one: SegmentBeside) -> dict[str, Any]:
    base = beside.problem.base
    tiers = {
        plan.kind.value: base.offer_name(one.segment, tier)
        for plan, tier in zip(beside.chosen, one.tiers, strict=True)
    }
    decides = None if one.decides is None else futures.inputs[one.decides].name
    return {
        "segment": base.segments[one.segment],
        "safe": "yes" if one.is_safe else "no",
        **tiers,
        "at_stake": tidy(one.at_stake),
        "decides": decides,
        "decides_worth": tidy(one.decides_worth),
    }
