"""The rows of the `rules` table, each in a block named after its rule."""

from __future__ import annotations

import pyomo.environ as pyo

from slopt.formulation.member_limit import limit_on_members
from slopt.formulation.ordering import not_below
from slopt.formulation.same_tier import same_tier
from slopt.problem.choice import ChoiceProblem
from slopt.vocabulary import RuleKind


def keep_rules(model: pyo.ConcreteModel, problem: ChoiceProblem) -> None:
    """Add every rule, and `penalties`: what the broken soft ones cost."""
    model.rule = pyo.Block([rule.name for rule in problem.rules])
    for rule in problem.rules:
        if rule.kind is RuleKind.NOT_BELOW:
            not_below(model, problem, rule)
        elif rule.kind is RuleKind.SAME_TIER:
            same_tier(model, problem, rule)
        else:
            limit_on_members(model, problem, rule)
    model.penalties = pyo.Expression(
        expr=sum(model.rule[rule.name].penalty for rule in problem.rules)
    )
