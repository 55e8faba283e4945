"""Shared resources in every period: what there is, what staff and projects add, and extra units.

    used[r,t] <= capacity[r,t] + at_work[r,t] + added[r,t] + e[r,t],    0 <= e[r,t] <= E[r,t]
    used[r,t] = sum over s, m of use[r,s,t,m] w[s,t,m] + fixed_use[r,s,t,m] x[s,t,m]

Where extra units are cheaper than normal ones (premium below 0) they must still come last. With c
the capacity in total, C the most that it can be and z[r,t] in {0,1}:

    e <= E z,   e <= used - c + C (1 - z)

The price of a resource in a period is what one more unit then would gain in the relaxation.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from slopt.formulation.horizon.customers import served_sum
from slopt.formulation.horizon.named import name_period_limit
from slopt.formulation.horizon.projects import units_added
from slopt.formulation.horizon.staff import units_at_work
from slopt.problem.horizon.problem import HorizonProblem


def use_within_capacity(model: pyo.ConcreteModel, problem: HorizonProblem) -> None:
    """Add RESOURCES, `extra`, `used`, `supply` and the rule `within_capacity`."""
    at: dict[tuple[str, ...], tuple[int, int]] = {
        (name, period): (r, p)
        for r, name in enumerate(problem.resources)
        for p, period in enumerate(problem.periods)
    }
    model.RESOURCES = pyo.Set(initialize=list(problem.resources))
    buyable = [name for name, place in at.items() if problem.extra_capacity[place] > 0]
    model.BUYABLE = pyo.Set(initialize=buyable, dimen=2)
    model.extra = pyo.Var(
        model.BUYABLE, bounds=lambda model, *name: (0, float(problem.extra_capacity[at[name]]))
    )

    @model.Expression(model.RESOURCES, model.PERIODS)
    def used(model: pyo.ConcreteModel, *name: str) -> pyo.Expression:
        r, p = at[name]
        return served_sum(model, problem, p, problem.use[r, :, p], problem.fixed_use[r, :, p])

    @model.Expression(model.RESOURCES, model.PERIODS)
    def supply(model: pyo.ConcreteModel, *name: str) -> pyo.Expression:
        r, p = at[name]
        gained = units_at_work(model, problem, r, p) + units_added(model, problem, r, p)
        return float(problem.capacity[r, p]) + gained

    model.within_capacity = pyo.Constraint(model.RESOURCES, model.PERIODS)
    for name, (r, p) in at.items():
        units = problem.use[r, :, p], problem.fixed_use[r, :, p]
        if not any(np.any(each[~problem.barred[:, p]]) for each in units) and not problem.staff:
            continue
        extra = model.extra[name] if name in model.BUYABLE else 0
        model.within_capacity[name] = model.used[name] - extra - model.supply[name] <= 0
        name_period_limit(model, f"{name[0]} {name[1]}", model.within_capacity[name])
    _extra_comes_last(model, problem, at)


def _extra_comes_last(
    model: pyo.ConcreteModel, problem: HorizonProblem, at: dict[tuple[str, ...], tuple[int, int]]
) -> None:
    cheaper = [name for name in model.BUYABLE if problem.extra_premium[at[name]] < 0]
    model.CHEAPER_EXTRA = pyo.Set(initialize=cheaper, dimen=2)
    model.beyond = pyo.Var(model.CHEAPER_EXTRA, domain=pyo.Binary)

    @model.Constraint(model.CHEAPER_EXTRA)
    def extra_only_beyond(model: pyo.ConcreteModel, *name: str) -> pyo.Expression:
        return model.extra[name] <= float(problem.extra_capacity[at[name]]) * model.beyond[name]

    @model.Constraint(model.CHEAPER_EXTRA)
    def extra_within_excess(model: pyo.ConcreteModel, *name: str) -> pyo.Expression:
        room = _most_supply(problem, *at[name]) * (1 - model.beyond[name])
        return model.extra[name] <= model.used[name] - model.supply[name] + room


def _most_supply(problem: HorizonProblem, resource: int, period: int) -> float:
    """C: more than any plan worth having holds of a resource."""
    peak = float(
        (problem.use[resource].max(axis=2) * problem.most_customers[:, :-1]).sum(axis=0).max()
        + problem.fixed_use[resource].max(axis=2).sum(axis=0).max()
    )
    held = sum(
        option.units + sum(option.past) + peak
        if option.most_held is None
        else max(option.most_held, option.units + sum(option.past))
        for option in problem.staff
        if option.resource == resource
    )
    added = sum(
        max(units, 0.0)
        for project in problem.projects
        for place, units in project.adds
        if place == resource
    )
    return float(problem.capacity[resource, period]) + held + added


def extra_cost(
    model: pyo.ConcreteModel, problem: HorizonProblem, period: int
) -> pyo.Expression | float:
    """What extra units cost above normal ones in a period."""
    t = problem.periods[period]
    return sum(
        float(problem.extra_premium[r, period]) * model.extra[name, t]
        for r, name in enumerate(problem.resources)
        if (name, t) in model.BUYABLE
    )
