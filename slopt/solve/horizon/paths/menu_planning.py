"""Plans of many segments with few tiers: menus by trial at prices, then fees that prove more."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from slopt.problem.horizon.shared_rows import SharedRows
from slopt.problem.horizon.side import Side
from slopt.solve.highs import Options
from slopt.solve.horizon.paths.columns import Columns
from slopt.solve.horizon.paths.fees import Fees, fees_for
from slopt.solve.horizon.paths.finishing import Finisher, Found
from slopt.solve.horizon.paths.menus import (
    MenuTrial,
    best_menu,
    menu_over_time,
    menus_are_settled,
    with_menu,
)
from slopt.solve.horizon.paths.oracle import PathOracle
from slopt.solve.horizon.paths.parts import Node, open_modes
from slopt.solve.horizon.paths.prices import Root, RootSearch

Flags = NDArray[np.bool_]
CHOOSING, PLANNING, PAYING = 0.3, 0.3, 0.4
"""Of the time that is left: for choosing tiers to open, for a plan with them, for fees."""
COARSE = 1e-3
"""The gap of the prices at which menus are compared."""
ATTEMPTS, RAISED = 8, 0.1
"""Menus that are tried in turn, and what of the goal rows are priced higher where none keeps
them."""


class MenuPlanner:
    """Plans with menus are handed to `offer`; `cutoff` says from which bound on none is wanted.

    `fees` are those that proved the most, None before `begin`.
    """

    def __init__(
        self,
        rows: SharedRows,
        side: Side,
        columns: Columns,
        options: Options,
        deadline: float,
        offer: Callable[[Found | None, Finisher], None],
        cutoff: Callable[[], float],
    ) -> None:
        self.rows, self.side, self.columns, self.options = rows, side, columns, options
        self.deadline, self.offer, self.cutoff = deadline, offer, cutoff
        self.fees: Fees | None = None

    def begin(self, node: Node, root: Root) -> None:
        """A plan with the same tiers open all the time, and fees that prove more than prices."""
        problem, until = self.rows.problem, self._within(CHOOSING)

        def worth(tiers: Flags) -> float:
            part = self._part(node, menu_over_time(problem, tiers), root)
            if part is None or time.perf_counter() >= until:
                return math.inf
            found = self._priced(part, COARSE, until)[1]
            return math.inf if found.value is None else found.dual.bound

        tiers = best_menu(len(problem.tiers), problem.max_tiers, worth)
        if tiers is not None:
            self.plan(node, menu_over_time(problem, tiers), root)
        target = min(self.cutoff(), root.dual.bound + abs(root.dual.bound))
        may = open_modes(problem, self.side, node.ends)
        ends, until = node.ends, self._within(PAYING)
        self.fees, menus = fees_for(
            self.rows, self.side, may, ends, root.dual, target, self.options, until
        )
        for menu in menus:
            self.plan(node, menu, root)

    def pays(self, node: Node) -> bool:
        """True of a part of which the menus are not settled, once there are fees."""
        return self.fees is not None and not menus_are_settled(self.side, node.ends)

    def _part(self, node: Node, menu: Flags, root: Root) -> Node | None:
        ends = with_menu(self.side, node.ends, menu)
        return None if ends is None else Node(ends, root.dual.at, node.bound)

    def _priced(self, part: Node, gap: float, until: float) -> tuple[PathOracle, Root]:
        """Prices of a part whose menus are settled."""
        oracle = PathOracle(self.rows, open_modes(self.rows.problem, self.side, part.ends))
        prices_of = RootSearch(self.rows, self.side, self.options.seed)
        return oracle, prices_of.run(oracle, part.ends, part.start, gap, self.cutoff(), until)

    def plan(self, node: Node, menu: Flags, root: Root) -> None:
        """Offer a plan with the tiers of a menu (T, K) open, or with others that are better at
        the prices then; where nothing keeps the rows, these are priced higher."""
        until, options = self._within(PLANNING), self.options
        choosing = self._within(PLANNING * CHOOSING)
        every = PathOracle(self.rows, open_modes(self.rows.problem, self.side, node.ends))
        prices, best = root.dual.at.prices, None
        for _attempt in range(ATTEMPTS):
            part = self._part(node, menu, root)
            if part is None:
                break
            oracle, found = self._priced(part, COARSE, until)
            if found.value is not None:
                if best is not None and found.dual.bound >= best[2].dual.bound:
                    break
                prices, best = found.dual.at.prices, (part, oracle, found)
            elif found.infeasible and 0 < found.dual.bound < math.inf:
                missing = RAISED * abs(root.dual.bound) / found.dual.bound
                prices = prices + missing * found.dual.at.prices
            else:
                prices = found.dual.at.prices
            trial = MenuTrial(self.rows, self.side, every, prices, choosing)
            other = trial.varied(menu, self.rows.problem.max_tiers)
            if np.array_equal(other, menu):
                break
            menu = other
        if best is None:
            return
        part, oracle, found = best
        if found.dual.bound < self.cutoff():
            finisher = Finisher(oracle, self.side, self.columns, options.seed)
            self.offer(finisher.near(found.dual, part.ends, options.gap, until), finisher)

    def _within(self, share: float) -> float:
        """When a share of the time that is left is over."""
        now = time.perf_counter()
        return now + share * max(0.0, self.deadline - now)
