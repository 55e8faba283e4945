"""A better class of customer never gets a lower tier (`not_below`).

    sum over k of rank >= t of x[a,k]  + v[t]  >=  sum over k of rank >= t of x[b,k]

for every rank t: if the other segment b has at least rank t, then segment a has it too. Missing
the step to t costs a soft rule the penalty times the height of the step, so that the breach is
counted in ranks. Stated by rank thresholds because that is the tightest linear form.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyomo.environ as pyo

from slopt.formulation.choose import tiers_by_segment
from slopt.problem.choice import ChoiceProblem
from slopt.problem.rules import Rule


def not_below(model: pyo.ConcreteModel, problem: ChoiceProblem, rule: Rule) -> None:
    """Add the rule as a block of its own, with `missing` steps and `penalty` if it is soft."""
    block = model.rule[rule.name]
    tiers_of = tiers_by_segment(problem)
    rank = dict(zip(problem.tiers, problem.rank.tolist(), strict=True))
    ranks = [int(step) for step in np.unique(problem.rank)]
    height = {step: step - below for below, step in pairwise(ranks)}
    pairs = [(problem.segments[a], problem.segments[b]) for a, b in rule.pairs]
    block.PAIRS = pyo.Set(initialize=pairs, dimen=2)
    block.STEPS = pyo.Set(initialize=list(height))
    block.missing = pyo.Var(block.PAIRS, block.STEPS, bounds=(0, 1 if rule.is_soft else 0))
    block.penalty = pyo.Expression(
        expr=(rule.penalty or 0.0)
        * sum(height[step] * block.missing[a, b, step] for a, b in pairs for step in height)
    )

    def reaches(segment: str, step: int) -> pyo.Expression:
        return sum(model.choose[segment, k] for k in tiers_of[segment] if rank[k] >= step)

    @block.Constraint(block.PAIRS, block.STEPS)
    def keep(block: pyo.Block, a: str, b: str, step: int) -> pyo.Expression:
        own, its = reaches(a, step), reaches(b, step)
        if isinstance(its, int) and its == 0:
            return pyo.Constraint.Skip
        slack = block.missing[a, b, step] if rule.is_soft else 0
        return own - its + slack >= 0
