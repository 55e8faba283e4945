"""The best service level of each decider at given prices, with a proven bound.

Branch and bound over cells of levels, for all deciders at once. At nonnegative prices the worth
of a level is a sum of terms of which each bends one way in a cell, so that nothing in the cell is
worth less than the lower of its ends less the sag of the terms. Cells that cannot hold anything
better are closed; the others are cut into pieces, whose sag is smaller by the square of their
number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.economics.levels.curves import LevelCurves

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

CELLS = 16
"""Cells that every search begins with, besides those that corners make."""
PIECES = 6
"""Pieces that an open cell is cut into."""
ROUNDS = 12
"""Rounds of cutting; the bound is proven after any number of them."""
TOLERANCE = 1e-8
"""Where a cell may hide less than this share of what is at stake, it is closed."""
ROUNDING = 1e-13
"""A bound is lowered by this share of all amounts that were added, which bounds their rounding."""


@dataclass(frozen=True, eq=False)
class Found:
    """The best level of each decider, what it is worth, and what no level is worth less than."""

    level: Numbers
    value: Numbers
    bound: Numbers


class LevelSearch:
    """Searches over the same curves at many prices; the first cells are computed once."""

    def __init__(self, curves: LevelCurves) -> None:
        self.curves = curves
        self.everybody = np.arange(len(curves.names))
        self.levels = curves.grid(CELLS)
        self.figures, self.sag = curves.with_sag(self.everybody, self.levels)

    def best(self, prices: Numbers, level_price: Numbers) -> Found:
        """The best at prices (F, U), 0 or more, of the figures, less level_price (U,) x level."""
        worth = np.einsum("fu,fug->ug", prices, self.figures)
        worth -= level_price[:, None] * self.levels
        low = np.minimum(worth[:, :-1], worth[:, 1:])
        low -= np.einsum("fu,fug->ug", prices, self.sag)
        size = np.einsum("fu,fug->ug", prices, np.abs(self.figures)).max(axis=1)
        size += level_price
        place = worth.argmin(axis=1)
        value, level = worth[self.everybody, place], self.levels[self.everybody, place]
        enough = TOLERANCE * size
        who, cell = np.nonzero(low < (value - enough)[:, None])
        closed = np.where(low < (value - enough)[:, None], np.inf, low).min(axis=1)
        left, right = self.levels[who, cell], self.levels[who, cell + 1]
        low = low[who, cell]
        for _ in range(ROUNDS):
            if len(who) == 0:
                break
            share = np.linspace(0.0, 1.0, PIECES + 1)
            levels = left[:, None] + (right - left)[:, None] * share
            levels[:, -1] = right
            figures, sag = self.curves.with_sag(who, levels)
            worth = np.einsum("fn,fng->ng", prices[:, who], figures)
            worth -= level_price[who, None] * levels
            low = np.minimum(worth[:, :-1], worth[:, 1:])
            low -= np.einsum("fn,fng->ng", prices[:, who], sag)
            _keep_best(who, levels, worth, value, level)
            is_open = low < (value - enough)[who, None]
            np.minimum.at(closed, who, np.where(is_open, np.inf, low).min(axis=1))
            cell, piece = np.nonzero(is_open)
            who, low = who[cell], low[cell, piece]
            left, right = levels[cell, piece], levels[cell, piece + 1]
        np.minimum.at(closed, who, low)
        return Found(level, value, np.minimum(closed, value) - ROUNDING * size)


def _keep_best(
    who: Places, levels: Numbers, worth: Numbers, value: Numbers, level: Numbers
) -> None:
    """Write the best of some cells (n, G) into the best of their deciders."""
    place = worth.argmin(axis=1)
    row = np.arange(len(who))
    its, where = worth[row, place], levels[row, place]
    order = np.lexsort((where, its, who))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = who[order][1:] != who[order][:-1]
    best = order[first]
    better = its[best] < value[who[best]]
    best = best[better]
    value[who[best]], level[who[best]] = its[best], where[best]
