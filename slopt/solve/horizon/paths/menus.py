"""Which tiers are open: menus to plan with, where tiers cost something or few may be in use."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from slopt.problem.horizon.problem import HorizonProblem
from slopt.problem.horizon.shared_rows import SharedRows
from slopt.problem.horizon.side import Side
from slopt.solve.horizon.paths.oracle import PathOracle

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
ON = 0.5
FAR = 10.0
"""Times all that could be paid: the price of a tier that is closed."""
TRIFLE = 1e-9


def has_wide_menu(rows: SharedRows) -> bool:
    """True where a row says of several segments at once that a tier is open for them."""
    return any(row.kind == "menu" and row.about[2] > 1 for row in rows.rows)


def opened_in(side: Side, values: Numbers) -> Flags:
    """(T, K): the tiers that columns (J,) open."""
    return np.asarray((side.opened >= 0) & (np.append(values, 0.0)[side.opened] > ON))


def menus_are_settled(side: Side, ends: tuple[Numbers, Numbers]) -> bool:
    """True where the ends leave no choice of what is open."""
    places = side.opened[side.opened >= 0]
    return bool(np.all(ends[0][places] == ends[1][places]))


def with_menu(
    side: Side, ends: tuple[Numbers, Numbers], menu: Flags
) -> tuple[Numbers, Numbers] | None:
    """Ends that open the tiers of a menu (T, K) and no others; None where they say otherwise."""
    known = side.opened >= 0
    places, wanted = side.opened[known], menu[known].astype(np.float64)
    if np.any((wanted < ends[0][places]) | (wanted > ends[1][places])):
        return None
    low, high = ends[0].copy(), ends[1].copy()
    low[places] = high[places] = wanted
    return low, high


def menu_over_time(problem: HorizonProblem, tiers: Flags) -> Flags:
    """(T, K): the same tiers (K,) in every period, and before them those without which a segment
    has no tier at all in the period, as far as there is room."""
    allowed = np.zeros((*problem.barred.shape[:2], len(tiers)), dtype=np.bool_)
    for mode, tier in enumerate(problem.mode_tier.tolist()):
        allowed[:, :, tier] |= ~problem.barred[:, :, mode]
    only = allowed & (allowed.sum(axis=2) == 1)[:, :, None]
    forced = only.any(axis=0)
    most = len(tiers) if problem.max_tiers is None else problem.max_tiers
    room = np.maximum(most - forced.sum(axis=1), 0)[:, None]
    more = tiers[None, :] & ~forced
    return np.asarray(forced | (more & (np.cumsum(more, axis=1) <= room)))


def best_menu(tiers: int, most: int | None, worth: Callable[[Flags], float]) -> Flags | None:
    """The tiers (K,) of least `worth`, by leaving out one after the other, then by exchange.

    `worth` is infinite where there is no plan, and from when on time is up. None where no menu
    that was tried has one.
    """
    known: dict[bytes, float] = {}
    most = tiers if most is None else most

    def asked(menu: Flags) -> float:
        key = menu.tobytes()
        if key not in known:
            known[key] = worth(menu)
        return known[key]

    menu = np.ones(tiers, dtype=np.bool_)
    value = asked(menu) if tiers <= most else math.inf
    while menu.sum() > 1:
        fewer = [_flipped(menu, k) for k in np.flatnonzero(menu).tolist()]
        least = min(fewer, key=asked)
        if menu.sum() <= most and asked(least) >= value:
            break
        menu, value = least, asked(least) if least.sum() <= most else math.inf
    while True:
        pairs = [(k, q) for k in np.flatnonzero(menu) for q in np.flatnonzero(~menu)]
        others = [_flipped(menu, int(k), int(q)) for k, q in pairs]
        least = min(others, key=asked, default=menu)
        if asked(least) >= value:
            return menu if math.isfinite(value) else None
        menu, value = least, asked(least)


def _flipped(menu: Flags, *places: int) -> Flags:
    other = menu.copy()
    other[list(places)] ^= True
    return other


class MenuTrial:
    """What menus are worth at fixed prices (R,) of the shared rows, nothing else being decided."""

    def __init__(
        self, rows: SharedRows, side: Side, oracle: PathOracle, prices: Numbers, until: float
    ) -> None:
        self.until, self.tier = until, rows.problem.mode_tier
        # Closed tiers are barred here, so that the rows that say so are worth nothing more.
        firm = np.array([row.kind != "menu" for row in rows.rows], dtype=np.bool_)
        prices = np.where(firm, prices, 0.0)
        self.oracle, self.priced = oracle, oracle.priced(prices)
        self.known = side.opened >= 0
        places = np.where(self.known, side.opened, 0)
        self.opening = np.where(self.known, (side.cost + prices @ side.on_rows)[places], 0.0)
        sizes = np.abs(self.priced.fixed).sum() + oracle.size(self.priced)
        self.far = FAR * max(1.0, float(sizes))

    def worth(self, menu: Flags) -> float:
        """The least cost at the prices with a menu (T, K), very large where there is none."""
        closed = self.far * (self.known & ~menu)[None, :, self.tier]
        least, _modes = self.oracle.best(replace(self.priced, fixed=self.priced.fixed + closed))
        return float(least.sum() + self.opening[self.known & menu].sum())

    def varied(self, menu: Flags, most: int | None) -> Flags:
        """A menu that is worth more by other tiers in some periods in a row, as long as any is."""
        periods, tiers = menu.shape
        most = tiers if most is None else most
        value, better = self.worth(menu), True
        while better and time.perf_counter() < self.until:
            better = False
            for begin, end in combinations(range(periods + 1), 2):
                for one, two in combinations_with_replacement(range(tiers), 2):
                    other = menu.copy()
                    other[begin:end, one] ^= True
                    if two != one:
                        other[begin:end, two] ^= True
                    if other.sum(axis=1).max() > most:
                        continue
                    if time.perf_counter() >= self.until:
                        return menu
                    asked = self.worth(other)
                    if asked < value - TRIFLE * abs(value):
                        menu, value, better = other, asked, True
        return menu
