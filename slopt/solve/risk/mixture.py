"""The linear program of tiers mixed over futures, held open so that columns and rows can be added.

    minimise    (1 - weight) mean of plain losses + sum_r g_r + weight (t + sum_w most_w z_w)
                + what extras and reserved units cost
    subject to  t + z_w >= loss of future w with the late units of some resources        added
                g_r     >= (1 - weight) mean cost of late units of r in some futures     added
                the shared rows at the case's own numbers, one tier a segment

Columns say by how much a segment leaves the tier of a first plan, so that segments that nobody
moves are no part of it; pairs are added where they may pay. Every row of a future is a tangent of
its loss, so that with all pairs the value is one of a relaxation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.program import LinearProgram
from slopt.solve.highs import run_until_done
from slopt.solve.risk.losses import FuturePrices, Losses
from slopt.solve.risk.weighing import Weighing

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
INF = float("inf")
LEAST_PART = 1e-3
"""Of the losses of a plan counts as usual where the aim itself is near 0, as regret may be."""


@dataclass(frozen=True, eq=False)
class Mixed:
    """What the program answers: shares of pairs (J,), reserve (R,), extras (E,), prices of the
    shared rows (M,) and on futures."""

    share: Numbers
    reserve: Numbers
    extras: Numbers
    prices: Numbers
    futures: FuturePrices


class Mixture:
    """`first` (S,) is a plan to begin from; `segment`, `tier` (J,) are the pairs added so far."""

    def __init__(self, losses: Losses, weighing: Weighing, first: Choice) -> None:
        import highspy

        self.losses, self.weighing, self.first = losses, weighing, first
        self.kinds, self.formats = highspy.HighsModelStatus, highspy.MatrixFormat
        self.segment = np.zeros(0, dtype=np.int64)
        self.tier = np.zeros(0, dtype=np.int64)
        self.plain, self.need = losses.plain(first), losses.need(first)
        usual = LEAST_PART * float(np.abs(self.plain).max(initial=0.0))
        self.money = (max(abs(weighing.value(self.plain)), usual) or 1.0) / 1000
        rows = losses.rows
        largest = [np.abs(use).max(initial=0.0) for use in rows.use]
        self.unit = np.array([one or 1.0 for one in largest])
        self.by_pair = np.zeros((losses.count, 0))
        self.by_use = np.zeros((losses.use.shape[0], len(losses.resources), 0))
        self.on_rows = np.zeros((len(rows.use), 0))
        self.resources, self.futures = len(losses.resources), losses.count
        self.extras = len(rows.extra_cost)
        self.first_late = 2
        self.first_reserve = self.first_late + self.resources
        self.first_extra = self.first_reserve + self.resources
        self.first_z = self.first_extra + self.extras
        self.first_x = self.first_z + self.futures
        self.tangents: list[tuple[int, NDArray[np.bool_], int]] = []
        self.late: list[tuple[int, NDArray[np.bool_], int]] = []
        self.known: set[tuple[int, bytes]] = set()
        self.one_each: dict[int, int] = {}
        self.count_rows = 0
        self._build()

    def _build(self) -> None:
        import highspy

        solver = highspy.Highs()
        for name, value in {
            "output_flag": False,
            "threads": 1,
            "presolve": "off",
            "small_matrix_value": 1e-13,
        }.items():
            solver.setOptionValue(name, value)
        self.solver = solver
        losses, rows, weighing = self.losses, self.losses.rows, self.weighing
        used = rows.used(self.first)
        upper = (rows.limit - used) / self.unit
        nothing = np.zeros(0)
        none = nothing.astype(np.int32)
        solver.addRows(len(upper), np.full(len(upper), -INF), upper, 0, none, none, nothing)
        self.count_rows = len(upper)
        reserve = np.where(losses.can_reserve, losses.reserve_cost, 0.0)
        own = (1 - weighing.weight) * float(weighing.probability @ (self.plain - weighing.shift))
        cost = np.concatenate(
            [
                [own, weighing.weight * self.money],
                np.full(self.resources, self.money),
                reserve,
                rows.extra_cost,
                weighing.weight * weighing.most * self.money,
            ]
        )
        lower = np.zeros(self.first_x)
        lower[:2] = 1.0, -INF
        top = np.concatenate(
            [
                [1.0, INF],
                np.full(self.resources, INF),
                np.where(losses.can_reserve, self._most_needed(), 0.0),
                rows.extra_most,
                np.full(self.futures, INF),
            ]
        )
        if weighing.weight == 0:
            lower[1] = top[1] = 0.0
            top[self.first_z :] = 0.0
        body = np.zeros((len(upper), self.first_x))
        body[:, self.first_extra : self.first_z] = rows.extra_use / self.unit[:, None]
        self._add_columns(cost / self.money, lower, top, body)

    def _most_needed(self) -> Numbers:
        """(R,): units beyond capacity that any choice needs in any future: more is not reserved."""
        most = self.losses.use.max(axis=3).sum(axis=2) - self.losses.capacity
        return np.asarray(np.maximum(most.max(axis=0), 0.0))

    def _add_columns(self, cost: Numbers, lower: Numbers, upper: Numbers, body: Numbers) -> None:
        """Columns over the rows there are, dense (rows, n)."""
        column, row = np.nonzero(body.T)
        self.solver.addCols(
            len(cost),
            np.ascontiguousarray(cost),
            np.ascontiguousarray(lower),
            np.ascontiguousarray(upper),
            len(column),
            np.searchsorted(column, np.arange(len(cost))).astype(np.int32),
            row.astype(np.int32),
            np.ascontiguousarray(body.T[column, row]),
        )

    def add_pairs(self, segment: Places, tier: Places) -> None:
        """Pairs (n,) that no column stands for yet and that the first plan does not have."""
        losses, first = self.losses, self.first[segment]
        by_pair = losses.pair[:, segment, tier] - losses.pair[:, segment, first]
        by_use = losses.use[:, :, segment, tier] - losses.use[:, :, segment, first]
        on_rows = np.array(
            [use[segment, tier] - use[segment, first] for use in losses.rows.use]
        ).reshape(len(losses.rows.use), len(segment))
        self.segment = np.append(self.segment, segment)
        self.tier = np.append(self.tier, tier)
        self.by_pair = np.hstack([self.by_pair, by_pair])
        self.by_use = np.concatenate([self.by_use, by_use], axis=2)
        self.on_rows = np.hstack([self.on_rows, on_rows])
        self._one_each(segment)
        body = np.zeros((self.count_rows, len(segment)))
        body[: len(self.unit)] = on_rows / self.unit[:, None]
        for w, late, row in self.tangents:
            body[row] = -self._tangent(w, late, by_pair, by_use) / self.money
        for r, late, row in self.late:
            body[row] = -self._late(r, late, by_use) / self.money
        body[[self.one_each[int(s)] for s in segment], np.arange(len(segment))] = 1.0
        cost = (1 - self.weighing.weight) * (self.weighing.probability @ by_pair) / self.money
        free = np.zeros(len(segment))
        self._add_columns(cost, free, free + INF, body)

    def _one_each(self, segment: Places) -> None:
        """A row for each segment that may leave its first tier."""
        for s in np.unique(segment).tolist():
            if s not in self.one_each:
                self.one_each[s] = self._row(np.zeros(0, dtype=np.int64), np.zeros(0), -INF, 1.0)

    def _row(self, index: Places, value: Numbers, lower: float, upper: float) -> int:
        self.solver.addRow(lower, upper, len(index), index.astype(np.int32), value)
        self.count_rows += 1
        return self.count_rows - 1

    def _tangent(
        self, future: int, late: NDArray[np.bool_], by_pair: Numbers, by_use: Numbers
    ) -> Numbers:
        """(J,): what pairs add to a future's loss where the units of some resources are late."""
        premium = np.where(late, _at(self.losses.premium, future), 0.0)
        return np.asarray(by_pair[future] + premium @ _at(by_use, future))

    def _late(self, resource: int, late: NDArray[np.bool_], by_use: Numbers) -> Numbers:
        """(J,): what pairs add to the mean cost of late units of a resource in some futures."""
        worth = self._late_worth(resource, late)
        if len(by_use) == 1:
            return np.asarray(worth.sum() * by_use[0, resource])
        return np.asarray(worth @ by_use[:, resource])

    def _late_worth(self, resource: int, late: NDArray[np.bool_]) -> Numbers:
        premium = np.broadcast_to(self.losses.premium[:, resource], late.shape)
        own = (1 - self.weighing.weight) * self.weighing.probability
        return np.asarray(np.where(late, own * premium, 0.0))

    def loss_of(self, share: Numbers, reserve: Numbers) -> tuple[Numbers, Numbers]:
        """What mixed tiers lose in every future (W,), and the units they need (W, R)."""
        need = self.need + np.einsum("wrj,j->wr", self.by_use, share)
        loss = self.plain + self.by_pair @ share + self.losses.late_cost(need, reserve)
        return loss, need

    def add_futures(self, futures: Places, need: Numbers, reserve: Numbers) -> int:
        """A tangent for each of some futures where so much is needed; how many are new."""
        added = 0
        for w in futures.tolist():
            late = need[w] > reserve
            if (w, late.tobytes()) in self.known:
                continue
            self.known.add((w, late.tobytes()))
            premium = np.where(late, _at(self.losses.premium, w), 0.0)
            rise = -self._tangent(w, late, self.by_pair, self.by_use) / self.money
            places = np.flatnonzero(rise)
            relief = np.flatnonzero(premium)
            index = np.concatenate(
                [[1, self.first_z + w], self.first_reserve + relief, self.first_x + places]
            )
            value = np.concatenate([[1.0, 1.0], premium[relief] / self.money, rise[places]])
            level = self.plain[w] - self.weighing.shift[w] + float(premium @ self.need[w])
            row = self._row(index.astype(np.int64), value, level / self.money, INF)
            self.tangents.append((w, late, row))
            added += 1
        return added

    def add_late(self, need: Numbers, reserve: Numbers) -> int:
        """A tangent of the mean cost of late units of each resource; how many are new."""
        if self.weighing.weight == 1:
            return 0
        added = 0
        for r in range(self.resources):
            late = need[:, r] > reserve[r]
            key = (-1 - r, late.tobytes())
            if key in self.known or not late.any():
                continue
            self.known.add(key)
            worth = self._late_worth(r, late)
            rise = -self._late(r, late, self.by_use) / self.money
            places = np.flatnonzero(rise)
            index = np.concatenate(
                [[self.first_late + r, self.first_reserve + r], self.first_x + places]
            )
            value = np.concatenate([[1.0, worth.sum() / self.money], rise[places]])
            level = float(worth @ self.need[:, r]) / self.money
            row = self._row(index.astype(np.int64), value, level, INF)
            self.late.append((r, late, row))
            added += 1
        return added

    def solve(self, seconds: float) -> Mixed | None:
        """The best mixture of what is known; None where out of time or HiGHS has no answer."""
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + max(seconds, 0.1))
        if run_until_done(self.solver):
            raise KeyboardInterrupt
        if self.solver.getModelStatus() != self.kinds.kOptimal:
            if self.solver.getModelStatus() == self.kinds.kTimeLimit:
                return None
            self.solver.clearSolver()
            run_until_done(self.solver)
            if self.solver.getModelStatus() != self.kinds.kOptimal:
                return None
        solution = self.solver.getSolution()
        values, duals = np.array(solution.col_value), np.array(solution.row_dual)
        share, reserve = self.read(values)
        prices = np.maximum(-duals[: len(self.unit)], 0.0) * self.money / self.unit
        return Mixed(
            share,
            reserve,
            values[self.first_extra : self.first_z],
            prices,
            self._future_prices(duals),
        )

    def read(self, values: Numbers) -> tuple[Numbers, Numbers]:
        """Shares of pairs (J,) and units reserved (R,) in values of the columns."""
        reserve = values[self.first_reserve : self.first_extra]
        return np.clip(values[self.first_x :], 0.0, 1.0), np.maximum(reserve, 0.0)

    def program(self) -> LinearProgram:
        """The same with whole tiers, to be solved on its own; its value is the aim's."""
        lp = self.solver.getLp()
        matrix, columns = lp.a_matrix_, lp.num_col_
        start, place = np.array(matrix.start_), np.array(matrix.index_, dtype=np.int64)
        other = np.repeat(np.arange(len(start) - 1), np.diff(start))
        by_column = matrix.format_ == self.formats.kColwise
        row, column = (place, other) if by_column else (other, place)
        order = np.argsort(row, kind="stable")
        rows = np.bincount(row, minlength=self.count_rows)
        return LinearProgram(
            cost=np.array(lp.col_cost_) * self.money,
            lower=np.array(lp.col_lower_),
            upper=np.minimum(np.array(lp.col_upper_), self._largest()),
            integral=np.arange(columns) >= self.first_x,
            start=np.concatenate([[0], np.cumsum(rows)]),
            index=column[order],
            value=np.array(matrix.value_)[order],
            row_lower=np.array(lp.row_lower_),
            row_upper=np.array(lp.row_upper_),
            choose=np.zeros((0, 2), dtype=np.int64),
        )

    def _largest(self) -> Numbers:
        """Upper ends of the columns: tiers are taken once."""
        largest = np.full(self.first_x + len(self.segment), INF)
        largest[self.first_x :] = 1.0
        return largest

    def _future_prices(self, duals: Numbers) -> FuturePrices:
        """The dual values of the tangents, made to be what weights on futures may be."""
        weighing = self.weighing
        tail = np.zeros(self.futures)
        late = np.zeros((self.futures, self.resources))
        for w, of, row in self.tangents:
            weight = max(0.0, float(duals[row]))
            tail[w] += weight
            late[w] += weight * np.where(of, _at(self.losses.premium, w), 0.0)
        for r, of, row in self.late:
            late[:, r] += max(0.0, float(duals[row])) * self._late_worth(r, of)
        counts = (1 - weighing.weight) * weighing.probability
        if weighing.weight > 0:
            counts = counts + weighing.weight * _onto(tail / weighing.weight, weighing.most)
        most = counts[:, None] * np.broadcast_to(self.losses.premium, late.shape)
        return FuturePrices(counts, self.losses.affordable(np.minimum(late, most)))


def _at(values: Numbers, future: int) -> Numbers:
    return np.asarray(values[0 if len(values) == 1 else future])


def _onto(tail: Numbers, most: Numbers) -> Numbers:
    """Weights near `tail` that add up to 1, none above `most`."""
    tail = np.minimum(tail, most)
    total = float(tail.sum())
    if total > 1:
        return tail / total
    room = most - tail
    missing = 1 - total
    return tail + room * (missing / room.sum()) if missing > 0 and room.sum() > 0 else tail
