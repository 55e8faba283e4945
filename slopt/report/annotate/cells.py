"""Another style for some cells of a sheet; a cell that is not there is put in its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from slopt.report.annotate.marks import Mark
from slopt.report.annotate.package import Strange

ROW = re.compile(r'<row\b[^>]*?\br="([0-9]+)"[^>]*?(?:/>|>(.*?)</row>)', re.S)
CELL = re.compile(r'<c\b([^>]*?)\br="([A-Z]+)[0-9]+"([^>]*?)(/>|>.*?</c>)', re.S)
STYLE = re.compile(r'\ss="([0-9]+)"')
Styled = Callable[[int, bool], int]
"""(number of a format, is it an error?) -> number of the marked one."""


def with_styles(sheet: str, marks: Iterable[Mark], styled: Styled) -> str:
    """The XML of a sheet in which the marked cells have a marked format."""
    data = re.search(r"<sheetData\b[^>]*?(?:/>|>(.*?)</sheetData>)", sheet, re.S)
    if not data or re.search(r"<(?:row|c)(?![^>]*\br=)[\s>]", data[1] or ""):
        raise Strange("the cells of a sheet have no addresses")
    by_row: dict[int, dict[int, Mark]] = {}
    for mark in marks:
        row, column = mark.place
        by_row.setdefault(row, {})[column] = mark
    pieces, at = [], 0
    text = data[1] or ""
    left = sorted(by_row)
    for found in ROW.finditer(text):
        number = int(found[1])
        pieces.append(text[at : found.start()])
        while left and left[0] < number:
            pieces.append(_new_row(left[0], by_row[left.pop(0)], styled))
        if left and left[0] == number:
            pieces.append(_changed_row(found, by_row[left.pop(0)], styled))
        else:
            pieces.append(found[0])
        at = found.end()
    pieces += [text[at:], *(_new_row(number, by_row[number], styled) for number in left)]
    body = "".join(pieces)
    return f"{sheet[: data.start()]}<sheetData>{body}</sheetData>{sheet[data.end() :]}"


def _new_row(number: int, marks: Mapping[int, Mark], styled: Styled) -> str:
    cells = "".join(_new_cell(marks[column], styled) for column in sorted(marks))
    return f'<row r="{number}">{cells}</row>'


def _new_cell(mark: Mark, styled: Styled) -> str:
    return f'<c r="{mark.cell}" s="{styled(0, mark.is_error)}"/>'


def _changed_row(found: re.Match[str], marks: Mapping[int, Mark], styled: Styled) -> str:
    body = found[2]
    if body is None:
        head, body = found[0][:-2] + ">", ""
    else:
        head = found[0][: found[0].index(">") + 1]
    head = re.sub(r'\sspans="[^"]*"', "", head)
    pieces, at, left = [], 0, sorted(marks)
    for cell in CELL.finditer(body):
        column = _number(cell[2])
        pieces.append(body[at : cell.start()])
        while left and left[0] < column:
            pieces.append(_new_cell(marks[left.pop(0)], styled))
        if left and left[0] == column:
            pieces.append(_marked(cell, marks[left.pop(0)], styled))
        else:
            pieces.append(cell[0])
        at = cell.end()
    pieces += [body[at:], *(_new_cell(marks[column], styled) for column in left)]
    return f"{head}{''.join(pieces)}</row>"


def _marked(cell: re.Match[str], mark: Mark, styled: Styled) -> str:
    attributes = f"{cell[1]}{cell[3]}"
    style = STYLE.search(f" {attributes}")
    number = styled(int(style[1]) if style else 0, mark.is_error)
    rest = STYLE.sub("", f" {attributes}").strip()
    return f'<c r="{mark.cell}" s="{number}"{" " + rest if rest else ""}{cell[4]}'


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number
