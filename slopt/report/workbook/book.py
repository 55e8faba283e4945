"""One workbook as it is written: styles, sheets, cells. Only this file knows xlsxwriter."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slopt.case.raw import column_letters
from slopt.report.workbook.grid import Field, Grid, quoted

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
LONGEST_TEXT = 32_767
MOST_ROWS = 1_048_576
EMPHASES: Mapping[str, Mapping[str, Any]] = {
    "strong": {"bold": True},
    "sum": {"bold": True, "top": 1},
}
UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Signs that the XML of a workbook cannot hold, or that Excel writes in a way of its own."""
A4 = 9
A_ROW = 17
"""Height of a row of one line, in points."""
INK, SECOND, RULE = "#1B1F24", "#59616C", "#D5D9DE"
BOOKED, EXPECTED, EXPECTED_GROUND = "#1F4E79", "#C8732B", "#F7E6D6"
INPUT_GROUND, EDITED_GROUND = "#EAF2FA", "#FFF2CC"
CURRENCY = re.compile("[A-Z]{3}")
STYLES: Mapping[str, Mapping[str, Any]] = {
    "plain": {},
    "headline": {"bold": True, "font_size": 16, "text_wrap": True, "valign": "top"},
    "title": {"bold": True, "font_size": 13},
    "lede": {"text_wrap": True, "valign": "top"},
    "caption": {"font_color": SECOND, "font_size": 10},
    "notice": {"bold": True, "font_color": "#9A4F14"},
    "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"},
    "head right": {
        "bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom", "align": "right",
    },
    "head note": {
        "bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom", "indent": 1,
    },
    "text": {"num_format": "@"},
    "wrap": {"text_wrap": True, "valign": "top", "num_format": "@"},
    "plain right": {"align": "right"},
    "part": {"indent": 1},
    "second": {"font_color": SECOND},
    "note": {"num_format": "@", "indent": 1},
    "input": {
        "num_format": "@", "bg_color": INPUT_GROUND, "font_color": BOOKED, "bold": True,
        "border": 1, "border_color": RULE,
    },
    "count": {"num_format": "#,##0"},
    "units": {"num_format": "#,##0.0"},
    "signed count": {"num_format": "+#,##0;−#,##0;0"},
    "share": {"num_format": "0.0%"},
    "small share": {"num_format": "0.00%"},
    "signed share": {"num_format": "+0.0%;−0.0%;0.0%"},
    "number": {},
    "price": {"num_format": "#,##0.0000"},
}  # fmt: skip
"""Styles by name; those of money and units are made from the case."""


def clean(text: str) -> str:
    """A text that every cell can hold: no control characters, no longer than Excel takes."""
    plain = UNFIT.sub("\ufffd", text)
    return plain if len(plain) <= LONGEST_TEXT else plain[: LONGEST_TEXT - 1] + "…"


def digits_of(largest: float) -> str:
    """The digits of all money, by the largest amount of the totals."""
    return "#,##0" if largest >= 1000 else "#,##0.00"


