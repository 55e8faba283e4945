"""A plan near the prices: what the segments' own best tiers overuse is given back, then exchanged.

Over a few segments near a tie, the others folded in. What a plan costs above the bound is its loss:
the reduced costs of its tiers and the price of all that it leaves unused. Each move of the repair
is the one that relieves most per loss; then single moves and pairs of them lower the loss, and
random moves from the best plan begin again (an iterated local search).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.shared_rows import Numbers, SharedRowProblem
from slopt.solve.prices.oracle import compiled

HAIR = 1e-13
"""Of a limit: what the sum of the same numbers in another order may differ by."""
LEAST_WEIGHT = 1e-3
"""Of overuse of a row without a price, in usual prices."""
MOST_REPAIRS = 400
PAIRS = 400
"""Moves that are tried two at a time without the compiled search."""


@dataclass(frozen=True, eq=False)
class Task:
    """A search over few segments: at `prices`, overuse weighing `weight` (M,) in money a unit."""

    problem: SharedRowProblem
    prices: Numbers
    weight: Numbers
    start: Choice
    seed: int

    @property
    def reduced(self) -> Numbers:
        """(n, K): cost at the prices above the segment's best, infinite where not allowed."""
        value = self.problem.priced(self.prices)
        return np.asarray(value - value.min(axis=1, keepdims=True))

    @property
    def limit(self) -> Numbers:
        """(M,), with a hair of room."""
        return self.problem.limit + HAIR * np.maximum(1.0, np.abs(self.problem.limit))


class Search(Protocol):
    """A search that can be run on and on; `choice` is None as long as there is no plan."""

    @property
    def loss(self) -> float:
        """Of the best plan."""

    @property
    def choice(self) -> Choice | None:
        """The best plan (n,)."""

    def run(self, rounds: int, target: float) -> None:
        """So many rounds more, or until the loss is at most `target`."""


def plan_near(task: Task, rounds: int, then: int, target: float, deadline: float) -> Choice | None:
    """The best choice of the task's segments, None where none was found in so many rounds.

    With a plan at hand it goes on up to `then` rounds in all, for a loss of at most `target`.
    """
    search = search_of(task)
    for done in range(1, rounds + 1):
        search.run(1, target)
        enough = search.choice is not None and (search.loss <= target or done >= then)
        if enough or time.perf_counter() > deadline:
            break
    return search.choice


def search_of(task: Task) -> Search:
    """The compiled search where it is there."""
    module = compiled()
    if module is None:
        return NumpySearch(task)
    problem = task.problem
    found: Search = module.Search(
        task.reduced,
        list(problem.use),
        problem.allowed,
        task.prices,
        task.weight,
        task.limit,
        problem.relieved,
        problem.extra_cost,
        problem.extra_most,
        np.ascontiguousarray(problem.extra_use),
        task.start,
        task.seed,
    )
    return found


