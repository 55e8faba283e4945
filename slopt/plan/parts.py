"""What the parts of a plan cost and lose (segments, stock rooms, desks), and their files."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.economics.generated import PlanFile
from slopt.plan.rows import tidy
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.generated.columns import Made, Part
from slopt.vocabulary import LOSSES

SEGMENTS = "segments"


def plan_parts(problem: ChoiceProblem, choice: Choice) -> list[dict[str, Any]]:
    """One entry a part, money per period; none where segments are all there is.

    What opening tiers and buying extra units cost is in none of them. Stock rooms and desks are
    told one by one as well, under `each`.
    """
    generated = problem.generated
    if generated is None or generated.deciders == 0:
        return []
    parts = [{"part": SEGMENTS, **_money(problem, choice, np.arange(problem.segment_count))}]
    for made in generated.made:
        if not made.part.of_segments:
            each = [
                {
                    "name": problem.segments[row],
                    "offer": problem.offer_name(row, int(choice[row])),
                    **_money(problem, choice, np.array([row])),
                }
                for row in made.rows.tolist()
            ]
            parts.append(
                {"part": made.part.value, **_money(problem, choice, made.rows), "each": each}
            )
    return parts


def _money(problem: ChoiceProblem, choice: Choice, rows: NDArray[np.int64]) -> dict[str, Any]:
    column = choice[rows]
    cost = float(problem.service_cost[rows, column].sum())
    lost = float(problem.lost_sales[rows, column].sum())
    figures = {"service_cost": cost}
    figures |= {name: float(getattr(problem, name)[rows, column].sum()) for name in LOSSES}
    figures |= {"lost_sales": lost, "total_cost": cost + lost}
    return {name: tidy(value) for name, value in figures.items()}


def files_of_sources(problem: ChoiceProblem, choice: Choice) -> dict[str, PlanFile]:
    """The files of stock rooms, desks and others beside plan.csv, by name."""
    files: dict[str, PlanFile] = {}
    if problem.generated is not None:
        for made in problem.generated.made:
            if made.part is not Part.SERVED:
                files |= made.source.plan_files(chosen_details(problem, made, choice))
    return files


def chosen_details(problem: ChoiceProblem, made: Made, choice: Choice) -> list[Any]:
    """What the chosen offer of each decider was made of; None where its source did not say."""
    columns = (choice[made.rows] - problem.menu_size).tolist()
    details = made.offers.details
    if details is None:
        return [None] * len(columns)
    return [own[column] for own, column in zip(details, columns, strict=True)]


def has_levels(problem: ChoiceProblem) -> bool:
    """False where no segment chooses a tier or a level, so that a mean level says nothing."""
    rows = range(problem.segment_count)
    return any(problem.part_of_row(row) is not Part.SERVED for row in rows)
