"""Solving, against HiGHS on the same arrays and against everything else that is installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.contest import alone, compared, contest
from benchmarks.kinds import KINDS
from benchmarks.published import instance_files
from benchmarks.registry import Line, benchmark
from benchmarks.worker import Task

MARK, MARK_AT_10_000 = 1 / 100, 1 / 1000
"""The median ratio to HiGHS that is asked for; and never slower."""
PEERS = ("HiGHS", "Pyomo and HiGHS", "linopy and HiGHS", "CP-SAT", "CBC", "Gurobi")


@benchmark("solve", "to 1e-4 against HiGHS", sizes=(50, 100, 333, 1_000, 3_000, 10_000), runs=5)
def solve(segments: int, runs: int) -> Iterator[Line]:
    """The ordinary kind: a budget and four resources, three of them short."""
    yield from _against_highs("solve", segments, runs, gap=1e-4, limit_s=120.0)


@benchmark("exact", "to 1e-6 against HiGHS", sizes=(50, 100, 333, 1_000, 3_000), runs=5)
def exact(segments: int, runs: int) -> Iterator[Line]:
    """The same, a hundred times as close. HiGHS is stopped after half a minute."""
    yield from _against_highs("exact", segments, runs, gap=1e-6, limit_s=30.0)


def _against_highs(
    name: str, segments: int, runs: int, gap: float, limit_s: float
) -> Iterator[Line]:
    tasks = [Task("plain", segments, seed, gap, limit_s) for seed in range(1, runs + 1)]
    answers = contest(tasks, ("slopt", "HiGHS"))
    mark = MARK_AT_10_000 if segments == 10_000 else MARK
    yield from compared(name, f"{segments:,}", answers, mark, worst_mark=1.0)


@benchmark("quick", "to 1e-6 by itself, median and worst", sizes=(1_000,), runs=21)
def quick(segments: int, runs: int) -> Iterator[Line]:
    """One process, one problem after the other."""
    tasks = [Task("plain", segments, seed, 1e-6) for seed in range(1, runs + 1)]
    answers = contest(tasks, ("slopt",))["slopt"]
    yield alone("quick", f"{segments:,}", "slopt", answers, mark=0.05, worst_mark=0.3)


@benchmark("million", "a million segments to 1e-6", sizes=(1_000_000,), runs=3)
def million(segments: int, runs: int) -> Iterator[Line]:
    """Arrays to plan: by the price method alone, and by solve() with all that it adds."""
    tasks = [Task("plain", segments, seed, 1e-6) for seed in range(1, runs + 1)]
    for name, results in contest(tasks, ("price method", "slopt prices")).items():
        yield alone("million", f"{segments:,}", name, results, mark=0.3)


@benchmark("peers", "to 1e-4 against other solvers", sizes=(100, 333, 1_000), runs=5)
def peers(segments: int, runs: int) -> Iterator[Line]:
    """Whoever is installed, each in its own process; stopped after half a minute."""
    tasks = [Task("plain", segments, seed, 1e-4, 30.0) for seed in range(1, runs + 1)]
    yield from compared("peers", f"{segments:,}", contest(tasks, ("slopt", *PEERS)))


@benchmark("kinds", "every kind of problem to 1e-4", sizes=(100, 1_000), runs=3)
def kinds(segments: int, runs: int) -> Iterator[Line]:
    """Correlated, integer, identical, gigantic: what may turn out hard."""
    yield from _every_kind("kinds", segments, runs, gap=1e-4)


@benchmark("close", "every kind of problem to 1e-6", sizes=(333,), runs=3)
def close(segments: int, runs: int) -> Iterator[Line]:
    """The same, a hundred times as close. Both are stopped after 20 seconds."""
    yield from _every_kind("close", segments, runs, gap=1e-6)


def _every_kind(name: str, segments: int, runs: int, gap: float) -> Iterator[Line]:
    tasks = [Task(kind, segments, seed, gap, 20.0) for kind in KINDS for seed in range(1, runs + 1)]
    answers = contest(tasks, ("slopt", "HiGHS"))
    for place, kind in enumerate(KINDS):
        own = slice(place * runs, (place + 1) * runs)
        of_kind = {who: results[own] for who, results in answers.items()}
        yield from compared(name, f"{segments:,} {kind}", of_kind)


@benchmark("knapsack", "published knapsacks, and made ones alike", sizes=(0, 100), runs=3)
def knapsack(groups: int, runs: int) -> Iterator[Line]:
    """To the very end. Ten short resources at size are more than either proves: the gaps compare.

    0 groups stand for the published files, as far as they are there.
    """
    made = [Task("khan", groups, seed, 0.0, 20.0) for seed in range(1, runs + 1)]
    published = [Task(str(path), 0, 1, 0.0, 20.0) for path in instance_files()]
    tasks = made if groups else published
    answers = contest(tasks, ("slopt", "HiGHS"))
    if groups:
        yield from compared("knapsack", f"{groups:,}", answers)
        return
    for place, task in enumerate(tasks):
        of_file = {who: results[place : place + 1] for who, results in answers.items()}
        yield from compared("knapsack", Path(task.kind).name, of_file)
