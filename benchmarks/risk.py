"""Plans for uncertain numbers: how one fares, and the best one, against the whole program."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

import numpy as np

from benchmarks.registry import Line, benchmark, in_turn
from benchmarks.risk_instances import scenario_problem
from slopt.problem.scenarios.aim import Aim
from slopt.problem.scenarios.fares import fares
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.solve.highs import Options
from slopt.solve.risk.by_model import solve_by_model
from slopt.solve.risk.dispatch import solve_for_risk
from slopt.vocabulary import RiskMeasure

GAP = 1e-3
FUTURES = {100: 50, 200: 100}
MOST_FUTURES = 500
FARES_S, PLAN_S = 1.0, 60.0
"""What the product promises of 1,000 segments over 500 futures, in seconds."""
LIMIT_S = 300.0
"""Seconds that HiGHS is given for the whole program."""
MOST_FOR_PROGRAM = 200
"""Segments up to which the whole program is stated and solved; of 1,000 it takes 5 GB."""
AIM = Aim(RiskMeasure.CVAR, tail=0.1)
SIZES = (100, 200, 1_000, 5_000)


@benchmark("fares", "how a plan fares in every future", sizes=(1_000, 5_000), runs=5)
def how_it_fares(segments: int, runs: int) -> Iterator[Line]:
    """Every figure, limit and late unit of one choice in all futures."""
    problem = scenario_problem(segments, MOST_FUTURES)
    rng = np.random.default_rng(1)
    choices = rng.integers(0, len(problem.base.tiers), (runs, segments))
    (seconds,) = in_turn([lambda run: fares(problem, choices[run])], runs)
    mark = FARES_S if segments == 1_000 else None
    yield Line("fares", _size(problem), "all figures", median(seconds), mark=mark)


@benchmark("risk", "the plan of the least worst tenth of futures to gap 1e-3", SIZES, runs=3)
def least_cvar(segments: int, runs: int) -> Iterator[Line]:
    """A budget and four resources, whose late units count; the aim is CVaR over the worst tenth."""
    futures = FUTURES.get(segments, MOST_FUTURES if segments >= 1_000 else 50)
    problems = [scenario_problem(segments, futures, seed) for seed in range(1, runs + 1)]
    ways = [lambda run: _solve(problems[run])]
    if segments <= MOST_FOR_PROGRAM:
        ways.append(lambda run: _by_program(problems[run]))
    ours, *others = in_turn(ways, runs)
    size = _size(problems[0])
    mark = PLAN_S if segments == 1_000 else None
    yield Line("risk", size, "weights and prices", median(ours), mark=mark, worst=max(ours))
    for theirs in others:
        ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
        yield Line(
            *("risk", size, "weights and prices", median(ours)),
            *("Pyomo and HiGHS", median(theirs), median(ratios)),
            worst=max(ratios),
        )


def _size(problem: ScenarioProblem) -> str:
    segments, tiers, _ = problem.base.size
    return f"{segments:,} x {tiers} x {problem.count}"


def _solve(problem: ScenarioProblem) -> None:
    outcome = solve_for_risk(problem, AIM, Options(gap=GAP)).outcome
    if outcome.gap is None or outcome.gap > GAP:
        raise RuntimeError(f"weights and prices reached a gap of {outcome.gap} only")


def _by_program(problem: ScenarioProblem) -> None:
    """The extensive form: as good as it gets within the time that HiGHS is given."""
    solve_by_model(problem, AIM, Options(gap=GAP, time_limit_s=LIMIT_S), gap=GAP)
