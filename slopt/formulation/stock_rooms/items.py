"""Items in stock: levels between a least and a highest one, costs from below by tangents.

    y[i] in {0,1}                        item i is stocked; 1 where it must be
    0 <= t[i] <= y[i]                    its level, low y + (high - low) t
    short[i]  >= S(L) y + S'(L) (level - L y) + D (1 - y)     for levels L with a tangent
    held[i]   >= H(L) y + H'(L) (level - L y)
    stock[i]  >= K(L) y + K'(L) (level - L y)

S, H, K are convex from `low` on (see `economics/stock_rooms/stocked.py`), so that each tangent is a
bound; more of them where the plan lies bring it as near as one likes.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from slopt.economics.stock_rooms.best_levels import Group
from slopt.economics.stock_rooms.rooms import StockRooms

Numbers = NDArray[np.float64]
FIRST_TANGENTS = 9
"""Evenly spread between the least and the highest level."""


def items_in_stock(model: pyo.ConcreteModel, rooms: StockRooms) -> None:
    """Add ITEMS, `stocked`, `position`, `short`, `held`, `stock` and the first tangents."""
    count = len(rooms.room)
    must = np.flatnonzero(~rooms.items.may_skip).tolist()
    model.ITEMS = pyo.RangeSet(0, count - 1)
    model.stocked = pyo.Var(model.ITEMS, domain=pyo.Binary)
    for item in must:
        model.stocked[item].fix(1)
    model.position = pyo.Var(model.ITEMS, bounds=(0, 1))
    for name in ("short", "held", "stock"):
        setattr(model, name, pyo.Var(model.ITEMS, domain=pyo.NonNegativeReals))

    @model.Constraint(model.ITEMS)
    def position_of_stocked(model: pyo.ConcreteModel, item: int) -> pyo.Expression:
        return model.position[item] <= model.stocked[item]

    model.tangents = pyo.ConstraintList()
    low, high = _ends(rooms)
    for share in np.linspace(0, 1, FIRST_TANGENTS):
        add_tangents(model, rooms, low + share * (high - low))


def add_tangents(model: pyo.ConcreteModel, rooms: StockRooms, level: Numbers) -> None:
    """Tangents at levels (I,); none for items whose level is NaN."""
    low, high = _ends(rooms)
    for group in rooms.items.groups:
        at = level[group.rows]
        known = np.isnan(at)
        at = np.where(known, group.low, at)
        figures = group.items.figures(at)
        values = (figures.short, figures.held, figures.stock)
        rates = group.items.rates(at).slopes
        slopes = (rates.short, rates.held, rates.stock)
        for place in np.flatnonzero(~known).tolist():
            item = int(group.rows[place])
            stocked, where = model.stocked[item], float(at[place])
            width = float(high[item] - low[item])
            off = (float(low[item]) - where) * stocked + width * model.position[item]
            left = float(group.items.demand[place]) * (1 - stocked)
            for name, value, slope in zip(("short", "held", "stock"), values, slopes, strict=True):
                above = float(value[place]) * stocked + float(slope[place]) * off
                more = left if name == "short" else 0
                model.tangents.add(getattr(model, name)[item] >= above + more)


def levels_of(rooms: StockRooms, stocked: Numbers, position: Numbers) -> Numbers:
    """Levels (I,) of values of the variables; NaN where an item is not stocked."""
    low, high = _ends(rooms)
    level = low + np.clip(position, 0, 1) * (high - low)
    return np.where((stocked < 0.5) & rooms.items.may_skip, np.nan, level)


def _ends(rooms: StockRooms) -> tuple[Numbers, Numbers]:
    """The least and the highest level of each item that is stocked, (I,)."""
    low, high = np.empty(len(rooms.room)), np.empty(len(rooms.room))
    group: Group
    for group in rooms.items.groups:
        low[group.rows], high[group.rows] = group.low, group.high
    return low, high
