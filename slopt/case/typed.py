"""Cells of one column -> its values: floats, flags or texts, and a problem for each bad cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.arrow_cells import ArrowCells
from slopt.case.certain import certain_numbers, certain_texts, kinds_of_refusal
from slopt.case.columns import Cell, CellError, Column, is_blank
from slopt.case.few import first_few
from slopt.case.raw import RawTable
from slopt.case.texts import Texts
from slopt.errors import Problem

Values = NDArray[Any] | Texts
PARTICULAR = re.compile(r'".*"|\d+')
"""What differs between messages of one kind."""


def absent_column(column: Column, count: int) -> Values:
    """The values of a column that the file does not have; one value, however many rows."""
    if column.is_number or isinstance(column.default, bool):
        value = np.nan if column.default is None else column.default
        return np.broadcast_to(np.array(value, dtype=_dtype(column)), (count,))
    return Texts.repeated(str(column.default or ""), count)


def typed_column(column: Column, raw: RawTable, problems: list[Problem]) -> Values:
    """The values of a column that the file has.

    A refused cell is a problem, and counts as blank without a default.
    """
    cells = raw.columns[raw.places[column.name]]
    if not isinstance(cells, ArrowCells):
        return _read_each(column, raw, cells, problems)
    if column.is_number:
        return _read_numbers(column, raw, cells, problems)
    known = certain_texts(column, cells.values)
    if known is None:
        return _read_each(column, raw, cells[:], problems)
    texts, left = known
    values: Values = _read_words(column, raw, texts, np.arange(len(texts)), problems, left)
    return values


def _read_each(
    column: Column, raw: RawTable, cells: Sequence[Cell], problems: list[Problem]
) -> Values:
    values, rows, errors = [], [], []
    for row, cell in enumerate(cells):
        try:
            value = column.read(cell)
        except CellError as error:
            rows.append(row)
            errors.append(error)
            value = None
        values.append(_stored(column, value))
    problems += _problems(column, raw, np.array(rows, dtype=np.int64), errors)
    if column.is_number or isinstance(column.default, bool):
        return np.array(values, dtype=_dtype(column))
    return Texts.of(values)


def _read_numbers(
    column: Column, raw: RawTable, cells: ArrowCells, problems: list[Problem]
) -> Values:
    values, left = certain_numbers(column, cells.values)
    rows = np.flatnonzero(left)
    if len(rows) == 0:
        return values
    values = values.copy()
    if cells.are_texts:
        texts = Texts.of_arrow(cells.blank_filled(rows))
        values[rows] = _read_words(column, raw, texts, rows, problems)
        return values
    kinds = kinds_of_refusal(column, values[rows], cells.are_blank(rows))
    found = [
        problem
        for kind in np.unique(kinds)
        for problem in first_few(
            rows[kinds == kind], lambda row: _refusal(column, raw, row, cells[row])
        )
    ]
    problems += sorted(found, key=_row)
    values[rows] = np.nan
    return values


def _refusal(column: Column, raw: RawTable, row: int, cell: Cell) -> Problem:
    try:
        column.read(cell)
    except CellError as error:
        return _problem(column, raw, row, cell, error)
    raise AssertionError(f"{column.name} can be read as it stands in row {raw.rows[row]}")


def _read_words(
    column: Column,
    raw: RawTable,
    texts: Texts,
    rows: NDArray[np.int64],
    problems: list[Problem],
    left: NDArray[np.bool_] | None = None,
) -> Any:
    """Every word that is left is read once, for all rows in which it stands.

    `rows` are the positions in the table that the texts belong to.
    """
    errors: list[CellError] = []
    error_of = np.full(len(texts.words), -1, dtype=np.int64)
    new: dict[int, Any] = {}
    codes = range(len(texts.words)) if left is None else np.flatnonzero(left).tolist()
    for code in codes:
        try:
            value = column.read(texts.word(code))
        except CellError as error:
            error_of[code] = len(errors)
            errors.append(error)
            value = None
        new[code] = _stored(column, value)
    if errors:
        which = error_of[texts.codes]
        refused = which >= 0
        problems += _problems(column, raw, rows[refused], errors, which[refused])
    if column.is_number or isinstance(column.default, bool):
        values = [new[code] for code in range(len(texts.words))]
        return np.array(values, dtype=_dtype(column))[texts.codes]
    return texts.renamed(new)


def _stored(column: Column, value: Any) -> Any:
    if value is not None:
        return value
    return np.nan if column.is_number else ("" if column.default is None else column.default)


def _dtype(column: Column) -> type:
    return np.float64 if column.is_number else np.bool_


def _problems(
    column: Column,
    raw: RawTable,
    rows: NDArray[np.int64],
    errors: Sequence[CellError],
    which: NDArray[np.int64] | None = None,
) -> list[Problem]:
    """The refused cells in the order of their rows, the many of one kind counted.

    Row i has the error `which[i]`, the i-th where that is not given.
    """
    which = np.arange(len(rows)) if which is None else which
    kinds: dict[str, int] = {}
    kind_of = [kinds.setdefault(PARTICULAR.sub("", e.message), len(kinds)) for e in errors]
    kind = np.array(kind_of, dtype=np.int64)[which]
    cells = raw.columns[raw.places[column.name]]

    def describe(index: int) -> Problem:
        row = int(rows[index])
        return _problem(column, raw, row, cells[row], errors[which[index]])

    found = [
        problem
        for one in range(len(kinds))
        for problem in first_few(np.flatnonzero(kind == one), describe)
    ]
    return sorted(found, key=_row)


def _problem(column: Column, raw: RawTable, row: int, cell: Cell, error: CellError) -> Problem:
    shown = None if is_blank(cell) else cell
    return raw.problem(error.message, error.remedy, raw.rows[row], column.name, shown)


def _row(problem: Problem) -> int:
    return problem.row or 0
