"""Where a trial can be made: segments of which some customers can be served at another tier.

A stratum is a segment with the tier that is planned (control) and the one on trial (treated). N
customers with n orders each, q the service level, c churn without a failure. A customer of either
arm counts once a period:

| lesson | exposure x | outcome y | effect |
|---|---|---|---|
| leave_probability | has had a failure, 1 - q^n on average | left | y grows by it |
| lost_order_share | failed orders, n (1 - q) on average | orders not bought | y grows by it |
| service_level | orders at the tier on trial, n | served as promised | y / x |
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.own_rows import OwnRows
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.scenarios.inputs import UncertainInput
from slopt.study.trials.lessons import Lesson
from slopt.vocabulary import LossKind

Numbers = NDArray[np.float64]

FEWEST = 10
"""Customers of an arm of a segment, below which a stratum is not split."""
LEAST_GAP = 0.01
"""Two tiers whose exposures differ by less than this share tell nothing apart."""


@dataclass(frozen=True, eq=False)
class Stratum:
    """A segment in a trial, in numbers for one customer and period.

    `cell`: which cell of the input holds its value; `alone` where it speaks of no other segment.
    `exposures`: of control and treated. `orders`:
    per customer. `churn`: without a failure. `failing`: chance of a failure, of control and
    treated. `extra_cost` is booked, `extra_loss` expected, of a customer treated against planned.
    """

    segment: int
    control: int
    treated: int
    customers: float
    cell: int
    exposures: tuple[float, float]
    orders: float
    churn: float
    failing: tuple[float, float]
    extra_cost: float
    extra_loss: float
    alone: bool = False

    @property
    def gap(self) -> float:
        """By how much the exposures of the arms differ."""
        return abs(self.exposures[1] - self.exposures[0])


def strata_of(
    case: PlanningCase,
    problem: ChoiceProblem,
    one: UncertainInput,
    lesson: Lesson,
    planned: Choice,
    whole: bool,
) -> list[Stratum]:
    """The segments that the input speaks of, each with the tier that teaches most for its cost.

    `planned` (S,) is the plan as long as nothing more is known; `whole` where whole segments are
    drawn, so that none need be split.
    """
    segments = case.table("segments")
    customers = segments.numbers("customers")
    orders = segments.numbers("orders_per_customer")
    churn = np.nan_to_num(segments.numbers("base_churn"))
    found = []
    scope = _scope(case, problem, one, lesson)
    speaks_of = Counter(cell for _, cell, _ in scope)
    for segment, cell, only in scope:
        few = 0.0 if whole else 2.0 * FEWEST
        if customers[segment] < few or customers[segment] * orders[segment] <= 0:
            continue
        tiers = np.flatnonzero(problem.admissible[segment])
        if only is not None:
            tiers = tiers[tiers == only]
        its = [
            stratum
            for tier in tiers.tolist()
            if tier != planned[segment]
            and (
                stratum := _stratum(
                    problem, lesson, segment, int(planned[segment]), tier, cell,
                    float(customers[segment]), float(orders[segment]), float(churn[segment]),
                )
            )
        ]  # fmt: skip
        if its:
            found.append(replace(max(its, key=_for_its_cost), alone=speaks_of[cell] == 1))
    return found


def _for_its_cost(one: Stratum) -> float:
    """What is learnt for a unit of money; the least cost is that of a hundredth of a failure."""
    cost = max(one.extra_cost + one.extra_loss, 0.0)
    return one.gap**2 / (cost + 1e-3 * (abs(one.extra_cost) + abs(one.extra_loss)) + 1e-12)


def _stratum(
    problem: ChoiceProblem, lesson: Lesson, segment: int, control: int, treated: int, cell: int,
    customers: float, orders: float, churn: float,
) -> Stratum | None:  # fmt: skip
    """None where the tiers do not differ enough to tell anything."""
    level = problem.service_level[segment, [control, treated]]
    failing = 1 - level**orders
    exposures = {
        Lesson.LEAVING: failing,
        Lesson.ORDERS: orders * (1 - level),
        Lesson.LEVEL: np.array([0.0, orders]),
    }[lesson]
    if abs(exposures[1] - exposures[0]) < LEAST_GAP * max(1.0, orders):
        return None
    lost = problem.lost_sales[segment, [control, treated]] / customers
    cost = problem.service_cost[segment, [control, treated]] / customers
    return Stratum(
        segment, control, treated, customers, cell, (float(exposures[0]), float(exposures[1])),
        orders, churn, (float(failing[0]), float(failing[1])), float(cost[1] - cost[0]),
        float(lost[1] - lost[0]),
    )  # fmt: skip


def _scope(
    case: PlanningCase, problem: ChoiceProblem, one: UncertainInput, lesson: Lesson
) -> list[tuple[int, int, int | None]]:
    """(segment, cell of the input, tier that must be on trial) of each segment it speaks of."""
    cells = {row: cell for cell, row in enumerate(one.rows.tolist())}
    if one.table == "response":
        rows = _speaking(case, one.column.name)
        by_failures = OwnRows(case)
        may = ~_any_says(by_failures, lesson)
        return [
            (segment, cells[row], None)
            for segment, row in enumerate(rows.tolist())
            if row in cells and may[segment]
        ]
    if one.table == "tiers":
        return [
            (segment, cell, tier)
            for tier, cell in cells.items()
            for segment in range(len(case.segments))
        ]
    offers = case.table("offers")
    whose = offers.texts("segment").places_in(case.segments)
    which = offers.texts("tier").places_in(case.table("tiers").texts("tier"))
    return [(int(whose[row]), cell, int(which[row])) for row, cell in cells.items()]


def _speaking(case: PlanningCase, column: str) -> NDArray[np.int64]:
    """(S,): the row of response whose value of a column counts for the segment; -1 for none."""
    table = case.table("response")
    filled = ~np.isnan(table.numbers(column))
    names = list(table.texts("segment"))
    row_of = {name: row for row, name in enumerate(names) if filled[row]}
    common = row_of.get("*", -1)
    return np.array([row_of.get(name, common) for name in case.segments], dtype=np.int64)


def _any_says(response: OwnRows, lesson: Lesson) -> NDArray[np.bool_]:
    """(S,): segments that lose by something else than failed orders, or whose complaints decide."""
    other = np.zeros(len(response.rows), dtype=bool)
    for kind in LossKind:
        if kind is not LossKind.FAILURE:
            other |= response.says("kind", kind.value)
    if lesson is Lesson.LEAVING:
        other |= response.numbers("complaint_rate") > 0
    return other