class NumpySearch:
    """The same search in NumPy, over all moves at once."""

    def __init__(self, task: Task) -> None:
        self.task, self.problem, self.limit = task, task.problem, task.limit
        reduced = task.reduced
        self.segment, self.tier = np.nonzero(self.problem.allowed)
        self.reduced = reduced[self.segment, self.tier]
        self.use = np.zeros((len(self.segment), len(self.problem.use)))
        for r, use in enumerate(self.problem.use):
            self.use[:, r] = use[self.segment, self.tier]
        place = np.full(reduced.shape, -1)
        place[self.segment, self.tier] = np.arange(len(self.segment))
        self.start = place[np.arange(len(reduced)), task.start]
        self.order = np.argsort(self.reduced, kind="stable")
        extra = self.problem.extra_cost + task.prices @ self.problem.extra_use
        self.least_open = float(np.minimum(extra, 0.0) @ self.problem.extra_most)
        self.rng = np.random.default_rng(task.seed)
        self.loss, self.best, self.begun = np.inf, self.start, False

    @property
    def choice(self) -> Choice | None:
        """The best plan (n,)."""
        return self.tier[self.best].astype(np.int64) if np.isfinite(self.loss) else None

    def run(self, rounds: int, target: float) -> None:
        """Repair and exchange so often."""
        for _ in range(rounds):
            if self.loss <= target:
                return
            at = self.best.copy()
            if self.begun:
                self._kick(at)
            self.begun = True
            if self._repair(at):
                self._exchange(at)
                overuse, opened = self._judge(self.use[at].sum(axis=0)[None])
                loss = float(self.reduced[at].sum() + opened[0])
                if overuse[0] <= 0 and loss < self.loss:
                    self.loss, self.best = loss, at

    def _kick(self, at: NDArray[np.int64]) -> None:
        for u in self.rng.random(self.rng.integers(1, 5)):
            candidate = self.order[int(u * u * len(self.order))]
            at[self.segment[candidate]] = candidate

    def _judge(self, used: Numbers) -> tuple[Numbers, Numbers]:
        """Of rows of use (N, M): overuse in money after the least extras, and what is open."""
        after, problem = used.copy(), self.problem
        opened = np.full(len(used), -self.least_open)
        for j, row in enumerate(problem.relieved):
            relief = -problem.extra_use[row, j]
            taken = np.clip((used[:, row] - self.limit[row]) / relief, 0.0, problem.extra_most[j])
            opened += problem.extra_cost[j] * taken
            after += taken[:, None] * problem.extra_use[:, j]
            full = (taken > 0) & (taken < problem.extra_most[j])
            after[full, row] = self.limit[row]
        opened += (self.limit - used) @ self.task.prices
        return np.maximum(after - self.limit, 0.0) @ self.task.weight, opened

    def _moves(self, at: NDArray[np.int64]) -> tuple[NDArray[np.int64], Numbers, Numbers]:
        """All moves away from `at`: candidates, changes of reduced cost and of use."""
        other = np.flatnonzero(at[self.segment] != np.arange(len(self.segment)))
        now = at[self.segment[other]]
        return other, self.reduced[other] - self.reduced[now], self.use[other] - self.use[now]

    def _repair(self, at: NDArray[np.int64]) -> bool:
        for _ in range(MOST_REPAIRS):
            used = self.use[at].sum(axis=0)
            overuse = float(self._judge(used[None])[0][0])
            if overuse <= 0:
                return True
            other, reduced, change = self._moves(at)
            then, _ = self._judge(used + change)
            relief = overuse - then
            if not np.any(relief > 1e-13 * overuse):
                return False
            worth = relief / (np.maximum(reduced, 0.0) + 0.02 * overuse)
            worth *= np.where(then <= 0, 1.5, 1.0)
            if np.isfinite(self.loss):
                worth *= 1.0 + 0.1 * self.rng.random(len(worth))
            best = other[int(np.argmax(worth))]
            at[self.segment[best]] = best
        return False

    def _exchange(self, at: NDArray[np.int64]) -> None:
        """The best single move or pair of moves, again and again."""
        for _ in range(MOST_REPAIRS):
            used = self.use[at].sum(axis=0)
            opened = float(self._judge(used[None])[1][0])
            other, reduced, change = self._moves(at)
            few = np.argsort(reduced, kind="stable")[:PAIRS]
            other, reduced, change = other[few], reduced[few], change[few]
            first, second = np.triu_indices(len(few))
            alone = first == second
            apart = alone | (self.segment[other[first]] != self.segment[other[second]])
            both = reduced[first] + np.where(alone, 0.0, reduced[second])
            kept = np.flatnonzero(apart & (both < opened))
            first, second, alone, both = first[kept], second[kept], alone[kept], both[kept]
            total = used + change[first] + np.where(alone[:, None], 0.0, change[second])
            overuse, then = self._judge(total)
            gain = np.where(overuse <= 0, both + then - opened, np.inf)
            if not len(gain) or gain.min() >= -1e-12 * (abs(opened) + 1e-300):
                return
            best = int(np.argmin(gain))
            for candidate in (other[second[best]], other[first[best]]):
                at[self.segment[candidate]] = candidate
