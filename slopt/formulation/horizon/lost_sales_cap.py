"""The lost sales that the service of a period causes, all kinds together, have a cap.

    caused[t] <= max_lost_sales[t]

Who leaves counts with the worth of a customer in the period of the service, whenever the margin is
missed. The price is what one more unit of money in the cap would gain in the relaxation.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from slopt.formulation.horizon.named import name_period_limit
from slopt.problem.horizon.problem import HorizonProblem


def lost_sales_within_caps(model: pyo.ConcreteModel, problem: HorizonProblem) -> None:
    """Add the rule for the periods that have a cap."""
    model.lost_sales_within_cap = pyo.Constraint(model.PERIODS)
    for p in np.flatnonzero(~np.isnan(problem.max_lost_sales)).tolist():
        period = problem.periods[p]
        cap = float(problem.max_lost_sales[p])
        model.lost_sales_within_cap[period] = model.caused[period] <= cap
        name = f"max_lost_sales {period}"
        name_period_limit(model, name, model.lost_sales_within_cap[period])
