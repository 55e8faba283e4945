"""A better class of customer never gets a lower tier (`not_below`), in any period.

    sum over modes of rank >= h of x[a,m]  + v[h]  >=  sum over modes of rank >= h of x[b,m]

for every rank h: if the other segment b has at least rank h, then segment a has it too. Missing
the step to h costs a soft rule the penalty times the height of the step, so that the breach is
counted in ranks.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyomo.environ as pyo

from slopt.formulation.horizon.choose import in_modes
from slopt.formulation.horizon.named import name_demand
from slopt.problem.horizon.problem import HorizonProblem
from slopt.problem.rules import Rule


def not_below(model: pyo.ConcreteModel, problem: HorizonProblem, rule: Rule, period: int) -> None:
    """Add the rule of a period as a block of its own, with `missing` steps and `penalty`."""
    block = model.rule[rule.name, problem.periods[period]]
    ranks = [int(step) for step in np.unique(problem.rank)]
    height = {step: step - below for below, step in pairwise(ranks)}
    block.PAIRS = pyo.Set(initialize=list(rule.pairs), dimen=2)
    block.STEPS = pyo.Set(initialize=list(height))
    block.missing = pyo.Var(block.PAIRS, block.STEPS, bounds=(0, 1 if rule.is_soft else 0))
    block.penalty = pyo.Expression(
        expr=(rule.penalty or 0.0)
        * sum(height[step] * block.missing[a, b, step] for a, b in rule.pairs for step in height)
    )

    def reaches(segment: int, step: int) -> pyo.Expression | int:
        modes = np.flatnonzero(problem.rank[problem.mode_tier] >= step).tolist()
        return in_modes(model, problem, segment, period, modes)

    @block.Constraint(block.PAIRS, block.STEPS)
    def keep(block: pyo.Block, a: int, b: int, step: int) -> pyo.Expression:
        return reaches(a, step) - reaches(b, step) + block.missing[a, b, step] >= 0

    if not rule.is_soft:
        name_demand(model, f"{rule.name} {problem.periods[period]}", block.keep.values())
