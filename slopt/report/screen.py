"""Where text goes: a console that knows its width, its colours and its character set."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable
from typing import IO

from rich.console import Console
from rich.text import Text

PIPED_WIDTH = 100
ASCII = str.maketrans(
    {
        "█": "#",
        "░": ".",
        "→": "->",
        "−": "-",
        "─": "-",
        "·": "-",
        "–": "-",
        "●": "*",
        "○": "o",
        "…": "~",
        "∞": "inf",
        "≤": "<=",
        "≥": ">=",
        "│": "|",
        "┊": ":",
        "└": "+",
        "┤": "+",
        "┬": "+",
        "◇": "^",
    }
)
ARROW = re.compile(r"→((?:(?!→|  ).)*)(  )?")
TURNING, LONE = (*range(0x202A, 0x202F), *range(0x2066, 0x206A)), range(0xD800, 0xE000)
UNSHOWN = dict.fromkeys((*TURNING, *LONE), "\ufffd")
"""Signs that make a terminal show text in another order than it stands, and bytes in the names of
folders that are no text; a name may hold them."""
BOOKED, EXPECTED = "blue", "dark_orange3"


def width_of(stream: IO[str]) -> int:
    """Columns of the terminal; COLUMNS if set; 100 where the output goes elsewhere."""
    if os.environ.get("COLUMNS", "").isdigit() or stream.isatty():
        return shutil.get_terminal_size((PIPED_WIDTH, 24)).columns
    return PIPED_WIDTH


def show(lines: Iterable[Text | str], stream: IO[str] | None = None) -> None:
    """Print lines, never wrapped; where the stream knows too few signs in ASCII, and Chinese."""
    stream = stream or sys.stdout
    console = Console(
        file=stream, width=10_000, highlight=False, soft_wrap=True, markup=False, emoji=False
    )
    plain = not _writes_unicode(stream)
    for line in lines:
        text = Text(line) if isinstance(line, str) else line
        if not text.plain.isascii() and text.plain != text.plain.translate(UNSHOWN):
            text = text.copy()
            text.plain = text.plain.translate(UNSHOWN)
        if plain:
            known = getattr(stream, "encoding", "") if _writes_chinese(stream) else "ascii"
            text = Text(_in_ascii(text.plain, known).encode(known, "replace").decode(known))
        console.print(text, no_wrap=True, overflow="ignore", crop=False)


def _in_ascii(line: str, known: str) -> str:
    """The signs of slopt in ASCII; an arrow stays where the character set has it.

    The two signs of an arrow take a blank from the gap after its cell, so that columns stay.
    """
    if known != "ascii":
        return line.translate({sign: text for sign, text in ASCII.items() if sign != ord("→")})
    return ARROW.sub(lambda found: f"->{found[1]}{(found[2] or '')[:1]}", line).translate(ASCII)


def _writes_chinese(stream: IO[str]) -> bool:
    """Whether the character set is one of those that have Chinese signs and not all others."""
    name = (getattr(stream, "encoding", "") or "").casefold()
    return name.startswith(("gb", "cp936", "ms936", "hz", "big5", "cp950"))


def _writes_unicode(stream: IO[str]) -> bool:
    return "utf" in (getattr(stream, "encoding", "") or "").casefold()
