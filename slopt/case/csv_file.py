"""CSV files as they leave real programs: UTF-8 or GB18030; comma, semicolon or tab."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from slopt.case.columns import Cell
from slopt.case.raw import RawTable, table_from_rows
from slopt.errors import Problem

MAX_BYTES = 512 * 1024**2
SEPARATORS = (",", ";", "\t")


def read_csv(
    path: Path, name: str, known: frozenset[str], problems: list[Problem]
) -> RawTable | None:
    """One CSV file -> RawTable; what cannot be read is added to `problems` and gives None.

    `known` holds all header names of the table. The separator is the one that splits the header
    into most of them; the values are never looked at for it.
    """
    text = _decode(path, name, problems)
    if text is None:
        return None
    if not text.strip():
        problems.append(
            _problem(path, name, "is empty.", "Write a header and a row for each entry.")
        )
        return None
    separator = find_separator(text.lstrip().splitlines()[0], known)
    records: list[list[Cell]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        records.extend(list(record) for record in reader)
    except csv.Error as error:
        problems.append(
            _problem(
                path,
                name,
                f"cannot be read as CSV after row {len(records)}: {error}.",
                "Close every double quote, and save as CSV UTF-8.",
                row=len(records) + 1,
            )
        )
        return None
    return table_from_rows(name, path.name, records, problems)


def find_separator(header: str, known: frozenset[str]) -> str:
    """The separator under which most parts of the header are names we know."""

    def score(separator: str) -> tuple[int, int]:
        parts = [part.strip().strip('"').casefold() for part in header.split(separator)]
        return sum(part in known or part.startswith("use:") for part in parts), len(parts)

    return max(SEPARATORS, key=score)


def _decode(path: Path, name: str, problems: list[Problem]) -> str | None:
    size = path.stat().st_size
    if size > MAX_BYTES:
        problems.append(
            _problem(
                path,
                name,
                f"has {size / 1024**2:,.0f} MiB, more than {MAX_BYTES // 1024**2}.",
                "Hand in large tables as Parquet.",
            )
        )
        return None
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:4096]:
        problems.append(
            _problem(path, name, "is not UTF-8 or GB18030 text.", 'Save it as "CSV UTF-8".')
        )
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    problems.append(
        _problem(path, name, "is not UTF-8 or GB18030 text.", 'Save it as "CSV UTF-8".')
    )
    return None


def _problem(path: Path, name: str, message: str, remedy: str, row: int | None = None) -> Problem:
    return Problem(message, remedy, table=name, file=path.name, row=row)
