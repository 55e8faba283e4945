"""Time-driven activity-based costing: indirect cost reaches segments by the minutes they use.

Arrays are pools x segments (P, S). A pool is a group of people or machines with a cost and a
practical capacity in minutes. What is not used is reported, never charged to customers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import Numbers, not_negative, positive, within


def practical_capacity(theoretical: ArrayLike, usable_share: ArrayLike) -> Numbers:
    """Theoretical minutes x share usable after breaks, training and repairs.

    Args:
        theoretical: above 0. usable_share: above 0, up to 1; 0.80 to 0.85 is usual.
    """
    usable = within("usable_share", usable_share, 0, 1, without_low=True)
    return np.asarray(positive("theoretical", theoretical) * usable)


def capacity_cost_rate(cost: ArrayLike, capacity: ArrayLike) -> Numbers:
    """Cost of the capacity supplied / practical capacity: money per minute.

    560,000 for 700,000 minutes are 0.80 a minute. cost: 0 or more. capacity: above 0.

    Source: Kaplan and Anderson 2004, Harvard Business Review 82(11).
    """
    return np.asarray(not_negative("cost", cost) / positive("capacity", capacity))


def activity_minutes(base: float, minutes: ArrayLike, drivers: ArrayLike) -> Numbers:
    """t = beta_0 + sum over j of beta_j x_j: the time equation of an activity.

    Args:
        base: beta_0, minutes of every event. minutes: beta_j, shape (drivers,); a term may be
            negative (a returning customer needs no set-up).
        drivers: x_j of each event, 0/1 or counts, shape (..., drivers).

    Returns:
        Minutes of each event, shape (...).

    Raises:
        ValueError: also where an event would take negative time.
    """
    terms, values = within("minutes", minutes), not_negative("drivers", drivers)
    if terms.ndim != 1 or values.shape[-1:] != terms.shape:
        raise ValueError("drivers must hold one value for each of the minutes")
    total = float(not_negative("base", base)) + values @ terms
    if np.any(total < 0):
        raise ValueError("an event takes negative time: check the negative terms of minutes")
    return np.asarray(total)


@dataclass(frozen=True, eq=False)
class TimeDrivenCharge:
    """What pools charge: money and minutes.

    `charged` is pools x segments; `rate`, `used_minutes`, `unused_minutes`, `unused_cost` and
    `pool_cost` are (P,). A pool used beyond its practical capacity has negative unused minutes
    and charges more than it cost: its unit times or its capacity are wrong, see `overused`.
    """

    pool_cost: Numbers
    rate: Numbers
    charged: Numbers
    used_minutes: Numbers
    unused_minutes: Numbers

    @property
    def unused_cost(self) -> Numbers:
        """Unused minutes x rate, money that no customer caused."""
        return np.asarray(self.unused_minutes * self.rate)

    @property
    def overused(self) -> Numbers:
        """Minutes used beyond the practical capacity, 0 where there are none."""
        return np.maximum(-self.unused_minutes, 0)

    @property
    def by_segment(self) -> Numbers:
        """Money charged to each segment by all pools, (S,)."""
        return np.asarray(self.charged.sum(axis=0))


def charge_by_time(
    cost: ArrayLike, capacity: ArrayLike, minutes_used: ArrayLike
) -> TimeDrivenCharge:
    """Each segment pays its minutes x the capacity cost rate of the pool.

    Args:
        cost: of each pool, 0 or more, shape (P,). capacity: practical minutes, above 0, (P,).
        minutes_used: by each segment, 0 or more, shape (P, S).
    """
    money, supplied = not_negative("cost", cost), positive("capacity", capacity)
    used = _pools_by_segments("minutes_used", minutes_used, money)
    rate = capacity_cost_rate(money, supplied)
    return TimeDrivenCharge(
        pool_cost=money,
        rate=rate,
        charged=used * rate[:, None],
        used_minutes=used.sum(axis=1),
        unused_minutes=supplied - used.sum(axis=1),
    )


def allocate_by_driver(cost: ArrayLike, drivers: ArrayLike) -> Numbers:
    """Each segment pays its share of the pool's driver; all of the cost is allocated, (P, S).

    The traditional way: unused capacity is hidden in the rates.

    Args:
        cost: of each pool, 0 or more, (P,). drivers: orders, calls, revenue ... of each segment, 0
            or more, (P, S), not all 0 in a pool that costs something.
    """
    money = not_negative("cost", cost)
    counts = _pools_by_segments("drivers", drivers, money)
    total = counts.sum(axis=1)
    if np.any((total == 0) & (money > 0)):
        raise ValueError("drivers must not all be 0 in a pool that costs something")
    return np.asarray(counts / np.where(total == 0, 1, total)[:, None] * money[:, None])


@dataclass(frozen=True)
class AllocationProof:
    """That nothing was lost or counted twice: charged + unused = pools, money."""

    pools: float
    charged: float
    unused: float

    @property
    def difference(self) -> float:
        """charged + unused - pools."""
        return math.fsum((self.charged, self.unused, -self.pools))

    @property
    def holds(self) -> bool:
        """The difference is rounding: below 1e-9 of the money that went through."""
        size = max(abs(self.pools), abs(self.charged), abs(self.unused))
        return abs(self.difference) <= 1e-9 * size


def prove_allocation(
    pool_cost: ArrayLike, charged: ArrayLike, unused_cost: ArrayLike = 0.0
) -> AllocationProof:
    """Sums of any allocation, taken with exact addition, set side by side; shapes do not matter."""
    return AllocationProof(
        pools=math.fsum(within("pool_cost", pool_cost).ravel()),
        charged=math.fsum(within("charged", charged).ravel()),
        unused=math.fsum(within("unused_cost", unused_cost).ravel()),
    )


@dataclass(frozen=True, eq=False)
class CostingMethods:
    """Cost per segment, (S,), by three methods, and the money that each leaves uncharged."""

    direct_only: Numbers
    fully_allocated: Numbers
    time_driven: Numbers
    uncharged_direct_only: float
    uncharged_time_driven: float


def compare_methods(
    direct_cost: ArrayLike,
    pool_cost: ArrayLike,
    drivers: ArrayLike,
    capacity: ArrayLike,
    minutes_used: ArrayLike,
) -> CostingMethods:
    """Direct charging, full allocation by drivers, and time-driven costing side by side.

    Direct cost is the same in all three; pools go nowhere, to the drivers' shares, or by minutes.

    Args:
        direct_cost: traced to each segment, 0 or more, (S,). The others as in `allocate_by_driver`
            and `charge_by_time`.
    """
    direct = not_negative("direct_cost", direct_cost)
    full = allocate_by_driver(pool_cost, drivers)
    timed = charge_by_time(pool_cost, capacity, minutes_used)
    if not direct.shape == full.shape[1:] == timed.charged.shape[1:]:
        raise ValueError("direct_cost, drivers and minutes_used must have the same segments")
    return CostingMethods(
        direct_only=direct,
        fully_allocated=direct + full.sum(axis=0),
        time_driven=direct + timed.by_segment,
        uncharged_direct_only=math.fsum(timed.pool_cost),
        uncharged_time_driven=math.fsum(timed.unused_cost),
    )


def _pools_by_segments(name: str, values: ArrayLike, pools: Numbers) -> Numbers:
    table = not_negative(name, values)
    if pools.ndim != 1 or table.ndim != 2 or len(table) != len(pools):
        raise ValueError(f"{name} must be a table of pools x segments, with a row for each cost")
    return table
