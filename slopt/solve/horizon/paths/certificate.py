"""Bounds that prices prove, for a plan of any route.

`certify` looks for good prices by itself; `price_bound` takes prices by the name of the limit, as
every outcome has them. Both bounds are sums that `recompute` makes again without a solver.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.horizon.problem import HorizonProblem
from slopt.problem.horizon.shared_rows import SharedRows
from slopt.problem.horizon.sharing import share_horizon
from slopt.problem.horizon.side import Side
from slopt.problem.horizon.side_block import side_block
from slopt.problem.program import LinearProgram
from slopt.solve.highs import Options, run
from slopt.solve.horizon.paths.bound import Multipliers, dual_at
from slopt.solve.horizon.paths.oracle import PathOracle
from slopt.solve.horizon.paths.prices import RootSearch

Numbers = NDArray[np.float64]
NEARLY = 1e-6
"""Relative to the bound: what better prices have to be worth."""


@dataclass(frozen=True, eq=False)
class PriceCertificate:
    """Multipliers, and the bound in the unit and sense of the goal that they prove."""

    at: Multipliers
    bound: float


def certify(problem: HorizonProblem, options: Options) -> PriceCertificate | None:
    """The best bound that prices prove, as far as time allows; None where no plan is possible.

    Raises ValueError where `path_obstacle` says why paths cannot take the problem.
    """
    rows = share_horizon(problem)
    side = side_block(rows)
    search, ends = RootSearch(rows, side, options.seed), (side.lower, side.upper)
    deadline = time.perf_counter() + options.time_limit_s
    root = search.run(PathOracle(rows), ends, None, NEARLY, np.inf, deadline)
    if root.infeasible:
        return None
    return PriceCertificate(root.dual.at, _told(problem, root.dual.bound))


def price_bound(problem: HorizonProblem, prices: Mapping[str, float]) -> float:
    """The bound that prices by name prove, in the unit and sense of the goal; names that no limit
    has are ignored, and what has no price costs nothing.

    Prices of what is opened or lifted have no names, so that with menus or lifts it may be weak.
    """
    rows = share_horizon(problem)
    side = side_block(rows)
    found = _by_row(rows, prices)
    at = Multipliers(found, _own(side, found))
    return _told(problem, _bound(rows, side, at))


def recompute(problem: HorizonProblem, at: Multipliers) -> float:
    """The bound at multipliers once more, from the problem alone and without a solver."""
    rows = share_horizon(problem)
    return _told(problem, _bound(rows, side_block(rows), at))


def _bound(rows: SharedRows, side: Side, at: Multipliers) -> float:
    return dual_at(PathOracle(rows), side, at, (side.lower, side.upper)).bound


def _told(problem: HorizonProblem, bound: float) -> float:
    return -bound if problem.goal.maximises else bound


def _by_row(rows: SharedRows, prices: Mapping[str, float]) -> Numbers:
    """Prices (R,) of the rows. A budget that carries over has what it is worth beyond the next."""
    found = np.zeros(len(rows.rows))
    names = [row.name for row in rows.rows]
    for r, row in enumerate(rows.rows):
        if row.kind not in ("budget", "resource", "limit", "rule"):
            continue
        price = prices.get(row.name, 0.0) / names.count(row.name)
        later = rows.rows[r + 1] if r + 1 < len(rows.rows) else None
        chained = later is not None and later.kind == row.kind == "budget"
        if chained and later is not None and later.about[0] == row.about[0]:
            price -= prices.get(later.name, 0.0)
        found[r] = max(price, 0.0)
    return found


def _own(side: Side, prices: Numbers) -> Numbers:
    """The best multipliers (Q,) of the side block's own rows at prices of the shared ones."""
    count = len(side.own)
    if count == 0:
        return np.zeros(0)
    row, column = np.nonzero(side.own)
    program = LinearProgram(
        cost=side.cost + prices @ side.on_rows,
        lower=side.lower,
        upper=side.upper,
        integral=np.zeros(len(side.cost), dtype=np.bool_),
        start=np.searchsorted(row, np.arange(count + 1)),
        index=column,
        value=side.own[row, column],
        row_lower=side.own_lower,
        row_upper=side.own_upper,
        choose=np.zeros((0, 2), dtype=np.int64),
    )
    answer = run(program, Options(), confirm=False)
    if answer.row_duals is None:
        return np.zeros(count)
    own = -answer.row_duals
    own = np.where(np.isinf(side.own_upper), np.minimum(own, 0.0), own)
    return np.asarray(np.where(np.isinf(side.own_lower), np.maximum(own, 0.0), own))
