"""A PostgreSQL server of the tests' own: in a folder of its own, on a socket in it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USERS = ("postgres", "nobody")
"""Whom the server runs as where the tests are root, whom it refuses."""


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl, None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _version(path: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in path.parent.parent.name.split(".") if part.isdigit())


@contextmanager
def running_server(programs: Path) -> Iterator[str]:
    """A server while it is needed; gives the URL of its database."""
    folder = Path(tempfile.mkdtemp(prefix="slopt-pg-"))
    owner = None
    if os.geteuid() == 0:
        owner = next(user for user in USERS if _exists(user))
        shutil.chown(folder, owner)

    def run(program: str, *words: str) -> None:
        with (folder / "log.txt").open("ab") as log:
            subprocess.run(
                [programs / program, *words],
                user=owner,
                cwd=folder,
                stdout=log,
                stderr=log,
                check=True,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)},
            )

    data = str(folder / "data")
    try:
        run("initdb", "-D", data, "-U", "slopt", "-A", "trust", "-E", "UTF8", "--no-sync")
        settings = f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=40"
        run("pg_ctl", "-D", data, "-w", "-l", str(folder / "server.txt"), "-o", settings, "start")
        try:
            yield f"postgresql://slopt@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
