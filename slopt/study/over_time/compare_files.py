"""compare.json, moves.csv and bridge.csv of plans over periods, with all digits."""

from __future__ import annotations

from typing import Any

from slopt import __version__
from slopt.plan.files import Content, csv_text, json_text
from slopt.plan.horizon.result import horizon_totals
from slopt.plan.provenance import assumed_inputs
from slopt.plan.rows import tidy
from slopt.study.compare.bridge import Money
from slopt.study.compare.changes import Change
from slopt.study.over_time.bridge import ComparisonOverTime
from slopt.study.over_time.sides import SideOverTime
from slopt.vocabulary import LOSSES

MOVE_COLUMNS = ("segment", "from_period", "to_period", "from", "to", "total_cost_of_segment")
BRIDGE_COLUMNS = ("step", "amount", "service_cost", *LOSSES, "lost_unsplit", "lost_sales", "tables")


def comparison_over_time_document(found: ComparisonOverTime, seconds: float) -> dict[str, Any]:
    """compare.json."""
    return {
        "a": _side(found.a),
        "b": _side(found.b),
        "same_plan": found.is_same_plan,
        "same_inputs": not found.changes,
        "moves": move_rows(found),
        "bridge": [
            {**row, "tables": row["tables"].split(" ") if row["tables"] else []}
            for row in bridge_rows(found)
        ],
        "worth_of_perfect_service": tidy(found.worth),
        "kept_violations": [
            {"rule": breach.rule, "amount": tidy(breach.amount)} for breach in found.broken
        ],
        "periods": period_rows(found),
        "changes": [_change(change) for change in found.changes],
        "assumed": assumed_inputs(found.b.case),
        "slopt_version": __version__,
        "total_seconds": round(seconds, 6),
    }


def comparison_over_time_files(
    found: ComparisonOverTime, document: dict[str, Any]
) -> dict[str, Content]:
    """The files by name."""
    return {
        "compare.json": json_text(document),
        "moves.csv": csv_text(MOVE_COLUMNS, move_rows(found)),
        "bridge.csv": csv_text(BRIDGE_COLUMNS, bridge_rows(found)),
    }


def move_rows(found: ComparisonOverTime) -> list[dict[str, Any]]:
    """A row for every run of periods in which a segment has another tier."""
    problem = found.b.problem
    return [
        {
            "segment": problem.segments[move.segment],
            "from_period": problem.periods[move.first],
            "to_period": problem.periods[move.last],
            "from": problem.tiers[move.before],
            "to": problem.tiers[move.after],
            "total_cost_of_segment": move.total,
        }
        for move in found.moves
    ]


def bridge_rows(found: ComparisonOverTime) -> list[dict[str, Any]]:
    """A, every step, B: the amounts of the steps add up to B less A."""
    rows = [_row("A", found.start)]
    rows += [_row(step.kind.value, step.money, step.tables) for step in found.steps]
    return [*rows, _row("B", found.end)]


def period_rows(found: ComparisonOverTime) -> list[dict[str, Any]]:
    """By period what A and B book and lose, in its money, their levels, and who differs."""
    rows = []
    for p, period in enumerate(found.b.problem.periods):
        row: dict[str, Any] = {"period": period}
        for name, side in (("a", found.a), ("b", found.b)):
            value = side.evaluation
            row[f"booked_{name}"] = float(value.spent[p])
            row[f"lost_sales_{name}"] = float(sum(line[p] for line in value.lost.values()))
            row[f"service_level_{name}"] = float(value.service_level[p])
        row["other_tiers"] = sum(move.first <= p <= move.last for move in found.moves)
        rows.append(row)
    return rows


def _row(step: str, money: Money, tables: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "step": step,
        "amount": money.total_cost,
        "service_cost": money.service_cost,
        **{name: getattr(money, name) for name in LOSSES},
        "lost_unsplit": money.lost_unsplit,
        "lost_sales": money.lost_sales,
        "tables": " ".join(tables),
    }


def _side(side: SideOverTime) -> dict[str, Any]:
    return {
        "name": side.label,
        "case": side.case.settings.case.name,
        "case_hash": side.case.hash,
        "planned_from": side.problem.periods[side.first],
        **horizon_totals(side.problem, side.evaluation),
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "place": change.place,
        "rows": change.rows,
        "from": change.before,
        "to": change.after,
        "factor": change.factor,
        "only_in": change.only_in,
    }
