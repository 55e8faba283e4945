"""The plan of the least most regret, with what is open of the best plans counted in its gap.

Regret compares with the best plan of each future, of which a value is known and a bound. As losses,
the true best lies between bound and value. A lower bound of the least regret takes the values, so
that it holds for the true ones; what a plan regrets at the most takes the bounds. Where the two
leave too much between them, the futures that decide are solved nearer.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.aim import Aim
from slopt.problem.scenarios.fares import fares
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.solve.by_program import options_left, time_is_up
from slopt.solve.highs import Options
from slopt.solve.outcome import Outcome
from slopt.solve.risk.best_of_futures import BestOfFutures, best_of_futures, nearer
from slopt.solve.risk.by_weights import by_weights
from slopt.solve.risk.outcome import NOTHING, RiskOutcome
from slopt.vocabulary import Method, Status

Numbers = NDArray[np.float64]

ROUNDS = 4
"""Times that futures which decide are solved nearer; each time there are fewer of them."""
NEAR = 1e-4
"""The gap of the best plans to begin with: regret is small beside what plans come to."""
PART = 0.75
"""Of the time left is for the plan; the rest is to solve futures nearer."""
SHARE = 0.1
"""Of the gap asked for is what the best plans of the futures that decide may leave open."""
NEAREST = 1e-11
"""The least relative gap of a future that is asked for, what sums of floats can tell."""


def solve_for_regret(
    problem: ScenarioProblem,
    aim: Aim,
    options: Options | None = None,
    best: BestOfFutures | None = None,
) -> RiskOutcome:
    """The plan of the least most regret. `best` are the best plans of the futures, if known.

    The objective is the most regret against the best plans found; true regret is above it by no
    more than what they leave open, and the bound is lowered by that, so that the gap counts it.
    """
    options = options or Options()
    begin = time.perf_counter()
    none = np.zeros(problem.base.size[2])
    outcome = Outcome(Status.INFEASIBLE, Method.AUTO, "", options.seed, 0.0)
    if best is None:
        half = replace(options, gap=min(options.gap, NEAR), time_limit_s=options.time_limit_s / 2)
        try:
            best = best_of_futures(problem, half)
        except TimeoutError:
            late = outcome.replace(status=Status.NO_PLAN)
            return RiskOutcome(aim, late, none, problem.probability)
    if best is None:
        return RiskOutcome(aim, outcome, none, problem.probability)
    left = options_left(options, begin)
    some = replace(left, time_limit_s=PART * left.time_limit_s)
    found = by_weights(problem, aim, some, best.values)
    if found.outcome.choice is None:
        return replace(found, best=best.values)
    regret = _Regret(problem, found.outcome.choice, found.reserve)
    for _ in range(ROUNDS):
        least, most = regret.between(best)
        deciding = np.flatnonzero(regret.of_each(best.bounds) > max(least, 0.0))
        enough = SHARE * options.gap * max(abs(least), abs(most))
        if most - least <= enough or time_is_up(options, begin) or best.interrupted:
            break
        size = max(float(np.abs(best.values[deciding]).max(initial=0.0)), enough)
        near = max(enough / size if size > 0 else 0.0, NEAREST)
        tight = replace(options_left(options, begin), gap=near)
        best = nearer(problem, best, deciding, tight)
    least, most = regret.between(best)
    outcome, bound = found.outcome, found.outcome.bound
    nothing = NOTHING * float(np.abs(best.values).max())
    least = 0.0 if abs(least) <= nothing else least
    if bound is not None:
        bound = min(bound, least) - (most - least)
        bound = least if least - bound <= nothing else bound
    outcome = outcome.replace(
        objective=least,
        bound=None if bound is None or not np.isfinite(bound) else bound,
        seconds=time.perf_counter() - begin,
    )
    if outcome.status in (Status.OPTIMAL, Status.FEASIBLE):
        reached = outcome.reached(options.gap)
        outcome = outcome.replace(status=Status.OPTIMAL if reached else Status.FEASIBLE)
    return replace(found, outcome=outcome, best=best.values)


class _Regret:
    """What a plan loses in each future, against which the best of it may be held."""

    def __init__(self, problem: ScenarioProblem, choice: Choice, reserve: Numbers) -> None:
        self.sign = -1.0 if problem.base.goal.maximises else 1.0
        penalties = evaluate(problem.base, choice).penalties
        self.loss = self.sign * fares(problem, choice, reserve).value + penalties

    def of_each(self, best: Numbers) -> Numbers:
        """(W,): regret against values (W,) in the goal's sense."""
        return np.asarray(self.loss - self.sign * best)

    def between(self, best: BestOfFutures) -> tuple[float, float]:
        """The most regret against the plans found, and against what no plan can beat."""
        return float(self.of_each(best.values).max()), float(self.of_each(best.bounds).max())
