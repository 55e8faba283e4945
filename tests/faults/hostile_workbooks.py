"""Workbooks as nobody should hand them in, made from a good one; and what reading them must do.

Each kind is a function from the parts of the archive and a source of chance to other parts.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from slopt.case.load import read_case
from slopt.case.template import write_case

Parts = dict[str, bytes]
Kind = Callable[[Parts, random.Random], Parts]
SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
CELLS = (
    b'<c r="A1" t="e"><v>#REF!</v></c>',
    b'<c r="B3" t="b"><v>7</v></c>',
    b'<c r="B3" t="d"><v>2024-02-30T25:61:00</v></c>',
    b'<c r="B3" t="s"><v>999999</v></c>',
    b'<c r="B3" t="s"><v>-1</v></c>',
    b'<c r="B3" t="n"><v>1e999</v></c>',
    b'<c r="B3" t="n"><v>NaN</v></c>',
    b'<c r="B3" t="str"><f>WEBSERVICE("http://localhost")</f><v>=1+1</v></c>',
    b'<c r="B3" t="inlineStr"><is><t>\xe2\x80\xaex</t></is></c>',
    b'<c r="ZZZZ99999999999" t="n"><v>1</v></c>',
    b'<c r="" t="n"><v>1</v></c>',
    b'<c r="B3" t="wrong"><v>1</v></c>',
    b"<c/>",
)
ENTITIES = b"".join(
    b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10 if n else b"lol" * 10) for n in range(9)
)


@cache
def _good() -> bytes:
    """The tiny example as a workbook."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (book,) = write_case(Path(folder) / "book", "tiny", workbook=True)
        return book.read_bytes()


