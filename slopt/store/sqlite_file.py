"""A store in one SQLite file, through Python's own library.

SQLAlchemy would take longer to import than a small case to solve, and adds nothing here: the
statements are the same text for both databases.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from slopt.sayings import in_a_row, say
from slopt.store.backend import Result
from slopt.store.statements import GET_LAYOUT, LAYOUT, PUT_LAYOUT, SQLITE_TYPES, TABLE_NAMES, tables
from slopt.store.trouble import StoreTrouble

PATIENCE_S = 30.0
"""How long a writer waits for others; each of them takes milliseconds."""
PAUSE_S = 0.02


class _Session:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, statement: str, **values: Any) -> Result:
        cursor = self._connection.execute(statement, values)
        return Result(cursor.fetchall(), cursor.rowcount)


class SqliteFile:
    """An open file. It belongs to the thread and the process that opened it."""

    def __init__(self, path: Path, create: bool, makes_folder: bool = False) -> None:
        """Open the file, or make it; StoreTrouble where that cannot be done.

        Its folder is made with it only where `makes_folder`: elsewhere the path may be a slip.
        """
        self._path = path
        with self._told():
            if create:
                if makes_folder:
                    path.parent.mkdir(parents=True, exist_ok=True)
                elif not path.parent.exists():
                    raise StoreTrouble(
                        say(
                            "There is no folder {parent}. Make it, or set SLOPT_STORE to a file in "
                            "another one.",
                            parent=path.parent,
                        )
                    )
                self._connection = self._connect(path.absolute().as_uri() + "?mode=rwc")
            else:
                self._connection = self._open_to_read()
            try:
                self._require_own()
                if create:
                    self._prepare()
                self.has_tables = self._has_tables()
                if self.has_tables:
                    self._check_layout()
            except BaseException:
                self.close()
                raise

    def _connect(self, uri: str) -> sqlite3.Connection:
        connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE_S, isolation_level=None)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("SELECT name FROM sqlite_master LIMIT 1")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _open_to_read(self) -> sqlite3.Connection:
        """As others write it; where the folder is read-only, as a file that does not change."""
        uri = self._path.absolute().as_uri()
        try:
            return self._connect(uri + "?mode=rw")
        except sqlite3.OperationalError:
            if Path(f"{self._path}-wal").exists():
                raise
            return self._connect(uri + "?mode=ro&immutable=1")

    def _prepare(self) -> None:
        """Make the tables, once. Others may do the same at the same moment."""
        if self._has_tables(TABLE_NAMES):
            return
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
                break
            except sqlite3.OperationalError as error:
                # SQLite does not wait by itself for a change of the journal.
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(PAUSE_S)
        with self.writing() as session:
            is_store = self._has_tables()
            if is_store:
                self._check_layout()
            for statement in tables(SQLITE_TYPES):
                session.run(statement)
            if not is_store:
                session.run(PUT_LAYOUT, version=LAYOUT)

    def _names(self) -> set[str]:
        return {row[0] for row in self._connection.execute("SELECT name FROM sqlite_master")}

    def _has_tables(self, names: Iterable[str] = TABLE_NAMES[:1]) -> bool:
        return self._names().issuperset(names)

    def _require_own(self) -> None:
        """Refuse a file with the tables of some other program; it is not touched."""
        if self._names() and not self._has_tables():
            raise StoreTrouble(
                say(
                    "{path} is not a store of runs: it has other tables. Set SLOPT_STORE "
                    "to another file.",
                    path=self._path,
                )
            )

    def _check_layout(self) -> None:
        found = max((row[0] for row in self._connection.execute(GET_LAYOUT)), default=LAYOUT)
        if found > LAYOUT:
            raise newer_layout(str(self._path), found)

    @contextmanager
    def reading(self) -> Iterator[_Session]:
        """A transaction that only reads."""
        with self._told(), self._transaction("BEGIN"):
            yield _Session(self._connection)

    @contextmanager
    def writing(self) -> Iterator[_Session]:
        """A transaction of the only writer, synced to disk at its end."""
        with self._told(), self._transaction("BEGIN IMMEDIATE"):
            yield _Session(self._connection)

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        self._connection.execute(begin)
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the file; the last one to do so folds the log back into it."""
        self._connection.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Failures of SQLite and of the system as StoreTrouble."""
        try:
            yield
        except sqlite3.Error as error:
            raise StoreTrouble(self._words(error)) from error
        except OSError as error:
            raise StoreTrouble(
                say(
                    "{path} cannot be written: {reason}. Set SLOPT_STORE to a file that "
                    "can, or to none.",
                    path=self._path,
                    reason=error.strerror or error,
                )
            ) from error

    def _words(self, error: sqlite3.Error) -> str:
        code = getattr(error, "sqlite_errorcode", None)
        primary = None if code is None else code & 0xFF
        elsewhere = say("Set SLOPT_STORE to a file that can be written, or to none.")
        if primary == sqlite3.SQLITE_NOTADB:
            return say(
                "{path} is not a store of runs. Move it away, or set SLOPT_STORE.", path=self._path
            )
        if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return say(
                "{path} was in use by others for {seconds} s. Try again, or find "
                "the program that holds it open.",
                path=self._path,
                seconds=f"{PATIENCE_S:g}",
            )
        if primary == sqlite3.SQLITE_FULL:
            return in_a_row(
                say("{path} cannot grow: the disk is full.", path=self._path), elsewhere
            )
        if primary in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
            return in_a_row(
                say("{path} cannot be written: {reason}.", path=self._path, reason=error), elsewhere
            )
        if primary == sqlite3.SQLITE_CORRUPT:
            return say(
                "{path} is damaged: {reason}. Move it away; what can be read of it "
                "comes back with the .recover command of sqlite3.",
                path=self._path,
                reason=error,
            )
        return in_a_row(
            say("{path} cannot be used: {reason}.", path=self._path, reason=error), elsewhere
        )


def newer_layout(place: str, found: int) -> StoreTrouble:
    """A store that this slopt does not know how to write."""
    return StoreTrouble(
        say(
            "{place} was written by a newer slopt (layout {found}; this one knows "
            "{layout}). Update slopt, or set SLOPT_STORE to another place.",
            place=place,
            found=found,
            layout=LAYOUT,
        )
    )
