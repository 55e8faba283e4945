"""A case as a workbook to fill in: units, notes, drop-downs and checks, all from the schema."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slopt.case.columns import Cell, Column, Kind, is_blank, read_flag, read_number, show
from slopt.case.load import interpret
from slopt.case.raw import RawTable, column_letters
from slopt.case.read import read
from slopt.case.schema import BY_NAME, SETTINGS, TABLES, USE_PREFIX, TableSchema
from slopt.case.starter import EXTRA_COLUMNS, ROWS, SETTINGS_IN_USE
from slopt.errors import InvalidInput, UsageError
from slopt.sayings import say

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
SPARE_ROWS = 1000
"""Rows below the filled ones that still have drop-downs and checks."""
READ_ME = "read me"
LONGEST_LIST = 255
"""Characters of a drop-down that lists its choices itself."""
LISTS_FROM = 3
"""The first column of the first sheet that holds a longer list, out of sight."""
FIRST_ROW = 2
"""Rows of a table start below header and units; counted from 0, as xlsxwriter does."""
MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
SETTING_HEADER = ("key", "value", "unit", "default", "meaning")


@dataclass(frozen=True)
class _Content:
    """What a workbook is filled with: settings by key, and tables as rows of cells by column."""

    settings: Mapping[str, Cell]
    columns: Mapping[str, Sequence[str]]
    rows: Mapping[str, Sequence[Mapping[str, Cell]]]


def write_workbook(path: Path, folder: Path | None = None) -> None:
    """Write the case of a folder, or the starter case, as a workbook; atomic.

    Raises UsageError where something stands at `path` or where the case does not fit a workbook,
    and InvalidInput where the folder cannot be read.
    """
    if path.exists():
        raise UsageError(say('"{path}" is there already. Name a new file.', path=path))
    content = _starter() if folder is None else _from_folder(folder)
    path.absolute().parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(
        prefix=f".{path.name}-", suffix=".xlsx", dir=path.absolute().parent
    )
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_workbook(content))
        Path(draft).chmod(0o666 & ~umask())
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)


def umask() -> int:
    """The permissions that new files do not get; temporary files get none but the owner's."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _starter() -> _Content:
    columns = {
        schema.name: _columns(schema, EXTRA_COLUMNS.get(schema.name, ())) for schema in TABLES
    }
    return _Content(SETTINGS_IN_USE, columns, ROWS)


def _from_folder(folder: Path) -> _Content:
    raw = read(folder)
    reading = interpret(raw)
    if reading.case is None or raw.settings is None:
        raise InvalidInput(reading.problems)
    columns, rows = {}, {}
    for schema in TABLES:
        table = raw.tables.get(schema.name)
        names = _names_in_file(schema, table) if table else {}
        columns[schema.name] = _columns(
            schema, [name for name in names if name.startswith(USE_PREFIX)]
        )
        rows[schema.name] = [
            {name: table.columns[place][index] for name, place in names.items()}
            for index in range(len(table.rows) if table else 0)
            if table
        ]
        if len(rows[schema.name]) + FIRST_ROW > MOST_ROWS:
            raise UsageError(
                say("{name} has too many rows for a workbook. Keep the folder.", name=schema.name)
            )
    return _Content(raw.settings.values, columns, rows)


def _names_in_file(schema: TableSchema, table: RawTable) -> dict[str, int]:
    found = ((schema.find(title), place) for place, title in enumerate(table.header))
    return {column.name: place for column, place in found if column}


def _columns(schema: TableSchema, extra: Sequence[str]) -> list[str]:
    """The columns of the schema, with those of the case's own before the note."""
    names = [column.name for column in schema.columns]
    names[-1:-1] = extra
    return names


def _workbook(content: _Content) -> bytes:
    """The file, made in memory: on a full disk the library would raise errors of its own."""
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        styles = {
            "head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EEF4"}),
            "unit": book.add_format(
                {"italic": True, "font_color": "#666666", "text_wrap": True, "valign": "top"}
            ),
            "text": book.add_format({"num_format": "@", "indent": 1}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        _write_read_me(book.add_worksheet(READ_ME), styles)
        _write_settings(book.add_worksheet("settings"), styles, content.settings)
        for schema in TABLES:
            _write_table(
                book.add_worksheet(schema.name),
                styles,
                schema,
                content.columns[schema.name],
                content.rows.get(schema.name, ()),
            )
    return buffer.getvalue()


def _write_read_me(sheet: Any, styles: Mapping[str, Any]) -> None:
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 90, styles["wrap"])
    sheet.write_string(0, 0, "A planning case for slopt", styles["head"])
    lines = [
        ("how", "Fill in the sheets, save, and run: slopt check FILE, then slopt solve FILE."),
        ("header", "Row 1 of a sheet names the columns; point at a name to see what it means."),
        ("units", "Row 2 has the units in [brackets]. It is not read; neither are empty rows."),
        ("shares", "Shares and rates are fractions: 5 % is 0.05."),
        ("money", "All money is in the currency, all rates in the period of the sheet settings."),
        ("empty cells", "An empty cell stands for the default, which the note on the name tells."),
        ("formulas", "Formulas are fine; their last computed values are read."),
        ("", ""),
        ("settings", "the name of the case, the goal and the limits; required"),
    ]
    lines += [
        (schema.name, schema.row_is + ("; required" if schema.required else "; may stay empty"))
        for schema in TABLES
    ]
    for row, (word, text) in enumerate(lines, start=2):
        sheet.write_string(row, 0, word)
        sheet.write_string(row, 1, text, styles["wrap"])
    for place, choices in enumerate(_written_lists(), start=LISTS_FROM):
        for row, choice in enumerate(choices):
            sheet.write_string(row, place, choice)
        sheet.set_column(place, place, None, None, {"hidden": True})


