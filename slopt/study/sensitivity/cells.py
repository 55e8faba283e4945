"""Inputs made of rows of a column or of a setting, with ends within the range of the column."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.columns import Kind
from slopt.case.intervals import Intervals
from slopt.case.paths import SETTINGS, Path, path_of
from slopt.case.schema import BY_NAME
from slopt.study.sensitivity.inputs import Bounds, Input
from slopt.vocabulary import SourceKind

Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]


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
