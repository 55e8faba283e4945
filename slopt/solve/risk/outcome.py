"""How a plan for uncertain numbers was found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.scenarios.aim import Aim
from slopt.solve.outcome import Outcome

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RiskOutcome:
    """An outcome whose objective and bound are those of an aim, as losses: less is better.

    `reserve` (R,) are the extra units reserved before the future is seen. `counts` (W,), adding up
    to 1, are how much futures count where the bound is proven: the plan is (nearly) the best of the
    ordinary problem with figures averaged so; the probabilities, where no such weights prove it.
    `best` (W,) are the values of the best plans of the futures, in the goal's sense; None where
    they were not needed.
    """

    aim: Aim
    outcome: Outcome
    reserve: Numbers
    counts: Numbers
    best: Numbers | None = None
