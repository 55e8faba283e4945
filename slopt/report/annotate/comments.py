"""Comments on cells, and the shapes in which spreadsheets show them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from xml.sax.saxutils import escape

from slopt.report.annotate.marks import Mark
from slopt.report.annotate.package import OFFICE, Package, Strange, free_name

AUTHOR = "slopt check"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
NO_COMMENTS = (
    f'{DECLARATION}<comments xmlns="{MAIN}"><authors></authors>'
    "<commentList></commentList></comments>"
)
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
NO_SHAPES = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    '<o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
)
BOX = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
AUTHORS = re.compile(r"<author\b(?:[^>]*/>|[^>]*>([^<]*)</author>)")
AFTER = (
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip
"""What stands behind the drawing of comments in the XML of a sheet."""
COLUMNS_WIDE, LETTERS = 4, 44
"""Of a box, and letters in a line of it."""


def add_comments(package: Package, sheet: str, marks: Sequence[Mark]) -> None:
    """Add a comment for each mark to a sheet; to what a cell says already it is added below.

    What an earlier check said of a cell gives way to what is said now.
    """
    part = package.related(sheet, "comments")
    if part is None:
        part = free_name(package, "xl/slopt_comments{}.xml")
        package.texts[part] = NO_COMMENTS
        package.relate(sheet, "comments", part)
        package.declare(f'<Override PartName="/{part}" ContentType="{COMMENTS_TYPE}"/>')
    text = package.text(part)
    text = _opened(_opened(text, "authors"), "commentList")
    if f"<author>{AUTHOR}</author>" not in text:
        text = text.replace("</authors>", f"<author>{AUTHOR}</author></authors>", 1)
    author = AUTHORS.findall(text).index(AUTHOR)
    alone = []
    for mark in marks:
        said = f'<r><t xml:space="preserve">{escape(mark.text)}</t></r>'
        there = re.search(rf'<comment\b[^>]*\bref="{mark.cell}"[^>]*>.*?</comment>', text, re.S)
        if there and "</text>" in there[0]:
            if _says(there[0], mark.text):
                continue
            if re.search(rf'^<comment\b[^>]*\bauthorId="{author}"', there[0]):
                changed = _with_text(there[0], said)
                text = text[: there.start()] + changed + text[there.end() :]
                continue
            more = f'<r><t xml:space="preserve">\n{escape(mark.text)}</t></r></text>'
            changed = there[0].replace("</text>", more, 1)
            text = text[: there.start()] + changed + text[there.end() :]
            continue
        entry = f'<comment ref="{mark.cell}" authorId="{author}"><text>{said}</text></comment>'
        text = text.replace("</commentList>", f"{entry}</commentList>", 1)
        alone.append(mark)
    if "</commentList>" not in text or f"<author>{AUTHOR}</author>" not in text:
        raise Strange("the comments of a sheet are written in another way")
    package.texts[part] = text
    _add_shapes(package, sheet, alone)


def _with_text(comment: str, said: str) -> str:
    """A comment that says this and nothing else."""
    start, end = comment.index("<text"), comment.rindex("</text>")
    return f"{comment[:start]}<text>{said}{comment[end:]}"


def _says(comment: str, text: str) -> bool:
    """True where a comment says a text already, in whatever runs a spreadsheet has written it."""
    written = "".join(re.findall(r"<t\b[^>]*>(.*?)</t>", comment, re.S))
    return "".join(text.split()) in "".join(unescape(written).split())


def _opened(text: str, name: str) -> str:
    """An empty element with a beginning and an end."""
    return re.sub(rf"<{name}\s*/>", f"<{name}></{name}>", text)


def _add_shapes(package: Package, sheet: str, marks: Sequence[Mark]) -> None:
    part = package.related(sheet, "vmlDrawing")
    if part is None or "<legacyDrawing " not in package.text(sheet):
        part = free_name(package, "xl/drawings/slopt_comments{}.vml")
        package.texts[part] = NO_SHAPES
        package.declare(f'<Default Extension="vml" ContentType="{VML_TYPE}"/>')
        name = package.relate(sheet, "vmlDrawing", part)
        package.texts[sheet] = _with_drawing(package.text(sheet), name)
    text = package.text(part)
    number = max((int(n) for n in re.findall(r"_x0000_s([0-9]+)", text)), default=1024)
    box = "" if 'id="_x0000_t202"' in text else BOX
    shapes = "".join(_shape(number + i, mark) for i, mark in enumerate(marks, start=1))
    place = text.rfind("</xml>")
    if place < 0:
        raise Strange("the shapes of a sheet are written in another way")
    package.texts[part] = text[:place] + box + shapes + text[place:]


def _with_drawing(sheet: str, name: str) -> str:
    """The XML of a sheet that shows the shapes of a relationship."""
    if "xmlns:r=" not in sheet:
        sheet = sheet.replace("<worksheet", f'<worksheet xmlns:r="{OFFICE}"', 1)
    behind = re.search(rf"<(?:{'|'.join(AFTER)})\b|</worksheet>", sheet)
    if not behind:
        raise Strange("a sheet is written in another way")
    return f'{sheet[: behind.start()]}<legacyDrawing r:id="{name}"/>{sheet[behind.start() :]}'


def _shape(number: int, mark: Mark) -> str:
    row, column = mark.place
    lines = sum(-(-max(len(line), 1) // LETTERS) for line in mark.text.split("\n"))
    bottom = row + min(max(lines, 3), 20)
    anchor = f"{column}, 15, {row}, 2, {column + COLUMNS_WIDE}, 15, {bottom}, 4"
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;'
        'margin-left:60pt;margin-top:2pt;width:240pt;height:60pt;z-index:1;visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row - 1}</x:Row><x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
    )
