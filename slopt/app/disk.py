"""The case on disk: whether it is still what was read."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

SUFFIXES = (".csv", ".toml", ".parquet")
"""Of the files of a folder that are read; runs that are saved beside them change nothing."""


def stamp_of(place: Path) -> str:
    """A text that is another one once a file of the case was written, added or taken away."""
    known = sha256()
    for file in _files(place):
        try:
            its = file.stat()
        except OSError:
            continue
        known.update(f"{file.name} {its.st_size} {its.st_mtime_ns}\n".encode())
    return known.hexdigest()[:16]


def _files(place: Path) -> Iterator[Path]:
    """The workbook; or the files of the folder, and those of tables in parts."""
    try:
        inside = sorted(place.iterdir()) if place.is_dir() else [place]
        for file in inside:
            if file.suffix.casefold() not in SUFFIXES and file != place:
                continue
            yield from sorted(file.iterdir()) if file.is_dir() else (file,)
    except OSError:
        return
