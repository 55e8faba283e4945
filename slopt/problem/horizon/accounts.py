"""What one period of a plan adds up to: sums over segments that shared limits speak of.

The service of segment s in period t under mode k puts n[s,t] per_customer[s,k] + fixed[s,k] on an
account, n being the customers at the start of the period, and a change of tier puts its cost on
it, or 1. Everything that segments share is a sum of such accounts, so that prices on accounts
leave every segment to itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Change(Enum):
    """What a change of tier puts on an account."""

    NOTHING = 0
    MONEY = 1
    ONE = 2


@dataclass(frozen=True, eq=False)
class Account:
    """Sums of one period over the segments at `members` (n,), None for all of them.

    per_customer and fixed are (n, M), None where they are 0.
    """

    period: int
    per_customer: Numbers | None = None
    fixed: Numbers | None = None
    change: Change = Change.NOTHING
    members: Places | None = None


@dataclass(frozen=True, eq=False)
class Walk:
    """N paths as they unfold: segment (N,), modes (N, T), customers (N, T + 1) at the start of
    each period and after the last, change_cost (N, T) in money of the period, changed (N, T)."""

    segment: Places
    modes: Places
    customers: Numbers
    change_cost: Numbers
    changed: Flags


def booked(account: Account, walk: Walk, segments: int) -> Numbers:
    """What each path puts on an account, (N,)."""
    at, mode = walk.segment, walk.modes[:, account.period]
    row, counts = at, np.ones(len(at), dtype=np.bool_)
    if account.members is not None:
        place = np.full(segments, -1, dtype=np.int64)
        place[account.members] = np.arange(len(account.members))
        row = place[at]
        counts = row >= 0
    total = np.zeros(len(at))
    if account.per_customer is not None:
        total += walk.customers[:, account.period] * account.per_customer[row, mode]
    if account.fixed is not None:
        total += account.fixed[row, mode]
    if account.change is Change.MONEY:
        total += walk.change_cost[:, account.period]
    elif account.change is Change.ONE:
        total += walk.changed[:, account.period]
    return np.where(counts, total, 0.0)
