"""One contestant in a process of its own: `python -m benchmarks.worker "HiGHS"`.

Solvers bring libraries that cannot live together in one process. Tasks come as lines of JSON on
standard input, answers go as lines of JSON to standard output; whatever else is printed goes to
standard error. The process stays, so that nobody's imports are timed.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import resource
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.contestants import CONTESTANTS, judged
from benchmarks.kinds import KINDS
from benchmarks.published import like_published, published_problem
from slopt.problem.choice import ChoiceProblem
from slopt.solve.highs import Options

MADE = {**KINDS, "khan": like_published}
MAXRSS_A_MB = 1e6 if sys.platform == "darwin" else 1e3
"""In what unit a system counts."""


@dataclass(frozen=True)
class Task:
    """A problem by its kind (or the path of a published instance), size and seed, and a gap."""

    kind: str
    segments: int
    seed: int
    gap: float
    limit_s: float = 60.0

    def problem(self) -> ChoiceProblem:
        """The problem itself."""
        if self.kind in MADE:
            return MADE[self.kind](self.segments, self.seed)
        return published_problem(Path(self.kind))


@dataclass(frozen=True)
class Result:
    """How a contestant did: seconds, and from the raw data objective and largest relative breach.

    `memory_mb` is how far the memory of its process grew beyond what it was before, and what any
    process needed that it started.
    """

    seconds: float
    objective: float | None
    breach: float
    bound: float | None
    proven: bool
    memory_mb: float
    binding: int | None


def solve(name: str, task: Task) -> Result | None:
    """Time one task; None where it is not for this contestant."""
    problem = task.problem()
    options = Options(task.gap, task.limit_s, task.seed)
    run = CONTESTANTS[name].prepare(problem, options)
    if run is None:
        return None
    gc.collect()
    before = _forget_peak()
    begin = time.perf_counter()
    found = run()
    seconds = time.perf_counter() - begin
    memory = max(0.0, _peak_mb() - before) + _children_mb()
    objective, breach = (None, 0.0) if found.choice is None else judged(problem, found.choice)
    return Result(seconds, objective, breach, found.bound, found.proven, memory, found.binding)


def _forget_peak() -> float:
    """Let the peak start anew from what is in use, where the system can; that use, in MB."""
    with suppress(OSError, AttributeError):  # what was freed but kept would hide what is taken
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return _peak_mb()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _peak_mb() -> float:
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MAXRSS_A_MB
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6


def _children_mb() -> float:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / MAXRSS_A_MB


def main() -> None:
    """Answer tasks until the input ends."""
    name = sys.argv[1]
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    solve(name, Task("plain", 10, 0, 1e-4))
    print("{}", file=answers, flush=True)
    for line in sys.stdin:
        result = solve(name, Task(**json.loads(line)))
        print(json.dumps(None if result is None else asdict(result)), file=answers, flush=True)


if __name__ == "__main__":
    main()
