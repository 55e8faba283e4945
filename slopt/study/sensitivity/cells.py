"""Inputs made of rows of a column or of a setting, with ends within the range of the column."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.columns import Kind
from slopt.case.paths import SETTINGS, Path, path_of
from slopt.case.schema import BY_NAME
from slopt.study.sensitivity.inputs import Bounds, Input
from slopt.study.sensitivity.intervals import Intervals
from slopt.vocabulary import SourceKind

Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]

LEVEL = "service_level"
"""Of a service level the failures are varied by the span: 0.95 becomes 0.94 and 0.96 at 20 %."""


def spanned(table: str, name: str, now: Numbers, span: float) -> tuple[Numbers, Numbers]:
    """Low and high by the span, within the column's range; of a service level that of failures."""
    if name == LEVEL:
        return in_range(table, name, now, 1 - (1 - now) * (1 + span), 1 - (1 - now) * (1 - span))
    return in_range(table, name, now, now * (1 - span), now * (1 + span))


def in_range(
    table: str, name: str, now: Numbers, lows: Numbers, highs: Numbers
) -> tuple[Numbers, Numbers]:
    """The ends, pulled into the range of the column, and never to the wrong side of today."""
    column = BY_NAME[table].column(name)
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high
    return np.minimum(np.maximum(lows, low), now), np.maximum(np.minimum(highs, high), now)


def inputs_of_rows(
    case: PlanningCase,
    table: str,
    name: str,
    rows: Rows,
    ends: tuple[Numbers, Numbers, Numbers],
    bounds: Bounds,
    its: Intervals | None,
    by_row: bool,
) -> list[Input]:
    """One input of these rows, or one for each of them."""
    if len(rows) == 0:
        return []
    now, lows, highs = ends
    is_whole = BY_NAME[table].column(name).kind is Kind.INTEGER
    parts = [[place] for place in range(len(rows))] if by_row else [list(range(len(rows)))]
    return [
        Input(
            f"{table}.{name}" if len(part) > 1 else row_path(case, table, name, int(rows[part[0]])),
            table,
            name,
            rows[part],
            now[part],
            lows[part],
            highs[part],
            bounds,
            SourceKind.ASSUMED if its is None else its.worst_kind(rows[part]),
            is_whole,
        )
        for part in parts
    ]


def row_path(case: PlanningCase, table: str, name: str, row: int) -> str:
    """The path of one cell, as slopt writes it."""
    keys = [case.tables[table].texts(key)[row] for key in BY_NAME[table].key]
    quoted = ", ".join('"' + key.replace('"', '""') + '"' for key in keys)
    return path_of(case, f"{table}[{quoted}].{name}").text


def input_of_setting(
    path: Path, now: Numbers, lows: Numbers, highs: Numbers, bounds: Bounds
) -> Input:
    """The input of one setting; now, lows and highs are (1,)."""
    none = np.zeros(0, dtype=np.int64)
    is_whole = path.column.kind is Kind.INTEGER
    name, kind = path.column.name, SourceKind.ASSUMED
    return Input(path.text, SETTINGS, name, none, now, lows, highs, bounds, kind, is_whole)
