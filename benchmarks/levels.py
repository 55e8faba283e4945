"""Service levels of many segments under five shared rows: prices against the model in Pyomo."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

import numpy as np

from benchmarks.registry import Line, benchmark, in_turn
from slopt.case.case import PlanningCase, Table
from slopt.case.schema import BY_NAME
from slopt.case.settings import load_settings
from slopt.case.texts import Texts
from slopt.case.typed import absent_column
from slopt.economics.generated import Terms
from slopt.economics.levels.source import LevelSource
from slopt.problem.build import build_problem
from slopt.problem.choice import ChoiceProblem
from slopt.problem.generated.joining import with_offers
from slopt.solve.highs import Options
from slopt.solve.refining.refine import refine

GAP = 1e-4
MARK = 5.0
"""Seconds for 10,000 segments and five rows, from the case to the plan."""
RESOURCES = 4
POINTS = 16
"""Points on each curve of the plain model."""
PRICE = 0.5
"""At this price of a unit of each row segments ask for just what there is: all rows bind."""


@benchmark("levels", "service levels under 5 rows to gap 1e-4", sizes=(1_000, 10_000), runs=3)
def levels(size: int, runs: int) -> Iterator[Line]:
    """From a case to a plan whose gap is proven, and the plain model on a few points in Pyomo.

    The plain model is solved by HiGHS in the same run. Its curves are chords of 16 steps, so that
    what it finds is no plan proven to the gap, but as near as a few points come.
    """
    cases = [level_case(size, seed) for seed in range(1, runs + 1)]
    ours, theirs = in_turn([lambda run: _ours(cases[run]), lambda run: _by_pyomo(cases[run])], runs)
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    told = f"{size:,} x 5"
    mark = MARK if size >= 10_000 else None
    yield Line("levels", told, "from case to plan", median(ours), mark=mark)
    yield Line(
        *("levels", told, "the same", median(ours)),
        *("Pyomo and HiGHS", median(theirs), median(ratios)),
        worst=max(ratios),
    )


def _ours(case: PlanningCase) -> None:
    outcome = refine(build_problem(case), Options(gap=GAP, time_limit_s=600.0)).outcome
    if not outcome.reached(GAP):
        raise RuntimeError(f"the gap is {outcome.gap}, not {GAP:g}")


def _by_pyomo(case: PlanningCase) -> float:
    from slopt.shipped import models
    from slopt.solve.highs import run
    from slopt.solve.model_file import build_model
    from slopt.solve.pyomo_program import compiled

    program = compiled(build_model(models()["service_levels"], _on_points(case))).program
    answer = run(program, Options(gap=GAP, time_limit_s=600.0))
    if answer.objective is None:
        raise RuntimeError("HiGHS found no plan in 600 seconds")
    return answer.objective


def _on_points(case: PlanningCase) -> ChoiceProblem:
    source = LevelSource(case)
    low, high = source.curves.lowest[:, None], source.curves.highest[:, None]
    offers = source.at(low + (high - low) * np.linspace(0.0, 1.0, POINTS + 1))
    return with_offers(build_problem(case), [offers])


def level_case(size: int, seed: int) -> PlanningCase:
    """Segments whose costs saturate and whose losses are curved, with a budget and 4 resources."""
    rng = np.random.default_rng(seed)
    names = Texts.of(f"s{i}" for i in range(size))
    customers = np.round(rng.lognormal(3, 1, size)) + 1
    tables = {
        "segments": _table(
            "segments",
            size,
            segment=names,
            customers=customers,
            orders_per_customer=rng.uniform(0.2, 1.0, size),
            revenue_per_order=rng.uniform(50, 400, size),
            margin=rng.uniform(0.2, 0.5, size),
            base_churn=rng.uniform(0.05, 0.3, size),
            min_level=rng.uniform(0.5, 0.7, size),
            max_level=rng.uniform(0.9, 0.995, size),
        ),
        "response": _table(
            "response",
            1,
            segment=Texts.of(["*"]),
            lost_order_share=np.array([0.5]),
            leave_probability=np.array([0.1]),
        ),
        "resources": _table(
            "resources",
            RESOURCES,
            resource=Texts.of(f"r{r}" for r in range(RESOURCES)),
            capacity=np.full(RESOURCES, 1e12),
            unit_cost=np.full(RESOURCES, 0.5),
        ),
        "level_costs": _costs(rng, names),
    }
    case = PlanningCase(load_settings(None, {}, []), tables)
    source = LevelSource(case)
    one = np.ones(size)
    wanted = source.best(Terms((1 + PRICE) * one, one, 0 * one, np.full(RESOURCES, PRICE))).offers
    tables["resources"] = tables["resources"].with_columns(
        {"capacity": wanted.use[:, :, 0].sum(axis=1)}
    )
    return case.replace(tables=tables).with_limits(budget=float(wanted.service_cost.sum()))


def _costs(rng: np.random.Generator, names: Texts) -> Table:
    """A term of money and one of each resource, every one with amounts of the segment's own."""
    size, terms = len(names), 1 + RESOURCES
    codes = np.tile(np.arange(size, dtype=np.int32), terms)
    kinds = np.repeat(np.arange(terms), size)
    amount = rng.lognormal(0, 0.5, size * terms) * np.where(kinds == 0, 2.0, 1.0)
    return _table(
        "level_costs",
        size * terms,
        segment=Texts.of_codes(names.tolist(), codes),
        term=Texts.of_codes(["money", *(f"r{r}" for r in range(RESOURCES))], kinds),
        resource=Texts.of_codes(["", *(f"r{r}" for r in range(RESOURCES))], kinds),
        shape=Texts.of_codes(["saturating", "nines"], np.where(kinds % 2 == 0, 0, 1)),
        per_order=amount,
        exponent=np.where(kinds % 2 == 0, rng.uniform(0.5, 1.0, size * terms), np.nan),
    )


def _table(name: str, rows: int, **columns: Any) -> Table:
    blank = {column.name: absent_column(column, rows) for column in BY_NAME[name].columns}
    return Table(name, {**blank, **columns}, range(2, rows + 2))
