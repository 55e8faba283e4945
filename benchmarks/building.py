"""What is timed: stating a problem, solving it, and the commands that a user types."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from statistics import median

from benchmarks import plain
from benchmarks.instances import make_problem
from benchmarks.registry import Line, benchmark, in_turn, seconds_of
from slopt.problem.choice import ChoiceProblem
from slopt.problem.matrix import assemble
from slopt.problem.program import LinearProgram
from slopt.solve.highs import Options, gate, load
from slopt.solve.model_file import build_model, find_model
from slopt.solve.outcome import Outcome
from slopt.solve.pyomo_program import program_of
from slopt.solve.scaling import ScaledProgram
from slopt.solve.solve import solve

OPTIONS = Options(gap=1e-4, time_limit_s=600.0, seed=1)
PYOMO_BEARABLE = 10_000
"""Segments up to which the Pyomo route is timed."""
BUILD_MARK, BUILD_MARK_AT = 1 / 500, 10_000
"""The ratio, and the segments that it is meant for."""
SOLVE_MARK = 1.1
COMMANDS = {
    "--help": 0.25,
    "check parts_distributor": 1.0,
    "solve tiny": 1.0,
    "solve parts_distributor": 1.0,
    "solve scms_deliveries": 1.0,
}
"""What is typed after `slopt`, and the seconds that it may take."""


@benchmark("build", "problem to loaded solver", sizes=(100, 1_000, 10_000), runs=5)
def build(segments: int, runs: int) -> Iterator[Line]:
    """Arrays straight into HiGHS, against the Pyomo model and its translation into arrays.

    Both are then checked, scaled and loaded by slopt's adapter.
    """
    problems = [make_problem(segments, seed) for seed in range(1, runs + 1)]

    def arrays(run: int) -> None:
        _hand_over(assemble(_fresh(problems[run])))

    def pyomo(run: int) -> None:
        model = build_model(find_model("tier_plan"), _fresh(problems[run]))
        _hand_over(program_of(model, problems[run]))

    arrays(0)  # the first call imports HiGHS
    if segments > PYOMO_BEARABLE:
        seconds = median(seconds_of(arrays, run) for run in range(runs))
        yield Line("build", f"{segments:,}", "arrays", seconds)
        return
    seconds, other, ratio = in_turn(arrays, pyomo, runs)
    mark = BUILD_MARK if segments == BUILD_MARK_AT else None
    yield Line("build", f"{segments:,}", "arrays", seconds, "Pyomo", other, ratio, mark)


@benchmark("solve", "solve() to 1e-4 against HiGHS alone", sizes=(100, 1_000), runs=21)
def solve_against_highs(segments: int, runs: int) -> Iterator[Line]:
    """The whole of solve(), prices included, against HiGHS given the very same arrays."""
    problems = [make_problem(segments, seed) for seed in range(1, runs + 1)]
    programs = [assemble(problem) for problem in problems]
    outcomes: dict[int, Outcome] = {}
    objectives: dict[int, float] = {}

    def ours(run: int) -> None:
        outcomes[run] = solve(_fresh(problems[run]), OPTIONS)

    def theirs(run: int) -> None:
        objectives[run] = plain.solve_arrays(programs[run], OPTIONS)

    seconds, other, ratio = in_turn(ours, theirs, runs)
    _require_agreement(outcomes, objectives)
    yield Line(
        "solve",
        f"{segments:,}",
        "solve()",
        seconds,
        "HiGHS, same arrays",
        other,
        ratio,
        SOLVE_MARK,
        note=_binding(outcomes),
    )


@benchmark("pyomo", "solve() to 1e-4 against Pyomo with HiGHS", sizes=(100, 333), runs=5)
def solve_against_pyomo(segments: int, runs: int) -> Iterator[Line]:
    """The whole of solve(), against the same model built and solved by Pyomo alone."""
    problems = [make_problem(segments, seed) for seed in range(1, runs + 1)]
    outcomes: dict[int, Outcome] = {}
    objectives: dict[int, float] = {}

    def ours(run: int) -> None:
        outcomes[run] = solve(_fresh(problems[run]), OPTIONS)

    def theirs(run: int) -> None:
        objectives[run] = plain.solve_pyomo(_fresh(problems[run]), OPTIONS)

    theirs(0)  # the first call imports Pyomo's solvers
    seconds, other, ratio = in_turn(ours, theirs, runs)
    _require_agreement(outcomes, objectives)
    yield Line(
        "pyomo",
        f"{segments:,}",
        "solve()",
        seconds,
        "Pyomo and HiGHS",
        other,
        ratio,
        note=_binding(outcomes),
    )


@benchmark("command", "whole processes", sizes=(0,), runs=5)
def command(_: int, runs: int) -> Iterator[Line]:
    """Commands as a user types them, from start to exit, with the bytecode of earlier calls."""
    with tempfile.TemporaryDirectory() as bytecode:
        env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        env["PYTHONPYCACHEPREFIX"] = bytecode
        for words, mark in COMMANDS.items():
            call = [sys.executable, "-m", "slopt.cli.app", *words.split()]

            def type_it(call: list[str] = call) -> None:
                subprocess.run(call, env=env, check=True, capture_output=True)

            type_it()
            seconds = median(seconds_of(type_it) for _ in range(runs))
            yield Line("command", "", f"slopt {words}", seconds, mark=mark)


def _hand_over(program: LinearProgram) -> None:
    """Everything that the adapter does before HiGHS starts."""
    gate(program)
    load(ScaledProgram(program))


def _fresh(problem: ChoiceProblem) -> ChoiceProblem:
    """A copy that has nothing cached from an earlier run."""
    return problem.replace()


def _require_agreement(outcomes: dict[int, Outcome], objectives: dict[int, float]) -> None:
    """Times only compare where both sides answer the same question."""
    for run, other in objectives.items():
        mine = outcomes[run].objective
        if mine is None or abs(mine - other) > OPTIONS.gap * max(abs(mine), abs(other)):
            raise RuntimeError(f"run {run}: slopt says {mine}, the other {other}")


def _binding(outcomes: dict[int, Outcome]) -> str:
    """How many of the shared rows have a price, as "4 of 5 rows bind"."""
    prices = [o.relaxation.prices.values() for o in outcomes.values() if o.relaxation]
    counts = sorted({sum(price > 0 for price in run) for run in prices})
    return f"{'-'.join(map(str, counts[:: max(len(counts) - 1, 1)]))} of {len(prices[0])} rows bind"
