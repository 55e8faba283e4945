"""Which service tier should every customer segment have in every period?

    minimise    present value of service cost + expected lost sales + penalties  (or another goal)
    subject to  every segment has one mode in every period       choose.py
                customers stay, leave and come as they are served  customers.py
                a change of tier costs money                      moves.py
                at most so many segments change                   changes.py
                a tier is kept for its least stay                 stays.py
                a tier is used only if it is open; at most P      menu.py
                projects are started once, in order               projects.py
                staff is hired, trained, held and released        staff.py
                resources, with extra units at a price            capacity.py
                spending within the budgets, with carry-over      budget.py
                mean service levels above their floors            service_floor.py
                lost sales within their caps                      lost_sales_cap.py
                the rules of the business                         rules.py

A mode is a tier, with or without the lift of a project. Each rule is a file of
`slopt/formulation/horizon/`, with its formula; the numbers are those of
`slopt/problem/horizon/problem.py`. A model file of your own is a file like this one: a function
`build(problem)` that returns a Pyomo model with the variables `choose[segment, period, mode]`,
`hire[option, period]`, `release[option, period]` and `start[project, period]`.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.horizon.budget import spending_within_budgets
from slopt.formulation.horizon.capacity import use_within_capacity
from slopt.formulation.horizon.changes import changes_within_limits
from slopt.formulation.horizon.choose import one_mode_per_segment
from slopt.formulation.horizon.customers import customers_followed
from slopt.formulation.horizon.goal import set_goal
from slopt.formulation.horizon.lost_sales_cap import lost_sales_within_caps
from slopt.formulation.horizon.menu import tiers_on_the_menu
from slopt.formulation.horizon.money import money_lines
from slopt.formulation.horizon.moves import tiers_change
from slopt.formulation.horizon.projects import projects_start
from slopt.formulation.horizon.rules import keep_rules
from slopt.formulation.horizon.service_floor import service_levels_above_floors
from slopt.formulation.horizon.staff import staff_held
from slopt.formulation.horizon.stays import tiers_stay
from slopt.problem.horizon.problem import HorizonProblem


def build(problem: HorizonProblem) -> pyo.ConcreteModel:
    """The plan over periods of a problem as a Pyomo model."""
    model = pyo.ConcreteModel("horizon_plan")
    one_mode_per_segment(model, problem)
    customers_followed(model, problem)
    tiers_change(model, problem)
    changes_within_limits(model, problem)
    tiers_stay(model, problem)
    tiers_on_the_menu(model, problem)
    projects_start(model, problem)
    staff_held(model, problem)
    use_within_capacity(model, problem)
    money_lines(model, problem)
    spending_within_budgets(model, problem)
    service_levels_above_floors(model, problem)
    lost_sales_within_caps(model, problem)
    keep_rules(model, problem)
    set_goal(model, problem)
    return model
