"""What no plan over periods may decide: stays cut short, staff and projects out of turn."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from slopt.problem.evaluate import Breach
from slopt.problem.horizon.problem import (
    NEVER,
    Flags,
    HorizonChoice,
    HorizonProblem,
    Numbers,
    Places,
)

ROOM = 1e-7
"""Units of staff that rounding in a solver may cost."""


def forbidden(
    problem: HorizonProblem, choice: HorizonChoice, changed: Flags, held: Numbers, in_effect: Flags
) -> Iterator[Breach]:
    """What may not be decided, whatever it costs.

    changed (S, T): is the tier changed? held (O, T): units of each staff option; in_effect (P, T):
    is the project in effect?
    """
    s, t, *_ = problem.size
    at = (np.arange(s)[:, None], np.arange(t)[None, :], choice.modes)
    for segment, p in np.argwhere(problem.barred[at]).tolist():
        yield Breach(f"not allowed[{problem.segments[segment]}] {problem.periods[p]}", 1.0)
    yield from _stays(problem, problem.mode_tier[choice.modes], changed)
    if problem.max_changes_each is not None:
        over = problem.changes_before + changed.sum(axis=1) - problem.max_changes_each
        for segment in np.flatnonzero(over > 0).tolist():
            yield Breach(f"max_changes_each[{problem.segments[segment]}]", float(over[segment]))
    yield from _staff(problem, choice, held)
    yield from _projects(problem, choice, in_effect)


def _stays(problem: HorizonProblem, tier: Places, changed: Flags) -> Iterator[Breach]:
    """Tiers that are left before their least stay is over."""
    stayed, at = problem.stayed.copy(), problem.current.copy()
    for p, period in enumerate(problem.periods):
        least = np.where(at >= 0, problem.least_stay[at], 0)
        short = np.where(changed[:, p], least - stayed, 0)
        for segment in np.flatnonzero(short > 0).tolist():
            yield Breach(f"least_stay[{problem.segments[segment]}] {period}", float(short[segment]))
        stayed = np.where(changed[:, p] | (at < 0), 1, stayed + 1)
        at = tier[:, p]


def _staff(problem: HorizonProblem, choice: HorizonChoice, held: Numbers) -> Iterator[Breach]:
    for o, option in enumerate(problem.staff):
        hired, released = choice.hired[o], choice.released[o]
        for p, period in enumerate(problem.periods):
            # Hired in period h (negative: before the plan) a unit may go from h + hold on.
            old = sum(hired[h] for h in range(p - option.hold + 1) if h >= 0)
            old += sum(u for i, u in enumerate(option.past) if p + 1 + i >= option.hold)
            over = {
                "release": float(released[: p + 1].sum() - option.units - old),
                "most_hired": float(hired[p]) - _or_infinite(option.most_hired),
                "most_held": float(held[o, p]) - _or_infinite(option.most_held),
                "below 0": -float(min(hired[p], released[p])),
                "whole": max(_fraction(hired[p]), _fraction(released[p])) if option.whole else 0.0,
            }
            for what, amount in over.items():
                if amount > ROOM * max(1.0, option.units, float(hired.sum())):
                    yield Breach(f"{option.name} {what} {period}", amount)


def _or_infinite(limit: float | None) -> float:
    return float("inf") if limit is None else limit


def _fraction(units: float) -> float:
    return abs(units - round(units))


def _projects(problem: HorizonProblem, choice: HorizonChoice, in_effect: Flags) -> Iterator[Breach]:
    t, started = len(problem.periods), choice.started.tolist()
    for index, project in enumerate(problem.projects):
        start = started[index]
        if project.started is not None:
            if start != project.started:
                yield Breach(f"{project.name} was started before", 1.0)
        elif start < t:
            latest = t - 1 if project.latest is None else project.latest
            if not max(project.earliest, 0) <= start <= latest:
                yield Breach(f"{project.name} may not start then", 1.0)
            for other in project.after:
                if not in_effect[other, max(start, 0)]:
                    yield Breach(f"{project.name} before {problem.projects[other].name}", 1.0)
        elif start != NEVER:
            yield Breach(f"{project.name} starts after the last period", 1.0)
        for other in project.excludes:
            if start < t and started[other] < t:
                yield Breach(f"{project.name} and {problem.projects[other].name}", 1.0)
    project_of = problem.mode_project[choice.modes]
    for segment, p in np.argwhere(project_of >= 0).tolist():
        index = int(project_of[segment, p])
        if not in_effect[index, p]:
            name = f"{problem.projects[index].name} not in effect[{problem.segments[segment]}]"
            yield Breach(f"{name} {problem.periods[p]}", 1.0)
