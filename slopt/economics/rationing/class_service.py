"""Reserves for better classes: what each class of customers gets of a stock that all share.

Symbols: classes 1 .. C, the best first; lambda_j demand of class j, single units, Poisson; L lead
time; K_j reserve of class j: it is served at once while more than K_j units are on hand, so that
0 = K_1 <= K_2 <= ... <= K_C. A unit that is not served at once is lost, or waits.

Units that wait are cleared by the threshold rule of Deshpande, Cohen and Donohue: what arrives is
given out as if it had been rationed when it was ordered. Then the stock on hand at any time is what
a stock equal to the inventory position of one lead time ago has run down to (`run_down.py`), for
any number of classes, and all figures here are exact. Demand that comes in larger orders or with
more spread than Poisson needs `two_classes.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slopt.economics.arguments import Numbers, positive, whole
from slopt.economics.rationing.run_down import run_down

Whole = NDArray[np.int64]


class Unmet(Enum):
    """What becomes of a unit that is not delivered from stock at once."""

    LOST = "lost"
    WAITS = "waits"


@dataclass(frozen=True, eq=False)
class ClassDemand:
    """Poisson demand by class, the best class first, and the lead time of orders.

    Args:
        rates: lambda, units per period, above 0, shape (C,). lead_time: L, periods, above 0.
    """

    rates: Numbers
    lead_time: float

    def __post_init__(self) -> None:
        rates = positive("rates", self.rates)
        if rates.ndim != 1 or not rates.size:
            raise ValueError("rates must hold one number for each class")
        object.__setattr__(self, "rates", rates)
        object.__setattr__(self, "lead_time", float(positive("lead_time", self.lead_time)))

    @property
    def total(self) -> float:
        """Units per period of all classes."""
        return float(self.rates.sum())


@dataclass(frozen=True, eq=False)
class RationedService:
    """The service of N policies to C classes.

    Args:
        fill_rates: share of units served from stock at once, (N, C).
        short: units per period that are not served at once, (N, C).
        owed: mean units waiting, (N, C); 0 where unmet demand is lost.
        on_hand: mean stock, (N,).
        orders: orders to the supplier per period, (N,).
    """

    fill_rates: Numbers
    short: Numbers
    owed: Numbers
    on_hand: Numbers
    orders: Numbers


def reorder_point_service(
    demand: ClassDemand,
    reorder_points: ArrayLike,
    quantity: ArrayLike,
    reserves: ArrayLike,
    unmet: Unmet,
) -> RationedService:
    """Service where Q units are ordered as soon as the stock falls to s: the policy (s, Q, K).

    Waiting: with y = s + 1 .. s + Q, all equally likely, and X(y) what is left of y after a lead
    time, the fill rate of class j is P(X > K_j), and it is owed lambda_j times the mean time within
    L that X has spent at K_j or below. Lost: the stock is s when an order is placed, X(s) when it
    arrives, and falls from Q + X to s again, with 1 / r(i) at each level i; fill rates and stock
    are shares of that cycle.

    Args:
        demand: classes and lead time.
        reorder_points: s, whole units, 0 or more, shape (N,) or one number.
        quantity: Q, whole units, 1 or more, (N,) or one number.
        reserves: K, whole units, (C,) or (N, C), the first 0, none below the one before.
        unmet: lost or waits. Where units wait s counts what is on order, and no reserve may exceed
            it; where they are lost s is the stock on hand, and Q must exceed it, so that no more
            than one order is on its way.

    Raises:
        ValueError: an argument out of range.

    Source: Deshpande, Cohen and Donohue 2003; Melchiors, Dekker and Kleijn 2000 for two classes.
    """
    points, units, levels = _policies(demand, reorder_points, quantity, reserves)
    if np.any(units < 1):
        raise ValueError("quantity must be at least 1")
    if unmet is Unmet.WAITS:
        if np.any(levels[:, -1] > points):
            raise ValueError("no reserve may exceed its reorder point where units wait")
        return _while_waiting(demand, points, units, levels)
    if np.any(units <= points):
        raise ValueError(
            "quantity must exceed the reorder point where sales are lost, else two orders may be on"
            " their way"
        )
    return _while_losing(demand, points, units, levels)


def order_up_to_service(
    demand: ClassDemand, order_up_to: ArrayLike, review_time: float, reserves: ArrayLike
) -> RationedService:
    """Service where every R periods as much is ordered as brings the position to S: (R, S, K).

    Unmet units wait. At u after the arrival of an order, 0 <= u < R, the stock is what S has run
    down to in L + u, so that the fill rate of class j is the share of [L, L + R] that X(S) spends
    above K_j.

    Args:
        demand: classes and lead time.
        order_up_to: S, whole units, 0 or more, (N,) or one number.
        review_time: R, periods, above 0.
        reserves: K, as in `reorder_point_service`, none above S.
    """
    levels, _, held = _policies(demand, order_up_to, 1, reserves)
    if np.any(held[:, -1] > levels):
        raise ValueError("no reserve may exceed the level that is ordered up to")
    between = float(positive("review_time", review_time))
    start = np.zeros((len(levels), int(levels.max()) + 1))
    start[np.arange(len(levels)), levels] = 1.0
    times = demand.lead_time + np.array([0.0, between])
    chain = run_down(_rates(demand, held, start.shape[1]), start, times)
    share = (chain.spent[1] - chain.spent[0]) / between
    behind = (chain.spent_twice[1] - chain.spent_twice[0]) / between
    fill = _above(share, held)
    return RationedService(
        fill_rates=fill,
        short=demand.rates * (1 - fill),
        owed=demand.rates * _up_to(behind, held),
        on_hand=share @ np.arange(share.shape[1]),
        orders=np.full(len(levels), -np.expm1(-demand.total * between) / between),
    )


@dataclass(frozen=True, eq=False)
class SeasonService:
    """What a stock that is bought once does for C classes: fill rates and units short in the
    season, (N, C), and units left at its end, (N,).
    """

    fill_rates: Numbers
    short: Numbers
    left_over: Numbers


def season_service(demand: ClassDemand, stock: ArrayLike, reserves: ArrayLike) -> SeasonService:
    """Service of a stock that is bought once and not again: classes come mixed, all season long.

    Class j is served until the stock reaches K_j. Where the poorer classes come first, see
    `nested_reserves.py`.

    Args:
        demand: classes; `lead_time` is the length of the season.
        stock: whole units, 0 or more, (N,) or one number.
        reserves: K, as in `reorder_point_service`.
    """
    bought, _, held = _policies(demand, stock, 1, reserves)
    start = np.zeros((len(bought), int(bought.max()) + 1))
    start[np.arange(len(bought)), bought] = 1.0
    length = demand.lead_time
    chain = run_down(_rates(demand, held, start.shape[1]), start, np.array([length]))
    fill = _above(chain.spent[0] / length, held)
    return SeasonService(
        fill_rates=fill,
        short=demand.rates * length * (1 - fill),
        left_over=chain.chance[0] @ np.arange(start.shape[1]),
    )


def _policies(
    demand: ClassDemand, stock: ArrayLike, quantity: ArrayLike, reserves: ArrayLike
) -> tuple[Whole, Whole, Whole]:
    """Stock and quantity (N,), reserves (N, C), checked."""
    held = whole("reserves", reserves)
    if held.ndim not in (1, 2) or held.shape[-1] != demand.rates.size:
        raise ValueError(f"reserves must hold {demand.rates.size} numbers, one for each class")
    if np.any(held[..., 0] != 0):
        raise ValueError("the reserve of the best class must be 0: it is served while stock lasts")
    if np.any(np.diff(held, axis=-1) < 0):
        raise ValueError("no class may have a smaller reserve than a better one")
    levels, units = np.atleast_1d(whole("stock", stock)), whole("quantity", quantity)
    levels, units, first = np.broadcast_arrays(levels, units, held[..., 0])
    return levels, units, np.broadcast_to(held, (len(first), demand.rates.size))


def _rates(demand: ClassDemand, reserves: Whole, levels: int) -> Numbers:
    """r(i), (N, levels): the demand of the classes that are served from i units."""
    level = np.arange(levels)
    rates = np.zeros((len(reserves), levels))
    for each, rate in enumerate(demand.rates):
        rates += rate * (level > reserves[:, each, None])
    return rates


def _above(weights: Numbers, reserves: Whole) -> Numbers:
    """Sum of the weights (N, levels) of the levels above the reserve of each class, (N, C)."""
    tail = np.cumsum(weights[:, ::-1], axis=1)[:, ::-1]
    tail = np.pad(tail, ((0, 0), (0, 1)))
    return np.take_along_axis(tail, np.minimum(reserves + 1, weights.shape[1]), axis=1)


def _up_to(weights: Numbers, reserves: Whole) -> Numbers:
    """Sum of the weights of the levels up to the reserve of each class, (N, C)."""
    head = np.cumsum(weights, axis=1)
    return np.take_along_axis(head, np.minimum(reserves, weights.shape[1] - 1), axis=1)


def _while_waiting(
    demand: ClassDemand, points: Whole, units: Whole, reserves: Whole
) -> RationedService:
    level = np.arange(int((points + units).max()) + 1)
    start = (level > points[:, None]) & (level <= (points + units)[:, None])
    rates = _rates(demand, reserves, len(level))
    chain = run_down(rates, start / units[:, None], np.array([demand.lead_time]))
    fill = _above(chain.chance[0], reserves)
    return RationedService(
        fill_rates=fill,
        short=demand.rates * (1 - fill),
        owed=demand.rates * _up_to(chain.spent[0], reserves),
        on_hand=chain.chance[0] @ level,
        orders=demand.total / units,
    )


def _while_losing(
    demand: ClassDemand, points: Whole, units: Whole, reserves: Whole
) -> RationedService:
    level = np.arange(int((points + units).max()) + 1)
    rates = _rates(demand, reserves, len(level))
    start = (level == points[:, None]).astype(float)
    chain = run_down(rates, start, np.array([demand.lead_time]))
    # P(X >= i - Q) for every level i: how likely the stock is to pass it on its way down to s.
    at_least = np.cumsum(chain.chance[0][:, ::-1], axis=1)[:, ::-1]
    passed = np.take_along_axis(at_least, np.maximum(level - units[:, None], 0), axis=1)
    passed *= (level > points[:, None]) & (level <= (points + units)[:, None])
    spent = chain.spent[0] + passed / np.maximum(rates, demand.rates[0])
    cycle = spent.sum(axis=1)
    share = spent / cycle[:, None]
    fill = _above(share, reserves)
    return RationedService(
        fill_rates=fill,
        short=demand.rates * (1 - fill),
        owed=np.zeros_like(fill),
        on_hand=share @ level,
        orders=1 / cycle,
    )
