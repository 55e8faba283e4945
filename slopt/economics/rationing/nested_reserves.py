"""A stock bought once, poorer classes asking first: how much to keep back for the better ones.

Symbols: classes 1 .. C, the best first; c_j what a unit short costs in class j, falling; o what a
unit left over costs; y_j the units kept back for classes 1 .. j when class j + 1 asks. The same
question as seats on a flight, where the cheap fares are asked for first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import Numbers, adds_up_to_one, not_negative, positive, whole
from slopt.economics.demand import Demand


def littlewood_reserve(
    demand_of_better: Demand,
    cost_of_poorer: ArrayLike,
    cost_of_better: ArrayLike,
    cost_of_left_over: ArrayLike = 0.0,
) -> Numbers:
    """The reserve K of two classes: P(D_better > K) = (c_2 + o) / (c_1 + o), 0 or more.

    A unit kept back saves c_1 if the better class comes to need it and costs o if not; given to the
    poorer class it saves c_2. With whole units the last one reserved is needed with a chance above
    that ratio. 0 where the poorer class costs as much as the better one.

    Args:
        demand_of_better: D of the better class.
        cost_of_poorer, cost_of_better: c_2 and c_1, money per unit short, above 0.
        cost_of_left_over: o, money per unit, 0 or more.

    Source: Littlewood 1972. A text-book exercise: a lorry's space sells for 0.10 a cubic foot now,
    for 0.13 later to a demand of 60,000 with spread 20,000: keep 45,274.
    """
    over = not_negative("cost_of_left_over", cost_of_left_over)
    low = positive("cost_of_poorer", cost_of_poorer) + over
    high = positive("cost_of_better", cost_of_better) + over
    share = np.where(low < high, 1 - low / high, 0.5)
    return np.asarray(np.where(low < high, np.maximum(demand_of_better.stock_for(share), 0), 0.0))


def emsr_b(means: ArrayLike, spreads: ArrayLike, costs: ArrayLike) -> Numbers:
    """Reserves y_1 .. y_(C-1) for normal demands by Belobaba's rule: near the best, not the best.

    All classes better than j + 1 are taken as one, with the sum of their demands and their mean
    cost, and Littlewood's rule is asked for it.

    Args:
        means, spreads: demand of each class, units, above 0, (C,).
        costs: c, money per unit short, above 0, falling, (C,).

    Source: Belobaba 1992; Talluri and van Ryzin 2004: costs 1050, 567, 534, 520 keep 16.7, 50.9 and
    83.2.
    """
    from scipy.special import ndtri

    mean, spread = positive("means", means), positive("spreads", spreads)
    cost = _falling(costs)
    if not mean.shape == spread.shape == cost.shape:
        raise ValueError("means, spreads and costs must be of the same length")
    together = np.cumsum(mean)[:-1]
    wide = np.sqrt(np.cumsum(spread**2))[:-1]
    typical = np.cumsum(mean * cost)[:-1] / together
    ratio = cost[1:] / typical
    inner = np.where(ratio < 1, 1 - ratio, 0.5)
    return np.where(ratio < 1, np.maximum(together + wide * ndtri(inner), 0), 0.0)


@dataclass(frozen=True, eq=False)
class NestedReserves:
    """The best reserves and what they save.

    Args:
        reserves: K (C,): class j is served from what exceeds K_j = y_(j-1); the first 0.
        saved: costs of units short that a stock of x saves, less the cost of what is left over,
            for x = 0 .. the largest stock.
    """

    reserves: Numbers
    saved: Numbers


def best_nested_reserves(
    chances: Sequence[ArrayLike], costs: ArrayLike, largest: int, cost_of_left_over: float = 0.0
) -> NestedReserves:
    """The reserves of least expected cost, exact: by going back from the best class to the poorest.

    V_0(x) = -o x; V_j(x) = E[c_j u + V_(j-1)(x - u)] with u = min(D_j, (x - y_(j-1))+);
    y_j = the largest x with V_j(x) - V_j(x - 1) > c_(j+1). Classes ask one after the other, the
    poorest first, independent of each other. The reserves do not depend on the stock.

    Args:
        chances: for each class P(D_j = 0, 1, ...), adding up to 1.
        costs: c, money per unit short, above 0, falling, (C,).
        largest: the largest stock of interest, whole units; reserves beyond it are cut to it.
        cost_of_left_over: o, 0 or more.

    Source: Brumelle and McGill 1993; Wollmer 1992.
    """
    cost, most = _falling(costs), int(whole("largest", largest))
    over = float(not_negative("cost_of_left_over", cost_of_left_over))
    laws = _laws(chances, cost.size, most)
    stock = np.arange(most + 1)
    worth = -over * stock.astype(float)
    reserves = np.zeros(cost.size)
    for j, law in enumerate(laws):
        if j:
            # The gains of further units fall, so that all that exceed the cost come first.
            reserves[j] = np.count_nonzero(np.diff(worth) > cost[j] * (1 + 1e-12))
        left = _left_over(law, int(reserves[j]))
        worth = cost[j] * (stock - left @ stock) + left @ worth
    return NestedReserves(reserves, worth)


@dataclass(frozen=True, eq=False)
class NestedService:
    """Fill rates and units short by class, and units left over, of stocks 0 .. S: (S + 1, C) and
    (S + 1,).
    """

    fill_rates: Numbers
    short: Numbers
    left_over: Numbers


def nested_service(
    chances: Sequence[ArrayLike], reserves: ArrayLike, largest: int
) -> NestedService:
    """What each class gets from each stock up to the largest, the poorest class asking first.

    Args:
        chances: for each class P(D_j = 0, 1, ...), the best class first.
        reserves: K (C,), whole, rising, the first 0.
        largest: the largest stock, whole units.
    """
    held, most = whole("reserves", reserves), int(whole("largest", largest))
    laws = _laws(chances, held.size, most)
    if held[0] != 0 or np.any(np.diff(held) < 0):
        raise ValueError("reserves must begin with 0 and not fall")
    stock = np.arange(most + 1)
    reach = np.eye(most + 1)
    short = np.zeros((most + 1, held.size))
    means = np.array([_mean(each) for each in chances])
    for j in reversed(range(held.size)):
        left = _left_over(laws[j], int(held[j]))
        short[:, j] = np.maximum(means[j] - reach @ (stock - left @ stock), 0)
        reach = reach @ left
    return NestedService(1 - short / means, short, reach @ stock)


def _falling(costs: ArrayLike) -> Numbers:
    cost = positive("costs", costs)
    if cost.ndim != 1 or not cost.size or np.any(np.diff(cost) > 0):
        raise ValueError(
            "no class may cost more than a better one, and costs must hold one number each"
        )
    return cost


def _mean(chances: ArrayLike) -> float:
    law = np.asarray(chances, dtype=float)
    return float(law @ np.arange(law.size))


def _laws(chances: Sequence[ArrayLike], classes: int, most: int) -> list[Numbers]:
    """P(D = 0 .. most - 1) and P(D >= most) of each class, (most + 1,)."""
    if len(chances) != classes:
        raise ValueError(f"chances must hold {classes} distributions, one for each class")
    laws = []
    for each in chances:
        law = adds_up_to_one("chances", each)
        cut = np.zeros(most + 1)
        cut[: min(law.size, most + 1)] = law[: most + 1]
        cut[most] += law[most + 1 :].sum()
        laws.append(cut)
    return laws


def _left_over(law: Numbers, reserve: int) -> Numbers:
    """P(x' units are left | x), (S + 1, S + 1), after a class that is served down to a reserve."""
    size = law.size
    left = np.zeros((size, size))
    beyond = np.append(np.cumsum(law[::-1])[::-1], 0.0)  # P(D >= n)
    for x in range(size):
        room = max(0, x - reserve)
        left[x, x - room : x + 1] = law[: room + 1][::-1]
        left[x, x - room] = beyond[room]
    return left
