"""How far the cells of a column may be off, as the sources table says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.schema import ANY, BY_NAME
from slopt.vocabulary import SourceKind

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Intervals:
    """Of the N rows of one column: low and high (NaN where sources give none), and the kinds.

    kinds (N,) are places in SourceKind, -1 where sources say nothing of the row.
    """

    table: str
    column: str
    low: Numbers
    high: Numbers
    kinds: NDArray[np.int64]

    @property
    def given(self) -> NDArray[np.bool_]:
        """Rows that have an interval."""
        return ~np.isnan(self.low)

    def worst_kind(self, rows: NDArray[np.int64]) -> SourceKind:
        """The least sure way in which these cells came about; assumed where nothing is said."""
        kinds = self.kinds[rows]
        assumed = len(rows) == 0 or (kinds < 0).any()
        return SourceKind.ASSUMED if assumed else list(SourceKind)[int(kinds.max())]


def intervals_of(case: PlanningCase) -> dict[tuple[str, str], Intervals]:
    """By table and column: every number column that sources speak of.

    Of several rows the most specific counts: segment and tier, then segment, then tier, then any.
    An interval that today's value is outside of does not speak of it. With one end given, the
    other is today's value.
    """
    sources = case.table("sources")
    found: dict[tuple[str, str], dict[tuple[str, str], int]] = {}
    names = (sources.texts(name) for name in ("table", "column", "segment", "tier"))
    for row, (table, column, segment, tier) in enumerate(zip(*names, strict=True)):
        if table in case.tables and _is_number(case.tables[table], column):
            found.setdefault((table, column), {})[segment, tier] = row
    return {
        key: _of_column(case.tables[key[0]], key[1], said, sources) for key, said in found.items()
    }


def _is_number(table: Table, column: str) -> bool:
    return column in set(table) and BY_NAME[table.name].column(column).is_number


def _of_column(
    table: Table, column: str, said: dict[tuple[str, str], int], sources: Table
) -> Intervals:
    count = len(table)
    now = table.numbers(column)
    key = BY_NAME[table.name].key
    segments, tiers = (
        list(table.texts(name)) if name in key else [ANY] * count for name in ("segment", "tier")
    )
    lows, highs, kinds = sources.numbers("low"), sources.numbers("high"), sources.texts("kind")
    low, high = np.full(count, np.nan), np.full(count, np.nan)
    kind = np.full(count, -1, dtype=np.int64)
    for row, (segment, tier, value) in enumerate(zip(segments, tiers, now.tolist(), strict=True)):
        wanted = ((segment, tier), (segment, ANY), (ANY, tier), (ANY, ANY))
        place = next((said[pair] for pair in wanted if pair in said), None)
        if place is None or value != value:
            continue
        kind[row] = list(SourceKind).index(SourceKind(kinds[place]))
        ends = (float(lows[place]), float(highs[place]))
        least, most = (value if end != end else end for end in ends)
        if least <= value <= most and least < most:
            low[row], high[row] = least, most
    return Intervals(table.name, column, low, high, kind)
