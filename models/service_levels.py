"""Which service level should every customer segment have, and which tier those that have tiers?

    minimise    service cost + expected lost sales + penalties       (or one of the other goals)
    subject to  every segment has one tier, or a level between
                its floor and its ceiling                            levels/choose.py
                what a level costs, loses and uses lies on curves    levels/figures.py
                a tier is used only if it is opened; at most P       menu.py
                customers who choose take what is worth most         self_selection.py
                segments that share prospects reach fewer of them    prospect_pools.py
                resources, with extra units at a price               capacity.py
                service cost within the budget                       budget.py
                at most so many segments change                      levels/changes.py
                mean service level above its floor                   service_floor.py
                lost sales within their cap                          lost_sales_cap.py
                the rules of the business                            rules.py

The curves are piecewise linear between the points that the problem lists. Convex ones stay linear;
S-shaped losses and economies of scale take whole numbers (`pyomo.contrib.piecewise`). `slopt solve
CASE --model service_levels` puts lines that lie below the true curves into this model, so that its
answer is a bound on every plan, and adds points where its levels lie until a plan that is priced on
the true curves is as good.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.budget import service_cost_within_budget
from slopt.formulation.capacity import use_within_capacity
from slopt.formulation.goal import set_goal
from slopt.formulation.levels.changes import changes_within_limit
from slopt.formulation.levels.choose import one_tier_or_level
from slopt.formulation.lost_sales_cap import lost_sales_within_cap
from slopt.formulation.menu import tiers_on_the_menu
from slopt.formulation.money import money_lines
from slopt.formulation.prospect_pools import prospects_told
from slopt.formulation.rules import keep_rules
from slopt.formulation.self_selection import customers_choose
from slopt.formulation.service_floor import service_level_above_floor
from slopt.problem.choice import ChoiceProblem


def build(problem: ChoiceProblem) -> pyo.ConcreteModel:
    """The plan of levels and tiers of a choice problem as a Pyomo model."""
    model = pyo.ConcreteModel("service_levels")
    one_tier_or_level(model, problem)
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
