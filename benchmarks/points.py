"""Points of a sweep: against Pyomo and HiGHS at each, by two workers, and how soon they start."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.kinds import KINDS
from benchmarks.plain import run_pyomo
from benchmarks.registry import Line, benchmark, seconds_of
from slopt.case.case import PlanningCase
from slopt.case.load import load_case
from slopt.plan.files import csv_text
from slopt.problem.build import build_problem
from slopt.problem.choice import ChoiceProblem
from slopt.solve.highs import Options
from slopt.study.sweep.layout import amounts_by_path, grid_points, varied
from slopt.study.sweep.point import Answer, Point
from slopt.study.sweep.processes import Processes
from slopt.study.sweep.runner import Runner

BUDGETS = 200
BY_PYOMO = 5
"""Of the budgets, evenly spread, those that Pyomo and HiGHS are given; the rest is extrapolated."""
GAP = 1e-4
MARK, WORKERS_MARK, START_MARK = 1 / 100, 1 / 1.7, 1.0


@benchmark("points", "200 budgets of a case", sizes=(1_000,), runs=3)
def many_points(segments: int, runs: int) -> Iterator[Line]:
    """A budget sweep against rebuilding the Pyomo model and solving it by HiGHS at each point."""
    own, other, widest, planned = [], [], 0.0, 0
    answers_of(case_of(KINDS["plain"](50, 0)), "limits.budget=0.9x,1x")  # imports the solvers
    for seed in range(1, runs + 1):
        case = case_of(KINDS["plain"](segments, seed))
        points = points_of(case, f"limits.budget=0.9x:1.1x:{BUDGETS}")
        found: dict[int, Answer] = {}
        own.append(seconds_of(lambda c=case, p=points, f=found: f.update(_answers(c, p))))
        gaps = [answer.figures["gap"] for answer in found.values() if answer.choice is not None]
        widest, planned = max(widest, *gaps), planned + len(gaps)
        few = [points[i] for i in np.linspace(0, BUDGETS - 1, BY_PYOMO).round().astype(int)]
        seconds = [seconds_of(_by_pyomo, case, point) for point in few]
        other.append(sum(seconds) * BUDGETS / BY_PYOMO)
    ratios = [mine / its for mine, its in zip(own, other, strict=True)]
    yield Line(
        "points",
        f"{segments:,}",
        f"{BUDGETS} budgets",
        median(own),
        "Pyomo and HiGHS",
        median(other),
        median(ratios),
        MARK,
        f"{planned} of {runs * BUDGETS} points have a plan, gaps up to {widest:.1e}; "
        f"Pyomo and HiGHS extrapolated from {BY_PYOMO}",
        max(ratios),
    )


@benchmark("workers", "two workers against one", sizes=(1_000,), runs=3)
def two_workers(segments: int, runs: int) -> Iterator[Line]:
    """Points that each have a problem of their own, by two processes and by one; and their start.

    On both sides the processes have started before the time is taken.
    """
    case = case_of(KINDS["plain"](segments, 1))
    points = points_of(case, "offers.service_cost=0.98x:1.02x:400")
    one, two = [], []
    for _ in range(runs):
        two.append(_by_workers(case, points, 2))
        one.append(_by_workers(case, points, 1))
    ratios = [mine / its for mine, its in zip(two, one, strict=True)]
    yield Line(
        "workers",
        f"{segments:,}",
        f"{len(points)} points, 2 workers",
        median(two),
        "1 worker",
        median(one),
        median(ratios),
        WORKERS_MARK,
        "",
        max(ratios),
    )
    small = case_of(KINDS["plain"](50, 1))
    start = [seconds_of(_start, small) for _ in range(runs)]
    yield Line(
        "workers", "50", "start and 1 point", median(start), mark=START_MARK, worst=max(start)
    )


def case_of(problem: ChoiceProblem) -> PlanningCase:
    """The planning case of a problem: every offer given, as a company hands them in."""
    segment, tier = np.divmod(np.arange(problem.service_cost.size), len(problem.tiers))
    offers = {
        "segment": np.array(problem.segments)[segment],
        "tier": np.array(problem.tiers)[tier],
        "allowed": np.where(problem.admissible.ravel(), "true", "false"),
        "service_level": problem.service_level.ravel(),
        "service_cost": problem.service_cost.ravel(),
        "lost_sales": problem.lost_sales.ravel(),
        **{f"use:{name}": problem.use[r].ravel() for r, name in enumerate(problem.resources)},
    }
    tables: dict[str, dict[str, Any]] = {
        "segments": {"segment": problem.segments, "customers": problem.weight},
        "tiers": {"tier": problem.tiers, "service_level": np.full(len(problem.tiers), 0.9)},
        "resources": {"resource": problem.resources, "capacity": problem.capacity},
        "offers": offers,
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, columns in tables.items():
            rows = (
                dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)
            )
            (Path(folder) / f"{name}.csv").write_text(csv_text(columns, rows), encoding="utf-8")
        settings = f'[case]\nname = "points"\n[limits]\nbudget = {problem.budget!r}\n'
        (Path(folder) / "case.toml").write_text(settings, encoding="utf-8")
        return load_case(folder)


def points_of(case: PlanningCase, *words: str) -> list[Point]:
    """All combinations of `PATH=VALUES` words."""
    return grid_points(amounts_by_path(varied(case, words)))


def answers_of(case: PlanningCase, *words: str) -> dict[int, Answer]:
    """The answers to all combinations, in this process."""
    return _answers(case, points_of(case, *words))


def _answers(case: PlanningCase, points: list[Point]) -> dict[int, Answer]:
    with Runner(case) as runner:
        return dict(runner.answers(points))


def _by_workers(case: PlanningCase, points: list[Point], workers: int) -> float:
    """Seconds for the points, once every worker has answered something."""
    warm_up = points_of(case, f"limits.budget=0.97x:0.99x:{4 * workers}")
    with Runner(case, executor=Processes(workers)) as runner:
        list(runner.answers(warm_up))
        begin = time.perf_counter()
        assert all(answer.status is not None for _, answer in runner.answers(points))
        return time.perf_counter() - begin


def _start(case: PlanningCase) -> None:
    """A process from its start to its first answer."""
    with Runner(case, executor=Processes(1)) as runner:
        list(runner.answers(points_of(case, "limits.budget=0.99x")))


def _by_pyomo(case: PlanningCase, point: Point) -> None:
    run_pyomo(build_problem(point.case(case)), Options(GAP, 120.0, 1))
