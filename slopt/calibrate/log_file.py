"""The file of a log: its columns from its header, its separator found there and nowhere else."""

from __future__ import annotations

import codecs
import csv
import glob
import gzip
from collections.abc import Iterator
from pathlib import Path

from slopt.case.csv_file import MIXED_SCRIPT
from slopt.errors import Problem, Severity
from slopt.sayings import say

SEPARATORS = (",", ";", "\t", "|")
PARQUET = (".parquet", ".pq")
LONGEST_HEADER = 1_000_000
PIECE = 1 << 22


def is_parquet(file: Path) -> bool:
    """Whether a log is Parquet; every other one is CSV, packed where it ends in .gz."""
    return file.suffix.casefold() in PARQUET


def csv_header(file: Path, problems: list[Problem]) -> tuple[list[str], str] | None:
    """Columns and separator of a CSV log; None where they cannot be told, which is a problem.

    A log of several files, `orders-*.csv`, has one header in all of them.
    """
    files = [Path(found) for found in sorted(glob.glob(str(file)))]  # noqa: PTH207
    if not files:
        problems.append(
            Problem(
                say("There is no such file."), say("Looked for {file}.", file=file), file=file.name
            )
        )
        return None
    headers = [_first_line(each, problems) for each in files]
    first = headers[0]
    if first is None or None in headers:
        return None
    for other, header in zip(files[1:], headers[1:], strict=True):
        if header != first:
            message = say("Its header is not that of {file}.", file=files[0].name)
            remedy = say("Files of one log have the same columns in the same order.")
            problems.append(Problem(message, remedy, file=other.name, row=1))
            return None
    separator = max(SEPARATORS, key=first.count)
    columns = [cell.strip() for cell in next(csv.reader([first], delimiter=separator))]
    for place, column in enumerate(columns):
        if column.casefold() in (each.casefold() for each in columns[:place]):
            message = say('The column "{column}" stands there twice.', column=column)
            problems.append(
                Problem(
                    message, say("Name each column once."), file=files[0].name, row=1, column=column
                )
            )
    return [column or f"column {place}" for place, column in enumerate(columns, start=1)], separator


def as_utf8(file: Path, folder: Path, problems: list[Problem]) -> Path:
    """The files of a log that is not UTF-8, read as GB18030 and written again into a folder.

    The pattern of the copies; the log's own where all its files are UTF-8, or where one is neither,
    which is a problem. A file that says something odd in GB18030 is warned of.
    """
    files = [Path(found) for found in sorted(glob.glob(str(file)))]  # noqa: PTH207
    if is_parquet(file) or all(_is(each, "utf-8") for each in files):
        return file
    folder.mkdir(parents=True)
    for each in files:
        encoding = "utf-8" if _is(each, "utf-8") else "gb18030"
        if not _is(each, encoding):
            message = say("The file is neither UTF-8 nor GB18030.")
            problems.append(Problem(message, say('Save it as "CSV UTF-8".'), file=each.name))
            return file
        odd = None
        with (folder / each.name.removesuffix(".gz")).open(
            "w", encoding="utf-8", newline=""
        ) as copy:
            for text in _texts(each, encoding):
                odd = odd or MIXED_SCRIPT.search(text)
                copy.write(text)
        if odd and encoding != "utf-8":
            message = say('The file is not UTF-8; read as GB18030 it says "{odd}".', odd=odd[0])
            remedy = say('Save it as "CSV UTF-8" unless that is right.')
            problems.append(Problem(message, remedy, file=each.name, severity=Severity.WARNING))
    return folder / "*"


def _is(file: Path, encoding: str) -> bool:
    """Whether the whole of a file can be read so; what cannot be opened is told elsewhere."""
    try:
        for _ in _texts(file, encoding):
            pass
    except UnicodeDecodeError:
        return False
    except (OSError, EOFError):
        return True
    return True


def _texts(file: Path, encoding: str) -> Iterator[str]:
    """A file, unpacked, in pieces of text."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with gzip.open(file) if file.suffix.casefold() == ".gz" else file.open("rb") as stream:
        for data in iter(lambda: stream.read(PIECE), b""):
            yield decoder.decode(data)
    yield decoder.decode(b"", final=True)


def _first_line(file: Path, problems: list[Problem]) -> str | None:
    try:
        packed = file.suffix.casefold() == ".gz"
        with gzip.open(file) if packed else file.open("rb") as stream:
            line = stream.readline(LONGEST_HEADER).decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        problems.append(
            Problem(
                say("The file is not UTF-8 text."), say("Save it as UTF-8."), file=file.name, row=1
            )
        )
        return None
    except (OSError, EOFError) as error:
        problems.append(
            Problem(
                say("It cannot be read: {reason}.", reason=error),
                say("Look at it."),
                file=file.name,
            )
        )
        return None
    if not line.strip():
        problems.append(
            Problem(say("The file has no header."), say("Is it the right one?"), file=file.name)
        )
        return None
    return line
