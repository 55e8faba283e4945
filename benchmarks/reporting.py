"""The page of a plan, beyond the solve: what is solved around it, and the drawing."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from statistics import median

from benchmarks.large_case import Size, write_large_case
from benchmarks.registry import Line, benchmark
from slopt.case.load import load_case
from slopt.engine.reporting import Dossier, dossier_of
from slopt.engine.solving import solve_case
from slopt.report.language import Language

MARKS = {200: 2.0, 5_000: 10.0}


@benchmark("report", "the page beyond the solve", sizes=(200, 5_000), runs=3)
def page(segments: int, runs: int) -> Iterator[Line]:
    """Studies around the plan, charts and HTML, charts warmed up as the command does it."""
    from slopt.report.charts import warm_up
    from slopt.report.page.render import page_html

    with tempfile.TemporaryDirectory() as folder:
        write_large_case(Path(folder) / "case", Size(segments))
        case = load_case(Path(folder) / "case")
    warm_up()
    seconds, drawing, size = [], [], 0
    for _ in range(runs):
        begin = time.perf_counter()
        solve_case(case)
        solved = time.perf_counter()
        dossier = dossier_of(case, datetime.now())
        if not isinstance(dossier, Dossier):
            raise RuntimeError(f"the case of {segments} segments has no plan")
        told = time.perf_counter()
        size = len(page_html(dossier, Language()).encode())
        drawing.append(time.perf_counter() - told)
        seconds.append(time.perf_counter() - solved - (solved - begin))
    timed = f"{size / 1e3:,.0f} kB, of it drawing {median(drawing):.2f} s"
    yield Line(
        "report", f"{segments:,}", timed, median(seconds), mark=MARKS.get(segments),
        worst=max(seconds),
    )  # fmt: skip
