"""What opening a tier is worth, shared out among the segments.

A row that says no segment of a group takes a tier that is not open is weak where many are in the
group. Here each segment pays a fee of its own for a tier in a period, and whoever opens the tier
is paid all of them: for any fees of 0 or more no plan costs more than it did, so that bounds at
prices hold. Good fees are found by steps along subgradients, deflected as Camerini, Fratta and
Maffioli do, as long as Polyak's rule says.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.problem.horizon.shared_rows import SharedRows
from slopt.problem.horizon.side import Side
from slopt.solve.highs import Options
from slopt.solve.horizon.paths.bound import Dual
from slopt.solve.horizon.paths.oracle import PathOracle
from slopt.solve.horizon.paths.prices import RootSearch

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
STEPS = 300
"""Of fees, at the same prices of the shared rows."""
FIRST, LEAST, PATIENCE = 0.5, 1e-3, 20
"""Share of Polyak's step at first and at last, and steps without gain after which it is halved."""
KEPT = 0.6
"""Of the last direction, in the next one."""
MEMORY = 0.97
"""Of what was opened before, after a step."""
TURNS, MOST_IDLE, GAIN, PRICES_GAP = 40, 4, 0.01, 1e-5
"""Turns of fees and prices, and how many may gain less than this share of what is missing one after
the other; the gap of the prices."""


@dataclass(frozen=True, eq=False)
class Fees:
    """What segments pay for tiers: (S, T, K), 0 or more."""

    fee: Numbers

    @classmethod
    def none(cls, rows: SharedRows) -> Fees:
        """Nobody pays."""
        s, t, k, _m, _r = rows.problem.size
        return cls(np.zeros((s, t, k)))

    def rows(self, rows: SharedRows) -> SharedRows:
        """The rows of a problem whose segments pay."""
        goal = rows.objective
        fixed = goal.fixed + self.fee[:, :, rows.problem.mode_tier]
        return replace(rows, objective=replace(goal, fixed=fixed))

    def side(self, side: Side) -> Side:
        """The side block that is paid."""
        known = side.opened >= 0
        cost = side.cost.copy()
        cost[side.opened[known]] -= self.fee.sum(axis=0)[known]
        return replace(side, cost=cost)


@dataclass(frozen=True, eq=False)
class Asked:
    """Fees, and the tiers (T, K) that they opened most often of late."""

    fees: Fees
    menu: Flags


def fees_for(
    rows: SharedRows,
    side: Side,
    may: Flags,
    ends: tuple[Numbers, Numbers],
    dual: Dual,
    target: float,
    options: Options,
    until: float,
) -> tuple[Fees, list[Flags]]:
    """Fees that prove the most with the prices that go with them, and menus (T, K) to try.

    Fees and prices take turns, from those of `dual` on. `target` is what a plan costs.
    """
    fees, oracle = Fees.none(rows), PathOracle(rows, may)
    best, highest, idle = fees, dual.bound, 0
    menus: list[Flags] = []
    for _turn in range(TURNS):
        asked = better_fees(rows, side, oracle, ends, dual, fees, target, until)
        paying, paid = asked.fees.rows(rows), asked.fees.side(side)
        search, own = RootSearch(paying, paid, options.seed), PathOracle(paying, may)
        root = search.run(own, ends, dual.at, PRICES_GAP, target, until)
        if root.infeasible:
            break
        fees, dual = asked.fees, root.dual
        gained = dual.bound - highest
        idle = 0 if gained > GAIN * (target - highest) else idle + 1
        if gained > 0:
            highest, best, menus = dual.bound, fees, [asked.menu]
        if idle == MOST_IDLE or highest >= target or time.perf_counter() >= until:
            break
    return best, menus


def better_fees(
    rows: SharedRows,
    side: Side,
    oracle: PathOracle,
    ends: tuple[Numbers, Numbers],
    dual: Dual,
    fees: Fees,
    target: float,
    deadline: float,
) -> Asked:
    """Fees that prove more at the prices of `dual`, which was priced with `fees`.

    `oracle` knows the rows without fees; `target` is what a bound can reach at the most.
    """
    problem = rows.problem
    s, t, k, _m, _r = problem.size
    priced = oracle.priced(dual.at.prices)
    known = side.opened >= 0
    places = np.where(known, side.opened, 0)
    opening = np.where(known, (side.cost + dual.at.prices @ side.on_rows)[places], 0.0)
    must = known & (ends[0][places] > 0.5)
    may = ~known | (ends[1][places] > 0.5)
    most = k if problem.max_tiers is None else problem.max_tiers
    at = (np.arange(s)[:, None], np.arange(t)[None, :])

    def asked(fee: Numbers) -> tuple[float, Numbers]:
        with_fee = replace(priced, fixed=priced.fixed + fee[:, :, problem.mode_tier])
        least, modes = oracle.best(with_fee)
        worth = np.where(known, opening - fee.sum(axis=0), 0.0)
        rank = np.argsort(np.argsort(np.where(must, -np.inf, worth), axis=1), axis=1)
        opened = must | (may & (worth < 0) & (rank < most))
        slack = -opened.astype(np.float64) * np.ones((s, 1, 1))
        slack[(*at, problem.mode_tier[modes])] += 1.0
        slack[:, ~known] = 0.0
        return float(least.sum() + worth[opened & known].sum()), slack

    fee, best = fees.fee, fees.fee
    value, slack = asked(fee)
    shift, highest = dual.bound - value, value
    share, idle, often = FIRST, 0, np.zeros((t, k))
    direction = np.zeros_like(slack)
    for _step in range(STEPS):
        if time.perf_counter() >= deadline or share < LEAST:
            break
        direction = slack + KEPT * direction
        direction[(fee <= 0) & (direction < 0)] = 0.0
        length = float((direction * direction).sum())
        if length == 0.0:
            break
        missing = max(target - shift - value, 1e-6 * abs(target))
        fee = np.maximum(fee + share * missing / length * direction, 0.0)
        value, slack = asked(fee)
        often = MEMORY * often + (slack.min(axis=0) < 0)
        if value > highest:
            highest, best, idle = value, fee, 0
        else:
            idle += 1
            if idle >= PATIENCE:
                share, idle, fee = share / 2, 0, best
                value, slack = asked(fee)
                direction = np.zeros_like(slack)
    first = np.argsort(np.argsort(-often, axis=1, kind="stable"), axis=1)
    return Asked(Fees(best), known & (often > 0) & (first < most))
