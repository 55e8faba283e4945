"""The side block of a horizon problem: everything that is decided and is not a segment's tier.

Extra units, hiring and release, starts of projects, tiers that are opened, breaches of soft rules:
columns y with a cost, bounds, whole numbers or not, coefficients on the shared rows and on rows
of their own:

    shared use of the segments + on_rows y <= limit,    own_lower <= own y <= own_upper

`limit` is what is left of the shared limits after all that is settled before the plan begins:
units and people at hand, projects that were started. Every column has a finite upper bound, which
costs nothing: nobody hires more than all segments together could use.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.horizon.problem import NEVER, HorizonChoice
from slopt.problem.horizon.shared_rows import SharedRows

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Side:
    """J columns over R shared rows and Q rows of their own.

    cost, lower, upper, integral (J,); on_rows (R, J); own (Q, J); own_lower, own_upper (Q,);
    limit (R,). hired, released (O, T) and begun (P, T) are places of columns, -1 for none; begun
    is 1 from the period on in which a project is started; opened (T, K) is 1 where a tier is in
    use. `switch` (J,) is true of yes and no. `offset` is in the unit of the goal.
    """

    cost: Numbers
    lower: Numbers
    upper: Numbers
    integral: Flags
    on_rows: Numbers
    own: Numbers
    own_lower: Numbers
    own_upper: Numbers
    limit: Numbers
    offset: float
    hired: Places
    released: Places
    begun: Places
    opened: Places
    switch: Flags

    def decided(self, rows: SharedRows, modes: Places, values: Numbers) -> HorizonChoice:
        """The choice that modes (S, T) and values of the columns (J,) amount to."""
        problem = rows.problem
        values = np.where(self.integral, np.round(values), values)
        scale = np.maximum(1.0, np.abs(self.upper))
        values = np.where(np.abs(values) < TRIFLE * scale, 0.0, np.maximum(values, 0.0))
        padded = np.append(values, 0.0)
        started = np.full(len(problem.projects), NEVER, dtype=np.int64)
        for index, project in enumerate(problem.projects):
            if project.started is not None:
                started[index] = project.started
                continue
            begun = np.flatnonzero(padded[self.begun[index]] > 0.5)
            if len(begun):
                started[index] = begun[0]
        return HorizonChoice(modes, padded[self.hired], padded[self.released], started)


TRIFLE = 1e-11
"""Of the most that a column can be: what a solver's rounding leaves of 0."""
