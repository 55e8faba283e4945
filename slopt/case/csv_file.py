"""CSV files as they leave real programs: UTF-8 or GB18030; comma, semicolon or tab."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from slopt.case.columns import Cell, folded
from slopt.case.raw import RawTable, table_from_rows
from slopt.case.schema import SCHEMAS, USE_PREFIX
from slopt.errors import Problem, Severity
from slopt.sayings import say

MAX_BYTES = 512 * 1024**2
SEPARATORS = (",", ";", "\t")
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
MIXED_SCRIPT = re.compile(r"\w*[A-Za-z][^\x00-\x7f][A-Za-z]\w*")
"""A sign of GB18030 inside a Latin word: what Western code pages look like when read as that."""


def read_csv(path: Path, name: str, problems: list[Problem]) -> RawTable | None:
    """One CSV file -> RawTable; what cannot be read is added to `problems` and gives None."""
    text = _decode(path, name, problems)
    if text is None:
        return None
    if not text.strip():
        problems.append(
            _problem(
                path,
                name,
                say("The file is empty."),
                say("Write a header and a row for each entry."),
            )
        )
        return None
    separator = find_separator(text.lstrip().splitlines()[0], name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    row = itertools.count(1)
    found: list[Problem] = []
    try:
        table = table_from_rows(name, path.name, _records(reader, row), found)
    except csv.Error as error:
        problems.append(
            _problem(
                path,
                name,
                say("This row cannot be read as CSV: {reason}.", reason=error),
                say("Close every double quote, and save as CSV UTF-8."),
                row=next(row),
            )
        )
        return None
    problems += found
    return table


def _records(reader: Iterable[list[Any]], row: Iterator[int]) -> Iterator[list[Cell]]:
    """The rows of a CSV file; `row` counts those that were read."""
    for record in reader:
        next(row)
        yield record


def find_separator(header: str, name: str) -> str:
    """The separator that splits the header into most names we know; values are never looked at."""
    known = {heading for column in SCHEMAS[name].columns for heading in column.headings}

    def score(separator: str) -> tuple[int, int]:
        parts = [folded(part.strip().strip('"')) for part in header.split(separator)]
        return sum(part in known or part.startswith(USE_PREFIX) for part in parts), len(parts)

    return max(SEPARATORS, key=score)


def _decode(path: Path, name: str, problems: list[Problem]) -> str | None:
    size = path.stat().st_size
    if size > MAX_BYTES:
        problems.append(
            _problem(
                path,
                name,
                say(
                    "The file has {size} MiB, more than {most}.",
                    size=f"{size / 1024**2:,.0f}",
                    most=MAX_BYTES // 1024**2,
                ),
                say("Hand in large tables as Parquet."),
            )
        )
        return None
    data = path.read_bytes()
    if data.startswith(UTF_16_MARKS):
        problems.append(
            _problem(path, name, say("The file is UTF-16 text."), say('Save it as "CSV UTF-8".'))
        )
        return None
    if b"\0" in data:
        problems.append(
            _problem(
                path,
                name,
                say("The file holds NUL bytes: it is no text."),
                say('Save it as "CSV UTF-8".'),
            )
        )
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        problems.append(
            _problem(
                path,
                name,
                say("The file is neither UTF-8 nor GB18030."),
                say('Save it as "CSV UTF-8".'),
            )
        )
        return None
    if odd := MIXED_SCRIPT.search(text):
        problems.append(
            _problem(
                path,
                name,
                say('The file is not UTF-8; read as GB18030 it says "{odd}".', odd=odd[0]),
                say('Save it as "CSV UTF-8" unless that is right.'),
                severity=Severity.WARNING,
            )
        )
    return text


def _problem(
    path: Path,
    name: str,
    message: str,
    remedy: str,
    row: int | None = None,
    severity: Severity = Severity.ERROR,
) -> Problem:
    return Problem(message, remedy, table=name, file=path.name, row=row, severity=severity)
