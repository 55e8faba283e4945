"""Bounds on plans that break a limit in no more than a given share of the futures.

Of any futures that together are more probable than the chance, at least one keeps the limit. So no
plan is better than the best one that keeps it in the easiest of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.problem.scenarios.aim import CHANCE_ROOM
from slopt.problem.scenarios.fares import Fares, LimitFare
from slopt.solve.by_prices import solve_rows
from slopt.solve.highs import Options
from slopt.solve.risk.by_futures import Proven
from slopt.solve.risk.chance_rows import ChanceRows
from slopt.solve.risk.losses import FurtherRow, Losses
from slopt.solve.risk.weighing import Weighing
from slopt.vocabulary import Method, Status

Numbers = NDArray[np.float64]

ROOM = 1e-9
"""Relative room at the rows of a bound, half of what the judge allows."""
SHARE = 0.25
"""Of the gap asked for is what the problems behind a bound are solved to."""


@dataclass(frozen=True, eq=False)
class ChanceBounds:
    """Bounds on plans over some losses; `left` tells the options with the time that is left."""

    losses: Losses
    weighing: Weighing
    rows_of: ChanceRows
    chance: float
    method: Method
    left: Callable[[], Options]

    def best(
        self, names: list[str], proven: list[Proven], fare: Fares
    ) -> tuple[float, tuple[str, ...]]:
        """The best bound over the limits, each that of its easiest future of the hardest; limits
        that cannot be kept in any of them. What is hardest is told by how some plan fares.
        """
        best = -math.inf
        rows = {name: self._hardest_rows(name, fare) for name in names}
        implied = {name: implied_row(name, its) for name, its in rows.items()}
        for name, its in rows.items():
            others = [row for other, row in implied.items() if other != name and row is not None]
            for one in proven if its else ():
                least = self._least(its, others, one, best)
                if least == math.inf:
                    return best, tuple(names) if others else (name,)
                best = max(best, least)
        return best, ()

    def _least(
        self, its: list[FurtherRow], others: list[FurtherRow], proven: Proven, best: float
    ) -> float:
        """The least bound of plans that keep one of some rows, and all others; `best` is known.

        The prices of one row mostly prove as much of the next, which need not be solved then.
        """
        least, prices = math.inf, None
        for row in its:
            left = self.left()
            if left.time_limit_s <= 0:
                return -math.inf
            losses = self.losses.with_rows([row, *others])
            rows, coupling = losses.averaged(proven.futures)
            shift = float(proven.futures.counts @ self.weighing.shift)
            if prices is not None and rows.dual(prices)[0] - shift >= least:
                continue
            rough = replace(left, gap=max(SHARE * left.gap, 1e-6))
            answer = solve_rows(rows, coupling, rough, self.method)
            if answer.status is Status.INFEASIBLE:
                continue
            if answer.bound is None:
                return -math.inf
            prices = answer.prices
            least = min(least, answer.bound - shift)
            if least <= best:
                break
        return least

    def _hardest(self, name: str, fare: Fares) -> list[int]:
        """Futures that break a limit most, together more probable than the chance; none where all
        of them are not."""
        limit = next(one for one in fare.limits if one.name == name)
        order = np.argsort(-beyond(limit), kind="stable")
        total, hardest = 0.0, []
        for w in order.tolist():
            hardest.append(w)
            total += fare.probability[w]
            if total > self.chance + CHANCE_ROOM:
                return hardest[::-1]
        return []

    def _hardest_rows(self, name: str, fare: Fares) -> list[FurtherRow]:
        """The rows of a limit in its hardest futures, with their room; none where one of them has
        no such limit."""
        rows = []
        for w in self._hardest(name, fare):
            row = self.rows_of.row(name, w, fare.late[w] > 0)
            if np.isnan(row.limit):
                return []
            rows.append(replace(row, limit=row.limit + ROOM * max(1.0, abs(row.limit))))
        return rows


def beyond(limit: LimitFare) -> Numbers:
    """(W,): by how much a limit is exceeded, below 0 where it is not."""
    beyond = limit.limit - limit.used if limit.at_least else limit.used - limit.limit
    return np.nan_to_num(beyond - limit.extra, nan=-np.inf)


def implied_row(name: str, rows: list[FurtherRow]) -> FurtherRow | None:
    """A row that every plan keeps which keeps one of some rows; None where limits differ in sign.

    Scaled to the same limit, pair by pair the least of their uses.
    """
    limits = np.array([row.limit for row in rows])
    if not len(limits) or not (np.all(limits > 0) or np.all(limits < 0)):
        return None
    use = np.min([row.use / abs(row.limit) for row in rows], axis=0)
    opened = np.min([row.opened / abs(row.limit) for row in rows], axis=0)
    size = float(np.abs(limits).mean())
    sign = 1.0 if limits[0] > 0 else -1.0
    return FurtherRow(f"{name} in one of many", size * use, size * opened, size * sign)
