"""Where a case in partitions lies: small tables as files, segments and offers as folders of parts.

CASE/case.toml  tiers.csv  resources.csv  usage.csv  response.csv  rules.csv     as ever
CASE/segments.parquet/part-00000.parquet  part-00001.parquet  ...
CASE/offers.parquet/part-00000.parquet  ...     offers of the segments in the part of that name
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from slopt.case.parquet_file import parquet_size
from slopt.case.read import IN_PARTS
from slopt.case.set_words import is_in_table
from slopt.errors import InvalidInput, Problem, UsageError
from slopt.sayings import say


@dataclass(frozen=True)
class Source:
    """One partition of a case: all that it takes to make it, wherever the folder can be read.

    `place` counts the partitions from 0. `overrides` are settings by key, as `--set` gives them.
    """

    folder: str
    part: str
    place: int
    overrides: tuple[tuple[str, str], ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The files of this partition, as problems name them."""
        return tuple(f"{table}.parquet/{self.part}" for table in IN_PARTS)


def sources(folder: Path, overrides: Mapping[str, str]) -> list[Source]:
    """The partitions of the case in a folder, by the names of their files.

    Raises UsageError where cells are overridden and where segments are not in parts, InvalidInput
    where offers have a part that segments have not.
    """
    for path in filter(is_in_table, overrides):
        raise UsageError(
            say(
                "--set {path}: of a case in parts only settings can be overridden. "
                "Change the table.",
                path=path,
            )
        )
    parts = {table: _parts(folder / f"{table}.parquet") for table in IN_PARTS}
    if not parts["segments"]:
        raise UsageError(
            say(
                "{folder} has no folder segments.parquet with Parquet files in it. A "
                "cluster solves cases whose segments are in parts; leave out --cluster "
                "for any other case.",
                folder=folder,
            )
        )
    strange = sorted(set(parts["offers"]) - set(parts["segments"]))
    if strange:
        raise InvalidInput(
            [
                Problem(
                    say(
                        "There is no segments.parquet/{part} whose offers these could be.",
                        part=part,
                    ),
                    say("Give the offers of a part the name of its segments' file."),
                    table="offers",
                    file=f"offers.parquet/{part}",
                )
                for part in strange
            ]
        )
    given = tuple(sorted(overrides.items()))
    where = str(folder.resolve())
    return [Source(where, part, place, given) for place, part in enumerate(parts["segments"])]


def _parts(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    names = (file.name for file in folder.glob("*.parquet") if _has_rows(file))
    return sorted(name for name in names if name[0] not in "._~")


def _has_rows(file: Path) -> bool:
    """False for parts without rows, as some programs write them."""
    size = parquet_size(file)
    return size is None or size[0] > 0
