"""The route by paths and prices: from a horizon problem to a plan with a proven gap.

Small problems are listed path by path and solved outright. Others are priced, planned near the
prices and, where the gap asked for is not reached, searched: all paths that a better plan could
hold are listed where they are few; else the search branches on the side block, above all on when
projects start, for once that is settled their lifts hold segment by segment.
"""

from __future__ import annotations

import heapq
import itertools
import math
import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from slopt import __version__
from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.problem.horizon.problem import HorizonChoice, HorizonProblem
from slopt.problem.horizon.sharing import share_horizon
from slopt.problem.horizon.side_block import side_block
from slopt.solve.highs import Options
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.solve.horizon.paths.columns import Columns
from slopt.solve.horizon.paths.finishing import Finisher, Found
from slopt.solve.horizon.paths.menu_planning import MenuPlanner
from slopt.solve.horizon.paths.menus import has_wide_menu, opened_in
from slopt.solve.horizon.paths.oracle import PathOracle, compiled
from slopt.solve.horizon.paths.parts import Node, open_modes
from slopt.solve.horizon.paths.prices import Root, RootSearch
from slopt.solve.outcome import relative_gap
from slopt.vocabulary import Method, Status

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
LISTED = 6_000
"""Paths of all segments up to which they are all given to the program in whole numbers."""
NEARLY_LISTED = 20_000
"""The same, of paths that a better plan could hold."""
LIKELY = 0.3
"""Share from which on a mixed switch is thought to be on in the best plan."""
WHOLE = 1e-6
"""Of a column in whole numbers: what counts as whole."""
OF_GAP = 0.05
"""Of the gap asked for, that prices may lack."""
LEAST_GAP = 1e-8
EXACT = 1e-9


def solve_by_paths(problem: HorizonProblem, options: Options) -> HorizonOutcome:
    """Solve to the relative gap asked for, or as near as time allows.

    Raises ValueError where `obstacle` says why this route cannot take the problem.
    """
    return _Search(problem, options).run()


