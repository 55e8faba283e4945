"""Where runs are kept: a file beside the case, the file of the user, or a server for a team."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from slopt.case.find import find_case
from slopt.sayings import say
from slopt.shipped import folder
from slopt.store.trouble import StoreTrouble

FILE = "slopt_runs.sqlite"
VARIABLE = "SLOPT_STORE"
NOWHERE = "none"
SQLITE = "sqlite:///"
SERVERS = ("postgresql://", "postgres://")


@dataclass(frozen=True, repr=False)
class Place:
    """A store, not opened yet.

    `address` is the path of a file or the URL of a PostgreSQL database. `label` names the case
    whose runs are meant where the store holds those of other cases too; None for all of them.
    `makes_folder` is true where its folder is slopt's own, and is made with it.
    """

    address: str
    label: str | None = None
    makes_folder: bool = False

    def __repr__(self) -> str:
        return f"Place({self.shown!r}, {self.label!r})"

    @property
    def is_server(self) -> bool:
        """True for a database server, False for a file."""
        return self.address.startswith(SERVERS)

    @property
    def shown(self) -> str:
        """The address as it may be shown and written down: without a password."""
        if not self.is_server:
            return self.address
        scheme, _, rest = self.address.partition("://")
        before, sign, host = rest.rpartition("@")
        user = before.partition(":")[0]
        return f"{scheme}://{user}{sign}{host.partition('?')[0]}"


def place_of(named: str, environment: Mapping[str, str] | None = None) -> Place | None:
    """Where the runs of a case are kept; None where none are to be.

    Raises UsageError where there is neither such a case nor another store than its own,
    StoreTrouble where SLOPT_STORE says what is none.
    """
    chosen = os.environ if environment is None else environment
    if chosen.get(VARIABLE, "").strip():
        # The case may be on another machine, or have gone: its runs are there all the same.
        return _chosen(chosen[VARIABLE].strip(), Path(named).resolve().name)
    path = find_case(named).resolve()
    label = path.name
    if path.is_relative_to(folder("data").resolve()):
        return Place(str(of_the_user(chosen)), label, makes_folder=True)
    if path.is_dir():
        return Place(str(path / FILE))
    return Place(str(path.parent / FILE), label)


def place_here(environment: Mapping[str, str] | None = None) -> Place | None:
    """The store that is meant where no case is named.

    That of SLOPT_STORE, else that of the current folder where it is a case or has one, else that
    of the user, which holds the runs of the shipped examples.
    """
    chosen = os.environ if environment is None else environment
    if chosen.get(VARIABLE, "").strip():
        return _chosen(chosen[VARIABLE].strip(), None)
    try:
        here = Path.cwd()
    except FileNotFoundError as error:
        raise StoreTrouble(
            say("The current folder has been removed. Go to another one.")
        ) from error
    is_case = (here / "case.toml").is_file() and not here.is_relative_to(folder("data").resolve())
    if is_case or (here / FILE).is_file():
        return Place(str(here / FILE))
    return Place(str(of_the_user(chosen)), makes_folder=True)


def _chosen(text: str, label: str | None) -> Place | None:
    if text.casefold() == NOWHERE:
        return None
    if text.startswith(SQLITE):
        text = text.removeprefix(SQLITE)
        if not text or "?" in text:
            raise StoreTrouble(
                say(
                    "{variable} begins with {sqlite} and then has to be the path of a "
                    "file, nothing more: {sqlite}runs.sqlite here, "
                    "{sqlite}/data/runs.sqlite from the root.",
                    variable=VARIABLE,
                    sqlite=SQLITE,
                )
            )
    if "://" in text and not text.startswith(SERVERS):
        kind = text.partition("://")[0]
        raise StoreTrouble(
            say(
                "{variable} begins with {kind}://, which slopt does not know. Give the "
                "path of a file, postgresql://USER@HOST/DATABASE, or {nowhere}.",
                variable=VARIABLE,
                kind=kind,
                nowhere=NOWHERE,
            )
        )
    if "://" not in text:
        path = Path(text).expanduser().absolute()
        text = str(path / FILE if path.is_dir() else path)
    return Place(text, label)


def of_the_user(environment: Mapping[str, str]) -> Path:
    """The file in the user's data folder, where the system keeps such things."""
    if environment.get("XDG_DATA_HOME"):
        base = Path(environment["XDG_DATA_HOME"])
    elif sys.platform == "win32" and environment.get("LOCALAPPDATA"):
        base = Path(environment["LOCALAPPDATA"])
    else:
        try:
            home = Path.home()
        except RuntimeError as error:
            raise StoreTrouble(
                say(
                    "There is no home folder to keep runs in. Set {variable} to the path "
                    "of a file.",
                    variable=VARIABLE,
                )
            ) from error
        is_mac = sys.platform == "darwin"
        base = home / ("Library/Application Support" if is_mac else ".local/share")
    return base / "slopt" / FILE
