"""A workbook as the zip archive that it is, looked at before a reader parses it.

Two things are looked for. Sizes that would fill the memory: a small archive can expand a
thousandfold, and readers reserve room for every cell up to the last one, wherever that stands. And
cells that a reader hands over as blank, or 0, although they are not: errors such as #DIV/0! and
formulas that were never computed.
"""

from __future__ import annotations

import html
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from slopt.case.columns import Unreadable
from slopt.errors import Problem
from slopt.sayings import say

MAX_BYTES = 64 * 1024**2
MAX_EXPANDED = 768 * 1024**2
MAX_RATIO = 200
RATIO_FREE = 16 * 1024**2

PLACE = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)([0-9]+)"[^>/]*>')
"""The place of a cell that is not empty, in the XML of a sheet."""
CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^>/])>(.*?)</(?:\w+:)?c>", re.S)
FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*?(?:/>|>([^<]*)<)")
VALUE = re.compile(rb"<(?:\w+:)?v>([^<]+)<")
REFERENCE = re.compile(rb'\br="([A-Z]+)([0-9]+)"')
NEVER_COMPUTED = re.compile(rb'<calcPr[^>]*fullCalcOnLoad="(?:1|true)"')
"""Programs that write formulas without computing them ask for it so, and store 0 or nothing."""
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DOC_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ElementTree.ParseError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
)
"""All that zipfile and ElementTree raise on archives that are damaged or locked."""


def is_safe(path: Path, problems: list[Problem]) -> bool:
    """True if the file is a workbook that can be parsed; else why not is in `problems`."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        return _refuse(
            path,
            problems,
            say(
                "The file has {size} MiB, more than {most}.",
                size=f"{size / 1024**2:,.0f}",
                most=MAX_BYTES // 1024**2,
            ),
            say("Hand in large tables as Parquet or CSV."),
        )
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            expanded = sum(part.file_size for part in parts)
            if expanded > MAX_EXPANDED or (
                expanded > RATIO_FREE and expanded > MAX_RATIO * max(size, 1)
            ):
                return _refuse(
                    path,
                    problems,
                    say(
                        "The file expands from {size} to {expanded} MiB.",
                        size=f"{size / 1024**2:,.1f}",
                        expanded=f"{expanded / 1024**2:,.0f}",
                    ),
                    say("Save the tables alone in a new workbook, or hand in CSV."),
                )
            if not all(_is_as_long_as_declared(archive, part) for part in parts):
                return _refuse(
                    path,
                    problems,
                    say("The file declares sizes that are not its own."),
                    say("Save it as .xlsx anew."),
                )
            sheet_parts(archive)
    except DAMAGE:
        return _refuse(
            path,
            problems,
            say(
                "The file is no .xlsx workbook: damaged, protected by a password, or another "
                "format."
            ),
            say("Open it and save it as .xlsx without a password."),
        )
    return True


@dataclass(frozen=True)
class Sheet:
    """What the XML of a sheet says: how far it reaches, and which cells have no value.

    `unreadable` goes by row and column counted from 0.
    """

    height: int = 0
    width: int = 0
    unreadable: Mapping[tuple[int, int], Unreadable] = field(default_factory=dict)


def look_at_sheet(path: Path, title: str) -> Sheet:
    """The reach of a sheet, its error cells and its formulas without a value."""
    with zipfile.ZipFile(path) as archive:
        part = sheet_parts(archive).get(title)
        if part not in archive.namelist():
            return Sheet()
        data = archive.read(part)
        never_computed = NEVER_COMPUTED.search(archive.read("xl/workbook.xml")) is not None
    places = PLACE.findall(data)
    height = max((int(row) for _, row in places), default=0)
    width = max((_number(letters) for letters in {letters for letters, _ in places}), default=0)
    if b't="e"' not in data and b"<f" not in data and b":f" not in data:
        return Sheet(height, width)
    return Sheet(height, width, _unreadable_cells(data, never_computed))


def _unreadable_cells(data: bytes, never_computed: bool) -> dict[tuple[int, int], Unreadable]:
    found = {}
    for cell in CELL.finditer(data):
        formula, value = FORMULA.search(cell[2]), VALUE.search(cell[2])
        text = None
        if b't="e"' in cell[1]:
            text = value[1] if value else b"#ERROR"
        elif formula and (never_computed or not value):
            text = b"=" + (formula[1] or b"")
        place = REFERENCE.search(cell[1])
        if text is not None and place:
            words = html.unescape(text.decode(errors="replace"))
            found[int(place[2]) - 1, _number(place[1]) - 1] = Unreadable(words)
    return found


def _refuse(path: Path, problems: list[Problem], message: str, remedy: str) -> bool:
    problems.append(Problem(message, remedy, file=path.name))
    return False


def _is_as_long_as_declared(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """True if a part of the archive does not expand past the size that it declares."""
    declared, read = part.file_size, 0
    part.file_size = MAX_EXPANDED  # else zipfile stops at the declared size and sees no more
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(1024**2):
                read += len(chunk)
                if read > declared:
                    return False
    finally:
        part.file_size = declared
    return True


def _number(letters: bytes) -> int:
    """The number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def hidden_sheets(archive: zipfile.ZipFile) -> frozenset[str]:
    """The titles of the sheets that a spreadsheet does not show."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    return frozenset(
        str(sheet.get("name"))
        for sheet in book.iter(f"{MAIN}sheet")
        if sheet.get("state", "visible") != "visible"
    )


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet title -> path of its XML inside the archive."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = {link.get("Id"): str(link.get("Target")) for link in links}
    parts = {}
    for sheet in book.iter(f"{MAIN}sheet"):
        path = target.get(sheet.get(DOC_REL), "")
        parts[str(sheet.get("name"))] = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    return parts
