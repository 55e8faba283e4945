"""Expected lost sales, all three kinds together, have a cap.

    lost_sales <= max_lost_sales                 less the error of the pieces of prospect pools

Its price is service cost saved per unit of money that the cap is raised by.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.shared import name_limit
from slopt.problem.choice import ChoiceProblem


def lost_sales_within_cap(model: pyo.ConcreteModel, problem: ChoiceProblem) -> None:
    """Add the rule where there is a cap."""
    if problem.max_lost_sales is not None:
        model.lost_sales_within_cap = pyo.Constraint(
            expr=model.lost_sales
            <= problem.max_lost_sales - sum(pool.error for pool in problem.pools)
        )
        name_limit(model, "max_lost_sales", model.lost_sales_within_cap)
