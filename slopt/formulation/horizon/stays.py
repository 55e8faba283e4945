"""A segment that was moved to a tier stays in it for a while.

    sum over u = t - L[k] + 1 .. t of r[s,u,k] <= x[s,t,k]      L: least_stay, where 2 or more
    sum over k other than today's of x[s,t,k] = 0               t < L[today's] - stayed[s]

Summed over the last L periods the rule is the tightest: at most one of these arrivals can be. A
segment without a tier today arrives with the first period, r[s,0,k] = x[s,0,k].
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyomo.environ as pyo

from slopt.formulation.horizon.choose import in_modes, in_tier
from slopt.formulation.horizon.moves import arrival
from slopt.formulation.horizon.named import name_demand
from slopt.problem.horizon.problem import HorizonProblem


def tiers_stay(model: pyo.ConcreteModel, problem: HorizonProblem) -> None:
    """Add the rules where any tier has a least stay of two periods or more."""
    model.stays = pyo.ConstraintList()
    for s, segment in enumerate(problem.segments):
        for row in [*_arrivals_stay(model, problem, s), *_today_stays(model, problem, s)]:
            name_demand(model, f"least_stay[{segment}]", [model.stays.add(row)])


def _arrivals_stay(
    model: pyo.ConcreteModel, problem: HorizonProblem, segment: int
) -> Iterator[pyo.Expression]:
    for p in range(len(problem.periods)):
        for k, least in enumerate(problem.least_stay.tolist()):
            since = range(max(0, p - least + 1), p + 1)
            came = sum(_arrival(model, problem, segment, u, k) for u in since)
            if p > 0 and least >= 2 and not isinstance(came, int | float):
                yield came <= in_tier(model, problem, segment, p, k)


def _arrival(
    model: pyo.ConcreteModel, problem: HorizonProblem, segment: int, period: int, tier: int
) -> pyo.Expression | float:
    if period == 0 and problem.current[segment] < 0:
        return in_tier(model, problem, segment, 0, tier)
    return arrival(model, problem, segment, period, tier)


def _today_stays(
    model: pyo.ConcreteModel, problem: HorizonProblem, segment: int
) -> Iterator[pyo.Expression]:
    today = int(problem.current[segment])
    if today < 0:
        return
    others = np.flatnonzero(problem.mode_tier != today).tolist()
    bound = int(problem.least_stay[today] - problem.stayed[segment])
    for p in range(min(bound, len(problem.periods))):
        away = in_modes(model, problem, segment, p, others)
        if not isinstance(away, int | float):
            yield away <= 0
