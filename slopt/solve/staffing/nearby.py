"""Rosters a step away: one person more, one less, or one moved from a shift to another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.economics.desks.desk import Flags
from slopt.solve.staffing.priced import Steps

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

MOST_STEPS = 500
NEVER = 1e30
"""What a block counts with too few people on shift."""
ROOM = 1e-12
"""Relative gain below which a step is no better."""


def best_nearby(
    cells: list[Steps], covers: Flags, wages: Numbers, may: Flags, people: Places
) -> Places:
    """People on shifts (J,) after the best step again and again, until none gains anything.

    Args:
        cells: steps of each block. covers: (J, B). wages: (J,) what a person is worth. may: (J,)
        shifts that may be worked. people: (J,) to begin with.
    """
    people = people.copy()
    worth = _worth(cells, int(people.sum()) + MOST_STEPS)
    block, cover = np.arange(len(cells)), covers.astype(np.float64)
    refused = np.where(may, 0.0, NEVER)
    for _ in range(MOST_STEPS):
        on_shift = people @ covers
        now = worth[block, on_shift]
        more = worth[block, on_shift + 1] - now
        less = np.where(on_shift > 0, worth[block, np.maximum(on_shift - 1, 0)] - now, 0.0)
        nobody = np.where(people > 0, 0.0, NEVER)
        add = wages + cover @ more + refused
        drop = cover @ less - wages + nobody
        # Blocks that both shifts cover keep their people.
        swap = ((1 - cover) * more) @ cover.T + (cover * less) @ (1 - cover).T
        swap += (nobody - wages)[:, None] + (wages + refused)[None, :]
        gains = add.min(), drop.min(), swap.min()
        total = float(now.sum() + people @ wages)
        if min(gains) >= -ROOM * max(abs(total), 1e-9):
            break
        if gains[2] == min(gains):
            out, into = np.unravel_index(int(swap.argmin()), swap.shape)
            people[out] -= 1
            people[into] += 1
        elif gains[0] <= gains[1]:
            people[int(add.argmin())] += 1
        else:
            people[int(drop.argmin())] -= 1
    return people


def _worth(cells: list[Steps], top: int) -> Numbers:
    """(B, top + 1): what a block is worth with so many people on shift."""
    people = np.arange(top + 1)
    found = np.full((len(cells), top + 1), NEVER)
    for b, cell in enumerate(cells):
        reached = np.searchsorted(cell.stairs.people, people, side="right") - 1
        enough = reached >= 0
        found[b, enough] = cell.stairs.value[reached[enough]]
    return found
