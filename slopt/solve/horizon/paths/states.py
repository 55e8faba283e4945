"""What of a path's past bears on its future, as a small graph that all segments walk through.

A state holds the modes of the last `lag` periods (with no lag, the tier of the last one), how long
the tier has been kept as far as that matters, and how many changes were made as far as they are
counted. The graph is the same for all segments of one lag; they differ in where they begin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.horizon.problem import HorizonProblem

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
AT_ONCE = -2
"""For `lagged`: customers answer the mode of the period itself."""
MOST_STATES = 2_000
"""More states make every pass over a segment slower than a solver would be."""


@dataclass(frozen=True, eq=False)
class States:
    """Z states for the segments at `members` (n,), whose lag is `lag`.

    tier (Z,) is the tier of the period before, -1 for none; lagged (Z,) the mode that customers
    answer, -1 for none, AT_ONCE for the mode that is chosen; next (Z, M) the state that a mode
    leads to, -1 where it may not be chosen; start (n,) where each segment begins; last (Z, lag)
    the modes of the last periods, the newest last.
    """

    lag: int
    members: Places
    tier: Places
    lagged: Places
    next: Places
    start: Places
    last: Places


State = tuple[tuple[int, ...], int, int]


def states_of(problem: HorizonProblem) -> tuple[States, ...] | None:
    """One graph for each lag that segments have; None where a graph would be too large."""
    found = []
    for lag in np.unique(problem.lag).tolist():
        graph = _graph(problem, int(lag), np.flatnonzero(problem.lag == lag))
        if graph is None:
            return None
        found.append(graph)
    return tuple(found)


def _graph(problem: HorizonProblem, lag: int, members: Places) -> States | None:
    kept = max(1, int(problem.least_stay.max(initial=1)))
    length = max(1, lag)
    past = problem.history[members, problem.history.shape[1] - length :]
    if lag == 0:  # then only the tier is remembered, and mode k below K is tier k alone
        past = np.where(past >= 0, problem.mode_tier[past], -1)
    stayed = np.minimum(problem.stayed[members], kept)
    changes = np.zeros_like(stayed)
    if problem.max_changes_each is not None:
        changes = np.minimum(problem.changes_before[members], problem.max_changes_each + 1)
    begins, start = np.unique(np.column_stack([past, stayed, changes]), axis=0, return_inverse=True)
    waiting: list[State] = [(tuple(row[:-2]), row[-2], row[-1]) for row in begins.tolist()]
    places = {state: place for place, state in enumerate(waiting)}
    steps: list[list[int]] = []
    at = 0
    while at < len(waiting):
        leads = []
        for mode in range(len(problem.mode_tier)):
            then = _after(problem, waiting[at], mode, lag, kept)
            if then is not None and then not in places:
                places[then] = len(places)
                waiting.append(then)
            leads.append(-1 if then is None else places[then])
        steps.append(leads)
        at += 1
        if len(waiting) > MOST_STATES:
            return None
    modes = [state[0] for state in waiting]
    tier = [_tier(problem, each[-1]) for each in modes]
    lagged = [each[0] if lag else AT_ONCE for each in modes]
    return States(
        lag,
        members,
        np.array(tier, dtype=np.int64),
        np.array(lagged, dtype=np.int64),
        np.array(steps, dtype=np.int64).reshape(len(waiting), len(problem.mode_tier)),
        start.reshape(-1).astype(np.int64),
        np.array(modes, dtype=np.int64)[:, :lag],
    )


def _after(problem: HorizonProblem, state: State, mode: int, lag: int, kept: int) -> State | None:
    """The state that a mode leads to, None where the tier may not be changed to it."""
    past, stayed, changes = state
    before, tier = _tier(problem, past[-1]), int(problem.mode_tier[mode])
    changed = before >= 0 and before != tier
    if changed and problem.least_stay[before] > stayed:
        return None
    changes += changed and problem.max_changes_each is not None
    if problem.max_changes_each is not None and changes > problem.max_changes_each:
        return None
    stayed = 1 if changed or before < 0 else min(stayed + 1, kept)
    return (*past[1:], mode if lag else tier), stayed, changes


def _tier(problem: HorizonProblem, mode: int) -> int:
    return -1 if mode < 0 else int(problem.mode_tier[mode])


def echo(problem: HorizonProblem, states: States) -> Numbers:
    """(n, Z): what customers who still leave after the last period are worth, per customer who
    is there then, in present value."""
    worth = np.zeros((len(states.members), len(states.tier)))
    share_of = problem.leave_after[states.members]
    share_of = np.append(share_of, np.zeros((len(share_of), 1)), axis=1)
    count = np.ones_like(worth)
    keep, end = problem.keep[states.members, -1:], problem.end_value[states.members, None]
    for j in range(states.lag):
        share = share_of[:, states.last[:, j]]
        worth += problem.discount[-1] * problem.discount_step ** (j + 1) * end * share * count
        count *= keep * (1.0 - share)
    return worth
