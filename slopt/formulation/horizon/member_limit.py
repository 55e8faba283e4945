"""Limits on one segment or group in a period: least mean level, most service cost, most lost sales,
and how many of its segments may or must be in a tier.

    min_service_level   sum_s weight[s] service_level[s,m] x[s,m] / sum_s weight[s] + v >= value
    max_service_cost    sum_sm cost[s,m] w[s,m] + fixed_cost[s,m] x[s,m] - v <= value
    max_lost_sales      sum_sm caused[s,m] w[s,m] - v <= value
    min_in_tier         sum_s x[s,k] + v >= value                              for the rule's tier k
    max_in_tier         sum_s x[s,k] - v <= value

Sums are over the members. v is 0 in a firm rule; in a soft one each unit of v costs the penalty.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from slopt.formulation.horizon.choose import chosen_sum
from slopt.formulation.horizon.customers import served_sum
from slopt.formulation.horizon.named import name_demand
from slopt.formulation.shared import name_limit
from slopt.problem.choice import shares
from slopt.problem.horizon.problem import HorizonProblem
from slopt.problem.rules import Rule
from slopt.vocabulary import RuleKind


def limit_on_members(
    model: pyo.ConcreteModel, problem: HorizonProblem, rule: Rule, period: int
) -> None:
    """Add the rule of a period as a block of its own, with `breach` and `penalty`."""
    block = model.rule[rule.name, problem.periods[period]]
    block.breach = pyo.Var(bounds=(0, None if rule.is_soft else 0))
    block.penalty = pyo.Expression(expr=(rule.penalty or 0.0) * block.breach)
    block.total = pyo.Expression(expr=_total(model, problem, rule, period))
    if rule.kind.is_floor:
        block.keep = pyo.Constraint(expr=block.total + block.breach - rule.value >= 0)
    else:
        block.keep = pyo.Constraint(expr=block.total - block.breach - rule.value <= 0)
    name = f"{rule.name} {problem.periods[period]}"
    name_limit(model, name, block.keep)
    if not rule.is_soft:
        name_demand(model, name, [block.keep])


def _total(
    model: pyo.ConcreteModel, problem: HorizonProblem, rule: Rule, period: int
) -> pyo.Expression:
    """What the rule limits, as a sum over its members."""
    members = list(rule.members)
    if rule.kind is RuleKind.MAX_SERVICE_COST:
        money = problem.cost[:, period], problem.fixed_cost[:, period]
        return served_sum(model, problem, period, *money, members)
    if rule.kind is RuleKind.MAX_LOST_SALES:
        return served_sum(model, problem, period, problem.caused[:, period], None, members)
    amounts = np.zeros(problem.service_level[:, period].shape)
    if rule.kind is RuleKind.MIN_SERVICE_LEVEL:
        weight = shares(problem.weight[members])
        amounts[members] = weight[:, None] * problem.service_level[members, period]
    else:
        amounts[members] = problem.mode_tier == rule.tier
    return chosen_sum(model, problem, period, amounts, members)
