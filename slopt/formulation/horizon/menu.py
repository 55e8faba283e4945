"""The menu of every period: a tier is offered only if it is open, and at most so many are.

    y[t,k] in {0,1}
    x[s,t,k] <= y[t,k]                  a tier that any segment has is open
    sum_k y[t,k] <= max_tiers           for every period t

The price of `max_tiers` in a period is what one more tier then would gain in the relaxation.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from slopt.formulation.horizon.choose import in_tier
from slopt.formulation.horizon.named import name_period_limit
from slopt.problem.horizon.problem import HorizonProblem


def tiers_on_the_menu(model: pyo.ConcreteModel, problem: HorizonProblem) -> None:
    """Add `open` and its rules where opening costs money or the number of tiers is limited."""
    if problem.max_tiers is None and not np.any(problem.open_cost):
        return
    model.open = pyo.Var(model.PERIODS, model.TIERS, domain=pyo.Binary)
    model.chosen_tier_is_open = pyo.Constraint(model.SEGMENTS, model.PERIODS, model.TIERS)
    for s, segment in enumerate(problem.segments):
        for p, period in enumerate(problem.periods):
            for k, tier in enumerate(problem.tiers):
                chosen = in_tier(model, problem, s, p, k)
                if not isinstance(chosen, int):
                    row = chosen <= model.open[period, tier]
                    model.chosen_tier_is_open[segment, period, tier] = row
    if problem.max_tiers is not None:
        model.tiers_within_menu = pyo.Constraint(model.PERIODS)
        for period in problem.periods:
            on_offer = pyo.quicksum(model.open[period, k] for k in model.TIERS)
            model.tiers_within_menu[period] = on_offer <= problem.max_tiers
            name_period_limit(model, f"max_tiers {period}", model.tiers_within_menu[period])


def open_cost(
    model: pyo.ConcreteModel, problem: HorizonProblem, period: int
) -> pyo.Expression | float:
    """What the tiers on the menu cost in a period."""
    if model.component("open") is None:
        return 0.0
    return pyo.quicksum(
        float(problem.open_cost[period, k]) * model.open[problem.periods[period], tier]
        for k, tier in enumerate(problem.tiers)
        if problem.open_cost[period, k]
    )
