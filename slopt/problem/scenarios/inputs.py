"""The uncertain inputs of a case, with what their cells hold at any place of what they may be."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.columns import Column, Kind
from slopt.case.digits import to_digits
from slopt.case.uncertain import UncertainCells, is_uncertain, uncertain_cells
from slopt.problem.scenarios.distributions import quantiles

__all__ = ["UncertainInput", "is_uncertain", "uncertain_inputs", "within"]

Numbers = NDArray[np.float64]

DIGITS = 12
"""Of what is drawn: the last ones of a logarithm are not the same on every machine."""


@dataclass(frozen=True, eq=False)
class UncertainInput(UncertainCells):
    """Cells that are drawn together: at the same place, 0 .. 1, each holds the same quantile."""

    def at(self, places: Numbers) -> Numbers:
        """(W, C), or (W, 1) where all cells are alike: what the cells hold at W places, 0 .. 1."""
        ends = (self.lows, self.now, self.highs)
        if self.is_one:
            ends = (self.lows[:1], self.now[:1], self.highs[:1])
        found = quantiles(self.distribution, places, ends, self.coverage)
        return within(self.column, to_digits(found, DIGITS))


def within(column: Column, values: Numbers) -> Numbers:
    """The values, pulled into the range of the column; whole numbers where those belong."""
    if column.kind is Kind.INTEGER:
        values = np.round(values)
    if column.low is None and column.high is None:
        return values
    return np.clip(values, column.low, column.high)


def uncertain_inputs(case: PlanningCase) -> tuple[UncertainInput, ...]:
    """One input for each row of sources that gives cells of the case an interval, in their order.

    Numbers that are decisions (limits of rules, prices, ranks) are none.
    """
    return tuple(as_input(one) for one in uncertain_cells(case))


def as_input(cells: UncertainCells) -> UncertainInput:
    """The same cells, ready to be drawn."""
    return UncertainInput(**{each.name: getattr(cells, each.name) for each in fields(cells)})
