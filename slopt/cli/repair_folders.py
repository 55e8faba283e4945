"""The folders of ways out that `slopt diagnose --out` writes beside diagnosis.json."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slopt.plan.files import Content

CHANGES = "changes.csv"
OF_A_REPAIR = (
    CHANGES,
    "plan.csv",
    "resources.csv",
    "staff.csv",
    "projects.csv",
    "periods.csv",
    "promises.csv",
    "choices.csv",
    "result.json",
    "plan.parquet",
)
"""All that a folder may hold, of one period or of several."""


def write_repairs(out: Path, repairs: Mapping[int, Mapping[str, Content]]) -> None:
    """The files of each repair, by its place, in its folder; folders of an earlier run go."""
    from slopt.plan.files import write_files
    from slopt.study.diagnose.document import folder_of

    for place, files in repairs.items():
        stale = [name for name in OF_A_REPAIR if name not in files]
        write_files(out / folder_of(place), files, stale=stale)
    _remove_stale(out, [folder_of(place) for place in repairs])


def _remove_stale(out: Path, kept: Collection[str]) -> None:
    """Other folders of repairs, as far as they hold what was written then."""
    from slopt.plan.files import remove

    for folder in out.glob("repair_*") if out.is_dir() else ():
        is_ours = re.fullmatch(r"repair_[1-9]\d*", folder.name)
        if not is_ours or folder.name in kept or not folder.is_dir():
            continue
        for name in OF_A_REPAIR:
            remove(folder / name)
        if not any(folder.iterdir()):
            folder.rmdir()
