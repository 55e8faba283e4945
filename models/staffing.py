"""How many agents should every desk have, on which shifts, in which design, and which tiers?

    minimise    service cost + expected lost sales + penalties       (or one of the other goals)
    subject to  every segment has one tier                           choose.py
                a tier is used only if it is opened; at most P       menu.py
                customers who choose take what is worth most         self_selection.py
                segments that share prospects reach fewer            prospect_pools.py
                resources, with extra units at a price               capacity.py
                every desk has exactly one design                    staffing/designs.py
                every pool at work takes one way in every block      staffing/ways.py
                whole people on shifts cover the agents              staffing/shifts.py
                promises over all blocks, and seats, are kept        staffing/promises.py
                what desks cost, lose and use counts with the rest   staffing/staff_counts.py
                service cost within the budget                       budget.py
                at most so many segments change                      changes.py
                mean service level above its floor                   service_floor.py
                lost sales within their cap                          lost_sales_cap.py
                the rules of the business                            rules.py

A way is a number of agents at the phones with a mix of channels; what it costs, answers and loses
comes from Erlang's formulas. Each rule is a file of `slopt/formulation/`, with its formula. `slopt
solve CASE` needs no such program: it asks each desk for its best roster at the prices of what is
shared. This is the same plan by another road.
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
from slopt.formulation.staffing.designs import one_design_per_desk
from slopt.formulation.staffing.promises import promises_kept
from slopt.formulation.staffing.shifts import shifts_cover_agents
from slopt.formulation.staffing.staff_counts import staff_counts
from slopt.formulation.staffing.ways import one_way_per_block
from slopt.problem.choice import ChoiceProblem
from slopt.problem.generated.one_part import without_offers
from slopt.problem.generated.staff import desks_of, made_by_desks


def build(problem: ChoiceProblem) -> pyo.ConcreteModel:
    """The plan of a problem with desks as a Pyomo model."""
    made = made_by_desks(problem)
    desks, tiers_alone = desks_of(made), without_offers(problem, made)
    model = pyo.ConcreteModel("staffing")
    one_tier_per_segment(model, tiers_alone)
    tiers_on_the_menu(model, tiers_alone)
    customers_choose(model, tiers_alone)
    use_within_capacity(model, tiers_alone)
    prospects_told(model, tiers_alone)
    money_lines(model, tiers_alone)
    one_design_per_desk(model, desks)
    one_way_per_block(model, desks)
    shifts_cover_agents(model, desks)
    promises_kept(model, desks)
    staff_counts(model, problem, desks)
    service_cost_within_budget(model, tiers_alone)
    changes_within_limit(model, tiers_alone)
    service_level_above_floor(model, tiers_alone)
    lost_sales_within_cap(model, tiers_alone)
    keep_rules(model, tiers_alone)
    set_goal(model, tiers_alone)
    return model
