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
from pathlib import Path

import benchmarks.phases  # noqa: F401  (importing it fills the registry)
from benchmarks.registry import BENCHMARKS, Line

HEADS = ("benchmark", "segments", "timed", "s", "against", "s", "ratio", "mark", "", "")
RIGHT = {1, 3, 5, 6, 7}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the chosen benchmarks, print their table, and write it as JSON if asked to."""
    asked = _parser().parse_args(arguments)
    print(" | ".join(f"{name} {value}" for name, value in machine().items()))
    lines = list(_measured(asked.only, asked.sizes, asked.runs))
    print("\n".join(table(lines)))
    if asked.json:
        document = {"machine": machine(), "lines": [{**asdict(x), "met": x.met} for x in lines]}
        asked.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


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
    return parser


def _measured(
    only: Sequence[str] | None, sizes: Sequence[int] | None, runs: int | None
) -> Iterator[Line]:
    for name in only or BENCHMARKS:
        chosen = BENCHMARKS[name]
        for size in chosen.sizes if chosen.sizes == (0,) else sizes or chosen.sizes:
            print(f"timing {name} {size or ''}", file=sys.stderr)
            yield from chosen.measure(size, runs or chosen.runs)


def machine() -> dict[str, str]:
    """What the figures depend on."""
    return {
        "cores": str(os.cpu_count()),
        "Python": platform.python_version(),
        **{name: version(name) for name in ("slopt", "highspy", "pyomo", "numpy")},
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
    return (
        line.benchmark,
        line.size,
        line.timed,
        _seconds(line.seconds),
        line.other,
        "" if line.other_seconds is None else _seconds(line.other_seconds),
        "" if line.ratio is None else _ratio(line.ratio),
        "" if line.mark is None else f"{line.mark:g}" if line.ratio is None else _ratio(line.mark),
        {True: "met", False: "missed", None: ""}[line.met],
        line.note,
    )


def _seconds(value: float) -> str:
    """Three digits, never scientific."""
    return f"{value:.4f}" if value < 0.1 else f"{value:.2f}"


def _ratio(value: float) -> str:
    """1.08 for nearly equal, 1/700 for much less."""
    return f"{value:.2f}" if value > 0.2 else f"1/{1 / value:,.0f}"


if __name__ == "__main__":
    main()
