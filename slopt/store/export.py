"""All runs as one table in a Parquet file, a row a run, for whoever likes to count themselves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import IO, Any

from slopt.store.run import RunLine

TEXTS = ("run", "made_by", "command", "case", "named", "status", "case_hash", "model")
NUMBERS = ("service_cost", "lost_sales", "total_cost", "seconds")
VALUES = ("overrides", "options", "versions")
COLUMNS = (
    "run", "made", "made_by", "command", "case", "named", "overrides", "options", "status",
    *NUMBERS, "tags", "case_hash", "inputs_kept", "model", "seed", "versions",
)  # fmt: skip


def write_runs(lines: Sequence[RunLine], file: IO[bytes]) -> None:
    """The runs, newest first; what is a table in itself is JSON, the tags are a list."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = []
    for line in lines:
        row = line.as_dict() | {"made": line.made}
        rows.append(row | {name: json.dumps(row[name]) for name in VALUES})
    kinds = {
        **dict.fromkeys((*TEXTS, *VALUES), pa.string()),
        **dict.fromkeys(NUMBERS, pa.float64()),
        "made": pa.timestamp("ms", "UTC"),
        "tags": pa.list_(pa.string()),
        "inputs_kept": pa.bool_(),
        "seed": pa.int64(),
    }
    schema = pa.schema([(name, kinds[name]) for name in COLUMNS])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), file)
