"""Every segment gets exactly one tier.

    x[s,k] in {0,1}                     choose tier k for segment s, for pairs that may be chosen
    sum_k x[s,k] = 1                    for every segment s

Contract floors, ceilings, pins and forbidden offers only thin the pairs.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from slopt.problem.choice import ChoiceProblem


def one_tier_per_segment(model: pyo.ConcreteModel, problem: ChoiceProblem) -> None:
    """Add the sets SEGMENTS, TIERS and OFFERS, the variable `choose` and its rule."""
    admissible = problem.admissible
    pairs = [(problem.segments[s], problem.tiers[k]) for s, k in np.argwhere(admissible)]
    model.SEGMENTS = pyo.Set(initialize=problem.segments)
    model.TIERS = pyo.Set(initialize=problem.tiers)
    model.OFFERS = pyo.Set(initialize=pairs, dimen=2)
    model.choose = pyo.Var(model.OFFERS, domain=pyo.Binary)
    tiers_of = tiers_by_segment(problem)

    @model.Constraint(model.SEGMENTS)
    def one_tier_per_segment(model: pyo.ConcreteModel, s: str) -> pyo.Expression:
        return sum(model.choose[s, k] for k in tiers_of[s]) == 1


def tiers_by_segment(problem: ChoiceProblem) -> dict[str, list[str]]:
    """The tiers that each segment may be given."""
    admissible = problem.admissible
    return {
        segment: [problem.tiers[k] for k in np.flatnonzero(admissible[s])]
        for s, segment in enumerate(problem.segments)
    }


def chosen_sum(
    model: pyo.ConcreteModel,
    problem: ChoiceProblem,
    amounts: NDArray[np.float64],
    members: tuple[int, ...] | None = None,
) -> pyo.Expression:
    """sum over s, k of amounts[s,k] x[s,k], over all segments or the members' positions.

    Segments that choose a level count with the amount there, on the curve through their columns.
    """
    wanted = range(len(problem.segments)) if members is None else members
    admissible = problem.admissible
    curves = getattr(model, "level_figures", None)
    on_curves = {} if curves is None else {s: curves for s in wanted if s in curves.rows}
    listed = pyo.quicksum(
        amounts[s, k] * model.choose[problem.segments[s], problem.tiers[k]]
        for s in wanted
        if s not in on_curves
        for k in np.flatnonzero(admissible[s])
        if amounts[s, k] != 0
    )
    return listed + sum(its.value(s, amounts[s]) for s, its in on_curves.items())
