"""What a plan regrets in every future: by how much the best plan for that future would be better.

Who knows the future has to keep the limits at the case's own numbers as any plan does, so that no
plan that may be made regrets less than nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.solve.risk.best_of_futures import BestOfFutures
from slopt.study.risk.estimates import Estimate, chance_of
from slopt.study.risk.outlook import Outlook, figure_outlook
from slopt.study.risk.sample import Sample

Numbers = NDArray[np.float64]

REGRET = "regret"
AS_GOOD = 1e-9
"""A regret of no more than this share of the plan's loss is rounding: the plan is the best then."""


@dataclass(frozen=True, eq=False)
class Hindsight:
    """Regret of one plan in W futures, (W,), in the goal's unit, 0 or more but for a plan that
    breaks limits at the case's own numbers, or may be changed later.

    `best` is the goal's value of the best plan of each future. `at_most` is the mean regret if the
    best were as good as its proven bound: the true mean lies between. `is_best` is the chance that
    no plan would be better. `worst` is the future that is regretted most.
    """

    best: Numbers
    regret: Numbers
    outlook: Outlook
    at_most: float
    is_best: Estimate
    worst: int


def hindsight(
    problem: ScenarioProblem,
    sample: Sample,
    best: BestOfFutures,
    its: Numbers,
    least: Numbers,
    tail: float,
) -> Hindsight:
    """What a plan regrets whose losses in the futures are `its` (W,); `least` (W,) are the least
    ones that any plan known has there.
    """
    sign = -1.0 if problem.base.goal.maximises else 1.0
    regret = its - least
    room = AS_GOOD * np.maximum(np.abs(its), np.abs(least))
    regret = np.where(np.abs(regret) <= room, 0.0, regret)
    most = np.maximum(its - np.minimum(sign * best.bounds, least), regret)
    return Hindsight(
        sign * least,
        regret,
        figure_outlook(REGRET, np.nan, regret, sample, tail),
        float(sample.probability @ most),
        chance_of(sample, regret <= 0),
        int(np.argmax(regret)),
    )
