"""Stating a problem and handing it over to HiGHS, as arrays or through Pyomo."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from benchmarks.instances import make_problem
from benchmarks.registry import Line, benchmark, in_turn
from slopt.problem.choice import ChoiceProblem
from slopt.problem.matrix import assemble
from slopt.problem.program import LinearProgram
from slopt.problem.sharing import share
from slopt.solve.highs import gate, load
from slopt.solve.model_file import build_model, find_model
from slopt.solve.pyomo_program import program_of
from slopt.solve.scaling import ScaledProgram

BUILD_MARK, BUILD_MARK_AT = 1 / 500, 10_000
"""The ratio, and the segments that it is meant for."""


@benchmark("build", "problem to loaded solver", sizes=(100, 1_000, 10_000), runs=5)
def build(segments: int, runs: int) -> Iterator[Line]:
    """Shared rows for prices and the core, arrays for HiGHS; against the Pyomo model for HiGHS.

    What goes to HiGHS is checked, scaled and loaded by slopt's adapter on either way.
    """
    problems = [make_problem(segments, seed) for seed in range(1, runs + 1)]

    def rows(run: int) -> None:
        share(_fresh(problems[run]))

    def arrays(run: int) -> None:
        _hand_over(assemble(_fresh(problems[run])))

    def pyomo(run: int) -> None:
        model = build_model(find_model("tier_plan"), _fresh(problems[run]))
        _hand_over(program_of(model, problems[run]))

    arrays(0)  # the first call imports HiGHS
    ways = {"shared rows": rows, "arrays for HiGHS": arrays}
    timed = in_turn([*ways.values(), pyomo], runs)
    theirs = timed.pop()
    for way, ours in zip(ways, timed, strict=True):
        ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
        mark = BUILD_MARK if segments == BUILD_MARK_AT else None
        yield Line(
            *("build", f"{segments:,}", way, median(ours)),
            *("Pyomo for HiGHS", median(theirs), median(ratios), mark),
            worst=max(ratios),
        )


def _hand_over(program: LinearProgram) -> None:
    """Everything that the adapter does before HiGHS starts."""
    gate(program)
    load(ScaledProgram(program))


def _fresh(problem: ChoiceProblem) -> ChoiceProblem:
    """A copy that has nothing cached from an earlier run."""
    return problem.replace()
