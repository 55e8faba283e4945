"""All members of a group have one tier (`same_tier`).

    sum_k m[k] = 1,  m[k] in {0,1}               m is the common tier
    x[s,k] <= m[k] + v[s]                        for every member s and tier k

v is 0 in a firm rule; in a soft one each member outside the common tier costs the penalty.
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.choose import tiers_by_segment
from slopt.problem.choice import ChoiceProblem
from slopt.problem.rules import Rule


def same_tier(model: pyo.ConcreteModel, problem: ChoiceProblem, rule: Rule) -> None:
    """Add the rule as a block of its own, with `apart` and `penalty` if it is soft."""
    block = model.rule[rule.name]
    tiers_of = tiers_by_segment(problem)
    members = [problem.segments[s] for s in rule.members]
    block.MEMBERS = pyo.Set(initialize=members)
    block.common = pyo.Var(model.TIERS, domain=pyo.Binary)
    block.apart = pyo.Var(block.MEMBERS, bounds=(0, 1 if rule.is_soft else 0))
    block.penalty = pyo.Expression(
        expr=(rule.penalty or 0.0) * sum(block.apart[s] for s in members)
    )
    block.one_common_tier = pyo.Constraint(expr=sum(block.common[k] for k in model.TIERS) == 1)

    @block.Constraint([(s, k) for s in members for k in tiers_of[s]])
    def keep(block: pyo.Block, s: str, k: str) -> pyo.Expression:
        slack = block.apart[s] if rule.is_soft else 0
        return model.choose[s, k] <= block.common[k] + slack
