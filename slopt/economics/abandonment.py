"""Waiting when callers lose patience: Erlang A (the queue M/M/c+M).

Symbols: lambda calls per unit of time, h = 1/mu mean handle time, c agents, 1/theta mean patience
(exponential). Time in any one unit. With k callers in the queue the system empties at
c mu + k theta, so it is stable for every load. All arguments may be arrays and broadcast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slopt.economics.arguments import Numbers, not_negative, positive
from slopt.economics.queueing import Waiting, erlang_b, queue_arguments

# Of the number waiting (columns) and the elements at hand (rows of a column).
Weight = Callable[[Numbers, NDArray[np.intp]], Numbers | float]
_NEGLIGIBLE = np.log(1e-18)
_MOST_STATES = 5_000_000
_FIRST_BLOCK, _LARGEST_BLOCK, _ELEMENTS = 64, 16_384, 4096


@dataclass(frozen=True, eq=False)
class AnsweredInTime:
    """What becomes of calls within a time T, as shares of all calls.

    `answered` got an agent within T; `abandoned` hung up within T; `offered_in_time` is the share
    of calls that would get an agent within T if they had the patience.
    """

    answered: Numbers
    abandoned: Numbers
    offered_in_time: Numbers

    @property
    def answered_of_patient(self) -> Numbers:
        """Answered within T, of the calls that did not hang up before T."""
        return np.asarray(self.answered / (1 - self.abandoned))


def erlang_a(
    call_rate: ArrayLike, handle_time: ArrayLike, agents: ArrayLike, patience: ArrayLike
) -> Waiting:
    """Waiting with patience: from the chances p_n of n calls in the system.

    p_n = p_(n-1) lambda / (min(n, c) mu + max(n - c, 0) theta), scaled to add up to 1;
    P(wait) = sum over n >= c of p_n, mean queue Q = sum of (n - c) p_n, mean wait Q / lambda,
    P(hang up) = theta Q / lambda.

    Args:
        call_rate: lambda, above 0.
        handle_time: 1/mu, mean time per call, above 0.
        agents: c, whole numbers, 1 or more.
        patience: 1/theta, mean time a caller would wait, above 0 and finite; `erlang_c` is the
            limit of endless patience.

    Raises:
        ValueError: an argument out of range, or callers so patient in such an overload that the
            queue has millions of places.

    Source: Palm 1957; Garnett, Mandelbaum and Reiman 2002. 3 calls a minute of 5 minutes,
    patience 10, 15 agents: P(wait) 0.6136, 8.5 % hang up, mean wait 0.85 minutes.
    """
    queue = _Queue.of(call_rate, handle_time, agents, patience)
    no_queue, waiting, places = queue.sums([lambda k, rows: 1.0, lambda k, rows: k])
    total = no_queue + waiting
    mean_queue = places / total
    hang_up = mean_queue * queue.leaving / queue.rate
    return Waiting(
        wait_probability=queue.shaped(waiting / total),
        mean_wait=queue.shaped(mean_queue / queue.rate),
        abandonment=queue.shaped(hang_up),
        occupancy=queue.shaped(queue.rate * (1 - hang_up) / queue.serving),
    )


def erlang_a_in_time(
    call_rate: ArrayLike,
    handle_time: ArrayLike,
    agents: ArrayLike,
    patience: ArrayLike,
    within: ArrayLike,
) -> AnsweredInTime:
    """Shares of calls answered, and hung up, within a time T of joining the queue.

    A caller who finds k others waiting is offered an agent after V, a sum of k + 1 exponential
    times with rates c mu, c mu + theta, ..., c mu + k theta. e^(-theta V) then follows a beta
    distribution with c mu / theta and k + 1, so that no integral is left to compute:
    P(V > T) = P(beta < x) with x = e^(-theta T), and the share answered within T is the mean of
    e^(-theta V) where V <= T.

    Args:
        call_rate, handle_time, agents, patience: as in `erlang_a`.
        within: T, 0 or more.

    Source: Riordan 1962 for the waiting time; the beta form is Renyi's representation of order
    statistics.
    """
    from scipy.special import betainc, betaincc

    queue = _Queue.of(call_rate, handle_time, agents, patience, not_negative("within", within))
    first = (queue.serving / queue.leaving)[:, None]
    beyond = -np.expm1(-queue.leaving * queue.allowed)[:, None]

    def late(k: Numbers, rows: NDArray[np.intp]) -> Numbers:
        return np.asarray(betaincc(k + 1, first[rows], beyond[rows]))

    def answered(k: Numbers, rows: NDArray[np.intp]) -> Numbers:
        share = first[rows] / (first[rows] + k + 1)
        return np.asarray(share * betainc(k + 1, first[rows] + 1, beyond[rows]))

    at_once, waiting, too_late, served = queue.sums([lambda k, rows: 1.0, late, answered])
    total = at_once + waiting
    still_waiting = too_late / total * np.exp(-queue.leaving * queue.allowed)
    answered_share = (at_once + served) / total
    return AnsweredInTime(
        answered=queue.shaped(answered_share),
        abandoned=queue.shaped(np.maximum(1 - answered_share - still_waiting, 0)),
        offered_in_time=queue.shaped((at_once + waiting - too_late) / total),
    )


def mean_wait_of_answered(
    call_rate: ArrayLike, handle_time: ArrayLike, agents: ArrayLike, patience: ArrayLike
) -> Numbers:
    """Mean time in the queue of the calls that get an agent: "speed of answer" of phone systems.

    Shorter than the mean wait of all calls, because those who would wait longest hang up. With k
    callers waiting, E[V e^(-theta V)] is the chance to be answered times the sum over j = 0 .. k
    of 1 / (c mu + (j + 1) theta).

    Args:
        call_rate, handle_time, agents, patience: as in `erlang_a`.
    """
    from scipy.special import digamma

    queue = _Queue.of(call_rate, handle_time, agents, patience)
    first = (queue.serving / queue.leaving)[:, None]

    def answered(k: Numbers, rows: NDArray[np.intp]) -> Numbers:
        return np.asarray(first[rows] / (first[rows] + k + 1))

    def waited(k: Numbers, rows: NDArray[np.intp]) -> Numbers:
        steps = digamma(first[rows] + k + 2) - digamma(first[rows] + 1)
        return np.asarray(answered(k, rows) * steps)

    at_once, served, waits = queue.sums([answered, waited])
    return queue.shaped(waits / queue.leaving / (at_once + served))


@dataclass(frozen=True, eq=False)
class _Queue:
    """The arguments as flat arrays of one length: rates per unit of time, and the shape to return.

    `serving` is c mu, `leaving` theta, `blocked` Erlang's B for c agents.
    """

    shape: tuple[int, ...]
    rate: Numbers
    serving: Numbers
    leaving: Numbers
    blocked: Numbers
    allowed: Numbers

    @classmethod
    def of(
        cls,
        call_rate: ArrayLike,
        handle_time: ArrayLike,
        agents: ArrayLike,
        patience: ArrayLike,
        allowed: ArrayLike = 0.0,
    ) -> _Queue:
        rate, handle, count = queue_arguments(positive("call_rate", call_rate), handle_time, agents)
        rate, handle, count, patience, allowed = np.broadcast_arrays(
            rate, handle, count, positive("patience", patience), allowed
        )
        return cls(
            shape=rate.shape,
            rate=rate.ravel(),
            serving=(count / handle).ravel(),
            leaving=(1 / patience).ravel(),
            blocked=erlang_b(rate * handle, count).ravel(),
            allowed=np.asarray(allowed, dtype=float).ravel(),
        )

    def shaped(self, values: Numbers) -> Numbers:
        return np.asarray(values.reshape(self.shape))

    def sums(self, weights: Sequence[Weight]) -> list[Numbers]:
        """Chance of no queue, then for each weight its sum over the states with k in the queue.

        All are multiplied by one common factor for each element, so that neither huge overloads
        nor thousands of agents leave the range of floats.
        """
        elements = len(self.rate)
        largest = np.zeros(elements)  # logarithm of the common scale, relative to k = 0
        found = np.zeros((len(weights), elements))
        for first in range(0, elements, _ELEMENTS):
            rows = np.arange(first, min(first + _ELEMENTS, elements))
            self._add_up(rows, weights, found, largest)
        with np.errstate(divide="ignore"):
            high = np.log(self.blocked) + largest
        scale = np.maximum(high, 0)
        return [(1 - self.blocked) * np.exp(-scale), *(found * np.exp(high - scale))]

    def _add_up(
        self, rows: NDArray[np.intp], weights: Sequence[Weight], found: Numbers, largest: Numbers
    ) -> None:
        """Fill `found` and `largest` for some elements, block after block of states."""
        last = np.zeros(len(self.rate))  # logarithm of the latest term
        start, block = 0, _FIRST_BLOCK
        while rows.size:
            if start > _MOST_STATES:
                raise ValueError(
                    f"with {1 / self.leaving[rows[0]]:g} of patience the queue has over"
                    f" {_MOST_STATES} places; use shorter patience or more agents"
                )
            k = np.arange(start, start + block, dtype=float)
            rate, serving, leaving = self.rate[rows], self.serving[rows], self.leaving[rows]
            steps = np.log(rate)[:, None] - np.log(serving[:, None] + leaving[:, None] * k)
            if start == 0:
                steps[:, 0] = 0.0
            logs = last[rows, None] + np.cumsum(steps, axis=1)
            peak = np.maximum(largest[rows], logs.max(axis=1))
            shrink = np.exp(largest[rows] - peak)
            terms = np.exp(logs - peak[:, None])
            for total, weight in zip(found, weights, strict=True):
                total[rows] = total[rows] * shrink + (terms * weight(k, rows)).sum(axis=1)
            largest[rows], last[rows] = peak, logs[:, -1]
            # What is left is at most a geometric series with the latest ratio of two terms.
            ratio = np.exp(steps[:, -1])
            with np.errstate(divide="ignore"):
                rest = logs[:, -1] - peak + np.log(k[-1]) - 2 * np.log(np.maximum(1 - ratio, 0))
            rows = rows[~(rest < _NEGLIGIBLE)]
            start += block
            block = min(2 * block, max(_FIRST_BLOCK, _LARGEST_BLOCK // max(1, rows.size)))
