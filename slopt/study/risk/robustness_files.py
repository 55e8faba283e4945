"""The price of robustness as figures: price_of_robustness.csv, and one JSON document."""

from __future__ import annotations

import math
from typing import Any

from slopt import __version__
from slopt.case.case import PlanningCase
from slopt.plan.files import csv_text
from slopt.plan.rows import tidy
from slopt.study.risk.estimates import Estimate
from slopt.study.risk.price_of_robustness import RobustnessCurve, RobustPoint

COLUMNS = (
    "at_worst",
    "status",
    "own_value",
    "price",
    "guaranteed",
    "certified_gap",
    "mean",
    "mean_low",
    "mean_high",
    "exceeded",
    "exceeded_low",
    "exceeded_high",
    "promised",
    "exposed",
    "changes",
)


def robustness_row(curve: RobustnessCurve, point: RobustPoint) -> dict[str, Any]:
    """A row of price_of_robustness.csv; `changes` counts other tiers than at own numbers."""
    row: dict[str, Any] = {"at_worst": point.at_worst, "status": point.status.value}
    if point.choice is None:
        return row | dict.fromkeys(COLUMNS[2:])
    return row | {
        "own_value": tidy(point.own),
        "price": tidy(curve.price(point)),
        "guaranteed": tidy(point.guaranteed),
        "certified_gap": tidy(point.gap),
        **_ends("mean", point.mean),
        **_ends("exceeded", point.exceeded),
        "promised": tidy(point.promised),
        "exposed": point.exposed,
        "changes": curve.moves(point),
    }


def robustness_csv(curve: RobustnessCurve) -> str:
    """price_of_robustness.csv, one row for each number of segments at their worst."""
    return csv_text(COLUMNS, [robustness_row(curve, point) for point in curve.points])


def robustness_document(
    curve: RobustnessCurve, case: PlanningCase, total_seconds: float
) -> dict[str, Any]:
    """All of the curve in JSON. `kept` is the first point whose guarantee seldom fails."""
    return {
        "along": "robustness",
        "goal": curve.problem.base.goal.value,
        "status": curve.status.value,
        "points": [robustness_row(curve, point) for point in curve.points],
        "kept": None if curve.kept is None else curve.kept.at_worst,
        "futures": curve.problem.count,
        "seed": case.settings.solve.seed,
        "case_hash": case.hash,
        "slopt_version": __version__,
        "total_seconds": round(total_seconds, 3),
    }


def _ends(name: str, its: Estimate) -> dict[str, Any]:
    """A figure and its interval; None where the sample is too small to tell an end."""
    values = {name: its.value, f"{name}_low": its.low, f"{name}_high": its.high}
    return {key: None if math.isnan(value) else tidy(value) for key, value in values.items()}
