"""Desks as large as asked for, from a seed: a day of half-hours, pools of all sizes, shifts.

Calls follow the usual two humps of a day; waiting and hanging up are those of Erlang A. Shifts are
eight hours with half an hour's break or four hours without, beginning at every half-hour.
"""

from __future__ import annotations

import numpy as np

from slopt.economics.desks.desk import Desk, Pool, Shift
from slopt.economics.desks.pool_queue import PoolCalls, pool_figures

DAYS = 250.0
"""Times that the day comes in a period."""
HALF_HOUR = 1800.0
WAGE = 15.0
"""Money for an agent and half-hour."""
WITHIN = 20.0
"""Seconds in which a call is promised an answer."""


def desk_of(pools: int, blocks: int, seed: int = 1, shifts: bool = True) -> Desk:
    """A desk of so many pools over so many half-hours, 48 of them a day."""
    rng = np.random.default_rng(seed)
    return Desk(
        name="line",
        designs=("",),
        pools=tuple(_pool(rng, p, blocks, shifts) for p in range(pools)),
        blocks=tuple(f"{b // 2:02d}:{b % 2 * 30:02d}" for b in range(blocks)),
        hours=np.full(blocks, 0.5 * DAYS),
        call_types=tuple(f"calls {p}" for p in range(pools)),
        resources=("agent hours",),
        shifts=_shifts(pools, blocks) if shifts else (),
    )


def _shifts(pools: int, blocks: int) -> tuple[Shift, ...]:
    made = []
    for length, pause in ((min(16, blocks), 8), (min(8, blocks), None)):
        for begin in range(blocks - length + 1):
            covers = np.zeros(blocks, dtype=bool)
            covers[begin : begin + length] = True
            if pause is not None:
                covers[begin + pause] = False
            paid = WAGE * length * DAYS * (1.0 if pause else 1.05)
            made.append(
                Shift(
                    name=f"{begin / 2:g} to {(begin + length) / 2:g}",
                    covers=covers,
                    pools=np.ones(pools, dtype=bool),
                    cost=np.full(pools, paid),
                    use=np.full((1, pools), length / 2 * DAYS),
                )
            )
    return tuple(made)


def _pool(rng: np.random.Generator, position: int, blocks: int, shifts: bool) -> Pool:
    hour = np.linspace(0, 24, blocks, endpoint=False)
    humps = np.exp(-((hour - 10.5) ** 2) / 8) + 0.7 * np.exp(-((hour - 15.5) ** 2) / 10)
    handle, patience = rng.uniform(120, 480), rng.uniform(60, 300)
    load = rng.lognormal(2.5, 0.8) * (0.03 + humps) * rng.uniform(0.9, 1.1, blocks)
    rate = load / handle
    top = int(np.ceil(load.max() + 4 * np.sqrt(load.max()) + 2))
    agents = np.tile(np.arange(top + 1), (blocks, 1))
    its = PoolCalls.of(np.repeat(rate, top)[None], [handle], [patience], [1], [WITHIN])
    figures = pool_figures(its, agents[:, 1:].ravel())
    answered, hung_up, busy = (
        np.column_stack([np.full(blocks, nobody), of_agents.reshape(blocks, top)])
        for of_agents, nobody in (
            (figures.answered_in_time[0], 0.0),
            (figures.abandonment[0], 1.0),
            (figures.occupancy, 0.0),
        )
    )
    calls = rate * HALF_HOUR * DAYS
    lost = calls[:, None] * hung_up * rng.uniform(3, 12)
    wages = 0.0 if shifts else WAGE * DAYS
    use = 0.0 if shifts else 0.5 * DAYS
    return Pool(
        name=f"pool {position}",
        design=None,
        shrinkage=0.3,
        agents=agents,
        allowed=np.ones(agents.shape, dtype=bool),
        cost=np.asarray(agents * wages / 0.7, dtype=np.float64),
        lost_orders=lost,
        lost_customers=0.5 * lost,
        lost_prospects=0.1 * lost,
        use=np.asarray(agents * use / 0.7, dtype=np.float64)[None],
        types=np.array([position]),
        calls=calls[None],
        answered_in_time=(calls[:, None] * answered)[None],
        abandoned=(calls[:, None] * hung_up)[None],
        occupancy=busy,
        mix=np.zeros(agents.shape, dtype=np.int64),
    )
