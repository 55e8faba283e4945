"""At most so many segments change their tier, or their level where they choose one.

    z[s] in {0,1}                                                   the level of s moves
    today[s] - (today[s] - floor[s]) z[s] <= q[s] <= today[s] + (ceiling[s] - today[s]) z[s]
    sum over other segments, tiers k not today's, of x[s,k] + sum_s z[s] <= max_changes

A segment without a tier or level of today never changes.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from slopt.formulation.choose import chosen_sum
from slopt.formulation.shared import name_limit
from slopt.problem.choice import ChoiceProblem


def changes_within_limit(model: pyo.ConcreteModel, problem: ChoiceProblem) -> None:
    """Add `moved` and the rule where changes are limited and any change is possible."""
    if problem.max_changes is None:
        return
    with_level = model.level_figures.rows
    movable = {
        problem.segments[s]: float(problem.service_level[s, problem.current[s]])
        for s in sorted(with_level)
        if problem.current[s] >= 0
    }
    model.MOVABLE = pyo.Set(initialize=list(movable))
    model.moved = pyo.Var(model.MOVABLE, domain=pyo.Binary)

    @model.Constraint(model.MOVABLE)
    def not_above_today(model: pyo.ConcreteModel, s: str) -> pyo.Expression:
        level = model.level[s]
        return level - (level.ub - movable[s]) * model.moved[s] <= movable[s]

    @model.Constraint(model.MOVABLE)
    def not_below_today(model: pyo.ConcreteModel, s: str) -> pyo.Expression:
        level = model.level[s]
        return level + (movable[s] - level.lb) * model.moved[s] >= movable[s]

    changed = problem.changed.astype(np.float64)
    changed[sorted(with_level)] = 0.0
    if not movable and not np.any(changed[problem.admissible]):
        return
    moves = chosen_sum(model, problem, changed) + pyo.quicksum(model.moved.values())
    model.changes_within_limit = pyo.Constraint(expr=moves <= problem.max_changes)
    name_limit(model, "max_changes", model.changes_within_limit)
