"""How far the cells of a column may be off, as the sources table says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.schema import ANY, BY_NAME
from slopt.case.spans import spanned
from slopt.vocabulary import SourceKind

Numbers = NDArray[np.float64]
KINDS = list(SourceKind)


@dataclass(frozen=True, eq=False)
class Intervals:
    """Of the N rows of one column: low and high (NaN where sources give none), and the kinds.

    kinds (N,) are places in SourceKind, and `said_by` (N,) the rows of sources that speak of each,
    both -1 where none does. `stated` (N,) is true where that row says how far it may be off,
    whether today's value is in between or not.
    """

    table: str
    column: str
    low: Numbers
    high: Numbers
    kinds: NDArray[np.int64]
    said_by: NDArray[np.int64]
    stated: NDArray[np.bool_]

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
    other is today's value; with neither, both are by the span, where that is given.
    """
    sources = case.table("sources")
    found: dict[tuple[str, str], list[int]] = {}
    names = zip(sources.texts("table"), sources.texts("column"), strict=True)
    for row, (table, column) in enumerate(names):
        if table in case.tables and _is_number(case.tables[table], column):
            found.setdefault((table, column), []).append(row)
    return {
        key: _of_column(case.tables[key[0]], key[1], np.array(rows), sources)
        for key, rows in found.items()
    }


def _is_number(table: Table, column: str) -> bool:
    return column in set(table) and BY_NAME[table.name].column(column).is_number


def _of_column(table: Table, column: str, rows: NDArray[np.int64], sources: Table) -> Intervals:
    """The intervals of a column that these rows of sources speak of."""
    now = table.numbers(column)
    by = np.where(np.isnan(now), -1, _speaking(table, rows, sources))
    known = np.flatnonzero(by >= 0)
    said, value = by[known], now[known]
    low, high, span = (sources.numbers(name)[said] for name in ("low", "high", "span"))
    has_ends = ~np.isnan(low) | ~np.isnan(high)
    share = np.where(has_ends | np.isnan(span), 0.0, span)
    bottom, top = (np.where(np.isnan(end), value, end) for end in (low, high))
    least, most = spanned(BY_NAME[table.name].column(column), value, share)
    bottom, top = np.where(share > 0, least, bottom), np.where(share > 0, most, top)
    around = (bottom <= value) & (value <= top) & (bottom < top)
    kinds = sources.texts("kind")
    kind_of_word = np.array(
        [KINDS.index(SourceKind(kinds.word(c))) for c in range(len(kinds.words))]
    )
    found = {name: np.full(len(now), np.nan) for name in ("low", "high")}
    found["low"][known[around]], found["high"][known[around]] = bottom[around], top[around]
    kind, stated = np.full(len(now), -1), np.zeros(len(now), dtype=np.bool_)
    kind[known] = kind_of_word[kinds.codes[said]]
    stated[known] = has_ends | (share > 0)
    return Intervals(table.name, column, found["low"], found["high"], kind, by, stated)


def _speaking(table: Table, rows: NDArray[np.int64], sources: Table) -> NDArray[np.int64]:
    """(N,): the row of sources, among these, that speaks of each row of a table; -1 where none."""
    key, width = BY_NAME[table.name].key, len(sources.texts("tier").words) + 1
    own, anyone, codes = [], [], []
    for name in ("segment", "tier"):
        texts = sources.texts(name)
        every = int(texts.codes_of([ANY])[0])
        its = table.texts(name) if name in key else None
        own.append(
            np.full(len(table), every) if its is None else texts.codes_of(its.words)[its.codes]
        )
        anyone.append(np.full(len(table), every))
        codes.append(texts.codes[rows].astype(np.int64))
    said = codes[0] * width + codes[1]
    order = np.argsort(said, kind="stable")
    found = np.full(len(table), -1)
    for segment, tier in (
        (own[0], own[1]),
        (own[0], anyone[1]),
        (anyone[0], own[1]),
        (anyone[0], anyone[1]),
    ):
        wanted = np.where((segment >= 0) & (tier >= 0), segment * width + tier, -1)
        place = np.minimum(np.searchsorted(said[order], wanted), len(said) - 1)
        hit = (found < 0) & (said[order][place] == wanted)
        found[hit] = rows[order[place[hit]]]
    return found
