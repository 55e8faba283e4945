"""Every number of agents that a pool may have in a block of time, and what follows from it.

Numbers only. Of all numbers of agents those are looked at that a plan could want: from the least,
or the first with which the queue does not grow for ever, to the first with which nearly nobody
waits. Far below the load, where each agent answers as many calls as the one before, they stand
further apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from slopt.economics.desks.desk import Pool
from slopt.economics.desks.pool_queue import PoolCalls, pool_figures
from slopt.economics.staffing import agents_for_wait_probability, agents_with_shrinkage

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Kind = TypeVar("Kind", bound=np.generic)

MOST_WAIT = 1e-3
"""More agents than leave so small a share of calls waiting are not looked at."""
SPREADS_BELOW = 4
"""Square roots of the load below it, from where on numbers of agents may stand further apart."""
FAR_APART = 40
"""So many numbers below that are looked at one by one."""
STEPS_BELOW = 20
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Mix:
    """Shares of the calls of each type (I,) that other channels take, and what becomes of them.

    `taken` never reach an agent: `served` are dealt with, `given_up` are lost like calls that hang
    up; `unsold` is the part of the served ones whose sale an agent would have made. `cost` is money
    for each call of the type.
    """

    label: str
    taken: Numbers
    served: Numbers
    given_up: Numbers
    unsold: Numbers
    cost: Numbers


@dataclass(frozen=True, eq=False)
class PoolPlan:
    """What a pool has to do and what its agents cost; I types of calls, B blocks, R resources.

    `types` (I,) are the places of its types among those of the desk. `calls` (I, B) come to it per
    period before channels take some, in `seconds` (B,) of the period. `within` is inf where no
    time is promised, `share` NaN where no share is promised in each block (I,). `lost_*` is money
    lost by a call that hangs up, `booked` money that it costs, `sale` the mean sale of a call that
    is answered, all (I,). `wage` and `use` (R,) are for a paid hour, and both 0 where people are
    hired by the shift; wages include what the resources cost. `most_share` is the highest share
    that is promised anywhere.
    """

    name: str
    design: int | None
    types: Places
    wage: float
    use: Numbers
    shrinkage: float
    least: int
    most: float
    calls: Numbers
    seconds: Numbers
    handle_time: Numbers
    patience: Numbers
    priority: Numbers
    within: Numbers
    share: Numbers
    most_share: float
    lost_orders: Numbers
    lost_customers: Numbers
    lost_prospects: Numbers
    booked: Numbers
    sale: Numbers
    mixes: tuple[Mix, ...]

    @property
    def is_patient(self) -> bool:
        """True where nobody ever hangs up."""
        return bool(np.all(np.isinf(self.patience)))

    def rates(self, mix: Mix) -> Numbers:
        """Calls per second of each type that reach the agents, (I, B)."""
        reach = self.calls * (1 - mix.taken)[:, None]
        open_for = np.where(self.seconds > 0, self.seconds, 1.0)
        return np.asarray(np.where(self.seconds > 0, reach / open_for, 0.0))

    def load(self, mix: Mix) -> Numbers:
        """Offered load in erlangs, (B,)."""
        return np.asarray(self.handle_time @ self.rates(mix))


@dataclass(frozen=True, eq=False)
class _Ways:
    """All ways of a pool in one row, (E,), block after block."""

    block: Places
    mix: Places
    agents: Places

    @property
    def column(self) -> Places:
        """The place of each way among those of its block."""
        first = np.searchsorted(self.block, self.block)
        return np.asarray(np.arange(len(self.block)) - first)


def make_pool(plan: PoolPlan) -> Pool:
    """The ways of a pool in every block, those that break a promise of the block not allowed.

    A block in which no stable queue is possible has no way that is allowed.
    """
    ways = _all_ways(plan)
    rate = np.stack([plan.rates(mix) for mix in plan.mixes])[ways.mix, :, ways.block].T
    in_time, hung_up, busy = _queue(plan, rate, ways.agents)
    mixes = plan.mixes
    taken, served, given_up, unsold, price = (
        np.stack([getattr(mix, name) for mix in mixes])[ways.mix].T
        for name in ("taken", "served", "given_up", "unsold", "cost")
    )
    calls = plan.calls[:, ways.block]
    answered = calls * (served + (1 - taken) * in_time)
    abandoned = calls * (given_up + (1 - taken) * hung_up)
    kept = np.ones(len(ways.agents), dtype=np.bool_)
    for i in np.flatnonzero(~np.isnan(plan.share)).tolist():
        kept &= answered[i] >= plan.share[i] * calls[i] * (1 - ROUNDING)
    hours = plan.seconds[ways.block] / 3600
    paid = agents_with_shrinkage(ways.agents, plan.shrinkage) * hours
    cost = plan.wage * paid + (calls * price).sum(axis=0) + plan.booked @ abandoned
    lost_orders = plan.lost_orders @ abandoned + plan.sale @ (calls * unsold)
    shape = (len(plan.seconds), int(ways.column.max(initial=0)) + 1)

    def spread(values: NDArray[Kind]) -> NDArray[Kind]:
        """Values by way, (..., E), as (..., B, W); 0 where a block has no such way."""
        found = np.zeros((*values.shape[:-1], *shape), dtype=values.dtype)
        found[..., ways.block, ways.column] = values
        return found

    return Pool(
        name=plan.name,
        design=plan.design,
        shrinkage=plan.shrinkage,
        agents=spread(ways.agents),
        allowed=spread(kept),
        cost=spread(cost),
        lost_orders=spread(lost_orders),
        lost_customers=spread(plan.lost_customers @ abandoned),
        lost_prospects=spread(plan.lost_prospects @ abandoned),
        use=spread(plan.use[:, None] * paid),
        types=plan.types,
        calls=plan.calls,
        answered_in_time=spread(answered),
        abandoned=spread(abandoned),
        occupancy=spread(busy),
        mix=spread(ways.mix),
        mixes=tuple(mix.label for mix in mixes),
    )


def _all_ways(plan: PoolPlan) -> _Ways:
    """Numbers of agents by block and mix."""
    blocks, mixes = len(plan.seconds), len(plan.mixes)
    load = np.stack([plan.load(mix) for mix in plan.mixes], axis=1)
    few = min(MOST_WAIT, max(1 - plan.most_share, ROUNDING))
    enough = agents_for_wait_probability(np.where(load > 0, load, 1e-6), few)
    found = [
        (b, m, agents)
        for b in range(blocks)
        for m in range(mixes)
        for agents in _numbers(plan, float(load[b, m]), int(enough[b, m]))
    ]
    block, mix, agents = np.array(found, dtype=np.int64).reshape(-1, 3).T
    return _Ways(block, mix, agents)


def _numbers(plan: PoolPlan, load: float, enough: int) -> list[int]:
    """The numbers of agents to look at for one load; none where the queue would grow for ever."""
    if load == 0:
        return [plan.least]
    first = max(plan.least, int(load) + 1) if plan.is_patient else plan.least
    last = int(min(max(first, enough), plan.most))
    near = int(load - SPREADS_BELOW * np.sqrt(load))
    if plan.is_patient or near - first <= FAR_APART:
        return list(range(first, last + 1))
    near = min(near, last)
    apart = np.unique(np.linspace(first, near, STEPS_BELOW).astype(np.int64)).tolist()
    return [*apart, *range(near + 1, last + 1)]


def _queue(plan: PoolPlan, rate: Numbers, agents: Places) -> tuple[Numbers, Numbers, Numbers]:
    """Answered in time and hung up by type (I, E), as shares of those that reach agents, and how
    busy these are, (E,). Without agents everybody hangs up; without calls nobody does.
    """
    in_time, hung_up = np.ones(rate.shape), np.zeros(rate.shape)
    busy = np.zeros(len(agents))
    come = rate.sum(axis=0) > 0
    nobody = come & (agents == 0)
    in_time[:, nobody], hung_up[:, nobody] = 0.0, 1.0
    its = np.flatnonzero(come & (agents > 0))
    if len(its):
        calls = PoolCalls.of(
            rate[:, its], plan.handle_time, plan.patience, plan.priority, plan.within
        )
        found = pool_figures(calls, agents[its])
        in_time[:, its], hung_up[:, its] = found.answered_in_time, found.abandonment
        busy[its] = found.occupancy
    return in_time, hung_up, busy
