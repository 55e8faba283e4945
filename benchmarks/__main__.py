"""Time what the registry lists and print one table: `python -m benchmarks --only solve`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import benchmarks.building  # importing these fills the registry
import benchmarks.commands
import benchmarks.conflicts
import benchmarks.explaining
import benchmarks.growth
import benchmarks.levels
import benchmarks.over_time
import benchmarks.points
import benchmarks.reporting
import benchmarks.risk
import benchmarks.solving
import benchmarks.staffing
import benchmarks.stocks
import benchmarks.sweeps
import benchmarks.workbooks  # noqa: F401
from benchmarks.contest import end_all
from benchmarks.registry import BENCHMARKS, Line

HEADS = (
    *("benchmark", "segments", "timed", "s", "MB", "against", "s", "MB"),
    *("ratio", "worst", "mark", "worst", "", ""),
)
PAGE_MARKS = ("<!-- measured -->", "<!-- end -->")
PEERS = ("linopy", "ortools", "pulp", "gurobipy")
RIGHT = {3, 4, 6, 7, 8, 9, 10, 11}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the chosen benchmarks, print their table, and write it as JSON if asked to.

    The file is written after every line, so that what was measured stays whatever comes next. A
    benchmark that fails is named, the others run, and the exit code is 1.
    """
    asked = _parser().parse_args(arguments)
    lines: list[Line] = []
    failures: list[str] = []
    try:
        for line in _measured(asked.only, asked.sizes, asked.runs, failures):
            lines.append(line)
            if asked.json:
                _write(asked.json, lines)
    finally:
        end_all()
    shown = [" | ".join(f"{name} {value}" for name, value in machine().items()), *table(lines)]
    print("\n".join(shown))
    if failures:
        sys.exit("\n".join(failures))
    if asked.page:
        _put_into(asked.page, shown)


def _write(file: Path, lines: Sequence[Line]) -> None:
    document = {"machine": machine(), "lines": [{**asdict(x), "met": x.met} for x in lines]}
    file.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def _put_into(page: Path, shown: Sequence[str]) -> None:
    """Put the table in place of the one that stands between the marks of a page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(PAGE_MARKS[0])
    _, found, after = rest.partition(PAGE_MARKS[1])
    if not found:
        sys.exit(f"{page} has no {PAGE_MARKS[0]} ... {PAGE_MARKS[1]}")
    table = "\n".join(("", "```", *shown, "```", ""))
    page.write_text(before + PAGE_MARKS[0] + table + PAGE_MARKS[1] + after, encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Benchmarks: "
        + "; ".join(f"{name} ({b.what})" for name, b in BENCHMARKS.items()),
    )
    parser.add_argument("--only", action="append", choices=BENCHMARKS, help="may be repeated")
    parser.add_argument("--sizes", type=int, nargs="+", metavar="N", help="segments")
    parser.add_argument("--runs", type=int, metavar="N", help="of which the median counts")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table there too")
    parser.add_argument(
        "--page", type=Path, metavar="FILE", help="and put it into this page, if all ran"
    )
    return parser


def _measured(
    only: Sequence[str] | None, sizes: Sequence[int] | None, runs: int | None, failures: list[str]
) -> Iterator[Line]:
    for name in only or BENCHMARKS:
        chosen = BENCHMARKS[name]
        for size in chosen.sizes if chosen.sizes == (0,) else sizes or chosen.sizes:
            print(f"timing {name} {size or ''}", file=sys.stderr)
            try:
                yield from chosen.measure(size, runs or chosen.runs)
            except Exception as error:
                reason = (str(error) or type(error).__name__).splitlines()[0]
                failures.append(f"{name} {size or ''} failed: {reason}")
                print(failures[-1], file=sys.stderr)


def machine() -> dict[str, str]:
    """What the figures depend on; of the other solvers what is installed."""
    return {
        "cores": str(os.cpu_count()),
        "Python": platform.python_version(),
        **{name: version(name) for name in ("slopt", "highspy", "pyomo", "numpy")},
        **{name: version(name) for name in PEERS if find_spec(name)},
    }


def table(lines: Sequence[Line]) -> list[str]:
    """The lines as aligned text."""
    cells = [HEADS, *(_cells(line) for line in lines)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(HEADS))]
    return [
        "  ".join(
            cell.rjust(width) if i in RIGHT else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]


def _cells(line: Line) -> tuple[str, ...]:
    judged = _seconds if line.ratio is None else _ratio
    return (
        line.benchmark,
        line.size,
        line.timed,
        _seconds(line.seconds),
        _megabytes(line.memory_mb),
        line.other,
        "" if line.other_seconds is None else _seconds(line.other_seconds),
        _megabytes(line.other_memory_mb),
        "" if line.ratio is None else _ratio(line.ratio),
        "" if line.worst is None else judged(line.worst),
        "" if line.mark is None else judged(line.mark),
        "" if line.worst_mark is None else judged(line.worst_mark),
        {True: "met", False: "missed", None: ""}[line.met],
        line.note,
    )


def _megabytes(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _seconds(value: float) -> str:
    """Three digits, never scientific."""
    return f"{value:.4f}" if value < 0.1 else f"{value:.2f}"


def _ratio(value: float) -> str:
    """1.08 for nearly equal, 1/700 for much less."""
    return f"{value:.2f}" if value > 0.2 else f"1/{1 / value:,.0f}"


if __name__ == "__main__":
    main()
