"""Logs in DuckDB, the one file that knows it: opened, read as text, asked in SQL."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from slopt.calibrate.history import Log
from slopt.calibrate.log_file import as_utf8, csv_header, is_parquet
from slopt.case.columns import suggest
from slopt.errors import Problem, Severity, UsageError
from slopt.sayings import later, say

if TYPE_CHECKING:
    import duckdb

INSTALL = 'slopt calibrate reads logs with DuckDB. Install it with: pip install "slopt[calibrate]"'
BAD_LINE = re.compile(r"Line: (\d+)")
KIND_OF_ERROR = re.compile(r"^[\w ]+ Error: ")


class Database:
    """Tables in memory. Names and texts go into SQL through `name` and `text` only."""

    def __init__(self) -> None:
        try:
            import duckdb
        except ImportError as error:
            raise UsageError(INSTALL) from error
        self._duckdb = duckdb
        self._folder = tempfile.TemporaryDirectory(prefix="slopt-logs-")
        self._files: dict[str, Path] = {}
        self._connection: duckdb.DuckDBPyConnection = duckdb.connect(":memory:")
        # Nothing but the files that are named is ever read, and no extension is fetched.
        self.run("SET autoinstall_known_extensions = false")
        self.run("SET autoload_known_extensions = false")
        self.run("SET enable_progress_bar = false")
        # What does not fit in memory goes beside other temporary files, not where one stands.
        self.run(f"SET temp_directory = {text(str(Path(tempfile.gettempdir()) / 'slopt-duckdb'))}")

    def close(self) -> None:
        """Free the memory and the disk."""
        self._connection.close()
        self._folder.cleanup()

    def run(self, sql: str) -> None:
        """A statement without an answer."""
        self._connection.execute(sql)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of an answer."""
        return self._connection.execute(sql).fetchall()

    def row(self, sql: str) -> tuple[Any, ...]:
        """The one row of an answer."""
        (row,) = self.rows(sql)
        return row

    def columns(self, sql: str) -> dict[str, NDArray[Any]]:
        """The columns of an answer; missing numbers are NaN."""
        answer = self._connection.execute(sql).fetchnumpy()
        return {
            column: np.ma.filled(np.ma.asarray(values, np.float64), np.nan)
            if values.dtype.kind in "fiub"
            else np.asarray(values)
            for column, values in answer.items()
        }

    def read_log(self, log: Log) -> list[Problem]:
        """Make the table `raw_NAME` of the mapped columns as text; problems with file and columns.

        Texts without white space around them; blank and missing ones are NULL.
        """
        problems: list[Problem] = []
        self._files[log.name] = as_utf8(log.file, Path(self._folder.name) / log.name, problems)
        try:
            source = self._source(self._files[log.name], problems)
            if errors_of(problems):
                return problems
            known = [row[0] for row in self.rows(f"DESCRIBE SELECT * FROM {source}")]
            wanted = dict.fromkeys(
                [column for columns in log.columns.values() for column in columns] + [*log.keep]
            )
            for column in wanted:
                if column not in known:
                    message = say('There is no column "{column}".', column=column)
                    hint = suggest(column, known, later("Columns are: {known}."))
                    problems.append(Problem(message, hint, file=log.file.name, column=column))
            if errors_of(problems):
                return problems
            chosen = ", ".join(f"{_cell(column, log)} AS {name(column)}" for column in wanted)
            self.run(
                f"CREATE TABLE raw_{log.name} AS SELECT {chosen} FROM {source} "
                f"WHERE {_kept(log.keep)}"
            )
        except self._duckdb.Error as error:
            problems.append(_file_problem(log, str(error)))
        return problems

    def row_numbers(self, log: Log) -> str:
        """A table expression as `raw_NAME`, read again with `row`, its row in the file."""
        columns = dict.fromkeys(c for columns in log.columns.values() for c in columns)
        chosen = ", ".join(f"{_cell(column, log)} AS {name(column)}" for column in columns)
        return (
            f"(SELECT {chosen}, row FROM (SELECT *, row_number() OVER () + 1 AS row "
            f"FROM {self._source(self._files[log.name], [])}) WHERE {_kept(log.keep)})"
        )

    def _source(self, file: Path, problems: list[Problem]) -> str:
        """SQL for the rows of a file; all cells of a CSV file are text."""
        if is_parquet(file):
            return f"read_parquet({text(str(file))})"
        header = csv_header(file, problems)
        if header is None:
            return ""
        columns, separator = header
        types = ", ".join(f"{text(column)}: 'VARCHAR'" for column in columns)
        return (
            f"read_csv({text(str(file))}, auto_detect = false, header = true, delim = "
            f"{text(separator)}, quote = '\"', escape = '\"', columns = {{{types}}})"
        )


def errors_of(problems: Iterable[Problem]) -> list[Problem]:
    """Those that are no warnings."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def name(column: str) -> str:
    """A column or table name as SQL takes it."""
    return '"' + column.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text as SQL takes it."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: Iterable[str]) -> str:
    """A list of texts in brackets."""
    return "(" + ", ".join(text(value) for value in values) + ")"


def _cell(column: str, log: Log) -> str:
    """A cell as text; NULL where it is blank or one of the words for missing."""
    cell = f"nullif(trim(CAST({name(column)} AS VARCHAR)), '')"
    for word in log.missing:
        if "*" in word:
            pattern = re.sub(r"([%_\\])", r"\\\1", word).replace("*", "%")
            cell = f"(CASE WHEN {cell} LIKE {text(pattern)} ESCAPE '\\' THEN NULL ELSE {cell} END)"
        else:
            cell = f"nullif({cell}, {text(word)})"
    return cell


def _kept(keep: Mapping[str, Iterable[str]]) -> str:
    tests = [
        f"trim(CAST({name(column)} AS VARCHAR)) IN {texts(values)}"
        for column, values in keep.items()
    ]
    return " AND ".join(tests) or "true"


def _file_problem(log: Log, error: str) -> Problem:
    """What DuckDB says of a file that it cannot read, in one line."""
    first, *more = error.splitlines()
    why = next((line for line in more if line.startswith(("Expected", "Value", "Invalid"))), "")
    words = ": ".join(filter(None, (KIND_OF_ERROR.sub("", first), why))).rstrip(".")
    line = BAD_LINE.search(error)
    remedy = say("Is it CSV in UTF-8 with a header row, all rows of one length, or Parquet?")
    if "nicode" in error or "utf-8" in error.casefold():
        words, remedy = say("it is not UTF-8 text"), say("Save it as UTF-8.")
    return Problem(
        say("The file cannot be read: {words}.", words=words),
        remedy,
        file=log.file.name,
        row=int(line[1]) if line else None,
    )
