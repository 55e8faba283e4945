"""What differs between the inputs of two cases, named by place: `response[small].listeners`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.schema import BY_NAME
from slopt.case.texts import Texts
from slopt.study.compare.causes import SILENT, Cause, cause_of, cause_of_setting, tables

SAME_FACTOR = 1e-9
"""Ratios closer than this, relative, are one factor."""

_OF_ROWS = {"segments": Cause.SEGMENTS, "tiers": Cause.TIERS, "resources": Cause.CAPACITY}
"""What a row that only one side has is a change of, where not of all its columns."""


@dataclass(frozen=True)
class Change:
    """One difference between the inputs of A and B.

    `place` is a setting, `table.column`, or `table[key].column` where one row differs. `rows` is
    how many rows differ, 0 for a setting. `before` and `after` are values where one differs, and
    None where more do, or where there is none. `factor` is what all differing numbers were
    multiplied by, None where there is no such number. `only_in` is "A" or "B" for rows that the
    other side does not have.
    """

    cause: Cause
    place: str
    rows: int
    before: float | str | bool | None = None
    after: float | str | bool | None = None
    factor: float | None = None
    only_in: str | None = None


@dataclass(frozen=True, eq=False)
class Aligned:
    """Rows of a table of both sides, matched by key.

    `a` and `b` are (N,), the row in the table of either side, -1 where it has none: rows of A in
    their order, then those of B alone.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]

    @property
    def are_same(self) -> bool:
        """True where both tables have the same keys in the same order."""
        return np.array_equal(self.a, self.b)

    @property
    def common(self) -> NDArray[np.bool_]:
        """By row: do both sides have it?"""
        return (self.a >= 0) & (self.b >= 0)


def aligned(name: str, a: Table, b: Table) -> Aligned:
    """The rows of two tables, matched by their key."""
    key = BY_NAME[name].key
    of_a, of_b = ([table.texts(column) for column in key] for table in (a, b))
    if len(a) == len(b) and all(x == y for x, y in zip(of_a, of_b, strict=True)):
        rows = np.arange(len(a))
        return Aligned(rows, rows)
    place = {row: index for index, row in enumerate(zip(*of_b, strict=True))}
    b_of_a = np.array([place.get(row, -1) for row in zip(*of_a, strict=True)], dtype=np.int64)
    alone = np.setdiff1d(np.arange(len(b)), b_of_a)
    rows_a = np.concatenate([np.arange(len(a)), np.full(len(alone), -1)])
    return Aligned(rows_a, np.concatenate([b_of_a, alone]))


def changes_between(a: PlanningCase, b: PlanningCase) -> list[Change]:
    """Every difference that a plan may depend on, in the order of the causes."""
    found = [*_settings(a, b)]
    for name in tables():
        found += _table(name, a, b)
    order = list(Cause)
    return sorted(found, key=lambda change: order.index(change.cause))


def _settings(a: PlanningCase, b: PlanningCase) -> Iterator[Change]:
    ours, theirs = asdict(a.settings), asdict(b.settings)
    for section, values in ours.items():
        for name, before in values.items():
            key, after = f"{section}.{name}", theirs[section][name]
            cause = cause_of_setting(key)
            if cause is not None and before != after:
                yield Change(cause, key, 0, before, after)


def _table(name: str, a: PlanningCase, b: PlanningCase) -> Iterator[Change]:
    left, right = a.table(name), b.table(name)
    if left is right:
        return
    rows = aligned(name, left, right)
    for side, alone in (("A", rows.a[rows.b < 0]), ("B", rows.b[rows.a < 0])):
        if len(alone):
            yield from _rows_alone(name, side, left if side == "A" else right, alone)
    both = rows.common
    of_a, of_b = rows.a[both], rows.b[both]
    for column in dict.fromkeys((*left, *right)):
        if column in SILENT or column in BY_NAME[name].key:
            continue
        values = _column(a, name, column), _column(b, name, column)
        change = _column_change(name, column, values, (of_a, of_b), left)
        if change is not None:
            yield change


def _rows_alone(name: str, side: str, table: Table, rows: NDArray[np.int64]) -> Iterator[Change]:
    """Rows that only one side has; those of offers by what they say."""
    one = f"[{_key(name, table, int(rows[0]))}]" if len(rows) == 1 else ""
    if name != "offers":
        yield Change(_OF_ROWS.get(name) or cause_of(name, ""), name + one, len(rows), only_in=side)
        return
    for column in table:
        if column in SILENT or column in BY_NAME[name].key:
            continue
        values = table.numbers(column)[rows]
        says = ~values.astype(np.bool_) if column == "allowed" else ~np.isnan(values)
        if says.any():
            yield Change(
                cause_of(name, column), f"{name}{one}.{column}", int(says.sum()), only_in=side
            )


def _column(case: PlanningCase, table: str, column: str) -> NDArray[Any] | Texts | None:
    """A column of a case; ranks as they count where they are blank."""
    if (table, column) == ("tiers", "rank"):
        return case.ranks.astype(np.float64)
    its = case.table(table)
    return its.column(column) if column in its else None


def _column_change(
    table: str,
    column: str,
    values: tuple[NDArray[Any] | Texts | None, NDArray[Any] | Texts | None],
    rows: tuple[NDArray[np.int64], NDArray[np.int64]],
    left: Table,
) -> Change | None:
    """The difference of one column on the rows that both sides have."""
    if np.array_equal(*rows) and isinstance(values[0], Texts) and values[0] == values[1]:
        return None
    before, after = (_taken(side, its) for side, its in zip(values, rows, strict=True))
    if isinstance(before, list) or isinstance(after, list):
        pairs = zip(before, after, strict=True)
        differ = np.flatnonzero([x != y for x, y in pairs])
    else:
        blank = np.isnan(before) & np.isnan(after)
        differ = np.flatnonzero((before != after) & ~blank)
    if len(differ) == 0:
        return None
    cause = cause_of(table, column)
    if len(differ) == 1:
        row = int(differ[0])
        key = _key(table, left, int(rows[0][row]))
        return Change(cause, f"{table}[{key}].{column}", 1, _plain(before[row]), _plain(after[row]))
    factor = None
    if not isinstance(before, list) and not isinstance(after, list):
        factor = _common_factor(before[differ], after[differ])
    return Change(cause, f"{table}.{column}", len(differ), factor=factor)


def _taken(values: NDArray[Any] | Texts | None, rows: NDArray[np.int64]) -> Any:
    """The values of some rows: numbers as an array, texts as a list; blank without a column."""
    if values is None:
        return np.full(len(rows), np.nan)
    if isinstance(values, Texts):
        return [values[int(row)] for row in rows] if len(rows) < len(values) else values.tolist()
    return np.asarray(values[rows], dtype=np.float64)


def _common_factor(before: NDArray[np.float64], after: NDArray[np.float64]) -> float | None:
    if np.any(before == 0) or not np.isfinite(before).all() or not np.isfinite(after).all():
        return None
    ratio = after / before
    return float(ratio[0]) if np.ptp(ratio) <= SAME_FACTOR * abs(ratio[0]) else None


def _plain(value: Any) -> float | str | None:
    if isinstance(value, str):
        return value or None
    return None if np.isnan(value) else float(value)


def _key(name: str, table: Table, row: int) -> str:
    return ", ".join(table.texts(column)[row] for column in BY_NAME[name].key)
