"""A store on a PostgreSQL server, for a team, through SQLAlchemy. Imported only where one is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from slopt.sayings import say
from slopt.store.backend import Result
from slopt.store.place import Place
from slopt.store.sqlite_file import newer_layout
from slopt.store.statements import (
    GET_LAYOUT,
    LAYOUT,
    POSTGRESQL_TYPES,
    PUT_LAYOUT,
    TABLE_NAMES,
    tables,
)
from slopt.store.trouble import StoreTrouble

PATIENCE_S = 5
"""How long a server that does not answer is waited for."""
LOCK = 0x510D7
"""The advisory lock that writers take, held until the end of their transaction."""
TAKE_LOCK = f"SELECT pg_advisory_xact_lock({LOCK})"
IS_THERE = "SELECT to_regclass(:name) IS NOT NULL"


class _Session:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def run(self, statement: str, **values: Any) -> Result:
        done = self._connection.execute(_text(statement), values)
        rows = done.fetchall() if done.returns_rows else []
        return Result(rows, done.rowcount)


class Server:
    """A database on a server, one connection that lives as long as this does."""

    def __init__(self, place: Place, create: bool) -> None:
        """Connect, and make the tables where they are to be; StoreTrouble where it cannot be."""
        self._shown = place.shown
        self._connection: Any = None
        with self._told():
            self._connection = _engine(place.address).connect()
            try:
                if create and not self._has_tables(TABLE_NAMES):
                    self._prepare()
                self.has_tables = self._has_tables()
                if self.has_tables:
                    self._check_layout()
                self._connection.rollback()
            except BaseException:
                self.close()
                raise

    def _prepare(self) -> None:
        """Make the tables, once. Others may do the same at the same moment."""
        with self.writing() as session:
            is_store = self._has_tables()
            if is_store:
                self._check_layout()
            for statement in tables(POSTGRESQL_TYPES):
                session.run(statement)
            if not is_store:
                session.run(PUT_LAYOUT, version=LAYOUT)

    def _has_tables(self, names: Iterable[str] = TABLE_NAMES[:1]) -> bool:
        session = _Session(self._connection)
        return all(session.run(IS_THERE, name=name).rows[0][0] for name in names)

    def _check_layout(self) -> None:
        rows = _Session(self._connection).run(GET_LAYOUT).rows
        found = max((row[0] for row in rows), default=LAYOUT)
        if found > LAYOUT:
            raise newer_layout(self._shown, found)

    @contextmanager
    def reading(self) -> Iterator[_Session]:
        """A transaction that only reads."""
        with self._told():
            self._connection.rollback()
            with self._connection.begin():
                yield _Session(self._connection)

    @contextmanager
    def writing(self) -> Iterator[_Session]:
        """A transaction of the only writer."""
        with self._told():
            self._connection.rollback()
            with self._connection.begin():
                session = _Session(self._connection)
                session.run(TAKE_LOCK)
                yield session

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection.engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Failures of the server as StoreTrouble."""
        from sqlalchemy.exc import SQLAlchemyError

        try:
            yield
        except SQLAlchemyError as error:
            reason = " ".join(str(getattr(error, "orig", None) or error).split())
            raise StoreTrouble(
                say(
                    "{shown} did not answer as a store: {reason}. Check the address in "
                    "SLOPT_STORE, the server and the rights of the user; or set it to none.",
                    shown=self._shown,
                    reason=reason.rstrip("."),
                )
            ) from error


@cache
def _text(statement: str) -> Any:
    from sqlalchemy import text

    return text(statement)


def _engine(address: str) -> Any:
    """The engine of an address; a server that is silent is given up after some seconds."""
    settings = {"application_name": "slopt"}
    try:
        from sqlalchemy import create_engine
        from sqlalchemy.engine import make_url
        from sqlalchemy.pool import NullPool

        url = make_url(address).set(drivername="postgresql+psycopg")
        if "connect_timeout" not in url.query:
            settings["connect_timeout"] = str(PATIENCE_S)
        return create_engine(url, poolclass=NullPool, connect_args=settings)
    except ImportError as error:
        raise StoreTrouble(
            say(
                "A store on PostgreSQL needs SQLAlchemy and psycopg: pip install "
                "sqlalchemy 'psycopg[binary]'. Or set SLOPT_STORE to the path of a "
                "file."
            )
        ) from error
