"""Parquet files, typed columns and all."""

from __future__ import annotations

from pathlib import Path

from slopt.case.raw import RawTable
from slopt.errors import Problem

MAX_CELLS = 200_000_000


def read_parquet(path: Path, name: str, problems: list[Problem]) -> RawTable | None:
    """One Parquet file -> RawTable. Nulls are blank; row 2 is the first row, as in a sheet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        meta = pq.read_metadata(path)
        if meta.num_rows * meta.num_columns > MAX_CELLS:
            problems.append(
                Problem(
                    f"has {meta.num_rows:,} rows x {meta.num_columns} columns.",
                    f"Hand in at most {MAX_CELLS:,} cells.",
                    table=name,
                    file=path.name,
                )
            )
            return None
        data = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        problems.append(
            Problem(
                f"is not a Parquet file that can be read: {str(error).splitlines()[0]}.",
                "Write it again as Parquet, or as CSV.",
                table=name,
                file=path.name,
            )
        )
        return None
    columns = [column.to_pylist() for column in data.columns]
    rows = list(range(2, data.num_rows + 2))
    return RawTable(name, path.name, [str(title) for title in data.column_names], rows, columns)
