"""The weighted mean service level over all segments has a floor, period by period.

    sum_sm weight[s] service_level[s,t,m] x[s,t,m] / sum_s weight[s] >= min_service_level[t]

Its price is per unit of level, that is per 100 points.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from slopt.formulation.horizon.named import name_period_limit
from slopt.problem.horizon.problem import HorizonProblem


def service_levels_above_floors(model: pyo.ConcreteModel, problem: HorizonProblem) -> None:
    """Add the rule for the periods that have a floor."""
    model.level_above_floor = pyo.Constraint(model.PERIODS)
    for p in np.flatnonzero(~np.isnan(problem.min_service_level)).tolist():
        period = problem.periods[p]
        floor = float(problem.min_service_level[p])
        model.level_above_floor[period] = model.mean_level[period] >= floor
        name = f"min_service_level {period}"
        name_period_limit(model, name, model.level_above_floor[period])