def money_format(currency: str, digits: str, is_signed: bool = False) -> str:
    """The number format of money, with its currency where that is a code of three letters."""
    mark = f'"{currency} "' if CURRENCY.fullmatch(currency) else ""
    if is_signed:
        return f"+{mark}{digits};−{mark}{digits};{mark}0"
    return f"{mark}{digits};−{mark}{digits}"


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet; rows and columns are counted from 0."""

    title: str
    book: Book
    its: Any

    def text(self, row: int, column: int, text: str, style: str = "text") -> None:
        """A text, whatever it begins with."""
        self.its.write_string(row, column, clean(text), self.book.style(style))

    def number(self, row: int, column: int, value: float | None, style: str) -> None:
        """A number; an empty cell where there is none."""
        if value is not None and value == value and abs(value) != float("inf"):
            self.its.write_number(row, column, value + 0.0, self.book.style(style))

    def formula(self, row: int, column: int, formula: str, value: float | str, style: str) -> None:
        """A formula of addresses and fixed words, with its value as it stands."""
        self.its.write_formula(row, column, formula, self.book.style(style), value)

    def wide_text(
        self, row: int, text: str, style: str, columns: int, letters: int, line: float = 15
    ) -> None:
        """A text over several columns, in a row as high as its lines; `letters` fit in a line."""
        self.its.merge_range(row, 0, row, columns - 1, "", self.book.style(style))
        self.text(row, 0, text, style)
        self.its.set_row(row, line * lines_of(text, letters) + 3)

    def head(self, grid: Grid, sets_widths: bool = True) -> None:
        """The heading of a table; the first one of a sheet sets its widths and hides columns."""
        for column, its in enumerate(grid.fields, start=grid.left):
            is_text = its.style in ("text", "note", "input", "wrap")
            style = "head note" if its.style == "note" else "head" if is_text else "head right"
            self.text(grid.head, column, its.head, style)
            if sets_widths:
                hidden = {"hidden": True} if its.is_hidden else {}
                self.its.set_column(column, column, its.width, None, hidden)
        lines = max(lines_of(its.head, its.width) for its in grid.fields if not its.is_hidden)
        self.its.set_row(grid.head, 15 * lines + 3)

    def freeze(self, grid: Grid, columns: int = 1) -> None:
        """Keep the heading in sight and on every page, and let rows be filtered."""
        self.its.freeze_panes(grid.first, columns)
        self.its.repeat_rows(grid.head)
        if grid.count:
            self.its.autofilter(grid.head, grid.left, grid.last, grid.right)

    def cells(self, grid: Grid, row: int, values: Mapping[str, Any]) -> None:
        """The cells of a row that are values: numbers, texts, None for empty ones."""
        lines = 1
        for column, its in enumerate(grid.fields, start=grid.left):
            value = values.get(its.key)
            if isinstance(value, str):
                if value:
                    self.text(row, column, value, its.style)
                    if its.style == "wrap":
                        lines = max(lines, lines_of(value, its.width))
            else:
                self.number(row, column, value, its.style)
        if lines > 1:
            self.its.set_row(row, 15 * lines)

    def line(self, row: int, first: int, last: int, style: str) -> None:
        """Empty cells that carry a style, so that a line is not broken."""
        for column in range(first, last + 1):
            self.its.write_blank(row, column, None, self.book.style(style))


class Book:
    """A workbook in memory. `largest` is the largest amount of money, which tells its decimals."""

    def __init__(self, title: str, currency: str, largest: float, made: datetime) -> None:
        import xlsxwriter
        from xlsxwriter.worksheet import Worksheet

        class PlainFormulas(Worksheet):  # type: ignore[misc]
            """A sheet whose formulas are written as they are.

            The library looks each one through for some thirty functions that came after 2007, none
            of which is used here; with a hundred thousand formulas that is most of the time.
            """

            def _prepare_formula(self, formula: str, *_: Any) -> str:
                return formula.removeprefix("=")

        self._sheet_class = PlainFormulas
        self._file = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._file, OPTIONS)
        self._book.set_properties(
            {"title": clean(title)[:255], "created": made.replace(tzinfo=None), "author": "slopt"}
        )
        self.digits = digits_of(largest)
        self._styles = dict(STYLES)
        for name, mark in (("money", ""), ("total", currency)):
            self._styles[name] = {"num_format": money_format(mark, self.digits)}
            self._styles[f"signed {name}"] = {"num_format": money_format(mark, self.digits, True)}
        self._formats: dict[str, Any] = {}

    def style(self, name: str) -> Any:
        """A format by name; `strong` in front makes it bold, `sum` bold and below a line."""
        if name not in self._formats:
            first, _space, rest = name.partition(" ")
            emphasis: Mapping[str, Any] = EMPHASES.get(first, {})
            wanted = {"font_color": INK, **self._styles[rest if emphasis else name], **emphasis}
            self._formats[name] = self._book.add_format(wanted)
        return self._formats[name]

    def ground(self, color: str) -> Any:
        """A format of conditions: a ground of another colour."""
        return self._book.add_format({"bg_color": color})

    def sheet(self, title: str, is_hidden: bool = False) -> Sheet:
        """A new sheet, set up for landscape pages as wide as the sheet."""
        its = self._book.add_worksheet(title, self._sheet_class)
        its.set_landscape()
        its.set_paper(A4)
        its.fit_to_pages(1, 0)
        its.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        its.set_footer("&L&A&R&P / &N")
        its.hide_gridlines(2)
        its.set_default_row(A_ROW)
        if is_hidden:
            its.very_hidden()
        return Sheet(title, self, its)

    def chart(self, kind: str, subtype: str = "") -> Any:
        """A native chart without a legend."""
        chart = self._book.add_chart({"type": kind, **({"subtype": subtype} if subtype else {})})
        chart.set_legend({"none": True})
        return chart

    def close(self) -> bytes:
        """The finished file."""
        self._book.close()
        return self._file.getvalue()


def lines_of(text: str, letters: float) -> int:
    """About how many lines a text takes; Chinese signs count for two letters."""
    wide = sum(2 if ord(sign) > 0x2E7F else 1 for sign in text[:4000])
    return max(1, min(20, -(-wide // max(int(letters), 1))))


def span(sheet: str, column: int, first: int, last: int) -> str:
    """Cells of a column from anywhere, as charts take them: `='Money bridge'!$A$4:$A$9`."""
    letters = column_letters(column)
    return f"={quoted(sheet)}!${letters}${first + 1}:${letters}${last + 1}"


def width_of(texts: Sequence[str], head: str, least: float = 10, most: float = 36) -> float:
    """The width of a column of texts, by its longest among the first thousand."""
    longest = max((_letters(text) for text in texts[:1000]), default=0)
    return min(max(least, longest + 3, min(_letters(head) + 3, 18)), most)


def _letters(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text[:100])


def field_of_texts(key: str, head: str, texts: Sequence[str], style: str = "text") -> Field:
    """A column of texts as wide as they are."""
    return Field(key, head, style, width_of(texts, head))
