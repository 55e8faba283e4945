"""Tables in plain text that fit their width: columns drop, names shorten, nothing wraps."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

GAP = 2
SHORTEST_NAME = 10


@dataclass(frozen=True)
class Col:
    """One column. `right` aligns numbers; `drop` columns go first (highest first) when the width
    is short, 0 stays; `style` is a rich style; `shorten` lets long texts be cut in the middle."""

    title: str
    right: bool = True
    drop: int = 0
    style: str = ""
    shorten: bool = False


def table(
    columns: Sequence[Col],
    rows: Sequence[Sequence[str | Text]],
    width: int,
    foot: Sequence[str | Text] | None = None,
) -> list[Text]:
    """Head, rule, rows and an optional sum line, at most `width` cells wide.

    Where even the columns that stay do not fit, each row becomes a block of its own, a line a cell.
    """
    cells = [[_text(cell, columns[i].style) for i, cell in enumerate(row)] for row in rows]
    last = None if foot is None else [_text(cell, columns[i].style) for i, cell in enumerate(foot)]
    kept, widths = _fit(columns, [*cells, *([last] if last else [])], width)
    if sum(widths) + GAP * (len(kept) - 1) > width:
        return _blocks(columns, cells, width)
    lines = [_line([Text(columns[i].title) for i in kept], kept, columns, widths)]
    rule = Text("─" * max(sum(widths) + GAP * (len(kept) - 1), 1))
    lines.append(rule)
    lines += [_line([row[i] for i in kept], kept, columns, widths) for row in cells]
    if last:
        lines += [Text(""), _line([last[i] for i in kept], kept, columns, widths)]
    return lines


def sentence(text: str, width: int, style: str = "", indent: str = "") -> list[Text]:
    """A sentence, broken between words where it is longer than the width."""
    lines = textwrap.wrap(
        text,
        max(width, 20),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
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

    while total() > width and any(columns[i].drop for i in kept):
        kept.remove(max((i for i in kept if columns[i].drop), key=lambda i: columns[i].drop))
    for i in kept:
        if columns[i].shorten and total() > width:
            least = max(SHORTEST_NAME, cell_len(columns[i].title))
            natural[i] = max(min(least, natural[i]), natural[i] - (total() - width))
    return kept, [natural[i] for i in kept]


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
    """Text cut in the middle to at most `width` cells."""
    if cell_len(text) <= width:
        return text
    head, tail = "", ""
    while True:
        grown = head + text[len(head)] if len(head) <= len(tail) else head
        grown_tail = tail if grown != head else text[len(text) - len(tail) - 1] + tail
        if cell_len(grown) + cell_len(grown_tail) + 1 > width:
            return f"{head}…{tail}"
        head, tail = grown, grown_tail


def _blocks(columns: Sequence[Col], rows: Sequence[Sequence[Text]], width: int) -> list[Text]:
    """A block a row: the first cell as its heading, then title and value a line."""
    lines: list[Text] = []
    for row in rows:
        lines.append(Text(shortened(row[0].plain, width), style="bold"))
        for column, cell in zip(columns[1:], row[1:], strict=True):
            if column.title and cell.plain:
                lines.append(Text(shortened(f"  {column.title}: {cell.plain}", width)))
    return lines
