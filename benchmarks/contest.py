"""Contests: the same problems for several contestants, in turn, each in a process of its own.

Other work on the machine then slows all alike, so the ratio of a pair on one problem counts. What
they found is checked against the raw data and against each other before any time is believed.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.contestants import CONTESTANTS
from benchmarks.registry import Line
from benchmarks.worker import Result, Task

ROOT = Path(__file__).resolve().parents[1]
BREACH = 2e-6
"""Relative breach of a limit that is put up with: what solvers allow themselves."""
ROUNDING = 1e-6
"""Relative, on bounds: CP-SAT's come from rounded data, HiGHS's from sums with tolerances."""


class Process:
    """A contestant that answers tasks until it is closed."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", name],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._answer()

    def solve(self, task: Task) -> Result | None:
        """The answer to a task; None where the contestant does not take it."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asdict(task)) + "\n")
        self._process.stdin.flush()
        answer = self._answer()
        return None if answer is None else Result(**answer)

    def close(self) -> None:
        """End the process, whatever it is at."""
        self._process.kill()
        self._process.communicate()

    def _answer(self) -> dict[str, Any] | None:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            RUNNING.pop(self.name, None)
            raise RuntimeError(
                f'{self.name} gave up; try: python -m benchmarks.worker "{self.name}"'
            )
        answer: dict[str, Any] | None = json.loads(line)
        return answer


RUNNING: dict[str, Process] = {}
"""Contestants stay for the next contest."""


def end_all() -> None:
    """End the processes of all contestants."""
    while RUNNING:
        RUNNING.popitem()[1].close()


def contest(tasks: Sequence[Task], names: Sequence[str]) -> dict[str, list[Result | None]]:
    """What each contestant that is there made of each task. Who begins changes every time."""
    there = [name for name in names if CONTESTANTS[name].is_there]
    for name in there:
        if name not in RUNNING:
            RUNNING[name] = Process(name)
    answers: dict[str, list[Result | None]] = {name: [] for name in there}
    for turn, task in enumerate(tasks):
        first = turn % len(there)
        for name in there[first:] + there[:first]:
            answers[name].append(RUNNING[name].solve(task))
        require_agreement(task, {name: answers[name][-1] for name in there})
    return answers


def require_agreement(task: Task, results: dict[str, Result | None]) -> None:
    """Times only compare where all answer the same question.

    Raises RuntimeError where a plan breaks a limit, a bound lies above somebody's plan, or what is
    called proven is not within the gap.
    """
    given = {name: result for name, result in results.items() if result is not None}
    plans = [r.objective for r in given.values() if r.objective is not None]
    for name, result in given.items():
        wrong = _what_is_wrong(result, min(plans, default=math.inf), task.gap)
        if wrong:
            raise RuntimeError(f"{name}, {task}: {wrong}")


def _what_is_wrong(result: Result, best: float, gap: float) -> str | None:
    objective, bound = result.objective, result.bound
    if objective is not None and (math.isnan(objective) or result.breach > BREACH):
        return f"the plan breaks a limit by {result.breach:.1e}"
    if bound is None:
        return None
    room = ROUNDING * abs(bound)
    if bound > best + room:
        return f"the bound {bound} lies above a plan of {best}"
    if result.proven and objective is not None and objective - bound > gap * abs(objective) + room:
        return f"{objective} is not proven by {bound}"
    return None


def compared(
    benchmark: str,
    what: str,
    answers: dict[str, list[Result | None]],
    mark: float | None = None,
    worst_mark: float | None = None,
) -> Iterator[Line]:
    """A line for the first contestant against each of the others that took part.

    The marks are for the first of the others.
    """
    ours_name, *others = answers
    ours = answers[ours_name]
    for place, name in enumerate(others):
        pairs = [
            (a, b)
            for a, b in zip(ours, answers[name], strict=True)
            if a is not None and b is not None
        ]
        if not pairs:
            continue
        ratios = [a.seconds / b.seconds for a, b in pairs]
        yield Line(
            benchmark,
            what,
            ours_name,
            median(a.seconds for a, _ in pairs),
            name,
            median(b.seconds for _, b in pairs),
            median(ratios),
            mark if place == 0 else None,
            note=_note([a for a, _ in pairs], [b for _, b in pairs]),
            worst=max(ratios),
            worst_mark=worst_mark if place == 0 else None,
            memory_mb=max(a.memory_mb for a, _ in pairs),
            other_memory_mb=max(b.memory_mb for _, b in pairs),
        )


def alone(
    benchmark: str,
    what: str,
    name: str,
    results: Sequence[Result | None],
    mark: float | None = None,
    worst_mark: float | None = None,
) -> Line:
    """A line for one contestant, by its own seconds."""
    done = [result for result in results if result is not None]
    return Line(
        benchmark,
        what,
        name,
        median(result.seconds for result in done),
        mark=mark,
        note=_note(done),
        worst=max(result.seconds for result in done),
        worst_mark=worst_mark,
        memory_mb=max(result.memory_mb for result in done),
    )


def _note(*sides: Sequence[Result]) -> str:
    """How many of the runs each side proved, worst gap where not all, binding rows."""
    words = [f"proven {' to '.join(_proven(side) for side in sides)}"]
    binding = [result.binding for result in sides[0] if result.binding is not None]
    if binding:
        low, high = min(binding), max(binding)
        words.append(f"rows that bind: {low if low == high else f'{low}-{high}'}")
    return ", ".join(words)


def _proven(side: Sequence[Result]) -> str:
    """5/5, or 3/5 (gap up to 2e-03)."""
    count = f"{sum(result.proven for result in side)}/{len(side)}"
    gaps = [
        abs(r.objective - r.bound) / abs(r.objective)
        for r in side
        if not r.proven and r.objective and r.bound is not None
    ]
    return f"{count} (gap {max(gaps):.0e})" if gaps else count
