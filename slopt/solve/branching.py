"""Branch and bound over a menu and orderings; every node is a problem of shared rows."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from slopt.problem.choice import Choice
from slopt.problem.shared_rows import SharedRowProblem
from slopt.solve.coupling import Coupling, Decided, keeps, with_open_tiers
from slopt.solve.highs import Options
from slopt.solve.outcome import PricedAnswer
from slopt.solve.start import Start
from slopt.vocabulary import Status

Solver = Callable[[SharedRowProblem, Options, Start | None, float], PricedAnswer]
"""(rows, options, start, cutoff) -> answer; nothing at or above the cutoff is wanted."""


@dataclass(frozen=True, eq=False)
class _Node:
    """Decisions not yet looked into, with what is known of them from their parent."""

    decided: Decided
    bound: float
    depth: int
    start: Start | None


def solve_coupled(
    rows: SharedRowProblem,
    coupling: Coupling,
    options: Options,
    solver: Solver,
    start: Start | None = None,
) -> PricedAnswer:
    """The best choice under shared rows, menu and orderings.

    Depth first until a plan is known, then the node of the least bound. Every node is solved to the
    gap asked for, and its bound stands for all choices under it; the bound of the answer is the
    least of those of the nodes that were closed or are still open.
    """
    search = _Search(rows, coupling, options, solver)
    return search.run(start)


class _Search:
    def __init__(
        self, rows: SharedRowProblem, coupling: Coupling, options: Options, solver: Solver
    ) -> None:
        self.rows, self.coupling, self.options, self.solver = rows, coupling, options, solver
        self.begin = time.perf_counter()
        self.best = math.inf
        self.choice: Choice | None = None
        self.prices: np.ndarray | None = None
        self.root: PricedAnswer | None = None
        self.closed = math.inf
        self.open: list[_Node] = []
        self.nodes = 0

    def run(self, start: Start | None) -> PricedAnswer:
        """Search until the gap is reached, nothing is left, or a limit is."""
        self.open = [_Node(Decided().settled(self.coupling), -math.inf, 0, start)]
        stopped: Status | None = None
        while self.open and stopped is None and not self._reached():
            node = self._next()
            if node.bound >= self._cut():
                self.closed = min(self.closed, node.bound)
                continue
            left = self.options.time_limit_s - (time.perf_counter() - self.begin)
            if left <= 0:
                self.open.append(node)
                stopped = Status.FEASIBLE
                break
            stopped = self._look_into(node, replace(self.options, time_limit_s=left))
        return self._answer(stopped)

    def _next(self) -> _Node:
        if self.choice is None:
            node = max(self.open, key=lambda n: (n.depth, -n.bound))
        else:
            node = min(self.open, key=lambda n: n.bound)
        self.open.remove(node)
        return node

    def _cut(self) -> float:
        """Values from here on are of no use."""
        if math.isinf(self.best):
            return math.inf
        return self.best - self.options.gap * abs(self.best)

    def _bound(self) -> float:
        return min([self.closed, self.best, *(node.bound for node in self.open)])

    def _reached(self) -> bool:
        return self._bound() >= self._cut() and self.choice is not None

    def _look_into(self, node: _Node, options: Options) -> Status | None:
        """Solve one node and branch; a status where the search has to stop."""
        rows = node.decided.rows(self.coupling, self.rows)
        answer = self.solver(rows, options, node.start, self._cut())
        self.nodes += max(1, answer.nodes)
        if self.root is None:
            self.root = answer
        bound = max(node.bound, -math.inf if answer.bound is None else answer.bound)
        if answer.status is Status.INFEASIBLE:
            return None
        if answer.status in (Status.INTERRUPTED, Status.NO_PLAN) or bound == -math.inf:
            self.open.append(replace(node, bound=bound))
            return answer.status
        if answer.choice is None:
            self.closed = min(self.closed, bound)
            return None
        self._offer(answer)
        children = node.decided.branch(self.coupling, answer.choice)
        if children is None:
            self.closed = min(self.closed, bound)
            return None if answer.status is Status.OPTIMAL else answer.status
        warm = Start(answer.prices, answer.choice)
        for decided in children:
            settled = decided.settled(self.coupling)
            self.open.append(_Node(settled, bound, node.depth + 1, warm))
        return None

    def _offer(self, answer: PricedAnswer) -> None:
        """Keep a node's choice if it keeps everything and is the best so far."""
        choice = answer.choice
        if choice is None or not keeps(self.coupling, choice):
            return
        value, feasible = with_open_tiers(self.coupling, self.rows, choice).value(choice)
        if feasible and value < self.best:
            self.best, self.choice, self.prices = value, choice, answer.prices

    def _answer(self, stopped: Status | None) -> PricedAnswer:
        seconds = time.perf_counter() - self.begin
        if self.choice is None:
            prices = None if self.root is None else self.root.prices
            status = stopped or Status.INFEASIBLE
            status = Status.NO_PLAN if status is Status.FEASIBLE else status
            bound = self._bound()
            return PricedAnswer(
                status,
                bound=bound if math.isfinite(bound) else None,
                prices=prices,
                nodes=self.nodes,
                seconds=seconds,
            )
        bound = self._bound()
        status = stopped or Status.OPTIMAL
        if bound >= self._cut():
            status = Status.OPTIMAL
        elif status is Status.NO_PLAN:
            status = Status.FEASIBLE
        return PricedAnswer(
            status,
            self.choice,
            self.best,
            bound if math.isfinite(bound) else None,
            self.prices,
            None if self.root is None else self.root.root_bound,
            self.nodes,
            seconds,
        )
