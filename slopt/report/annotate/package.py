"""The parts of a workbook and how they refer to each other."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from slopt.case.archive import hidden_sheets, sheet_parts

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')


class Strange(Exception):
    """A part is written in a way that is not known here; it is better left alone."""


@dataclass(frozen=True)
class Package:
    """Parts by name, as they are; `texts` holds those that were changed."""

    file: Path
    texts: dict[str, str]

    def has(self, name: str) -> bool:
        """True where there is such a part."""
        if name in self.texts:
            return True
        with zipfile.ZipFile(self.file) as archive:
            return name in archive.namelist()

    def text(self, name: str) -> str:
        """A part as text."""
        if name not in self.texts:
            with zipfile.ZipFile(self.file) as archive:
                data = archive.read(name)
            try:
                return data.decode("utf-8-sig")
            except UnicodeDecodeError:
                raise Strange(f"{name} is not in UTF-8") from None
        return self.texts[name]

    def sheets(self) -> dict[str, str]:
        """The part of each sheet by its title."""
        with zipfile.ZipFile(self.file) as archive:
            return sheet_parts(archive)

    def hidden(self) -> frozenset[str]:
        """The titles of the sheets that a spreadsheet does not show."""
        with zipfile.ZipFile(self.file) as archive:
            return hidden_sheets(archive)

    def related(self, part: str, kind: str) -> str | None:
        """The part to which one refers by a relationship of a kind; None without one."""
        rels = _rels(part)
        if not self.has(rels):
            return None
        for found in RELATION.findall(self.text(rels)):
            its = dict(ATTRIBUTE.findall(found))
            if its.get("Type", "").endswith(f"/{kind}"):
                target = posixpath.join(f"/{posixpath.dirname(part)}", its["Target"])
                return posixpath.normpath(target).lstrip("/")
        return None

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let a part refer to another one; returns the id of the relationship."""
        rels = _rels(part)
        if not self.has(rels):
            self.texts[rels] = (
                '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns='
                '"http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
            )
        text = self.text(rels)
        number = 1
        while f'"slopt{number}"' in text:
            number += 1
        name = f"slopt{number}"
        entry = (
            f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target={quoteattr("/" + target)}/>'
        )
        if "</Relationships>" not in text:
            text = re.sub(r"<Relationships([^>]*)/>", r"<Relationships\1></Relationships>", text)
        self.texts[rels] = _before(text, "</Relationships>", entry)
        return name

    def declare(self, entry: str) -> None:
        """Add an entry to the content types, unless it is there."""
        name = "[Content_Types].xml"
        text = self.text(name)
        key = re.search(r'(?:PartName|Extension)="[^"]*"', entry)
        assert key is not None
        if key[0].casefold() not in text.casefold():
            self.texts[name] = _before(text, "</Types>", entry)

    def written(self) -> bytes:
        """The workbook with its changed parts; all others are as they were, in their order."""
        buffer = io.BytesIO()
        with (
            zipfile.ZipFile(self.file) as old,
            zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for entry in old.infolist():
                changed = self.texts.get(entry.filename)
                data = old.read(entry) if changed is None else changed.encode()
                new.writestr(entry.filename, data)
            for name in self.texts.keys() - set(old.namelist()):
                new.writestr(name, self.texts[name].encode())
        return buffer.getvalue()


def free_name(package: Package, pattern: str) -> str:
    """The first name of a pattern with a number that no part has."""
    number = 1
    while package.has(pattern.format(number)):
        number += 1
    return pattern.format(number)


def _rels(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def _before(text: str, end: str, entry: str) -> str:
    place = text.rfind(end)
    if place < 0:
        raise Strange(f"there is no {end}")
    return text[:place] + entry + text[place:]
