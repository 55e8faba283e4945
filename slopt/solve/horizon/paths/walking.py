"""Paths as they unfold: customers, changes of tier, and what they cost without any prices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.problem.horizon.accounts import Walk
from slopt.problem.horizon.shared_rows import SharedRows

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


def walk(rows: SharedRows, segment: Places, modes: Places) -> Walk:
    """Follow N paths; segment (N,), modes (N, T)."""
    problem = rows.problem
    t = modes.shape[1]
    count = np.empty((len(segment), t + 1))
    count[:, 0] = problem.customers[segment]
    for p in range(t):
        left = _share(rows, segment, modes, p)
        deter = problem.deter[segment, p, modes[:, p]]
        now = count[:, p]
        stay = problem.keep[segment, p] * (1.0 - left) - deter
        count[:, p + 1] = stay * now + problem.join[segment, p]
    tier = problem.mode_tier[modes]
    before = np.column_stack([problem.current[segment], tier[:, :-1]])
    changed = (before >= 0) & (before != tier)
    cost = np.where(changed, problem.change_cost[segment[:, None], before, tier], 0.0)
    return Walk(segment, modes, count, cost, changed)


def own_cost(rows: SharedRows, followed: Walk) -> Numbers:
    """What each path adds to the minimised goal, (N,)."""
    problem, goal = rows.problem, rows.objective
    segment, modes = followed.segment, followed.modes
    t = modes.shape[1]
    at = (segment[:, None], np.arange(t)[None, :], modes)
    count = followed.customers
    total = (count[:, :t] * goal.slope[at] + goal.fixed[at]).sum(axis=1)
    total += followed.change_cost @ goal.change_money
    if not goal.losses or not problem.lag[segment].any():
        return np.asarray(total)
    row = np.arange(len(segment))
    lag, then = problem.lag[segment], t - 1 - problem.lag[segment]
    answered = _answered(rows, segment, modes, then)
    last = np.append(goal.lagged, np.zeros((len(goal.lagged), 1)), axis=1)
    total += np.where(lag > 0, count[:, t - 1] * last[segment, answered], 0.0)
    still, worth = count[:, t].copy(), np.zeros(len(segment))
    for j in range(int(lag.max())):
        share = np.where(j < lag, _share(rows, segment, modes, t + j), 0.0)
        factor = problem.discount[-1] * problem.discount_step ** (j + 1)
        worth[row] += factor * problem.end_value[segment] * share * still
        still *= problem.keep[segment, -1] * (1.0 - share)
    return np.asarray(total + worth)


def _answered(rows: SharedRows, segment: Places, modes: Places, period: Places) -> Places:
    """(N,): the mode of a period of each path, before the plan the tier that was held; or -1."""
    history = rows.problem.history
    row = np.arange(len(segment))
    own = modes[row, np.clip(period, 0, modes.shape[1] - 1)]
    past = history[segment, np.clip(period, -history.shape[1], -1)]
    return np.where(period >= 0, own, past)


def _share(rows: SharedRows, segment: Places, modes: Places, period: int) -> Numbers:
    """(N,): share of the customers who leave in a period, after the last by its shares."""
    problem = rows.problem
    mode = _answered(rows, segment, modes, period - problem.lag[segment])
    during = period < modes.shape[1]
    share = problem.leave[segment, period, mode] if during else problem.leave_after[segment, mode]
    return np.where(mode >= 0, share, 0.0)
