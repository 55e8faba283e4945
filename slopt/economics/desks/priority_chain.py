"""How long a call waits that has others in front of it, and more may come in front of it.

While all agents are busy, the calls that are answered before a given priority's own next one form a
line of their own: its length goes up by 1 at the rate at which such calls come, and down by 1 as
agents become free and as callers hang up. A call that joins it waits until the line in front of it
is gone; meanwhile calls of a higher priority come in front of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from slopt.economics.arguments import Numbers

_SPREADS = 9.0
_MOST_STATES = 50_000
_TAIL = 1e-13


@dataclass(frozen=True, eq=False)
class LineAhead:
    """A line while all agents are busy; rates per unit of time, all (E,).

    `joining` come to the line, agents take `taken` of it, `in_front` come in front of a call that
    waits; each that waits hangs up at the rate `leaving`. Where nobody does, `joining` must be
    below `taken`.
    """

    joining: Numbers
    taken: Numbers
    in_front: Numbers
    leaving: Numbers

    @cached_property
    def _length(self) -> int:
        """States from 0 that hold all but a negligible part of the chances."""
        hangs_up = self.leaving > 0
        rate = np.where(hangs_up, self.leaving, 1.0)
        mean = np.maximum(self.joining - self.taken, 0) / rate
        spread = np.sqrt(np.maximum(self.joining, self.taken) / rate)
        with np.errstate(divide="ignore"):
            ratio = np.log(np.minimum(self.joining / self.taken, 1 - 1e-12))
        geometric = np.where(ratio < 0, np.log(_TAIL) / np.where(ratio < 0, ratio, -1.0), np.inf)
        last = np.where(hangs_up, np.minimum(mean + _SPREADS * spread, np.inf), geometric)
        last = np.where(hangs_up & (self.joining < self.taken), np.minimum(last, geometric), last)
        states = int(np.ceil(last.max(initial=0.0))) + 20
        if states > _MOST_STATES:
            raise ValueError(
                f"the queue has over {_MOST_STATES} places: use shorter patience, or fewer calls"
            )
        return states

    @cached_property
    def _chances(self) -> Numbers:
        """P(k calls in the line) where callers hang up, (states, E)."""
        k = np.arange(1, self._length)[:, None]
        with np.errstate(divide="ignore"):
            steps = np.log(self.joining) - np.log(self.taken + self.leaving * k)
        logs = np.concatenate([np.zeros((1, len(self.joining))), np.cumsum(steps, axis=0)])
        terms = np.exp(logs - logs.max(axis=0))
        return np.asarray(terms / terms.sum(axis=0))

    @property
    def lost_of_all(self) -> Numbers:
        """Share of all joining calls that hang up, (E,); 0 where none joins."""
        none = np.zeros(self.joining.shape)
        if not self.leaving.any():
            return none
        places = np.arange(len(self._chances)) @ self._chances
        return np.divide(self.leaving * places, self.joining, out=none, where=self.joining > 0)

    def lost(self, hangs_up: Numbers) -> Numbers:
        """Share of joining calls that hang up before an agent is free; `hangs_up` their rate, (E,).

        With k in front, b the chance to be answered: (d_k + u + r) b_k = d_k b_(k-1) + u b_(k+1),
        d_k = taken + k leaving, u = in_front, r = hangs_up, and b_(-1) = 1.
        """
        if not hangs_up.any():
            return np.zeros(self.joining.shape)
        chances = self._chances
        down = self.taken + self.leaving * np.arange(len(chances))[:, None]
        if not self.in_front.any():
            part = down / (down + hangs_up)
        else:  # from the far end, where u b_(k+1) is u b_k: b_k = part_k b_(k-1)
            part = np.empty(chances.shape)
            after = np.ones(self.joining.shape)
            for k in range(len(chances) - 1, -1, -1):
                part[k] = after = down[k] / (down[k] + self.in_front * (1 - after) + hangs_up)
        answered = np.cumprod(part, axis=0)
        return np.asarray(1 - (chances * answered).sum(axis=0))

    def answered(self, hangs_up: Numbers, within: Numbers) -> Numbers:
        """Share of joining calls that an agent takes within a time (E,) after they came.

        The line in front of the call is followed in steps at random times (uniformisation): at
        each it goes down, up, stays, or the caller hangs up.
        """
        chances = self._chances_within(within)
        states = len(chances)
        down = self.taken + self.leaving * np.arange(states)[:, None]
        pace = self.taken + self.leaving * (states - 1) + self.in_front + hangs_up
        expected = pace * within
        go_down, go_up = down / pace, self.in_front / pace
        stay = 1 - go_down - go_up - hangs_up / pace
        served, answered = np.zeros((2, len(self.joining)))
        last = float(expected.max(initial=0.0))
        for step in range(1, int(last + _SPREADS * np.sqrt(last)) + 20):
            served = served + go_down[0] * chances[0]
            moved = stay * chances
            moved[:-1] += go_down[1:] * chances[1:]
            moved[1:] += go_up * chances[:-1]
            chances = moved
            answered = answered + served * _poisson(step, expected)
        return np.asarray(answered)

    def _chances_within(self, within: Numbers) -> Numbers:
        """Of lines so short that they can be gone within a time, (states, E)."""
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            longer = np.where(
                self.leaving > 0, np.expm1(self.leaving * within) / self.leaving, within
            )
            most = float((self.taken * longer).max(initial=0.0))
        if not self.leaving.any():
            states = int(most + _SPREADS * np.sqrt(most)) + 20
            ratio = self.joining / self.taken
            return np.asarray((1 - ratio) * ratio ** np.arange(states)[:, None])
        states = min(most + _SPREADS * np.sqrt(most) + 20, self._length)
        return self._chances[: int(states)]


def _poisson(count: int, mean: Numbers) -> Numbers:
    """P(so many events) where so many are expected."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.exp(count * np.log(mean) - mean - math.lgamma(count + 1)))
