"""The registry of what is timed, and how a comparison is timed and judged."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line of the table: medians in seconds, and the marks that they are held against.

    `ratio` is the median over the runs of seconds / other_seconds, both taken in turn. `worst` is
    the largest of the ratios or, where nothing is compared, of the seconds. A mark is an upper
    bound on `seconds` or, where `other` is given, on `ratio`; `worst_mark` is one on `worst`,
    `memory_mark_mb` one on `memory_mb`, by which the memory of the process grew.
    """

    benchmark: str
    size: str
    timed: str
    seconds: float
    other: str = ""
    other_seconds: float | None = None
    ratio: float | None = None
    mark: float | None = None
    note: str = ""
    worst: float | None = None
    worst_mark: float | None = None
    memory_mb: float | None = None
    other_memory_mb: float | None = None
    memory_mark_mb: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether all marks are reached; None where there is none."""
        judged = [
            value is not None and value <= mark
            for value, mark in (
                (self.seconds if self.ratio is None else self.ratio, self.mark),
                (self.worst, self.worst_mark),
                (self.memory_mb, self.memory_mark_mb),
            )
            if mark is not None
        ]
        return all(judged) if judged else None


Measure = Callable[[int, int], Iterator[Line]]
"""(size, runs) -> lines."""


@dataclass(frozen=True)
class Benchmark:
    """Something that is timed at each of its sizes, in segments; (0,) where sizes do not apply."""

    name: str
    what: str
    sizes: tuple[int, ...]
    runs: int
    measure: Measure


BENCHMARKS: dict[str, Benchmark] = {}


def benchmark(
    name: str, what: str, sizes: tuple[int, ...], runs: int
) -> Callable[[Measure], Measure]:
    """Enter a function into the registry."""

    def enter(measure: Measure) -> Measure:
        BENCHMARKS[name] = Benchmark(name, what, sizes, runs, measure)
        return measure

    return enter


def seconds_of(call: Callable[..., object], *arguments: object) -> float:
    """Wall time of one call."""
    begin = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - begin


def in_turn(calls: Sequence[Callable[[int], object]], runs: int) -> list[list[float]]:
    """Seconds of each of several functions of the run's number, a list of runs for each.

    Other work on the machine then slows all alike. Which begins changes from run to run.
    """
    seconds = [[0.0] * runs for _ in calls]
    for run in range(runs):
        for turn in range(len(calls)):
            which = (run + turn) % len(calls)
            seconds[which][run] = seconds_of(calls[which], run)
    return seconds
