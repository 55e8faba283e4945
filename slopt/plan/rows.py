"""Figures as they are written: rows of plan.csv and resources.csv, and how many digits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import Evaluation
from slopt.vocabulary import LOSSES

DIGITS = 14
"""Of every number written: two more than money can need, two fewer than floats make noise in."""


def tidy(value: float | None) -> float | None:
    """A number to 14 digits, which drops the noise of the last bits; None where not finite."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{DIGITS}g}")


def plan_rows(problem: ChoiceProblem, choice: Choice) -> list[dict[str, Any]]:
    """One row a segment, in the case's order; kinds of lost sales not known apart are None."""
    row = np.arange(len(choice))
    columns = {
        name: getattr(problem, name)[row, choice].tolist()
        for name in ("service_level", "service_cost", *LOSSES, "lost_unsplit", "lost_sales")
    }
    rows = []
    for s, k in enumerate(choice.tolist()):
        values = {name: column[s] for name, column in columns.items()}
        if values.pop("lost_unsplit") != 0:
            values.update(dict.fromkeys(LOSSES))
        now = problem.current[s]
        rows.append(
            {
                "segment": problem.segments[s],
                "tier": problem.tiers[k],
                "current_tier": problem.tiers[now] if now >= 0 else "",
                **values,
                "total_cost": values["service_cost"] + values["lost_sales"],
            }
        )
    return rows


def resource_rows(
    problem: ChoiceProblem, evaluation: Evaluation, prices: Mapping[str, float | None]
) -> list[dict[str, Any]]:
    """One row a resource: units used, capacity, extra units bought, relaxation price if known."""
    return [
        {
            "resource": name,
            "used": evaluation.used[r],
            "capacity": problem.capacity[r],
            "extra": evaluation.extra[r],
            "price": prices.get(name),
        }
        for r, name in enumerate(problem.resources)
    ]
