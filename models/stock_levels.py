"""How much of every item should the stock rooms hold, and which tier should every segment have?

    minimise    service cost + expected lost sales + penalties       (or one of the other goals)
    subject to  every segment has one tier                           choose.py
                a tier is used only if it is opened; at most P       menu.py
                customers who choose take what is worth most         self_selection.py
                segments that share prospects reach fewer            prospect_pools.py
                resources, with extra units at a price               capacity.py
                every item has a level, or is not stocked            stock_rooms/items.py
                what items cost, lose and use counts as well         stock_rooms/stock_counts.py
                service cost within the budget                       budget.py
                at most so many segments change                      changes.py
                mean service level above its floor                   service_floor.py
                lost sales within their cap                          lost_sales_cap.py
                the rules of the business                            rules.py

What an item leaves short and holds is convex in its level; here it is bounded from below by
tangents, which `slopt/solve/by_stock.py` adds where the plan lies until the plan is proven. Each
rule is a file of `slopt/formulation/`, with its formula. `slopt solve CASE` needs no such program:
it finds the best levels by the prices of what is shared. This is the same plan by another road.
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
from slopt.formulation.stock_rooms.items import items_in_stock
from slopt.formulation.stock_rooms.stock_counts import stock_counts
from slopt.problem.choice import ChoiceProblem
from slopt.problem.generated.one_part import without_offers
from slopt.problem.generated.stock import made_by_stock


def build(problem: ChoiceProblem) -> pyo.ConcreteModel:
    """The plan of a problem with stock rooms as a Pyomo model."""
    made, source = made_by_stock(problem)
    rooms, tiers_alone = source.rooms, without_offers(problem, made)
    model = pyo.ConcreteModel("stock_levels")
    one_tier_per_segment(model, tiers_alone)
    tiers_on_the_menu(model, tiers_alone)
    customers_choose(model, tiers_alone)
    use_within_capacity(model, tiers_alone)
    prospects_told(model, tiers_alone)
    money_lines(model, tiers_alone)
    items_in_stock(model, rooms)
    stock_counts(model, problem, rooms)
    service_cost_within_budget(model, tiers_alone)
    changes_within_limit(model, tiers_alone)
    service_level_above_floor(model, tiers_alone)
    lost_sales_within_cap(model, tiers_alone)
    keep_rules(model, tiers_alone)
    set_goal(model, tiers_alone)
    return model
