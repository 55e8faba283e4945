"""Lower bounds from prices, without any solver: the certificate of a plan over periods.

At prices on the shared rows and on the rows of the side block every segment takes its best path,
and every column of the side block the better end of its range:

    bound = offset - prices'limit - own'(own limits)
            + sum_s (least cost of a path) + sum_j min over its range of (reduced cost_j y_j)

The sum of floats is lowered by a margin that no rounding exceeds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.horizon.side import Side
from slopt.solve.horizon.paths.oracle import PathOracle, Priced

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
MARGIN = 2e-13
"""Of the sizes of all numbers that are added: 2^-53 times the some hundred operations that a
number goes through on its way into the sum, with a factor of ten to spare."""


@dataclass(frozen=True, eq=False)
class Multipliers:
    """Prices of the shared rows (R,), 0 or more, and of the rows of the side block (Q,), which
    are 0 or more where the upper end is priced and 0 or less where the lower one is."""

    prices: Numbers
    own: Numbers

    def toward(self, other: Multipliers, share: float) -> Multipliers:
        """A mixture of two."""
        return Multipliers(
            (1 - share) * self.prices + share * other.prices,
            (1 - share) * self.own + share * other.own,
        )


@dataclass(frozen=True, eq=False)
class Dual:
    """What multipliers say: the proven bound, and each segment's best path: least (S,), modes."""

    at: Multipliers
    bound: float
    least: Numbers
    modes: Places
    priced: Priced


def dual_at(
    oracle: PathOracle,
    side: Side,
    at: Multipliers,
    ends: tuple[Numbers, Numbers],
    money: float = 1.0,
) -> Dual:
    """The bound at multipliers, the side block between `ends`; infinite without any path.

    With `money` 0 nothing costs anything but the rows: a positive bound then says that no plan
    keeps them.
    """
    priced = oracle.priced(at.prices, money)
    least, modes = oracle.best(priced)
    reduced = money * side.cost + at.prices @ side.on_rows + at.own @ side.own
    lower, upper = ends
    best_end = np.where(reduced > 0, reduced * lower, reduced * upper)
    own_limit = np.where(at.own > 0, side.own_upper, side.own_lower)
    own_terms = np.where(at.own == 0, 0.0, at.own * np.where(at.own == 0, 0.0, own_limit))
    offset = money * (oracle.rows.objective.offset + side.offset)
    terms = (offset, -at.prices * side.limit, -own_terms, least, best_end)
    total = float(sum(np.sum(each) for each in terms))
    if not np.isfinite(total):
        return Dual(at, total if total > 0 else -np.inf, least, modes, priced)
    size = abs(offset) + float(np.abs(at.prices * side.limit).sum() + np.abs(own_terms).sum())
    size += oracle.size(priced)
    parts = money * np.abs(side.cost) + at.prices @ np.abs(side.on_rows)
    size += float((parts + np.abs(at.own) @ np.abs(side.own)) @ np.maximum(np.abs(upper), 0.0))
    return Dual(at, total - MARGIN * size, least, modes, priced)
