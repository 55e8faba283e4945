"""A linear program scaled for HiGHS: rows and costs by powers of two, which loses no digit.

HiGHS's tolerances are absolute, so what they mean depends on the size of the numbers. Here rows
get coefficients of at most 1 and costs a median of about 1,000; columns that no solution can hold
are taken out first, for their numbers would set the scale.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.problem.program import LinearProgram

Numbers = NDArray[np.float64]

COST_SCALE = 2.0**10
"""Costs are scaled so that the median is about this: HiGHS tells apart objectives that differ by
1e-6, so a plan is told from one that is 1e-9 of a usual cost better. Not the largest: an offer at
1e12 that stands for "never" would make all others look equal."""
COST_LARGEST = 2.0**30
"""Of a scaled cost; sums of larger ones have no digits left below HiGHS's tolerance of 1e-7."""
ROOM = 1e-9
"""Relative room at limits of programs with whole numbers; half of what the check allows."""
TRIFLE = 2e-9
"""Use of a row that has no room at all and still counts as none, as for the check."""


class ScaledProgram:
    """The arrays that HiGHS is handed; `row_factor` and `cost_factor` scale its answer back.

    Whole-number columns that no solution can hold are fixed at 0 and left out of the rows.
    """

    def __init__(self, program: LinearProgram) -> None:
        self.program = program
        never = _never_one(program)
        kept = ~never[program.index]
        self.index, row = program.index[kept], program.row_of[kept]
        rows = len(program.row_lower)
        self.start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=rows))])
        self.upper = np.where(never, 0.0, program.upper)
        largest = np.zeros(rows)
        np.maximum.at(largest, row, np.abs(program.value[kept]))
        self.row_factor = _power_of_two(largest)
        self.row_lower, self.row_upper = _with_room(program)
        self.value = program.value[kept] * self.row_factor[row]
        cost = np.where(never, 0.0, program.cost)
        sizes = np.abs(cost[cost != 0]) if cost.any() else np.zeros(1)
        usual, largest_cost = _power_of_two(np.array([np.median(sizes), sizes.max()]))
        self.cost_factor = float(min(usual * COST_SCALE, largest_cost * COST_LARGEST))
        self.cost = cost * self.cost_factor


def _with_room(program: LinearProgram) -> tuple[Numbers, Numbers]:
    """Row bounds, those of limits on whole-number columns alone moved outwards by ROOM.

    Where something continuous can give way, room would only change what the answer is worth; and
    prices come from programs without whole numbers, whose bounds stay as they are.
    """
    lower, upper = program.row_lower, program.row_upper
    continuous = ~program.integral[program.index]
    rigid = np.bincount(program.row_of, weights=continuous, minlength=len(lower)) == 0
    rigid &= np.isinf(lower) | np.isinf(upper)
    if not program.integral.any():
        return lower, upper
    with np.errstate(invalid="ignore"):
        below = np.where(rigid, ROOM * np.maximum(1.0, np.abs(lower)), 0.0)
        above = np.where(rigid, ROOM * np.maximum(1.0, np.abs(upper)), 0.0)
    return lower - below, upper + above


def _never_one(program: LinearProgram) -> NDArray[np.bool_]:
    """Binary columns that alone use more than twice the room of a row, such as "never" prices.

    Left in, their coefficient would set the scale of the row, and with it how far HiGHS may
    overstep the limit.
    """
    never = np.zeros(len(program.cost), dtype=np.bool_)
    binary = program.integral & (program.lower == 0) & (program.upper == 1)
    if not binary.any():
        return never
    row, rows = program.row_of, len(program.row_lower)
    low, high = program.lower[program.index], program.upper[program.index]
    for sign, side in ((1.0, program.row_upper), (-1.0, -program.row_lower)):
        value = sign * program.value
        with np.errstate(invalid="ignore"):
            least = np.where(value == 0, 0.0, value * np.where(value > 0, low, high))
        room = (side - np.bincount(row, weights=least, minlength=rows))[row]
        never[program.index[(room >= 0) & (value > 2 * room + TRIFLE) & binary[program.index]]] = 1
    return never


def _power_of_two(largest: Numbers) -> Numbers:
    """Factors that bring each number to between 1/2 and 1; 1 for a 0."""
    _, exponent = np.frexp(largest)
    return np.where(largest > 0, np.ldexp(1.0, -exponent), 1.0)
