"""The budget caps total service cost: segments, open tiers and extra units.

    service_cost <= B

Its price is what one more unit of budget would gain in the relaxation.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.shared import name_limit
from slopt.problem.choice import ChoiceProblem


def service_cost_within_budget(model: pyo.ConcreteModel, problem: ChoiceProblem) -> None:
    """Add the rule where there is a budget."""
    if problem.budget is not None:
        model.within_budget = pyo.Constraint(expr=model.service_cost <= problem.budget)
        name_limit(model, "budget", model.within_budget)
