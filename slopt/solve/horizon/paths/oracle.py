"""The best path of every segment at given prices on the shared rows, and those nearly as good."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from slopt.problem.horizon.accounts import Change
from slopt.problem.horizon.shared_rows import SharedRows
from slopt.solve.horizon.paths.plain import PlainPaths
from slopt.solve.horizon.paths.states import States, echo, states_of

if TYPE_CHECKING:
    pass

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]
Part = TypeVar("Part")
CHUNK = 256
"""Segments of one call."""
MOST_THREADS = 4


@dataclass(frozen=True, eq=False)
class Priced:
    """What segments see at prices, as the kernels take it: (S, T, M) twice, (T,) twice, (S, M);
    and `losses`, the factor of what is lost after the horizon because of a lag."""

    slope: Numbers
    fixed: Numbers
    change_money: Numbers
    change_count: Numbers
    last: Numbers
    losses: float


@dataclass(frozen=True, eq=False)
class Nearby:
    """N paths: segment (N,), cost at the prices (N,), modes (N, T); `complete` (S,) is true of
    segments of which no other path is as near."""

    segment: Places
    cost: Numbers
    modes: Places
    complete: Flags


class PathOracle:
    """All segments of a problem. `open_modes` (T, M) are the modes that anybody may choose."""

    def __init__(self, rows: SharedRows, open_modes: Flags | None = None) -> None:
        self.rows = rows
        problem = rows.problem
        graphs = states_of(problem)
        if graphs is None:
            raise ValueError("too many states")
        barred = problem.barred if open_modes is None else problem.barred | ~open_modes
        self.parts = [_Part(rows, states, barred) for states in graphs]

    def priced(self, prices: Numbers, money: float = 1.0) -> Priced:
        """The goal, times `money`, and prices (R,) on the shared rows, as costs of segments."""
        goal = self.rows.objective
        slope, fixed = money * goal.slope, money * goal.fixed
        change_money = money * goal.change_money
        change_count = np.zeros_like(change_money)
        for account, price in zip(
            self.rows.accounts, (prices @ self.rows.weight).tolist(), strict=True
        ):
            if price == 0.0:
                continue
            p = account.period
            members = slice(None) if account.members is None else account.members
            if account.per_customer is not None:
                slope[members, p] += price * account.per_customer
            if account.fixed is not None:
                fixed[members, p] += price * account.fixed
            if account.change is Change.MONEY:
                change_money[p] += price
            elif account.change is Change.ONE:
                change_count[p] += price
        last = money * goal.lagged
        return Priced(slope, fixed, change_money, change_count, last, money * goal.losses)

    def size(self, priced: Priced) -> float:
        """The size of all numbers that the least costs of all segments are sums of."""
        problem = self.rows.problem
        count = problem.most_customers[:, :-1, None]
        total = (count * np.abs(priced.slope) + np.abs(priced.fixed)).max(axis=2).sum()
        change = np.abs(problem.change_cost).max(axis=(1, 2), initial=0.0).sum()
        total += change * np.abs(priced.change_money).sum()
        total += len(count) * np.abs(priced.change_count).sum()
        total += (count[:, -1] * np.abs(priced.last)).max(axis=1).sum()
        for part in self.parts:
            most = problem.most_customers[part.members, -1:]
            total += priced.losses * (most * np.abs(part.echo)).max(axis=1).sum()
        return float(total)

    def best(self, priced: Priced) -> tuple[Numbers, Places]:
        """(least cost (S,), its modes (S, T)); infinite where a segment has no path at all."""
        segments, periods, _modes = priced.slope.shape
        cost = np.empty(segments)
        modes = np.empty((segments, periods), dtype=np.int64)
        for part in self.parts:
            found = part.run(priced, lambda kernel, b, e, given: kernel.best(b, e, *given))
            cost[part.members] = np.concatenate([each[0] for each in found])
            modes[part.members] = np.concatenate([each[1] for each in found])
        return cost, modes

    def near(self, priced: Priced, room: Numbers, most: int) -> Nearby:
        """The `most` best paths of each segment, of those within `room` (S,) of the best."""
        complete = np.zeros(len(priced.slope), dtype=np.bool_)
        segments, costs, modes = [], [], []
        for part in self.parts:
            own = np.ascontiguousarray(room[part.members])

            def call(kernel: Any, b: int, e: int, given: Any, own: Numbers = own) -> Any:
                return kernel.near(b, e, *given, own, most)

            found = part.run(priced, call)
            segments += [part.members[each[0]] for each in found]
            costs += [each[1] for each in found]
            modes += [each[2] for each in found]
            complete[part.members] = np.concatenate([each[3] for each in found])
        return Nearby(
            np.concatenate(segments), np.concatenate(costs), np.concatenate(modes), complete
        )


class _Part:
    """The segments of one lag."""

    def __init__(self, rows: SharedRows, states: States, barred: Flags) -> None:
        problem, own = rows.problem, states.members
        self.members, self.all = own, len(own) == len(problem.segments)
        self.echo = echo(problem, states)
        kernel: Any = PlainPaths if compiled() is None else compiled().Paths
        self.kernel = kernel(
            states.tier,
            states.lagged,
            states.next,
            np.ascontiguousarray(problem.mode_tier, dtype=np.int64),
            states.start,
            problem.customers[own],
            problem.keep[own],
            problem.join[own],
            problem.leave[own],
            problem.deter[own],
            barred[own],
            problem.change_cost[own],
        )

    def run(
        self, priced: Priced, call: Callable[[Any, int, int, tuple[Numbers, ...]], Part]
    ) -> list[Part]:
        """Call the kernel chunk by chunk, on several threads where that pays."""
        own = self.members
        slope, fixed, last = priced.slope, priced.fixed, priced.last
        if not self.all:
            slope, fixed, last = slope[own], fixed[own], last[own]
        given = (
            *(slope, fixed, priced.change_money, priced.change_count, last),
            priced.losses * self.echo,
        )
        begins = range(0, len(own), CHUNK)
        spans = [(begin, min(begin + CHUNK, len(own))) for begin in begins]
        threads = min(MOST_THREADS, os.cpu_count() or 1, len(spans))
        if threads < 2 or compiled() is None:
            return [call(self.kernel, begin, end, given) for begin, end in spans]
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(lambda span: call(self.kernel, span[0], span[1], given), spans))


def compiled() -> Any:
    """The compiled kernel, None where it is not part of this installation."""
    try:
        from slopt.solve.native import paths
    except ImportError:
        return None
    return paths
