"""From the best prices to a plan and its bound: the segments near a tie, decided in one place.

At the best prices all but a few segments prefer one tier clearly. Those near a tie are gathered
and solved as a small problem, the others staying as they are. With a plan at hand, a segment whose
second tier is worse by more than plan and bound are apart has its tier in every better plan: once
all others are gathered, the small problem settles the whole.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

from slopt.cluster.oracle import PartitionedOracle
from slopt.problem.choice import Choice
from slopt.problem.shared_rows import Numbers
from slopt.solve.by_prices import solve_rows
from slopt.solve.highs import Options
from slopt.solve.outcome import PricedAnswer, relative_gap
from slopt.solve.prices.coordinator import Prices, coordinate
from slopt.solve.prices.ray import ray_of
from slopt.solve.prices.reduction import Reduction
from slopt.solve.route import method_for
from slopt.solve.start import Start
from slopt.vocabulary import Status

FIRST = 2_000
"""Segments near a tie that are gathered first, and by how much more each time."""
MORE = 5
MOST = 400_000
"""Segments that one process takes in a good second."""
LEAST_S = 0.1
"""Seconds that the last step is given, however late it is."""
ALLOWANCE = 1e-6
"""Relative width that is added, beyond the rounding of distances to single precision."""


@dataclass(frozen=True, eq=False)
class Decided:
    """A plan as prices (M,) and exceptions: `tiers` (n,) at `places` (n,) among all segments.

    `objective` is None without a plan. `bound` is that of floats; the proven one is made later.
    """

    status: Status
    prices: Numbers
    bound: float
    objective: float | None = None
    places: Choice | None = None
    tiers: Choice | None = None


def decide(oracle: PartitionedOracle, options: Options) -> Decided:
    """The best plan, to the relative gap asked for, or as near as time allows."""
    begin = time.perf_counter()
    found = coordinate(oracle, options)
    if found.at_end:
        ray = _ray(oracle, found, options, begin)
        if ray is not None:
            return Decided(Status.INFEASIBLE, ray, math.inf)
    decided = _search(oracle, found, options, begin)
    if decided.objective is None and not found.at_end:
        ray = _ray(oracle, found, options, begin)
        if ray is not None:
            return Decided(Status.INFEASIBLE, ray, math.inf)
    return decided


def _ray(oracle: PartitionedOracle, at: Prices, options: Options, begin: float) -> Numbers | None:
    """Prices at which even the least use exceeds the limits, None where none were found."""
    return ray_of(oracle.without_costs(), _left(options, begin), at.prices)


def _search(oracle: PartitionedOracle, at: Prices, options: Options, begin: float) -> Decided:
    best = Decided(Status.NO_PLAN, at.prices, at.bound)
    window, most = max(at.window, 1e-9 * at.units.money), FIRST
    try:
        while True:
            left = _left(options, begin)
            near = oracle.near_ties(at.prices, window, most)
            answer = _solve(near, at.prices, left)
            best = _better(best, answer, near.places)
            full = len(near.places) >= most
            whole = len(near.places) == oracle.segments
            if whole or (not full and _covers(window, best)):
                return _settled(best, answer, options)
            if _reached(best, options):
                return replace(best, status=Status.OPTIMAL)
            if answer.status is Status.INTERRUPTED or left.time_limit_s <= LEAST_S or most >= MOST:
                return best
            most = min(MORE * most, MOST)
            window = _next_window(window, full, best)
    except KeyboardInterrupt:
        return replace(best, status=Status.INTERRUPTED)


def _solve(near: Reduction, prices: Numbers, options: Options) -> PricedAnswer:
    """The best of what is gathered, a little nearer than asked for, as its own bound is higher."""
    return solve_rows(
        near.problem,
        None,
        replace(options, gap=options.gap / 2),
        method_for(len(near.places)),
        Start(prices, near.problem.dual(prices)[1]),
    )


def _better(best: Decided, answer: PricedAnswer, places: Choice) -> Decided:
    if answer.choice is None or answer.objective is None:
        return best
    if best.objective is not None and best.objective <= answer.objective:
        return best
    status = Status.INTERRUPTED if answer.status is Status.INTERRUPTED else Status.FEASIBLE
    return replace(
        best, status=status, objective=answer.objective, places=places, tiers=answer.choice
    )


def _covers(window: float, best: Decided) -> bool:
    """True where every segment that a better plan may change lies within the window."""
    return best.objective is not None and window >= _slack(best)


def _slack(best: Decided) -> float:
    assert best.objective is not None
    apart = max(0.0, best.objective - best.bound)
    return apart * (1 + ALLOWANCE) + 1e-12 * abs(best.objective)


def _next_window(window: float, full: bool, best: Decided) -> float:
    """Wide enough to settle the matter, else wider than before."""
    if best.objective is not None:
        return _slack(best)
    return window if full else MORE * MORE * window


def _settled(best: Decided, answer: PricedAnswer, options: Options) -> Decided:
    """What the small problem says of itself holds for the whole."""
    if best.objective is None:
        status = Status.INFEASIBLE if answer.status is Status.INFEASIBLE else Status.NO_PLAN
        return replace(best, status=status)
    if answer.bound is not None:
        best = replace(best, bound=max(best.bound, min(answer.bound, best.objective)))
    if best.status is Status.FEASIBLE and _reached(best, options):
        return replace(best, status=Status.OPTIMAL)
    return best


def _reached(best: Decided, options: Options) -> bool:
    gap = relative_gap(best.objective, best.bound)
    return gap is not None and gap <= options.gap


def _left(options: Options, begin: float) -> Options:
    spent = time.perf_counter() - begin
    return replace(options, time_limit_s=max(LEAST_S, options.time_limit_s - spent))
