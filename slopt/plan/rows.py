"""Figures as they are written: rows of plan.csv, resources.csv, offers.csv; how many digits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.texts import Texts
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import BARRED_BY, Evaluation
from slopt.problem.generated.columns import Part
from slopt.vocabulary import LOSSES

Numbers = NDArray[np.float64]

PLAN_COLUMNS = (
    "segment",
    "tier",
    "current_tier",
    "service_level",
    "service_cost",
    *LOSSES,
    "lost_sales",
    "total_cost",
)
LEVEL = "level"
"""In place of a tier, where the service level itself is chosen."""
DIGITS = 14
"""Of every number written: two more than money can need, two fewer than floats make noise in."""


def tidy(value: float | None, digits: int = DIGITS) -> float | None:
    """A number to so many digits, which drops the noise of the last bits; None where not finite."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{digits}g}")


def plan_columns(problem: ChoiceProblem, choice: Choice) -> dict[str, Texts | Numbers]:
    """The columns of plan.csv, a row a segment; kinds of lost sales not known apart are NaN."""
    choice = choice[: problem.segment_count]
    row = np.arange(len(choice))
    tiers, chosen, today = _tier_words(problem, choice)
    segments = problem.segments[: problem.segment_count]
    numbers = {
        name: getattr(problem, name)[row, choice]
        for name in ("service_level", "service_cost", *LOSSES, "lost_sales")
    }
    unknown = problem.lost_unsplit[row, choice] != 0
    if unknown.any():
        for name in LOSSES:
            numbers[name][unknown] = np.nan
    return {
        "segment": segments if isinstance(segments, Texts) else Texts.of(segments),
        "tier": Texts.of_codes(tiers, chosen),
        "current_tier": Texts.of_codes(tiers, today),
        **numbers,
        "total_cost": numbers["service_cost"] + numbers["lost_sales"],
    }


def _tier_words(
    problem: ChoiceProblem, choice: Choice
) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
    """The words of the column tier, and the word of each segment in the plan and today.

    What is no tier is `level`, or blank for segments that only rooms and desks serve.
    """
    today = problem.current[: len(choice)]
    if problem.generated is None:
        return [*problem.tiers, ""], choice, today
    menu = problem.menu_size
    words = [*problem.tiers[:menu], LEVEL, ""]
    instead = np.full(len(choice), menu + 1)
    for made in problem.generated.made:
        if made.part is Part.LEVEL:
            instead[made.rows] = menu
    chosen = np.where(choice < menu, choice, instead)
    return words, chosen, np.where(today < menu, np.where(today < 0, menu + 1, today), instead)


def plan_rows(problem: ChoiceProblem, choice: Choice) -> list[dict[str, Any]]:
    """One row a segment, in the case's order; kinds of lost sales not known apart are None."""
    columns = plan_columns(problem, choice)
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [
        {name: None if value != value else value for name, value in zip(columns, row, strict=True)}
        for row in rows
    ]


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


def offer_rows(problem: ChoiceProblem) -> list[dict[str, Any]]:
    """One row a pair of segment and tier, in the case's order; money per period.

    Of what has no tiers there is a row for each offer that the problem lists. `barred` names what
    forbids the pair, "" where nothing does; `use:RESOURCE` are units.
    """
    rows: list[dict[str, Any]] = []
    for s, segment in enumerate(problem.segments):
        tiered = problem.part_of_row(s) is Part.TIER
        for k in range(len(problem.tiers)):
            if (k < problem.menu_size) is not tiered or (not tiered and problem.barred[s, k]):
                continue
            barred = [name for bar, name in BARRED_BY.items() if problem.barred[s, k] & bar]
            unsplit = problem.lost_unsplit[s, k] != 0
            losses = {
                name: None if unsplit else float(getattr(problem, name)[s, k]) for name in LOSSES
            }
            cost, lost = float(problem.service_cost[s, k]), float(problem.lost_sales[s, k])
            rows.append(
                {
                    "segment": segment,
                    "tier": problem.offer_name(s, k),
                    "barred": " ".join(barred),
                    "service_level": float(problem.service_level[s, k]),
                    "service_cost": cost,
                    **losses,
                    "lost_sales": lost,
                    "total_cost": cost + lost,
                    **{
                        f"use:{name}": float(problem.use[r, s, k])
                        for r, name in enumerate(problem.resources)
                    },
                }
            )
    return rows
