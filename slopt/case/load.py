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
from slopt.case.served import needs_tiers
from slopt.case.set_cells import with_cells
from slopt.case.set_words import is_in_table
from slopt.case.settings import load_settings
from slopt.case.slips import likely_slips
from slopt.case.texts import first_alike
from slopt.case.typed import Values, absent_column, typed_column
from slopt.errors import InvalidInput, Problem, Severity
from slopt.sayings import listed, say
from slopt.vocabulary import Lang


@dataclass(frozen=True)
class Reading:
    """What came of reading a case: all problems, and the case unless one of them is an error.

    `language` is the case's own, which it has also where its tables cannot be read.
    """

    case: PlanningCase | None
    problems: tuple[Problem, ...]
    language: Lang = Lang.EN

    def with_problems(self, problems: Sequence[Problem]) -> Reading:
        """The reading with more problems; the case goes if one of them is an error."""
        found = (*self.problems, *problems)
        failed = any(problem.severity is Severity.ERROR for problem in found)
        return Reading(None if failed else self.case, found, self.language)

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
    missing: dict[str, Problem] = {}
    for schema in TABLES:
        its = raw.tables.get(schema.name)
        if its is not None:
            tables[schema.name] = _typed(schema, its, problems)
            if schema.required and not its.rows and not its.dropped:
                missing[schema.name] = _empty(schema, its)
        elif schema.required and raw.is_there and schema.name not in {p.table for p in problems}:
            missing[schema.name] = _missing(schema, raw)
    tables = {name: table for name, table in tables.items() if len(table)}
    case = PlanningCase(settings, tables)
    if "segments" in tables and not needs_tiers(case):
        missing.pop("tiers", None)
    problems += missing.values()
    wrong = {its.cell_place for its in problems if its.severity is Severity.ERROR} - {None}
    problems.extend(its for its in crosscheck(case, raw) if its.cell_place not in wrong)
    problems.extend(likely_slips(case, raw))
    if not any(problem.severity is Severity.ERROR for problem in problems):
        case, of_cells = with_cells(case, cells)
        problems += of_cells
    failed = any(problem.severity is Severity.ERROR for problem in problems)
    return Reading(None if failed else case, tuple(problems), settings.case.language)


def _missing(schema: TableSchema, raw: RawCase) -> Problem:
    name = schema.name
    return Problem(
        say("The table {name} is missing.", name=name),
        say("Add a sheet named {name}: slopt describe {name}.", name=name)
        if raw.workbook
        else say("Add {name}.csv: slopt describe {name}.", name=name),
        table=name,
        file=raw.workbook or f"{name}.csv",
    )


def _empty(schema: TableSchema, raw: RawTable) -> Problem:
    return raw.problem(
        say("The table has no rows."), say("Add a row for {row_is}.", row_is=schema.row_is)
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
                    say('There is no column "{column}".', column=column.name),
                    say("Add it: {meaning}.", meaning=column.meaning),
                    row=1,
                )
            )
        values[column.name] = (
            typed_column(column, raw, problems) if present else absent_column(column, len(raw.rows))
        )
    table = Table(schema.name, values, raw.rows, raw.file)
    if all(key in raw.places or schema.column(key).default is not None for key in schema.key):
        problems.extend(_repeated_keys(schema, table, raw))
    return table


def _match_headers(schema: TableSchema, raw: RawTable, problems: list[Problem]) -> set[str]:
    """Fill `raw.places`; unknown and double headings are problems.

    Returns the columns that unknown headings were taken for, which are then not missed as well.
    """
    hinted = set()
    for place, title in enumerate(raw.header):
        if not title:
            continue
        column = schema.find(title)
        if column is None:
            near = nearest(title, _titles(schema))
            hinted |= {column.name for column in schema.columns if near in column.names}
            hinted |= {near} if near else set()
            problems.append(unknown_column(schema, raw, place))
        elif column.name in raw.places:
            first = raw.header[raw.places[column.name]]
            problems.append(
                raw.problem(
                    say('"{title}" stands twice.', title=title)
                    if title == first
                    else say(
                        '"{title}" and "{first}" are the same column.', title=title, first=first
                    ),
                    say("Keep one of them."),
                    1,
                    place,
                    title,
                )
            )
        else:
            raw.places[column.name] = place
    return hinted


def unknown_column(schema: TableSchema, raw: RawTable, place: int) -> Problem:
    """A heading that the table does not know, with the one that it is nearest to."""
    title = raw.header[place]
    near = nearest(title, _titles(schema))
    own = listed(column.name for column in schema.columns if not column.further)
    return raw.problem(
        say('"{title}" is not a column of {schema}.', title=title, schema=schema.name),
        say('Did you mean "{near}"?', near=near)
        if near
        else say("Columns are: {known}.", known=own),
        1,
        place,
        title,
    )


def _titles(schema: TableSchema) -> list[str]:
    return [title for column in schema.columns for title in (column.name, *column.names)]


def _repeated_keys(schema: TableSchema, table: Table, raw: RawTable) -> Iterator[Problem]:
    key = [table.texts(name) for name in schema.key]
    first = first_alike(key)
    again = first != np.arange(len(table))
    for part in key:
        again &= part.is_filled

    def describe(index: int) -> Problem:
        shown = ", ".join(part[index] for part in key)
        return raw.problem(
            say('"{shown}" stands in row {row} too.', shown=shown, row=raw.rows[first[index]]),
            say("Each {key} may stand once.", key=schema.key[0])
            if len(schema.key) == 1
            else say(
                "Each {key} and {last} together may stand once.",
                key=listed(schema.key[:-1]),
                last=schema.key[-1],
            ),
            raw.rows[index],
            schema.key[0],
            shown,
        )

    return flagged(again, describe)
