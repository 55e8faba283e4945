"""The files of a stock plan: what to hold of every item, and whom that serves how well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.economics.generated import PlanFile
from slopt.economics.lost_sales import dissatisfied_share
from slopt.economics.stock_rooms.losses import sums_by
from slopt.economics.stock_rooms.rooms import StockRooms
from slopt.economics.stock_rooms.stocked import Figures

Numbers = NDArray[np.float64]


def stock_files(rooms: StockRooms, level: Numbers) -> Mapping[str, PlanFile]:
    """stock.csv, stock_classes.csv and stock_segments.csv of the levels (I,) of all items."""
    figures = rooms.items.figures(level)
    mean = sums_by(rooms.rows.item, rooms.rows.mean, len(rooms.room))
    missing = (figures.short / mean)[rooms.rows.item]
    return {
        "stock.csv": _by_item(rooms, level, figures),
        "stock_classes.csv": _by_class(rooms, missing),
        "stock_segments.csv": _by_segment(rooms, missing),
    }


def _by_item(rooms: StockRooms, level: Numbers, figures: Figures) -> PlanFile:
    """A row an item; what concerns its stock is empty where it is not stocked."""
    items, costs = rooms.items, rooms.costs
    service_cost = costs.held * figures.held + costs.booked * figures.short + costs.ordering
    service_cost = service_cost + (rooms.unit_cost @ rooms.weight) * figures.stock
    saved = items.saved_by_one_more(level) * (costs.lost + costs.booked)
    stocked = ~np.isnan(level)
    bought = np.where(np.isnan(rooms.quantity), level, rooms.quantity)
    return _file(
        {
            "room": [rooms.rooms[room] for room in rooms.room.tolist()],
            "item": rooms.names.tolist(),
            "kind": rooms.kinds.tolist(),
            "level": level,
            "safety_stock": level - items.protected,
            "order_quantity": np.where(stocked, bought, np.nan),
            "mean_stock": figures.stock,
            "stock_value": figures.stock * rooms.worth,
            "cycle_service": items.enough(level),
            "fill_rate": 1 - figures.short / items.demand,
            "units_short": figures.short,
            "service_cost": service_cost,
            "lost_orders": costs.lost_orders * figures.short,
            "lost_customers": costs.lost_customers * figures.short,
            "lost_prospects": costs.lost_prospects * figures.short,
            "saved_by_one_more": np.where(stocked, saved, np.nan),
        }
    )


def _by_class(rooms: StockRooms, missing: Numbers) -> PlanFile:
    """A row for every item and segment that asks for it; `missing` (J,) is the share short."""
    rows = rooms.rows
    short = rows.mean * missing
    return _file(
        {
            "room": [rooms.rooms[room] for room in rooms.room[rows.item].tolist()],
            "item": [rooms.names[item] for item in rows.item.tolist()],
            "segment": [rooms.segments[segment] for segment in rows.segment.tolist()],
            "demand": rows.mean,
            "fill_rate": 1 - missing,
            "units_short": short,
            "failed_orders": short / rows.units_per_order,
            "lost_orders": short * rows.lost_orders,
            "lost_customers": short * rows.lost_customers,
            "lost_prospects": short * rows.lost_prospects,
        }
    )


def _by_segment(rooms: StockRooms, missing: Numbers) -> PlanFile:
    """A row a segment that asks for anything: what the plan counts, and what it would be exactly.

    The plan counts so many dissatisfied customers for each failed order; exactly it is 1 - q^n at
    the level q that all items together come to.
    """
    rows = rooms.rows
    count = len(rooms.segments)

    def of_segment(values: Numbers) -> Numbers:
        return sums_by(rows.segment, values, count)

    orders = of_segment(rows.orders)
    its = np.flatnonzero(orders > 0)
    failed_here = rows.orders * missing
    failed, counted = of_segment(failed_here), of_segment(failed_here * rows.dissatisfied)
    customers = rooms.customers
    each = np.maximum(rooms.orders_per_customer, orders / np.where(customers > 0, customers, 1.0))
    level = np.clip(1 - failed / np.where(orders > 0, customers * each, 1.0), 0.0, 1.0)
    exact = customers * dissatisfied_share(each, level)
    # All rows of a segment lose as much with a leaver, so that the mean over them is that.
    leaver, warned = (
        of_segment(rows.orders * worth) / np.where(orders > 0, orders, 1.0)
        for worth in (rows.leaver, rows.warned)
    )
    table: dict[str, Any] = {
        "segment": [rooms.segments[segment] for segment in its.tolist()],
        "orders": orders[its],
        "failed_orders": failed[its],
        "fill_rate": 1 - failed[its] / orders[its],
        "lost_orders": of_segment(rows.mean * missing * rows.lost_orders)[its],
        "dissatisfied": counted[its],
        "dissatisfied_exact": exact[its],
        "lost_customers": (counted * leaver)[its],
        "lost_customers_exact": (exact * leaver)[its],
        "lost_prospects": (counted * warned)[its],
        "lost_prospects_exact": (exact * warned)[its],
    }
    return _file(table)


def _file(table: Mapping[str, Any]) -> PlanFile:
    """Columns of the same length as rows; NaN becomes an empty cell."""
    columns = [
        [None if value != value else value for value in np.asarray(values).tolist()]
        for values in table.values()
    ]
    names = tuple(table)
    rows = zip(*columns, strict=True)
    return PlanFile(names, tuple(dict(zip(names, row, strict=True)) for row in rows))
