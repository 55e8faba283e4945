"""Paths of which one names some of the cells of another: the narrower one counts for these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from slopt.case.paths import Path


def is_part(path: Path, other: Path) -> bool:
    """True where a path names some, and not all, of the cells that another one names."""
    if (path.table, path.column.name) != (other.table, other.column.name) or path.is_setting:
        return False
    return len(path.rows) < len(other.rows) and bool(np.isin(path.rows, other.rows).all())


def without_narrower(paths: Sequence[Path]) -> list[Path]:
    """The paths, each without the cells that narrower ones of them name."""
    found = []
    for path in paths:
        taken = [other.rows for other in paths if is_part(other, path)]
        rows = np.setdiff1d(path.rows, np.concatenate(taken)) if taken else path.rows
        found.append(replace(path, rows=rows))
    return found
