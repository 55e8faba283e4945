"""The plan that is best over futures, by weights on futures and prices on shared rows.

Weights q on the futures, and prices of late units, make an ordinary problem of averaged figures,
whose every bound is one for the aim (`Losses.averaged`). Solving it and weighing the futures anew
comes near; where that is not enough a linear program that mixes tiers (`Mixture`) finds the best
weights, moves that the aim itself judges find a better plan (`exchanges`), and where nothing
couples segments beyond shared rows the pairs that a better plan could still hold are searched
(`finishing`). A menu is decided first: every one that may hold a better plan is looked at.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.solve.by_prices import solve_rows
from slopt.solve.by_program import options_left
from slopt.solve.highs import Options
from slopt.solve.outcome import relative_gap
from slopt.solve.risk.exchanges import Planned, improved, priced
from slopt.solve.risk.finishing import finished
from slopt.solve.risk.losses import FuturePrices, Losses
from slopt.solve.risk.menus import Menu, bounds_of, has_menu, menus_of, on_menu
from slopt.solve.risk.mixture import Mixture
from slopt.solve.risk.reserve import best_reserve
from slopt.solve.risk.weighing import Weighing
from slopt.solve.route import method_for
from slopt.solve.start import Start
from slopt.vocabulary import Method, Status

Numbers = NDArray[np.float64]

REWEIGHTED = 2
"""Times that the futures are weighed anew by hand before the linear program does it."""
ROUNDS = 100
"""Of the linear program; every one adds tangents, so that it would end by itself."""
FIRST_PAIRS, MORE_PAIRS = 500, 300
"""Pairs that the linear program begins with, and that may be added at a time."""
FURTHER = 1.3
"""Times as many futures as count are given tangents: their neighbours come next."""
NEAREST = 300
"""Pairs of least reduced cost, beside the best of each segment, that are searched by themselves."""
PART = 0.25
"""Of the time left is what that may take."""
NEAR = 0.05
"""Of the gap asked for is what the linear program may leave."""
SHARE = 0.25
"""Of the gap asked for is what the averaged problems are solved to."""


@dataclass(frozen=True, eq=False)
class Proven:
    """A bound on the aim and what proves it: prices on futures and, (M,), on the shared rows.

    `by_prices` is what these prices prove alone; a search over whole tiers may prove more.
    """

    bound: float
    futures: FuturePrices
    prices: Numbers
    by_prices: float


@dataclass(frozen=True, eq=False)
class Found:
    """What the route knows at its end."""

    status: Status
    method: Method
    plan: Planned | None
    proven: Proven | None
    bound: float


def by_futures(
    losses: Losses,
    weighing: Weighing,
    options: Options,
    start: Choice | None = None,
    method: Method = Method.AUTO,
    enough: float = math.inf,
) -> Found:
    """The best plan over merged segments, to the gap asked for. `start` (S,) is a plan to beat.

    A bound of `enough` or more ends it: nothing that costs as much is wanted.
    """
    search = _Search(losses, weighing, options, method, enough)
    try:
        search.run(start)
    except KeyboardInterrupt:
        search.stopped = Status.INTERRUPTED
    return search.found()


class _Search:
    """What is known so far."""

    def __init__(
        self,
        losses: Losses,
        weighing: Weighing,
        options: Options,
        method: Method,
        enough: float = math.inf,
    ) -> None:
        self.losses, self.weighing, self.options = losses, weighing, options
        self.enough = enough
        self.begin = time.perf_counter()
        auto = not method.needs_shared_rows
        self.method = method_for(len(losses.rows.cost)) if auto else method
        self.plan: Planned | None = None
        self.proven: Proven | None = None
        self.bound = -math.inf
        self.start: Start | None = None
        self.stopped: Status | None = None

    def run(self, start: Choice | None) -> None:
        """Until the gap is reached, or nothing more can be done."""
        if start is not None:
            self._offer(start)
        if not self.losses.rows.allowed.any(axis=1).all():
            self.stopped = Status.INFEASIBLE
            return
        prices = self._at_probabilities()
        for _ in range(REWEIGHTED + 1):
            reached = self._averaged(prices)
            if reached is None or self._done():
                return
            prices = reached
        if has_menu(self.losses):
            self._each_menu()
        else:
            self._mix()
            if not self._done():
                self._improve()
            if not self._done():
                self._finish()

    def _each_menu(self) -> None:
        """The best plan of each menu that may hold a better one, the most promising first."""
        menus = menus_of(self.losses)
        if self.proven is None or not menus:
            self._improve()
            return
        least = np.full(len(menus), -math.inf)
        proven: Proven | None = self.proven
        left = np.ones(len(menus), dtype=np.bool_)
        while True:
            if proven is not None:
                at = self._bounds(menus, proven)
                least = np.maximum(least, at)
            self.bound = max(self.bound, float(least.min()))
            place = int(np.argmin(np.where(left, least, math.inf)))
            if not left[place] or self._done() or least[place] >= self._sufficient():
                break
            left[place] = False
            found = by_futures(
                on_menu(self.losses, menus[place]),
                self.weighing,
                self._left(),
                None,
                self.method,
                self._sufficient(),
            )
            if found.plan is not None:
                self._offer(found.plan.choice)
            infeasible = found.status is Status.INFEASIBLE
            least[place] = max(least[place], math.inf if infeasible else found.bound)
            proven = found.proven
            if found.status is Status.INTERRUPTED:
                self.stopped = Status.INTERRUPTED
        if proven is not None and not self._late() and self.stopped is None:
            self._averaged(proven.futures)

    def _bounds(self, menus: list[Menu], proven: Proven) -> Numbers:
        shift = float(proven.futures.counts @ self.weighing.shift)
        return bounds_of(self.losses, menus, proven.futures, proven.prices) - shift

    def _at_probabilities(self) -> FuturePrices:
        """Every future by its probability; late units at nothing, as nobody knows of them yet."""
        losses = self.losses
        late = np.zeros((losses.count, len(losses.resources)))
        return FuturePrices(_middle(self.weighing), late)

    def _averaged(self, futures: FuturePrices) -> FuturePrices | None:
        """Solve at prices on futures; the prices that its plan asks for. None where it has none."""
        rows, coupling = self.losses.averaged(futures)
        options = replace(self._left(), gap=SHARE * self.options.gap)
        answer = solve_rows(rows, coupling, options, self.method, self.start)
        shift = float(futures.counts @ self.weighing.shift)
        if answer.bound is not None and answer.prices is not None:
            self._prove(answer.bound - shift, futures, answer.prices)
        if answer.status in (Status.INFEASIBLE, Status.INTERRUPTED, Status.NO_PLAN):
            self.stopped = answer.status
        if answer.choice is None:
            return None
        self.start = Start(answer.prices, answer.choice)
        reserve = self._offer(answer.choice)
        if self.stopped is not None:
            return None
        need = self.losses.need(answer.choice)
        loss = self.losses.plain(answer.choice) + self.losses.late_cost(need, reserve)
        return self.losses.prices_at(self.weighing.counts(loss), need, reserve)

    def _offer(self, choice: Choice) -> Numbers:
        """Keep a choice if it is the best so far, with the units to reserve for it."""
        plain, need = self.losses.plain(choice), self.losses.need(choice)
        reserve = best_reserve(self.losses, self.weighing, plain, need)
        found = priced(self.losses, self.weighing, choice, reserve)
        if found is not None and (self.plan is None or found.value < self.plan.value):
            self.plan = found
        return reserve

    def _prove(self, bound: float, futures: FuturePrices, prices: Numbers) -> None:
        """Keep a bound if it is the best so far, and prices if they alone prove more."""
        self.bound = max(self.bound, bound)
        alone = self._by_prices(futures, prices)
        if self.proven is None or alone > self.proven.by_prices:
            self.proven = Proven(bound, futures, prices, alone)
        if not has_menu(self.losses):
            self.bound = max(self.bound, alone)

    def _by_prices(self, futures: FuturePrices, prices: Numbers) -> float:
        rows, _ = self.losses.averaged(futures)
        return rows.dual(prices)[0] - float(futures.counts @ self.weighing.shift)

    def _mix(self) -> None:
        """The best weights by the linear program; then the plan at them."""
        if self.plan is None or self.proven is None:
            return
        losses = self.losses
        mixture = Mixture(losses, self.weighing, self.plan.choice)
        reduced = self._reduced(losses, self.proven.futures, self.proven.prices)
        known = np.zeros(reduced.shape, dtype=np.bool_)
        known[np.arange(len(known)), self.plan.choice] = True
        self._add_pairs(mixture, reduced, known, FIRST_PAIRS)
        loss, need = mixture.loss_of(np.zeros(len(mixture.segment)), self.plan.reserve)
        self._add_tangents(mixture, loss, need, self.plan.reserve)
        near = NEAR * self.options.gap
        best: tuple[float, FuturePrices, Numbers] | None = None
        for _ in range(ROUNDS):
            mixed = mixture.solve(self._left().time_limit_s)
            if mixed is None:
                break
            loss, need = mixture.loss_of(mixed.share, mixed.reserve)
            above = self.weighing.value(loss) + float(losses.rows.extra_cost @ mixed.extras)
            rows, _ = losses.averaged(mixed.futures)
            below = rows.dual(mixed.prices)[0] - float(mixed.futures.counts @ self.weighing.shift)
            if best is None or below > best[0]:
                best = below, mixed.futures, mixed.prices
            if above - best[0] <= near * abs(above) or self._late():
                break
            value = rows.priced(mixed.prices)
            reduced = value - np.where(known, value, np.inf).min(axis=1, keepdims=True)
            added = self._add_pairs(mixture, np.where(reduced < 0, reduced, np.inf), known)
            if not self._add_tangents(mixture, loss, need, mixed.reserve) and not added:
                break
        if best is not None:
            self._prove(*best)
            self.start = Start(best[2], self.plan.choice)
            self._averaged(best[1])

    def _reduced(self, losses: Losses, futures: FuturePrices, prices: Numbers) -> Numbers:
        """(S, K): what pairs cost above the best of their segment at some prices."""
        value = losses.averaged(futures)[0].priced(prices)
        return np.asarray(value - value.min(axis=1, keepdims=True))

    def _add_pairs(
        self, mixture: Mixture, reduced: Numbers, known: NDArray[np.bool_], most: int = MORE_PAIRS
    ) -> bool:
        """Add the pairs of least reduced cost that is finite; whether any is new."""
        away = np.where(known, np.inf, reduced)
        order = np.argsort(away, axis=None, kind="stable")[:most]
        order = order[np.isfinite(away.reshape(-1)[order])]
        if not len(order):
            return False
        segment, tier = np.divmod(order, away.shape[1])
        known[segment, tier] = True
        mixture.add_pairs(segment, tier)
        return True

    def _add_tangents(
        self, mixture: Mixture, loss: Numbers, need: Numbers, reserve: Numbers
    ) -> bool:
        """Tangents at mixed tiers for the worst futures and the late units; whether any is new."""
        added = mixture.add_late(need, reserve)
        if self.weighing.weight > 0:
            order = np.argsort(self.weighing.shift - loss, kind="stable")
            most = np.cumsum(self.weighing.most[order])
            count = int(FURTHER * (np.searchsorted(most, 1.0) + 1)) + 1
            added += mixture.add_futures(order[:count], need, reserve)
        return added > 0

    def _improve(self) -> None:
        if self.plan is None or self.proven is None:
            return
        reduced = self._reduced(self.losses, self.proven.futures, self.proven.prices)
        target = self.bound + self.options.gap * abs(self.bound)
        end = self.begin + self.options.time_limit_s
        plan = improved(self.losses, self.weighing, self.plan, reduced, target, end)
        self.plan = plan
        self._offer(plan.choice)

    def _finish(self) -> None:
        """Search the pairs that a better plan may hold; first, where they are many, the nearest."""
        if self.plan is None or self.proven is None:
            return
        reduced = self._reduced(self.losses, self.proven.futures, self.proven.prices)
        place = len(reduced) + NEAREST
        parts = [math.inf]
        if reduced.size > place:
            parts.insert(0, float(np.partition(reduced, place, axis=None)[place]))
        for part in parts:
            if self._done():
                return
            cut = self.plan.value - self.proven.by_prices
            left, all_of_them = self._left(), part >= cut
            if not all_of_them:
                left = replace(left, time_limit_s=PART * left.time_limit_s)
            found = finished(self.losses, self.weighing, self.plan, reduced <= min(cut, part), left)
            if found.choice is not None:
                self._offer(found.choice)
            if all_of_them:
                self.bound = max(self.bound, min(found.bound, self.plan.value))
            if found.interrupted:
                self.stopped = Status.INTERRUPTED
            if all_of_them:
                return

    def _left(self) -> Options:
        return options_left(self.options, self.begin)

    def _late(self) -> bool:
        return time.perf_counter() - self.begin >= self.options.time_limit_s

    def _done(self) -> bool:
        reached = self._reached() or self.bound >= self.enough
        return reached or self._late() or self.stopped is not None

    def _sufficient(self) -> float:
        """The least bound at which the best plan is within the gap of it, infinite without one."""
        if self.plan is None:
            return math.inf
        return self.plan.value - self.options.gap * abs(self.plan.value)

    def _reached(self) -> bool:
        if self.plan is None:
            return False
        gap = relative_gap(self.plan.value, min(self.bound, self.plan.value))
        return gap is not None and gap <= self.options.gap

    def found(self) -> Found:
        """What came of it."""
        if self.plan is None:
            status = self.stopped or Status.NO_PLAN
        elif self.stopped is Status.INTERRUPTED:
            status = Status.INTERRUPTED
        else:
            status = Status.OPTIMAL if self._reached() else Status.FEASIBLE
        return Found(status, self.method, self.plan, self.proven, self.bound)


def _middle(weighing: Weighing) -> Numbers:
    """(W,): weights that nothing speaks against: the probabilities, as far as they may count."""
    tail = np.minimum(weighing.probability, weighing.most)
    tail = tail / max(float(tail.sum()), 1e-300)
    return np.asarray((1 - weighing.weight) * weighing.probability + weighing.weight * tail)
