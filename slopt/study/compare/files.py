"""compare.json, moves.csv and bridge.csv. Amounts have all their digits, so that they add up."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from slopt.plan.files import Content, csv_text, guard, json_text
from slopt.plan.provenance import assumed_inputs
from slopt.plan.result import totals
from slopt.plan.rows import tidy
from slopt.problem.evaluate import LimitUse
from slopt.sayings import later
from slopt.study.compare.attribution import Causes
from slopt.study.compare.binding import LimitOnBothSides
from slopt.study.compare.bridge import Money, Step, StepKind
from slopt.study.compare.causes import Cause
from slopt.study.compare.changes import Change
from slopt.study.compare.comparison import Comparison
from slopt.study.compare.side import Side
from slopt.vocabulary import LOSSES

MONEY = ("service_cost", *LOSSES, "lost_unsplit", "lost_sales")
MOVE_COLUMNS = (
    "segment",
    "from",
    "to",
    "causes",
    "service_cost",
    *LOSSES,
    "lost_sales",
    "total_cost",
)
BRIDGE_COLUMNS = ("step", "amount", *MONEY, "segments", "causes")
FILES = ("compare.json", "moves.csv", "bridge.csv")
STEP_WORDS = {
    StepKind.GONE: "segments that A alone has",
    StepKind.NEW: "segments that B alone has",
    StepKind.SHARED: "open tiers, extra units, shared prospects",
    StepKind.OTHER: "other inputs",
}
INPUT_WORDS = {
    Cause.SEGMENTS: later("segments"),
    Cause.TIERS: later("tiers on offer"),
    Cause.BUDGET: later("budget"),
    Cause.MAX_TIERS: later("max_tiers"),
    Cause.MAX_CHANGES: later("max_changes"),
    Cause.MIN_SERVICE_LEVEL: later("min_service_level"),
    Cause.MAX_LOST_SALES: later("max_lost_sales"),
    Cause.CAPACITY: later("capacities"),
    Cause.COSTS: later("costs"),
    Cause.PRICES: later("prices and margins"),
    Cause.LEVELS: later("service levels"),
    Cause.DEMAND: later("demand"),
    Cause.RESPONSE: later("customers' response"),
    Cause.RULES: later("rules and contracts"),
    Cause.TODAY: later("today's tiers"),
    Cause.GOAL: later("goal or model"),
    Cause.PLAN: later("another choice"),
    Cause.AIM: later("what they were chosen for"),
    Cause.CLOSE: later("too close to tell"),
}


def step_words(step: Step) -> str:
    """What a step of the bridge is, in a few words."""
    if step.kind in STEP_WORDS:
        return STEP_WORDS[step.kind]
    if step.kind is StepKind.MOVES and not step.causes:
        return "moves"
    what = ", ".join(INPUT_WORDS[cause] for cause in step.causes)
    return f"inputs: {what}" if step.kind is StepKind.INPUTS else f"moves: {what}"


def comparison_document(found: Comparison, seconds: float) -> dict[str, Any]:
    """compare.json."""
    return {
        "a": _side(found.a, found.bridge.start),
        "b": _side(found.b, found.bridge.end),
        "same_plan": found.is_same_plan,
        "same_inputs": not found.changes,
        "moves": [
            {**row, "causes": row["causes"].split(" ") if row["causes"] else [], "path": path}
            for row, path in zip(move_rows(found), _paths(found), strict=True)
        ],
        "bridge": [
            {**row, "causes": row["causes"].split(" ") if row["causes"] else []}
            for row in bridge_rows(found)
        ],
        "changes": [_change(change) for change in found.changes],
        "limits": [_limit(limit) for limit in found.limits],
        "order": [cause.value for cause in found.causes],
        "plans_between": found.attribution.solved,
        "causes_told_apart": not found.attribution.left_out,
        "close_below": tidy(found.attribution.room),
        "total_seconds": round(seconds, 6),
        "assumed": assumed_inputs(found.b.case),
    }


def comparison_files(found: Comparison, document: Mapping[str, Any]) -> dict[str, Content]:
    """The three files of a comparison, by name."""
    return {
        "compare.json": json_text(document),
        "moves.csv": csv_text(MOVE_COLUMNS, move_rows(found)),
        "bridge.csv": _exact_csv(BRIDGE_COLUMNS, bridge_rows(found)),
    }


def move_rows(found: Comparison) -> list[dict[str, Any]]:
    """One row a segment that is not the same on both sides; "" for the tier of a side without."""
    return [
        {
            "segment": move.segment,
            "from": move.before,
            "to": move.after,
            "causes": _names(move.causes),
            **{
                name: getattr(move.money, name)
                for name in ("service_cost", *LOSSES, "lost_sales", "total_cost")
            },
        }
        for move in found.moves
    ]


def bridge_rows(found: Comparison) -> list[dict[str, Any]]:
    """One row a step, in their order; amounts add up to the change of the total cost."""
    return [
        {
            "step": step_words(step),
            "amount": step.money.total_cost,
            **{name: getattr(step.money, name) for name in MONEY},
            "segments": step.segments,
            "causes": _names(step.causes),
        }
        for step in found.bridge.steps
    ]


def _exact_csv(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """A CSV table with every digit of its numbers; text is never a formula."""
    columns = list(columns)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = [row[name] for name in columns]
        writer.writerow([guard(cell) if isinstance(cell, str) else repr(cell) for cell in cells])
    return buffer.getvalue()


def _names(causes: Causes) -> str:
    return " ".join(cause.value for cause in causes)


def _paths(found: Comparison) -> list[list[dict[str, Any]]]:
    return [
        [{"causes": [cause.value for cause in causes], "tier": tier} for causes, tier in move.path]
        for move in found.moves
    ]


def _side(side: Side, exact: Money) -> dict[str, Any]:
    return {
        "label": side.label,
        "kind": side.kind.value,
        "name": side.case.settings.case.name,
        "case_hash": side.case.hash,
        "status": side.status.value if side.status else None,
        "gap": tidy(side.gap),
        "measure": None if side.aim is None else side.aim.measure.value,
        "objective": tidy(side.evaluation.objective),
        **totals(side.evaluation),
        "exact_total_cost": exact.total_cost,
        "violations": [
            {"rule": breach.rule, "amount": tidy(breach.amount)}
            for breach in side.evaluation.violations
        ],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "cause": change.cause.value,
        "place": change.place,
        "rows": change.rows,
        "from": change.before,
        "to": change.after,
        "factor": tidy(change.factor),
        "only_in": change.only_in,
    }


def _limit(limit: LimitOnBothSides) -> dict[str, Any]:
    return {
        "name": limit.name,
        "turn": limit.turn.value,
        "a": _use(limit.a, limit.price_a),
        "b": _use(limit.b, limit.price_b),
    }


def _use(use: LimitUse | None, price: float | None) -> dict[str, Any] | None:
    if use is None:
        return None
    return {"used": tidy(use.used), "limit": tidy(use.limit), "price": tidy(price)}
