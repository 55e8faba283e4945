"""Segments that are alike: equal figures, contracts and rules. Exchanging them is no change.

Two plans that differ only in which of several alike segments has which tier are one plan to a
board. Plans are therefore told apart by how many of each kind have each tier, and a plan is written
so that as many segments as possible keep the tier that they have in the plan it is compared with.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice, ChoiceProblem

Kinds = NDArray[np.int64]
"""(S,): the kind of each segment; alike ones have the same."""


def kinds_of(problem: ChoiceProblem) -> Kinds:
    """Which segments are alike in everything that a plan is judged by."""
    segments = len(problem.segments)
    columns = [
        problem.weight[:, None],
        problem.current[:, None],
        problem.barred,
        problem.service_level,
        problem.service_cost,
        problem.lost_orders,
        problem.lost_customers,
        problem.lost_prospects,
        problem.lost_unsplit,
        *problem.use,
        *(pool.messages for pool in problem.pools),
    ]
    for rule in problem.rules:
        for bound in (rule.members, rule.others):
            member = np.zeros((segments, 1))
            member[list(bound)] = 1.0
            columns.append(member)
    # Adding 0 makes one zero of both.
    figures = np.ascontiguousarray(np.hstack(columns, dtype=np.float64) + 0.0)
    as_bytes = figures.view(np.dtype((np.void, figures.itemsize * figures.shape[1])))
    return np.asarray(np.unique(as_bytes.ravel(), return_inverse=True)[1].reshape(-1))


def groups_of(kinds: Kinds) -> list[NDArray[np.int64]]:
    """The positions of each kind that has more than one segment."""
    order = np.argsort(kinds, kind="stable")
    places = np.split(order, np.flatnonzero(np.diff(kinds[order])) + 1)
    return [place for place in places if len(place) > 1]


def aligned(choice: Choice, reference: Choice, groups: list[NDArray[np.int64]]) -> Choice:
    """The same plan up to exchanges of alike segments, with the fewest moves from a reference."""
    choice = choice.copy()
    for group in groups:
        if np.array_equal(choice[group], reference[group]):
            continue
        left = np.bincount(choice[group])
        waiting = []
        for segment in group.tolist():
            tier = int(reference[segment])
            if tier < len(left) and left[tier] > 0:
                left[tier] -= 1
                choice[segment] = tier
            else:
                waiting.append(segment)
        choice[waiting] = np.repeat(np.arange(len(left)), left)
    return choice


def distance(one: Choice, other: Choice, groups: list[NDArray[np.int64]]) -> int:
    """How many segments have another tier, exchanges of alike ones not counted."""
    return int(np.count_nonzero(aligned(one, other, groups) != other))
