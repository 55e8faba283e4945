"""Parquet files, typed columns and all."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from slopt.case.columns import Cell
from slopt.case.raw import RawTable
from slopt.errors import Problem

MAX_CELLS = 200_000_000
UNNAMED_INDEX = "__index_level_"
"""pandas writes an index without a name under this heading; it says nothing."""


def read_parquet(path: Path, name: str, problems: list[Problem]) -> RawTable | None:
    """One Parquet file -> RawTable. Nulls are blank; row 2 is the first row, as in a sheet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    def refuse(message: str, remedy: str) -> None:
        problems.append(Problem(message, remedy, table=name, file=path.name))

    try:
        meta = pq.read_metadata(path)
        if meta.num_rows * meta.num_columns > MAX_CELLS:
            refuse(
                f"The file has {meta.num_rows:,} rows x {meta.num_columns} columns.",
                f"Hand in at most {MAX_CELLS:,} cells.",
            )
            return None
        with pq.ParquetFile(path) as file:
            data = file.read()
        columns = [_cells(column) for column in data.columns]
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        reason = (str(error).splitlines() or ["no reason given"])[0].rstrip(".")
        refuse(
            f"The file cannot be read as Parquet: {reason}.",
            "Write it again as Parquet, or as CSV.",
        )
        return None
    kept = [
        place
        for place, title in enumerate(data.column_names)
        if not str(title).startswith(UNNAMED_INDEX)
    ]
    for place in kept:
        if columns[place] is None:
            title, kind = data.column_names[place], data.schema.types[place]
            refuse(
                f'Column "{title}" holds {kind} values.', "Write texts, numbers or true and false."
            )
    if any(columns[place] is None for place in kept):
        return None
    rows = list(range(2, data.num_rows + 2))
    header = [str(data.column_names[place]).strip() for place in kept]
    return RawTable(name, path.name, header, rows, [columns[place] or [] for place in kept])


def _cells(column: Any) -> list[Cell] | None:
    """The cells of a column; None where its values are no single texts, numbers or dates."""
    values: list[Any] = column.to_pylist()
    if any(isinstance(value, list | dict | tuple | bytes) for value in values):
        return None
    if any(isinstance(value, Decimal) for value in values):
        return [_number(value) if isinstance(value, Decimal) else value for value in values]
    return values


def _number(value: Decimal) -> float | int:
    return int(value) if value == value.to_integral_value() else float(value)
