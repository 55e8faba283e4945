"""Losses under one menu: which tiers are open is decided, and what opening them costs is paid."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from slopt.solve.risk.losses import FuturePrices, Losses

Numbers = NDArray[np.float64]
Menu = tuple[int, ...]

MOST_MENUS = 1_100
"""Menus up to which each is looked at: all of ten tiers."""


def has_menu(losses: Losses) -> bool:
    """True where it matters which tiers are open: they cost something, or only some may be."""
    coupling = losses.coupling
    return coupling.most is not None or bool(coupling.costs.any() or losses.opened.any())


def menus_of(losses: Losses) -> list[Menu]:
    """Every set of tiers that may be open; none where there are too many to look at each."""
    tiers, most = losses.coupling.menu, losses.coupling.most
    most = tiers if most is None else most
    if 2**tiers > MOST_MENUS:
        return []
    return [menu for size in range(1, most + 1) for menu in combinations(range(tiers), size)]


def on_menu(losses: Losses, menu: Menu) -> Losses:
    """The losses where the tiers of a menu are open and the others cannot be had."""
    coupling, rows = losses.coupling, losses.rows
    opened = np.array(menu, dtype=np.int64)
    closed = np.setdiff1d(np.arange(coupling.menu), opened)
    allowed = rows.allowed.copy()
    allowed[:, closed] = False
    paid, pair = losses.opened[:, opened].sum(axis=1), losses.pair
    if paid.any():
        pair = pair.copy()
        pair[:, 0] += paid[:, None]
    none = np.zeros_like(coupling.open_use)
    return replace(
        losses,
        rows=rows.replace(
            allowed=allowed, limit=rows.limit - coupling.open_use[:, opened].sum(axis=1)
        ),
        coupling=replace(
            coupling, open_cost=np.zeros_like(coupling.open_cost), open_use=none, most=None
        ),
        pair=pair,
        opened=np.zeros_like(losses.opened),
    )


def bounds_of(losses: Losses, menus: list[Menu], futures: FuturePrices, prices: Numbers) -> Numbers:
    """(menus,): what no plan of each menu is below, at some prices on futures and shared rows.

    Orderings are left out. Infinite where a segment has no tier in a menu.
    """
    rows, coupling = losses.averaged(futures)
    value = rows.priced(prices)
    reduced = rows.extra_cost + prices @ rows.extra_use
    rest = rows.offset - float(prices @ rows.limit)
    rest += float(np.minimum(reduced, 0.0) @ rows.extra_most)
    always = np.arange(coupling.menu, value.shape[1])
    cost = coupling.open_cost + prices @ coupling.open_use
    return np.array(
        [
            rest
            + float(value[:, [*menu, *always]].min(axis=1).sum())
            + float(cost[list(menu)].sum())
            for menu in menus
        ]
    )