def good_parts() -> Parts:
    """The parts of a good workbook, by name."""
    with zipfile.ZipFile(io.BytesIO(_good())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _sheet(parts: Parts, chance: random.Random) -> str:
    return chance.choice(sorted(name for name in parts if SHEET.fullmatch(name)))


def lost_part(parts: Parts, chance: random.Random) -> Parts:
    """Any one part is missing."""
    gone = chance.choice(sorted(parts))
    return {name: data for name, data in parts.items() if name != gone}


def emptied_part(parts: Parts, chance: random.Random) -> Parts:
    """Any one part has nothing in it."""
    return parts | {chance.choice(sorted(parts)): b""}


def cut_part(parts: Parts, chance: random.Random) -> Parts:
    """Any one part ends early."""
    name = chance.choice(sorted(parts))
    return parts | {name: parts[name][: chance.randrange(len(parts[name]))]}


def changed_bytes(parts: Parts, chance: random.Random) -> Parts:
    """Some bytes of any one part are others."""
    name = chance.choice(sorted(parts))
    data = bytearray(parts[name])
    for _ in range(chance.randrange(1, 9)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return parts | {name: bytes(data)}


def swapped_parts(parts: Parts, chance: random.Random) -> Parts:
    """Two parts stand in each other's place."""
    one, other = chance.sample(sorted(parts), 2)
    return parts | {one: parts[other], other: parts[one]}


def odd_cell(parts: Parts, chance: random.Random) -> Parts:
    """A cell of a kind, a place or a value that there is not."""
    name = _sheet(parts, chance)
    row = b'<row r="3">' + chance.choice(CELLS) + b"</row></sheetData>"
    return parts | {name: parts[name].replace(b"</sheetData>", row)}


def odd_rows(parts: Parts, chance: random.Random) -> Parts:
    """Rows by numbers that are none, twice, or out of order."""
    name = _sheet(parts, chance)
    number = chance.choice([b"0", b"-1", b"x", b"1", b"99999999999999999999", b""])
    place = chance.choice([rb'r="1"', rb'r="3"'])
    return parts | {name: parts[name].replace(b"<row " + place, b'<row r="' + number + b'"')}


def entities(parts: Parts, chance: random.Random) -> Parts:
    """Entities that grow to a billion, or ask for a file of the machine."""
    name = _sheet(parts, chance)
    asked, within = chance.choice(
        [(ENTITIES, b"&e8;"), (b'<!ENTITY e SYSTEM "file:///etc/passwd">', b"&e;")]
    )
    data = parts[name].replace(b"<worksheet", b"<!DOCTYPE x [" + asked + b"]><worksheet", 1)
    cell = b'<row r="9"><c r="A9" t="inlineStr"><is><t>' + within + b"</t></is></c></row>"
    return parts | {name: data.replace(b"</sheetData>", cell + b"</sheetData>")}


def deep_nesting(parts: Parts, chance: random.Random) -> Parts:
    """Elements within elements, 100,000 deep."""
    name = _sheet(parts, chance)
    return parts | {name: parts[name].replace(b"<sheetData>", b"<a>" * 100_000 + b"<sheetData>")}


def far_dimension(parts: Parts, chance: random.Random) -> Parts:
    """A sheet that claims to be as large as a sheet can be, or larger."""
    name = _sheet(parts, chance)
    claim = chance.choice([b"A1:XFD1048576", b"A1:ZZZZZZ99999999999", b"B2:A1", b"", b"A0"])
    return parts | {name: re.sub(rb'ref="[^"]*"', b'ref="' + claim + b'"', parts[name], count=1)}


def sheet_elsewhere(parts: Parts, chance: random.Random) -> Parts:
    """A sheet whose place is outside of the archive, or nowhere."""
    name = "xl/_rels/workbook.xml.rels"
    target = chance.choice([b"../../../etc/passwd", b"/etc/passwd", b"http://localhost/", b""])
    return parts | {name: parts[name].replace(b"worksheets/sheet2.xml", target, 1)}


def odd_names(parts: Parts, chance: random.Random) -> Parts:
    """A sheet by the name of another, of nothing, of 10,000 characters, or of markup."""
    name = "xl/workbook.xml"
    other = chance.choice([b"tiers", b"", b"x" * 10_000, b"&lt;script&gt;", b"[red]", b"../x"])
    return parts | {name: parts[name].replace(b'name="segments"', b'name="' + other + b'"')}


def other_encoding(parts: Parts, chance: random.Random) -> Parts:
    """XML in UTF-16, or in what calls itself something else."""
    name = _sheet(parts, chance)
    text = parts[name].decode()
    data = chance.choice([
        text.replace("UTF-8", "UTF-16").encode("utf-16"),
        text.replace("UTF-8", "EBCDIC-37").encode(),
        text.encode("utf-8-sig"),
    ])  # fmt: skip
    return parts | {name: data}


def not_text(parts: Parts, chance: random.Random) -> Parts:
    """Texts with characters that XML does not have."""
    name = "xl/sharedStrings.xml"
    odd = chance.choice([b"\x00", b"\xff\xfe", b"&#0;", b"&#xD800;", b"_x0000_", b"&#27;[2J"])
    return parts | {name: parts[name].replace(b"<t>", b"<t>" + odd, chance.randrange(1, 9))}


KINDS: tuple[Kind, ...] = (
    lost_part, emptied_part, cut_part, changed_bytes, swapped_parts, odd_cell, odd_rows, entities,
    deep_nesting, far_dimension, sheet_elsewhere, odd_names, other_encoding, not_text,
)  # fmt: skip


def hostile_workbook(kind: Kind, chance: random.Random) -> bytes:
    """A workbook of that kind; now and then some names stand in it twice."""
    parts = kind(good_parts(), chance)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return packed.getvalue()


def faults_of_reading(seed: int, folder: Path) -> list[str]:
    """Read a hostile workbook; what was wrong with how that ended, in words."""
    kind = KINDS[seed % len(KINDS)]
    return faults_of_file(hostile_workbook(kind, random.Random(seed)), folder)


def faults_of_file(data: bytes, folder: Path) -> list[str]:
    """Read a file as a workbook: a case without errors, or errors with place and remedy."""
    path = folder / "case.xlsx"
    path.write_bytes(data)
    reading = read_case(path)
    wrong = []
    if (reading.case is None) != bool(reading.errors):
        wrong.append("neither a case nor an error, or both")
    for problem in reading.problems:
        if not (problem.file and problem.message.endswith(".") and problem.remedy):
            wrong.append(f"a problem without place, sentence or remedy: {problem}")
    return wrong
