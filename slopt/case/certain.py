"""Whole columns at once: which cells are read as they stand, without looking at each.

What a cell may say stands in `columns.py` and nowhere else. Here only such cells are taken as it
reads in just one way: plain numbers within the range, texts of ordinary signs. All others are
left to `Column.read`, one by one, and so get the same value or the same message as in a short
table.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.columns import LARGEST, LARGEST_WHOLE, Column, Kind
from slopt.case.texts import Texts

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]

PLAIN_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
ORDINARY = r"^[\pL\pN\pP\pS]([\pL\pM\pN\pP\pS ]*[\pL\pM\pN\pP\pS])?$"
"""Letters, digits, signs and plain spaces between them: nothing invisible, no controls."""

SPACE, APOSTROPHE, TILDE = 0x20, 0x27, 0x7E
"""The first and the last printable sign of ASCII, and the one that guards a formula."""


def certain_numbers(column: Column, cells: Any) -> tuple[Numbers, Mask]:
    """(values, which are still to be read) of a number column in Arrow.

    NaN where a cell is blank and has no constant default; -0 is 0.
    """
    values, blank = _parsed(cells)
    left = ~_in_range(column, values)
    if not column.required:
        left &= ~blank
        if isinstance(column.default, float) and blank.any():
            values = np.where(blank, column.default, values)
    if np.signbit(values).any():
        values = values + 0.0
    return values, left


def _parsed(cells: Any) -> tuple[Numbers, Mask]:
    """(floats, which are blank); NaN where blank, and where a text is not plainly a number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_boolean(cells.type):
        return np.full(len(cells), np.nan), np.asarray(pc.is_null(cells))
    if pa.types.is_string(cells.type):
        cells = pc.ascii_trim_whitespace(cells)
        if pc.any(pc.equal(cells, "")).as_py():
            cells = pc.if_else(pc.equal(cells, ""), None, cells)
        blank = np.asarray(pc.is_null(cells))
        try:
            cells = cells.cast(pa.float64())
        except pa.ArrowInvalid:
            plain = pc.match_substring_regex(cells, PLAIN_NUMBER)
            cells = pc.if_else(plain, cells, None).cast(pa.float64())
    else:
        blank = np.asarray(pc.is_null(cells))
        cells = cells.cast(pa.float64(), safe=False)
    if cells.null_count:
        cells = pc.fill_null(cells, np.nan)
    return cells.to_numpy(), blank


def _in_range(column: Column, values: Numbers) -> Mask:
    """Which numbers `Column.read` takes; NaN is none of them."""
    low = -LARGEST if column.low is None else max(column.low, -LARGEST)
    high = LARGEST if column.high is None else min(column.high, LARGEST)
    if column.kind is Kind.INTEGER and column.high is None:
        low, high = max(low, -LARGEST_WHOLE), min(high, LARGEST_WHOLE)
    fits = (values >= low) & (values <= high)
    if column.kind is Kind.INTEGER:
        fits &= values == np.floor(values)
    return fits


def kinds_of_refusal(column: Column, values: Numbers, blank: Mask) -> NDArray[np.int64]:
    """Of cells that are no number in range: what is wrong, by the messages of `Column.read`."""
    not_finite = ~np.isfinite(values)
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high
    fraction = (values != np.floor(values)) & (column.kind is Kind.INTEGER)
    wrongs = [blank, not_finite, fraction, values < low, values > high]
    return np.select(wrongs, list(range(len(wrongs))), default=len(wrongs))


def certain_texts(column: Column, cells: Any) -> tuple[Texts, Mask] | None:
    """(texts, which of their words are still to be read) of a column in Arrow that is no number.

    None where the cells are fractions, which have to be shown one by one.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_floating(cells.type):
        whole = pc.equal(cells, pc.floor(cells))
        small = pc.less(pc.abs(cells), 1e15)
        if not pc.all(pc.and_(whole, small)).as_py():
            return None
        cells = cells.cast(pa.int64())
    if pa.types.is_boolean(cells.type):
        cells = pc.if_else(cells, "TRUE", "FALSE")
    cells = cells.cast(pa.string())
    texts = Texts.of_arrow(pc.fill_null(cells, "") if cells.null_count else cells)
    if isinstance(texts.words, list) or not column.is_free_text:
        return texts, np.ones(len(texts.words), dtype=np.bool_)
    ordinary = _ordinary(texts)
    if np.count_nonzero(~ordinary) > len(ordinary) // 2:  # likely spaces around all of them
        words = pc.ascii_trim_whitespace(texts.words)
        texts = Texts.of_arrow(words).spread(texts.codes)
        if isinstance(texts.words, list):
            return texts, np.ones(len(texts.words), dtype=np.bool_)
        ordinary = _ordinary(texts)
    return texts, ~ordinary


def _ordinary(texts: Texts) -> Mask:
    """Which words are read as they stand: no white space around, no guard, composed."""
    import pyarrow.compute as pc

    lengths, letters = texts.letters()
    codes = np.frombuffer(letters, dtype=np.uint8)
    if len(codes) == 0:
        return np.zeros(len(lengths), dtype=np.bool_)
    if codes.min() >= SPACE and codes.max() <= TILDE:
        last = np.cumsum(lengths) - 1
        begin, end = codes[np.minimum(last - lengths + 1, len(codes) - 1)], codes[last]
        plain = (begin != SPACE) & (end != SPACE) & (begin != APOSTROPHE)
        return np.asarray(plain & (lengths > 0))
    words = texts.words
    plain = pc.match_substring_regex(words, ORDINARY)
    plain = pc.and_not(plain, pc.starts_with(words, "'"))
    return np.asarray(pc.and_(plain, pc.equal(words, pc.utf8_normalize(words, form="NFC"))))
