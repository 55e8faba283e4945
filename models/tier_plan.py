"""Which service tier should every customer segment have?

    minimise    service cost + expected lost sales + penalties       (or one of the other goals)
    subject to  every segment has one tier                           choose.py
                a tier is used only if it is opened; at most P       menu.py
                customers who choose take what is worth most         self_selection.py
                segments that share prospects reach fewer of them    prospect_pools.py
                resources, with extra units at a price               capacity.py
                service cost within the budget                       budget.py
                at most so many segments change                      changes.py
                mean service level above its floor                   service_floor.py
                lost sales within their cap                          lost_sales_cap.py
                the rules of the business                            rules.py

Each rule is a file of `slopt/formulation/`, with its formula. A model file of your own is a file
like this one: a function `build(problem)` that returns a Pyomo model with the variable
`choose[segment, tier]`. Run it with `slopt solve CASE --model path/to/my_model.py`.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.budget import service_cost_within_budget
from slopt.formulation.capacity import use_within_capacity
from slopt.formulation.changes import changes_within_limit
from slopt.formulation.choose import one_tier_per_segment
from slopt.formulation.goal import set_goal
from slopt.formulation.lost_sales_cap import lost_sales_within_cap
from slopt.formulation.menu import tiers_on_the_menu
from slopt.formulation.money import money_lines
from slopt.formulation.prospect_pools import prospects_told
from slopt.formulation.rules import keep_rules
from slopt.formulation.self_selection import customers_choose
from slopt.formulation.service_floor import service_level_above_floor
from slopt.problem.choice import ChoiceProblem


def build(problem: ChoiceProblem) -> pyo.ConcreteModel:
    """The tier plan of a choice problem as a Pyomo model."""
    model = pyo.ConcreteModel("tier_plan")
    one_tier_per_segment(model, problem)
    tiers_on_the_menu(model, problem)
    customers_choose(model, problem)
    use_within_capacity(model, problem)
    prospects_told(model, problem)
    money_lines(model, problem)
    service_cost_within_budget(model, problem)
    changes_within_limit(model, problem)
    service_level_above_floor(model, problem)
    lost_sales_within_cap(model, problem)
    keep_rules(model, problem)
    set_goal(model, problem)
    return model
