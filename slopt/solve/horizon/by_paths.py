"""The route by paths and prices, and what it cannot take."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from slopt.problem.horizon.problem import HorizonProblem
from slopt.sayings import say
from slopt.solve.highs import Options
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.vocabulary import RuleKind

MOST_COMPARISONS = 400
"""Pairs of segments in periods that rules may compare; each takes a row of its own."""
PROVING_S = 5.0
"""Seconds for the bound at prices of a plan that another route found."""


def by_paths(problem: HorizonProblem, options: Options, why: str) -> HorizonOutcome:
    """Solve to the gap asked for, or as near as time allows; `why` says why by this route.

    Raises ValueError where `path_obstacle` says why this route cannot take the problem.
    """
    from slopt.solve.horizon.paths.search import solve_by_paths

    return solve_by_paths(problem, options).replace(why=why)


def proven_by_prices(problem: HorizonProblem, options: Options) -> float | None:
    """The bound that prices prove for a plan of any route, in the unit and sense of the goal.

    None where paths cannot take the problem, or where a few seconds were too short for a bound,
    or were interrupted.
    """
    if path_obstacle(problem) is not None:
        return None
    from slopt.solve.horizon.paths.certificate import certify

    limited = replace(options, time_limit_s=min(PROVING_S, options.time_limit_s))
    try:
        found = certify(problem, limited)
    except KeyboardInterrupt:  # the plan is there, and is not to be lost
        return None
    return found.bound if found is not None and np.isfinite(found.bound) else None


def path_obstacle(problem: HorizonProblem) -> str | None:
    """Why paths with prices cannot answer a problem, in words; None where they can."""
    from slopt.solve.horizon.paths.states import states_of

    if np.any(problem.extra_premium < 0):
        return say("an extra unit of a resource costs less than a normal one")
    compared = sum(len(rule.pairs) for rule in problem.rules if rule.kind is RuleKind.NOT_BELOW)
    if compared * len(problem.periods) > MOST_COMPARISONS:
        return say("many segments are compared with each other")
    if states_of(problem) is None:
        return say("customers answer with a long lag, and tiers have long stays")
    return None
