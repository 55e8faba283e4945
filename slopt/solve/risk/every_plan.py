"""The best plan of every future by trying each plan there is, where they are few.

One look at a plan prices it in all futures at once, so that a small case with many futures is done
long before each of them is solved.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.fares import fares
from slopt.problem.scenarios.scenario_problem import ScenarioProblem

Numbers = NDArray[np.float64]

MANY_FUTURES = 50
"""Futures from which on trying every plan is worth it."""
A_FUTURE = 10
"""Plans that are tried in the time in which one future is solved."""
MOST_PLANS = 5_000


def has_few_plans(problem: ScenarioProblem) -> bool:
    """True where all plans are tried sooner than every future is solved."""
    if problem.base.selection is not None or problem.count < MANY_FUTURES:
        return False
    plans = float(np.prod(problem.base.admissible.sum(axis=1), dtype=np.float64))
    return plans <= min(A_FUTURE * problem.count, MOST_PLANS)


def best_by_trying(problem: ScenarioProblem) -> tuple[Numbers, NDArray[np.int64]] | None:
    """The least cost, or the most service, of every future (W,) and its plan (W, S).

    With the penalties of soft rules at own numbers; None where no plan keeps what it must. Who
    knows the future reserves units where that is cheaper than to buy them late.
    """
    base = problem.base
    premium = np.fmin(problem.extra_premium, problem.reserve_cost)
    there = replace(problem, extra_premium=premium)
    sign = -1.0 if base.goal.maximises else 1.0
    best = np.full(problem.count, np.inf)
    plans = np.zeros((problem.count, len(base.segments)), dtype=np.int64)
    for tiers in product(*(np.flatnonzero(row).tolist() for row in base.admissible)):
        choice = np.array(tiers, dtype=np.int64)
        own = evaluate(base, choice)
        if own.violations:
            continue
        loss = sign * fares(there, choice).value + own.penalties
        less = loss < best
        best[less], plans[less] = loss[less], choice
    return None if np.isinf(best).all() else (sign * best, plans)
