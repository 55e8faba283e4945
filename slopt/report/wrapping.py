"""Text broken into lines by the cells that it takes: most Chinese signs take two."""

from __future__ import annotations

import re
import textwrap

from rich.cells import cell_len

NEVER_FIRST = "／，。、；：？！）》〉」』】”’…％·,.;:?!)]}%"
"""Signs that no line may begin with."""
NEVER_LAST = "（《〈「『【“‘([{"
"""Signs that no line may end with."""
WIDE = (
    r"[\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]"
)
KEPT = "\ue000"
"""Stands for a blank at which no line may end, as between a number and its unit."""
UNIT_AFTER_NUMBER = re.compile(r"(?<=\d) (?=(?:%|k|M|bn|tn|s|h)(?![\w-])|万|亿|元|[美欧日港]元)")
UNIT_OF_MONEY = re.compile(r"(?<=\d) (k|M|bn|tn) (?=[A-Z]{3}\b)|(?<=\d) (?=[A-Z]{3}\b)")
MONEY_BEGUN, MONEY_SIGNS = re.compile(rf"\d{KEPT}?[万亿]*[美欧日港]?$"), "万亿美欧日港元"
COMMAND = re.compile(r"\bslopt [a-z]+(?: --[a-z-]+)*")
"""The beginning of a command, which stays on one line."""
PIECE = re.compile(rf"\s+|{WIDE}|(?:(?!{WIDE})\S)+")


def wrapped(text: str, width: int, first: str = "", indent: str = "") -> list[str]:
    """Lines of at most `width` cells, broken at spaces and between Chinese signs.

    Words that are longer than a line stay whole. `first` stands before the first line, `indent`
    before the others.
    """
    text = COMMAND.sub(_kept, text)
    text = UNIT_AFTER_NUMBER.sub(KEPT, UNIT_OF_MONEY.sub(_kept, text))
    if cell_len(text) == len(text):
        lines = textwrap.wrap(
            text,
            width,
            initial_indent=first,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        return [line.replace(KEPT, " ") for line in lines]
    return [line.replace(KEPT, " ") for line in _lines(text, width, first, indent)]


def _lines(text: str, width: int, first: str, indent: str) -> list[str]:
    lines, line, space, taken = [], first, "", cell_len(first)
    is_empty = True
    for piece in _pieces(text):
        if piece.isspace():
            space = "" if is_empty else " "
            continue
        cells = cell_len(piece)
        if not is_empty and taken + len(space) + cells > width:
            lines.append(line)
            line, space, taken, is_empty = indent, "", cell_len(indent), True
        line += space + piece
        taken += len(space) + cells
        space, is_empty = "", False
    return lines if is_empty else [*lines, line]


def _kept(found: re.Match[str]) -> str:
    return found[0].replace(" ", KEPT)


def _pieces(text: str) -> list[str]:
    """What may not be broken: words, and signs with the punctuation that belongs to them."""
    pieces: list[str] = []
    for piece in PIECE.findall(text):
        before = pieces[-1] if pieces else ""
        joins = piece[0] in NEVER_FIRST or before[-1:] in (*NEVER_LAST, KEPT)
        joins = joins or (piece in MONEY_SIGNS and bool(MONEY_BEGUN.search(before)))
        if before and joins and not before.isspace() and not piece.isspace():
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces
