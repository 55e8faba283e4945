"""The best reserves of an item with classes, and the least stock that keeps its fill rates."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import Numbers, inner_share, not_negative, whole
from slopt.economics.rationing.class_service import (
    ClassDemand,
    RationedService,
    Unmet,
    Whole,
    reorder_point_service,
)

_MOST_TRIED = 200_000
_CELLS = 2_000_000


@dataclass(frozen=True, eq=False)
class RationingCosts:
    """Money per unit, all 0 or more.

    Args:
        short: for a unit that is not served at once, by class, (C,).
        waiting: for a unit that waits for one period, by class, (C,) or one number.
        holding: for a unit on hand for one period.
        order: for an order to the supplier.
    """

    short: Numbers
    waiting: Numbers | float = 0.0
    holding: float = 0.0
    order: float = 0.0

    def __post_init__(self) -> None:
        for name in ("short", "waiting"):
            object.__setattr__(self, name, not_negative(name, getattr(self, name)))
        for name in ("holding", "order"):
            object.__setattr__(self, name, float(not_negative(name, getattr(self, name))))

    def of(self, service: RationedService) -> Numbers:
        """Money per period of each policy, (N,)."""
        by_class = self.short * service.short + self.waiting * service.owed
        own = self.holding * service.on_hand + self.order * service.orders
        return np.asarray(own + by_class.sum(axis=1))


@dataclass(frozen=True, eq=False)
class BestReserves:
    """For each of N reorder points: the reserves of least cost, (N, C), that cost per period, (N,),
    and the service.
    """

    reserves: Whole
    cost: Numbers
    service: RationedService


def best_reserves(
    demand: ClassDemand,
    reorder_points: ArrayLike,
    quantity: int,
    costs: RationingCosts,
    unmet: Unmet,
) -> BestReserves:
    """The reserves of least cost at each reorder point, by trying them all.

    All nested reserves up to the reorder point are priced exactly; of equal costs the smaller
    reserves win. With two classes these are s + 1 tries for each reorder point.

    Args:
        demand, quantity, unmet: as in `reorder_point_service`.
        reorder_points: whole units, 0 or more, (N,) or one number.
        costs: `short` by class.

    Raises:
        ValueError: an argument out of range, or more than 200,000 reserves to try.
    """
    points = np.atleast_1d(whole("reorder_points", reorder_points))
    others = demand.rates.size - 1
    tries = sum(comb(int(point) + others, others) for point in points)
    if tries > _MOST_TRIED:
        raise ValueError(
            f"{tries} reserves are too many to try; use fewer classes or reorder points, or larger"
            " units"
        )
    found = [_best_at(demand, int(point), quantity, costs, unmet) for point in points]
    reserves = np.array([each for each, _ in found])
    service = reorder_point_service(demand, points, quantity, reserves, unmet)
    return BestReserves(reserves, np.array([cost for _, cost in found]), service)


def _best_at(
    demand: ClassDemand, point: int, quantity: int, costs: RationingCosts, unmet: Unmet
) -> tuple[Whole, float]:
    others = demand.rates.size - 1
    tried = np.array(
        [(0, *each) for each in combinations_with_replacement(range(point + 1), others)]
    )
    batch = max(1, _CELLS // (point + quantity + 1))
    prices = np.concatenate(
        [
            costs.of(
                reorder_point_service(demand, point, quantity, tried[first : first + batch], unmet)
            )
            for first in range(0, len(tried), batch)
        ]
    )
    # Rounding must not make a larger reserve look better than an equal smaller one.
    near = prices <= prices.min() + 1e-12 * abs(prices.min())
    best = min(np.flatnonzero(near), key=lambda at: (tried[at].sum(), at))
    return tried[best], float(prices[best])


@dataclass(frozen=True, eq=False)
class LeastStock:
    """The least reorder point, its reserves (C,), and the fill rates that come out, (C,)."""

    reorder_point: int
    reserves: Whole
    fill_rates: Numbers


def least_reorder_point(demand: ClassDemand, quantity: int, fill_rates: ArrayLike) -> LeastStock:
    """The least reorder point, with reserves, that keeps the fill rate of every class; units wait.

    The fill rate of a class depends only on the zones above its reserve: s - K_C for the poorest,
    that and K_C - K_(C-1) for the next, and so on. Any unit of stock serves better classes the
    better the lower the zone it lies in, so that each zone, from the top, is as thin as its class
    allows, and no other division needs less stock.

    Args:
        demand: classes and lead time.
        quantity: Q, whole units, 1 or more.
        fill_rates: targets, above 0 and below 1, (C,), none above that of a better class.

    Source: for two classes Deshpande, Cohen and Donohue 2003; the order of classes as in Arslan,
    Graves and Roemer 2007.
    """
    goals = inner_share("fill_rates", fill_rates)
    if goals.shape != demand.rates.shape:
        raise ValueError(f"fill_rates must hold {demand.rates.size} numbers, one for each class")
    if np.any(np.diff(goals) > 0):
        raise ValueError("no class may ask for a higher fill rate than a better one")
    zones: list[int] = []  # from the top
    for each in reversed(range(demand.rates.size)):
        zones.append(_thinnest_zone(demand, quantity, zones, each, float(goals[each])))
    reserves = np.concatenate([[0], np.cumsum(zones[::-1])[:-1]]).astype(np.int64)
    point = sum(zones)
    service = reorder_point_service(demand, point, quantity, reserves, Unmet.WAITS)
    return LeastStock(point, reserves, service.fill_rates[0])


def _thinnest_zone(
    demand: ClassDemand, quantity: int, above: list[int], each: int, goal: float
) -> int:
    """The least number of units between the reserve of a class and the next, for its fill rate."""
    # Seen from its reserve, the class and all better ones are one class, served until 0.
    merged = np.concatenate([[demand.rates[: each + 1].sum()], demand.rates[each + 1 :]])
    seen = ClassDemand(merged, demand.lead_time)
    lower = np.cumsum([0, *above[:0:-1]])
    first, count = 0, 16
    while True:
        thick = np.arange(first, first + count)
        reserves = np.zeros((count, merged.size), dtype=np.int64)
        reserves[:, 1:] = thick[:, None] + lower[: merged.size - 1]
        service = reorder_point_service(seen, thick + sum(above), quantity, reserves, Unmet.WAITS)
        enough = np.flatnonzero(service.fill_rates[:, 0] >= goal)
        if enough.size:
            return int(thick[enough[0]])
        first, count = first + count, 2 * count
