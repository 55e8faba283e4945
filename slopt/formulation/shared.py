"""Which constraints carry a price, and under what name the business knows them."""

from __future__ import annotations

import pyomo.environ as pyo


def name_limit(model: pyo.ConcreteModel, name: str, constraint: pyo.Constraint) -> None:
    """Have the price of `constraint` reported under `name` (budget, a resource, a rule)."""
    if not hasattr(model, "limits_by_name"):
        model.limits_by_name = {}
    model.limits_by_name[name] = constraint
