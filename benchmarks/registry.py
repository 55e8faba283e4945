"""The registry of what is timed, and how a comparison is timed and judged."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Line:
    """One line of the table: medians in seconds, and the mark that they are held against.

    `ratio` is the median over the runs of seconds / other_seconds, both taken in turn in one
    process. A mark is an upper bound on `seconds` or, where `other` is given, on `ratio`.
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

    @property
    def met(self) -> bool | None:
        """Whether the mark is reached; None where there is no mark."""
        if self.mark is None:
            return None
        return (self.seconds if self.ratio is None else self.ratio) <= self.mark


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


def in_turn(
    first: Callable[[int], object], second: Callable[[int], object], runs: int
) -> tuple[float, float, float]:
    """Median seconds of two functions of the run's number, and the median of their ratio.

    Other work on the machine then slows both alike. Which of the two begins alternates too.
    """
    pairs = []
    for run in range(runs):
        if run % 2 == 0:
            a, b = seconds_of(first, run), seconds_of(second, run)
        else:
            b, a = seconds_of(second, run), seconds_of(first, run)
        pairs.append((a, b))
    return (
        median(a for a, _ in pairs),
        median(b for _, b in pairs),
        median(a / b for a, b in pairs),
    )
