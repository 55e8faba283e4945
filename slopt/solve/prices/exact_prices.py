"""Exact best prices of a few thousand segments, within bounds on each price.

Segments with the same numbers count as one with those of all together, which changes no bound: the
simplex would otherwise meet the same tie again and again. Extras enter as segments that take
either none or all of theirs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from slopt.errors import SolverTrouble
from slopt.problem.shared_rows import Numbers, SharedRowProblem
from slopt.solve.highs import Options, run
from slopt.solve.prices.equal_segments import Kinds, kinds_of
from slopt.solve.prices.oracle import compiled
from slopt.solve.shared_program import prices_of, program_of
from slopt.vocabulary import Status

MOST_PIVOTS = 4_000
SLICE_S = 0.05
"""Of one native call, so that an interruption is soon heard."""
OPTIMAL, LIMIT = 0, 3  # endings, see pricing.pyi


@dataclass(frozen=True, eq=False)
class Exact:
    """Prices (M,), the bound they give, and whether none between the bounds give a better one.

    share (n, K) says how the segments mix their tiers at the best prices, if that is known.
    """

    prices: Numbers
    bound: float
    best: bool
    share: Numbers | None = None


def exact_prices(
    problem: SharedRowProblem, low: Numbers, high: Numbers, start: Numbers, seconds: float
) -> Exact:
    """The prices between `low` and `high` (M,) with the highest bound."""
    kinds = kinds_of(problem)
    merged = with_extras_as_segments(kinds.problem)
    if compiled() is not None:
        found = _by_simplex(merged, low, high, start, seconds)
        if found.best:
            return _of_segments(found, kinds, problem)
    else:
        found = Exact(start, merged.dual(start)[0], best=False)
    other = _by_program(merged, low, high, seconds)
    better = other is not None and other.bound >= found.bound
    return _of_segments(other if other is not None and better else found, kinds, problem)


def _of_segments(found: Exact, kinds: Kinds, problem: SharedRowProblem) -> Exact:
    """The shares of the segments from those of their kinds, without those of the extras."""
    share = found.share
    if share is not None:
        share = share[kinds.of, : problem.cost.shape[1]]
    return replace(found, share=share)


def with_extras_as_segments(problem: SharedRowProblem) -> SharedRowProblem:
    """Each extra as a segment of two tiers, none of it or all, as long as tiers may be mixed."""
    _, tiers, rows = problem.size
    extras = len(problem.extra_cost)
    if extras == 0:
        return problem
    wide = max(tiers, 2)

    def stack(values: Numbers, all_of_it: Numbers) -> Numbers:
        own = np.zeros((extras, wide))
        own[:, 1] = all_of_it
        padded = np.pad(values, ((0, 0), (0, wide - tiers)))
        return np.vstack([padded, own])

    return problem.replace(
        cost=stack(problem.cost, problem.extra_cost * problem.extra_most),
        use=tuple(
            stack(use, problem.extra_use[r] * problem.extra_most)
            for r, use in enumerate(problem.use)
        ),
        allowed=np.vstack(
            [
                np.pad(problem.allowed, ((0, 0), (0, wide - tiers))),
                np.tile(np.arange(wide) < 2, (extras, 1)),
            ]
        ),
        extra_cost=np.zeros(0),
        extra_most=np.zeros(0),
        extra_use=np.zeros((rows, 0)),
    )


def _by_simplex(
    problem: SharedRowProblem, low: Numbers, high: Numbers, start: Numbers, seconds: float
) -> Exact:
    """By the compiled dual simplex, in slices of time."""
    module, prices, pivots = compiled(), start, 0
    deadline = time.perf_counter() + seconds
    while True:
        ending, prices, bound, share, more = module.ascend(
            problem.cost,
            list(problem.use),
            problem.allowed,
            problem.limit,
            low,
            high,
            prices,
            MOST_PIVOTS - pivots,
            SLICE_S,
        )
        pivots += more
        if ending != LIMIT or pivots >= MOST_PIVOTS or time.perf_counter() > deadline:
            return Exact(prices, problem.offset + bound, ending == OPTIMAL, share)


def _by_program(
    problem: SharedRowProblem, low: Numbers, high: Numbers, seconds: float
) -> Exact | None:
    """By HiGHS; None without an answer. Two columns a row keep its price within its bounds."""
    program = program_of(problem).relaxed()
    segments, _, rows = problem.size
    columns = len(program.cost)
    place = np.arange(rows)
    at = program.start[segments + place + 1]
    bounded = program.replace(
        cost=np.concatenate([program.cost, high, -low]),
        lower=np.zeros(columns + 2 * rows),
        upper=np.concatenate([program.upper, np.full(2 * rows, np.inf)]),
        integral=np.zeros(columns + 2 * rows, dtype=np.bool_),
        start=program.start + np.concatenate([np.zeros(segments + 1), 2 * (place + 1)]).astype(int),
        index=np.insert(
            program.index,
            np.repeat(at, 2),
            np.stack([columns + place, columns + rows + place], axis=1).reshape(-1),
        ),
        value=np.insert(program.value, np.repeat(at, 2), np.tile([-1.0, 1.0], rows)),
    )
    try:
        answer = run(bounded, Options(time_limit_s=seconds), confirm=False)
    except SolverTrouble:  # numbers that HiGHS does not take; any prices are prices
        return None
    if answer.row_duals is None:
        return None
    prices = np.clip(prices_of(bounded, answer.row_duals, rows), low, high)
    share = np.zeros(problem.cost.shape)
    if answer.values is not None:
        own, tier = program.choose.T
        share[own, tier] = np.clip(answer.values[: len(own)], 0.0, 1.0)
    return Exact(prices, problem.dual(prices)[0], answer.status is Status.OPTIMAL, share)
