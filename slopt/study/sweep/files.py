"""A sweep as figures: sweep.csv, sweep_plans.parquet, and one JSON document."""

from __future__ import annotations

from typing import IO, Any

from slopt import __version__
from slopt.plan.files import csv_text
from slopt.plan.provenance import assumed_inputs
from slopt.plan.result import TOTALS
from slopt.plan.rows import tidy
from slopt.study.sweep.point import RISK_FIGURES, Answer
from slopt.study.sweep.result import Effect, LevelShift, Shift, Sweep
from slopt.vocabulary import Method

AFTER = ("objective", "bound", "gap", "certified_gap", "moved", "reason")
RISK_COLUMNS = ("risk_measure", *(f"risk_{name}" for name in RISK_FIGURES))
MOST_NAMED = 20_000
"""Segments that the document names of those that change."""


def sweep_row(found: Sweep, place: int) -> dict[str, Any]:
    """A row of sweep.csv; `moved` counts other tiers and levels than as it stands."""
    answer = found.answers[place]
    varied = zip((path.text for path in found.paths), found.cells[place], strict=True)
    row = {"point": place, **dict(varied), "status": answer.word, **_figures(answer)} | {
        "moved": found.moved(place),
        "reason": answer.reason or None,
    }
    return row | (risk_row(answer) if found.measures else {})


def risk_row(answer: Answer) -> dict[str, Any]:
    """What the plan of a point aims at over its futures, and what it comes to there."""
    row: dict[str, Any] = dict.fromkeys(RISK_COLUMNS)
    if answer.risk is not None:
        row |= {f"risk_{name}": tidy(getattr(answer.risk, name)) for name in RISK_FIGURES}
        row["risk_measure"] = answer.risk.measure
    return row


def _figures(answer: Answer) -> dict[str, Any]:
    return {name: answer.figures[name] for name in (*TOTALS, *AFTER[:4])}


def sweep_csv(found: Sweep) -> str:
    """sweep.csv, one row a point."""
    inputs = [path.text for path in found.paths]
    rows = (sweep_row(found, place) for place in range(len(found.points)))
    further = RISK_COLUMNS if found.measures else ()
    columns = ("point", *inputs, "status", *TOTALS, *AFTER, *further)
    return csv_text(columns, rows, frozenset(inputs))


def write_plans(found: Sweep, file: IO[bytes]) -> None:
    """sweep_plans.parquet: point (place of its row in sweep.csv, from 0), segment, tier.

    A point without a plan has no rows. Where segments have a level in place of a tier, `tier` says
    so and `service_level` is that of every segment.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    segments = found.case.segments.as_arrow()
    tiers = pa.array(tier_names(found), pa.string())
    fields = [("point", pa.int32()), ("segment", pa.string()), ("tier", pa.string())]
    has_levels = any(found.answers[place].levels is not None for place in found.planned)
    schema = pa.schema([*fields, *([("service_level", pa.float64())] if has_levels else [])])
    with pq.ParquetWriter(file, schema) as writer:
        for place in found.planned:
            choice = found.answers[place].choice
            points = pa.array([place] * len(segments), pa.int32())
            columns = [points, segments, tiers.take(pa.array(choice))]
            if has_levels:
                columns.append(pa.array(found.answers[place].levels))
            writer.write_table(pa.table(columns, schema))


def tier_names(found: Sweep) -> list[str]:
    """The tiers by position, and what a segment has that has none."""
    return [*found.case.tiers, "level"]


def sweep_document(found: Sweep, method: Method, total_seconds: float) -> dict[str, Any]:
    """All there is to say of a sweep, in JSON."""
    case, ends = found.case, found.extremes()
    levels = {
        "level_shifts": [_level_shift(found, shift) for shift in found.level_shifts()[:MOST_NAMED]]
    }
    return {
        "status": found.status.value,
        "goal": case.settings.plan.goal.value,
        "varied": [path.text for path in found.paths],
        "statuses": dict(found.statuses),
        "as_it_stands": {
            "status": found.base.word,
            **_figures(found.base),
            "reason": found.base.reason or None,
        },
        "best": None if ends is None else ends[0],
        "worst": None if ends is None else ends[1],
        "points": [_point(found, place) for place in range(len(found.points))],
        "effects": [_effect(effect) for effect in found.effects()],
        "shifts": [_shift(found, shift) for shift in found.shifts()[:MOST_NAMED]],
        **(levels if found.has_levels else {}),
        "method": method.value,
        "case_hash": case.hash,
        "slopt_version": __version__,
        "assumed": assumed_inputs(case),
        "seed": case.settings.solve.seed,
        "found_before": found.found_before,
        "seconds": round(found.seconds, 6),
        "total_seconds": round(total_seconds, 6),
    }


def _point(found: Sweep, place: int) -> dict[str, Any]:
    answer = found.answers[place]
    return sweep_row(found, place) | {
        "prices": {name: tidy(price) for name, price in answer.prices.items()},
        "method": answer.method or None,
        "seconds": answer.seconds,
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "path": effect.path.text,
        "low": effect.low,
        "high": effect.high,
        "mean_at_low": tidy(effect.at_low),
        "mean_at_high": tidy(effect.at_high),
        "swing": tidy(effect.swing),
    }


def _shift(found: Sweep, shift: Shift) -> dict[str, Any]:
    tiers = tier_names(found)
    return {
        "segment": found.case.segments[shift.segment],
        "as_it_stands": None if shift.usual is None else tiers[shift.usual],
        "tiers": {tiers[tier]: count for tier, count in shift.tiers},
        "elsewhere": shift.elsewhere,
    }


def _level_shift(found: Sweep, shift: LevelShift) -> dict[str, Any]:
    return {
        "segment": found.case.segments[shift.segment],
        "as_it_stands": tidy(shift.usual),
        "lowest": tidy(shift.lowest),
        "highest": tidy(shift.highest),
        "elsewhere": shift.elsewhere,
    }
