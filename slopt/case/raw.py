"""Tables as they stand in a file: cells by column, with the place of each, nothing interpreted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from slopt.case.arrow_cells import LONG, in_arrow, joined
from slopt.case.columns import Cell, is_blank, show
from slopt.case.few import first_few
from slopt.case.schema import SCHEMAS
from slopt.errors import Problem, Severity
from slopt.sayings import say

BLOCK = 500
"""Rows that are turned into columns at a time, so that they stay in the cache meanwhile."""


@dataclass
class RawTable:
    """One table of one file. `rows[i]` is the number of the i-th data row; the header is row 1.

    `places` are the columns of the schema by name, once the header is matched. `dropped` holds the
    rows that could not be read, so that what refers to them is not called unknown.
    """

    name: str
    file: str
    header: list[str]
    rows: Sequence[int]
    columns: list[Sequence[Cell]]
    is_sheet: bool = False
    places: dict[str, int] = field(default_factory=dict)
    dropped: list[list[Cell]] = field(default_factory=list)

    def problem(
        self,
        message: str,
        remedy: str,
        row: int | None = None,
        column: str | int | None = None,
        value: Cell = None,
        severity: Severity = Severity.ERROR,
    ) -> Problem:
        """A problem of this table, placed; in a workbook with the cell's address.

        `column` is a name of the schema or a place in the file; the problem has its heading.
        """
        place = self.places.get(column) if isinstance(column, str) else column
        if place is not None:
            column = self.header[place] if place < len(self.header) else None
        address = None
        if self.is_sheet and row is not None and place is not None:
            address = f"{column_letters(place)}{row}"
        return Problem(
            message,
            remedy,
            table=self.name,
            file=self.file,
            row=row,
            column=str(column) if column else None,
            value=None if value is None else show(value),
            severity=severity,
            cell=address,
        )


@dataclass
class RawSettings:
    """Settings by dotted key, each with the line (or row) it stands in, where that is known.

    `value_letter` is the column of the values where they come from a sheet. `refused` are the
    settings whose value could not be read.
    """

    file: str
    values: dict[str, Cell] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    value_letter: str | None = None
    refused: set[str] = field(default_factory=set)

    def problem(
        self, key: str, message: str, remedy: str, severity: Severity = Severity.ERROR
    ) -> Problem:
        """A problem of one setting."""
        line = self.lines.get(key)
        value = self.values.get(key)
        if isinstance(value, bool) and not self.value_letter:
            value = str(value).lower()  # as TOML writes it
        return Problem(
            message,
            remedy,
            table="settings",
            file=self.file,
            row=line,
            column=key,
            value=None if value is None else show(value),
            severity=severity,
            cell=f"{self.value_letter}{line}" if self.value_letter and line else None,
        )


@dataclass
class RawCase:
    """All that was read, and the problems met on the way.

    `workbook` is the name of the file where it is one; `is_there` is false where nothing could be
    read at all, so that nothing needs to be missed in it.
    """

    tables: dict[str, RawTable]
    settings: RawSettings | None
    problems: list[Problem]
    workbook: str | None = None
    is_there: bool = True


def column_letters(index: int) -> str:
    """Spreadsheet letters of a column, counted from 0: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def table_from_rows(
    name: str,
    file: str,
    records: Iterable[list[Cell]],
    problems: list[Problem],
    is_sheet: bool = False,
) -> RawTable | None:
    """Header and rows -> RawTable. The first record is the header, the i-th stands in row i.

    Blank rows are passed over, and so are blank cells past the header's end and a units row (row
    2, every filled cell in square brackets). A row that is longer or shorter than the header and a
    filled column without a heading are problems.
    """
    records = iter(records)
    first = next(records, [])
    if all(is_blank(cell) for cell in first):
        problems.append(
            Problem(
                say("The first row is empty; the column names belong there."),
                say("Write them in row 1: slopt describe {name}.", name=name),
                table=name,
                file=file,
                row=1,
            )
        )
        return None
    header = [show(cell).strip() for cell in first]
    while not header[-1]:
        header.pop()
    table = RawTable(name, file, header, [], [[] for _ in header], is_sheet)
    rows, filled = _fill(table, records, problems)
    table.rows = range(rows[0], rows[-1] + 1) if _is_long_run(rows) else rows
    for place, title in enumerate(header):
        if not title and filled[place]:
            problems.append(
                table.problem(
                    say("Column {place} has values but no name.", place=column_letters(place)),
                    say("Name it in row 1, or clear it."),
                    row=1,
                    column=place,
                )
            )
    return table


