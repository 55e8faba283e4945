"""Which tiers hold up where so many segments turn out at their worst at once?

    minimise    value at the case's own numbers, the largest deviations of so many segments, and
                penalties                                            risk/at_worst.py
    subject to  every segment has one tier                           choose.py
                a tier is used only if it is opened; at most P       menu.py
                customers who choose take what is worth most         self_selection.py
                resources, with extra units at a price               capacity.py
                service cost within the budget                       budget.py
                at most so many segments change                      changes.py
                mean service level above its floor                   service_floor.py
                lost sales within their cap                          lost_sales_cap.py
                the rules of the business                            rules.py
                and, where chances are limited, in every future
                units beyond capacity are reserved or bought late    risk/late_units.py
                what the plan costs, loses and serves                risk/money.py
                each limit is broken in so many futures at most      risk/chances.py

Limits hold at the case's own numbers, as they do in `models/risk_plan.py`, and `build` takes the
same value, `slopt/problem/scenarios/question.py`. Each rule is a file of `slopt/formulation/`.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.budget import service_cost_within_budget
from slopt.formulation.capacity import use_within_capacity
from slopt.formulation.changes import changes_within_limit
from slopt.formulation.choose import one_tier_per_segment
from slopt.formulation.lost_sales_cap import lost_sales_within_cap
from slopt.formulation.money import money_lines
from slopt.formulation.risk.at_worst import segments_at_their_worst
from slopt.formulation.risk.chances import limits_seldom_broken
from slopt.formulation.risk.late_units import units_reserved_or_late
from slopt.formulation.risk.menu import tiers_on_the_menu_of_all_futures
from slopt.formulation.risk.money import money_lines_of_futures
from slopt.formulation.rules import keep_rules
from slopt.formulation.self_selection import customers_choose
from slopt.formulation.service_floor import service_level_above_floor
from slopt.problem.scenarios.question import RiskQuestion


def build(question: RiskQuestion) -> pyo.ConcreteModel:
    """The plan that is best where segments turn out at their worst, as a Pyomo model."""
    model = pyo.ConcreteModel("robust_plan")
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
    if question.limits_with_a_chance:
        units_reserved_or_late(model, question)
        money_lines_of_futures(model, question)
        limits_seldom_broken(model, question)
    segments_at_their_worst(model, question)
    return model
