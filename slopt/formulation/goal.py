"""What the plan is best at.

    min_total_cost   min  service_cost + lost_sales + penalties
    min_lost_sales   min  lost_sales + penalties
    min_budget       min  service_cost + penalties
    max_service      max  mean_level - penalties

A penalty is therefore in the unit of the goal: money, or points of level for max_service.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.problem.choice import ChoiceProblem
from slopt.vocabulary import Goal


def set_goal(model: pyo.ConcreteModel, problem: ChoiceProblem) -> None:
    """Add the objective `goal`."""
    if problem.goal is Goal.MAX_SERVICE:
        model.goal = pyo.Objective(expr=model.mean_level - model.penalties, sense=pyo.maximize)
        return
    line = {
        Goal.MIN_TOTAL_COST: model.total_cost,
        Goal.MIN_LOST_SALES: model.lost_sales,
        Goal.MIN_BUDGET: model.service_cost,
    }[problem.goal]
    model.goal = pyo.Objective(expr=line + model.penalties)
