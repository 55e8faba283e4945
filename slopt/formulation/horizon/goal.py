"""What the plan is best at, over all periods.

min_total_cost   min  service_cost + lost_sales + penalties        in present value
min_lost_sales   min  lost_sales + penalties
min_budget       min  service_cost + penalties
max_service      max  mean over t of mean_level[t] - penalties
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.problem.horizon.problem import HorizonProblem
from slopt.vocabulary import Goal

ROOM = 1e-9
"""Relative room for the goal when the cheapest of equally good plans is looked for."""


def set_goal(model: pyo.ConcreteModel, problem: HorizonProblem) -> None:
    """Add the objective `goal`."""
    if problem.goal is Goal.MAX_SERVICE:
        level = sum(model.mean_level[t] for t in model.PERIODS) / len(problem.periods)
        model.goal = pyo.Objective(expr=level - model.penalties, sense=pyo.maximize)
        return
    line = {
        Goal.MIN_TOTAL_COST: model.total_cost,
        Goal.MIN_LOST_SALES: model.lost_sales,
        Goal.MIN_BUDGET: model.service_cost,
    }[problem.goal]
    model.goal = pyo.Objective(expr=line + model.penalties)


def ask_for_the_cheapest(model: pyo.ConcreteModel, problem: HorizonProblem, reached: float) -> None:
    """Keep the goal at what was reached, and minimise total cost: one plan among equals."""
    room = ROOM * max(1.0, abs(reached))
    goal = model.goal.expr
    model.goal.deactivate()
    model.goal_kept = pyo.Constraint(
        expr=goal >= reached - room if problem.goal.maximises else goal <= reached + room
    )
    model.cheapest = pyo.Objective(expr=model.total_cost)
