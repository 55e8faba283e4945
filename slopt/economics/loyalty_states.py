"""Customers who move between states of loyalty: a Markov chain with a margin in each state.

P[i, j] is the chance to be in state j a period after i, m[i] the margin of a period in state i, d
the discount rate per period. The first margin is counted at once, undiscounted.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import Numbers, adds_up_to_one, not_negative, share, whole, within


class LoyaltyState(IntEnum):
    """From displeasure to habit: trust is known, then felt, then acted upon. Row numbers of P."""

    DISSATISFIED = 0
    SATISFIED = 1
    COGNITIVE_TRUST = 2
    EMOTIONAL_TRUST = 3
    BEHAVIOURAL_TRUST = 4
    LOST = 5


def value_by_state(transition: ArrayLike, margin: ArrayLike, discount_rate: float) -> Numbers:
    """V = (I - P / (1 + d))^-1 m: value of a customer who is in each state now; shape (states,).

    Args:
        transition: P, shape (states, states), rows adding up to 1.
        margin: m, money per period, any sign, shape (states,).
        discount_rate: d, 0 or more. With 0 every customer must end in a state without margin.

    Raises:
        ValueError: also where the value would be infinite.

    Source: Pfeifer and Carraway 2000, Journal of Interactive Marketing 14(2).
    """
    moves, money = _chain(transition, margin)
    rate = float(not_negative("discount_rate", discount_rate))
    over = (money == 0) & (np.diag(moves) == 1)  # nothing is earned there any more
    alive = ~over
    inner = moves[np.ix_(alive, alive)] / (1 + rate)
    if inner.size and np.abs(np.linalg.eigvals(inner)).max() > 1 - 1e-12:
        raise ValueError("without discounting every customer must end in a state without margin")
    value = np.zeros(money.shape)
    value[alive] = np.linalg.solve(np.eye(len(inner)) - inner, money[alive])
    return value


def value_over_periods(
    transition: ArrayLike, margin: ArrayLike, discount_rate: float, periods: int
) -> Numbers:
    """V^T = sum of [P / (1 + d)]^t m for t = 0 .. T; shape (states,).

    Args as in `value_by_state`; periods: T, 0 or more, so that T + 1 margins count.
    """
    moves, money = _chain(transition, margin)
    step = moves / (1 + float(not_negative("discount_rate", discount_rate)))
    value = money.copy()
    for _ in range(int(whole("periods", periods))):
        value = money + step @ value
    return value


def customers_by_state(customers: ArrayLike, transition: ArrayLike, periods: int) -> Numbers:
    """How many customers are in each state after 0 .. T periods; shape (T + 1, states).

    Args:
        customers: in each state now, 0 or more, shape (states,). transition: P. periods: T.
    """
    moves = _transition(transition)
    found = [not_negative("customers", customers)]
    if found[0].shape != (len(moves),):
        raise ValueError("customers must hold one number for each state")
    for _ in range(int(whole("periods", periods))):
        found.append(found[-1] @ moves)
    return np.stack(found)


def stays_or_leaves(retention: float) -> Numbers:
    """The chain of two states, active and lost, whose value is the closed form of a lifetime."""
    kept = float(share("retention", retention))
    return np.array([[kept, 1 - kept], [0.0, 1.0]])


def _transition(transition: ArrayLike) -> Numbers:
    moves = adds_up_to_one("transition", transition)
    if moves.ndim != 2 or moves.shape[0] != moves.shape[1]:
        raise ValueError("transition must be a square table, states x states")
    return moves


def _chain(transition: ArrayLike, margin: ArrayLike) -> tuple[Numbers, Numbers]:
    moves, money = _transition(transition), within("margin", margin)
    if money.shape != (len(moves),):
        raise ValueError("margin must hold one number for each state")
    return moves, money
