"""The rows of the `rules` table in every period, each in a block named after rule and period.

penalties = sum over soft rules and t of period_weight[t] penalty breach[t]
"""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.horizon.member_limit import limit_on_members
from slopt.formulation.horizon.ordering import not_below
from slopt.formulation.horizon.same_tier import same_tier
from slopt.problem.horizon.problem import HorizonProblem
from slopt.vocabulary import RuleKind


def keep_rules(model: pyo.ConcreteModel, problem: HorizonProblem) -> None:
    """Add every rule in every period, and `penalties`: what the broken soft ones cost."""
    model.rule = pyo.Block([rule.name for rule in problem.rules], model.PERIODS)
    for rule in problem.rules:
        for p in range(len(problem.periods)):
            if rule.kind is RuleKind.NOT_BELOW:
                not_below(model, problem, rule, p)
            elif rule.kind is RuleKind.SAME_TIER:
                same_tier(model, problem, rule, p)
            else:
                limit_on_members(model, problem, rule, p)
    model.penalties = pyo.Expression(
        expr=sum(
            float(problem.period_weight[p]) * model.rule[rule.name, period].penalty
            for rule in problem.rules
            for p, period in enumerate(problem.periods)
        )
    )
