"""How many units to reserve for a given choice: a linear program over futures, or a quantile."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.problem.scenarios.measures import quantile
from slopt.solve.risk.losses import Losses
from slopt.solve.risk.weighing import Weighing

Numbers = NDArray[np.float64]
ROUNDS = 50
DIGITS = 10
"""Digits of the most units that can be needed to which a level is told; further ones are rounding
of the search."""


def best_reserve(losses: Losses, weighing: Weighing, plain: Numbers, need: Numbers) -> Numbers:
    """(R,): units to reserve where choices lose `plain` (W,) and need (W, R) units.

    Under the mean each resource has its own newsvendor, whose answer is exact. Otherwise the level
    of each in turn is looked for by the slope of the aim, whose value is convex in it.
    """
    reserve = np.zeros(need.shape[1])
    places = np.flatnonzero(losses.can_reserve)
    if not len(places):
        return reserve
    if weighing.weight == 0:
        for r in places:
            reserve[r] = newsvendor(losses, weighing.probability, need, int(r))
        return _told(reserve, need)
    value = weighing.value(plain + losses.late_cost(need, reserve))
    for _ in range(ROUNDS):
        before = value
        for r in places:
            reserve[r] = _along(losses, weighing, plain, need, reserve, int(r))
        value = weighing.value(plain + losses.late_cost(need, reserve))
        if before - value <= 1e-12 * abs(before):
            break
    return _told(reserve, need)


def _told(reserve: Numbers, need: Numbers) -> Numbers:
    """Levels without the digits that mean nothing."""
    most = np.maximum(need.max(axis=0), 0.0)
    unit = 10.0 ** (np.ceil(np.log10(np.where(most > 0, most, 1.0))) - DIGITS)
    return np.where(most > 0, np.round(np.round(reserve / unit) * unit, 15), 0.0)


def newsvendor(losses: Losses, counts: Numbers, need: Numbers, resource: int) -> float:
    """The level beyond which units that are reserved cost more than late ones, counted so."""
    premium = np.broadcast_to(losses.premium[:, resource], counts.shape)
    worth = counts * premium
    if worth.sum() <= losses.reserve_cost[resource]:
        return 0.0
    level = 1 - losses.reserve_cost[resource] / worth.sum()
    return max(0.0, quantile(need[:, resource], worth / worth.sum(), level))


def _along(
    losses: Losses,
    weighing: Weighing,
    plain: Numbers,
    need: Numbers,
    reserve: Numbers,
    resource: int,
) -> float:
    """The best level of one resource by golden section; the value is convex in it."""

    def value(level: float) -> float:
        tried = reserve.copy()
        tried[resource] = level
        return weighing.value(plain + losses.late_cost(need, tried))

    low, high = 0.0, max(0.0, float(need[:, resource].max()))
    part = (5**0.5 - 1) / 2
    left, right = high - part * (high - low), low + part * (high - low)
    at_left, at_right = value(left), value(right)
    for _ in range(60):
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - part * (high - low)
            at_left = value(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + part * (high - low)
            at_right = value(right)
    return min((0.0, low, (low + high) / 2), key=value)
