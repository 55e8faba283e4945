"""All rosters of a desk near its best, but for those that others are at least as good as.

Where nothing binds the blocks of a design together, a roster is a way for each pool and block. They
are added one after the other; of what they come to so far, only sums that no other is at least as
good as in cost, losses and every resource go on (Pareto), and only those that with the best of the
rest are still near enough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.economics.desks.desk import Desk
from slopt.economics.desks.roster import Roster, RosterTerms

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

CROWD = 20_000
"""Sums that are held at a time; beyond, listing is given up."""
ROOM = 1e-9
"""Relative room for rounding."""


def can_be_listed(desk: Desk) -> bool:
    """True where a way for each block by itself is all there is to a roster."""
    promised = not np.isnan(desk.promise).all()
    return not desk.shifts and not promised and bool(np.isinf(desk.most_agents).all())


def rosters_near(
    desk: Desk, terms: RosterTerms, most_worth: float, most: int
) -> list[Roster] | None:
    """The rosters that are worth at most so much at the terms, the best first.

    Without those that another one is at least as good as in every figure. None where there are more
    than `most`, or where they cannot be listed.
    """
    if not can_be_listed(desk):
        return None
    found: list[tuple[float, Roster]] = []
    for design in range(len(desk.designs)):
        its = _of_design(desk, design, terms, most_worth)
        if its is None or len(found) + len(its) > most:
            return None
        found += its
    return [roster for _value, roster in sorted(found, key=lambda each: each[0])]


@dataclass(frozen=True, eq=False)
class _Cell:
    """The ways of a pool in a block that can be part of a roster: figures (W, F), worth (W,)."""

    pool: int
    block: int
    ways: Places
    figures: Numbers
    worth: Numbers


def _of_design(
    desk: Desk, design: int, terms: RosterTerms, most_worth: float
) -> list[tuple[float, Roster]] | None:
    cells = [
        _cell(desk, pool, block, terms)
        for pool in desk.pools_of(design)
        for block in range(len(desk.blocks))
    ]
    if any(len(cell.ways) == 0 for cell in cells):
        return []
    left = np.cumsum([0.0, *(float(cell.worth.min()) for cell in reversed(cells))])[::-1]
    fixed = terms.service_cost * float(desk.design_cost[design])
    limit = most_worth + ROOM * abs(most_worth)
    figures, worth = np.zeros((1, cells[0].figures.shape[1])), np.array([fixed])
    came: list[tuple[Places, Places]] = []
    for step, cell in enumerate(cells):
        before, way = (
            its.ravel() for its in np.indices((len(worth), len(cell.ways)), dtype=np.int64)
        )
        total = worth[before] + cell.worth[way]
        near = np.flatnonzero(total + left[step + 1] <= limit)
        if len(near) > CROWD:
            return None
        before, way, total = before[near], way[near], total[near]
        sums = figures[before] + cell.figures[way]
        kept = _not_beaten(sums)
        figures, worth = sums[kept], total[kept]
        came.append((before[kept], way[kept]))
    return [
        (float(worth[place]), _roster(desk, design, cells, came, place))
        for place in range(len(worth))
    ]


def _cell(desk: Desk, pool: int, block: int, terms: RosterTerms) -> _Cell:
    its = desk.pools[pool]
    ways = np.flatnonzero(its.allowed[block])
    money = its.cost[block, ways], its.lost_sales[block, ways]
    use = its.use[:, block, ways]
    figures = np.column_stack([*money, *use])
    worth = terms.value(*money, use)
    kept = _not_beaten(figures)
    return _Cell(pool, block, ways[kept], figures[kept], worth[kept])


def _not_beaten(figures: Numbers) -> Places:
    """The rows that no other row is at least as good as; of equal rows the first."""
    if len(figures) == 0:
        return np.zeros(0, dtype=np.int64)
    varies = np.flatnonzero(np.ptp(figures, axis=0) > 0)
    order = np.lexsort((*figures.T[::-1],))
    if len(varies) <= 2:
        return np.sort(order[_stairs(figures[order][:, varies])])
    kept: list[int] = []
    best = np.empty((0, figures.shape[1]))
    for place in order.tolist():
        if not np.any(np.all(best <= figures[place], axis=1)):
            kept.append(place)
            best = np.vstack([best, figures[place]])
    return np.sort(np.array(kept, dtype=np.int64))


def _stairs(ordered: Numbers) -> NDArray[np.bool_]:
    """Of rows in their order, those whose last figure is lower than in every row before."""
    last = ordered[:, -1] if ordered.shape[1] else np.zeros(len(ordered))
    before = np.append(np.inf, np.minimum.accumulate(last)[:-1])
    return np.asarray(last < before)


def _roster(
    desk: Desk, design: int, cells: list[_Cell], came: list[tuple[Places, Places]], place: int
) -> Roster:
    ways = np.full((len(desk.pools), len(desk.blocks)), -1)
    for cell, (before, way) in zip(reversed(cells), reversed(came), strict=True):
        ways[cell.pool, cell.block] = cell.ways[way[place]]
        place = int(before[place])
    return Roster(desk, design, ways, np.zeros((0, len(desk.pools)), dtype=np.int64))
