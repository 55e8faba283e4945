"""A nightly run: `make fuzz`, or `python -m tests.fuzz 2000 --seed 7` from the top of the project.

Random problems before all judges, random files before the readers, long commands stopped at random
moments. Every round has a number from which it can be repeated alone; exit code 1 where one failed.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "faults")]
os.environ["SLOPT_STORE"] = "none"

STOPS_AMONG = 40
"""One round among so many stops a command, which takes as long as all the others together."""
LARGEST = 24
"""Segments of the largest problems that SCIP judges."""


def judging(seed: int) -> list[str]:
    """One problem before SCIP, trying all choices and every route; one in four is larger."""
    from judges import quarrels
    from strategies import GOALS, random_problem

    chance = random.Random(seed)
    size = chance.randrange(7, LARGEST + 1) if seed % 4 == 0 else None
    return quarrels(random_problem(seed, goal=chance.choice(GOALS), segments=size))


def reading(seed: int) -> list[str]:
    """One workbook that somebody damaged, changed or made with care."""
    from hostile_workbooks import faults_of_reading

    with tempfile.TemporaryDirectory() as folder:
        return faults_of_reading(seed, Path(folder))


def stopping(seed: int) -> list[str]:
    """One long command, stopped twice and then left to end in the same folder."""
    from stopping import LONG, SIGNALS, faults_of_stopping, moment, remains, seconds_of

    chance = random.Random(seed)
    name = chance.choice(sorted(LONG))
    with tempfile.TemporaryDirectory() as undisturbed, tempfile.TemporaryDirectory() as stopped:
        seconds = seconds_of(name, Path(undisturbed))
        wrong = []
        for _ in range(2):
            after, sign = moment(chance, seconds), chance.choice(SIGNALS)
            found = faults_of_stopping(name, sign, after, Path(stopped))
            wrong += [f"{name}, {sign.name} after {after:.2f} s: {what}" for what in found]
        seconds_of(name, Path(stopped))
        return wrong + [f"{name}, at its end: {what}" for what in remains(Path(stopped) / "out")]


KINDS: dict[str, Callable[[int], list[str]]] = {
    "judging": judging,
    "reading": reading,
    "stopping": stopping,
}


def rounds(count: int, seed: int, only: str | None) -> Iterator[tuple[str, int]]:
    """(kind, number) of every round."""
    for number in range(seed, seed + count):
        for kind in KINDS:
            if only not in (None, kind):
                continue
            if kind != "stopping" or only or number % STOPS_AMONG == 0:
                yield kind, number


def main() -> int:
    """Run them all; say what failed, and how to see it again."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("count", type=int, nargs="?", default=2000, metavar="N")
    parser.add_argument("--seed", type=int, default=0, help="the number of the first round")
    parser.add_argument("--only", choices=sorted(KINDS))
    chosen = parser.parse_args()
    begin, done, failed = time.perf_counter(), dict.fromkeys(KINDS, 0), 0
    for kind, number in rounds(chosen.count, chosen.seed, chosen.only):
        try:
            wrong = KINDS[kind](number)
        except Exception:
            wrong = [traceback.format_exc()]
        done[kind] += 1
        if wrong:
            failed += 1
            again = f"python -m tests.fuzz 1 --seed {number} --only {kind}"
            print(f"{kind} {number}: {again}", *wrong, sep="\n  ", flush=True)
    told = ", ".join(f"{count} {kind}" for kind, count in done.items())
    print(f"{told}; {failed} failed   {time.perf_counter() - begin:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
