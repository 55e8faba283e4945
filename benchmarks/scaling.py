"""The price method from a thousand to ten million segments, each size in a process of its own.

`python -m benchmarks.scaling SEGMENTS GAP RUNS` prints one size as a line of JSON.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

import numpy as np

from benchmarks.instances import make_problem
from slopt.problem.shared_rows import SharedRowProblem
from slopt.problem.sharing import share
from slopt.solve.highs import Options
from slopt.solve.prices import solve_prices

SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
PART = 100_000
"""Large problems are put together from parts of this size, so that making them needs no more memory
than they themselves."""
LIMIT_S = 600.0
MAXRSS_A_MB = 1e6 if sys.platform == "darwin" else 1e3


@dataclass(frozen=True)
class Row:
    """One size: median seconds from arrays to plan, worst gap, memory of the input and in all."""

    segments: int
    seconds: float
    gap: float
    input_mb: float
    peak_mb: float


def make_rows(segments: int, seed: int) -> SharedRowProblem:
    """Shared rows of any size; the limits are the sums of those of the parts."""
    sizes = [PART] * (segments // PART) or [segments]
    first = share(make_problem(sizes[0], seed)).rows
    tiers, count = first.cost.shape[1], len(first.use)
    cost = np.empty((sum(sizes), tiers))
    use = tuple(np.empty_like(cost) for _ in range(count))
    allowed = np.empty(cost.shape, dtype=np.bool_)
    limit, begin = np.zeros(count), 0
    for number, size in enumerate(sizes):
        part = first if number == 0 else share(make_problem(size, seed + number)).rows
        place = slice(begin, begin + size)
        cost[place], allowed[place] = part.cost, part.allowed
        for whole, own in zip(use, part.use, strict=True):
            whole[place] = own
        limit += part.limit
        begin += size
    return first.replace(cost=cost, use=use, allowed=allowed, limit=limit)


def scaling(sizes: Sequence[int], gap: float, runs: int) -> list[Row]:
    """A row a size."""
    rows = []
    for segments in sizes:
        words = [sys.executable, "-m", "benchmarks.scaling", str(segments), str(gap), str(runs)]
        done = subprocess.run(words, capture_output=True, encoding="utf-8", check=True)
        rows.append(Row(**json.loads(done.stdout)))
    return rows


def growth(rows: Sequence[Row], smallest: int) -> float:
    """The exponent: slope of log seconds over log segments, from a size on."""
    counted = [row for row in rows if row.segments >= smallest]
    sizes, seconds = ([getattr(row, name) for row in counted] for name in ("segments", "seconds"))
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def measure(segments: int, gap: float, runs: int) -> Row:
    """One size in this process, another seed each run."""
    seconds, gaps, held = [], [], 0.0
    for run in range(runs):
        problem = make_rows(segments, 1 + 1000 * run)
        held = (problem.cost.nbytes * (1 + len(problem.use)) + problem.allowed.nbytes) / 1e6
        begin = time.perf_counter()
        answer = solve_prices(problem, Options(gap, LIMIT_S))
        seconds.append(time.perf_counter() - begin)
        if answer.objective is None or answer.bound is None:
            raise RuntimeError(f"no plan for {segments:,} segments")
        gaps.append((answer.objective - answer.bound) / abs(answer.objective))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MAXRSS_A_MB
    return Row(segments, median(seconds), max(gaps), held, peak)


if __name__ == "__main__":
    print(json.dumps(asdict(measure(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))))
