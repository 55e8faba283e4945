"""The one entrance to plans that are best over futures: by prices, and small ones by program."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from slopt.errors import UsageError
from slopt.problem.scenarios.aim import Aim
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.problem.sharing import obstacle
from slopt.sayings import say
from slopt.solve.highs import Options
from slopt.solve.risk.best_of_futures import BestOfFutures
from slopt.solve.risk.by_model import refuse_what_is_not_stated, solve_by_model
from slopt.solve.risk.by_weights import by_weights
from slopt.solve.risk.outcome import RiskOutcome
from slopt.solve.risk.prices_then_program import prices_then_program
from slopt.solve.risk.regret import solve_for_regret
from slopt.solve.risk.robust import solve_robust
from slopt.solve.risk.with_later import solve_with_later
from slopt.solve.route import MOST_TIERS
from slopt.vocabulary import Method, RiskMeasure

FEW_TERMS = 20_000
"""Pairs times futures up to which the program is stated, which takes a second or two."""


def solve_for_risk(
    problem: ScenarioProblem,
    aim: Aim,
    options: Options | None = None,
    method: Method = Method.AUTO,
    best: BestOfFutures | None = None,
) -> RiskOutcome:
    """The plan that is best by an aim, to the gap asked for, with a proven bound; small ones exact.

    Objective and bound of the outcome are losses by the aim: less is better. `auto` states the
    program where it is small, after prices have found a plan, and where prices cannot take the
    problem; `highs` and `pyomo` always do, `core` and `prices` never. `best` are the best plans of
    the futures, for regret, where they are known. Cut short, the outcome is what was found by then.
    Raises UsageError for a problem that none of the routes states, or that the method asked for
    cannot take.
    """
    options = options or Options()
    refuse_what_is_not_stated(problem)
    reason = prices_cannot(problem)
    if method.needs_shared_rows and reason is not None:
        raise UsageError(
            say(
                "--method {method} cannot answer this case: {reason}. Use highs or auto.",
                method=method,
                reason=reason,
            )
        )
    stated = method in (Method.HIGHS, Method.PYOMO)
    small = is_small(problem)
    if method is Method.AUTO and reason is None and small and _has_both(problem, aim):
        return prices_then_program(problem, aim, options, best)
    values = None if best is None else best.values
    if stated or (method is Method.AUTO and (reason is not None or small)):
        return solve_by_model(problem, aim, options, values, 0.0 if small else options.gap)
    if aim.measure is RiskMeasure.ROBUST:
        return solve_robust(problem, aim, options, method)
    if problem.later is not None:
        found, later = solve_with_later(problem, aim, options, method, values)
        return replace(found, then=None if later is None else later.then)
    if aim.measure is RiskMeasure.REGRET:
        return solve_for_regret(problem, aim, options, best)
    return by_weights(problem, aim, options, None, method)


def _has_both(problem: ScenarioProblem, aim: Aim) -> bool:
    """True where prices and the program answer the same question."""
    with_chance = problem.later is not None and aim.chance is not None
    return aim.measure is not RiskMeasure.ROBUST and not with_chance


def is_small(problem: ScenarioProblem) -> bool:
    """True where the program over all futures is worth its time."""
    terms = int(np.count_nonzero(problem.base.admissible)) * problem.count
    return problem.base.is_small and terms <= FEW_TERMS


def prices_cannot(problem: ScenarioProblem) -> str | None:
    """What keeps weights and prices from answering a problem, in words; None where nothing does."""
    reason = obstacle(problem.base)
    if reason is not None:
        return reason
    money_counts = problem.base.counts_service_cost or not np.isnan(problem.budget).all()
    if money_counts and np.any(problem.extra_premium < 0):
        return say("extra units of a resource cost less than its normal ones")
    if len(problem.base.tiers) > MOST_TIERS:
        return say("more tiers or limits than the core takes")
    return None
