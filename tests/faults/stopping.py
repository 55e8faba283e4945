"""Long commands stopped at a random moment: what they leave, and whether the next one goes on."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

import pyarrow.parquet as pq
from processes import contents, is_told, start, with_environment

LONG = {
    "solve": "solve scms_deliveries",
    "frontier": "frontier scms_deliveries --points 15",
    "sweep": "sweep scms_deliveries --vary limits.budget=0.9x:1.1x:40 --workers 2",
    "sensitivity": "sensitivity tiny",
    "diagnose": "diagnose scms_deliveries --set limits.budget=100000",
    "alternatives": "alternatives scms_deliveries",
    "explain": "explain scms_deliveries --limits --rules",
    "compare": "compare scms_deliveries",
}
"""Commands that take more than a moment, by name, without where they write."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
ENDINGS = {130, -signal.SIGINT, -signal.SIGTERM}
"""How a command ends that was stopped. Shells tell 130 for SIGINT as well: CPython ends by it where
it came while a library was being loaded; and SIGTERM counts before there is anybody to hear it."""
GRACE_S = 60.0


def remains(folder: Path) -> list[str]:
    """What is wrong with the files of an answer, in words: none of them may be a half."""
    wrong = []
    for name, content in contents(folder).items() if folder.exists() else ():
        path = folder / name
        if path.name.startswith("."):
            continue
        try:
            if path.suffix == ".json":
                json.loads(content)
            if path.suffix == ".parquet":
                pq.read_table(path)
            elif not content.endswith(b"\n"):
                wrong.append(f"{name} ends in the middle of a line")
        except Exception as error:
            wrong.append(f"{name}: {error}")
    return wrong


def drafts(folder: Path) -> list[str]:
    """Files that were not moved into place."""
    return [name for name in contents(folder) if Path(name).name.startswith(".")]


def damage(store: Path) -> list[str]:
    """What SQLite finds wrong with a store, in its words."""
    if not store.exists() or not store.stat().st_size:
        return []
    with closing(sqlite3.connect(store)) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    return [] if found == ["ok"] else found


def faults_of_stopping(name: str, sign: signal.Signals, after_s: float, folder: Path) -> list[str]:
    """Stop a command so many seconds after its start; what is wrong then, in words."""
    out, store = folder / "out", folder / "runs.sqlite"
    before = contents(out) if out.exists() else {}
    process = start(*LONG[name].split(), "--out", out, env=_environment(store))
    with suppress(subprocess.TimeoutExpired):
        process.wait(after_s)
    was_running = process.poll() is None
    if sign is signal.SIGKILL:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
    else:
        process.send_signal(sign)
    try:
        _, err = process.communicate(timeout=GRACE_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return [f"it went on for {GRACE_S:.0f} s after {sign.name}"]
    wrong = [*remains(out), *damage(store)]
    if was_running and sign is not signal.SIGKILL:
        if process.returncode not in ENDINGS | {0, 4}:
            wrong.append(f"exit code {process.returncode}: {err[-500:]}")
        if out.exists() and drafts(out):
            wrong.append(f"drafts are left: {drafts(out)}")
        # Python itself says so where it is stopped while it is still being started.
        if process.returncode == 130 and not is_told(err, ()):
            wrong.append(err[-2000:])
        if process.returncode == 130 and not _is_one_answer(before, out):
            wrong.append("files of two runs are mixed")
    return wrong


def _is_one_answer(before: Mapping[str, bytes], out: Path) -> bool:
    """Whether the files that a run writes were all left alone, or are all there anew."""
    now = contents(out) if out.exists() else {}
    return not now or set(now) == set(before) or not before


def _environment(store: Path) -> dict[str, str]:
    return with_environment(SLOPT_STORE=str(store))


def seconds_of(name: str, folder: Path) -> float:
    """How long a command takes on this machine when nobody stops it; it must end well."""
    begin = time.perf_counter()
    process = start(
        *LONG[name].split(), "--out", folder / "out", env=_environment(folder / "runs.sqlite")
    )
    _, err = process.communicate(timeout=600)
    assert process.returncode in (0, 4), err
    return time.perf_counter() - begin


def moment(chance: random.Random, seconds: float) -> float:
    """A moment within a run, and a little beyond; early ones, while it starts, are as likely."""
    return chance.uniform(0.05, 1.1) * seconds
