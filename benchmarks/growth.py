"""How seconds and memory grow with the segments, from a thousand to ten million."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import scaling
from benchmarks.registry import Line, benchmark

FIT_FROM = 10_000
"""The smallest size that counts for the exponent: below, what is fixed weighs."""
EXPONENT_MARK = 1.05


@benchmark("growth", "to 1e-6 from a thousand segments up", sizes=(scaling.SIZES[-1],), runs=3)
def growth(largest: int, runs: int) -> Iterator[Line]:
    """Arrays to plan by the price method, a line a size; last the exponent of the growth."""
    sizes = tuple(size for size in scaling.SIZES if size <= largest) or (largest,)
    rows = scaling.scaling(sizes, gap=1e-6, runs=runs)
    for row in rows:
        yield Line(
            "growth",
            f"{row.segments:,}",
            "price method",
            row.seconds,
            note=f"gap {row.gap:.1e}, {row.input_mb:,.0f} MB are the problem itself",
            memory_mb=row.peak_mb,
        )
    if sum(row.segments >= FIT_FROM for row in rows) > 1:
        yield Line(
            *("growth", f"{FIT_FROM:,} up", "exponent", sum(row.seconds for row in rows)),
            ratio=scaling.growth(rows, FIT_FROM),
            mark=EXPONENT_MARK,
            note="the ratio is the exponent",
        )
