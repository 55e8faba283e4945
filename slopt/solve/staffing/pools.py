"""The best staffing of one pool at some terms: by enumeration, or with whole people on shifts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.economics.desks.desk import Desk
from slopt.solve.highs import Options, run
from slopt.solve.staffing.cover_program import cover_program
from slopt.solve.staffing.nearby import best_nearby
from slopt.solve.staffing.priced import Steps
from slopt.vocabulary import Status

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

WHOLE = 1e-6
"""Distance from a whole number that is rounding."""
ROOM = 1e-9
"""Relative room for rounding."""


@dataclass(frozen=True, eq=False)
class Staffed:
    """Ways (B,) of a pool, people (J,) on its shifts, and what they are worth."""

    ways: Places
    people: Places
    value: float


def by_enumeration(desk: Desk, cells: list[Steps]) -> Staffed | None:
    """The best way of each block by itself; None where a block has none."""
    if not all(len(cell.way) for cell in cells):
        return None
    best = [int(np.argmin(cell.value)) for cell in cells]
    ways = np.array([cell.way[i] for cell, i in zip(cells, best, strict=True)])
    value = float(sum(cell.value[i] for cell, i in zip(cells, best, strict=True)))
    return Staffed(ways, np.zeros(len(desk.shifts), dtype=np.int64), value)


class ShiftSearch:
    """The search for the best people on shifts for one pool, in two steps.

    The first is the program by hulls without whole people. Its prices, money for one person more
    in a block, give a bound that needs no solver: at prices, each block and each shift is for
    itself. What costs more at these prices than the distance between the best roster so far and the
    bound is in no better roster; the second step is the exact program of the rest, a small one.

    `found` is the best so far, None before there is one; `bound` only rises; `impossible` is true
    where no people can cover what is needed; `ended` where no step is left.
    """

    def __init__(self, desk: Desk, pool: int, cells: list[Steps], wages: Numbers) -> None:
        self.desk, self.pool, self.wages = desk, pool, wages
        self.cells = [cell.stairs for cell in cells]
        self.found: Staffed | None = None
        self.bound = -np.inf
        self.impossible = not all(len(cell.way) for cell in cells)
        self.ended = self.impossible
        self.prices: Numbers | None = None

    @property
    def gap(self) -> float:
        """What the best so far is worth above the bound, inf before there is one."""
        return np.inf if self.found is None else max(self.found.value - self.bound, 0.0)

    def step(self, gap: float, seconds: float) -> None:
        """The next program, solved to a gap of this size in the unit of value."""
        if self.prices is None:
            self._by_hulls(seconds)
        else:
            self._exactly(gap, seconds)

    def _by_hulls(self, seconds: float) -> None:
        stated = cover_program(self.desk, {self.pool: self.cells}, self.wages, by_hulls=True)
        answer = run(stated.program.relaxed(), Options(time_limit_s=seconds))
        if answer.status is Status.INFEASIBLE:
            self.impossible = self.ended = True
            return
        self.prices = np.zeros(len(self.cells))
        if answer.row_duals is not None:
            for (_, b), row in stated.covers.items():
                self.prices[b] = max(float(answer.row_duals[row]), 0.0)
        self.bound = self._bound_at(self.prices)
        if answer.values is not None:
            people = stated.people_in(self.desk, answer.values)[:, self.pool]
            self._improve(np.ceil(people - WHOLE).astype(np.int64))

    def _exactly(self, gap: float, seconds: float) -> None:
        self.ended = True
        cells, most = self._not_ruled_out()
        stated = cover_program(self.desk, {self.pool: cells}, self.wages, most=most)
        size = abs(self.found.value) if self.found is not None else 0.0
        its = Options(gap=min(gap / size, 1e-2) if size else 0.0, time_limit_s=seconds)
        answer = run(stated.program, its)
        if answer.status is Status.INFEASIBLE:
            # Nothing is better than what was found; without anything found all was stated.
            self.bound = np.inf
            self.impossible = self.found is None
            return
        if answer.bound is not None:
            self.bound = max(self.bound, answer.bound)
        if answer.values is not None:
            people = np.round(stated.people_in(self.desk, answer.values)[:, self.pool])
            self._keep(self._completed(people.astype(np.int64)))

    def _improve(self, people: Places) -> None:
        """Keep the best of what lies a few steps away from people on shifts that cover all."""
        if self._completed(people) is None:
            return
        shifts = self.desk.shifts
        covers = np.array([shift.covers for shift in shifts])
        may = np.array([shift.pools[self.pool] for shift in shifts])
        wages = self.wages[:, self.pool]
        self._keep(self._completed(best_nearby(self.cells, covers, wages, may, people)))

    def _keep(self, candidate: Staffed | None) -> None:
        if candidate is not None and (self.found is None or candidate.value < self.found.value):
            self.found = candidate

    def _at_prices(self, prices: Numbers) -> tuple[list[Numbers], Numbers]:
        """What each step of each block, and a person on each shift, is worth at prices."""
        steps = [
            cell.value + price * cell.people for cell, price in zip(self.cells, prices, strict=True)
        ]
        covers = np.array([shift.covers for shift in self.desk.shifts], dtype=np.float64)
        return steps, self.wages[:, self.pool] - covers @ prices

    def _bound_at(self, prices: Numbers) -> float:
        """Each block at its least, and nobody on shifts but where prices pay for them."""
        steps, shifts = self._at_prices(prices)
        useful = np.array([int(cell.people.max()) for cell in self.cells])
        most = np.array([useful[shift.covers].max(initial=0) for shift in self.desk.shifts])
        may = np.array([shift.pools[self.pool] for shift in self.desk.shifts])
        paid_for = np.minimum(shifts, 0.0) * most * may
        return float(sum(worth.min() for worth in steps) + paid_for.sum())

    def _not_ruled_out(self) -> tuple[list[Steps], Numbers]:
        """The steps of each block, and people on shifts (J, P), that a better roster may have."""
        most = np.full(self.wages.shape, np.inf)
        if self.found is None or self.prices is None:
            return self.cells, most
        distance = self.gap * (1 + ROOM) + ROOM * abs(self.found.value)
        steps, shifts = self._at_prices(self.prices)
        cells = [
            cell.only(np.flatnonzero(worth - worth.min() <= distance))
            for cell, worth in zip(self.cells, steps, strict=True)
        ]
        dear = shifts > ROOM
        most[dear, self.pool] = np.floor(distance / shifts[dear] + ROOM)
        return cells, most

    def _completed(self, people: Places) -> Staffed | None:
        """The best ways for people on shifts, nobody kept who makes no difference."""
        people, desk, cells = people.copy(), self.desk, self.cells
        wages = self.wages[:, self.pool]
        covered = _cover(desk, people)
        steps = [cell.reached_with(int(n)) for cell, n in zip(cells, covered, strict=True)]
        if min(steps) < 0:
            return None
        needed = np.array([cell.stairs.people[i] for cell, i in zip(cells, steps, strict=True)])
        for j in np.argsort(-wages, kind="stable").tolist():
            covers = desk.shifts[j].covers
            spare = int(min((covered - needed)[covers].min(initial=people[j]), people[j]))
            if spare > 0:
                people[j] -= spare
                covered = covered - spare * covers
        ways = np.array([cell.stairs.way[i] for cell, i in zip(cells, steps, strict=True)])
        value = sum(float(cell.stairs.value[i]) for cell, i in zip(cells, steps, strict=True))
        return Staffed(ways, people, value + float(people @ wages))


def _cover(desk: Desk, people: Places) -> Places:
    """(B,): people on shift in each block."""
    covered = np.zeros(len(desk.blocks), dtype=np.int64)
    for shift, count in zip(desk.shifts, people.tolist(), strict=True):
        covered += count * shift.covers
    return covered
