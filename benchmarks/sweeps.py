"""Many questions of one problem: the best plan for every budget."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from benchmarks.kinds import KINDS
from benchmarks.registry import Line, benchmark, seconds_of
from slopt.problem.sharing import share
from slopt.solve.highs import Options
from slopt.solve.hull import hull_of
from slopt.study.frontier import Frontier, frontier
from slopt.study.frontier.axis import axis_of
from slopt.study.frontier.grid import Span
from slopt.study.frontier.least import Way

BUDGETS = 200
MARKS = {1_000: 1.0, 10_000: 3.0}
"""Seconds for all budgets, by segments."""
HULL_MARK, HULL_MARK_AT = 0.005, 10_000


@benchmark("frontier", "200 budgets to 1e-4", sizes=(1_000, 10_000), runs=3)
def many_budgets(segments: int, runs: int) -> Iterator[Line]:
    """From the tightest budget with a plan to where more gains nothing, a plan at each."""
    found: list[Frontier] = []

    def sweep(seed: int) -> None:
        problem = KINDS["plain"](segments, seed)
        way = Way(Options(1e-4, 120.0, seed))
        found.append(frontier(problem, axis_of(problem, "budget"), way, Span(count=BUDGETS)))

    sweep(0)  # the first call imports the solvers
    found.clear()
    seconds = [seconds_of(sweep, seed) for seed in range(1, runs + 1)]
    points = [point for run in found for point in run.points]
    gaps = [point.gap for point in points if point.choice is not None and point.gap is not None]
    yield Line(
        "frontier",
        f"{segments:,}",
        f"{BUDGETS} budgets",
        median(seconds),
        mark=MARKS.get(segments),
        worst=max(seconds),
        note=f"{len(gaps)} of {len(points)} points have a plan, gaps up to {max(gaps):.1e}",
    )


@benchmark("hull", "every budget at once, one shared row", sizes=(10_000, 1_000_000), runs=21)
def every_budget(segments: int, runs: int) -> Iterator[Line]:
    """Bounds and plans on the hull, for every budget there is."""
    rows = [share(KINDS["single"](segments, seed)).rows for seed in range(1, min(runs, 5) + 1)]
    hull_of(rows[0])
    seconds = [seconds_of(hull_of, rows[run % len(rows)]) for run in range(runs)]
    yield Line(
        "hull",
        f"{segments:,}",
        "every budget",
        median(seconds),
        mark=HULL_MARK if segments == HULL_MARK_AT else None,
        worst=max(seconds),
    )
