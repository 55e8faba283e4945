"""The plot of docs/performance.md: python -m benchmarks.plot LINES.json docs/images/growth.svg.

LINES.json is what `python -m benchmarks --only growth --only solve --json LINES.json` writes.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Series = dict[str, list[tuple[float, float]]]
"""Points (segments, seconds) by what they are of."""


def series(lines: Iterable[Mapping[str, Any]]) -> Series:
    """What is drawn: the price method as it grows, and solve() beside HiGHS where both ran."""
    found: Series = {}
    for line in lines:
        size = str(line["size"]).replace(",", "")
        if not size.isdecimal():
            continue
        if line["benchmark"] == "growth":
            found.setdefault("price method, to 1e-6", []).append((int(size), line["seconds"]))
        if line["benchmark"] == "solve":
            found.setdefault("solve(), to 1e-4", []).append((int(size), line["seconds"]))
            found.setdefault(f"{line['other']}, to 1e-4", []).append(
                (int(size), line["other_seconds"])
            )
    return found


def draw(found: Series, file: Path) -> None:
    """A plot with logarithmic axes, as SVG; the same bytes for the same points."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "slopt", "font.size": 10})
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6.4, 4.0))
    for (name, points), mark in zip(found.items(), "osd^v", strict=False):
        axes.plot(*zip(*sorted(points), strict=True), marker=mark, label=name)
    axes.set(xscale="log", yscale="log", xlabel="segments (6 tiers, 5 shared rows)")
    axes.set_ylabel("seconds")
    axes.grid(visible=True, which="major", linewidth=0.4)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, bbox_inches="tight", metadata={"Date": None, "Creator": None})
    plt.close(figure)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plot", description=__doc__)
    parser.add_argument("lines", type=Path)
    parser.add_argument("svg", type=Path)
    asked = parser.parse_args()
    draw(series(json.loads(asked.lines.read_text(encoding="utf-8"))["lines"]), asked.svg)


if __name__ == "__main__":
    main()
