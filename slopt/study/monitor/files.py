"""monitor.json, monitor.csv, signals.csv and drift.csv. Amounts have all their digits, so that the
effects of a row add up to its difference."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from slopt.plan.files import Content, guard, json_text
from slopt.plan.horizon.result import horizon_totals
from slopt.plan.provenance import assumed_inputs
from slopt.plan.rows import tidy
from slopt.study.monitor.advice import NoWorth, Replanned
from slopt.study.monitor.drift import Drift, Scope
from slopt.study.monitor.monitored import Monitored
from slopt.study.monitor.noise import Signal
from slopt.study.monitor.split import Effect, Line

LINE_COLUMNS = (
    "period",
    "segment",
    "account",
    "planned",
    "actual",
    "difference",
    *(effect.value for effect in Effect),
    "known",
)
SIGNAL_COLUMNS = (
    "period",
    "segment",
    "figure",
    "actual",
    "expected",
    "low",
    "high",
    "p",
    "p_adjusted",
    "alarm",
    "result",
)
DRIFT_COLUMNS = (
    "parameter",
    "scope",
    "id",
    "observed",
    "expected",
    "factor",
    "low",
    "high",
    "p",
    "p_adjusted",
    "trend_p",
    "trend_p_adjusted",
    "drift",
)
FILES = ("monitor.json", "monitor.csv", "signals.csv", "drift.csv")


def monitor_document(found: Monitored, seconds: float) -> dict[str, Any]:
    """monitor.json."""
    compared = found.compared
    case, problem, periods = compared.case, compared.problem, compared.periods
    missing = found.missing
    return {
        "run": found.run,
        "name": case.settings.case.name,
        "case_hash": case.hash,
        "periods": [
            {
                "period": problem.periods[t],
                "segments": int(compared.covered[:, t].sum()),
                "segments_without_actuals": missing.get(t, 0),
                "accounts": {name: _entry(line, (slice(None), t)) for name, line in _lines(found)},
            }
            for t in periods
        ],
        "accounts": {name: _entry(line, (slice(None),)) for name, line in _lines(found)},
        "left_out": [
            problem.periods[t] for t in np.flatnonzero(compared.left_out.any(axis=0)).tolist()
        ],
        "false_alarms": found.noise.false_alarms,
        "order_spread": found.noise.order_spread,
        "forecast_spread": found.noise.forecast_spread,
        "figures_judged": len(found.signals),
        "alarms": signal_rows(found, found.alarms),
        "drift": drift_rows(found, found.drifts.found),
        "contradictions": [
            {"period": problem.periods[t], "segment": str(problem.segments[s])}
            for s, t in np.argwhere(compared.contradictions).tolist()
        ],
        "advice": [one.value for one in found.advice],
        "replanned": _replanned(found),
        "total_seconds": round(seconds, 6),
        "assumed": assumed_inputs(case),
    }


def monitor_files(found: Monitored, document: Mapping[str, Any]) -> dict[str, Content]:
    """The files of `slopt monitor --out`, by name."""
    return {
        "monitor.json": json_text(document),
        "monitor.csv": _exact_csv(LINE_COLUMNS, line_rows(found)),
        "signals.csv": _exact_csv(SIGNAL_COLUMNS, signal_rows(found, found.signals)),
        "drift.csv": _exact_csv(DRIFT_COLUMNS, drift_rows(found, found.drifts.found)),
    }


def line_rows(found: Monitored) -> list[dict[str, Any]]:
    """One row a period, segment and account of which anything is compared."""
    compared, rows = found.compared, []
    problem = compared.problem
    for t in compared.periods:
        for s in np.flatnonzero(compared.covered[:, t]).tolist():
            for name, line in _lines(found):
                rows.append(
                    {
                        "period": problem.periods[t],
                        "segment": problem.segments[s],
                        "account": name,
                        "planned": float(line.planned[s, t]),
                        "actual": float(line.actual[s, t]),
                        "difference": float(line.difference[s, t]),
                        **{e.value: float(line.effects[e][s, t]) for e in Effect},
                        "known": bool(line.is_known[s, t]),
                    }
                )
    return rows


def signal_rows(found: Monitored, signals: Iterable[Signal]) -> list[dict[str, Any]]:
    """One row a figure that was judged."""
    problem = found.compared.problem
    return [
        {
            "period": problem.periods[one.period],
            "segment": problem.segments[one.segment],
            "figure": one.measure.value,
            "actual": one.observed,
            "expected": one.expected,
            "low": one.low,
            "high": one.high,
            "p": one.p,
            "p_adjusted": one.adjusted,
            "alarm": one.is_alarm,
            "result": one.money,
        }
        for one in signals
    ]


def drift_rows(found: Monitored, drifts: Iterable[Drift]) -> list[dict[str, Any]]:
    """One row a parameter and a scope."""
    return [
        {
            "parameter": one.parameter.value,
            "scope": one.scope.value,
            "id": scope_id(found, one),
            "observed": one.observed,
            "expected": one.expected,
            "factor": one.factor,
            "low": one.low,
            "high": one.high,
            "p": _known(one.p),
            "p_adjusted": _known(one.adjusted),
            "trend_p": _known(one.trend_p),
            "trend_p_adjusted": _known(one.trend_adjusted),
            "drift": one.is_drift,
        }
        for one in drifts
    ]


def scope_id(found: Monitored, drift: Drift) -> str:
    """The segment or tier that a drift is of; "" for all, or all others."""
    problem = found.compared.problem
    if drift.scope is Scope.SEGMENT:
        return str(problem.segments[drift.place])
    return problem.tiers[drift.place] if drift.scope is Scope.TIER else ""


def _lines(found: Monitored) -> Iterable[tuple[str, Line]]:
    return found.split.lines.items()


def _entry(line: Line, at: Any) -> dict[str, Any]:
    planned, actual = float(line.planned[at].sum()), float(line.actual[at].sum())
    return {
        "planned": planned,
        "actual": actual,
        "difference": actual - planned,
        **{effect.value: float(line.effects[effect][at].sum()) for effect in Effect},
    }


def _replanned(found: Monitored) -> dict[str, Any]:
    again = found.replanned
    if isinstance(again, NoWorth):
        return {"why_not": again.value}
    assert isinstance(again, Replanned)
    problem = again.again.problem
    return {
        "from": problem.periods[again.first],
        "gain": tidy(again.gain),
        "noise": tidy(again.room),
        "moved": again.moved,
        "kept_violations": list(again.kept_breaks),
        "kept": horizon_totals(problem, again.kept),
        "again": horizon_totals(problem, again.again.evaluation),
        "status": again.again.status.value,
        "gap": tidy(again.again.gap),
    }


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _exact_csv(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """A CSV table with every digit of its numbers; text is never a formula."""
    columns, buffer = list(columns), io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in columns])
    return buffer.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return guard(value)
    return str(value).lower() if isinstance(value, bool) else repr(value)
