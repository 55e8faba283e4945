"""Formats as they are, but with another ground."""

from __future__ import annotations

import re

from slopt.report.annotate.package import Package, Strange

PART = "xl/styles.xml"
GROUNDS = {True: "FFFFC7CE", False: "FFFFEB9C"}
"""By: an error? Those that Excel itself calls bad and neutral."""
FORMAT = re.compile(r"<xf\b[^>]*?(?:/>|>.*?</xf>)", re.S)


class Styles:
    """The formats of a workbook, to which marked copies are added."""

    def __init__(self, package: Package) -> None:
        self._package = package
        text = package.text(PART)
        fills = re.search(r"<fills\b[^>]*>(.*?)</fills>", text, re.S)
        formats = re.search(r"<cellXfs\b[^>]*>(.*?)</cellXfs>", text, re.S)
        if not fills or not formats:
            raise Strange("the styles have no fills or no formats")
        self._text = text
        self._first_fill = len(re.findall(r"<fill\b", fills[1]))
        self._formats = FORMAT.findall(formats[1])
        self._added: dict[tuple[int, bool], int] = {}

    def marked(self, style: int, is_error: bool) -> int:
        """The number of the format that is as this one, with the ground of a mark."""
        if not 0 <= style < len(self._formats):
            raise Strange(f"there is no format {style}")
        key = (style, is_error)
        if key not in self._added:
            self._added[key] = len(self._formats) + len(self._added)
        return self._added[key]

    def write(self) -> None:
        """Put the new grounds and formats into the part."""
        fills = "".join(
            f'<fill><patternFill patternType="solid"><fgColor rgb="{GROUNDS[is_error]}"/>'
            '<bgColor indexed="64"/></patternFill></fill>'
            for is_error in (True, False)
        )
        formats = "".join(
            _with_fill(self._formats[style], self._first_fill + (0 if is_error else 1))
            for style, is_error in self._added
        )
        text = _extended(self._text, "fills", fills, self._first_fill + 2)
        count = len(self._formats) + len(self._added)
        self._package.texts[PART] = _extended(text, "cellXfs", formats, count)


def _with_fill(its: str, fill: int) -> str:
    head = its[: its.index(">")].rstrip("/")
    rest = its[len(head) :]
    head = re.sub(r'\s(?:fillId|applyFill)="[^"]*"', "", head)
    return f'{head.rstrip()} fillId="{fill}" applyFill="1"{rest}'


def _extended(text: str, name: str, more: str, count: int) -> str:
    found = re.search(rf"<{name}\b[^>]*>", text)
    assert found is not None
    head = re.sub(r'\scount="[^"]*"', "", found[0])
    text = text[: found.start()] + head[:-1] + f' count="{count}">' + text[found.end() :]
    return text.replace(f"</{name}>", f"{more}</{name}>", 1)