def _write_settings(sheet: Any, styles: Mapping[str, Any], settings: Mapping[str, Cell]) -> None:
    for place, (title, width) in enumerate(zip(SETTING_HEADER, (26, 32, 32, 18, 60), strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, title, styles["head"])
    sheet.freeze_panes(1, 1)
    _set_print(sheet)
    for row, column in enumerate(SETTINGS.columns, start=1):
        sheet.write_string(row, 0, column.name)
        _write_cell(sheet, row, 1, column, settings.get(column.name), styles)
        for place, text in ((2, column.unit_words), (3, column.blank_means), (4, column.meaning)):
            sheet.write_string(row, place, text, styles["unit"])
        if check := _validation(column):
            sheet.data_validation(row, 1, row, 1, check)


def _write_table(
    sheet: Any,
    styles: Mapping[str, Any],
    schema: TableSchema,
    names: Sequence[str],
    rows: Sequence[Mapping[str, Cell]],
) -> None:
    last = min(FIRST_ROW + len(rows) + SPARE_ROWS, MOST_ROWS) - 1
    for place, name in enumerate(names):
        column = schema.column(name)
        unit = f"[{column.unit_words}]"
        is_text = column.is_free_text
        width = min(max(len(name) + 2, 14 if is_text else 10, min(len(unit), 24)), 40)
        sheet.set_column(place, place, width, styles["text"] if is_text else None)
        sheet.write_string(0, place, name, styles["head"])
        sheet.write_comment(0, place, _note(column), {"x_scale": 2.2, "y_scale": 1.2})
        sheet.write_string(1, place, unit, styles["unit"])
        for row, cells in enumerate(rows, start=FIRST_ROW):
            _write_cell(sheet, row, place, column, cells.get(name), styles)
        if check := _validation(column):
            sheet.data_validation(FIRST_ROW, place, last, place, check)
    sheet.freeze_panes(FIRST_ROW, 1)
    sheet.set_row(1, 30)
    _set_print(sheet)


def _set_print(sheet: Any) -> None:
    """Landscape, all columns on one page across, the heading on every page."""
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _note(column: Column) -> str:
    blank = f"If empty: {column.blank_means}." if column.blank_means else "May be empty."
    if column.required:
        blank = "Required."
    return f"{column.meaning}\nUnit: {column.unit_words}.\n{blank}"


def _write_cell(
    sheet: Any, row: int, place: int, column: Column, cell: Cell, styles: Mapping[str, Any]
) -> None:
    """A number as a number, true and false as such, everything else as the text that it is.

    A number that a workbook would round (it keeps 16 digits) is written as text, which reads back
    exactly.
    """
    if cell is None or is_blank(cell):
        return
    if column.is_number:
        number = read_number(cell)
        if float(f"{number:.16G}") == number:
            sheet.write_number(row, place, number)
            return
    if column.kind is Kind.FLAG:
        sheet.write_boolean(row, place, read_flag(cell))
        return
    text = show(cell)
    if len(text) > LONGEST_TEXT:
        raise UsageError(
            say("A text in {name} is too long for a workbook. Keep the folder.", name=column.name)
        )
    sheet.write_string(row, place, text, styles["text"])


def _validation(column: Column) -> dict[str, Any] | None:
    """The drop-down or check of a column; None for free text."""
    if column.kind is Kind.CHOICE:
        return _from_list(
            column, _written_lists().get(column.choices, list(column.choices)), "stop"
        )
    if column.kind is Kind.FLAG:
        return _from_list(column, ["true", "false"], "stop")
    if column.refers_to:
        target = BY_NAME[column.refers_to]
        letters = column_letters(_columns(target, ()).index(target.key[0]))
        ids = f"{target.name}!${letters}${FIRST_ROW + 1}"
        whole = f"{ids}:${letters}${MOST_ROWS}"
        return _from_list(column, f"=OFFSET({ids},0,0,MAX(1,COUNTA({whole})),1)", "warning")
    if not column.is_number or (column.low is None and column.kind is Kind.NUMBER):
        return None
    check: dict[str, Any] = {
        "validate": "integer" if column.kind is Kind.INTEGER else "decimal",
        **_complaint(column),
        "error_type": "warning",
    }
    if column.high is not None:
        return check | {"criteria": "between", "minimum": column.low, "maximum": column.high}
    if column.low is not None:
        return check | {"criteria": ">=", "value": column.low}
    return check | {"criteria": "between", "minimum": -1e9, "maximum": 1e9}


def _written_lists() -> dict[tuple[str, ...], str]:
    """Where the choices stand that are too long for a drop-down of their own."""
    long = [
        column.choices
        for schema in TABLES
        for column in schema.columns
        if len(",".join(column.choices)) > LONGEST_LIST
    ]
    return {
        choices: f"='{READ_ME}'!${letters}$1:${letters}${len(choices)}"
        for place, choices in enumerate(dict.fromkeys(long), start=LISTS_FROM)
        for letters in [column_letters(place)]
    }


def _from_list(column: Column, source: list[str] | str, error_type: str) -> dict[str, Any]:
    return {"validate": "list", "source": source, **_complaint(column), "error_type": error_type}


def _complaint(column: Column) -> dict[str, str]:
    """What a spreadsheet says of another value, within the lengths that it takes."""
    return {"error_title": column.name[:32], "error_message": f"Expected: {column.expected}."[:255]}
