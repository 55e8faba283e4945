"""The price method: best prices, a plan near them, and a proof of how near.

For very many segments the prices leave so few segments undecided that a plan repaired there is as
good as optimal. Where that is not enough for the gap asked for, alternatives that no better plan
can hold are left out, and what remains goes to the exact core, or to HiGHS where that is missing.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np

from slopt.problem.choice import Choice
from slopt.problem.shared_rows import Numbers, SharedRowProblem
from slopt.solve.highs import Options
from slopt.solve.outcome import PricedAnswer, relative_gap
from slopt.solve.prices.coordinator import Prices, local_prices
from slopt.solve.prices.finishing import finish, suits_core
from slopt.solve.prices.newton import look
from slopt.solve.prices.oracle import LocalOracle
from slopt.solve.prices.pool import Pool, pool_near
from slopt.solve.prices.ray import find_ray
from slopt.solve.prices.reduction import reduce_by_cost
from slopt.solve.prices.repair import LEAST_WEIGHT, Task, plan_near
from slopt.solve.start import Start
from slopt.vocabulary import Status

EXACTLY = 100_000
"""Up to so many segments a choice is judged by `SharedRowProblem.value` itself, beyond by the
compiled pass, whose sums differ in the last digits only."""
ROOM = 5e-13
"""Relative to a limit, half of what `SharedRowProblem.value` allows."""
ATTEMPTS = ((400, 60), (1_600, 20), (6_400, 6), (25_600, 2))
"""(segments near a tie, rounds of repair and exchange) that are tried in turn."""
USUAL_ROWS = 5
"""Rows that the numbers above are meant for; with more, more segments have to be looked at."""
ROUNDS_BEFORE_CORE = 6
"""From then on the core finds better plans sooner than the repair does."""
MOST_LEFT = 2_000_000
"""Segments left open that are searched on; more would take memory for many copies of them."""
EXACT = 1e-12
"""The least gap that sums of floats can tell from none."""
NEARLY = 1.0 - 1e-6
"""Of the gap is what a cut-off asks for, so that rounding does not fall on the wrong side of it."""


def solve_prices(
    problem: SharedRowProblem, options: Options, start: Start | None = None
) -> PricedAnswer:
    """Solve by prices to the relative gap asked for, or as near as time allows.

    Infeasible is said with prices where prices prove it; without where whole tiers alone are at
    fault. An interruption ends with what was found by then.
    """
    return _PriceMethod(problem, options, start or Start()).run()


class _PriceMethod:
    """What is known so far of one problem; a problem is solved by one `run`."""

    def __init__(self, problem: SharedRowProblem, options: Options, start: Start) -> None:
        self.problem, self.options, self.start = problem, options, start
        self.begin = time.perf_counter()
        self.oracle = LocalOracle(problem, options.seed)
        self.choice: Choice | None = None
        self.objective = math.inf
        self.bound = self.root = -math.inf
        self.prices: Numbers | None = None
        self.infeasible = self.interrupted = self.proven = False
        self.nodes = 0

    def run(self) -> PricedAnswer:
        """Solve and say what came of it."""
        try:
            self._solve()
        except KeyboardInterrupt:
            self.interrupted = True
        return self._answer()

    def _solve(self) -> None:
        self._offer_start()
        prices = self._best_prices(self.start.prices)
        if self.infeasible or (prices.at_end and self._disproved(prices)):
            return
        self._repair(prices)
        if self.choice is None and self.start.prices is not None and not self._late():
            prices = self._best_prices(None)
            self._repair(prices)
        if self._reached() or self._late():
            return
        if self.choice is None and not prices.at_end and self._disproved(prices):
            return
        self._finish()

    def _offer_start(self) -> None:
        """Keep the choice to begin with if it is one."""
        if self.start.choice is None or self.start.choice.shape != (self.oracle.segments,):
            return
        choice = np.array(self.start.choice, dtype=np.int64)
        tiers = self.problem.cost.shape[1]
        if choice.min(initial=0) >= 0 and choice.max(initial=0) < tiers:
            self._offer(choice)

    def _best_prices(self, start: Numbers | None) -> Prices:
        left = self._left()
        half = replace(left, time_limit_s=left.time_limit_s / 2)
        found = local_prices(self.oracle, half, start)
        if found.bound == math.inf:  # a segment without any tier
            self.infeasible, self.prices = True, found.prices
            return found
        point = look(self.oracle, found.prices, found.window)
        if point.bound > self.bound:
            self.prices, self.bound, self.root = found.prices, point.bound, point.bound
        return found

    def _disproved(self, prices: Prices) -> bool:
        """True where prices prove that no plan exists, mixed tiers or not."""
        ray = find_ray(self.problem, self._left(), prices.prices)
        if ray is not None:
            self.infeasible, self.prices = True, ray
        return self.infeasible

    def _repair(self, prices: Prices) -> None:
        """Look for a plan near the prices, over more and more segments."""
        rows = len(prices.prices)
        core_next = suits_core(prices.prices)
        wide = max(1, rows // USUAL_ROWS)
        for count, rounds in ATTEMPTS:
            pool = pool_near(self.oracle, prices, wide * count, self._left().time_limit_s)
            if not (pool.balanced or pool.is_all or count == ATTEMPTS[-1][0]):
                continue
            self._search(pool, prices, rounds, ROUNDS_BEFORE_CORE if core_next else rounds)
            if pool.is_all or self._reached() or self._late():
                return
            if self.choice is not None and core_next:
                return

    def _search(self, pool: Pool, prices: Prices, rounds: int, then: int) -> None:
        """Repair and exchange over a pool, the others as they are."""
        part = pool.reduction.problem
        weight = np.maximum(prices.prices, LEAST_WEIGHT * prices.units.price)
        task = Task(part, prices.prices, weight, pool.start, self.options.seed)
        target = self._sufficient() - part.dual(prices.prices)[0]
        found = plan_near(task, rounds, then, target, self.begin + self.options.time_limit_s)
        if found is not None:
            self._offer(pool.reduction.spread(pool.decided, found))

    def _finish(self) -> None:
        """Leave out what no better plan holds, and have the rest searched to the end."""
        if self.prices is None:
            return
        gap, cutoff = NEARLY * self.options.gap, math.inf
        if self.choice is not None:
            cutoff = self.objective - gap * abs(self.objective)
        self.oracle.go_to(self.prices)
        if np.count_nonzero(self.oracle.gap <= cutoff - self.bound) > MOST_LEFT:
            return
        left, decided = reduce_by_cost(self.problem, self.prices, self.bound, cutoff)
        own = None if self.choice is None else self.choice[left.places]
        options = replace(self._left(), gap=gap)
        found = finish(left.problem, options, Start(self.prices, own), cutoff)
        self.nodes, self.interrupted = found.nodes, found.interrupted
        kept = found.choice is None or self._offer(left.spread(decided, found.choice))
        if found.bound == cutoff == math.inf:
            self.infeasible, self.prices = True, None
        else:
            self.bound = max(self.bound, min(found.bound, cutoff))
            self.proven = found.complete and kept and self.choice is not None

    def _sufficient(self) -> float:
        """The largest objective that is within the gap of the bound."""
        if self.options.gap >= 1 and self.bound >= 0:
            return math.inf
        return self.bound / (1.0 - math.copysign(self.options.gap, self.bound))

    def _reached(self) -> bool:
        if self.choice is None:
            return False
        gap = relative_gap(self.objective, min(self.bound, self.objective))
        return self.proven or (gap is not None and gap <= max(self.options.gap, EXACT))

    def _offer(self, choice: Choice) -> bool:
        """Keep a choice if it is the best so far; whether it keeps the rows."""
        objective, feasible = self._judge(choice)
        if feasible and objective < self.objective:
            self.choice, self.objective = choice, objective
        return feasible

    def _judge(self, choice: Choice) -> tuple[float, bool]:
        if self.oracle.segments <= EXACTLY:
            return self.problem.value(choice)
        problem, (cost, used, allowed) = self.problem, self.oracle.chosen(choice)
        taken = problem.extras(used)
        room = ROOM * np.maximum(1.0, np.abs(problem.limit))
        keeps = bool(np.all(used + problem.extra_use @ taken <= problem.limit + room))
        return problem.offset + cost + float(problem.extra_cost @ taken), keeps and allowed

    def _late(self) -> bool:
        return time.perf_counter() - self.begin >= self.options.time_limit_s

    def _left(self) -> Options:
        spent = time.perf_counter() - self.begin
        return replace(self.options, time_limit_s=max(0.1, self.options.time_limit_s - spent))

    def _answer(self) -> PricedAnswer:
        seconds = time.perf_counter() - self.begin
        if self.infeasible:
            return PricedAnswer(Status.INFEASIBLE, prices=self.prices, seconds=seconds)
        found = self.choice is not None
        if self.interrupted:
            status = Status.INTERRUPTED
        elif not found:
            status = Status.NO_PLAN
        else:
            status = Status.OPTIMAL if self._reached() else Status.FEASIBLE
        known = math.isfinite(self.bound)
        return PricedAnswer(
            status,
            choice=self.choice,
            objective=self.objective if found else None,
            bound=min(self.bound, self.objective) if known else None,
            prices=self.prices,
            root_bound=min(self.root, self.objective) if known else None,
            nodes=self.nodes,
            seconds=seconds,
        )
