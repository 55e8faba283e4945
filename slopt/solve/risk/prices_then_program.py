"""Small plans for uncertain numbers: prices first, which take a moment, then the program.

Prices find a good plan with a bound soon, and often prove it the best; the program begins with that
plan and has the time that is left. The better plan and the better bound count, wherever they come
from.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from slopt.problem.scenarios.aim import Aim
from slopt.problem.scenarios.question import RiskQuestion
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.solve.by_program import options_left
from slopt.solve.highs import Options
from slopt.solve.risk.best_of_futures import BestOfFutures
from slopt.solve.risk.by_model import PROVEN, best_values, solve_by_model
from slopt.solve.risk.by_weights import by_weights
from slopt.solve.risk.least_mean import ROOM, looks_at_some_futures, of_the_least_mean
from slopt.solve.risk.outcome import RiskOutcome
from slopt.solve.risk.regret import solve_for_regret
from slopt.solve.risk.stated_question import decided_in, state
from slopt.solve.risk.with_later import solve_with_later
from slopt.vocabulary import Method, RiskMeasure, Status

Numbers = NDArray[np.float64]


def prices_then_program(
    problem: ScenarioProblem, aim: Aim, options: Options, best: BestOfFutures | None = None
) -> RiskOutcome:
    """The best plan for an aim, to gap 0 as far as the time does, with what prices prove of it.

    For problems that prices can take. `best` are the best plans of the futures, for regret; where
    they are not proven to the end the answer counts what they leave open. Half of the time is for
    prices.
    """
    begin, values = time.perf_counter(), None
    if aim.measure is RiskMeasure.REGRET:
        try:
            values = _best_values(problem, options, best)
        except TimeoutError:
            return solve_for_regret(problem, aim, options_left(options, begin), best)
    first = _by_prices(problem, aim, options_left(options, begin), values)
    status = first.outcome.status
    if status is Status.INTERRUPTED or (status is Status.INFEASIBLE and not first.chances):
        return first
    left = options_left(options, begin)
    if first.outcome.reached(0.0):
        found = _of_the_least_mean(problem, first, left) if looks_at_some_futures(aim) else first
    else:
        second = solve_by_model(problem, aim, left, values, known=first)
        found = _better(first, second, options.gap)
    seconds = time.perf_counter() - begin
    return replace(found, outcome=found.outcome.replace(seconds=seconds))


def _best_values(problem: ScenarioProblem, options: Options, best: BestOfFutures | None) -> Numbers:
    """(W,): the values of the best plans of the futures, proven. Raises TimeoutError."""
    if best is None:
        half = replace(options, time_limit_s=options.time_limit_s / 2)
        return best_values(problem, half)
    if best.gap > PROVEN:
        raise TimeoutError
    return best.values


def _by_prices(
    problem: ScenarioProblem, aim: Aim, options: Options, best: Numbers | None
) -> RiskOutcome:
    half = replace(options, time_limit_s=options.time_limit_s / 2)
    if problem.later is not None:
        found, later = solve_with_later(problem, aim, half, best=best)
        return replace(found, then=None if later is None else later.then)
    return by_weights(problem, aim, replace(half, gap=0.0), best)


def _of_the_least_mean(
    problem: ScenarioProblem, found: RiskOutcome, options: Options
) -> RiskOutcome:
    """A plan that is proven the best by an aim, or one as good of a better mean."""
    begin = time.perf_counter()
    question = RiskQuestion(problem, found.aim, found.best)
    stated, decided = state(question), decided_in(found)
    if stated is None or decided is None:
        return found
    judged = decided.judged(question)
    other, its = of_the_least_mean(stated, decided, judged, options, begin)
    if other is decided:
        return found
    bound = found.outcome.bound
    outcome = found.outcome.replace(
        method=Method.PYOMO,
        choice=other.choice,
        objective=its.loss,
        bound=None if bound is None else min(bound, its.loss),
    )
    return replace(found, outcome=outcome, reserve=other.reserve, then=other.then)


def _better(first: RiskOutcome, second: RiskOutcome, gap: float) -> RiskOutcome:
    """Two answers as one: the better plan and the better bound, and the prices of the first."""
    one, other = first.outcome, second.outcome
    if one.choice is None and other.choice is None:
        return _better_word(first, second)
    bounds = [o.bound for o in (one, other) if o.bound is not None]
    found = second if _is_as_good(second, first) else first
    outcome = found.outcome
    assert outcome.objective is not None
    bound = min(max(bounds), outcome.objective) if bounds else None
    outcome = outcome.replace(bound=bound, relaxation=one.relaxation or other.relaxation)
    if other.status is Status.INTERRUPTED:
        outcome = outcome.replace(status=Status.INTERRUPTED)
    else:
        reached = outcome.reached(gap)
        outcome = outcome.replace(status=Status.OPTIMAL if reached else Status.FEASIBLE)
    counts, late, certified = first.counts, first.late, first.certified
    return replace(found, outcome=outcome, counts=counts, late=late, certified=certified)


def _better_word(first: RiskOutcome, second: RiskOutcome) -> RiskOutcome:
    """Of two answers without a plan the one that says more."""
    says_why = Status.INFEASIBLE in (first.outcome.status, second.outcome.status)
    if says_why and second.outcome.status is not Status.INFEASIBLE:
        return first
    bounds = [o.bound for o in (first.outcome, second.outcome) if o.bound is not None]
    return replace(second, outcome=second.outcome.replace(bound=max(bounds, default=None)))


def _is_as_good(second: RiskOutcome, first: RiskOutcome) -> bool:
    """True where the second plan is worth as much by the aim, but for rounding, or more."""
    a, b = second.outcome.objective, first.outcome.objective
    if a is None or b is None:
        return b is None
    return a <= b + 3 * ROOM * max(1.0, abs(b))
