"""Workbooks (.xlsx): a sheet a table, read by python-calamine after a look at the archive itself.

An .xlsx file is a zip archive of XML. Two things are looked for before it is parsed: sizes that
would fill the memory (a small archive can expand a thousandfold), and cells that a reader would
hand over as blank although they are not: errors such as #DIV/0! and formulas never computed.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from slopt.case.columns import Cell, is_blank, show
from slopt.case.raw import RawSettings, RawTable, table_from_rows
from slopt.case.schema import BY_NAME, TableSchema
from slopt.errors import Problem

MAX_BYTES = 64 * 1024**2
MAX_EXPANDED = 768 * 1024**2
MAX_RATIO = 200
RATIO_FREE = 16 * 1024**2
MAX_CELLS = 20_000_000

ERROR_CELL = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"[^>]*\bt="e"[^>]*>(?:(?!</c>).)*?<v>([^<]*)</v>', re.S
)
BARE_FORMULA = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"[^>]*><f[^>]*(?:/>|>[^<]*</f>)(?:<v></v>|<v/>)?</c>'
)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DOC_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_workbook(
    path: Path, problems: list[Problem]
) -> tuple[dict[str, RawTable], RawSettings | None]:
    """All tables of a workbook and its settings sheet; problems are added to `problems`."""
    if not _is_safe(path, problems):
        return {}, None
    from python_calamine import CalamineError, CalamineWorkbook, ZipError

    tables: dict[str, RawTable] = {}
    settings = None
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            for sheet_name in book.sheet_names:
                name = table_name(sheet_name)
                if name is None:
                    continue
                sheet = book.get_sheet_by_name(sheet_name)
                height, width = sheet.total_height, sheet.total_width
                if height * width > MAX_CELLS:
                    problems.append(
                        Problem(
                            f"sheet {sheet_name} spans {height:,} rows x {width:,} columns.",
                            "Delete the empty rows and columns, or hand in Parquet.",
                            table=name,
                            file=path.name,
                        )
                    )
                    continue
                records: list[list[Cell]] = [
                    list(row) for row in sheet.to_python(skip_empty_area=False)
                ]
                if name in tables or (name == "settings" and settings):
                    problems.append(
                        Problem(
                            f"holds two sheets for {name}.", "Keep one.", table=name, file=path.name
                        )
                    )
                elif name == "settings":
                    settings = _settings(path.name, records, problems)
                elif any(not is_blank(cell) for record in records for cell in record):
                    table = table_from_rows(name, path.name, records, problems, is_sheet=True)
                    if table:
                        tables[name] = table
    except (CalamineError, ZipError, OSError) as error:
        problems.append(
            Problem(
                f"is not a workbook that can be read: {error}.", "Save it as .xlsx.", file=path.name
            )
        )
    return tables, settings


def read_sheet(path: Path, schema: TableSchema, problems: list[Problem]) -> RawTable | None:
    """The sheet of a workbook that holds one table: by its name, else the first sheet."""
    if not _is_safe(path, problems):
        return None
    from python_calamine import CalamineError, CalamineWorkbook, ZipError

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            titles = book.sheet_names
            wanted = [
                title
                for title in titles
                if title.strip().casefold() == schema.name or title.strip() in schema.names
            ]
            sheet = book.get_sheet_by_name((wanted or titles)[0])
            records: list[list[Cell]] = [list(r) for r in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, ZipError, OSError) as error:
        problems.append(
            Problem(
                f"is not a workbook that can be read: {error}.", "Save it as .xlsx.", file=path.name
            )
        )
        return None
    return table_from_rows(schema.name, path.name, records, problems, is_sheet=True)


def table_name(title: str) -> str | None:
    """The table that a sheet or file of this title holds, None for any other."""
    word = title.strip().casefold()
    for schema in BY_NAME.values():
        if word == schema.name or title.strip() in schema.names:
            return schema.name
    return None


def _settings(file: str, records: list[list[Cell]], problems: list[Problem]) -> RawSettings:
    settings = RawSettings(file, is_sheet=True)
    known = {column.name for column in BY_NAME["settings"].columns}
    for number, record in enumerate(records[1:], start=2):
        key = show(record[0]).strip() if record else ""
        if not key or key.startswith("["):
            continue
        ends = [name for name in known if name.split(".")[1] == key]
        full = ends[0] if len(ends) == 1 and key not in known else key
        if full in settings.values:
            problems.append(
                Problem(
                    f'"{key}" stands in row {settings.lines[full]} too.',
                    "Keep one.",
                    table="settings",
                    file=file,
                    row=number,
                    column="key",
                    value=key,
                )
            )
            continue
        value = record[1] if len(record) > 1 else None
        if not is_blank(value):
            settings.values[full] = value
            settings.lines[full] = number
    return settings


def _is_safe(path: Path, problems: list[Problem]) -> bool:
    def refuse(message: str, remedy: str) -> bool:
        problems.append(Problem(message, remedy, file=path.name))
        return False

    size = path.stat().st_size
    if size > MAX_BYTES:
        return refuse(
            f"has {size / 1024**2:,.0f} MiB, more than {MAX_BYTES // 1024**2}.",
            "Hand in large tables as Parquet or CSV.",
        )
    try:
        with zipfile.ZipFile(path) as archive:
            expanded = sum(part.file_size for part in archive.infolist())
            if expanded > MAX_EXPANDED or (
                expanded > RATIO_FREE and expanded > MAX_RATIO * max(size, 1)
            ):
                return refuse(
                    f"expands from {size / 1024**2:,.1f} to {expanded / 1024**2:,.0f} MiB.",
                    "Save the tables alone in a new workbook, or hand in CSV.",
                )
            problems.extend(_unreadable_cells(path.name, archive))
    except (
        zipfile.BadZipFile,
        KeyError,
        ElementTree.ParseError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
    ):
        return refuse(
            "is not an .xlsx workbook (damaged, protected by a password, or another format).",
            "Open it and save it as .xlsx without a password.",
        )
    return True


def _unreadable_cells(file: str, archive: zipfile.ZipFile) -> list[Problem]:
    """Error cells and formulas without a value, in the sheets that hold tables."""
    problems = []
    for title, part in _sheet_parts(archive).items():
        name = table_name(title)
        if name is None or part not in archive.namelist():
            continue
        data = archive.read(part)
        found = [
            (
                match[1].decode(),
                match[2].decode(errors="replace"),
                f'"{match[2].decode(errors="replace")}" is an error value.',
            )
            for match in ERROR_CELL.finditer(data)
        ]
        found += [
            (match[1].decode(), "", "is a formula whose value is not stored.")
            for match in BARE_FORMULA.finditer(data)
        ]
        for cell, value, message in found:
            problems.append(
                Problem(
                    message,
                    "Write the value itself, or open and save it in a spreadsheet.",
                    table=name,
                    file=file,
                    row=int(re.sub("[A-Z]", "", cell)),
                    column=re.sub("[0-9]", "", cell),
                    value=value or None,
                    cell=cell,
                )
            )
    return problems


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet title -> path of its XML inside the archive."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = {link.get("Id"): str(link.get("Target")) for link in links}
    parts = {}
    for sheet in book.iter(f"{MAIN}sheet"):
        path = target.get(sheet.get(DOC_REL), "")
        parts[str(sheet.get("name"))] = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    return parts
