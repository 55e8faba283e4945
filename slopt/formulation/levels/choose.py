"""Every segment has one tier, or a service level between its floor and its ceiling.

    x[s,k] in {0,1}, sum_k x[s,k] = 1       for a segment s that has a tier
    floor[s] <= q[s] <= ceiling[s]          for a segment that chooses its level

What a level costs, loses and uses is a piecewise-linear function of q[s] through the segment's
points; every sum over segments counts it at its place (`chosen_sum`).
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from slopt.formulation.choose import tiers_by_segment
from slopt.formulation.levels.figures import LevelFigures
from slopt.problem.choice import ChoiceProblem
from slopt.problem.generated.columns import Part


def one_tier_or_level(model: pyo.ConcreteModel, problem: ChoiceProblem) -> None:
    """Add the sets, the variables `choose` and `level` and their rule."""
    rows = [s for s in range(len(problem.segments)) if problem.part_of_row(s) is Part.LEVEL]
    chosen = [s for s in range(len(problem.segments)) if s not in set(rows)]
    pairs = [
        (problem.segments[s], problem.tiers[k])
        for s in chosen
        for k in np.flatnonzero(problem.admissible[s])
    ]
    model.SEGMENTS = pyo.Set(initialize=problem.segments)
    model.TIERS = pyo.Set(initialize=problem.tiers)
    model.OFFERS = pyo.Set(initialize=pairs, dimen=2)
    model.choose = pyo.Var(model.OFFERS, domain=pyo.Binary)
    model.WITH_TIER = pyo.Set(initialize=[problem.segments[s] for s in chosen])
    tiers_of = tiers_by_segment(problem)

    @model.Constraint(model.WITH_TIER)
    def one_tier_per_segment(model: pyo.ConcreteModel, s: str) -> pyo.Expression:
        return sum(model.choose[s, k] for k in tiers_of[s]) == 1

    model.WITH_LEVEL = pyo.Set(initialize=[problem.segments[s] for s in rows])
    model.level = pyo.Var(model.WITH_LEVEL)
    model.level_figures = LevelFigures(model, problem, rows)
