"""The program of a few pools of a desk, as arrays: people on shifts, and a way in each block.

    minimise    sum_jp w[j,p] n[j,p] + sum_pb v[p,b]
    subject to  sum_j covers[j,b] n[j,p] >= people needed in (p, b)      n whole

Stated exactly, every step of a block is a binary and v the value of the one that is taken. Stated
by hulls, v is the lower convex hull of the steps: a sum of stretches between its corners whose
value falls less and less, so that none needs a binary. The hull is never above the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from slopt.economics.desks.desk import Desk
from slopt.economics.desks.roster import RosterTerms
from slopt.problem.program import LinearProgram
from slopt.solve.staffing.priced import Steps

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Cell = tuple[int, int]


@dataclass(frozen=True, eq=False)
class CoverProgram:
    """The program, and which of its columns decide what.

    `people`: (shift, pool) -> column; `taken`: (pool, block) -> first column of its steps;
    `covers`: (pool, block) -> the row by which people on shift cover what is needed.
    """

    program: LinearProgram
    people: dict[tuple[int, int], int]
    taken: dict[Cell, int]
    covers: dict[Cell, int]
    steps: dict[int, list[Steps]]

    def people_in(self, desk: Desk, values: Numbers) -> Numbers:
        """(J, P): people on shifts in an answer, as the solver gave them."""
        found = np.zeros((len(desk.shifts), len(desk.pools)))
        for (shift, pool), column in self.people.items():
            found[shift, pool] = values[column]
        return found

    def ways_in(self, desk: Desk, values: Numbers) -> Places:
        """(P, B): the ways that an answer takes, -1 in other pools."""
        found = np.full((len(desk.pools), len(desk.blocks)), -1)
        for (pool, block), first in self.taken.items():
            steps = self.steps[pool][block]
            chosen = int(np.argmax(values[first : first + len(steps.way)]))
            found[pool, block] = steps.way[chosen]
        return found


@dataclass
class _Rows:
    """Columns and rows while they are collected."""

    cost: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    integral: list[bool] = field(default_factory=list)
    start: list[int] = field(default_factory=lambda: [0])
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    lower_row: list[float] = field(default_factory=list)
    upper_row: list[float] = field(default_factory=list)

    def column(self, cost: float, upper: float, integral: bool) -> int:
        self.cost.append(cost)
        self.upper.append(upper)
        self.integral.append(integral)
        return len(self.cost) - 1

    def row(self, index: Sequence[int], value: Sequence[float], low: float, high: float) -> None:
        self.index.extend(index)
        self.value.extend(value)
        self.start.append(len(self.index))
        self.lower_row.append(low)
        self.upper_row.append(high)

    def program(self, offset: float) -> LinearProgram:
        return LinearProgram(
            cost=np.array(self.cost, dtype=np.float64),
            lower=np.zeros(len(self.cost)),
            upper=np.array(self.upper, dtype=np.float64),
            integral=np.array(self.integral, dtype=np.bool_),
            start=np.array(self.start, dtype=np.int64),
            index=np.array(self.index, dtype=np.int64),
            value=np.array(self.value, dtype=np.float64),
            row_lower=np.array(self.lower_row, dtype=np.float64),
            row_upper=np.array(self.upper_row, dtype=np.float64),
            choose=np.zeros((0, 2), dtype=np.int64),
            offset=offset,
        )


def shift_values(desk: Desk, terms: RosterTerms) -> Numbers:
    """(J, P): what a person on a shift in a pool is worth at the terms."""
    return np.array(
        [terms.value(shift.cost, np.zeros(len(desk.pools)), shift.use) for shift in desk.shifts]
    ).reshape(len(desk.shifts), len(desk.pools))


def cover_program(
    desk: Desk,
    steps: dict[int, list[Steps]],
    wages: Numbers,
    by_hulls: bool = False,
    most: Numbers | None = None,
    design: int | None = None,
) -> CoverProgram:
    """The program of the pools in `steps`; every block must have a step.

    Args:
        steps: by pool, one for each block.
        wages: (J, P), as from `shift_values`.
        by_hulls: state the hulls in place of the steps.
        most: (J, P) people on shifts, where more than so many can be ruled out.
        design: where given, its promises over all blocks and the limits that pools share are stated
            as well; then `steps` must hold all its pools.
    """
    rows, people, taken, covers = _Rows(), {}, {}, {}
    offset = 0.0
    for p, cells in steps.items():
        useful = np.array([int(cell.people.max()) for cell in cells])
        for j, shift in enumerate(desk.shifts):
            upper = float(useful[shift.covers].max(initial=0))
            upper = upper if most is None else min(upper, float(most[j, p]))
            if shift.pools[p] and upper > 0:
                people[j, p] = rows.column(float(wages[j, p]), upper, True)
        for b, cell in enumerate(cells):
            if by_hulls:
                stairs, columns = cell.stairs, _hull(rows, cell)
                offset += float(stairs.value[0])
                least, taking = float(stairs.people[0]), [1.0] * len(columns)
            else:
                taken[p, b] = _listed(rows, cell)
                columns = list(range(taken[p, b], taken[p, b] + len(cell.way)))
                least, taking = 0.0, cell.people.astype(np.float64).tolist()
            if desk.shifts:
                cover = [
                    people[j, p]
                    for j, shift in enumerate(desk.shifts)
                    if shift.covers[b] and (j, p) in people
                ]
                covers[p, b] = len(rows.lower_row)
                values = [*([1.0] * len(cover)), *(-n for n in taking)]
                rows.row([*cover, *columns], values, least, np.inf)
    if design is not None:
        _coupling(desk, design, steps, rows, people, taken)
    return CoverProgram(rows.program(offset), people, taken, covers, steps)


def _listed(rows: _Rows, cell: Steps) -> int:
    """A binary for each step, exactly one of them 1; the first column."""
    columns = [rows.column(float(value), 1.0, True) for value in cell.value]
    rows.row(columns, [1.0] * len(columns), 1.0, 1.0)
    return columns[0]


def _hull(rows: _Rows, cell: Steps) -> list[int]:
    """A column for each stretch between two corners, in people."""
    widths = np.diff(cell.stairs.people[cell.corners]).astype(np.float64)
    falls = np.diff(cell.stairs.value[cell.corners])
    return [
        rows.column(float(fall / width), float(width), False)
        for width, fall in zip(widths, falls, strict=True)
    ]


def _coupling(
    desk: Desk,
    design: int,
    steps: dict[int, list[Steps]],
    rows: _Rows,
    people: dict[tuple[int, int], int],
    taken: dict[Cell, int],
) -> None:
    """Promises over all blocks, agents at once, people on a shift."""
    for c in np.flatnonzero(~np.isnan(desk.promise)).tolist():
        index, value, calls = [], [], 0.0
        for (p, b), first in taken.items():
            pool = desk.pools[p]
            own = pool.own(c)
            answered = pool.answered_in_time[own, b][:, steps[p][b].way].sum(axis=0)
            calls += float(pool.calls[own, b].sum())
            index += list(range(first, first + len(answered)))
            value += answered.tolist()
        if calls > 0:
            rows.row(index, value, float(desk.promise[c]) * calls, np.inf)
    for b in np.flatnonzero(np.isfinite(desk.most_agents[design])).tolist():
        index, value = [], []
        for p, cells in steps.items():
            agents = desk.pools[p].agents[b, cells[b].way]
            index += list(range(taken[p, b], taken[p, b] + len(agents)))
            value += agents.tolist()
        rows.row(index, value, -np.inf, float(desk.most_agents[design, b]))
    for j, shift in enumerate(desk.shifts):
        its = [column for (other, _), column in people.items() if other == j]
        if shift.most is not None and its:
            rows.row(its, [1.0] * len(its), -np.inf, float(shift.most))
