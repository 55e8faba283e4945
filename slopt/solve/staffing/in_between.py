"""A roster that costs and uses no more than a mixture of two others, and loses as little as it can.

At prices two rosters are equally good, and the limit lies between them: one is below it and leaves
money over, the other is above. What uses the money up is a few agents moved between blocks, or a
few people between shifts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.economics.desks.roster import Roster, broken_rules
from slopt.solve.staffing.people_moves import PeopleMoves, completed, people_moves

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

MOVES = 300
"""Changes of one block that are tried by themselves and in pairs: those that cost least at the
price of money that the two rosters tell."""
ROUNDS = 20
ROOM, SLACK = 1e-12, 1e-9


def roster_between(low: Roster, high: Roster, share: float) -> Roster | None:
    """The roster found a share of the way from one to the other; None where there is no better one.

    None as well for rosters of two designs.
    """
    spread = high.service_cost - low.service_cost
    if low.design != high.design or spread == 0:
        return None
    price = (low.lost_sales - high.lost_sales) / spread
    if price <= 0:
        return None
    most_cost = low.service_cost + share * spread
    most_use = low.use + share * (high.use - low.use)
    begin = low if spread > 0 else high
    found = completed(begin, price) if begin.desk.shifts else begin
    for _ in range(ROUNDS):
        moves = people_moves(found, price) if found.desk.shifts else block_moves(found)
        order = np.argsort(moves.lost + price * moves.cost, kind="stable")[:MOVES]
        moves = moves.only(order)
        chosen = _best(moves, most_cost - found.service_cost, most_use - found.use)
        if chosen is None:
            break
        found = moves.after(found, chosen, price)
    same = np.array_equal(found.ways, begin.ways) and np.array_equal(found.people, begin.people)
    too_dear = found.service_cost > most_cost + SLACK * (1 + abs(most_cost))
    return None if same or too_dear or broken_rules(found) else found


def _best(moves: BlockMoves | PeopleMoves, cost: float, use: Numbers) -> tuple[int, ...] | None:
    """One or two changes that lose least within so much more cost and use, if any gain."""
    slack = ROOM * (1 + abs(cost))
    fits = moves.cost <= cost + slack
    fits &= np.all(moves.use <= use[:, None] + ROOM * (1 + np.abs(use[:, None])), axis=0)
    alone = np.where(fits, moves.lost, np.inf)
    both = moves.lost[:, None] + moves.lost[None, :]
    fit = moves.part[:, None] != moves.part
    fit &= moves.cost[:, None] + moves.cost[None, :] <= cost + slack
    for own, left in zip(moves.use, use, strict=True):
        fit &= own[:, None] + own[None, :] <= left + ROOM * (1 + abs(left))
    both = np.where(fit, both, np.inf)
    if min(alone.min(initial=np.inf), both.min(initial=np.inf)) >= -1e-9:
        return None
    if alone.min() <= both.min():
        return (int(alone.argmin()),)
    first, second = np.unravel_index(int(both.argmin()), both.shape)
    return int(first), int(second)


@dataclass(frozen=True, eq=False)
class BlockMoves:
    """Changes of the way of one block, (M,): where to, and what it adds; `use` is (R, M).

    Two changes of one block do not add up: `part` tells blocks of pools apart.
    """

    part: Places
    pool: Places
    block: Places
    way: Places
    cost: Numbers
    lost: Numbers
    use: Numbers

    def only(self, places: Places) -> BlockMoves:
        """Some of the changes."""
        return BlockMoves(
            self.part[places],
            self.pool[places],
            self.block[places],
            self.way[places],
            self.cost[places],
            self.lost[places],
            self.use[:, places],
        )

    def after(self, roster: Roster, chosen: tuple[int, ...], price: float) -> Roster:
        """The roster with changes made, whatever the price."""
        ways = roster.ways.copy()
        for move in chosen:
            ways[self.pool[move], self.block[move]] = self.way[move]
        return replace(roster, ways=ways)


def block_moves(roster: Roster) -> BlockMoves:
    """Every other way of every block of the pools at work."""
    blocks = np.arange(len(roster.desk.blocks))
    parts = []
    for p in roster.pools:
        pool, taken = roster.desk.pools[p], roster.ways[p]
        cost = pool.cost - pool.cost[blocks, taken][:, None]
        lost = pool.lost_sales - pool.lost_sales[blocks, taken][:, None]
        use = pool.use - pool.use[:, blocks, taken][:, :, None]
        at = np.nonzero(pool.allowed & ((cost != 0) | (lost != 0)))
        place = np.full(len(at[0]), p)
        part = p * len(blocks) + at[0]
        parts.append((part, place, *at, cost[at], lost[at], use[:, at[0], at[1]]))
    return BlockMoves(*(np.concatenate(each, axis=-1) for each in zip(*parts, strict=True)))
