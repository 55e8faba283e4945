"""A change of tier is an arrival in another one.

    r[s,t,k] >= x[s,t,k] - x[s,t-1,k],   r >= 0                 r: the segment arrives in tier k

x[s,t,k] sums the modes of tier k, x[s,-1] is today's tier. Where what a change costs depends on the
tier that is left, arrivals are flows between tiers, which is exact for any costs:

    x[s,t,k] - x[s,t-1,k] = sum_j f[s,t,j,k] - sum_j f[s,t,k,j]      f[s,t,j,k]: from tier j to k
    sum_k f[s,t,j,k] <= x[s,t-1,j]                                   r[s,t,k] = sum_j f[s,t,j,k]

A segment without a tier today arrives nowhere in the first period.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from slopt.formulation.horizon.choose import in_tier
from slopt.problem.horizon.problem import HorizonProblem, Numbers


def tiers_change(model: pyo.ConcreteModel, problem: HorizonProblem) -> None:
    """Add `arrive` or `move` with their rules for the segments whose changes count."""
    places: dict[tuple[str, ...], tuple[int, int, int]] = {
        (problem.segments[s], period, tier): (s, p, k)
        for s in range(len(problem.segments))
        if _counts(problem, s)
        for p, period in enumerate(problem.periods)
        for k, tier in enumerate(problem.tiers)
        if p > 0 or problem.current[s] >= 0
    }
    flowing = {name: at for name, at in places.items() if _flows(problem.change_cost[at[0]])}
    model.ARRIVALS = pyo.Set(initialize=[name for name in places if name not in flowing], dimen=3)
    model.FLOWS = pyo.Set(initialize=list(flowing), dimen=3)
    model.arrive = pyo.Var(model.ARRIVALS, domain=pyo.NonNegativeReals)
    model.move = pyo.Var(
        [(s, t, j, k) for s, t, k in model.FLOWS for j in model.TIERS if j != k],
        domain=pyo.NonNegativeReals,
    )

    @model.Constraint(model.ARRIVALS)
    def arrivals_seen(model: pyo.ConcreteModel, *name: str) -> pyo.Expression:
        s, p, k = places[name]
        gained = in_tier(model, problem, s, p, k) - in_tier_before(model, problem, s, p, k)
        return model.arrive[name] >= gained

    @model.Constraint(model.FLOWS)
    def tiers_balance(model: pyo.ConcreteModel, *name: str) -> pyo.Expression:
        s, p, k = places[name]
        gained = in_tier(model, problem, s, p, k) - in_tier_before(model, problem, s, p, k)
        return arrival(model, problem, s, p, k) - _departure(model, *name) == gained

    @model.Constraint(model.FLOWS)
    def only_the_tier_held_is_left(model: pyo.ConcreteModel, *name: str) -> pyo.Expression:
        return _departure(model, *name) <= in_tier_before(model, problem, *places[name])


def _counts(problem: HorizonProblem, segment: int) -> bool:
    """Does it matter to anything whether the segment changes its tier?"""
    limited = problem.max_changes is not None or problem.max_changes_each is not None
    return limited or bool(np.any(problem.change_cost[segment])) or bool(problem.least_stay.any())


def _flows(cost: Numbers) -> bool:
    """Does the cost of a change depend on the tier that is left, or is it a gain?"""
    other = ~np.eye(len(cost), dtype=bool)
    same = all(np.ptp(cost[other[:, k], k]) == 0 for k in range(len(cost)) if len(cost) > 1)
    return not same or bool((cost[other] < 0).any())


def in_tier_before(
    model: pyo.ConcreteModel, problem: HorizonProblem, segment: int, period: int, tier: int
) -> pyo.Expression | float:
    """1 where the segment had the tier in the period before, which may be before the plan."""
    if period == 0:
        return 1.0 if problem.current[segment] == tier else 0.0
    return in_tier(model, problem, segment, period - 1, tier)


def arrival(
    model: pyo.ConcreteModel, problem: HorizonProblem, segment: int, period: int, tier: int
) -> pyo.Expression | float:
    """r[s,t,k]: 1 where the segment is moved to the tier in the period."""
    s, t, k = problem.segments[segment], problem.periods[period], problem.tiers[tier]
    if (s, t, k) in model.FLOWS:
        return sum(model.move[s, t, j, k] for j in model.TIERS if j != k)
    return model.arrive[s, t, k] if (s, t, k) in model.ARRIVALS else 0.0


def _departure(model: pyo.ConcreteModel, s: str, t: str, k: str) -> pyo.Expression:
    return sum(model.move[s, t, k, j] for j in model.TIERS if j != k)


def change_cost(
    model: pyo.ConcreteModel, problem: HorizonProblem, period: int
) -> pyo.Expression | float:
    """What the changes of tier cost in a period."""
    t = problem.periods[period]
    flows = pyo.quicksum(
        float(problem.change_cost[s, j, k]) * model.move[segment, t, own, to]
        for s, segment in enumerate(problem.segments)
        if (segment, t, problem.tiers[0]) in model.FLOWS
        for j, own in enumerate(problem.tiers)
        for k, to in enumerate(problem.tiers)
        if j != k and problem.change_cost[s, j, k]
    )
    arrivals = pyo.quicksum(
        float(np.delete(problem.change_cost[s, :, k], k)[0]) * model.arrive[segment, t, tier]
        for s, segment in enumerate(problem.segments)
        for k, tier in enumerate(problem.tiers)
        if (segment, t, tier) in model.ARRIVALS and np.any(problem.change_cost[s, :, k])
    )
    return flows + arrivals
