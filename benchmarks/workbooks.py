"""The report as a workbook, once the case is solved and its curves are known."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from statistics import median

from benchmarks.large_case import Size, write_large_case
from benchmarks.registry import Line, benchmark, seconds_of
from slopt.case.load import load_case
from slopt.engine.reporting import Dossier, dossier_of
from slopt.report.language import Language
from slopt.report.workbook.build import workbook_bytes

MARKS = {200: 2.0, 5_000: 10.0}


@benchmark("workbook", "the report as a workbook", sizes=(200, 5_000), runs=5)
def workbook(segments: int, runs: int) -> Iterator[Line]:
    """All sheets with formulas, values and charts, as bytes."""
    with tempfile.TemporaryDirectory() as folder:
        write_large_case(Path(folder) / "case", Size(segments))
        case = load_case(Path(folder) / "case")
    dossier = dossier_of(case, datetime.now())
    if not isinstance(dossier, Dossier):
        raise RuntimeError(f"the case of {segments} segments has no plan")
    seconds = [seconds_of(workbook_bytes, dossier, Language()) for _ in range(runs)]
    yield Line(
        *("workbook", f"{segments:,}", "a solved plan as .xlsx", median(seconds)),
        mark=MARKS.get(segments),
        worst=max(seconds),
    )
