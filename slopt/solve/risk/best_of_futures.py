"""The best plan of every future, had it been known: what regret and the worth of knowing compare
with.

Whoever knows the future still has to keep the limits, contracts and rules as they are at the case's
own numbers, which every plan keeps for sure, and pays for late units as any plan does. So no plan
that may be made fares better in a future than the best one for it. Each future is an ordinary
problem, whose prices start the next one.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.aim import Aim
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.solve.by_prices import NOTHING, solve_rows
from slopt.solve.by_program import options_left, time_is_up
from slopt.solve.core import is_available, supports
from slopt.solve.highs import Options
from slopt.solve.outcome import Outcome
from slopt.solve.risk.every_plan import best_by_trying, has_few_plans
from slopt.solve.risk.future_rows import FutureRows
from slopt.solve.risk.one_future import one_future
from slopt.solve.route import MANY
from slopt.solve.solve import answer
from slopt.solve.start import Start
from slopt.vocabulary import Method, Status

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BestOfFutures:
    """The best plan of each of W futures, (W, S), its value and a proven bound on it, (W,).

    Values are the goal's, in its sense, with the penalties of soft rules (at own numbers) as part:
    what a plan regrets is its own value less this one. Where the time ran out the plan is one of an
    earlier future and the bound that of its prices, or -inf without prices (+inf of a goal that is
    maximised). `interrupted` is true after Ctrl-C.
    """

    values: Numbers
    choices: NDArray[np.int64]
    bounds: Numbers
    interrupted: bool = False

    @property
    def gap(self) -> float:
        """The largest relative gap of all futures."""
        size = np.abs(self.values)
        size = np.where(size > 0, size, np.maximum(np.abs(self.bounds), 1e-300))
        return float(np.max(np.abs(self.values - self.bounds) / size))


def best_of_futures(
    problem: ScenarioProblem, options: Options | None = None
) -> BestOfFutures | None:
    """The best plans, each to the gap asked for (small problems: gap 0), all within the time limit.

    None where no plan keeps the limits and rules at the case's own numbers. Raises TimeoutError
    where the time ran out before the first plan was found.
    """
    if has_few_plans(problem):
        tried = best_by_trying(problem)
        return None if tried is None else BestOfFutures(*tried, bounds=tried[0])
    search = _Search(problem, options or Options())
    for future in range(problem.count):
        if not search.solve(future):
            return None
    return search.found()


def nearer(
    problem: ScenarioProblem, best: BestOfFutures, futures: NDArray[np.int64], options: Options
) -> BestOfFutures:
    """The best plans with some futures solved again, to the gap of `options`; none gets worse."""
    search = _Search(problem, options, best)
    for future in futures.tolist():
        search.solve(future)
    return search.found()


class _Search:
    """What is known so far, as losses: less is better."""

    def __init__(
        self, problem: ScenarioProblem, options: Options, best: BestOfFutures | None = None
    ) -> None:
        self.begin = time.perf_counter()
        self.problem = problem
        self.options = replace(options, gap=0.0 if problem.base.is_small else options.gap)
        self.sign = -1.0 if problem.base.goal.maximises else 1.0
        self.rows = FutureRows.of(problem)
        self.losses = np.full(problem.count, math.inf)
        self.bounds = np.full(problem.count, -math.inf)
        self.choices = np.zeros((problem.count, len(problem.base.segments)), dtype=np.int64)
        self.interrupted = False
        if best is not None:
            self.losses, self.bounds = self.sign * best.values, self.sign * best.bounds
            self.choices, self.interrupted = best.choices.copy(), best.interrupted
        self.start: Start | None = None
        self.known: Choice | None = None

    def solve(self, future: int) -> bool:
        """Solve one future while there is time; False where no plan keeps what it must."""
        if not self.interrupted and not time_is_up(self.options, self.begin):
            found = self._answer(future, options_left(self.options, self.begin))
            if found.status is Status.INFEASIBLE:
                return False
            self.interrupted = found.status is Status.INTERRUPTED
            if found.bound is not None:
                self.bounds[future] = max(self.bounds[future], found.bound)
            if found.choice is not None:
                self.known = found.choice
        elif self.rows is not None and self.start is not None and self.start.prices is not None:
            rows, _ = self.rows.rows(future)
            self.bounds[future] = max(self.bounds[future], rows.dual(self.start.prices)[0])
        if self.known is None and math.isinf(self.losses[future]):
            raise TimeoutError
        if self.known is not None:
            loss = self._loss(future, self.known)
            if loss < self.losses[future]:
                self.losses[future], self.choices[future] = loss, self.known
        return True

    def found(self) -> BestOfFutures:
        """All of it, in the goal's sense."""
        near = self.losses - self.bounds <= NOTHING * np.abs(self.losses)
        bounds = np.where(near, self.losses, np.minimum(self.bounds, self.losses))
        values = self.sign * self.losses
        return BestOfFutures(values, self.choices, self.sign * bounds, self.interrupted)

    def _answer(self, future: int, options: Options) -> Outcome:
        """The answer to one future as a loss, whose plan keeps what it must."""
        outcome = Outcome(Status.NO_PLAN, Method.AUTO, "", options.seed, 0.0)
        if self.rows is None:
            return self._by_program(future, options)
        if not self.problem.base.admissible.any(axis=1).all():
            return outcome.replace(status=Status.INFEASIBLE)
        rows, coupling = self.rows.rows(future)
        fits_core = len(rows.cost) < MANY and is_available() and supports(rows)
        method = Method.CORE if fits_core else Method.PRICES
        found = solve_rows(rows, coupling, options, method, self.start)
        if found.prices is not None and len(found.prices) == len(rows.use):
            self.start = Start(found.prices)
        choice = None
        if found.choice is not None:
            choice = self.rows.losses.sharing.spread(found.choice)
        return outcome.replace(status=found.status, choice=choice, bound=found.bound)

    def _by_program(self, future: int, options: Options) -> Outcome:
        one = one_future(self.problem, future)
        found = answer(one.problem, options)
        kept = found.choice is not None and not (
            evaluate(self.problem.base, found.choice).violations
        )
        if kept or one.exact or found.status is Status.INFEASIBLE:
            return found
        from slopt.solve.risk.by_model import solve_by_model

        alone = ScenarioProblem.of(
            self.problem.base,
            [self.problem.problem(future)],
            np.ones(1),
            reserve_cost=self.problem.reserve_cost,
        )
        return solve_by_model(alone, Aim(), options).outcome

    def _loss(self, future: int, choice: Choice) -> float:
        """What a choice loses in a future that is known beforehand, penalties at own numbers."""
        there = self.problem.problem(future)
        there = there.replace(extra_premium=np.fmin(there.extra_premium, self.problem.reserve_cost))
        then = evaluate(there, choice)
        own = evaluate(self.problem.base, choice).penalties
        return self.sign * then.objective - then.penalties + own
