"""Waiting for an agent when nobody hangs up: Erlang B and Erlang C (the queue M/M/c).

Symbols: lambda calls per unit of time, h mean handle time, R = lambda h the offered load in
erlangs, c agents. Time may be in any unit, the same one for all arguments. Calls come at random
(Poisson), handle times are exponential, the first to come is the first to be served. All
arguments may be arrays and broadcast against each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slopt.economics.arguments import Numbers, not_negative, positive, whole


@dataclass(frozen=True, eq=False)
class Waiting:
    """How a queue does in the long run.

    `wait_probability` is the share of calls that find all agents busy; `mean_wait` the mean time
    in the queue over all calls, also those that wait 0 or hang up; `abandonment` the share of
    calls that hang up; `occupancy` the share of the agents' time spent on calls.
    """

    wait_probability: Numbers
    mean_wait: Numbers
    abandonment: Numbers
    occupancy: Numbers


def erlang_b(load: ArrayLike, agents: ArrayLike) -> Numbers:
    """B(c, R), the share of calls lost when nobody can wait.

    B(0) = 1 and B(c) = R B(c-1) / (c + R B(c-1)): no factorials, so thousands of agents do no
    harm. Source: Erlang 1917; 10 erlangs on 10 lines lose 21.5 %.

    Args:
        load: R in erlangs, 0 or more.
        agents: c, whole numbers, 0 or more.
    """
    load, agents = np.broadcast_arrays(not_negative("load", load), whole("agents", agents))
    blocked = np.ones(load.shape)
    for count in range(1, int(agents.max(initial=0)) + 1):
        carried = load * blocked
        blocked = np.where(count <= agents, carried / (count + carried), blocked)
    return np.asarray(blocked)


def queue_arguments(
    call_rate: ArrayLike, handle_time: ArrayLike, agents: ArrayLike
) -> tuple[Numbers, Numbers, NDArray[np.int64]]:
    """Call rate (0 or more), handle time (above 0) and agents (1 or more), of one shape."""
    rate, handle, count = np.broadcast_arrays(
        not_negative("call_rate", call_rate),
        positive("handle_time", handle_time),
        whole("agents", agents, low=1),
    )
    return rate, handle, count


def erlang_c(call_rate: ArrayLike, handle_time: ArrayLike, agents: ArrayLike) -> Waiting:
    """Waiting with endless patience: P(wait) = c B / (c - R (1 - B)), W = P(wait) h / (c - R).

    Where R reaches c the queue grows without end: everybody waits, the mean wait is infinite,
    the occupancy 1. Nobody hangs up in this model, so it asks for more agents than are needed.

    Args:
        call_rate: lambda, calls per unit of time, 0 or more.
        handle_time: h, mean time per call, above 0.
        agents: c, whole numbers, 1 or more.

    Source: Erlang 1917. A load of 2 on 3 agents gives P(wait) = 4/9 and a mean queue of 8/9.
    """
    rate, handle, count = queue_arguments(call_rate, handle_time, agents)
    load = rate * handle
    blocked = erlang_b(load, count)
    stable = load < count
    spare = np.where(stable, count - load, 1.0)
    waits = np.where(stable, count * blocked / (spare + load * blocked), 1.0)
    return Waiting(
        wait_probability=waits,
        mean_wait=np.where(stable, waits * handle / spare, np.inf),
        abandonment=np.zeros(load.shape),
        occupancy=np.asarray(np.minimum(load / count, 1.0)),
    )


def erlang_c_service_level(
    call_rate: ArrayLike, handle_time: ArrayLike, agents: ArrayLike, within: ArrayLike
) -> Numbers:
    """Share of calls answered within T: 1 - P(wait) e^(-(c - R) T / h); 0 where R reaches c.

    Args:
        call_rate, handle_time, agents: as in `erlang_c`.
        within: T, time allowed in the queue, 0 or more.

    Source: 100 calls in half an hour of 3 minutes each, 14 agents, 20 seconds: 88.8 %.
    """
    rate, handle, count = queue_arguments(call_rate, handle_time, agents)
    allowed = not_negative("within", within)
    load = rate * handle
    decay = np.exp(-np.maximum(count - load, 0) * allowed / handle)
    return np.asarray(1 - erlang_c(rate, handle, count).wait_probability * decay)
