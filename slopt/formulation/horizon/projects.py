"""Improvement projects: started once or not at all, in effect from some periods later on.

b[p,t] in {0,1},  sum_t b[p,t] <= 1            started in t, earliest <= t <= latest
g[p,t] = sum over u <= t - takes of b[p,u]     in effect in t; a number if started before
b[p,t] <= g[q,t]                               q is needed first
sum_t b[p,t] + sum_t b[q,t] <= 1               p and q exclude each other
sum over modes m that p lifts of x[s,t,m] <= g[p,t]
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from slopt.formulation.horizon.choose import in_modes
from slopt.problem.horizon.problem import HorizonProblem


def projects_start(model: pyo.ConcreteModel, problem: HorizonProblem) -> None:
    """Add `start` and the rules of projects, where there are any."""
    at = {project.name: place for place, project in enumerate(problem.projects)}
    model.PROJECTS = pyo.Set(initialize=list(at))
    model.STARTS = pyo.Set(
        initialize=[(name, problem.periods[p]) for name in at for p in _periods(problem, at[name])],
        dimen=2,
    )
    model.start = pyo.Var(model.STARTS, domain=pyo.Binary)
    model.started_once = pyo.Constraint(model.PROJECTS)
    for name, place in at.items():
        if _periods(problem, place):
            model.started_once[name] = _started(model, problem, place) <= 1
    model.project_order = pyo.ConstraintList()
    for name, place in at.items():
        for p in _periods(problem, place):
            for other in problem.projects[place].after:
                needed = in_effect(model, problem, other, p)
                model.project_order.add(model.start[name, problem.periods[p]] <= needed)
    model.projects_exclude = pyo.ConstraintList()
    for place, other in _exclusions(problem):
        both = _started(model, problem, place) + _started(model, problem, other)
        if not isinstance(both, int):
            model.projects_exclude.add(both <= 1)
    _lifted_modes_need_them(model, problem)


def _periods(problem: HorizonProblem, place: int) -> range:
    """The periods in which a project may be started."""
    project, t = problem.projects[place], len(problem.periods)
    if project.started is not None:
        return range(0)
    latest = t - 1 if project.latest is None else min(project.latest, t - 1)
    return range(max(project.earliest, 0), latest + 1)


def _started(model: pyo.ConcreteModel, problem: HorizonProblem, place: int) -> pyo.Expression | int:
    """1 where the project is started at any time."""
    project = problem.projects[place]
    if project.started is not None:
        return 1
    return sum(model.start[project.name, problem.periods[p]] for p in _periods(problem, place))


def _exclusions(problem: HorizonProblem) -> list[tuple[int, int]]:
    pairs = {
        (min(p, q), max(p, q))
        for p, project in enumerate(problem.projects)
        for q in project.excludes
    }
    return sorted(pairs)


def in_effect(
    model: pyo.ConcreteModel, problem: HorizonProblem, place: int, period: int
) -> pyo.Expression | int:
    """g[p,t]: 1 where the project is in effect in the period."""
    project = problem.projects[place]
    if project.started is not None:
        return int(period >= project.started + project.takes)
    return sum(
        model.start[project.name, problem.periods[p]]
        for p in _periods(problem, place)
        if p + project.takes <= period
    )


def _lifted_modes_need_them(model: pyo.ConcreteModel, problem: HorizonProblem) -> None:
    model.lifted_by_project = pyo.Constraint(model.SEGMENTS, model.PERIODS, model.PROJECTS)
    for place, project in enumerate(problem.projects):
        modes = np.flatnonzero(problem.mode_project == place).tolist()
        for s, segment in enumerate(problem.segments):
            for p, period in enumerate(problem.periods):
                chosen = in_modes(model, problem, s, p, modes)
                if not isinstance(chosen, int):
                    row = chosen <= in_effect(model, problem, place, p)
                    model.lifted_by_project[segment, period, project.name] = row


def project_cost(
    model: pyo.ConcreteModel, problem: HorizonProblem, period: int
) -> pyo.Expression | float:
    """What projects cost in a period, less what they save."""
    t = problem.periods[period]
    return sum(
        (
            project.investment * model.start[project.name, t]
            if (project.name, t) in model.STARTS
            else 0
        )
        + (project.running_cost - project.saves) * in_effect(model, problem, place, period)
        for place, project in enumerate(problem.projects)
    )


def units_added(
    model: pyo.ConcreteModel, problem: HorizonProblem, resource: int, period: int
) -> pyo.Expression | float:
    """Units that projects in effect add to the capacity of a resource."""
    return sum(
        units * in_effect(model, problem, place, period)
        for place, project in enumerate(problem.projects)
        for added_to, units in project.adds
        if added_to == resource
    )
