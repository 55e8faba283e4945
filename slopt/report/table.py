"""Tables in plain text that fit their width: columns drop, names shorten, long texts wrap."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from slopt.report.language import ENGLISH, Language
from slopt.report.wrapping import wrapped

GAP = 2
SHORTEST_NAME = 10
NARROWEST_WRAP = 24
LONGEST_WORD = 120
ARROW = " → "
ENDLESS = re.compile(rf"\S{{{2 * LONGEST_WORD},}}")


@dataclass(frozen=True)
class Col:
    """One column.

    `right` aligns numbers. Where the width is short, columns with the highest `drop` go first, all
    of them together; 0 stays. `told` columns are named below the table when they had to go. Then
    `shorten` columns are cut in the middle, and a last column that may `wrap` takes more lines.
    `style` is a rich style.
    """

    title: str
    right: bool = True
    drop: int = 0
    style: str = ""
    shorten: bool = False
    wrap: bool = False
    told: bool = False


def table(
    columns: Sequence[Col],
    rows: Sequence[Sequence[str | Text]],
    width: int,
    foot: Sequence[str | Text] | None = None,
    language: Language = ENGLISH,
) -> list[Text]:
    """Head, rule, rows and an optional sum line, at most `width` cells wide.

    Where even the columns that stay do not fit, each row becomes a block of its own, a line a cell.
    """
    cells = [[_text(cell, columns[i].style) for i, cell in enumerate(row)] for row in rows]
    last = None if foot is None else [_text(cell, columns[i].style) for i, cell in enumerate(foot)]
    kept, widths = _fit(columns, [*cells, *([last] if last else [])], width)
    full = sum(widths) + GAP * (len(kept) - 1)
    if full > width:
        return _blocks(columns, [*cells, *([last] if last else [])], width, language)
    lines = _lines([Text(columns[i].title) for i in kept], kept, columns, widths)
    lines.append(Text("─" * max(full, 1)))
    for row in cells:
        lines += _lines([row[i] for i in kept], kept, columns, widths)
    if last:
        lines += [Text(""), *_lines([last[i] for i in kept], kept, columns, widths)]
    gone = [
        column.title.lstrip("=+ ")
        for i, column in enumerate(columns)
        if column.told and i not in kept
    ]
    if gone:
        said = language(
            "Not shown at this width: {columns}; --json has all.", columns=language(", ").join(gone)
        )
        lines += sentence(said, width)
    return lines


def shown_titles(
    columns: Sequence[Col], rows: Sequence[Sequence[str | Text]], width: int
) -> frozenset[str]:
    """The titles of the columns that `table` shows at this width."""
    cells = [[_text(cell, columns[i].style) for i, cell in enumerate(row)] for row in rows]
    kept, widths = _fit(columns, cells, width)
    if sum(widths) + GAP * (len(kept) - 1) > width:
        kept = list(range(len(columns)))
    return frozenset(columns[i].title for i in kept)


def aligned(columns: Sequence[Col], rows: Sequence[Sequence[str | Text]], width: int) -> list[Text]:
    """The rows alone, two cells in from the margin; blocks where they do not fit."""
    cells = [[_text(cell, columns[i].style) for i, cell in enumerate(row)] for row in rows]
    kept, widths = _fit(columns, cells, width - GAP)
    if sum(widths) + GAP * (len(kept) - 1) > width - GAP:
        return _blocks(columns, cells, width)
    lines = []
    for row in cells:
        for line in _lines([row[i] for i in kept], kept, columns, widths):
            lines.append(Text.assemble(" " * GAP, line))
    return lines


def sentence(
    text: str, width: int, style: str = "", indent: str = "", first: str | None = None
) -> list[Text]:
    """A sentence, broken between words where it is longer than the width.

    Words that fill more than a line or two are cut in the middle. `indent` stands before every
    line, `first` in its place before the first one.
    """
    lines = wrapped(
        ENDLESS.sub(lambda word: shortened(word[0], LONGEST_WORD), text),
        max(width, 20),
        indent if first is None else first,
        indent,
    )
    return [Text(line, style=style) for line in lines]


def _text(cell: str | Text, style: str) -> Text:
    return cell.copy() if isinstance(cell, Text) else Text(cell, style=style)


def _fit(
    columns: Sequence[Col], rows: Sequence[Sequence[Text]], width: int
) -> tuple[list[int], list[int]]:
    """Columns that stay and their widths."""
    kept = list(range(len(columns)))
    natural = [
        max([cell_len(column.title), *(cell_len(row[i].plain) for row in rows)])
        for i, column in enumerate(columns)
    ]

    def total() -> int:
        return sum(natural[i] for i in kept) + GAP * (len(kept) - 1)

    if columns[-1].wrap and total() > width:
        natural[-1] = max(min(natural[-1], NARROWEST_WRAP), natural[-1] - (total() - width))
    while total() > width and any(columns[i].drop for i in kept):
        most = max(columns[i].drop for i in kept)
        kept = [i for i in kept if columns[i].drop < most]
    for i in kept:
        if columns[i].shorten and total() > width:
            least = max(SHORTEST_NAME, cell_len(columns[i].title))
            natural[i] = max(min(least, natural[i]), natural[i] - (total() - width))
    return kept, [natural[i] for i in kept]


def _lines(
    cells: Sequence[Text], kept: Sequence[int], columns: Sequence[Col], widths: Sequence[int]
) -> list[Text]:
    """One row; more than one line where its last cell wraps."""
    last, width = cells[-1], widths[-1]
    if not columns[kept[-1]].wrap or cell_len(last.plain) <= width:
        return [_line(cells, kept, columns, widths)]
    parts = [Text(part, style=last.style) for part in wrapped(last.plain, width)]
    blank = [Text("")] * (len(cells) - 1)
    first = _line([*cells[:-1], parts[0]], kept, columns, widths)
    return [first, *(_line([*blank, part], kept, columns, widths) for part in parts[1:])]


def _line(
    cells: Sequence[Text], kept: Sequence[int], columns: Sequence[Col], widths: Sequence[int]
) -> Text:
    line = Text()
    for place, (cell, i, width) in enumerate(zip(cells, kept, widths, strict=True)):
        if cell_len(cell.plain) > width:
            cell = Text(shortened(cell.plain, width), style=cell.style)
        space = " " * (width - cell_len(cell.plain))
        if place:
            line.append(" " * GAP)
        if columns[i].right:
            line.append(space)
            line.append_text(cell)
        else:
            line.append_text(cell)
            line.append(space)
    line.rstrip()
    return line


def shortened(text: str, width: int) -> str:
    """Text cut in the middle to at most `width` cells; of `A → B` both sides."""
    if cell_len(text) <= width:
        return text
    before, arrow, after = text.partition(ARROW)
    room = width - cell_len(arrow)
    if arrow and room >= SHORTEST_NAME:
        first = max(room - cell_len(after), min(room // 2, cell_len(before)))
        return shortened(before, first) + arrow + shortened(after, room - first)
    head, tail = "", ""
    while True:
        grown = head + text[len(head)] if len(head) <= len(tail) else head
        grown_tail = tail if grown != head else text[len(text) - len(tail) - 1] + tail
        if cell_len(grown) + cell_len(grown_tail) + 1 > width:
            return f"{head}…{tail}"
        head, tail = grown, grown_tail


def _blocks(
    columns: Sequence[Col], rows: Sequence[Sequence[Text]], width: int, language: Language = ENGLISH
) -> list[Text]:
    """A block a row: the first cell as its heading, then title and value a line, whole."""
    lines = sentence(columns[0].title, width) if columns[0].title else []
    for row in rows:
        lines.append(Text(shortened(row[0].plain.strip(), width), style="bold"))
        for column, cell in zip(columns[1:], row[1:], strict=True):
            if cell.plain and not _is_bar(cell.plain):
                said = cell.plain
                if column.title:
                    said = language("{title}: {value}", title=column.title, value=said)
                lines += sentence(said, width, indent="    ", first="  ")
    return lines


def _is_bar(text: str) -> bool:
    return not text.strip("█░ ")
