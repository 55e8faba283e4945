"""Several types of calls in one pool of agents: priorities, a mixture of handle times, patience.

Symbols: I types of calls, E cases that are computed at once (other agents, other call rates). Time
in any one unit. Calls of a type come at random, their handle times and the patience of callers are
exponential. An agent who becomes free takes the call of the highest priority that waits, and among
equals the one that came first; a call once begun is not interrupted.

Exact for one type, and for types of one handle time and one patience, whatever their priorities:
while all agents are busy, the calls of the highest priorities together come and go without regard
to those below. Otherwise an approximation:

* Different handle times. With h the mean handle time of the calls offered and f = E[h_i^2]/h^2 the
  queue is f times as long as that of Erlang A with patience 1/(theta f), whose time is f times as
  fast. Without patience that is the formula of Allen and Cunneen; without patience and for one
  agent, Cobham's exact one, priorities included.
* Different patience. Who waits hangs up at the mean rate of those in the queue, which follows from
  the answer and is found by iteration.

Sources: Cobham 1954; Kella and Yechiali 1985 for priorities with many agents; Iravani and
Balcioglu 2008 for the scaling.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slopt.economics.abandonment import erlang_a
from slopt.economics.arguments import Numbers, not_negative, positive, whole, within
from slopt.economics.desks.priority_chain import LineAhead
from slopt.economics.queueing import erlang_c, erlang_c_service_level

_ROUNDS = 60
_CLOSE = 1e-8
_AT_A_TIME = 1024
_ELEMENTS = 2_000_000
"""Cases at a time, and states of all of them together, so that memory suffices."""


@dataclass(frozen=True, eq=False)
class PoolFigures:
    """What becomes of the calls of each type, (I, E): shares of those offered to the pool.

    `answered_in_time` got an agent within the time promised to the type, or at all where none is
    promised; `abandonment` hung up. `wait_probability` and `occupancy` are of the whole pool, (E,).
    """

    answered_in_time: Numbers
    abandonment: Numbers
    wait_probability: Numbers
    occupancy: Numbers


@dataclass(frozen=True, eq=False)
class PoolCalls:
    """The calls of a pool: rates (I, E), the rest (I,).

    `patience` is the mean, inf for callers who never hang up, of all types or of none; of a higher
    `priority` means answered first; `within` is the time promised, inf where there is none.
    """

    rate: Numbers
    handle_time: Numbers
    patience: Numbers
    priority: Numbers
    within: Numbers

    @classmethod
    def of(
        cls,
        rate: ArrayLike,
        handle_time: ArrayLike,
        patience: ArrayLike | None = None,
        priority: ArrayLike = 0,
        within: ArrayLike | None = None,
    ) -> PoolCalls:
        """Checked arguments; `patience` and `within` None mean that there is none for any type.

        Raises:
            ValueError: an argument out of range, nobody calls, or patience for some types only.
        """
        rates = np.atleast_2d(not_negative("rate", rate))
        count = len(rates)
        endless = np.full(count, np.inf)
        calls = cls(
            rate=rates,
            handle_time=np.broadcast_to(positive("handle_time", handle_time), (count,)),
            patience=endless if patience is None else _times("patience", patience, count),
            priority=np.broadcast_to(np.asarray(priority, dtype=float), (count,)),
            within=endless if within is None else _times("within", within, count),
        )
        if np.any(calls.patience == 0):
            raise ValueError("patience must be above 0")
        if np.any(np.isinf(calls.patience)) and not calls.is_patient:
            raise ValueError("patience must be given for all types of calls of a pool, or for none")
        if np.any(rates.sum(axis=0) <= 0):
            raise ValueError("rate must be above 0 for one type at least")
        return calls

    @property
    def is_patient(self) -> bool:
        """True where nobody ever hangs up."""
        return bool(np.all(np.isinf(self.patience)))

    @property
    def load(self) -> Numbers:
        """Offered load in erlangs, (E,)."""
        return np.asarray(self.handle_time @ self.rate)

    @property
    def mean_handle_time(self) -> Numbers:
        """h of the calls offered, (E,)."""
        return np.asarray(self.load / self.rate.sum(axis=0))

    @property
    def spread(self) -> Numbers:
        """f = E[h_i^2] / h^2, (E,): 1 where all handle times are equal."""
        square = (self.handle_time**2) @ self.rate / self.rate.sum(axis=0)
        return np.asarray(square / self.mean_handle_time**2)


def pool_figures(calls: PoolCalls, agents: ArrayLike) -> PoolFigures:
    """Waiting, hanging up and being answered in time of every type of calls in a pool.

    Args:
        calls: who calls. agents: c, whole numbers, 1 or more, (E,) or one for all.

    Raises:
        ValueError: an argument out of range; nobody hangs up and the load reaches the agents.
    """
    count = np.broadcast_to(whole("agents", agents, low=1), calls.load.shape)
    if calls.is_patient and np.any(calls.load >= count):
        at = int(np.argmax(calls.load >= count))
        raise ValueError(
            f"agents must be above the load of {calls.load[at]:g} erlangs, not {count[at]}"
        )
    alike = len(set(calls.priority.tolist())) == len(set(calls.patience.tolist())) == 1
    found = []
    at_a_time = _at_a_time(calls)
    for first in range(0, len(count), at_a_time):
        some = slice(first, first + at_a_time)
        part = replace(calls, rate=calls.rate[:, some])
        its = _one_line(part, count[some]) if alike else _Lines(part, count[some]).figures()
        found.append(its)
    answered, hung_up, waits = (np.concatenate(some, axis=-1) for some in zip(*found, strict=True))
    served = calls.rate * (1 - hung_up) * calls.handle_time[:, None]
    return PoolFigures(answered, hung_up, waits, np.asarray(served.sum(axis=0) / count))


def _at_a_time(calls: PoolCalls) -> int:
    """Cases that are computed at once: fewer where many may wait."""
    if calls.is_patient:
        return _AT_A_TIME
    waiting = float((calls.rate * calls.patience[:, None]).sum(axis=0).max())
    return int(np.clip(_ELEMENTS / (waiting + 1), 1, _AT_A_TIME))


def _times(name: str, values: ArrayLike, count: int) -> Numbers:
    given = np.broadcast_to(np.asarray(values, dtype=float), (count,))
    within(name, given[~np.isposinf(given)], 0)
    return np.asarray(given)


def _one_line(calls: PoolCalls, agents: NDArray[np.int64]) -> tuple[Numbers, Numbers, Numbers]:
    """First come, first served, and one patience: every type waits alike."""
    rate, handle, spread = calls.rate.sum(axis=0), calls.mean_handle_time, calls.spread
    answered = np.empty(calls.rate.shape)
    if calls.is_patient:
        line = erlang_c(rate, handle, agents)
    else:
        patience = calls.patience[0] / spread
        line = erlang_a(rate, handle, agents, patience)
    for allowed in set(calls.within.tolist()):
        if np.isinf(allowed):
            its = 1 - line.abandonment
        elif calls.is_patient:
            its = erlang_c_service_level(rate, handle, agents, allowed / spread)
        else:
            taken = agents / handle
            ahead = LineAhead(rate, taken, np.zeros(rate.shape), 1 / patience)
            waits = line.wait_probability
            its = 1 - waits * (1 - ahead.answered(1 / patience, allowed / spread))
        answered[calls.within == allowed] = its
    hung_up = np.broadcast_to(line.abandonment, calls.rate.shape)
    return answered, np.asarray(hung_up), line.wait_probability


class _Lines:
    """Priority after priority, from the highest, of what becomes of calls that have to wait."""

    def __init__(self, calls: PoolCalls, agents: NDArray[np.int64]) -> None:
        self._calls = calls
        self._agents = agents
        self._handle = calls.mean_handle_time
        self._theta = np.where(np.isinf(calls.patience), 0.0, 1 / calls.patience)
        self._lost = np.zeros(calls.rate.shape)
        self._late = np.zeros(calls.rate.shape)

    def figures(self) -> tuple[Numbers, Numbers, Numbers]:
        """Answered in time and hung up of every type, (I, E), and the chance to wait, (E,)."""
        priority = self._calls.priority
        leaving = np.zeros(self._handle.shape)
        for own in sorted(set(priority.tolist()), reverse=True):
            leaving = self._line(priority == own, priority > own)
        rate = self._calls.rate.sum(axis=0)
        if self._calls.is_patient:
            line = erlang_c(rate, self._handle, self._agents)
        else:
            patience = 1 / (leaving * self._calls.spread)
            line = erlang_a(rate, self._handle, self._agents, patience)
        waits = line.wait_probability
        return 1 - waits * self._late, waits * self._lost, waits

    def _line(self, own: NDArray[np.bool_], above: NDArray[np.bool_]) -> Numbers:
        """What becomes of those of one priority who have to wait; the mean rate of hanging up.

        With the mean call up to this priority as unit, agents take c / h of them, and calls of a
        higher priority come in front of one that waits.
        """
        calls, theta, both = self._calls, self._theta, own | above
        rate = np.where(both[:, None], calls.rate, 0.0)
        total = rate.sum(axis=0)
        plain = np.full(total.shape, calls.handle_time[own].mean())
        handle = np.divide(calls.handle_time @ rate, total, out=plain, where=total > 0)
        scale = calls.spread * self._handle / handle
        taken = self._agents / handle
        in_front = (calls.handle_time * above) @ calls.rate / handle
        leaving = self._mean_rate(rate, np.ones(rate.shape), own)
        for _ in range(_ROUNDS):
            line = LineAhead(total, taken, in_front, leaving * scale)
            for i in np.flatnonzero(own).tolist():
                self._lost[i] = line.lost(theta[i] * scale)
            again = self._mean_rate(rate, self._lost, own)
            done = bool(np.all(np.abs(again - leaving) <= _CLOSE * again))
            leaving = again
            if done or len(set(theta[both].tolist())) == 1:
                break
        alone = self._lost[own].copy()
        self._balance(rate * calls.handle_time[:, None], line.lost_of_all, own, above)
        for place, i in enumerate(np.flatnonzero(own).tolist()):
            self._late[i] = self._lost[i]
            if np.isfinite(calls.within[i]):
                in_time = line.answered(theta[i] * scale, calls.within[i] / scale)
                part = np.divide(in_time, 1 - alone[place], out=in_time, where=alone[place] < 1)
                self._late[i] = 1 - part * (1 - self._lost[i])
        return leaving

    def _balance(
        self, work: Numbers, lost_of_all: Numbers, own: NDArray[np.bool_], above: NDArray[np.bool_]
    ) -> None:
        """Scale the shares of one priority so that all that hang up add up to those of the line.

        They do by themselves where all have one patience. Where the approximation leaves nothing
        for this priority, or more than there is, its own shares stay.
        """
        rest = work.sum(axis=0) * lost_of_all - (work[above] * self._lost[above]).sum(axis=0)
        mine = (work[own] * self._lost[own]).sum(axis=0)
        factor = np.divide(rest, mine, out=np.ones(rest.shape), where=mine > 0)
        sound = (factor > 0) & np.all(factor * self._lost[own] <= 1, axis=0)
        self._lost[own] *= np.where(sound, factor, 1.0)

    def _mean_rate(self, rate: Numbers, lost: Numbers, own: NDArray[np.bool_]) -> Numbers:
        """Mean rate of hanging up in the queue: of each type rate x lost / theta calls wait."""
        if self._calls.is_patient:
            return np.zeros(rate.shape[1])
        leave = rate * lost * self._calls.handle_time[:, None]
        places = (leave * self._calls.patience[:, None]).sum(axis=0)
        plain = np.full(places.shape, self._theta[own].mean())
        return np.asarray(np.divide(leave.sum(axis=0), places, out=plain, where=places > 0))
