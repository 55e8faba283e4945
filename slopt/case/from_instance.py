"""A published knapsack instance -> the files of a planning case.

Group g becomes the segment `g1`, `g2` and so on; its items the tiers `i0`, `i1`, counted from 0 as
published answers count them. An item's value becomes a negative loss (`lost_sales` = -value): the
goal of the case is minus the published one, and a relative gap means what it means in print. An
item that a group does not have is an offer that is not allowed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from slopt.case.columns import Cell, show
from slopt.case.mmkp import Instance, Numbers, read_instance

MANY = 50_000
"""Offers beyond which their table is written as Parquet, which is read far faster."""
SETTINGS = """\
# Made from a published instance: one item of every group is taken, of the largest value in all.
# Value counts as negative loss, so the best value is the figure of the goal without its minus.

[case]
name = "{name}"
source = "{file}"

[plan]
goal = "min_lost_sales"

[words]
segment = "group"
tier = "item"
lost_sales = "minus the value"

[solve]
# Such instances are there to be solved to the end.
gap = 0
"""


def instance_files(path: Path) -> dict[str, bytes]:
    """The case of an instance file: file name -> content.

    Raises InvalidInput where the file is not an instance.
    """
    instance = read_instance(path)
    groups, width = len(instance.items), int(instance.items.max())
    names = [f"r{place}" for place in range(1, len(instance.capacity) + 1)]
    return {
        "case.toml": SETTINGS.format(name=_quoted(instance.name), file=_quoted(path.name)).encode(),
        "segments.csv": _table(
            ("segment", "customers"), [[f"g{g}" for g in range(1, groups + 1)], [1] * groups]
        ),
        "tiers.csv": _table(
            ("tier", "service_level"), [[f"i{k}" for k in range(width)], [1] * width]
        ),
        "resources.csv": _table(("resource", "capacity"), [names, instance.capacity.tolist()]),
        **_offers(instance, names),
    }


def _offers(instance: Instance, names: Sequence[str]) -> dict[str, bytes]:
    """Every item as an offer, and every item that is missing to a group as one not allowed."""
    items, width = instance.items, int(instance.items.max())
    there = np.arange(width) < items[:, None]
    segment = np.repeat(np.arange(1, len(items) + 1), width)
    tier = np.tile(np.arange(width), len(items))
    allowed = there.ravel()
    given = np.full((len(items) * width, 1 + len(names)), np.nan)
    given[allowed, 0] = -instance.value
    given[allowed, 1:] = instance.use
    columns: dict[str, list[Cell]] = {
        "segment": [f"g{g}" for g in segment.tolist()],
        "tier": [f"i{k}" for k in tier.tolist()],
        "allowed": list(map(bool, allowed)),
        "service_cost": [0.0] * len(segment),
        "lost_sales": _blanks(given[:, 0]),
        **{f"use:{name}": _blanks(given[:, 1 + r]) for r, name in enumerate(names)},
    }
    if len(segment) <= MANY:
        return {"offers.csv": _table(columns, list(columns.values()))}
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    return {"offers.parquet": sink.getvalue().to_pybytes()}


def _blanks(values: Numbers) -> list[Cell]:
    """Plain numbers, None for NaN, no minus before a zero."""
    return [None if value != value else value + 0.0 for value in values.tolist()]


def _table(header: Iterable[str], columns: Sequence[Sequence[Cell]]) -> bytes:
    """A CSV file of equally long columns."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([show(cell) for cell in row] for row in zip(*columns, strict=True))
    return text.getvalue().encode()


def _quoted(text: str) -> str:
    """Text as it may stand between the quotes of a TOML string, on one line."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return plain.replace("\\", "\\\\").replace('"', '\\"')
