"""Which service tier should every segment have, where the numbers may turn out otherwise?

    minimise    the mean of the loss over the futures, the mean of the worst of them, a blend of
                both, or the largest regret; and penalties           risk/goal.py
    subject to  at the case's own numbers
                every segment has one tier                           choose.py
                a tier is used only if it is opened; at most P       risk/menu.py
                customers who choose take what is worth most         self_selection.py
                resources, with extra units                          capacity.py
                service cost within the budget                       budget.py
                at most so many segments change                      changes.py
                mean service level above its floor                   service_floor.py
                lost sales within their cap                          lost_sales_cap.py
                the rules of the business                            rules.py
                in every future
                tiers may be changed once, where that is allowed     risk/later_change.py
                units beyond capacity are reserved or bought late    risk/late_units.py
                what the plan costs, loses and serves                risk/money.py
                each limit is broken in so many futures at most      risk/chances.py

The loss of a future is what the goal minimises, or the negative of the level that it maximises.
Money at the case's own numbers is in the limits alone. `build` takes the futures and the aim as
one value, `slopt/problem/scenarios/question.py`. Each rule is a file of `slopt/formulation/`, with
its formula.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.budget import service_cost_within_budget
from slopt.formulation.capacity import use_within_capacity
from slopt.formulation.changes import changes_within_limit
from slopt.formulation.choose import one_tier_per_segment
from slopt.formulation.lost_sales_cap import lost_sales_within_cap
from slopt.formulation.money import money_lines
from slopt.formulation.risk.chances import limits_seldom_broken
from slopt.formulation.risk.goal import set_aim
from slopt.formulation.risk.late_units import units_reserved_or_late
from slopt.formulation.risk.later_change import tiers_changed_later
from slopt.formulation.risk.menu import tiers_on_the_menu_of_all_futures
from slopt.formulation.risk.money import money_lines_of_futures
from slopt.formulation.rules import keep_rules
from slopt.formulation.self_selection import customers_choose
from slopt.formulation.service_floor import service_level_above_floor
from slopt.problem.scenarios.question import RiskQuestion


def build(question: RiskQuestion) -> pyo.ConcreteModel:
    """The plan that is best over the futures as a Pyomo model."""
    model = pyo.ConcreteModel("risk_plan")
    own = question.problem.base
    one_tier_per_segment(model, own)
    tiers_on_the_menu_of_all_futures(model, question)
    customers_choose(model, own)
    use_within_capacity(model, own)
    money_lines(model, own)
    service_cost_within_budget(model, own)
    changes_within_limit(model, own)
    service_level_above_floor(model, own)
    lost_sales_within_cap(model, own)
    keep_rules(model, own)
    tiers_changed_later(model, question)
    units_reserved_or_late(model, question)
    money_lines_of_futures(model, question)
    limits_seldom_broken(model, question)
    set_aim(model, question)
    return model
