"""Limits on one segment or group: least mean level, most service cost, most lost sales, and how
many of its segments may or must be in a tier.

    min_service_level   sum_s w[s] q[s,k] x[s,k] / sum_s w[s] + v >= value     over the members
    max_service_cost    sum_sk c[s,k] x[s,k] - v <= value
    max_lost_sales      sum_sk l[s,k] x[s,k] - v <= value
    min_in_tier         sum_s x[s,k] + v >= value                              for the rule's tier
    max_in_tier         sum_s x[s,k] - v <= value

v is 0 in a firm rule; in a soft one each unit of v costs the penalty.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from slopt.formulation.choose import chosen_sum
from slopt.formulation.shared import name_limit
from slopt.problem.choice import ChoiceProblem, shares
from slopt.problem.rules import Rule
from slopt.vocabulary import RuleKind


def limit_on_members(model: pyo.ConcreteModel, problem: ChoiceProblem, rule: Rule) -> None:
    """Add the rule as a block of its own, with `breach` and `penalty` if it is soft."""
    block = model.rule[rule.name]
    amounts = amounts_of(problem, rule)
    most = float(np.abs(amounts[list(rule.members)]).max(axis=1).sum()) + abs(rule.value)
    block.breach = pyo.Var(bounds=(0, most if rule.is_soft else 0))
    block.penalty = pyo.Expression(expr=(rule.penalty or 0.0) * block.breach)
    block.total = pyo.Expression(expr=chosen_sum(model, problem, amounts, rule.members))
    slack = block.breach if rule.is_soft else 0
    if rule.kind.is_floor:
        block.keep = pyo.Constraint(expr=block.total + slack - rule.value >= 0)
    else:
        block.keep = pyo.Constraint(expr=block.total - slack - rule.value <= 0)
    name_limit(model, rule.name, block.keep)


def amounts_of(problem: ChoiceProblem, rule: Rule) -> NDArray[np.float64]:
    """(S, K): what a pair adds to the sum that the rule limits."""
    if rule.kind is RuleKind.MAX_SERVICE_COST:
        return problem.service_cost
    if rule.kind is RuleKind.MAX_LOST_SALES:
        return problem.lost_sales
    amounts = np.zeros(problem.service_level.shape)
    members = list(rule.members)
    if rule.kind is RuleKind.MIN_SERVICE_LEVEL:
        weight = shares(problem.weight[members])
        amounts[members] = weight[:, None] * problem.service_level[members]
    else:
        amounts[members, rule.tier] = 1.0
    return amounts
