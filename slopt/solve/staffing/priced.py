"""What the ways of a pool are worth at some terms, and which of them can be best."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.economics.desks.desk import Pool
from slopt.economics.desks.roster import RosterTerms, people_for

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Steps:
    """Of one block: the ways that a roster may need, with what they take; (N,) each.

    `way` is the position in the pool, `people` how many have to be on shift for it.
    """

    way: Places
    people: Places
    value: Numbers

    @cached_property
    def stairs(self) -> Steps:
        """The steps with rising people and falling value: all others are never better.

        A promise may still need the others.
        """
        order = np.lexsort((self.value, self.people))
        value = self.value[order]
        before = np.append(np.inf, np.minimum.accumulate(value)[:-1])
        kept = order[value < before]
        return self.only(kept)

    @cached_property
    def corners(self) -> Places:
        """Which of the stairs are corners of the lower convex hull of value over people."""
        kept: list[int] = []
        x, y = self.stairs.people.tolist(), self.stairs.value.tolist()
        for i in range(len(x)):
            while len(kept) >= 2:
                a, b = kept[-2:]
                if (y[b] - y[a]) * (x[i] - x[a]) < (y[i] - y[a]) * (x[b] - x[a]):
                    break
                kept.pop()
            kept.append(i)
        return np.array(kept, dtype=np.int64)

    def only(self, places: Places) -> Steps:
        """Some of the steps."""
        return Steps(self.way[places], self.people[places], self.value[places])

    def reached_with(self, people: int) -> int:
        """The best of the stairs that so many people reach, -1 where they are too few for any."""
        return int(np.searchsorted(self.stairs.people, people, side="right")) - 1


def values_of(pool: Pool, terms: RosterTerms) -> Numbers:
    """(B, W): what each way is worth at the terms, inf where it is not allowed."""
    worth = terms.value(pool.cost, pool.lost_sales, pool.use)
    return np.where(pool.allowed, worth, np.inf)


def steps_of(pool: Pool, worth: Numbers, promised: bool) -> list[Steps]:
    """For each block the ways that can be best; none where no way is allowed.

    Of ways with as many agents the one that is worth least is enough, unless a promise asks how
    many calls it answers in time (`promised`).
    """
    people = people_for(pool, pool.agents)
    found = []
    for b in range(len(worth)):
        ways = np.flatnonzero(np.isfinite(worth[b]))
        if not promised and len(ways):
            order = ways[np.lexsort((worth[b, ways], pool.agents[b, ways]))]
            before = np.append(np.inf, np.minimum.accumulate(worth[b, order])[:-1])
            ways = order[worth[b, order] < before]
        found.append(Steps(ways, people[b, ways], worth[b, ways]))
    return found
