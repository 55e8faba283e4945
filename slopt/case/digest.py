"""The hash of a case: over what it says, not over how its files say it.

Every column has a hash of its own, from the bytes of its values: numbers to 15 digits, which is
what workbooks keep of them; texts as their words in the order of their rows, and the word of each
row. The hash of the case is over these and the settings.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.digits import to_digits
from slopt.case.texts import Texts

DIGITS = 15
BLOCK = 1 << 20
"""Numbers that are rounded at a time, which bounds the memory that takes."""
WORTH_THREADS = 1_000_000
"""Cells from which columns are hashed side by side."""


def digest(settings: Mapping[str, Any], tables: Mapping[str, str]) -> str:
    """SHA-256 of settings, and of tables by the digest of each, in hexadecimal."""
    return _of_json([settings, tables])


def table_digest(columns: Mapping[str, NDArray[Any] | Texts]) -> str:
    """SHA-256 of the columns of a table, whatever their order."""
    if sum(map(len, columns.values())) < WORTH_THREADS:
        hashes = [column_digest(column) for column in columns.values()]
    else:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor() as pool:
            hashes = list(pool.map(column_digest, columns.values()))
    return _of_json(dict(zip(columns, hashes, strict=True)))


def _of_json(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def column_digest(column: NDArray[Any] | Texts) -> str:
    """SHA-256 of the values of one column; the same for a value in all rows, however it is held."""
    sha = hashlib.sha256(f"{len(column)}:".encode())
    if isinstance(column, Texts):
        lengths, letters = column.letters()
        sha.update(lengths.astype("<i4").tobytes())
        sha.update(letters)
        sha.update(column.codes.astype("<i4").tobytes())
    elif column.dtype == np.bool_:
        sha.update(column.tobytes())
    elif _is_one_value(column):
        sha.update(_canonical(column[:1]).tobytes())
    else:
        for begin in range(0, len(column), BLOCK):
            sha.update(_canonical(column[begin : begin + BLOCK]).tobytes())
    return sha.hexdigest()


def _is_one_value(column: NDArray[np.float64]) -> bool:
    if len(column) == 0 or column.strides == (0,):
        return True
    first = column[0]
    return bool(np.isnan(column).all() if np.isnan(first) else (column == first).all())


def _canonical(values: NDArray[np.float64]) -> NDArray[np.float64]:
    rounded = to_digits(values, DIGITS)
    rounded[np.isnan(rounded)] = np.nan  # there are many, and one is enough
    return np.asarray(rounded, dtype="<f8")
