"""What the segments of a horizon problem share, as rows over accounts.

    minimise    offset + sum of the segments' own objectives + what the side block costs
    subject to  sum_a weight[r, a] account[a] + what the side block puts on it <= limit[r]

Floors (`>=`) are stored negated, goals to be maximised with their objective negated. What a
budget may carry over is summed up: where unspent money goes on to the next period, all that was
spent since the first of these periods is at most all that was granted. The segments' own
objective is an account of each period too, since

    gone + unwon = most_customers - n

turns every loss into a number per customer who is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.problem.horizon.accounts import Account, Change, Walk, booked
from slopt.problem.horizon.problem import HorizonProblem
from slopt.vocabulary import Goal

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Row:
    """One shared row: its kind and whom it is about, by position.

    `weights` are (account, factor). `name` is the limit's, as evaluations give it. `penalty` is
    the price in the goal of a unit by which the row is broken, None where it is firm.
    """

    kind: str
    about: tuple[int, ...]
    name: str
    weights: tuple[tuple[int, float], ...]
    limit: float
    penalty: float | None = None


@dataclass(frozen=True, eq=False)
class Objective:
    """What segments add to the minimised goal, besides what prices put on top.

    slope, fixed (S, T, M); change_money (T,) is the factor of the cost of a change of tier.
    `lagged` (S, M) comes on top in the last period per customer, by the mode of `lag` periods
    before, where that is not the period itself. `losses` is 1 where losses count.
    """

    slope: Numbers
    fixed: Numbers
    change_money: Numbers
    lagged: Numbers
    losses: float
    offset: float


@dataclass(frozen=True, eq=False)
class SharedRows:
    """Objective, accounts and rows of a problem; see the module."""

    problem: HorizonProblem
    objective: Objective
    accounts: tuple[Account, ...]
    rows: tuple[Row, ...]

    @cached_property
    def weight(self) -> Numbers:
        """(R, A): the factors of the accounts in the rows."""
        table = np.zeros((len(self.rows), len(self.accounts)))
        for r, row in enumerate(self.rows):
            for account, factor in row.weights:
                table[r, account] += factor
        return table

    def used(self, walk: Walk) -> Numbers:
        """What each path uses of each row, (N, R)."""
        return np.asarray(self.booked(walk) @ self.weight.T)

    def booked(self, walk: Walk) -> Numbers:
        """What each path puts on each account, (N, A)."""
        segments = len(self.problem.segments)
        values = np.zeros((len(walk.segment), len(self.accounts)))
        for a, account in enumerate(self.accounts):
            values[:, a] = booked(account, walk, segments)
        return values

    @cached_property
    def most(self) -> Numbers:
        """(A,): no plan puts more than this on an account, or less than its negative."""
        problem, found = self.problem, []
        for account in self.accounts:
            members = slice(None) if account.members is None else account.members
            total = 0.0
            if account.per_customer is not None:
                largest = np.abs(account.per_customer).max(axis=1)
                total += float(problem.most_customers[members, account.period] @ largest)
            if account.fixed is not None:
                total += float(np.abs(account.fixed).max(axis=1).sum())
            if account.change is Change.MONEY:
                total += float(np.abs(problem.change_cost[members]).max(axis=(1, 2)).sum())
            elif account.change is Change.ONE:
                total += len(problem.segments)
            found.append(total)
        return np.array(found)

    def named_prices(self, prices: Numbers) -> dict[str, float]:
        """Prices (R,) by limit: what one unit more of it is worth to the goal.

        A unit more of a budget that carries over helps every later period of its chain.
        """
        found: dict[str, float] = {}
        problem = self.problem
        for row, price in zip(self.rows, prices.tolist(), strict=True):
            if row.kind == "budget":
                for p in range(row.about[0], row.about[1] + 1):
                    name = f"budget {problem.periods[p]}"
                    found[name] = found.get(name, 0.0) + price
            elif row.kind in ("resource", "limit", "rule"):
                found[row.name] = found.get(row.name, 0.0) + price
        return found

    @cached_property
    def booked_weight(self) -> Numbers:
        """(T,): factor of booked cost in the goal."""
        if self.problem.goal in (Goal.MIN_TOTAL_COST, Goal.MIN_BUDGET):
            return self.problem.discount
        return np.zeros(len(self.problem.periods))