def _fill(
    table: RawTable, records: Iterator[list[Cell]], problems: list[Problem]
) -> tuple[list[int], list[bool]]:
    """Put the records into the columns; their rows, and which columns without a name have values.

    The texts of a long table go to Arrow block by block.
    """
    rows: list[int] = []
    filled = [False] * len(table.header)
    blocks: list[list[Sequence[Cell]]] = [[] for _ in table.header]
    numbered = _taken(table, enumerate(records, start=2), problems)
    while block := list(islice(numbered, BLOCK)):
        rows += [number for number, _ in block]
        is_long = len(rows) >= LONG and not table.is_sheet
        columns = zip(*(record for _, record in block), strict=False)
        for place, cells in enumerate(islice(columns, len(blocks))):
            if not table.header[place]:
                filled[place] = filled[place] or any(not is_blank(cell) for cell in cells)
            blocks[place].append(in_arrow(cells) if is_long else cells)
    table.columns = [joined(parts) for parts in blocks]
    return rows, filled


def _taken(
    table: RawTable, numbered: Iterator[tuple[int, list[Cell]]], problems: list[Problem]
) -> Iterator[tuple[int, list[Cell]]]:
    """The records that are rows of the table; the ragged ones are problems, and dropped."""
    width = len(table.header)
    ragged: dict[str, list[Problem]] = {}
    for number, record in numbered:
        if len(record) != width or is_blank(record[0]) or number == 2:
            if all(is_blank(cell) for cell in record):
                continue
            if number == 2 and _is_units_row(table, record):
                continue
            problem = _ragged(table, number, record)
            if problem:
                ragged.setdefault(problem.remedy, []).append(problem)
                table.dropped.append(record)
                continue
        yield number, record
    for kind in ragged.values():
        problems.extend(first_few(range(len(kind)), kind.__getitem__))


def _is_long_run(rows: list[int]) -> bool:
    return len(rows) >= LONG and rows[-1] - rows[0] + 1 == len(rows)


def _ragged(table: RawTable, number: int, record: list[Cell]) -> Problem | None:
    width = len(table.header)
    beyond = [place for place, cell in enumerate(record) if place >= width and not is_blank(cell)]
    if beyond and table.is_sheet:
        return table.problem(
            say("Column {beyond} has a value here but no name.", beyond=column_letters(beyond[0])),
            say("Name it in row 1, or clear it."),
            row=number,
            column=beyond[0],
            value=record[beyond[0]],
        )
    if beyond:
        return table.problem(
            say(
                "This row has {record} cells, the header {width}.", record=len(record), width=width
            ),
            say("Remove the extra cells; put text that holds the separator in double quotes."),
            row=number,
            value=record[beyond[0]],
        )
    if len(record) < width:
        return table.problem(
            say("This row has 1 cell, the header {width}.", width=width)
            if len(record) == 1
            else say(
                "This row has {record} cells, the header {width}.", record=len(record), width=width
            ),
            say("Write every separator of the row, also before empty cells."),
            row=number,
        )
    return None


def _is_units_row(table: RawTable, record: list[Cell]) -> bool:
    """True if every filled cell is in brackets and could not be data.

    Ids and texts may be in brackets too, so one of the cells must stand where a number or a fixed
    word belongs, or all of them must be the units that the template writes.
    """
    filled = [
        (table.header[place] if place < len(table.header) else "", show(cell).strip())
        for place, cell in enumerate(record)
        if not is_blank(cell)
    ]
    if not all(text.startswith("[") and text.endswith("]") for _, text in filled):
        return False
    known = [(SCHEMAS[table.name].find(title), text) for title, text in filled]
    return any(column and not column.is_free_text for column, _ in known) or all(
        column and text == f"[{column.unit_words}]" for column, text in known
    )
