"""The value of many choices in every future, at the price of a product of matrices.

The same as `fares(...).value` of each choice; what is told of one choice there is not had here.
W futures, C choices, S segments, K tiers, R resources.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.vocabulary import Goal

Numbers = NDArray[np.float64]


def values_of(
    problem: ScenarioProblem, choices: NDArray[np.int64], reserve: Numbers | None = None
) -> Numbers:
    """(W, C): the goal's value of choices (C, S) without penalties, in its sense.

    `reserve` (R,) are the extra units that are secured beforehand with each of them.
    """
    base, count = problem.base, len(choices)
    _, k, r = base.size
    taken = np.asarray(choices[:, :, None] == np.arange(k), dtype=np.float64)
    taken = taken.reshape(count, -1).T

    def total(values: Numbers) -> Numbers:
        """(W or 1, C) of (W or 1, S, K)."""
        return np.asarray(values.reshape(len(values), -1) @ taken)

    if base.goal is Goal.MAX_SERVICE:
        found = total(_shares(problem)[:, :, None] * problem.service_level)
        return np.broadcast_to(found, (problem.count, count)).copy()
    found = np.zeros((1, count))
    if base.goal is not Goal.MIN_BUDGET:
        found = found + total(problem.lost_sales) + _told(problem, choices)
    if base.counts_service_cost:
        found = found + total(problem.service_cost)
        opened = np.array([np.isin(np.arange(k), one) & base.on_menu for one in choices])
        found = found + problem.open_cost @ opened.T
        secured = np.zeros(r) if reserve is None else np.asarray(reserve, dtype=np.float64)
        for place in range(r):
            used = total(problem.use[:, place])
            extra = used - problem.capacity[:, place, None]
            late = np.maximum(extra - secured[place], 0.0)
            found = found + late * problem.extra_premium[:, place, None]
        costs = np.where(secured > 0, problem.reserve_cost * secured, 0.0)
        found = found + float(np.nansum(costs))
    return np.broadcast_to(found, (problem.count, count)).copy()


def losses_of(
    problem: ScenarioProblem, choices: NDArray[np.int64], reserve: Numbers | None = None
) -> Numbers:
    """(W, C): what choices are worth, less is better, soft rules at own numbers included."""
    sign = -1.0 if problem.base.goal.maximises else 1.0
    penalties = np.array([evaluate(problem.base, one).penalties for one in choices])
    return np.asarray(sign * values_of(problem, choices, reserve) + penalties)


def _shares(problem: ScenarioProblem) -> Numbers:
    """(W or 1, S): the weights of the mean level, 0 for rows that are no segments of the case."""
    weight = problem.weight.copy()
    weight[:, problem.base.segment_count :] = 0.0
    sums = weight.sum(axis=1, keepdims=True)
    even = np.zeros(weight.shape[1])
    even[: problem.base.segment_count] = 1 / max(problem.base.segment_count, 1)
    return np.where(sums > 0, weight / np.where(sums > 0, sums, 1.0), even)


def _told(problem: ScenarioProblem, choices: NDArray[np.int64]) -> Numbers:
    """(W or 1, C): what pools of prospects lose."""
    found = np.zeros((len(problem.pools), len(choices)))
    for future, pools in enumerate(problem.pools):
        for number, one in enumerate(choices):
            found[future, number] = sum(pool.loss(pool.told(one)) for pool in pools)
    return found
