"""What drives the compiled core: a first plan, cuts, and when to stop.

A tree looks for plans that cost less than its cut. As nobody knows the best plan's value, the cut
is guessed just above the bound, where few alternatives are left to decide on; a tree that ends
without a plan has proven that nothing lies below its cut, and the next guess is higher.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.shared_rows import SharedRowProblem
from slopt.solve.core.input import CoreInput
from slopt.solve.core.root import Root, infeasible_ray, solve_root
from slopt.solve.highs import Options
from slopt.solve.outcome import PricedAnswer
from slopt.solve.progress import Progress
from slopt.solve.proof import Proof
from slopt.solve.start import Start
from slopt.vocabulary import Status

if TYPE_CHECKING:
    from slopt.solve.native import core as native

Numbers = NDArray[np.float64]

CHUNK_S = 0.05
"""Longest time in the compiled part at a stretch, so that Ctrl-C and the clock are heeded."""
NEAREST = 100
"""The first guess leaves so many alternatives undecided."""
NODES_OF_A_GUESS = 3000
"""After so many nodes without a plan the guess counts as too low; each time twice as many."""
WIDER, MUCH_WIDER = 1.4, 1.96
"""By how much the guess rises after a tree that ended without a plan, and after one that did not
end."""
RESTART = 0.75
"""A tree starts again where a better plan leaves less than this share of it undecided."""
LATEST_RESTART = 20_000
GROUPS_OF_A_PLAN = 3000
"""Groups of segments nearest to a tie among which the first plan is repaired and improved."""
ROUNDING = 1e-12
"""Of the sum of the absolute terms of a bound: what is kept back of every bound for rounding."""


class _End(Enum):
    """How a tree ended: searched out, given up without a plan, to be begun again as a plan leaves
    little of it, or at a limit of time or memory. (Or at a row that a plan keeps and breaks by
    rounding alone, where no tree gets any further.)
    """

    SEARCHED = "searched"
    PATIENCE = "patience"
    SHRUNK = "shrunk"
    LIMIT = "limit"


class Search:
    """What is known so far; values are without the problem's offset."""

    def __init__(
        self,
        problem: SharedRowProblem,
        options: Options,
        cutoff: float,
        progress: Callable[[Progress], None] | None,
        log: bool,
        most_bytes: int,
    ) -> None:
        self.begin = time.perf_counter()
        self.problem, self.options, self.progress = problem, options, progress
        self.log, self.most_bytes = log, most_bytes
        self.cutoff = cutoff - problem.offset
        self.input: CoreInput
        self.root: Root | None = None
        self.target: native.Target
        self.margin = self.unit = 0.0
        self.value = math.inf
        self.choice: Choice | None = None
        self.lower = -math.inf
        self.nodes = 0
        self.ray: Numbers | None = None
        self.witness: native.Tree | None = None

    def run(self, start: Start) -> Status:
        """Search until the answer is proven or a limit is reached."""
        from slopt.solve.native import core as native

        problem = self.problem
        if not problem.allowed.any(axis=1).all():
            self.ray = np.zeros(len(problem.use))
            return Status.INFEASIBLE
        self.input = CoreInput.of(problem)
        self.root = root = solve_root(self.input, start.prices, self._left)
        self.ray = infeasible_ray(problem, root)
        if self.ray is not None:
            return Status.INFEASIBLE
        size = root.native.magnitude + abs(problem.offset)
        self.margin = ROUNDING * size + self.input.rounding
        # Bounds are this far off: they can never be shown to reach a value that is attained.
        self.cutoff -= 2 * self.margin
        unit = self.input.unit
        self.unit = unit if 1e-4 * unit > self.margin + self.input.unevenness else 0.0
        self.target = native.Target(
            gap=self.options.gap, unit=self.unit, margin=self.margin, offset=problem.offset
        )
        self.lower = root.native.bound - self.margin
        self._first_plans(start)
        return self._grow()

    def _first_plans(self, start: Start) -> None:
        assert self.root is not None
        for choice in (start.choice, None):
            if choice is not None and not self._usable(choice):
                continue
            found = self.root.native.first_plan(choice, GROUPS_OF_A_PLAN)
            if found is not None:
                self._offer(found[1])

    def _usable(self, choice: Choice) -> bool:
        segments, tiers, _ = self.problem.size
        if choice.shape != (segments,) or np.any((choice < 0) | (choice >= tiers)):
            return False
        return bool(self.problem.allowed[np.arange(segments), choice].all())

    def _offer(self, choice: Choice) -> bool:
        """Keep a choice if it is better; False where the problem itself calls it infeasible.

        That takes a limit that is kept in one order of summing and broken in another.
        """
        objective, feasible = self.problem.value(choice)
        value = objective - self.problem.offset
        if feasible and value < min(self.value, self.cutoff):
            self.value, self.choice = value, choice
        return feasible

    def _cut(self) -> float:
        """Nothing from here on is of use."""
        if self.choice is None:
            return min(self.cutoff, self.input.ceiling)
        return min(self.target.cut(self.value), self.cutoff)

    def _is_done(self) -> bool:
        cut = self._cut()
        return self.lower >= cut - 1.2 * self.margin - 1e-13 * abs(cut)

    def _grow(self) -> Status:
        """Trees with ever higher guesses until nothing better is left."""
        assert self.root is not None
        root = self.root.native
        widest = root.nearest(1 << 62)
        guess = max(root.nearest(NEAREST), 1e-8 * abs(root.bound), 1e3 * self.margin)
        patience = NODES_OF_A_GUESS
        while not self._is_done():
            if self._left() <= 0:
                return self._stopped()
            top = self._cut()
            cut = top if guess >= 1.2 * widest else min(top, root.bound + guess)
            end = self._search_tree(cut, patience if cut < top else None)
            if end is _End.LIMIT:
                return self._stopped()
            if end is _End.PATIENCE:
                patience *= 2
                guess *= MUCH_WIDER
            elif end is _End.SEARCHED:
                guess *= WIDER
        if self.choice is not None:
            return Status.OPTIMAL
        return Status.INFEASIBLE if self.cutoff >= self.input.ceiling else Status.OPTIMAL

    def _search_tree(self, cut: float, patience: int | None) -> _End:
        """Search below a cut; `patience` is the number of nodes without a plan to give it."""
        from slopt.solve.native import core as native

        assert self.root is not None
        root = self.root.native
        value = min(self.value, self.cutoff, 1e300)
        tree = native.Tree(root, self.target, cut=cut, value=value, log=self.log)
        earlier, chunk, found = self.nodes, 100, False
        while True:
            reason = tree.run(chunk, min(CHUNK_S, max(self._left(), 0.001)), self.most_bytes)
            self.nodes = earlier + tree.nodes
            if tree.value < value:
                found = True
                if not self._take(tree):
                    return _End.LIMIT
                value = tree.value
            self._raise_bound(tree)
            self._tell()
            if reason == native.Reason.Finished:
                return _End.LIMIT if tree.proven < tree.cut else _End.SEARCHED
            if reason == native.Reason.Full or self._left() <= 0:
                return _End.LIMIT
            if patience is not None and not found and tree.nodes >= patience:
                return _End.PATIENCE
            if (found or patience is None) and tree.nodes < LATEST_RESTART:
                left = root.count_below(tree.cut - root.bound)
                if left < RESTART * tree.spare:
                    return _End.SHRUNK
            chunk = min(2 * chunk, 4000)

    def _take(self, tree: native.Tree) -> bool:
        """Keep a tree's new plan, improved if that is easily done; False if it is infeasible."""
        assert self.root is not None
        choice = tree.choice()
        feasible = self._offer(choice)
        better = self.root.native.first_plan(choice, GROUPS_OF_A_PLAN)
        if better is not None and better[0] < tree.value and self._offer(better[1]):
            tree.know(better[0])
        return feasible

    def _raise_bound(self, tree: native.Tree) -> None:
        proven = tree.proven - self.margin
        if proven > self.lower:
            self.lower = proven
            self.witness = tree

    def _left(self) -> float:
        return self.options.time_limit_s - (time.perf_counter() - self.begin)

    def _stopped(self) -> Status:
        if self._is_done():
            return Status.OPTIMAL
        return Status.NO_PLAN if self.choice is None else Status.FEASIBLE

    def _tell(self) -> None:
        if self.progress is not None:
            offset = self.problem.offset
            objective = None if self.choice is None else self.value + offset
            seconds = time.perf_counter() - self.begin
            self.progress(Progress(objective, self.lower + offset, self.nodes, seconds))

    def answer(self, status: Status) -> PricedAnswer:
        """Everything that is known, in the problem's own rows and offset."""
        seconds = time.perf_counter() - self.begin
        problem = self.problem
        prices = None if self.root is None else self.root.prices
        if status is Status.INFEASIBLE:
            proof = self._proof() if self.log and self.ray is None else None
            return PricedAnswer(
                status, prices=self.ray, nodes=self.nodes, seconds=seconds, proof=proof
            )
        bound = self._told_bound()
        root_bound = None if prices is None else problem.dual(prices)[0]
        objective = None
        if self.choice is not None:
            objective = problem.value(self.choice)[0]
            bound = min(bound, objective)
        elif math.isfinite(self.cutoff) and status is Status.OPTIMAL:
            bound = self.cutoff + problem.offset
        return PricedAnswer(
            status,
            self.choice,
            objective,
            bound if math.isfinite(bound) else None,
            prices,
            root_bound,
            self.nodes,
            seconds,
            self._proof() if self.log else None,
        )

    def _told_bound(self) -> float:
        """The bound with the offset, raised to the next value that a choice can have."""
        lower = self.lower
        if self.root is not None and self.unit > 0 and math.isfinite(lower):
            raised = math.ceil(lower / self.unit - 5e-4) * self.unit - self.input.unevenness
            lower = max(lower, raised)
        return lower + self.problem.offset

    def _proof(self) -> Proof | None:
        """The tree that proved the bound, or the root alone."""
        root = self.root
        if root is None:
            return None
        fields: dict[str, Any]
        bound = self.lower
        if self.witness is None:
            fields = {
                "parent": np.array([-1]),
                "part": np.array([-1]),
                "copies": np.array([0]),
                "mask": np.array([2**64 - 1], dtype=np.uint64),
            }
            prices = root.prices[None, :]
        else:
            fields = self.witness.log()
            # Leaves that were closed after a plan was found need not reach what was known before.
            bound = min(bound, self.witness.proven - self.margin)
            nodes = len(fields["parent"])
            if nodes == 0:
                return None
            prices = self.input.prices(fields.pop("prices").reshape(nodes, -1))
        places = {name: np.asarray(fields[name], np.int64) for name in ("parent", "part", "copies")}
        return Proof(
            bound=bound + self.problem.offset,
            class_of=np.asarray(root.instance.class_of, dtype=np.int64),
            mask=fields["mask"],
            prices=prices,
            unit=self.unit,
            **places,
        )
