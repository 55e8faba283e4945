"""Parts of a problem that the search by paths leaves to do: the side block between ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.horizon.problem import HorizonProblem
from slopt.problem.horizon.side import Side
from slopt.solve.horizon.paths.bound import Multipliers

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
ON = 0.5


@dataclass(frozen=True, eq=False)
class Node:
    """A part of the problem: the side block between `ends`, multipliers to begin with, and what is
    proven of it."""

    ends: tuple[Numbers, Numbers]
    start: Multipliers | None
    bound: float


def open_modes(problem: HorizonProblem, side: Side, ends: tuple[Numbers, Numbers]) -> Flags:
    """(T, M): modes of which the tier can be open, and the project in effect, within the ends."""
    may = np.ones((len(problem.periods), len(problem.mode_tier)), dtype=np.bool_)
    for mode, index in enumerate(problem.mode_project.tolist()):
        if index < 0:
            continue
        project, begun = problem.projects[index], side.begun[index]
        begin = len(problem.periods)
        if project.started is not None:
            begin = max(0, project.started + project.takes)
        possible = np.flatnonzero(np.append(ends[1], 0.0)[begun] > ON)
        if len(possible):
            begin = int(possible[0]) + project.takes
        may[:begin, mode] = False
    opened = np.where(side.opened >= 0, side.opened, len(ends[1]))
    closed = np.append(ends[1], 1.0)[opened] < ON
    return np.asarray(may & ~closed[:, problem.mode_tier])
