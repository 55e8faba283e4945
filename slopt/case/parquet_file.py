"""Parquet files, typed columns and all."""

from __future__ import annotations

from pathlib import Path

from slopt.case.arrow_cells import cells_of
from slopt.case.memory import available, bytes_of_table, in_words
from slopt.case.raw import RawTable
from slopt.errors import Problem
from slopt.sayings import say

UNNAMED_INDEX = "__index_level_"
"""pandas writes an index without a name under this heading; it says nothing."""


def parquet_size(path: Path) -> tuple[int, int] | None:
    """(rows, columns) from the metadata; None where it cannot be read, which reading will say."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        meta = pq.read_metadata(path)
    except (pa.ArrowException, OSError, ValueError):
        return None
    return meta.num_rows, meta.num_columns


def read_parquet(path: Path, name: str, problems: list[Problem]) -> RawTable | None:
    """One Parquet file -> RawTable. Nulls are blank; row 2 is the first row, as in a sheet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    def refuse(message: str, remedy: str) -> None:
        problems.append(Problem(message, remedy, table=name, file=path.name))

    try:
        meta = pq.read_metadata(path)
        needed, free = bytes_of_table(meta.num_rows, meta.num_columns), available()
        if free is not None and needed > free:
            refuse(
                say(
                    "The file has {num_rows} rows x {num_columns} columns, which need about "
                    "{needed} of memory; {free} are free.",
                    num_rows=f"{meta.num_rows:,}",
                    num_columns=meta.num_columns,
                    needed=in_words(needed),
                    free=in_words(free),
                ),
                say("Hand in less, or take a larger machine."),
            )
            return None
        with pq.ParquetFile(path, memory_map=True, pre_buffer=False) as file:
            data = file.read()
        names, kinds = data.column_names, data.schema.types
        columns = []
        while data.num_columns:  # each column is let go once it is in one piece
            columns.append(cells_of(data.column(0)))
            data = data.remove_column(0)
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        reason = (str(error).splitlines() or ["no reason given"])[0].rstrip(".")
        refuse(
            say("The file cannot be read as Parquet: {reason}.", reason=reason),
            say("Write it again as Parquet, or as CSV."),
        )
        return None
    kept = [place for place, title in enumerate(names) if not str(title).startswith(UNNAMED_INDEX)]
    for place in kept:
        if columns[place] is None:
            title, kind = names[place], kinds[place]
            refuse(
                say('Column "{title}" holds {kind} values.', title=title, kind=kind),
                say("Write texts, numbers or true and false."),
            )
    if any(columns[place] is None for place in kept):
        return None
    rows = range(2, meta.num_rows + 2)
    header = [str(names[place]).strip() for place in kept]
    return RawTable(name, path.name, header, rows, [columns[place] or [] for place in kept])
