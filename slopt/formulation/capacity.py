"""Shared resources, with extra units at a price.

    sum_sk a[r,s,k] x[s,k] <= b[r] + e[r]        for every resource r
    0 <= e[r] <= E[r]

Where extra units are cheaper than normal ones (g[r] < 0) they must still come last:

    e[r] <= E[r] z[r],   e[r] <= sum_sk a[r,s,k] x[s,k] - b[r] z[r],   z[r] in {0,1}

The price of a resource is what one more unit of capacity would gain in the relaxation.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from slopt.formulation.choose import chosen_sum
from slopt.formulation.shared import name_limit
from slopt.problem.choice import ChoiceProblem


def use_within_capacity(model: pyo.ConcreteModel, problem: ChoiceProblem) -> None:
    """Add RESOURCES, `extra` and the rule `within_capacity`."""
    at = {name: r for r, name in enumerate(problem.resources)}
    buyable = [name for name, r in at.items() if problem.extra_capacity[r] > 0]
    model.RESOURCES = pyo.Set(initialize=problem.resources)
    model.BUYABLE = pyo.Set(initialize=buyable)
    model.extra = pyo.Var(
        model.BUYABLE, bounds=lambda _, name: (0, float(problem.extra_capacity[at[name]]))
    )
    model.used = pyo.Expression(
        model.RESOURCES, rule=lambda model, name: chosen_sum(model, problem, problem.use[at[name]])
    )
    model.within_capacity = pyo.Constraint(model.RESOURCES)
    for name, r in at.items():
        if not np.any(problem.use[r][problem.admissible]) and problem.capacity[r] >= 0:
            continue
        extra = model.extra[name] if name in buyable else 0
        model.within_capacity[name] = model.used[name] - extra <= float(problem.capacity[r])
        name_limit(model, name, model.within_capacity[name])
    _extra_comes_last(model, problem, at)


def _extra_comes_last(model: pyo.ConcreteModel, problem: ChoiceProblem, at: dict[str, int]) -> None:
    cheaper = [name for name in model.BUYABLE if problem.extra_premium[at[name]] < 0]
    model.CHEAPER_EXTRA = pyo.Set(initialize=cheaper)
    model.beyond = pyo.Var(model.CHEAPER_EXTRA, domain=pyo.Binary)

    @model.Constraint(model.CHEAPER_EXTRA)
    def extra_only_beyond(model: pyo.ConcreteModel, name: str) -> pyo.Expression:
        return model.extra[name] <= float(problem.extra_capacity[at[name]]) * model.beyond[name]

    @model.Constraint(model.CHEAPER_EXTRA)
    def extra_within_excess(model: pyo.ConcreteModel, name: str) -> pyo.Expression:
        capacity = float(problem.capacity[at[name]])
        return model.extra[name] <= model.used[name] - capacity * model.beyond[name]
