"""Whole processes, as a user starts them: commands on shipped cases, a middling and a huge case."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.large_case import Size, write_large_case
from benchmarks.registry import Line, benchmark

COMMANDS = {
    "--help": 0.25,
    "check parts_distributor": 1.0,
    "solve tiny": 1.0,
    "solve parts_distributor": 1.0,
    "solve scms_deliveries": 1.0,
}
"""What is typed after `slopt`, and the seconds that it may take."""
MIDDLING_MARK = 1.0
LARGE_MARK, LARGE_MARK_MB, LARGE_MARK_AT = 10.0, 1_500.0, 1_000_000
MAXRSS_A_MB = 1e6 if sys.platform == "darwin" else 1e3


LAUNCHER = """
import os, sys, time
begin = time.perf_counter()
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
seconds = time.perf_counter() - begin
code = os.waitstatus_to_exitcode(status)
told = (seconds, usage.ru_maxrss, code)
print('{"seconds": %r, "maxrss": %r, "code": %r}' % told, file=sys.stderr)
"""
"""A small process that starts another: a process inherits the peak memory of what started it."""


@dataclass(frozen=True)
class Ran:
    """One process: wall seconds, peak memory, standard output."""

    seconds: float
    memory_mb: float
    out: str


def slopt(words: Sequence[str], bytecode: str) -> Ran:
    """Run `slopt WORDS` to its end, with the bytecode of earlier calls; fails where it fails."""
    left_out = ("PYTHONDONTWRITEBYTECODE", "SLOPT_STORE")
    env = {name: value for name, value in os.environ.items() if name not in left_out}
    # Runs are recorded, as they are for a user, but not with those of who measures.
    env |= {"PYTHONPYCACHEPREFIX": bytecode, "XDG_DATA_HOME": bytecode}
    call = [sys.executable, "-m", "slopt.cli.app", *words]
    launched = subprocess.run(
        [sys.executable, "-S", "-E", "-c", LAUNCHER, *call],
        env=env,
        check=True,
        capture_output=True,
        text=True,
    )
    told = json.loads(launched.stderr.splitlines()[-1])
    if told["code"]:
        said = launched.stderr.strip().splitlines()[0]
        raise RuntimeError(f"slopt {' '.join(words)} ended with {told['code']}: {said}")
    return Ran(told["seconds"], told["maxrss"] / MAXRSS_A_MB, launched.stdout)


@benchmark("command", "whole processes", sizes=(0,), runs=5)
def command(_: int, runs: int) -> Iterator[Line]:
    """Commands on shipped cases, from start to exit."""
    with tempfile.TemporaryDirectory() as bytecode:
        for words, mark in COMMANDS.items():
            slopt(words.split(), bytecode)
            ran = [slopt(words.split(), bytecode) for _ in range(runs)]
            yield _line("command", "", f"slopt {words}", ran, mark)


@benchmark("middling", "whole command, segments as Parquet", sizes=(200,), runs=5)
def middling(segments: int, runs: int) -> Iterator[Line]:
    """Where most users live: the command within a second, of which solving is not the larger part.

    The second line is what the result says of the time spent solving.
    """
    with tempfile.TemporaryDirectory() as bytecode, tempfile.TemporaryDirectory() as folder:
        case = Path(folder) / "case"
        write_large_case(case, Size(segments))
        words = ["solve", str(case), "--json"]
        slopt(words, bytecode)
        ran = [slopt(words, bytecode) for _ in range(runs)]
        size = f"{segments:,}"
        yield _line("middling", size, "slopt solve", ran, MIDDLING_MARK)
        solving = median(json.loads(one.out)["seconds"] for one in ran)
        half = median(one.seconds for one in ran) / 2
        yield Line("middling", size, "of which solving", solving, mark=half)


@benchmark("parquet", "Parquet to plan file, to 1e-6", sizes=(1_000_000,), runs=1)
def parquet(segments: int, runs: int) -> Iterator[Line]:
    """6 tiers, 5 resources: offers by the economics, then every offer with numbers of its own."""
    is_marked = segments == LARGE_MARK_AT
    for offers in (False, True):
        with tempfile.TemporaryDirectory() as bytecode, tempfile.TemporaryDirectory() as folder:
            case = Path(folder) / "case"
            write_large_case(case, Size(segments, offers=offers))
            plan = Path(folder) / "plan"
            words = ["solve", str(case), "--out", str(plan), "--set", "solve.gap=1e-6"]
            ran = [slopt(words, bytecode) for _ in range(runs)]
            gap = json.loads((plan / "result.json").read_text(encoding="utf-8"))["gap"]
            yield _line(
                "parquet",
                f"{segments:,}",
                "slopt solve, offers given" if offers else "slopt solve",
                ran,
                LARGE_MARK if is_marked else None,
                LARGE_MARK_MB if is_marked else None,
                f"gap {gap:.1e}",
            )


def _line(
    name: str,
    size: str,
    timed: str,
    ran: Sequence[Ran],
    mark: float | None,
    memory_mark_mb: float | None = None,
    note: str = "",
) -> Line:
    seconds = [one.seconds for one in ran]
    return Line(
        name,
        size,
        timed,
        median(seconds),
        mark=mark,
        note=note,
        worst=max(seconds),
        memory_mb=max(one.memory_mb for one in ran),
        memory_mark_mb=memory_mark_mb,
    )
