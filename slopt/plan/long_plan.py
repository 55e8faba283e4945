"""The plan of very many segments, written by columns: as CSV to the same letter, and as Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from slopt.case.digits import to_digits
from slopt.case.texts import Texts
from slopt.plan.rows import DIGITS

Numbers = NDArray[np.float64]
Columns = Mapping[str, Texts | Numbers]

BLOCK = 1 << 16
"""Rows that are written at a time."""
FORMULA_START = r"^'*[=+\-@\t\r]"
QUOTED = r"[,\"\r\n]"
"""Signs for which CSV puts a text in double quotes."""
PLAIN_SIZES = (1e-4, 1e10)
"""Sizes of numbers that Arrow writes without an exponent, as `%g` does."""


def write_csv(file: BinaryIO, columns: Columns) -> None:
    """Header, LF line ends, numbers to 14 digits, text never a formula; NaN is an empty cell."""
    file.write((",".join(columns) + "\n").encode())
    for block in _csv_blocks(columns):
        file.write(block)


def _csv_blocks(columns: Columns) -> Iterator[memoryview]:
    import pyarrow as pa
    import pyarrow.compute as pc

    count = len(next(iter(columns.values())))
    words = {
        name: _guarded(column.words)
        for name, column in columns.items()
        if isinstance(column, Texts)
    }
    for begin in range(0, count, BLOCK):
        rows = slice(begin, begin + BLOCK)
        cells = [
            words[name].take(pa.array(column.codes[rows]))
            if isinstance(column, Texts)
            else _number_texts(column[rows])
            for name, column in columns.items()
        ]
        lines = pc.binary_join_element_wise(*cells, ",")
        lines = pc.binary_join_element_wise(lines, "", "\n")
        _, offsets, letters = lines.buffers()
        ends = np.frombuffer(offsets, dtype=np.int32)
        yield memoryview(letters)[ends[lines.offset] : ends[lines.offset + len(lines)]]


def _guarded(words: Any) -> Any:
    """Words as they stand in a CSV file that a spreadsheet may open."""
    import pyarrow as pa
    import pyarrow.compute as pc

    words = pa.array(words, pa.string()) if isinstance(words, list) else words
    formula = pc.match_substring_regex(words, FORMULA_START)
    if pc.any(formula).as_py():
        words = pc.if_else(formula, pc.binary_join_element_wise("'", words, ""), words)
    quoted = pc.match_substring_regex(words, QUOTED)
    if pc.any(quoted).as_py():
        inner = pc.replace_substring(words, '"', '""')
        words = pc.if_else(quoted, pc.binary_join_element_wise('"', inner, '"', ""), words)
    return words


def _number_texts(values: Numbers) -> Any:
    """Numbers to 14 digits as `%g` writes them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rounded = to_digits(values, DIGITS)
    texts = pc.fill_null(pa.array(rounded, from_pandas=True).cast(pa.string()), "")
    size = np.abs(rounded)
    odd = ((size < PLAIN_SIZES[0]) & (size > 0)) | (size >= PLAIN_SIZES[1])
    if odd.any():
        written = [f"{v:.{DIGITS}g}" for v in values[odd].tolist()]
        texts = pc.replace_with_mask(texts, pa.array(odd), pa.array(written, pa.string()))
    return texts


def write_parquet(file: BinaryIO, columns: Columns) -> None:
    """The same figures, typed; what is not known is null."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(
        {
            name: column.as_arrow()
            if isinstance(column, Texts)
            else pa.array(to_digits(column, DIGITS), from_pandas=True)
            for name, column in columns.items()
        }
    )
    pq.write_table(table, file)
