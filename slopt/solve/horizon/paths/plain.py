"""The best paths in plain Python: what the compiled kernel does, for where there is none.

What a path still costs from a period on is a line in the number of customers; what the best one
costs is the lower envelope of such lines over the interval of customers that a state can have.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Line(NamedTuple):
    """Cost from here on as slope n + height; `mode` is the next step, `then` the line after it."""

    slope: float
    height: float
    mode: int
    then: Line | None

    def at(self, customers: float) -> float:
        """The cost with so many customers."""
        return self.slope * customers + self.height


Waiting = tuple[float, int, int, int, float, float, tuple[int, ...]]
"""The least cost by way of a beginning, how long it is (negative), its number, and what it is:
the state and the customers it leads to, its own cost, its modes."""


class Step(NamedTuple):
    """What choosing a mode costs, what it makes of the customers, and where it leads."""

    slope: float
    fixed: float
    alpha: float
    beta: float
    state: int


@dataclass(frozen=True, eq=False)
class PlainPaths:
    """The segments, as the compiled kernel takes them; see native/paths.pyi."""

    tier: Places
    lagged: Places
    next: Places
    mode_tier: Places
    start: Places
    customers: Numbers
    keep: Numbers
    join: Numbers
    leave: Numbers
    deter: Numbers
    barred: Flags
    change_cost: Numbers

    def best(self, begin: int, end: int, *prices: Numbers) -> tuple[Numbers, Places]:
        """(least cost (n,), its modes (n, T)) of segments begin to end."""
        periods = self.leave.shape[1]
        costs = np.full(end - begin, np.inf)
        modes = np.zeros((end - begin, periods), dtype=np.int64)
        for s in range(begin, end):
            lines = self._solve(s, prices)[0].get(int(self.start[s]), [])
            if lines:
                line: Line | None = min(lines, key=lambda each: each.at(self.customers[s]))
                assert line is not None
                costs[s - begin] = line.at(float(self.customers[s]))
                for p in range(periods):
                    assert line is not None
                    modes[s - begin, p] = line.mode
                    line = line.then
        return costs, modes

    def near(
        self,
        begin: int,
        end: int,
        slope: Numbers,
        fixed: Numbers,
        change_money: Numbers,
        change_count: Numbers,
        last: Numbers,
        terminal: Numbers,
        room: Numbers,
        most: int,
    ) -> tuple[Places, Numbers, Places, Flags]:
        """Paths that cost at most `room` more than the best of their segment, best first."""
        prices = (slope, fixed, change_money, change_count, last, terminal)
        periods = self.leave.shape[1]
        segments: list[int] = []
        costs: list[float] = []
        modes: list[tuple[int, ...]] = []
        complete = np.ones(end - begin, dtype=np.bool_)
        for s in range(begin, end):
            levels = self._solve(s, prices)
            begin_at, count = int(self.start[s]), float(self.customers[s])
            least = _least(levels[0].get(begin_at, []), count)
            limit, found = least + float(room[s]), 0
            queue: list[Waiting] = []
            if least < math.inf:
                queue.append((least, 0, 0, begin_at, count, 0.0, ()))
            order = 0
            while queue and queue[0][0] <= limit:
                if found >= most:
                    complete[s - begin] = False
                    break
                bound, _turn, _o, state, count, cost, path = heapq.heappop(queue)
                p = len(path)
                if p == periods:
                    segments.append(s)
                    costs.append(bound)
                    modes.append(path)
                    found += 1
                    continue
                for mode in range(len(self.mode_tier)):
                    step = self._step(s, p, state, mode, prices)
                    if step is None:
                        continue
                    then = step.alpha * count + step.beta
                    so_far = cost + step.slope * count + step.fixed
                    total = so_far + _least(levels[p + 1][step.state], then)
                    if total <= limit:
                        order += 1
                        entry = (total, -p - 1, order, step.state, then, so_far, (*path, mode))
                        heapq.heappush(queue, entry)
        return (
            np.array(segments, dtype=np.int64),
            np.array(costs),
            np.array(modes, dtype=np.int64).reshape(len(segments), periods),
            complete,
        )

    def _solve(self, s: int, prices: tuple[Numbers, ...]) -> list[dict[int, list[Line]]]:
        """The envelopes of each period, by state."""
        periods = self.leave.shape[1]
        spans = self._spans(s)
        levels: list[dict[int, list[Line]]] = [{} for _ in range(periods + 1)]
        for state in spans[periods]:
            levels[periods][state] = [Line(float(prices[5][s, state]), 0.0, -1, None)]
        for p in range(periods - 1, -1, -1):
            for state, (low, high) in spans[p].items():
                lines = []
                for mode in range(len(self.mode_tier)):
                    step = self._step(s, p, state, mode, prices)
                    for after in [] if step is None else levels[p + 1][step.state]:
                        assert step is not None
                        slope = step.slope + after.slope * step.alpha
                        height = step.fixed + after.height + after.slope * step.beta
                        lines.append(Line(slope, height, mode, after))
                levels[p][state] = _envelope(lines, low, high)
        return levels

    def _spans(self, s: int) -> list[dict[int, tuple[float, float]]]:
        """The least and the most customers of each state that can be reached, by period."""
        count = float(self.customers[s])
        spans: list[dict[int, tuple[float, float]]] = [{int(self.start[s]): (count, count)}]
        for p in range(self.leave.shape[1]):
            then: dict[int, tuple[float, float]] = {}
            for state, span in spans[p].items():
                for mode in range(len(self.mode_tier)):
                    moved = self._move(s, p, state, mode)
                    if moved is None:
                        continue
                    alpha, beta, at = moved
                    ends = [alpha * n + beta for n in span] + list(then.get(at, ()))
                    then[at] = (min(ends), max(ends))
            spans.append(then)
        return spans

    def _move(self, s: int, p: int, state: int, mode: int) -> tuple[float, float, int] | None:
        then = int(self.next[state, mode])
        if then < 0 or self.barred[s, p, mode]:
            return None
        answered = mode if self.lagged[state] == -2 else int(self.lagged[state])
        left = float(self.leave[s, p, answered]) if answered >= 0 else 0.0
        alpha = float(self.keep[s, p]) * (1.0 - left) - float(self.deter[s, p, mode])
        return alpha, float(self.join[s, p]), then

    def _step(
        self, s: int, p: int, state: int, mode: int, prices: tuple[Numbers, ...]
    ) -> Step | None:
        moved = self._move(s, p, state, mode)
        if moved is None:
            return None
        slope, fixed = float(prices[0][s, p, mode]), float(prices[1][s, p, mode])
        if self.lagged[state] >= 0 and p == self.leave.shape[1] - 1:
            slope += float(prices[4][s, self.lagged[state]])
        before, tier = int(self.tier[state]), int(self.mode_tier[mode])
        if before >= 0 and before != tier:
            fixed += float(self.change_cost[s, before, tier]) * float(prices[2][p])
            fixed += float(prices[3][p])
        return Step(slope, fixed, *moved)


def _least(lines: list[Line], customers: float) -> float:
    return min((line.at(customers) for line in lines), default=math.inf)


def _envelope(lines: list[Line], low: float, high: float) -> list[Line]:
    """The lines that are lowest somewhere between low and high, from the left to the right."""
    if not lines:
        return []
    now = min(lines, key=lambda line: (line.at(low), line.slope))
    kept = [now]
    while True:
        steeper = [line for line in lines if line.slope < now.slope]
        if not steeper:
            return kept
        where, _slope, place = min(
            ((line.height - now.height) / (now.slope - line.slope), line.slope, i)
            for i, line in enumerate(steeper)
        )
        if not where < high:
            return kept
        now = steeper[place]
        kept.append(now)
