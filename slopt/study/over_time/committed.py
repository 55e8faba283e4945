"""What a period has to book whatever is decided from now on.

Four things are: pinned segments, whose contract, notice, least stay or limit of changes leaves one
tier only, at the fewest customers that they can have; staff that may not be released yet, at its
pay; staff that may go, in the first period in which it may, at the lesser of its pay and of what it
costs to release it; projects that were started, at their running cost less savings.
"""

from __future__ import annotations

import numpy as np

from slopt.problem.choice import ChoiceProblem
from slopt.problem.horizon.evaluate import in_effect
from slopt.problem.horizon.problem import Flags, HorizonProblem, Numbers, StaffOption
from slopt.problem.horizon.reach import reach_of

LINES = ("service", "staff", "projects")


def committed(problem: HorizonProblem) -> dict[str, Numbers]:
    """Money of each period (T,) by line of LINES."""
    t = len(problem.periods)
    staff = np.zeros(t)
    for option in problem.staff:
        staff += _of_staff(option, t)
    projects = np.zeros(t)
    for project in problem.projects:
        if project.started is not None:
            works = [in_effect(project.started, project.takes, p) for p in range(t)]
            projects += np.where(works, project.running_cost - project.saves, 0.0)
    return {"service": _of_service(problem), "staff": staff, "projects": projects}


def committed_now(problem: ChoiceProblem) -> dict[str, Numbers]:
    """The same of a problem of one period: what its pinned segments cost."""
    free = problem.barred == 0
    cost = np.where(free, problem.service_cost, np.inf).min(axis=1)
    service = float(cost[free.sum(axis=1) == 1].sum())
    return {"service": np.array([service]), "staff": np.zeros(1), "projects": np.zeros(1)}


def _of_service(problem: HorizonProblem) -> Numbers:
    s, t, _k, m, _r = problem.size
    allowed = ~problem.barred & held_tiers(problem)[:, :, problem.mode_tier]
    tiers = np.zeros((s, t, len(problem.tiers)), dtype=bool)
    for mode in range(m):
        tiers[:, :, problem.mode_tier[mode]] |= allowed[:, :, mode]
    pinned = tiers.sum(axis=2) == 1
    fewest = np.maximum(reach_of(problem).fewest[:, :t], 0.0)
    cost = fewest[:, :, None] * problem.cost + problem.fixed_cost
    least = np.where(allowed, cost, np.inf).min(axis=2)
    return np.asarray(np.where(pinned, least, 0.0).sum(axis=0))


def held_tiers(problem: HorizonProblem) -> Flags:
    """(S, T, K): the tiers that least stays and limits of changes leave, contracts apart."""
    s, t, k, *_ = problem.size
    free = np.ones((s, t, k), dtype=bool)
    for segment, now in enumerate(problem.current.tolist()):
        if now < 0:
            continue
        held = max(0, int(problem.least_stay[now] - problem.stayed[segment]))
        if problem.max_changes_each is not None:
            spent = problem.changes_before[segment] >= problem.max_changes_each
            held = t if spent else held
        free[segment, :held] = np.arange(k) == now
    return free


def _of_staff(option: StaffOption, periods: int) -> Numbers:
    cost = np.zeros(periods)
    groups = [(0, option.units)]  # first period in which they may go, units
    groups += [(max(0, option.hold - 1 - i), units) for i, units in enumerate(option.past)]
    for leaves, units in groups:
        cost[:leaves] += option.wage[:leaves] * units
        if leaves < periods:
            cost[leaves] += min(float(option.wage[leaves]), option.release_cost) * units
    return cost
