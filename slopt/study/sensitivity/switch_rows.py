"""Rows of switch_points.csv."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from slopt.plan.rows import tidy
from slopt.study.sensitivity import Sensitivity
from slopt.study.sensitivity.switches import Side, Switch, Switches

SWITCH_COLUMNS = (
    "input",
    "side",
    "segment",
    "planned_tier",
    "tier",
    "last_value",
    "first_value",
    "advantage",
    "last_gap",
    "first_gap",
    "proven",
)


def switch_rows(study: Sensitivity) -> Iterator[dict[str, Any]]:
    """For each input and side the first switch of the plan, then that of each segment."""
    for found in study.switches:
        for side, switch in (("below", found.down), ("above", found.up)):
            yield _switch_row(study, found, side, switch, None)
        for segment in range(len(study.problem.segments)):
            for side, switch in zip(("below", "above"), found.of(segment), strict=True):
                if switch is not None:
                    yield _switch_row(study, found, side, switch, segment)


def _switch_row(
    study: Sensitivity, found: Switches, side: str, switch: Switch | None, segment: int | None
) -> dict[str, Any]:
    """One row; without a switch within the range all values are empty."""
    problem = study.problem
    row: dict[str, Any] = dict.fromkeys(SWITCH_COLUMNS)
    row |= {"input": found.input.name, "side": side}
    if segment is not None:
        row["segment"] = problem.segments[segment]
        row["planned_tier"] = problem.offer_name(segment, int(found.plan[segment]))
    if switch is None:
        return row
    last, first = sides(switch, side)
    if segment is not None and first.choice is not None:
        row["tier"] = problem.offer_name(segment, int(first.choice[segment]))
    return row | proof_of(last, first, switch)


def sides(switch: Switch, side: str) -> tuple[Side, Side]:
    """The side nearer to today first."""
    pair = (switch.below, switch.above)
    return pair if side == "above" else pair[::-1]


def proof_of(last: Side, first: Side, switch: Switch) -> dict[str, Any]:
    """Where the switch is, and how sure: the columns from last_value on."""
    advantage = None
    if first.loss is not None and first.other is not None:
        advantage = first.other - first.loss
    return {
        "last_value": tidy(last.where),
        "first_value": tidy(first.where),
        "advantage": tidy(advantage),
        "last_gap": tidy(_gap(last)),
        "first_gap": tidy(_gap(first)),
        "proven": "yes" if switch.is_proven else "no",
    }


def _gap(side: Side) -> float | None:
    """How far the plan of a side is from what no plan can be better than, relative."""
    if side.loss is None or side.bound is None:
        return None
    distance = max(side.loss - side.bound, 0.0)
    return distance / abs(side.loss) if side.loss else (0.0 if distance == 0 else math.inf)
