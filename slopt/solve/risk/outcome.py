"""How a plan for uncertain numbers was found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.scenarios.aim import Aim, AimValue
from slopt.problem.scenarios.later_fares import Choices
from slopt.solve.outcome import Outcome

Numbers = NDArray[np.float64]

NOTHING = 1e-10
"""Of what a plan comes to is what rounding leaves between its value by an aim and a bound."""


def bound_of(judged: AimValue, bound: float) -> float:
    """A bound as far as the plan allows: the same where no more than rounding is between.

    An aim near 0, such as regret, has rounding of what the plan comes to, which is not.
    """
    size = float(np.abs(judged.fares.value).max(initial=0.0))
    return judged.loss if judged.loss - bound <= NOTHING * size else bound


@dataclass(frozen=True, eq=False)
class RiskOutcome:
    """An outcome whose objective and bound are those of an aim, as losses: less is better.

    `reserve` (R,) are the extra units reserved before the future is seen. `counts` (W,), adding up
    to 1, are how much futures count where the bound is proven: the plan is (nearly) the best of the
    ordinary problem with figures averaged so; the probabilities, where no such weights prove it.
    `best` (W,) are the values of the best plans of the futures, in the goal's sense; None where
    they were not needed. Where there is no plan and the case's own numbers are not the cause,
    `chances` are limits whose chances of being broken cannot be kept together.

    `late` (W, R) is what a late unit is worth where the bound is proven, and the prices of
    `outcome.relaxation` are those on the shared rows: `certified` is the bound that they prove
    alone, which anybody can add up again; None where a program was searched instead.

    `then` (W, S) are the tiers of each future where they may be changed once it is seen.
    """

    aim: Aim
    outcome: Outcome
    reserve: Numbers
    counts: Numbers
    best: Numbers | None = None
    chances: tuple[str, ...] = ()
    late: Numbers | None = None
    certified: float | None = None
    then: Choices | None = None
