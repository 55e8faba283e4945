"""A linear program with integer columns, as plain arrays: what a solver is handed.

    minimise    cost'x + offset
    subject to  row_lower <= A x <= row_upper
                lower <= x <= upper,  x[j] whole where integral[j]

A is stored by rows (`start`, `index`, `value`). The reported value is `sign` times the minimised
one, so that a goal to be maximised is stored with its costs negated and sign -1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LinearProgram:
    """The arrays, and which columns and rows mean what.

    `choose` are the positions (segment, tier) of the first columns, shape (pairs, 2): column j
    says that segment choose[j, 0] is given tier choose[j, 1]. `shared` names the rows that carry
    a price: limits, resources and rules. `known` are values of columns, by column, of a solution
    to begin with; what they leave out is found for them.
    """

    cost: Numbers
    lower: Numbers
    upper: Numbers
    integral: NDArray[np.bool_]
    start: Places
    index: Places
    value: Numbers
    row_lower: Numbers
    row_upper: Numbers
    choose: Places
    offset: float = 0.0
    sign: float = 1.0
    shared: Mapping[str, int] = field(default_factory=dict)
    known: Mapping[int, float] = field(default_factory=dict)

    @property
    def size(self) -> tuple[int, int, int]:
        """Columns, rows, coefficients."""
        return len(self.cost), len(self.row_lower), len(self.value)

    @cached_property
    def row_of(self) -> Places:
        """The row of every coefficient."""
        return np.repeat(np.arange(len(self.row_lower)), np.diff(self.start))

    def column_of(self, segment: int, tier: int) -> int:
        """The column that gives a tier to a segment; it must be there."""
        return self._columns[segment, tier]

    @cached_property
    def _columns(self) -> dict[tuple[int, int], int]:
        return {(s, k): column for column, (s, k) in enumerate(self.choose.tolist())}

    def coefficients(self, row: int) -> Numbers:
        """One row as a dense vector over the columns."""
        here = slice(self.start[row], self.start[row + 1])
        dense = np.zeros(len(self.cost))
        dense[self.index[here]] = self.value[here]
        return dense

    def is_floor(self, row: int) -> bool:
        """True for a row that is bounded from below only."""
        return bool(np.isinf(self.row_upper[row]))

    def replace(self, **changes: Any) -> LinearProgram:
        """A copy with other arrays."""
        return replace(self, **changes)

    def relaxed(self) -> LinearProgram:
        """The same program without whole numbers."""
        return self.replace(integral=np.zeros_like(self.integral))

    def with_row(
        self, columns: Places, values: Numbers, lower: float, upper: float
    ) -> LinearProgram:
        """The same program with one more row at the end."""
        return self.replace(
            start=np.append(self.start, self.start[-1] + len(columns)),
            index=np.append(self.index, columns),
            value=np.append(self.value, values),
            row_lower=np.append(self.row_lower, lower),
            row_upper=np.append(self.row_upper, upper),
        )
