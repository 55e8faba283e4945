"""What a plan is best at over the futures, and what a choice is worth by it.

It judges all routes to a plan for risk and never sees a program.

With Z the value of a choice in the futures, p their probabilities and q what they count:

    mean      sum_w p_w Z_w                                            q = p
    cvar      (1 - weight) mean + weight (mean of the worst tail)      q between (1 - weight) p and
                                                          (1 - weight) p + weight p / tail
    regret    max_w (Z_w - Z*_w), Z* the best value of each future     q on the worst future
    robust    Z of the case's own numbers + the `at_worst` largest deviations of the pairs chosen
              (Bertsimas and Sim 2004, Operations Research 52(1), 35-53)

Penalties of soft rules are those at the case's own numbers, whatever the future.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.evaluate import Breach, evaluate
from slopt.problem.scenarios.fares import Fares, fares
from slopt.problem.scenarios.later_fares import Choices, later_fares
from slopt.problem.scenarios.measures import tail_weights
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.vocabulary import RiskMeasure

Numbers = NDArray[np.float64]

CHANCE_ROOM = 1e-9
"""A chance above what is allowed by no more than this, rounding of sums of probabilities, holds."""
NOTHING = 1e-10
"""Of what a plan comes to: regret below is rounding, and 0."""


@dataclass(frozen=True)
class Aim:
    """What a plan is best at: `tail` and `weight` under cvar, `at_worst` segments under robust.

    `chance` is the most probability at which each limit may be broken over the futures; None where
    limits hold at the case's own numbers and no more is asked.
    """

    measure: RiskMeasure = RiskMeasure.MEAN
    tail: float = 0.1
    weight: float = 1.0
    at_worst: int = 1
    chance: float | None = None

    def __post_init__(self) -> None:
        if not (0 < self.tail <= 1 and 0 <= self.weight <= 1 and self.at_worst >= 0):
            raise ValueError("tail lies above 0 and up to 1, weight from 0 to 1, at_worst from 0")


@dataclass(frozen=True, eq=False)
class AimValue:
    """What a choice is worth by an aim: `loss`, less is better, in the goal's unit.

    Of a goal that is maximised it is the negative of the value. `counts` (W,) is how much each
    future counts in it (all 0 under robust). `violations` are limits broken at the case's own
    numbers, and, where chances are limited, firm ones broken too often, whose amount is the
    chance beyond the one allowed.
    """

    loss: float
    counts: Numbers
    fares: Fares
    violations: tuple[Breach, ...]


def aim_value(
    problem: ScenarioProblem,
    choice: Choice,
    aim: Aim,
    best: Numbers | None = None,
    reserve: Numbers | None = None,
    then: Choices | None = None,
) -> AimValue:
    """What a choice (S,) is worth with `reserve` (R,) units secured beforehand.

    `then` (W, S) are the tiers after a later change, None where nobody changes. `best` (W,) are the
    best values of the futures, in the goal's sense, needed for regret alone. Raises ValueError
    where they are needed and missing.
    """
    own = evaluate(problem.base, choice)
    changed = None if then is None else later_fares(problem, choice, then, reserve)
    found = fares(problem, choice, reserve) if changed is None else changed
    sign = -1.0 if problem.base.goal.maximises else 1.0
    loss = sign * found.value
    counts = np.zeros(problem.count)
    match aim.measure:
        case RiskMeasure.MEAN:
            counts = problem.probability.copy()
            value = float(counts @ loss)
        case RiskMeasure.CVAR:
            worst = tail_weights(loss, problem.probability, aim.tail)
            counts = (1 - aim.weight) * problem.probability + aim.weight * worst
            value = float(counts @ loss)
        case RiskMeasure.REGRET:
            if best is None:
                raise ValueError("regret needs the best value of every future")
            regret = loss - sign * best
            counts[int(np.argmax(regret))] = 1.0
            value = float(regret.max())
        case RiskMeasure.ROBUST:
            row = np.arange(len(choice))
            chosen = np.sort(deviations(problem)[row, choice])
            value = sign * own.objective - own.penalties
            value += float(chosen[len(chosen) - min(aim.at_worst, len(chosen)) :].sum())
    violations = [*own.violations, *_broken_later(problem, choice, then)]
    if aim.chance is not None:
        firm = {limit.name for limit in found.limits if limit.penalty is None}
        for name, chance in found.chances.items():
            if name in firm and chance > aim.chance + CHANCE_ROOM:
                violations.append(Breach(name, chance - aim.chance))
    value += own.penalties
    if aim.measure is RiskMeasure.REGRET and abs(value) <= NOTHING * float(np.abs(loss).max()):
        value = 0.0
    return AimValue(value, counts, found, tuple(violations))


def _broken_later(
    problem: ScenarioProblem, choice: Choice, then: Choices | None
) -> Iterator[Breach]:
    """Contracts that later tiers do not keep, and changes beyond the most in any future."""
    if then is None or problem.later is None:
        return
    forbidden = ~problem.base.admissible[np.arange(len(choice)), then]
    if forbidden.any():
        yield Breach("later_tiers", float(forbidden.sum()))
    moves = int((then != choice).sum(axis=1).max())
    if problem.later.most is not None and moves > problem.later.most:
        yield Breach("later_changes", float(moves - problem.later.most))


def deviations(problem: ScenarioProblem) -> Numbers:
    """(S, K): by how much the value of a pair is worse in its worst future than by own numbers.

    0 where no future is worse. In the goal's unit, larger is worse whatever the goal's sense.
    """
    sign = -1.0 if problem.base.goal.maximises else 1.0
    worst = np.full(problem.base.barred.shape, -np.inf)
    for future in range(problem.count):
        worst = np.maximum(worst, sign * problem.problem(future).values)
    return np.maximum(worst - sign * problem.base.values, 0.0)
