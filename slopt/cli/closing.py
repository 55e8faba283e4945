"""The last lines of commands: what was written, or how to have it written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from slopt.cli.speaking import spoken


def written(out: Path, names: Iterable[str], seconds: float | None = None) -> str:
    """The files that were written and, where that is told, how long all of it took."""
    _, files = spoken(), "  ".join(names)
    if seconds is None:
        return _("wrote {folder}: {files}", folder=out, files=files)
    took = f"{seconds:.2f}"
    return _("wrote {folder}: {files}   {took} s", folder=out, files=files, took=took)


def how_to_write() -> str:
    """How to have the files of an answer written."""
    _ = spoken()
    return _("Files: add --out DIR")
