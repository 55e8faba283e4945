"""The plan that is best over futures where tiers may be changed once, when the future is seen.

With prices y on the late units of each future and z on its later changes, every segment decides
for itself what it would change to, so that what a first tier leads to is a number,

    (1 - t) v[w,s,k] + min(t v[w,s,k], cost + z[w] + t min over k' of v[w,s,k']),

v with the use of late units at their prices in it, and a future loses no less than the sum of
these, less what the prices put on capacity, reserve and allowed changes: a plan over futures
without the option, which its own route answers with a proven bound. The prices are those that the
later decisions after the plan have; where they are none, the bound is that of the problem itself.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.errors import UsageError
from slopt.problem.choice import Choice
from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.aim import Aim
from slopt.problem.scenarios.scenario_problem import ScenarioProblem, at
from slopt.sayings import say
from slopt.solve.by_prices import priced_by
from slopt.solve.by_program import options_left, time_is_up
from slopt.solve.highs import Options
from slopt.solve.outcome import Outcome
from slopt.solve.risk.by_futures import by_futures
from slopt.solve.risk.later_tiers import LaterPlan, LaterTiers
from slopt.solve.risk.losses import Losses, summed
from slopt.solve.risk.outcome import RiskOutcome
from slopt.solve.risk.reserve import best_reserve
from slopt.solve.risk.weighing import Weighing
from slopt.vocabulary import Method, Status

Numbers = NDArray[np.float64]

ROUNDS = 12
"""Times that prices are taken anew from the later decisions."""
NOTHING = 1e-6
"""Prices below this share of the premium are taken as none: they would be noise in a program."""
SHARE = 0.5
"""Of the gap asked for is what each plan and each later decision may leave open."""


@dataclass(frozen=True, eq=False)
class _Planned:
    """First tiers (S,), reserve (all resources,), the later plan and the value by the aim."""

    choice: Choice
    reserve: Numbers
    later: LaterPlan
    value: float


def solve_with_later(
    problem: ScenarioProblem,
    aim: Aim,
    options: Options | None = None,
    method: Method = Method.AUTO,
    best: Numbers | None = None,
) -> tuple[RiskOutcome, LaterPlan | None]:
    """The plan with the option in mind, and what is changed later in each future.

    `best` (W,) are the values of the best plans of the futures, for regret. Raises UsageError where
    chances are limited, ValueError where prices cannot take the problem.
    """
    if aim.chance is not None:
        raise UsageError(
            say("With risk.change_share, risk.chance is for small cases. Leave one of them out.")
        )
    options = options or Options()
    begin = time.perf_counter()
    search = _Search(problem, aim, options, method, best)
    try:
        status = search.run()
    except KeyboardInterrupt:
        status = Status.INTERRUPTED
    plan, bound = search.plan, search.bound
    outcome = Outcome(
        status,
        search.method,
        priced_by(search.method),
        options.seed,
        time.perf_counter() - begin,
        choice=None if plan is None else plan.choice,
        objective=None if plan is None else plan.value,
        bound=None if math.isinf(bound) else bound,
        why=say("weights on the futures, and prices on what is late or changed in them"),
    )
    if plan is not None:
        outcome = outcome.replace(bound=None if math.isinf(bound) else min(bound, plan.value))
        if status is not Status.INTERRUPTED:
            reached = outcome.reached(options.gap)
            outcome = outcome.replace(status=Status.OPTIMAL if reached else Status.FEASIBLE)
    reserve = np.zeros(problem.base.size[2]) if plan is None else plan.reserve
    found = RiskOutcome(aim, outcome, reserve, problem.probability, best)
    return found, None if plan is None else plan.later


class _Search:
    """What is known so far, as losses."""

    def __init__(
        self,
        problem: ScenarioProblem,
        aim: Aim,
        options: Options,
        method: Method,
        best: Numbers | None,
    ) -> None:
        self.begin = time.perf_counter()
        self.problem, self.options, self.method = problem, options, method
        self.tiers = LaterTiers(problem)
        shift = None if best is None else self.tiers.sign * best
        self.weighing = Weighing.of(aim, problem.probability, shift)
        self.sums = self.tiers.sums
        self.late = np.zeros((problem.count, len(self.sums.resources)))
        self.moves = np.zeros(problem.count)
        self.reserve = np.zeros(problem.base.size[2])
        self.plan: _Planned | None = None
        self.bound = -math.inf

    def run(self) -> Status:
        """Prices, plan, later decisions, and again; how it ended."""
        start = self._without_option()
        for round_ in range(ROUNDS):
            if round_ and time_is_up(self.options, self.begin):
                break
            near = replace(self._left(), gap=SHARE * self.options.gap)
            found = by_futures(self.priced(), self.weighing, near, start, self.method)
            self.method = found.method
            self.bound = max(self.bound, found.bound)
            if found.plan is None:
                return found.status
            start = found.plan.choice
            choice = self.sums.sharing.spread(found.plan.choice)
            later = self._offer(choice)
            if found.status is Status.INTERRUPTED or later.interrupted:
                return Status.INTERRUPTED
            asked, known = (later.late, later.moves), (self.late, self.moves)
            if self._reached() or not any(one.any() for one in (*asked, *known)):
                break
            step = 1.0 / (round_ + 2)
            self.late += step * (self._affordable(later) - self.late)
            self.late[self.late < NOTHING * self.sums.premium] = 0.0
            self.moves += step * (later.moves - self.moves)
        return Status.FEASIBLE

    def _without_option(self) -> Choice | None:
        """The plan that never changes, and what late units are worth to it, to begin with."""
        near = replace(self._left(), gap=SHARE * self.options.gap)
        found = by_futures(self.sums, self.weighing, near, None, self.method)
        if found.proven is not None:
            counts = found.proven.futures.counts[:, None]
            late = found.proven.futures.late / np.where(counts > 0, counts, 1.0)
            self.late = np.where(counts > 0, np.minimum(late, self.sums.premium), 0.0)
            self.late[self.late < NOTHING * self.sums.premium] = 0.0
        if found.plan is None:
            return None
        choice = self.sums.sharing.spread(found.plan.choice)
        stay = np.broadcast_to(choice, (self.problem.count, len(choice)))
        self.reserve = self.sums.full_reserve(found.plan.reserve)
        losses = self.tiers.losses_of(choice, stay, self.reserve)
        bounds = np.full(len(losses), -math.inf)
        self._keep(choice, self.reserve, LaterPlan(stay, losses, bounds, self.late, self.moves))
        return found.plan.choice

    def priced(self) -> Losses:
        """The problem without the option whose every plan loses no more, at the prices known."""
        tiers, sums, problem = self.tiers, self.sums, self.problem
        share, count = tiers.option.share, problem.count
        allowed = tiers.allowed
        pair = np.empty((count, *allowed.shape))
        for future in range(count):
            value = at(tiers.pair, future).astype(np.float64)
            use, late = at(tiers.use, future), self.late[future]
            for r in np.flatnonzero(late).tolist():
                value = value + late[r] * use[r]
            others = np.where(allowed, value, math.inf).min(axis=1, keepdims=True)
            moving = tiers.cost + self.moves[future] + share * others
            pair[future] = (1 - share) * value + np.minimum(share * value, moving)
        most = len(allowed) if tiers.option.most is None else tiers.option.most
        rest = -self.moves * most - (self.late * sums.capacity).sum(axis=1)
        held = np.flatnonzero(sums.can_reserve)
        largest = np.zeros(len(held))
        for place, r in enumerate(held.tolist()):
            used = tiers.use[:, r].max(axis=2).sum(axis=1)
            largest[place] = max(0.0, float((used - sums.capacity[:, r]).max()))
        # A unit that is reserved saves the price of a late one, up to the most that can be needed.
        rest = rest - self.late[:, held] @ largest
        pair[:, 0, :] += rest[:, None]
        shape = (1, len(held), len(sums.rows.cost), allowed.shape[1])
        return replace(
            sums,
            pair=summed(sums.sharing, pair),
            use=np.zeros(shape),
            capacity=-largest[None],
            premium=self.late[:, held],
            reserve_cost=sums.reserve_cost[held],
            resources=sums.resources[held],
        )

    def _affordable(self, later: LaterPlan) -> Numbers:
        """Prices of late units lowered to what reserving units costs, as futures count."""
        counts = self.weighing.counts(later.losses)[:, None]
        late = self.sums.affordable(counts * later.late) / np.where(counts > 0, counts, 1.0)
        return np.where(counts > 0, late, 0.0)

    def _offer(self, choice: Choice) -> LaterPlan:
        """What is changed after a choice, with the units reserved so far; kept if better.

        Then the units that are best reserved for what is used, which the next choice has.
        """
        reserve = self.reserve
        options = replace(self._left(), gap=SHARE * self.options.gap)
        later = self.tiers.best(choice, reserve, options)
        self._keep(choice, reserve, later)
        if self.sums.can_reserve.any():
            need = self._need(choice, later)
            plain = later.losses - self.sums.late_cost(need, reserve[self.sums.resources])
            better = best_reserve(self.sums, self.weighing, plain, need)
            self.reserve = self.sums.full_reserve(better)
            losses = self.tiers.losses_of(choice, later.then, self.reserve)
            self._keep(choice, self.reserve, replace(later, losses=losses))
        return later

    def _keep(self, choice: Choice, reserve: Numbers, later: LaterPlan) -> bool:
        own = evaluate(self.problem.base, choice)
        if own.violations:
            return False
        value = self.weighing.value(later.losses) + own.penalties
        if self.plan is not None and value >= self.plan.value:
            return False
        self.plan = _Planned(choice, reserve, later, value)
        return True

    def _need(self, choice: Choice, later: LaterPlan) -> Numbers:
        """(W, R): units of the mixed use beyond capacity."""
        row, share = np.arange(len(choice)), self.tiers.option.share
        need = np.empty((self.problem.count, len(self.sums.resources)))
        for future in range(self.problem.count):
            use = at(self.tiers.use, future)
            mixed = (1 - share) * use[:, row, choice] + share * use[:, row, later.then[future]]
            need[future] = mixed.sum(axis=1) - at(self.sums.capacity, future)
        return need

    def _reached(self) -> bool:
        if self.plan is None:
            return False
        return self.plan.value - self.bound <= self.options.gap * abs(self.plan.value)

    def _left(self) -> Options:
        return options_left(self.options, self.begin)
