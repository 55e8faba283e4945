"""Tables as they stand in a file: cells by column, with the place of each, nothing interpreted."""

from __future__ import annotations

from dataclasses import dataclass, field

from slopt.case.columns import Cell, is_blank, show
from slopt.errors import Problem, Severity


@dataclass
class RawTable:
    """One table of one file. `rows[i]` is the number of the i-th data row; the header is row 1."""

    name: str
    file: str
    header: list[str]
    rows: list[int]
    columns: list[list[Cell]]
    is_sheet: bool = False

    def problem(
        self,
        message: str,
        remedy: str,
        row: int | None = None,
        column: str | None = None,
        value: Cell = None,
        severity: Severity = Severity.ERROR,
    ) -> Problem:
        """A problem of this table, placed; in a workbook with the cell's address."""
        return Problem(
            message,
            remedy,
            table=self.name,
            file=self.file,
            row=row,
            column=column,
            value=None if value is None else show(value),
            severity=severity,
            cell=self._address(row, column),
        )

    def _address(self, row: int | None, column: str | None) -> str | None:
        if not self.is_sheet or row is None or column not in self.header:
            return None
        return f"{column_letters(self.header.index(column))}{row}"


@dataclass
class RawSettings:
    """Settings by dotted key, each with the file and line (or row) it stands in."""

    file: str
    values: dict[str, Cell] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    is_sheet: bool = False

    def problem(
        self, key: str, message: str, remedy: str, severity: Severity = Severity.ERROR
    ) -> Problem:
        """A problem of one setting."""
        line = self.lines.get(key)
        value = self.values.get(key)
        return Problem(
            message,
            remedy,
            table="settings",
            file=self.file,
            row=line,
            column=key,
            value=None if value is None else show(value),
            severity=severity,
            cell=f"B{line}" if self.is_sheet and line else None,
        )


@dataclass
class RawCase:
    """All that was read, and the problems met on the way."""

    tables: dict[str, RawTable]
    settings: RawSettings | None
    problems: list[Problem]


def column_letters(index: int) -> str:
    """Spreadsheet letters of a column, counted from 0: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def table_from_rows(
    name: str, file: str, records: list[list[Cell]], problems: list[Problem], is_sheet: bool = False
) -> RawTable | None:
    """Header and rows -> RawTable. `records[0]` is the header, `records[i]` stands in row i + 1.

    Blank rows are passed over, and so are blank cells past the header's end and a units row (row
    2, every filled cell in square brackets). A row that is longer or shorter than the header and a
    filled column without a heading are problems.
    """
    if not records or all(is_blank(cell) for cell in records[0]):
        problems.append(
            Problem(
                "has no header.",
                f"Write the column names in row 1: slopt describe {name}.",
                table=name,
                file=file,
                row=1,
            )
        )
        return None
    header = [show(cell).strip() for cell in records[0]]
    while header and not header[-1]:
        header.pop()
    table = RawTable(name, file, header, [], [[] for _ in header], is_sheet)
    for number, record in enumerate(records[1:], start=2):
        if all(is_blank(cell) for cell in record) or (number == 2 and _is_units_row(record)):
            continue
        problem = _ragged(table, number, record)
        if problem:
            problems.append(problem)
            continue
        table.rows.append(number)
        for cells, cell in zip(table.columns, record, strict=False):
            cells.append(cell)
    for index, title in enumerate(header):
        if not title and any(not is_blank(cell) for cell in table.columns[index]):
            problems.append(
                table.problem(
                    f"column {column_letters(index)} has values but no heading.",
                    "Name the column in row 1, or clear it.",
                    row=1,
                )
            )
    return table


def _ragged(table: RawTable, number: int, record: list[Cell]) -> Problem | None:
    width = len(table.header)
    beyond = [cell for cell in record[width:] if not is_blank(cell)]
    if beyond:
        return table.problem(
            f"has {len(record)} cells, the header {width}.",
            "Remove the extra cells; put text that holds the separator in double quotes.",
            row=number,
            value=beyond[0],
        )
    if len(record) < width:
        return table.problem(
            f"has {len(record)} cells, the header {width}.",
            "Write every separator of the row, also before empty cells.",
            row=number,
        )
    return None


def _is_units_row(record: list[Cell]) -> bool:
    filled = [show(cell).strip() for cell in record if not is_blank(cell)]
    return all(text.startswith("[") and text.endswith("]") for text in filled)
