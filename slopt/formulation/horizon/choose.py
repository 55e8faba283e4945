"""Every segment gets exactly one mode in every period.

    x[s,t,m] in {0,1}                   mode m for segment s in period t, where it may be chosen
    sum_m x[s,t,m] = 1                  for every segment s and period t

A mode is a tier, with or without the lift of a project. Contracts, notice given and pins only thin
the modes.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyomo.environ as pyo

from slopt.problem.horizon.problem import HorizonProblem, Numbers


def one_mode_per_segment(model: pyo.ConcreteModel, problem: HorizonProblem) -> None:
    """Add the sets SEGMENTS, PERIODS, TIERS, MODES, OFFERS, the variable `choose` and its rule."""
    modes = mode_names(problem)
    model.SEGMENTS = pyo.Set(initialize=list(problem.segments))
    model.PERIODS = pyo.Set(initialize=list(problem.periods))
    model.TIERS = pyo.Set(initialize=list(problem.tiers))
    model.MODES = pyo.Set(initialize=modes)
    offers = [
        (problem.segments[s], problem.periods[t], modes[m])
        for s, t, m in np.argwhere(~problem.barred).tolist()
    ]
    model.OFFERS = pyo.Set(initialize=offers, dimen=3)
    model.choose = pyo.Var(model.OFFERS, domain=pyo.Binary)
    modes_of: dict[tuple[str, str], list[str]] = {}
    for s, t, m in offers:
        modes_of.setdefault((s, t), []).append(m)

    @model.Constraint(model.SEGMENTS, model.PERIODS)
    def one_mode_per_segment(model: pyo.ConcreteModel, s: str, t: str) -> pyo.Expression:
        return sum(model.choose[s, t, m] for m in modes_of[s, t]) == 1


def mode_names(problem: HorizonProblem) -> list[str]:
    """A name for each mode: its tier, with the project that lifts it."""
    return [
        problem.tiers[tier]
        if project < 0
        else f"{problem.tiers[tier]} + {problem.projects[project].name}"
        for tier, project in zip(
            problem.mode_tier.tolist(), problem.mode_project.tolist(), strict=True
        )
    ]


def allowed_modes(problem: HorizonProblem, segment: int, period: int) -> list[int]:
    """The modes that a segment may have in a period."""
    return np.flatnonzero(~problem.barred[segment, period]).tolist()


def in_tier(
    model: pyo.ConcreteModel, problem: HorizonProblem, segment: int, period: int, tier: int
) -> pyo.Expression:
    """1 where the segment has the tier in the period, with whatever lift; 0 where it cannot."""
    return in_modes(
        model, problem, segment, period, np.flatnonzero(problem.mode_tier == tier).tolist()
    )


def in_modes(
    model: pyo.ConcreteModel,
    problem: HorizonProblem,
    segment: int,
    period: int,
    modes: Iterable[int],
) -> pyo.Expression:
    """1 where the segment has one of these modes in the period."""
    names = mode_names(problem)
    s, t = problem.segments[segment], problem.periods[period]
    return sum(
        model.choose[s, t, names[m]] for m in modes if not problem.barred[segment, period, m]
    )


def chosen_sum(
    model: pyo.ConcreteModel,
    problem: HorizonProblem,
    period: int,
    amounts: Numbers,
    members: Iterable[int] | None = None,
) -> pyo.Expression:
    """sum over s, m of amounts[s,m] x[s,t,m] in one period, over all segments or the members."""
    names, t = mode_names(problem), problem.periods[period]
    return pyo.quicksum(
        amounts[s, m] * model.choose[problem.segments[s], t, names[m]]
        for s in (range(len(problem.segments)) if members is None else members)
        for m in allowed_modes(problem, s, period)
        if amounts[s, m] != 0
    )