class _Search:
    def __init__(self, problem: HorizonProblem, options: Options) -> None:
        self.problem, self.options = problem, options
        self.begin = time.perf_counter()
        self.deadline = self.begin + options.time_limit_s
        self.rows = share_horizon(problem)
        self.side = side_block(self.rows)
        self.columns = Columns(self.rows)
        self.prices_of = RootSearch(self.rows, self.side, options.seed)
        self.sign = -1.0 if problem.goal.maximises else 1.0
        self.choice: HorizonChoice | None = None
        self.cost = math.inf
        self.bound = -math.inf
        self.prices: Numbers | None = None
        self.infeasible = self.interrupted = self.cut_short = False
        self.menus = MenuPlanner(
            self.rows, self.side, self.columns, options, self.deadline, self._offer, self._cutoff
        )
        self.root_bound = -math.inf
        self.by_prices_alone = True

    def run(self) -> HorizonOutcome:
        """Solve and say what came of it."""
        try:
            self._solve()
        except KeyboardInterrupt:
            self.interrupted = True
        return self._outcome()

    def _solve(self) -> None:
        waiting: list[tuple[float, int, Node]] = []
        order = itertools.count()
        whole = (self.side.lower, self.side.upper)
        heapq.heappush(waiting, (-math.inf, next(order), Node(whole, None, -math.inf)))
        closed = math.inf  # the least bound of the parts that are done with
        first = True
        while waiting and not self._late():
            if not first:
                open_ = min(each.bound for _key, _order, each in waiting)
                self.bound = max(self.bound, min(open_, closed, self.cost))
                if self._reached():
                    return
            _bound, _order, node = heapq.heappop(waiting)
            done, children = self._explore(node, first)
            first = False
            closed = min(closed, done)
            dive = self.choice is None  # down to a first plan before anything else
            for place, child in enumerate(children):
                key = -math.inf if dive and place == 0 else child.bound
                heapq.heappush(waiting, (key, next(order), child))
        open_ = min((each.bound for _key, _order, each in waiting), default=math.inf)
        least = min(open_, closed)
        if least == math.inf and self.choice is None and not self.cut_short:
            self.infeasible = True
        elif math.isfinite(min(least, self.cost)):
            self.bound = max(self.bound, min(least, self.cost))

    def _explore(self, node: Node, first: bool) -> tuple[float, list[Node]]:
        """(bound of the part as far as it is done with, infinite where nothing better is in it;
        the parts of it that are left)."""
        oracle, root = self._priced(node, self._cutoff())
        if root.infeasible:
            if first:
                self.prices = root.dual.at.prices
            self.by_prices_alone = False
            return math.inf, []
        if first:
            self.bound = self.root_bound = root.dual.bound
            self.prices = root.dual.at.prices
            if has_wide_menu(self.rows):
                self.menus.begin(node, root)
                oracle, root = self._priced(node, self._cutoff())
                if root.infeasible:
                    return math.inf, []
                self.bound = self.root_bound = max(self.bound, root.dual.bound)
        bound = max(node.bound, root.dual.bound)
        if bound >= self._cutoff():
            return bound, []
        finisher = Finisher(oracle, self.side, self.columns, self.options.seed)
        room = math.inf if self.choice is None else self.cost - root.dual.bound
        exact = self._by_list(finisher, node, root, room, LISTED)
        if exact is not None:
            return max(exact, bound), []
        if root.value is not None and root.side is not None and self._is_whole(root):
            if self.menus.pays(node):
                self.menus.plan(node, opened_in(self.side, root.side), root)
            else:
                found = finisher.near(root.dual, node.ends, self.options.gap, self.deadline)
                self._offer(found, finisher)
        if bound >= self._cutoff() or self._late():
            return bound, []
        if self._is_whole(root):
            room = self.cost - root.dual.bound
            exact = self._by_list(finisher, node, root, room, NEARLY_LISTED)
            if exact is not None:
                return max(exact, bound), []
        children = self._branch(node, root, bound)
        return (bound, []) if children is None else (math.inf, children)

    def _priced(self, node: Node, cutoff: float) -> tuple[PathOracle, Root]:
        """The best prices of a part; with fees where its menus are not settled."""
        gap = max(LEAST_GAP, OF_GAP * self.options.gap)
        rows, side, prices_of = self.rows, self.side, self.prices_of
        if self.menus.fees is not None and self.menus.pays(node):
            rows, side = self.menus.fees.rows(rows), self.menus.fees.side(side)
            prices_of = RootSearch(rows, side, self.options.seed)
        oracle = PathOracle(rows, open_modes(self.problem, side, node.ends))
        return oracle, prices_of.run(oracle, node.ends, node.start, gap, cutoff, self.deadline)

    def _by_list(
        self, finisher: Finisher, node: Node, root: Root, room: float, most: int
    ) -> float | None:
        """Solve over all paths within a room; the bound of the part then, None where too many."""
        chosen = finisher.listed(root.dual, room, most)
        if chosen is None:
            return None
        self.by_prices_alone = False
        left = max(0.1, self.deadline - time.perf_counter())
        options = replace(self.options, time_limit_s=left)
        answer, found = finisher.whole(chosen, node.ends, options)
        if answer.status is Status.INTERRUPTED:
            self.interrupted = True
        self._offer(found, finisher)
        if self.interrupted:
            raise KeyboardInterrupt
        if answer.status is Status.INFEASIBLE:
            return self.cost if math.isfinite(room) else math.inf
        if answer.bound is None:
            self.cut_short = True
            return root.dual.bound
        # What is not listed costs at least as much as the best plan that was known.
        beyond = root.dual.bound + room
        return max(root.dual.bound, min(answer.bound, beyond))

    def _branch(self, node: Node, root: Root, bound: float) -> list[Node] | None:
        """Two parts that leave out what the side block mixes, the likelier one first; None where
        it mixes nothing."""
        if root.side is None:
            return None
        low, high = node.ends
        below, above = high.copy(), low.copy()
        column = self._fractional(root.side)
        if column is not None:
            below[column] = math.floor(root.side[column])
            above[column] = math.ceil(root.side[column])
        elif self.menus.pays(node):
            column = int(np.argmax((high - low) * np.isin(np.arange(len(low)), self.side.opened)))
            below[column], above[column] = 0.0, 1.0
        else:
            return None
        at = root.dual.at
        parts = [Node((above, high), at, bound), Node((low, below), at, bound)]
        return parts if root.side[column] % 1.0 >= LIKELY else parts[::-1]

    def _fractional(self, values: Numbers) -> int | None:
        """The column to branch on: starts of projects first, then other switches, then people."""
        side = self.side
        away = np.abs(values - np.round(values)) * side.integral
        away[away <= WHOLE] = 0.0
        if not away.any():
            return None
        switches = away * side.switch
        if not switches.any():
            return int(np.argmax(away))
        mixed_at_last = np.append(away, 0.0)[side.begun.max(axis=1, initial=-1)] > 0
        for begun in side.begun[mixed_at_last]:
            # Whether at all is asked first, then when, halving the time.
            return int(begun.max())
        mixed = [begun[np.append(away, 0.0)[begun] > 0] for begun in side.begun]
        longest = max(mixed, key=len, default=np.zeros(0, dtype=np.int64))
        return int(longest[len(longest) // 2]) if len(longest) else int(np.argmax(switches))

    def _is_whole(self, root: Root) -> bool:
        """True where no switch is mixed."""
        if root.side is None:
            return False
        switches = root.side[self.side.switch]
        return bool(np.all(np.abs(switches - np.round(switches)) <= WHOLE))

    def _offer(self, found: Found | None, finisher: Finisher) -> None:
        """Keep a plan if it is the best so far, its side block settled anew for its modes."""
        if found is None:
            return
        settled = finisher.settle(found.modes, (self.side.lower, self.side.upper))
        for values in (found.values, settled):
            if values is None:
                continue
            choice = self.side.decided(self.rows, found.modes, values)
            value = evaluate_horizon(self.problem, choice)
            cost = self.sign * value.objective
            if not value.violations and cost < self.cost:
                self.choice, self.cost = choice, cost

    def _cutoff(self) -> float:
        """The bound from which on a part is of no use."""
        if not math.isfinite(self.cost):
            return math.inf
        return self.cost - max(0.999 * self.options.gap, 0.0) * abs(self.cost)

    def _reached(self) -> bool:
        gap = relative_gap(self.cost, min(self.bound, self.cost)) if self.choice else None
        return gap is not None and gap <= max(self.options.gap, EXACT)

    def _late(self) -> bool:
        return time.perf_counter() >= self.deadline

    def _outcome(self) -> HorizonOutcome:
        if self.infeasible:
            status = Status.INFEASIBLE
        elif self.interrupted:
            status = Status.INTERRUPTED
        elif self.choice is None:
            status = Status.NO_PLAN
        else:
            status = Status.OPTIMAL if self._reached() else Status.FEASIBLE
        bound = None
        if math.isfinite(self.bound):
            bound = min(self.bound, self.cost)
            if self.choice is not None and self.cost - bound <= EXACT * abs(self.cost):
                bound = self.cost
        proven = self.bound if self.by_prices_alone else self.root_bound
        named = {} if self.prices is None else self.rows.named_prices(self.prices)
        return HorizonOutcome(
            status,
            Method.PRICES,
            f"slopt {__version__} paths ({'NumPy' if compiled() is None else 'compiled'})",
            self.options.seed,
            time.perf_counter() - self.begin,
            choice=self.choice,
            objective=None if self.choice is None else self.sign * self.cost,
            bound=None if bound is None or self.infeasible else self.sign * bound,
            certified=self.sign * proven if math.isfinite(proven) else None,
            prices=named,
        )
