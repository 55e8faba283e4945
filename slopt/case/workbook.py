"""Workbooks (.xlsx): a sheet a table, read by python-calamine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import partial
from pathlib import Path

from slopt.case.archive import is_safe, look_at_sheet
from slopt.case.columns import Cell, Unreadable, folded, is_blank, show
from slopt.case.raw import RawSettings, RawTable, column_letters, table_from_rows
from slopt.case.schema import BY_NAME, SETTINGS, TableSchema, table_name
from slopt.errors import Problem, Severity
from slopt.sayings import OR, listed, say

MAX_CELLS = 20_000_000
KEY_HEADINGS = ("key", "setting", "设置", "設置", "設定", "键", "鍵")
VALUE_HEADINGS = ("value", "值", "数值", "數值")
SETTING_NAMES = tuple(column.name for column in SETTINGS.columns)

Records = list[list[Cell]]


def read_workbook(
    path: Path, problems: list[Problem]
) -> tuple[dict[str, RawTable], RawSettings | None] | None:
    """All tables of a workbook and its settings sheet; None where it is no workbook."""
    sheets = sheet_readers(path, problems)
    if sheets is None:
        return None
    tables: dict[str, RawTable] = {}
    settings = None
    names = [name for title in sheets if (name := table_name(title))]
    for title in sheets:
        name = table_name(title)
        if name is None:
            problems.extend(_unknown_sheet(path.name, title, names))
        elif names.count(name) > 1:
            if title == next(other for other in sheets if table_name(other) == name):
                problems.append(
                    Problem(
                        say("There is more than one sheet for {name}.", name=name),
                        say("Keep one."),
                        table=name,
                        file=path.name,
                    )
                )
        elif name == "settings":
            records = _records(sheets[title], problems)
            settings = None if records is None else _settings(path.name, records, problems)
        else:
            table = _table(name, path.name, sheets[title], problems)
            if table:
                tables[name] = table
    return tables, settings


def read_sheet(path: Path, schema: TableSchema, problems: list[Problem]) -> RawTable | None:
    """The sheet of a workbook that holds one table: by its name, else the first sheet."""
    sheets = sheet_readers(path, problems)
    if not sheets:
        return None
    title = next((title for title in sheets if schema.is_title(title)), next(iter(sheets)))
    return _table(schema.name, path.name, sheets[title], problems)


def sheet_readers(path: Path, problems: list[Problem]) -> dict[str, Callable[[], Records]] | None:
    """Sheet title -> function that gives its rows; None where the file is no workbook."""
    if not is_safe(path, problems):
        return None
    from python_calamine import CalamineError, CalamineWorkbook, ZipError

    def refuse(error: Exception, title: str | None) -> None:
        problems.append(
            Problem(
                say("The file cannot be read as a workbook: {reason}.", reason=error),
                say("Open it and save it as .xlsx anew."),
                table=table_name(title) if title else None,
                file=path.name,
            )
        )

    def rows(title: str) -> Records:
        look = look_at_sheet(path, title)
        if look.height * look.width > MAX_CELLS:
            problems.append(_too_large(path, title, look.height, look.width))
            return []
        try:
            sheet = book.get_sheet_by_name(title)
            records: Records = [list(row) for row in sheet.to_python(skip_empty_area=False)]
        except CalamineError as error:
            refuse(error, title)
            return []
        _put_unreadable(records, look.unreadable)
        return records

    try:
        book = CalamineWorkbook.from_path(str(path))
    except (CalamineError, ZipError) as error:
        refuse(error, None)
        return None
    return {title: partial(rows, title) for title in book.sheet_names}


def _put_unreadable(records: Records, cells: Mapping[tuple[int, int], Unreadable]) -> None:
    """Put the cells that the reader takes for blank, or 0, in their places."""
    for (row, place), cell in cells.items():
        records.extend([] for _ in range(row + 1 - len(records)))
        records[row].extend([None] * (place + 1 - len(records[row])))
        records[row][place] = cell


def _too_large(path: Path, title: str, height: int, width: int) -> Problem:
    return Problem(
        say(
            "The sheet {title} spans {height} rows x {width} columns.",
            title=title,
            height=f"{height:,}",
            width=f"{width:,}",
        ),
        say("Delete what stands far from the table, or hand in Parquet."),
        table=table_name(title),
        file=path.name,
    )


def _table(
    name: str, file: str, rows: Callable[[], Records], problems: list[Problem]
) -> RawTable | None:
    records = _records(rows, problems)
    if records is None or all(is_blank(cell) for record in records for cell in record):
        return None
    return table_from_rows(name, file, records, problems, is_sheet=True)


def _records(rows: Callable[[], Records], problems: list[Problem]) -> Records | None:
    """The rows of a sheet; None where reading them was a problem."""
    before = len(problems)
    records = rows()
    return records if len(problems) == before else None


def _unknown_sheet(file: str, title: str, present: list[str]) -> list[Problem]:
    """A sheet that is nearly named as a table that is not there, or that may be one that must be;
    other sheets are passed over.
    """
    absent = [schema for schema in BY_NAME.values() if schema.name not in present]
    titles = {its: schema.name for schema in absent for its in (schema.name, *schema.names)}
    near = get_close_matches(title.strip().casefold(), titles, n=1, cutoff=0.75)
    if near:
        return [
            Problem(
                say('"{title}" is not the name of a table.', title=title),
                say('Did you mean "{name}"?', name=near[0]),
                table=titles[near[0]],
                file=file,
            )
        ]
    lacking = [schema.name for schema in absent if schema.required]
    if not lacking:
        return []
    return [
        Problem(
            say('"{title}" is not the name of a table; the sheet was not read.', title=title),
            say('If it holds {name}, call it "{name}".', name=lacking[0])
            if len(lacking) == 1
            else say("If it holds one of {names}, call it so.", names=listed(lacking)),
            file=file,
            severity=Severity.WARNING,
        )
    ]


def _settings(file: str, records: Records, problems: list[Problem]) -> RawSettings | None:
    header = [folded(show(cell)) for cell in records[0]] if records else []
    key_at = next((at for at, title in enumerate(header) if title in KEY_HEADINGS), None)
    value_at = next((at for at, title in enumerate(header) if title in VALUE_HEADINGS), None)
    if key_at is None or value_at is None:
        problems.append(
            Problem(
                say("The first row does not name the columns key and value."),
                say("Write key in A1 and value in B1."),
                table="settings",
                file=file,
                row=1,
            )
        )
        return None
    settings = RawSettings(file, value_letter=column_letters(value_at))
    for number, record in enumerate(records[1:], start=2):
        key, value = show(record[key_at]).strip(), record[value_at]
        if key.startswith("[") or (not key and is_blank(value)):
            continue
        found = [name for name in SETTING_NAMES if key in (name, name.split(".")[1])]
        full = found[0] if len(found) == 1 else key
        message = ""
        if not key:
            message, remedy = (
                say("This value has no key."),
                say("Write the name of the setting beside it."),
            )
        elif len(found) > 1:
            message = say('"{key}" may mean {found}.', key=key, found=listed(found, OR))
            remedy = say("Write the whole name.")
        elif full in settings.lines:
            message, remedy = (
                say('"{key}" stands in row {line} too.', key=key, line=settings.lines[full]),
                say("Keep one."),
            )
        if message:
            problems.append(
                Problem(
                    message,
                    remedy,
                    table="settings",
                    file=file,
                    row=number,
                    column="key",
                    value=key or None,
                    cell=f"{column_letters(key_at)}{number}",
                )
            )
            continue
        settings.lines[full] = number
        if not is_blank(value):
            settings.values[full] = value
    return settings
