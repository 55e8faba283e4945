"""The segments of a case that choose their level, as a case of their own with tiers of no cost.

Its offers say what the case's economics make of them apart from the curves of levels: what is lost
at levels 1 and 0, what failures cost, and which rows of usage and cost apply whatever the level.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.level_rows import rows_taken
from slopt.case.schema import ANY, BY_NAME
from slopt.case.texts import Texts, places
from slopt.case.typed import absent_column
from slopt.vocabulary import LossKind

Places = NDArray[np.int64]

TABLES = (
    "segments",
    "resources",
    "usage",
    "response",
    "stock_outs",
    "cost_lines",
    "allocation",
    "pools",
    "activities",
    "drivers",
)
"""The tables that say what levels cost and lose, besides curves."""
BEST, WORST = 0, 1
"""The tiers of the case that is made: level 1 and level 0."""


def case_of_levels(case: PlanningCase, segments: Places) -> PlanningCase:
    """The case of these segments alone, with two tiers: service level 1, and 0.

    Rows of a tier are left out, and so are those of other segments. Lost orders that follow a sales
    curve are computed here as if each failed order were lost or not.
    """
    tables = {name: case.tables[name] for name in TABLES if name in case.tables}
    if len(segments) < len(case.segments):
        tables["segments"] = rows_taken(tables["segments"], segments)
    its = tables["segments"].texts("segment")
    for name, table in tables.items():
        if name != "segments":
            tables[name] = _of_levels(table, its)
    tables["tiers"] = _tiers()
    if "response" in tables:
        tables["response"] = _without_curves(tables["response"])
    return case.replace(tables={name: table for name, table in tables.items() if len(table)})


def _of_levels(table: Table, segments: Texts) -> Table:
    """The rows of all tiers and of all or these segments."""
    keep = np.ones(len(table), dtype=np.bool_)
    if "tier" in table:
        keep &= table.texts("tier").is_in([ANY])
    if "segment" in table:
        whose = table.texts("segment")
        keep &= whose.is_in([ANY]) | (whose.places_in(segments) >= 0)
    return table if keep.all() else rows_taken(table, np.flatnonzero(keep))


def _without_curves(response: Table) -> Table:
    kind = response.texts("kind")
    code = places([LossKind.CURVE], kind.words)
    changes = {int(each): LossKind.FAILURE.value for each in code[code >= 0]}
    return response.with_columns({"kind": kind.renamed(changes)})


def _tiers() -> Table:
    columns = {column.name: absent_column(column, 2) for column in BY_NAME["tiers"].columns}
    columns["tier"] = Texts.of(["best", "worst"])
    columns["service_level"] = np.array([1.0, 0.0])
    return Table("tiers", columns, [1, 2])
