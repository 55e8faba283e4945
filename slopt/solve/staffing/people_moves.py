"""Rosters a person away from one: what each such change adds to cost, losses and use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.economics.desks.desk import Desk
from slopt.economics.desks.roster import Roster, RosterTerms
from slopt.solve.staffing.priced import steps_of, values_of

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

NEVER = 1e30
"""What a block loses with too few people on shift."""
NOBODY = -1


@dataclass(frozen=True, eq=False)
class PeopleMoves:
    """Changes of people on shifts, (M,): from a shift to another, either of which may be NOBODY.

    Two changes in one pool do not add up: `part` is the pool. `use` is (R, M).
    """

    part: Places
    out: Places
    into: Places
    cost: Numbers
    lost: Numbers
    use: Numbers

    def only(self, places: Places) -> PeopleMoves:
        """Some of the changes."""
        return PeopleMoves(
            self.part[places],
            self.out[places],
            self.into[places],
            self.cost[places],
            self.lost[places],
            self.use[:, places],
        )

    def after(self, roster: Roster, chosen: tuple[int, ...], price: float) -> Roster:
        """The roster with changes made, the best ways taken at a price of money."""
        people = roster.people.copy()
        for move in chosen:
            pool, out, into = int(self.part[move]), int(self.out[move]), int(self.into[move])
            people[out, pool] -= out != NOBODY
            people[into, pool] += into != NOBODY
        return completed(replace(roster, people=people), price)


def completed(roster: Roster, price: float) -> Roster:
    """The roster with the best ways that its people can take at a price of money."""
    ways = roster.ways.copy()
    for p in roster.pools:
        on_shift = roster.rostered[p]
        table = _way_table(roster.desk, p, price, int(on_shift.max(initial=0)))
        ways[p] = table[np.arange(len(on_shift)), on_shift]
    return replace(roster, ways=ways)


def people_moves(roster: Roster, price: float) -> PeopleMoves:
    """One person more or less, or from one shift to another, in each pool at work."""
    found = [_of_pool(roster, p, price) for p in roster.pools]
    figures = zip(*found, strict=True)
    return PeopleMoves(*(np.concatenate(each, axis=-1) for each in figures))


def _way_table(desk: Desk, pool: int, price: float, top: int) -> Places:
    """(B, top + 1): the best way with so many people on shift, -1 where they are too few."""
    terms = RosterTerms(price, 1.0, np.zeros(len(desk.resources)))
    people = np.arange(top + 1)
    found = np.full((len(desk.blocks), top + 1), -1)
    for b, cell in enumerate(steps_of(desk.pools[pool], values_of(desk.pools[pool], terms), False)):
        reached = np.searchsorted(cell.stairs.people, people, side="right") - 1
        found[b, reached >= 0] = cell.stairs.way[reached[reached >= 0]]
    return found


def _of_pool(roster: Roster, p: int, price: float) -> tuple[NDArray[Any], ...]:
    desk, pool, people = roster.desk, roster.desk.pools[p], roster.people[:, p]
    covers = np.array([shift.covers for shift in desk.shifts], dtype=np.float64)
    on_shift, block = roster.rostered[p], np.arange(len(desk.blocks))
    ways = _way_table(desk, p, price, int(on_shift.max(initial=0)) + 1)
    around = [ways[block, np.maximum(on_shift + step, 0)] for step in (0, 1, -1)]

    def changed(figure: Numbers, wage: Numbers, too_few: float) -> Numbers:
        """(J + 1, J + 1): what going out of a shift (row) and into one (column) adds."""
        now, above, below = (figure[block, way] for way in around)
        more = above - now
        less = np.where(around[2] < 0, too_few, below - now)
        added = np.zeros((len(people) + 1, len(people) + 1))
        added[:-1, :-1] = ((1 - covers) * more) @ covers.T + (covers * less) @ (1 - covers).T
        added[:-1, :-1] += wage[None, :] - wage[:, None]
        added[-1, :-1] = covers @ more + wage
        added[:-1, -1] = covers @ less - wage
        return added

    nothing = np.zeros(len(people))
    cost = changed(pool.cost, np.array([shift.cost[p] for shift in desk.shifts]), 0.0)
    lost = changed(pool.lost_sales, nothing, NEVER)
    use = [
        changed(pool.use[r], np.array([shift.use[r, p] for shift in desk.shifts]), 0.0)
        for r in range(len(desk.resources))
    ]
    may = np.zeros(lost.shape, dtype=np.bool_)
    may[:-1, :] |= people[:, None] > 0
    may[-1, :] = True
    may[:, :-1] &= np.array([shift.pools[p] for shift in desk.shifts])[None, :]
    may &= lost < NEVER / 2
    np.fill_diagonal(may, False)
    out, into = np.nonzero(may)
    used = np.array([each[out, into] for each in use]).reshape(len(use), len(out))
    last = len(people)
    return (
        np.full(len(out), p),
        np.where(out == last, NOBODY, out),
        np.where(into == last, NOBODY, into),
        cost[out, into],
        lost[out, into],
        used,
    )
