"""A planning case as contents that are kept by their hash, and the case made of them again.

What is kept are the values that were read, to the last bit, not the files they stood in: a case
comes back the same when its folder has changed, moved or gone. Two runs on the same table share
its content.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import (
    CaseInfo,
    Horizon,
    Limits,
    PlanChoice,
    PlanningCase,
    Settings,
    SolveOptions,
    Table,
    Words,
)
from slopt.case.schema import BY_NAME
from slopt.case.settings import risk_of
from slopt.case.texts import Texts
from slopt.case.typed import absent_column
from slopt.store.arrays import pack, unpack
from slopt.vocabulary import Goal, Lang, Period

MOST_BYTES = 32 * 1024**2
"""Inputs above this are kept by their hash alone: half a million segments, or some more."""
SETTINGS = "settings"
MODEL = "model"
TABLE = "table:"


@dataclass(frozen=True)
class Content:
    """Some bytes, what they are of a run, and their SHA-256."""

    role: str
    data: bytes

    @property
    def hash(self) -> str:
        """In hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


def contents_of(case: PlanningCase) -> list[Content] | None:
    """The settings and the tables of a case; None where they are too large to be copied."""
    if sum(_size(table) for table in case.tables.values()) > MOST_BYTES:
        return None
    found = [Content(SETTINGS, settings_content(case.settings))]
    found += [Content(TABLE + name, _pack_table(table)) for name, table in case.tables.items()]
    return found


def settings_content(settings: Settings) -> bytes:
    """Settings as JSON, in one order."""
    return json.dumps(asdict(settings), sort_keys=True).encode()


def case_from(contents: Mapping[str, bytes]) -> PlanningCase:
    """The case that these contents, by role, are of.

    What slopt has learnt to read since then has its default. Raises ValueError, KeyError or
    TypeError where the contents are not those of a case.
    """
    tables = {
        schema: _unpack_table(schema, contents[TABLE + schema])
        for schema in BY_NAME
        if TABLE + schema in contents
    }
    return PlanningCase(_settings(json.loads(contents[SETTINGS])), tables)


def _settings(values: Mapping[str, Any]) -> Settings:
    case, plan = dict(values["case"]), dict(values["plan"])
    case["period"], plan["goal"] = Period(case["period"]), Goal(plan["goal"])
    case["language"] = Lang(case.get("language", Lang.EN))
    return Settings(
        CaseInfo(**case),
        PlanChoice(**plan),
        Limits(**values["limits"]),
        Words(**values["words"]),
        SolveOptions(**values["solve"]),
        Horizon(**values.get("horizon", {})),
        risk_of(values.get("risk", {})),
    )


def _size(table: Table) -> int:
    total = 0
    for name in table:
        column = table.column(name)
        codes = column.codes if isinstance(column, Texts) else column
        total += 0 if codes.strides == (0,) else codes.nbytes
        if isinstance(column, Texts):
            total += len(column.letters()[1])
    return total


def _pack_table(table: Table) -> bytes:
    columns, arrays = [], []
    for name in table:
        column = table.column(name)
        if isinstance(column, Texts):
            lengths, letters = column.letters()
            is_list = isinstance(column.words, list)
            codes, repeated = _once(column.codes)
            columns.append({"name": name, "repeated": repeated, "list": is_list})
            arrays += [codes, lengths, np.frombuffer(letters, dtype=np.uint8)]
        else:
            values, repeated = _once(column)
            columns.append({"name": name, "repeated": repeated})
            arrays.append(values)
    rows = table.rows
    is_run = isinstance(rows, range)
    if not is_run:
        arrays.append(np.array(rows, dtype=np.int64))
    head = {
        "file": table.file,
        "columns": columns,
        "count": len(table),
        "rows": [rows.start, rows.stop, rows.step] if isinstance(rows, range) else None,
    }
    return pack(head, arrays)


def _once(values: NDArray[Any]) -> tuple[NDArray[Any], bool]:
    """One value where it stands in all rows without being held there."""
    repeated = values.strides == (0,) and len(values) > 0
    return (values[:1] if repeated else values), repeated


def _unpack_table(name: str, data: bytes) -> Table:
    head, arrays = unpack(data)
    left = iter(arrays)
    count = head["count"]
    columns = {entry["name"]: _column(entry, left, count) for entry in head["columns"]}
    for column in BY_NAME[name].columns:
        if column.name not in columns:
            columns[column.name] = absent_column(column, count)
    rows: Sequence[int] = range(*head["rows"]) if head["rows"] else next(left).tolist()
    return Table(name, columns, rows, head["file"])


def _column(
    entry: Mapping[str, Any], left: Iterator[NDArray[Any]], count: int
) -> NDArray[Any] | Texts:
    values = next(left)
    if entry["repeated"]:
        values = np.broadcast_to(values[0], (count,))
    if "list" not in entry:
        return values
    lengths, letters = next(left), next(left)
    return Texts(_words(lengths, letters.tobytes(), entry["list"]), values)


def _words(lengths: NDArray[np.int32], letters: bytes, is_list: bool) -> Any:
    ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    if not is_list:
        import pyarrow as pa

        buffers = pa.py_buffer(ends.tobytes()), pa.py_buffer(letters)
        return pa.StringArray.from_buffers(len(lengths), *buffers)
    return [
        letters[a:b].decode() for a, b in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ]
