"""Agents who answer calls as a discrete-event simulation, from the words of the desk alone.

Calls of several types arrive one by one, wait for an agent of their pool, and hang up when their
patience ends. No formula of slopt is used here, so that what comes out can judge them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
import simpy

BATCHES = 20
QUIET = 0.05
"""Share of the time at the start that is not counted, while the queue fills."""


@dataclass(frozen=True)
class Calls:
    """Calls of one type: per unit of time, mean handle time, mean patience, urgency (0 first)."""

    rate: float
    handle: float
    patience: float = inf
    urgency: int = 0


@dataclass(frozen=True)
class Answered:
    """Shares of calls by batch and type, (BATCHES, types), `wait` in units of time."""

    in_time: np.ndarray
    hung_up: np.ndarray
    hung_up_in_time: np.ndarray
    waited: np.ndarray
    wait: np.ndarray
    wait_of_answered: np.ndarray

    def mean(self, name):
        """Mean of a figure over the batches, by type."""
        return getattr(self, name).mean(axis=0)

    def error(self, name):
        """Standard error of that mean, from the batches."""
        return getattr(self, name).std(axis=0, ddof=1) / np.sqrt(BATCHES)


def pool(types, agents, within=0.0, calls=30_000, seed=1):
    """One pool of agents who answer every type, the urgent ones first, each in order of arrival.

    An agent is never taken from a call. About so many calls come in all.
    """
    rng = np.random.default_rng(seed)
    env = simpy.Environment()
    desk = simpy.PriorityResource(env, agents)
    total = sum(each.rate for each in types)
    horizon = calls / total / (1 - QUIET)
    counts = np.zeros((7, BATCHES, len(types)))

    def call(kind, batch, handle, patience):
        came, each = env.now, types[kind]
        with desk.request(priority=each.urgency) as turn:
            if patience < inf and not turn.triggered:
                yield turn | env.timeout(patience)
            else:
                yield turn
            waited = env.now - came
            if batch >= 0:
                note(batch, kind, waited, turn.triggered)
            if turn.triggered:
                yield env.timeout(handle)

    def note(batch, kind, waited, answered):
        figures = (
            1,
            answered and waited <= within,
            not answered,
            not answered and waited <= within,
            waited > 0,
            waited,
            waited if answered else 0.0,
        )
        for line, figure in enumerate(figures):
            counts[line, batch, kind] += figure

    def arrivals():
        shares = np.array([each.rate for each in types]) / total
        while True:
            gaps = rng.exponential(1 / total, 1000)
            kinds = rng.choice(len(types), 1000, p=shares)
            handles, patience = rng.exponential(1.0, (2, 1000))
            for n in range(1000):
                yield env.timeout(gaps[n])
                kind = int(kinds[n])
                each = types[kind]
                start = (env.now / horizon - QUIET) / (1 - QUIET)
                batch = min(int(np.floor(start * BATCHES)), BATCHES - 1)
                # Endless patience stays endless.
                left = each.patience * patience[n] if each.patience < inf else inf
                env.process(call(kind, batch, handles[n] * each.handle, left))

    env.process(arrivals())
    env.run(until=horizon)
    came, in_time, hung_up, hung_early, waited, wait, wait_answered = counts
    return Answered(
        in_time / came,
        hung_up / came,
        hung_early / came,
        waited / came,
        wait / came,
        wait_answered / np.maximum(came - hung_up, 1),
    )


def split(types, pools, within=0.0, calls=30_000, seed=1):
    """Pools that do not help each other: `pools` holds (agents, positions of its types).

    Returns the figures of every type in the order of `types`.
    """
    found = {}
    total = sum(each.rate for each in types)
    for number, (agents, members) in enumerate(pools):
        own = [types[each] for each in members]
        share = sum(each.rate for each in own) / total
        seen = pool(own, agents, within, int(calls * share), seed + number)
        for place, each in enumerate(members):
            found[each] = {name: getattr(seen, name)[:, place] for name in vars(seen)}
    return Answered(
        **{
            name: np.stack([found[each][name] for each in range(len(types))], axis=1)
            for name in (
                "in_time",
                "hung_up",
                "hung_up_in_time",
                "waited",
                "wait",
                "wait_of_answered",
            )
        }
    )
