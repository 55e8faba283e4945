"""Which numbers of a case are uncertain together: one row of its sources each.

How far they may be off is said by the row; how that is spread too, or by how they came about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.columns import Column
from slopt.case.decisions import may_vary
from slopt.case.intervals import Intervals, intervals_of
from slopt.case.paths import SETTINGS, Path, path_of, quoted
from slopt.case.schema import ANY, BY_NAME
from slopt.case.settings import COLUMNS
from slopt.case.spans import spanned
from slopt.vocabulary import Distribution, SourceKind

Numbers = NDArray[np.float64]
Ends = tuple[Numbers, Numbers, Numbers]
"""(low, today's value, high), (C,) each."""

NORMAL_COVERAGE = 0.95


@dataclass(frozen=True, eq=False)
class UncertainCells:
    """C cells of one column that are uncertain together, or one setting (`rows` empty, C is 1).

    `name` is the path that stands for the cells. now, lows and highs are (C,). `coverage`: the
    probability between low and high. `kind`: how the numbers came about. `said_by` is the position
    of their row in sources, None for those that were asked for.
    """

    name: str
    table: str
    column: Column
    rows: NDArray[np.int64]
    now: Numbers
    lows: Numbers
    highs: Numbers
    distribution: Distribution
    coverage: float
    kind: SourceKind | None = None
    said_by: int | None = None

    @property
    def is_setting(self) -> bool:
        """True for a setting, which is one value and no column."""
        return self.table == SETTINGS

    @property
    def group(self) -> str:
        """The column that the cells are of: `response.leave_probability`, `limits.budget`."""
        return self.column.name if self.is_setting else f"{self.table}.{self.column.name}"

    @cached_property
    def today(self) -> float:
        """Today's value: the mean over the cells."""
        return float(self.now.mean())

    @cached_property
    def is_one(self) -> bool:
        """True where all cells have the same value, low and high."""
        return all(bool((ends == ends[0]).all()) for ends in (self.now, self.lows, self.highs))

    def cells_of(self, path: Path) -> NDArray[np.bool_]:
        """(C,): which of the cells a path names."""
        if (self.table, self.column.name) != (path.table, path.column.name):
            return np.zeros(len(self.now), dtype=np.bool_)
        return np.ones(1, dtype=np.bool_) if self.is_setting else np.isin(self.rows, path.rows)


def natural(column: Column) -> Distribution:
    """The normal distribution on the column's own scale: log odds of shares, logarithms from 0."""
    if column.is_fraction:
        return Distribution.LOGITNORMAL
    is_positive = column.low is not None and column.low >= 0
    return Distribution.LOGNORMAL if is_positive else Distribution.NORMAL


def usual(kind: SourceKind | None, column: Column) -> Distribution:
    """How a number is spread of which only its interval and how it came about are known."""
    known = kind in (SourceKind.MEASURED, SourceKind.FITTED)
    return natural(column) if known else Distribution.UNIFORM


def usual_coverage(distribution: Distribution) -> float:
    """How likely a number lies between its low and its high where nothing is said."""
    flat = distribution in (Distribution.UNIFORM, Distribution.TRIANGULAR)
    return 1.0 if flat else NORMAL_COVERAGE


def is_uncertain(case: PlanningCase) -> bool:
    """True where the case has a list of scenarios, or a number with an interval."""
    return bool(len(case.table("scenarios"))) or bool(uncertain_cells(case))


def uncertain_cells(case: PlanningCase) -> tuple[UncertainCells, ...]:
    """One for each row of sources that gives cells of the case an interval, in their order.

    Numbers that are decisions (limits of rules, prices, ranks) are none.
    """
    found = [one for its in _varying(case) for one in _of_column(case, its, its.given)]
    found += _of_settings(case)
    return tuple(sorted(found, key=lambda one: -1 if one.said_by is None else one.said_by))


def drawn_by(case: PlanningCase) -> NDArray[np.int64]:
    """The rows of sources, by position, that give at least one number of the case an interval."""
    settings = [one.said_by for one in _of_settings(case) if one.said_by is not None]
    found = [its.said_by[its.given] for its in _varying(case)]
    return np.unique(np.concatenate([np.array(settings, dtype=np.int64), *found]))


def stated_cells(case: PlanningCase) -> tuple[UncertainCells, ...]:
    """As `uncertain_cells`, with the cells whose value is not between low and high as well.

    Their lows and highs are NaN. A change of a value neither brings one nor takes one away.
    """
    found = [one for its in _varying(case) for one in _of_column(case, its, its.stated)]
    return (*found, *_of_settings(case))


def _varying(case: PlanningCase) -> list[Intervals]:
    return [
        its
        for its in intervals_of(case).values()
        if may_vary(its.table, BY_NAME[its.table].column(its.column))
    ]


def _of_column(
    case: PlanningCase, its: Intervals, wanted: NDArray[np.bool_]
) -> list[UncertainCells]:
    """The inputs of one column: its cells that are wanted (N,), by the row that gives each."""
    table, column = case.tables[its.table], BY_NAME[its.table].column(its.column)
    chosen = np.flatnonzero(wanted)
    said_by = its.said_by[chosen]
    values = table.numbers(its.column)
    found = []
    for place in np.unique(said_by).tolist():
        rows = chosen[said_by == place]
        name = _name(case, its.table, its.column, place)
        ends = values[rows], its.low[rows], its.high[rows]
        found.append(_input(case, name, its.table, column, rows, ends, place))
    return found


def _of_settings(case: PlanningCase) -> list[UncertainCells]:
    sources = case.table("sources")
    found = []
    for place in np.flatnonzero(sources.texts("table").is_in([SETTINGS])).tolist():
        name = sources.texts("column")[place]
        column = COLUMNS.get(name)
        if column is None or not may_vary(SETTINGS, column):
            continue
        section, key = name.split(".")
        value = getattr(getattr(case.settings, section), key)
        low, high, span = (float(sources.numbers(n)[place]) for n in ("low", "high", "span"))
        if value is None:
            continue
        now = np.array([float(value)])
        lows, highs = np.array([low]), np.array([high])
        if low != low and high != high:
            lows, highs = spanned(column, now, 0.0 if span != span else span)
        lows, highs = np.where(np.isnan(lows), now, lows), np.where(np.isnan(highs), now, highs)
        if lows[0] <= now[0] <= highs[0] and lows[0] < highs[0]:
            rows = np.zeros(0, dtype=np.int64)
            found.append(_input(case, name, SETTINGS, column, rows, (now, lows, highs), place))
    return found


def _input(
    case: PlanningCase,
    name: str,
    table: str,
    column: Column,
    rows: NDArray[np.int64],
    ends: Ends,
    place: int,
) -> UncertainCells:
    """The input of a row of sources, spread as the row says or as is usual for its kind."""
    sources = case.table("sources")
    kind = SourceKind(sources.texts("kind")[place])
    said = sources.texts("distribution")[place]
    distribution = Distribution(said) if said else usual(kind, column)
    coverage = float(sources.numbers("coverage")[place])
    if coverage != coverage:
        coverage = usual_coverage(distribution)
    now, lows, highs = ends
    return UncertainCells(
        name, table, column, rows, now, lows, highs, distribution, coverage, kind, place
    )


def _name(case: PlanningCase, table: str, column: str, place: int) -> str:
    """The path of what a row of sources speaks of: all of a column, or its rows of these keys."""
    sources, key = case.table("sources"), BY_NAME[table].key
    said = {name: sources.texts(name)[place] for name in ("segment", "tier")}
    words = [said.get(name, ANY) or ANY for name in key]
    while words and words[-1] == ANY:
        words.pop()
    if not words:
        return f"{table}.{column}"
    return path_of(case, f"{table}[{', '.join(map(quoted, words))}].{column}").text


def at_path(found: Sequence[UncertainCells], path: Path) -> int | None:
    """Which of them a path names: by its name, else the one whose cells are just those."""
    for number, one in enumerate(found):
        if one.name == path.text:
            return number
    for number, one in enumerate(found):
        its = one.cells_of(path)
        if its.all() and (one.is_setting or len(path.rows) == len(one.rows)):
            return number
    return None
