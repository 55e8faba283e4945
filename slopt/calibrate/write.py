"""Where histories are found, and where the case goes: whole or not at all, over its like only."""

from __future__ import annotations

import json
from pathlib import Path

from slopt.calibrate.calibrate import REPORT, Calibration
from slopt.calibrate.tables import WRITTEN_BY
from slopt.case.columns import suggest
from slopt.case.schema import BY_NAME
from slopt.errors import UsageError
from slopt.plan.files import json_text, write_files
from slopt.sayings import in_a_row, later, say
from slopt.shipped import folder

FILE = "history.toml"
MADE = ("segments", "tiers", "offers", "response", "sources")
"""The tables that calibration makes."""


def histories() -> dict[str, Path]:
    """Shipped histories by name."""
    return {path.parent.name: path for path in sorted(folder("data").glob(f"*/{FILE}"))}


def find_history(name: str) -> Path:
    """The history file at a path, or in a folder, or the shipped one of that name."""
    path = Path(name)
    if path.is_dir() and (path / FILE).is_file():
        return path / FILE
    if path.is_file():
        return path
    shipped = histories()
    if name in shipped:
        return shipped[name]
    raise UsageError(
        in_a_row(
            say('There is no history "{name}": no file, no example.', name=name),
            suggest(name, list(shipped), later("Examples are: {known}.")),
        )
    )


def refuse_foreign(target: Path) -> None:
    """Raise UsageError where the target holds what calibration did not write."""
    if target.exists() and not target.is_dir():
        raise UsageError(say('"{target}" is a file. Name a folder for the case.', target=target))
    settings = target / "case.toml"
    written = settings.is_file() and settings.read_text("utf-8", "replace").startswith(WRITTEN_BY)
    if target.is_dir() and any(target.iterdir()) and not written:
        raise UsageError(
            say(
                'The folder "{target}" holds something else than a case written by '
                "slopt calibrate. Name a new one.",
                target=target,
            )
        )


def write_calibration(calibration: Calibration, target: Path) -> list[str]:
    """Write the case and `calibration.json`; names of the files.

    Tables that an earlier run wrote and this one does not are removed; what the user added stays.
    Calibration without a case is not for writing.
    """
    files = {**calibration.files, REPORT: json_text(calibration.document())}
    stale = {f"{name}.csv" for name in (*MADE, *_made_before(target))} - files.keys()
    write_files(target, files, sorted(stale))
    return list(files)


def _made_before(target: Path) -> set[str]:
    """Tables of which an earlier run found estimates; none where its report cannot be read."""
    try:
        document = json.loads((target / REPORT).read_text("utf-8"))
        return {str(each["table"]) for each in document["estimates"]} & BY_NAME.keys()
    except (OSError, ValueError, KeyError, TypeError):
        return set()
