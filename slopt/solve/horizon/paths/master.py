"""The restricted master program: paths that were found so far, mixed, and the side block.

Segments stand in groups, one convexity row each: alone where there are few, else many together,
so that the program stays small. Its dual values are the prices to look for better paths at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.errors import SolverTrouble
from slopt.problem.horizon.side import Side
from slopt.solve.horizon.paths.bound import Multipliers

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
INF = float("inf")
MOST_COLUMNS = 40
"""For each row; beyond, columns that were of no use for long are dropped."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """What the master program answers: its value, multipliers, relief of the shared rows (R,) in
    their units, and the side block (J,)."""

    value: float
    at: Multipliers
    relief: Numbers
    side: Numbers


class Master:
    """A linear program that grows. `unit` (R,) is the size of each row, `money` that of the goal.

    `impossible` is true where the side block alone has no answer.
    Columns: the side block as shares of its ranges, a relief for each shared row at the price of
    `highest`, then groups' paths.
    """

    def __init__(
        self, side: Side, groups: int, unit: Numbers, money: float, ends: tuple[Numbers, Numbers]
    ) -> None:
        import highspy

        self.side, self.unit, self.money = side, unit, money
        self.kinds = highspy.HighsModelStatus
        self.shared, self.own = len(side.limit), len(side.own)
        self.first = len(side.cost) + self.shared
        self.group = np.zeros(0, dtype=np.int64)
        self.cost = np.zeros(0)
        self.use = np.zeros((0, self.shared))
        self.groups = groups
        self.width = np.where(side.upper > 0, side.upper, 1.0)
        self.ends = ends
        own = np.abs(side.own * self.width).max(axis=1, initial=0.0)
        self.own_unit = np.where(own > 0, own, 1.0)
        self.highest = np.full(self.shared, 10.0)
        self.phase_one = self.impossible = False
        self._build()

    def _build(self) -> None:
        import highspy

        solver = highspy.Highs()
        for name, value in {
            "output_flag": False,
            "threads": 1,
            "presolve": "off",
            "small_matrix_value": 1e-13,
            "primal_feasibility_tolerance": 1e-9,
            "dual_feasibility_tolerance": 1e-9,
        }.items():
            solver.setOptionValue(name, value)
        rows = self.shared + self.own + self.groups
        lower = np.concatenate(
            [np.full(self.shared, -INF), self.side.own_lower / self.own_unit, np.ones(self.groups)]
        )
        upper = np.concatenate(
            [self.side.limit / self.unit, self.side.own_upper / self.own_unit, np.ones(self.groups)]
        )
        nothing = np.zeros(0)
        solver.addRows(
            rows, lower, upper, 0, nothing.astype(np.int32), nothing.astype(np.int32), nothing
        )
        self.solver = solver
        body = np.vstack(
            [
                self.side.on_rows * self.width / self.unit[:, None],
                self.side.own * self.width / self.own_unit[:, None],
            ]
        )
        self._add(self._side_cost(), self.ends[0] / self.width, self.ends[1] / self.width, body)
        relief = np.vstack([-np.eye(self.shared), np.zeros((self.own, self.shared))])
        self._add(self.highest, np.zeros(self.shared), np.full(self.shared, INF), relief)
        if len(self.group):
            self._add_paths(self.group, self.cost, self.use)

    def _side_cost(self) -> Numbers:
        return (
            np.zeros_like(self.width)
            if self.phase_one
            else self.side.cost * self.width / self.money
        )

    def _add(self, cost: Numbers, lower: Numbers, upper: Numbers, body: Numbers) -> None:
        """Dense columns (rows, n) over the first rows."""
        columns, place = np.nonzero(body.T)
        starts = np.searchsorted(columns, np.arange(body.shape[1]))
        self._pass(cost, lower, upper, starts, place, body.T[columns, place])

    def _pass(
        self,
        cost: Numbers,
        lower: Numbers,
        upper: Numbers,
        starts: Places,
        index: Places,
        value: Numbers,
    ) -> None:
        import highspy

        status = self.solver.addCols(
            len(cost),
            np.ascontiguousarray(cost),
            np.ascontiguousarray(lower),
            np.ascontiguousarray(upper),
            len(index),
            starts.astype(np.int32),
            index.astype(np.int32),
            np.ascontiguousarray(value),
        )
        if status == highspy.HighsStatus.kError:
            raise SolverTrouble("HiGHS refused columns of the master program.")

    def add_paths(self, group: Places, cost: Numbers, use: Numbers) -> None:
        """Paths of groups (n,): what they cost, and use of the shared rows (n, R)."""
        self.group = np.append(self.group, group)
        self.cost = np.append(self.cost, cost)
        self.use = np.vstack([self.use, use])
        if len(self.group) > MOST_COLUMNS * (self.groups + self.shared):
            self._drop()
        else:
            self._add_paths(group, cost, use)

    def _add_paths(self, group: Places, cost: Numbers, use: Numbers) -> None:
        scaled = use / self.unit
        column, row = np.nonzero(scaled)
        count = np.bincount(column, minlength=len(group))
        ends = np.cumsum(count + 1)
        starts = ends - count - 1
        index = np.empty(ends[-1], dtype=np.int64)
        value = np.empty(ends[-1])
        own = ends - 1
        inner = np.ones(ends[-1], dtype=np.bool_)
        inner[own] = False
        index[inner], value[inner] = row, scaled[column, row]
        index[own], value[own] = self.shared + self.own + group, 1.0
        priced = np.zeros(len(cost)) if self.phase_one else cost / self.money
        self._pass(priced, np.zeros(len(cost)), np.full(len(cost), INF), starts, index, value)

    def _drop(self) -> None:
        """Keep the half with the least reduced costs."""
        reduced = np.array(self.solver.getSolution().col_dual)[self.first :]
        kept = np.ones(len(self.group), dtype=np.bool_)
        kept[: len(reduced)] = reduced <= np.median(reduced)
        self.group, self.cost, self.use = self.group[kept], self.cost[kept], self.use[kept]
        self._build()

    def price_reliefs(self, highest: Numbers) -> None:
        """Set the highest prices (R,) in scaled units."""
        self.highest = highest
        places = np.arange(len(self.side.cost), self.first, dtype=np.int32)
        self.solver.changeColsCost(len(places), places, highest)

    def between(self, ends: tuple[Numbers, Numbers]) -> None:
        """Set the ends of the side block's columns."""
        self.ends, self.impossible = ends, False
        places = np.arange(len(self.width), dtype=np.int32)
        lower, upper = ends[0] / self.width, ends[1] / self.width
        self.solver.changeColsBounds(len(places), places, lower, upper)

    def without_money(self) -> Master:
        """The same paths and ends, where only what is missing to keep the rows counts."""
        other = Master(self.side, self.groups, self.unit, self.money, self.ends)
        other.phase_one, other.highest = True, np.ones(self.shared)
        other.group, other.cost, other.use = self.group, self.cost, self.use
        other._build()
        return other

    def solve(self, seconds: float) -> Mixture | None:
        """The best mixture of what is known; None where out of time."""
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + max(seconds, 0.1))
        self.solver.run()
        status = self.solver.getModelStatus()
        if status != self.kinds.kOptimal:
            if status == self.kinds.kTimeLimit:
                return None
            self.solver.clearSolver()
            self.solver.run()
            status = self.solver.getModelStatus()
            # The shared rows have reliefs: only the side block can contradict itself.
            self.impossible = status == self.kinds.kInfeasible
            if status != self.kinds.kOptimal:
                return None
        solution = self.solver.getSolution()
        duals = -np.array(solution.row_dual)
        money = 1.0 if self.phase_one else self.money
        prices = np.maximum(duals[: self.shared], 0.0) * money / self.unit
        own = duals[self.shared : self.shared + self.own] * money / self.own_unit
        own = np.where(np.isinf(self.side.own_upper), np.minimum(own, 0.0), own)
        own = np.where(np.isinf(self.side.own_lower), np.maximum(own, 0.0), own)
        values = np.array(solution.col_value)
        side = values[: len(self.side.cost)] * self.width
        relief = values[len(self.side.cost) : self.first]
        total = self.solver.getInfo().objective_function_value * money
        return Mixture(total, Multipliers(prices, own), relief, side)
