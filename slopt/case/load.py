"""Raw tables -> PlanningCase. All problems of all tables are found first, then raised at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from slopt.case.case import PlanningCase, Table
from slopt.case.columns import nearest
from slopt.case.crosscheck import crosscheck
from slopt.case.few import flagged
from slopt.case.raw import RawCase, RawTable
from slopt.case.read import read
from slopt.case.schema import TABLES, USE_PREFIX, TableSchema
from slopt.case.set_cells import with_cells
from slopt.case.set_words import is_in_table
from slopt.case.settings import load_settings
from slopt.case.slips import likely_slips
from slopt.case.texts import first_alike
from slopt.case.typed import Values, absent_column, typed_column
from slopt.errors import InvalidInput, Problem, Severity


@dataclass(frozen=True)
class Reading:
    """What came of reading a case: all problems, and the case unless one of them is an error."""

    case: PlanningCase | None
    problems: tuple[Problem, ...]

    def with_problems(self, problems: Sequence[Problem]) -> Reading:
        """The reading with more problems; the case goes if one of them is an error."""
        found = (*self.problems, *problems)
        failed = any(problem.severity is Severity.ERROR for problem in found)
        return Reading(None if failed else self.case, found)

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
    """Raw tables and settings -> typed and checked ones.

    Overrides of settings count as if they stood in the file, before it is checked; those of cells
    of tables are set, and checked in their turn, in a case that is sound without them. Raises
    UsageError where such cells are not there.
    """
    problems = list(raw.problems)
    cells = {key: value for key, value in (overrides or {}).items() if is_in_table(key)}
    of_settings = {key: v for key, v in (overrides or {}).items() if key not in cells}
    settings = load_settings(raw.settings, of_settings, problems)
    tables: dict[str, Table] = {}
    for schema in TABLES:
        if schema.name in raw.tables:
            tables[schema.name] = _typed(schema, raw.tables[schema.name], problems)
        elif schema.required and raw.is_there and schema.name not in {p.table for p in problems}:
            problems.append(_missing(schema, raw))
    tables = {name: table for name, table in tables.items() if len(table)}
    case = PlanningCase(settings, tables)
    wrong = {its.cell_place for its in problems if its.severity is Severity.ERROR} - {None}
    problems.extend(its for its in crosscheck(case, raw) if its.cell_place not in wrong)
    problems.extend(likely_slips(case, raw))
    if not any(problem.severity is Severity.ERROR for problem in problems):
        case, of_cells = with_cells(case, cells)
        problems += of_cells
    failed = any(problem.severity is Severity.ERROR for problem in problems)
    return Reading(None if failed else case, tuple(problems))


def _missing(schema: TableSchema, raw: RawCase) -> Problem:
    name = schema.name
    wanted = f"a sheet named {name}" if raw.workbook else f"{name}.csv"
    return Problem(
        f"The table {name} is missing.",
        f"Add {wanted}: slopt describe {name}.",
        table=name,
        file=raw.workbook or f"{name}.csv",
    )


def _typed(schema: TableSchema, raw: RawTable, problems: list[Problem]) -> Table:
    """One table: headers matched, every cell read, keys unique."""
    hinted = _match_headers(schema, raw, problems)
    columns = list(schema.columns)
    columns += [schema.column(title) for title in raw.places if title.startswith(USE_PREFIX)]
    values: dict[str, Values] = {}
    for column in columns:
        present = column.name in raw.places
        if column.required and not present and column.name not in hinted:
            problems.append(
                raw.problem(
                    f'There is no column "{column.name}".', f"Add it: {column.meaning}.", row=1
                )
            )
        values[column.name] = (
            typed_column(column, raw, problems) if present else absent_column(column, len(raw.rows))
        )
    if schema.required and not raw.rows and not raw.dropped:
        problems.append(raw.problem("The table has no rows.", f"Add a row for {schema.row_is}."))
    table = Table(schema.name, values, raw.rows, raw.file)
    if all(key in raw.places or schema.column(key).default is not None for key in schema.key):
        problems.extend(_repeated_keys(schema, table, raw))
    return table


def _match_headers(schema: TableSchema, raw: RawTable, problems: list[Problem]) -> set[str]:
    """Fill `raw.places`; unknown and double headings are problems.

    Returns the columns that unknown headings were taken for, which are then not missed as well.
    """
    names = [title for column in schema.columns for title in (column.name, *column.names)]
    hinted = set()
    for place, title in enumerate(raw.header):
        if not title:
            continue
        column = schema.find(title)
        if column is None:
            near = nearest(title, names)
            hinted |= {column.name for column in schema.columns if near in column.names}
            hinted |= {near} if near else set()
            own = ", ".join(column.name for column in schema.columns)
            problems.append(
                raw.problem(
                    f'"{title}" is not a column of {schema.name}.',
                    f'Did you mean "{near}"?' if near else f"Columns are: {own}.",
                    1,
                    place,
                    title,
                )
            )
        elif column.name in raw.places:
            first = raw.header[raw.places[column.name]]
            problems.append(
                raw.problem(
                    f'"{title}" stands twice.'
                    if title == first
                    else f'"{title}" and "{first}" are the same column.',
                    "Keep one of them.",
                    1,
                    place,
                    title,
                )
            )
        else:
            raw.places[column.name] = place
    return hinted


def _repeated_keys(schema: TableSchema, table: Table, raw: RawTable) -> Iterator[Problem]:
    key = [table.texts(name) for name in schema.key]
    first = first_alike(key)
    again = first != np.arange(len(table))
    for part in key:
        again &= part.is_filled

    def describe(index: int) -> Problem:
        shown = ", ".join(part[index] for part in key)
        return raw.problem(
            f'"{shown}" stands in row {raw.rows[first[index]]} too.',
            f"Each {_listed(schema.key)} may stand once.",
            raw.rows[index],
            schema.key[0],
            shown,
        )

    return flagged(again, describe)


def _listed(words: tuple[str, ...]) -> str:
    """a; a and b together; a, b and c together."""
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} and {words[-1]} together"
