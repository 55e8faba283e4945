"""A frontier as figures: frontier.csv, frontier_plans.parquet, and one JSON document."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from slopt import __version__
from slopt.case.case import PlanningCase
from slopt.plan.files import csv_text, guard
from slopt.plan.provenance import assumed_inputs
from slopt.plan.result import totals
from slopt.plan.rows import tidy
from slopt.problem.choice import ChoiceProblem
from slopt.study.frontier import Frontier, Today
from slopt.study.frontier.bands import FrontierBands, PointBands
from slopt.study.frontier.least import Least
from slopt.study.frontier.point import Point
from slopt.study.frontier.target import Reached
from slopt.vocabulary import LOSSES

if TYPE_CHECKING:
    import pyarrow as pa

MONEY = ("service_cost", *LOSSES, "lost_sales", "total_cost")
NAMED_UP_TO = 20_000
"""Segments up to which the document names everyone who changes at a step."""
AFTER = ("price", "certified_gap", "changes")
BANDED = ("lost_sales", "total_cost", "value")
"""Figures whose mean, band and bad end are told where the plans are priced in many futures."""
ENDS = {"mean": "mean", "q05": "low", "q95": "high", "tail": "tail"}
"""What is told of them, by the end of its heading."""
BAND_COLUMNS = (*(f"{name}_{end}" for name in BANDED for end in ENDS), "breaks", "breaks_limit")


def column_of(found: Frontier) -> str:
    """The heading of the limit; another word where a resource is called as a column is."""
    name = found.axis.name
    return f"{name} limit" if name in ("status", *MONEY, *AFTER) else name


def point_row(found: Frontier, place: int) -> dict[str, Any]:
    """A row of frontier.csv; `changes` counts other tiers than at the point before."""
    point = found.points[place]
    row: dict[str, Any] = {column_of(found): tidy(point.value), "status": point.status.value}
    if point.evaluation is None:
        return {**row, **dict.fromkeys((*MONEY, *AFTER))}
    figures = totals(point.evaluation)
    row |= {name: figures[name] for name in MONEY}
    return row | {
        "price": tidy(point.price),
        "certified_gap": tidy(point.certified_gap),
        "changes": len(found.moves(place)),
    }


def band_row(its: PointBands | None) -> dict[str, Any]:
    """What a plan comes to in many futures; all None without one."""
    if its is None:
        return dict.fromkeys(BAND_COLUMNS)
    row = {
        f"{name}_{end}": tidy(getattr(getattr(its, name), figure))
        for name in BANDED
        for end, figure in ENDS.items()
    }
    return row | {"breaks": tidy(its.breaks), "breaks_limit": tidy(its.breaks_axis)}


def frontier_csv(found: Frontier, bands: FrontierBands | None = None) -> str:
    """frontier.csv, one row a point; with `bands` what its plan comes to in many futures."""
    rows = [point_row(found, place) for place in range(len(found.points))]
    columns: tuple[str, ...] = (column_of(found), "status", *MONEY, *AFTER)
    if bands is not None:
        rows = [row | band_row(its) for row, its in zip(rows, bands.points, strict=True)]
        columns += BAND_COLUMNS
    text = csv_text(columns, rows)
    head, _, rest = text.partition("\n")
    return guard(head) + "\n" + rest


def write_plans(found: Frontier, file: IO[bytes]) -> None:
    """frontier_plans.parquet: point (place of its row in frontier.csv, from 0), segment, tier.

    A point without a plan has no rows.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    plans = [(i, p.choice) for i, p in enumerate(found.points) if p.choice is not None]
    count = len(found.problem.segments)
    places = np.repeat(np.array([i for i, _ in plans], dtype=np.int32), count)
    tiers = np.concatenate([choice for _, choice in plans] or [np.zeros(0, dtype=np.int64)])
    segments = pa.array(list(found.problem.segments), pa.string())
    levels = {}
    if found.problem.generated is not None:
        rows = np.tile(np.arange(count), len(plans))
        levels["service_level"] = pa.array(found.problem.service_level[rows, tiers])
    table = pa.table(
        {
            "point": pa.array(places),
            "segment": segments.take(pa.array(np.tile(np.arange(count), len(plans)))),
            "tier": _offers(found.problem, tiers, count),
            **levels,
        }
    )
    pq.write_table(table, file)


def _offers(problem: ChoiceProblem, tiers: NDArray[np.int64], count: int) -> pa.Array:
    """The tier of each segment at each point, or what else it is given."""
    import pyarrow as pa

    if problem.generated is None:
        return pa.array(list(problem.tiers), pa.string()).take(pa.array(tiers))
    names = (problem.offer_name(place % count, tier) for place, tier in enumerate(tiers.tolist()))
    return pa.array([str(name) for name in names], pa.string())


