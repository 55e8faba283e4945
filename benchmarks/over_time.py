"""Plans over periods: paths with prices against the whole program, stated in Pyomo, by HiGHS."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from benchmarks.horizons import horizon_problem
from benchmarks.registry import Line, benchmark, in_turn
from slopt.problem.horizon.problem import HorizonProblem
from slopt.solve.highs import Options
from slopt.solve.horizon.solve import solve_horizon
from slopt.vocabulary import Method

GAP = 1e-3
PERIODS, LONG = {5_000: 8}, 12
MARKS = {200: 30.0, 5_000: 60.0}
"""Seconds to the gap, by segments: what the product promises."""
MOST_FOR_PROGRAM = 500
"""Segments up to which the whole program is stated and solved; larger ones take it too long."""
OPTIONS = Options(gap=GAP, time_limit_s=600.0)


@benchmark("horizon", "tiers over 12 (8) periods to gap 1e-3", sizes=(200, 5_000), runs=3)
def horizon(segments: int, runs: int) -> Iterator[Line]:
    """Five tiers, staff hired ahead, budgets that carry over, levels that rise.

    The program is built, compiled and solved in the same run, on the same problem.
    """
    periods = PERIODS.get(segments, LONG)
    problems = [horizon_problem(segments, periods, seed=seed) for seed in range(1, runs + 1)]
    ways = [lambda run: _solve(problems[run], Method.PRICES)]
    if segments <= MOST_FOR_PROGRAM:
        ways.append(lambda run: _solve(problems[run], Method.PYOMO))
    ours, *others = in_turn(ways, runs)
    size, timed = f"{segments:,} x 5 x {periods}", "paths with prices"
    yield Line("horizon", size, timed, median(ours), mark=MARKS.get(segments), worst=max(ours))
    for theirs in others:
        ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
        yield Line(
            *("horizon", size, timed, median(ours)),
            *("Pyomo and HiGHS", median(theirs), median(ratios)),
            worst=max(ratios),
        )


def _solve(problem: HorizonProblem, method: Method) -> None:
    outcome = solve_horizon(problem, OPTIONS, method)
    if outcome.gap is None or outcome.gap > GAP:
        raise RuntimeError(f"{method} reached a gap of {outcome.gap} only")
