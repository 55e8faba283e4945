"""Out of sight: the tiers with their numbers, and which tiers each drop-down offers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.case.raw import column_letters
from slopt.report.workbook.book import Book
from slopt.report.workbook.grid import address, quoted
from slopt.report.workbook.layout import Layout

FIRST_SET = 3
MOST_SETS = 16_000
"""A sheet has 16,384 columns; with more sets than this every drop-down offers the whole menu."""


def write_lists(book: Book, layout: Layout) -> None:
    """Tiers in A with their numbers in B; from D on a column a set, its length above it."""
    sheet = book.sheet(layout.titles.lists, is_hidden=True)
    for k, tier in enumerate(layout.places.words):
        sheet.text(k, 0, tier)
        sheet.number(k, 1, k + 1, "plain")
    for place, allowed in enumerate(_sets(layout), start=FIRST_SET):
        members = np.flatnonzero(allowed).tolist()
        sheet.number(0, place, len(members), "plain")
        for row, k in enumerate(members, start=1):
            sheet.text(row, place, layout.places.words[k])


def set_numbers(layout: Layout) -> NDArray[np.int64]:
    """The number of the set of each segment, from 1."""
    found, which = layout.places.allowed_sets
    return which + 1 if len(found) <= MOST_SETS else np.ones(len(which), dtype=np.int64)


def tier_number(layout: Layout, cell: str) -> str:
    """The number of the tier that a cell names, 0 for none: exact, no pattern, no case folded."""
    title, count = quoted(layout.titles.lists), len(layout.places.words)
    return f"=SUMPRODUCT(EXACT({cell},{title}!$A$1:$A${count})*{title}!$B$1:$B${count})"


def offered(layout: Layout, number: str) -> str:
    """The cells that hold the tiers of the set whose number a cell has."""
    lists = layout.titles.lists
    last = column_letters(FIRST_SET + len(_sets(layout)) - 1)
    begin = address(lists, 1, FIRST_SET)
    length = f"INDEX({address(lists, 0, FIRST_SET)}:${last}$1,1,{number})"
    return f"=OFFSET({begin},0,{number}-1,{length},1)"


def _sets(layout: Layout) -> NDArray[np.bool_]:
    found, _which = layout.places.allowed_sets
    return found if len(found) <= MOST_SETS else np.ones((1, found.shape[1]), dtype=np.bool_)
