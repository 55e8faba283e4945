"""Segments with the same numbers, taken together.

As long as tiers may be mixed, n equal segments are one with n times the cost and use. Whole tiers
are shared out among them afterwards: so many of the n to the one tier, so many to the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.shared_rows import Numbers, SharedRowProblem


@dataclass(frozen=True, eq=False)
class Kinds:
    """`problem` has a segment for every kind; `of` (S,) says of which kind each segment is."""

    problem: SharedRowProblem
    of: NDArray[np.int64]


def kinds_of(problem: SharedRowProblem) -> Kinds:
    """One segment for all that have the same numbers, with the sums of their cost and use."""
    segments, tiers, _ = problem.size
    rng = np.random.default_rng(tiers)
    key = np.zeros(segments)
    for values in (np.ones(problem.cost.shape), problem.cost, *problem.use):
        for tier in range(tiers):  # tier by tier, so that equal segments get the same sums
            key += np.where(problem.allowed[:, tier], values[:, tier] * rng.random(), 0.0)
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    if len(first) == segments:
        return Kinds(problem, np.arange(segments))
    # Equal keys are not yet equal numbers.
    alike = first[group]
    same = (problem.allowed == problem.allowed[alike]).all(axis=1)
    for values in (problem.cost, *problem.use):
        same &= (~problem.allowed | (values == values[alike])).all(axis=1)
    leader = np.where(same, alike, np.arange(segments))
    kept, of, count = np.unique(leader, return_inverse=True, return_counts=True)
    times = count[:, None].astype(np.float64)
    merged = problem.replace(
        cost=problem.cost[kept] * times,
        use=tuple(use[kept] * times for use in problem.use),
        allowed=problem.allowed[kept],
    )
    return Kinds(merged, of)


def share_out(kinds: Kinds, share: Numbers) -> Choice:
    """Whole tiers (S,) from the shares (kinds, K) of tiers in each kind.

    Of n segments a tier gets its share rounded down, and what is left goes to the largest
    remainders, so that no kind is off by more than one segment a tier.
    """
    order = np.argsort(kinds.of, kind="stable")
    count = np.bincount(kinds.of, minlength=len(share))
    exact = share / share.sum(axis=1, keepdims=True) * count[:, None]
    whole = np.floor(exact + 1e-9).astype(np.int64)
    left = count - whole.sum(axis=1)
    rank = np.argsort(np.argsort(-(exact - whole), axis=1, kind="stable"), axis=1)
    whole += rank < left[:, None]
    tiers = np.tile(np.arange(share.shape[1]), len(share))
    choice = np.empty(len(kinds.of), dtype=np.int64)
    choice[order] = np.repeat(tiers, whole.reshape(-1))
    return choice
