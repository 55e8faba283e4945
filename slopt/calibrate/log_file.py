"""The file of a log: its columns from its header, its separator found there and nowhere else."""

from __future__ import annotations

import csv
import glob
import gzip
from pathlib import Path

from slopt.errors import Problem

SEPARATORS = (",", ";", "\t", "|")
PARQUET = (".parquet", ".pq")
LONGEST_HEADER = 1_000_000


def is_parquet(file: Path) -> bool:
    """Whether a log is Parquet; every other one is CSV, packed where it ends in .gz."""
    return file.suffix.casefold() in PARQUET


def csv_header(file: Path, problems: list[Problem]) -> tuple[list[str], str] | None:
    """Columns and separator of a CSV log; None where they cannot be told, which is a problem.

    A log of several files, `orders-*.csv`, has one header in all of them.
    """
    files = [Path(found) for found in sorted(glob.glob(str(file)))]  # noqa: PTH207
    if not files:
        problems.append(Problem("There is no such file.", f"Looked for {file}.", file=file.name))
        return None
    headers = [_first_line(each, problems) for each in files]
    first = headers[0]
    if first is None or None in headers:
        return None
    for other, header in zip(files[1:], headers[1:], strict=True):
        if header != first:
            message = f"Its header is not that of {files[0].name}."
            remedy = "Files of one log have the same columns in the same order."
            problems.append(Problem(message, remedy, file=other.name, row=1))
            return None
    separator = max(SEPARATORS, key=first.count)
    columns = [cell.strip() for cell in next(csv.reader([first], delimiter=separator))]
    for place, column in enumerate(columns):
        if column.casefold() in (each.casefold() for each in columns[:place]):
            message = f'The column "{column}" stands there twice.'
            problems.append(
                Problem(message, "Name each column once.", file=files[0].name, row=1, column=column)
            )
    return [column or f"column {place}" for place, column in enumerate(columns, start=1)], separator


def _first_line(file: Path, problems: list[Problem]) -> str | None:
    try:
        packed = file.suffix.casefold() == ".gz"
        with gzip.open(file) if packed else file.open("rb") as stream:
            line = stream.readline(LONGEST_HEADER).decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        problems.append(
            Problem("The file is not UTF-8 text.", "Save it as UTF-8.", file=file.name, row=1)
        )
        return None
    except (OSError, EOFError) as error:
        problems.append(Problem(f"It cannot be read: {error}.", "Look at it.", file=file.name))
        return None
    if not line.strip():
        problems.append(Problem("The file has no header.", "Is it the right one?", file=file.name))
        return None
    return line
