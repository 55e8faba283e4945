"""All members of a group have one tier (`same_tier`) in every period.

    sum_k c[k] = 1,  c[k] in {0,1}               c is the common tier of the period
    x[s,k] <= c[k] + v[s]                        for every member s and tier k

v is 0 in a firm rule; in a soft one each member outside the common tier costs the penalty.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.horizon.choose import in_tier
from slopt.formulation.horizon.named import name_demand
from slopt.problem.horizon.problem import HorizonProblem
from slopt.problem.rules import Rule


def same_tier(model: pyo.ConcreteModel, problem: HorizonProblem, rule: Rule, period: int) -> None:
    """Add the rule of a period as a block of its own, with `apart` and `penalty`."""
    block = model.rule[rule.name, problem.periods[period]]
    block.MEMBERS = pyo.Set(initialize=list(rule.members))
    block.common = pyo.Var(model.TIERS, domain=pyo.Binary)
    block.apart = pyo.Var(block.MEMBERS, bounds=(0, 1 if rule.is_soft else 0))
    block.penalty = pyo.Expression(
        expr=(rule.penalty or 0.0) * sum(block.apart[s] for s in rule.members)
    )
    block.one_common_tier = pyo.Constraint(expr=sum(block.common[k] for k in model.TIERS) == 1)

    @block.Constraint(block.MEMBERS, range(len(problem.tiers)))
    def keep(block: pyo.Block, s: int, k: int) -> pyo.Expression:
        chosen = in_tier(model, problem, s, period, k)
        return chosen - block.common[problem.tiers[k]] - block.apart[s] <= 0

    if not rule.is_soft:
        name_demand(model, f"{rule.name} {problem.periods[period]}", block.keep.values())
