"""A plan by its parts: who chooses a tier, who a level, stock rooms and desks; each with its money.

The parts and what they share (open tiers, extra units, prospects) add up to the plan. Segments that
rooms and desks serve and nothing else are in no part: they cost and lose nothing of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import Evaluation
from slopt.problem.generated.columns import Part

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PartOfPlan:
    """Rows of a problem that choose alike, and their sums; `part` is None for what all share.

    `service_level` is the weighted mean, None where the part has no weight.
    """

    part: Part | None
    rows: Places
    service_level: float | None
    service_cost: float
    lost_sales: float

    @property
    def total_cost(self) -> float:
        """Booked and lost."""
        return self.service_cost + self.lost_sales


def parts_of(
    problem: ChoiceProblem, choice: Choice, evaluation: Evaluation
) -> tuple[PartOfPlan, ...]:
    """The parts of a plan in the order of their rows; none where all choose tiers."""
    if problem.generated is None:
        return ()
    kind = np.array(part_by_row(problem))
    found = []
    for part in (part for part in Part if part is not Part.SERVED):
        rows = np.flatnonzero(kind == part)
        if not len(rows):
            continue
        its, weight = choice[rows], problem.mean_weight[rows]
        level = problem.service_level[rows, its]
        found.append(
            PartOfPlan(
                part,
                rows,
                float(np.average(level, weights=weight)) if weight.sum() > 0 else None,
                float(problem.service_cost[rows, its].sum()),
                float(problem.lost_sales[rows, its].sum()),
            )
        )
    cost = evaluation.service_cost - sum(each.service_cost for each in found)
    lost = evaluation.lost_sales - sum(each.lost_sales for each in found)
    found.append(PartOfPlan(None, np.zeros(0, dtype=np.int64), None, cost, lost))
    return tuple(found)


def rows_with_tiers(problem: ChoiceProblem) -> Sequence[int]:
    """The rows that choose a tier of the menu: all, where no offers were generated."""
    if problem.generated is None:
        return range(len(problem.segments))
    return [row for row, part in enumerate(part_by_row(problem)) if part is Part.TIER]


def as_listed(problem: ChoiceProblem) -> ChoiceProblem:
    """The problem in which the offers that it lists are all there are.

    For questions that no source can answer, such as a limit on the mean level from above.
    """
    if problem.generated is None:
        return problem
    return problem.replace(generated=replace(problem.generated, made=()))


def part_by_row(problem: ChoiceProblem) -> list[Part]:
    """What each row chooses."""
    kinds = [Part.TIER] * len(problem.segments)
    if problem.generated is not None:
        for made in problem.generated.made:
            for row in made.rows.tolist():
                kinds[row] = made.part
    return kinds