def frontier_document(
    found: Frontier, case: PlanningCase, total_seconds: float, bands: FrontierBands | None = None
) -> dict[str, Any]:
    """All there is to say of a frontier, in JSON; `futures` where its plans were priced in some."""
    name = column_of(found)
    return {
        "along": found.axis.name,
        "goal": found.problem.goal.value,
        "status": found.status.value,
        "least": _least(found.least),
        "enough": tidy(found.enough),
        "points": [_point(found, place) for place in range(len(found.points))],
        "knee": None
        if found.knee is None
        else {"point": found.knee, name: tidy(found.points[found.knee].value)},
        "chosen": None if found.chosen is None else _mark(found, found.chosen),
        "today": None if found.today is None else _today(found, found.today),
        **({} if bands is None else {"futures": _futures(bands)}),
        "case_hash": case.hash,
        "slopt_version": __version__,
        "assumed": assumed_inputs(case),
        "seed": case.settings.solve.seed,
        "seconds": round(found.seconds, 6),
        "total_seconds": round(total_seconds, 6),
    }


def _futures(bands: FrontierBands) -> dict[str, Any]:
    """The futures, what the plans are the best at, and what each comes to; in order of points."""
    aim = bands.aim
    return {
        "count": bands.futures,
        "seed": bands.seed,
        "tail": bands.tail,
        "measure": None if aim is None else aim.measure.value,
        "weight": None if aim is None else aim.weight,
        "points": [band_row(its) for its in bands.points],
        "chosen": band_row(bands.chosen),
        "today": band_row(bands.today),
    }


def _least(least: Least) -> dict[str, Any]:
    return {
        "status": least.status.value,
        "value": tidy(least.value),
        "bound": tidy(least.bound),
        "gap": tidy(least.gap),
    }


def _point(found: Frontier, place: int) -> dict[str, Any]:
    """The columns of frontier.csv, then the goal with its bounds, and who changes."""
    point = found.points[place]
    figures = dict.fromkeys(("service_level", "tiers_used", "changes"))
    used = None
    if point.evaluation is not None:
        figures = {name: totals(point.evaluation)[name] for name in figures}
        used = found.axis.used(point.evaluation)
    return {
        "point": place,
        **point_row(found, place),
        "used": tidy(used),
        "objective": tidy(point.objective),
        "bound": tidy(point.bound),
        "gap": tidy(point.gap),
        "certified_bound": point.certified_bound,
        "service_level": figures["service_level"],
        "tiers_used": figures["tiers_used"],
        "changes_from_today": figures["changes"],
        "moved": _moved(found, place),
    }


def _moved(found: Frontier, place: int) -> list[dict[str, str]] | None:
    """Who changes; None for very many segments, whose plans are in frontier_plans.parquet."""
    problem = found.problem
    if len(problem.segments) > NAMED_UP_TO:
        return None
    return [
        {
            "segment": problem.segments[s],
            "from": problem.offer_name(s, a),
            "to": problem.offer_name(s, b),
        }
        for s, a, b in found.moves(place).tolist()
    ]


def _mark(found: Frontier, point: Point) -> dict[str, Any]:
    """A plan that lies on the frontier: its limit, its place among the points, its totals."""
    places = [i for i, other in enumerate(found.points) if other.value == point.value]
    figures = {} if point.evaluation is None else totals(point.evaluation)
    return {
        column_of(found): tidy(point.value),
        "point": places[0] if places else None,
        **figures,
        "objective": tidy(point.objective),
    }


def _today(found: Frontier, today: Today) -> dict[str, Any]:
    """Today's totals, the best plan with no more of the limit, the least for as much."""
    point, same = today.point, today.same
    return {
        column_of(found): tidy(today.value),
        **totals(today.evaluation),
        "objective": tidy(today.evaluation.objective),
        "broken": [{"rule": b.rule, "amount": tidy(b.amount)} for b in today.broken],
        "best_for_the_same": None if point is None or point.choice is None else _mark(found, point),
        "least_for_as_good": None if same is None else _least(same),
    }


def target_document(reached: Reached, case: PlanningCase, total_seconds: float) -> dict[str, Any]:
    """All there is to say of the least that reaches a target, in JSON."""
    least, target = reached.least, reached.target
    figures = {} if least.evaluation is None else totals(least.evaluation)
    return {
        "along": reached.axis.name,
        "target": {target.measure.value: target.value},
        **_least(least),
        "best": tidy(reached.best),
        **figures,
        "case_hash": case.hash,
        "slopt_version": __version__,
        "assumed": assumed_inputs(case),
        "seed": case.settings.solve.seed,
        "seconds": round(reached.seconds, 6),
        "total_seconds": round(total_seconds, 6),
    }
