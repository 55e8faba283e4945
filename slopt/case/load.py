"""Raw tables -> PlanningCase. All problems of all tables are found first, then raised at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from slopt.case.case import PlanningCase, Table
from slopt.case.columns import Cell, CellError, Column, is_blank, suggest
from slopt.case.crosscheck import crosscheck
from slopt.case.raw import RawCase, RawTable
from slopt.case.read import read
from slopt.case.schema import TABLES, USE_PREFIX, TableSchema, use_column
from slopt.case.settings import load_settings
from slopt.case.slips import likely_slips
from slopt.errors import InvalidInput, Problem, Severity


@dataclass(frozen=True)
class Reading:
    """What came of reading a case: all problems, and the case unless one of them is an error."""

    case: PlanningCase | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop the run."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What looks like a slip but may be meant."""
        return tuple(p for p in self.problems if p.severity is Severity.WARNING)


def load_case(path: str | Path, overrides: Mapping[str, Any] | None = None) -> PlanningCase:
    """The case at `path` (folder or workbook); raises InvalidInput with every problem of it."""
    reading = read_case(Path(path), overrides)
    if reading.case is None:
        raise InvalidInput(reading.problems)
    return reading.case


def read_case(path: Path, overrides: Mapping[str, Any] | None = None) -> Reading:
    """As `load_case`, but returns the problems, warnings included."""
    return interpret(read(path), overrides)


def interpret(raw: RawCase, overrides: Mapping[str, Any] | None = None) -> Reading:
    """Raw tables and settings -> typed and checked ones."""
    problems = list(raw.problems)
    settings = load_settings(raw.settings, overrides or {}, problems)
    tables: dict[str, Table] = {}
    for schema in TABLES:
        if schema.name in raw.tables:
            tables[schema.name] = _typed(schema, raw.tables[schema.name], problems)
        elif schema.required and not any(p.table == schema.name for p in problems):
            problems.append(
                Problem(
                    "is missing.",
                    f"Add {schema.name}.csv: slopt describe {schema.name}.",
                    table=schema.name,
                    file=f"{schema.name}.csv",
                )
            )
    case = PlanningCase(settings, tables)
    problems.extend(crosscheck(case, raw))
    problems.extend(likely_slips(case, raw))
    failed = any(problem.severity is Severity.ERROR for problem in problems)
    return Reading(None if failed else case, tuple(problems))


def _typed(schema: TableSchema, raw: RawTable, problems: list[Problem]) -> Table:
    """One table: headers matched, every cell read, keys unique."""
    places = _match_headers(schema, raw, problems)
    columns = list(schema.columns)
    columns += [
        use_column(title.removeprefix(USE_PREFIX))
        for title in places
        if title.startswith(USE_PREFIX)
    ]
    values: dict[str, Any] = {}
    for column in columns:
        place = places.get(column.name)
        if place is None:
            if column.required:
                problems.append(
                    raw.problem(
                        f'has no column "{column.name}".', f"Add it: {column.meaning}.", row=1
                    )
                )
            cells: list[Cell] = [None] * len(raw.rows)
        else:
            cells = raw.columns[place]
        values[column.name] = _typed_column(column, cells, raw, place is not None, problems)
    if not raw.rows and schema.required:
        problems.append(raw.problem("has no rows.", f"Add a row for {schema.row_is}."))
    table = Table(schema.name, values, raw.rows)
    if all(key in places or schema.column(key).default is not None for key in schema.key):
        problems.extend(_repeated_keys(schema, table, raw))
    return table


def _match_headers(schema: TableSchema, raw: RawTable, problems: list[Problem]) -> dict[str, int]:
    """Column name -> place in the file; unknown and double headings are problems."""
    known = {
        title.casefold(): column.name
        for column in schema.columns
        for title in (column.name, *column.names)
    }
    places: dict[str, int] = {}
    for place, title in enumerate(raw.header):
        if not title:
            continue
        name = known.get(title.casefold().replace(" ", "_"))
        if schema.use_columns and title.casefold().startswith(USE_PREFIX):
            name = USE_PREFIX + title[len(USE_PREFIX) :].strip()
        if name is None:
            remedy = suggest(title, list(known), "Columns are")
            problems.append(
                raw.problem(
                    "is not a column of this table.", remedy, row=1, column=title, value=title
                )
            )
        elif name in places:
            first = raw.header[places[name]]
            problems.append(
                raw.problem(
                    f'holds the same as column "{first}".',
                    "Keep one of them.",
                    row=1,
                    column=title,
                    value=title,
                )
            )
        else:
            places[name] = place
    return places


def _typed_column(
    column: Column, cells: list[Cell], raw: RawTable, present: bool, problems: list[Problem]
) -> Any:
    fallback: Any = (
        np.nan if column.is_number else ("" if column.default is None else column.default)
    )
    values = []
    for row, cell in zip(raw.rows, cells, strict=True):
        value: Any = None
        try:
            value = column.read(cell) if present else column.default
        except CellError as error:
            title = _title(column, raw)
            problems.append(
                raw.problem(
                    error.message, error.remedy, row, title, None if is_blank(cell) else cell
                )
            )
        values.append(fallback if value is None else value)
    if column.is_number:
        return np.array(values, dtype=np.float64)
    if isinstance(column.default, bool):
        return np.array(values, dtype=np.bool_)
    return np.array(values, dtype=object)


def _title(column: Column, raw: RawTable) -> str:
    """The heading under which the file knows the column."""
    names = {name.casefold() for name in (column.name, *column.names)}
    return next(
        (title for title in raw.header if title.casefold().replace(" ", "_") in names), column.name
    )


def _repeated_keys(schema: TableSchema, table: Table, raw: RawTable) -> list[Problem]:
    first: dict[tuple[str, ...], int] = {}
    problems = []
    for row, *key in zip(table.rows, *(table.texts(name) for name in schema.key), strict=True):
        if not all(key):
            continue
        if tuple(key) in first:
            shown = ", ".join(key)
            problems.append(
                raw.problem(
                    f'"{shown}" stands in row {first[tuple(key)]} too.',
                    f"Each {' and '.join(schema.key)} may stand once.",
                    row,
                    schema.key[0],
                    shown,
                )
            )
        else:
            first[tuple(key)] = row
    return problems
