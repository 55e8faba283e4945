"""The weighted mean service level over all segments has a floor.

    sum_s w[s] q[s,k] x[s,k] / sum_s w[s] >= min_service_level

Its price is per unit of level, that is per 100 points.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.shared import name_limit
from slopt.problem.choice import ChoiceProblem


def service_level_above_floor(model: pyo.ConcreteModel, problem: ChoiceProblem) -> None:
    """Add the rule where there is a floor."""
    if problem.min_service_level is not None:
        model.level_above_floor = pyo.Constraint(expr=model.mean_level >= problem.min_service_level)
        name_limit(model, "min_service_level", model.level_above_floor)
