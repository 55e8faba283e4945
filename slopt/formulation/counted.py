"""What desks or stock rooms cost, lose and use is added to what tiers cost, lose and use."""

from __future__ import annotations

from collections.abc import Mapping

import pyomo.environ as pyo

from slopt.formulation.shared import name_limit
from slopt.problem.choice import ChoiceProblem


def count_with_tiers(
    model: pyo.ConcreteModel,
    problem: ChoiceProblem,
    cost: pyo.Expression,
    loss: pyo.Expression,
    used: Mapping[int, pyo.Expression],
) -> None:
    """Add service cost, lost sales and the use of resources, by their positions, to the lines.

    `money_lines` and resources must be there; a resource that no tier uses gets its limit here.
    """
    model.segment_cost.set_value(model.segment_cost.expr + cost)
    model.lost_sales.set_value(model.lost_sales.expr + loss)
    for r, amount in used.items():
        name = problem.resources[r]
        model.used[name].set_value(model.used[name].expr + amount)
        if name not in model.within_capacity:
            extra = model.extra[name] if name in model.BUYABLE else 0
            capacity = float(problem.capacity[r])
            model.within_capacity[name] = model.used[name] - extra <= capacity
            name_limit(model, name, model.within_capacity[name])
