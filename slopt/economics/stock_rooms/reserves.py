"""What to keep back of a planned stock for whom: reserves for the dearer customers of an item.

A plan of stock serves all segments of an item alike. At the same order points a reserve serves
first those whose failed units cost most; what that saves is the lost sales and booked costs of
units short, at next to no more stock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from slopt.economics.arguments import Numbers
from slopt.economics.demand_laws import GammaLaw, NormalLaw
from slopt.economics.generated import PlanFile
from slopt.economics.rationing.two_classes import best_two_class_reserve, two_class_service
from slopt.economics.stock_rooms.best_levels import Group
from slopt.economics.stock_rooms.continuous import ContinuousReview
from slopt.economics.stock_rooms.losses import DemandRows
from slopt.economics.stock_rooms.rooms import StockRooms
from slopt.vocabulary import DemandLaw

MOST_ITEMS = 100
"""Items that are looked at: those whose units short cost most."""
WORTH_IT = 1e-3
"""Of what an item's units short cost: a reserve that saves less is not told."""

COLUMNS = (
    "room",
    "item",
    "order_point",
    "reserve",
    "served_first",
    "served_above_reserve",
    "first_without",
    "others_without",
    "first_with",
    "others_with",
    "more_stock",
    "saved",
)


@dataclass(frozen=True, eq=False)
class _Split:
    """Items (N,) whose demand is divided into those served first and the others, (N, 2) each."""

    item: np.ndarray
    first: tuple[tuple[int, ...], ...]
    others: tuple[tuple[int, ...], ...]
    mean: Numbers
    spread: Numbers
    cost: Numbers


def stock_reserves(rooms: StockRooms, level: Numbers) -> PlanFile:
    """stock_reserves.csv: the best reserve of items at their planned levels (I,), and its saving.

    For items that are ordered at a point and asked for by several segments. The segments are put
    in the order of what a unit short costs; each way to divide them in two is tried, with the best
    reserve (`two_classes`), and the best is told. `first_without` and the three beside are fill
    rates of those served first and of the others, without the reserve and with it; `saved` is money
    per period between the two; `more_stock` are units on hand, because others wait.
    """
    best: dict[int, dict[str, Any]] = {}
    for group in rooms.items.groups:
        if not isinstance(group.items, ContinuousReview):
            continue
        for split in _splits(rooms, group, level):
            for row, item in zip(_rows(rooms, group, split, level), split.item, strict=True):
                known = best.get(int(item))
                if known is None or row["saved"] > known["saved"]:
                    best[int(item)] = row
    told = [best[item] for item in sorted(best) if best[item]["saved"]]
    return PlanFile(COLUMNS, tuple(told))


def _unit_cost(rows: DemandRows) -> Numbers:
    """Money for a unit short, of each row of demand."""
    return rows.booked + rows.lost_orders + rows.lost_customers + rows.lost_prospects


def _splits(rooms: StockRooms, group: Group, level: Numbers) -> Iterator[_Split]:
    """All items that have a first, a second, ... place to divide their segments."""
    rows, cost = rooms.rows, _unit_cost(rooms.rows)
    short = rooms.items.figures(level).short * (rooms.costs.lost + rooms.costs.booked)
    its = group.rows[~np.isnan(level[group.rows]) & (level[group.rows] > 0)]
    its = np.sort(its[np.argsort(-short[its], kind="stable")][:MOST_ITEMS])
    asked = [np.flatnonzero((rows.item == item) & (rows.mean > 0)) for item in its]
    ordered = [of[np.argsort(-cost[of], kind="stable")] for of in asked]
    for place in range(1, max((len(of) for of in ordered), default=0)):
        able = [
            (item, of[:place], of[place:])
            for item, of in zip(its, ordered, strict=True)
            if len(of) > place and cost[of[place - 1]] > cost[of[place]]
        ]
        if able:
            yield _split(rows, cost, able)


def _split(
    rows: DemandRows, cost: Numbers, able: list[tuple[int, np.ndarray, np.ndarray]]
) -> _Split:
    def both(values: Numbers) -> Numbers:
        return np.array([[values[one].sum(), values[two].sum()] for _, one, two in able])

    mean = both(rows.mean)
    return _Split(
        item=np.array([item for item, _, _ in able]),
        first=tuple(tuple(one.tolist()) for _, one, _ in able),
        others=tuple(tuple(two.tolist()) for _, _, two in able),
        mean=mean,
        spread=np.sqrt(np.maximum(both(rows.variance), 1e-12 * mean**2)),
        cost=np.maximum(both(rows.mean * cost) / mean, 1e-12),
    )


def _rows(
    rooms: StockRooms, group: Group, split: _Split, level: Numbers
) -> Iterator[dict[str, Any]]:
    """A row for each item of a split, `saved` 0 where a reserve is not worth it."""
    items = group.items
    assert isinstance(items, ContinuousReview)
    over_lead = items.over_lead
    assert isinstance(over_lead, GammaLaw | NormalLaw)
    at = np.searchsorted(group.rows, split.item)
    total, variance = split.mean.sum(axis=1), (split.spread**2).sum(axis=1)
    lead = np.maximum(over_lead.mean[at] / total, 1e-9)
    wander = np.sqrt(np.maximum(over_lead.spread[at] ** 2 - lead * variance, 0)) / total
    law = DemandLaw.GAMMA if isinstance(over_lead, GammaLaw) else DemandLaw.NORMAL
    point, quantity = level[split.item], items.quantity[at]
    given = (split.mean, split.spread, lead, point, quantity)
    kept = best_two_class_reserve(*given, split.cost, wander, law)
    with_it = two_class_service(*given, kept, wander, law)
    without = two_class_service(*given, 0.0, wander, law)
    lost = (split.cost * without.short).sum(axis=1)
    saved = lost - (split.cost * with_it.short).sum(axis=1)
    saved = np.where(saved > WORTH_IT * lost, saved, 0.0)
    names = rooms.segments

    def told(rows: tuple[int, ...]) -> str:
        return ", ".join(names[rooms.rows.segment[row]] for row in rows)

    for n, item in enumerate(split.item.tolist()):
        yield {
            "room": rooms.rooms[rooms.room[item]],
            "item": rooms.names[item],
            "order_point": float(point[n]),
            "reserve": float(kept[n]),
            "served_first": told(split.first[n]),
            "served_above_reserve": told(split.others[n]),
            "first_without": float(without.fill_rates[n, 0]),
            "others_without": float(without.fill_rates[n, 1]),
            "first_with": float(with_it.fill_rates[n, 0]),
            "others_with": float(with_it.fill_rates[n, 1]),
            "more_stock": float(with_it.on_hand[n] - without.on_hand[n]),
            "saved": float(saved[n]),
        }
