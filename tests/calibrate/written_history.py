"""Histories written for a test: the TOML text and its logs, in a folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

CASE = '[case]\nname = "Test"\ncurrency = "EUR"\nperiod = "year"\ndiscount_rate = 0.1\n'
LEVEL = '\n[[assume]]\ntable = "tiers"\ncolumn = "service_level"\nvalue = 0.9\n'


def csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A CSV text; None is an empty cell."""
    lines = [",".join(columns)]
    lines += [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
    return "\n".join(lines) + "\n"


def write_history(folder: Path, text: str, files: Mapping[str, str], case: str = CASE) -> Path:
    """Write history.toml and the logs; the path of the former."""
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    path = folder / "history.toml"
    path.write_text(case + text, encoding="utf-8")
    return path
