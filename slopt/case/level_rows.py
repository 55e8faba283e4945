"""Segments that choose a service level in place of a tier, and the rows of tables that say how."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.schema import ANY
from slopt.case.texts import Texts

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
NO_ROW = -1


def choosing_levels(case: PlanningCase) -> Places:
    """Positions of the segments whose service level is chosen between a floor and a ceiling."""
    table = case.table("segments")
    given = ~np.isnan(table.numbers("min_level")) & ~np.isnan(table.numbers("max_level"))
    return np.flatnonzero(given)


@dataclass(frozen=True, eq=False)
class LevelTerm:
    """A term of `level_costs` by its name: the row that speaks of each segment, -1 for none."""

    name: str
    rows: Places


def level_terms(case: PlanningCase, segments: Places) -> tuple[LevelTerm, ...]:
    """The terms of these segments (n,); a segment's own row replaces that of * of the same name."""
    table = case.table("level_costs")
    place = np.full(len(case.segments), NO_ROW)
    place[segments] = np.arange(len(segments))
    whose = table.texts("segment").places_in(case.segments)
    everybody = table.texts("segment").is_in([ANY])
    names = table.texts("term")
    found = []
    for code in range(len(names.words)):
        its = names.codes == code
        common = np.flatnonzero(its & everybody)
        rows = np.full(len(segments), common[-1] if len(common) else NO_ROW)
        own = np.flatnonzero(its & (whose >= 0))
        own = own[place[whose[own]] >= 0]
        rows[place[whose[own]]] = own
        found.append(LevelTerm(names.word(code), rows))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class LevelPoints:
    """The points of `level_curves`, by curve: a segment's own, else those of *.

    `curve` (n,) is the curve of each segment, -1 for none; `rows[c]` are the rows of the table that
    hold the points of a curve, by rising level; `owner[c]` is the position among the segments of
    the case, -1 for *.
    """

    table: Table
    curve: Places
    rows: tuple[Places, ...]
    owner: tuple[int, ...]


def level_points(case: PlanningCase, segments: Places) -> LevelPoints:
    """Whose points each of these segments (n,) has."""
    table = case.table("level_curves")
    whose = table.texts("segment").places_in(case.segments)
    known = np.flatnonzero((whose >= 0) | table.texts("segment").is_in([ANY]))
    order = known[np.lexsort((table.numbers("level")[known], whose[known]))]
    owners, first = np.unique(whose[order], return_index=True)
    rows = tuple(np.split(order, first[1:])) if len(owners) else ()
    by_owner = np.full(len(case.segments) + 1, NO_ROW)
    by_owner[owners] = np.arange(len(owners))  # that of * is last, at place -1
    own = by_owner[segments]
    return LevelPoints(table, np.where(own >= 0, own, by_owner[-1]), rows, tuple(owners.tolist()))


def rows_taken(table: Table, rows: Places) -> Table:
    """The table with some of its rows, in the order asked for."""
    columns = {name: _taken(table.column(name), rows) for name in table}
    return Table(table.name, columns, [table.rows[row] for row in rows.tolist()], table.file)


def _taken(column: NDArray[np.float64] | Texts, rows: Places) -> NDArray[np.float64] | Texts:
    if not isinstance(column, Texts):
        return column[rows]
    if isinstance(column.words, list):
        return Texts.of_codes(column.words, column.codes[rows])
    import pyarrow as pa

    return Texts.of_arrow(column.as_arrow().take(pa.array(rows)))
