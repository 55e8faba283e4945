"""Why every segment has its tier, against solving the case: what is solved anew is left out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.large_case import Size, write_large_case
from benchmarks.registry import Line, benchmark, in_turn
from slopt.case.load import load_case
from slopt.engine.solving import options_of, solve_case
from slopt.report.explain_screen import overview_lines
from slopt.report.explain_words import in_words
from slopt.study.explain import explain
from slopt.study.explain_segments import segment_figures

MARK = 1.0
"""Of the time of the solve: from the case to the checked and certified plan."""


@benchmark("explain", "every segment of a solved plan", sizes=(200, 1_000, 5_000), runs=5)
def every_segment(segments: int, runs: int) -> Iterator[Line]:
    """What each segment gets, costs and saves, what comes next, what holds it back, at what price.

    Then the same in sentences, and on the screen.
    """
    with tempfile.TemporaryDirectory() as folder:
        write_large_case(Path(folder) / "case", Size(segments))
        case = load_case(Path(folder) / "case")
    plan = solve_case(case, next_steps=False).plan
    if plan is None:
        raise RuntimeError(f"the case of {segments} segments has no plan")

    def figures(_: int) -> None:
        segment_figures(plan, explain(plan, options_of(plan.case)))

    def words(_: int) -> None:
        for row in segment_figures(plan, explain(plan, options_of(plan.case))):
            in_words(plan, row)

    def screen(_: int) -> None:
        overview_lines(plan, explain(plan, options_of(plan.case)), 100)

    def solving(_: int) -> None:
        solve_case(case, next_steps=False)

    screen(0)
    timed_all = in_turn([figures, words, screen, solving], runs)
    solved = timed_all.pop()
    kinds = ("figures of every segment", "figures and sentences", "the screen, 60 segments")
    marks = (None if plan.problem.is_small else MARK, None, None)
    for timed, seconds, mark in zip(kinds, timed_all, marks, strict=True):
        ratios = [a / b for a, b in zip(seconds, solved, strict=True)]
        yield Line(
            *("explain", f"{segments:,}", timed, median(seconds)),
            *("solving", median(solved), median(ratios), mark),
            worst=max(ratios),
        )
