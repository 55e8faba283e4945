"""Best prices of a horizon problem, by generating paths: the root of the price method.

The master program mixes the paths found so far; at a mixture of its prices and the best ones so
far (the smoothing of Wentges) every segment's best path is asked for. The bound of each such
question is proven by itself, so that the search may stop anywhere.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.horizon.shared_rows import SharedRows
from slopt.problem.horizon.side import Side
from slopt.solve.horizon.paths.bound import Dual, Multipliers, dual_at
from slopt.solve.horizon.paths.master import Master
from slopt.solve.horizon.paths.oracle import PathOracle
from slopt.solve.horizon.paths.walking import own_cost, walk

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
ALONE = 60
"""Up to so many segments each has a convexity row of its own."""
GROUPS = 40
MOST_ROUNDS = 2_000
SMOOTH = 0.3
"""Share of the best multipliers so far, in those that are asked about."""
RAISES = 4
"""Times that the highest prices are raised a hundredfold before rows are taken for unkeepable."""
NOTHING = 1e-7
"""Of a row's size: relief that counts as none."""


@dataclass(frozen=True, eq=False)
class Root:
    """The best dual that was found; `value` is that of the mixed plans, None where none keeps the
    rows so far, and `side` (J,) what the side block does in them. `infeasible` where the bound of
    `dual`, without any money, proves it, or where a segment or the side block has no way at all."""

    dual: Dual
    value: float | None
    side: Numbers | None = None
    infeasible: bool = False
    rounds: int = 0


class RootSearch:
    """Column generation, part by part of the side block; paths that were found are kept."""

    def __init__(self, rows: SharedRows, side: Side, seed: int) -> None:
        self.rows, self.side = rows, side
        segments = len(rows.problem.segments)
        self.groups = segments if segments <= ALONE else GROUPS
        shuffled = np.random.default_rng(seed).permutation(segments)
        self.group = np.empty(segments, dtype=np.int64)
        self.group[shuffled] = np.arange(segments) % self.groups
        self.order = np.argsort(self.group, kind="stable")
        self.begin = np.searchsorted(self.group[self.order], np.arange(self.groups))
        self.master: Master | None = None
        self.raised = 0

    def run(
        self,
        oracle: PathOracle,
        ends: tuple[Numbers, Numbers],
        start: Multipliers | None,
        gap: float,
        cutoff: float,
        deadline: float,
    ) -> Root:
        """The best multipliers with the side block between `ends`, to a relative gap.

        It ends early where the bound is at least `cutoff`.
        """
        side = self.side
        zero = Multipliers(np.zeros(len(side.limit)), np.zeros(len(side.own)))
        first = dual_at(oracle, side, start or zero, ends)
        if not np.isfinite(first.least).all():
            return Root(first, None, infeasible=True)
        master = self._master(first, ends)
        best, misses = first, 0
        value: float | None = None
        mixed: Numbers | None = None
        round_ = 0
        offset = self.rows.objective.offset + side.offset
        for round_ in range(MOST_ROUNDS):
            solved = master.solve(deadline - time.perf_counter())
            if solved is None:
                if master.impossible:
                    return Root(first, None, infeasible=True, rounds=round_)
                break
            total, at, relief = solved.value + offset, solved.at, solved.relief
            kept = bool(relief.max(initial=0.0) <= NOTHING)
            value, mixed = (total, solved.side) if kept else (None, None)
            if total - best.bound <= gap * abs(best.bound) or best.bound >= cutoff:
                if kept or best.bound >= cutoff:
                    break
                if self.raised == RAISES:
                    return self._without_money(oracle, master, best, deadline)
                self.raised += 1
                master.price_reliefs(100.0 * master.highest)
                continue
            if time.perf_counter() >= deadline:
                break
            share = 1.0 if misses else 1.0 - SMOOTH
            asked = dual_at(oracle, side, best.at.toward(at, share), ends)
            added = self._add(master, asked, at)
            improved = asked.bound > best.bound
            if improved:
                best = asked
            if not added:
                if misses:  # at the prices of the master itself nothing is better: it is solved
                    gap = max(gap, (total - best.bound) / max(abs(best.bound), 1e-300))
                misses += 1
            else:
                misses = 0
        return Root(best, value, mixed, rounds=round_)

    def _master(self, first: Dual, ends: tuple[Numbers, Numbers]) -> Master:
        """The master program, with the paths of a first dual in it."""
        cost, use = self._sums(first.modes)
        if self.master is None:
            side = self.side
            unit = np.maximum(np.abs(use).sum(axis=0), np.abs(side.limit))
            unit = np.maximum(unit, np.abs(side.on_rows * side.upper).max(axis=1, initial=0.0))
            unit = np.where(unit > 0, unit, 1.0)
            money = max(float(np.abs(cost).sum()), 1e-9)
            self.master = Master(side, self.groups, unit, money, ends)
        else:
            self.master.between(ends)
        self.master.add_paths(np.arange(self.groups), cost, use)
        return self.master

    def _sums(self, modes: Places) -> tuple[Numbers, Numbers]:
        """Cost (G,) and use (G, R) of the groups."""
        rows = self.rows
        followed = walk(rows, np.arange(len(modes)), modes)
        cost = np.add.reduceat(own_cost(rows, followed)[self.order], self.begin)
        booked = rows.booked(followed)[self.order]
        return np.asarray(cost), np.add.reduceat(booked, self.begin) @ rows.weight.T

    def _add(self, master: Master, asked: Dual, at: Multipliers) -> int:
        """Add the groups' paths that are better than the master's at its own prices."""
        cost, use = self._sums(asked.modes)
        money = 0.0 if master.phase_one else 1.0
        worth = money * cost + use @ at.prices
        sigma = self._least_known(master, at, money)
        better = worth < sigma - 1e-10 * (np.abs(sigma) + 1e-300)
        places = np.flatnonzero(better)
        if len(places):
            master.add_paths(places, cost[places], use[places])
        return len(places)

    def _least_known(self, master: Master, at: Multipliers, money: float) -> Numbers:
        worth = money * master.cost + master.use @ at.prices
        least = np.full(self.groups, np.inf)
        np.minimum.at(least, master.group, worth)
        return least

    def _without_money(
        self, oracle: PathOracle, master: Master, best: Dual, deadline: float
    ) -> Root:
        """Whether any mixture keeps the rows at all; prices that prove it where none does."""
        other = master.without_money()
        for round_ in range(MOST_ROUNDS):
            solved = other.solve(deadline - time.perf_counter())
            if solved is None or time.perf_counter() >= deadline:
                break
            asked = dual_at(oracle, self.side, solved.at, other.ends, money=0.0)
            if asked.bound > 0:
                return Root(asked, None, infeasible=True, rounds=round_)
            if solved.value <= NOTHING or not self._add(other, asked, solved.at):
                break
        return Root(best, None)
