"""What the store asks of a database. `sqlite_file` and `server` give it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Result:
    """The rows that a statement gave, and how many it changed."""

    rows: Sequence[Sequence[Any]]
    changed: int


class Session(Protocol):
    """One transaction: all of its statements count, or none."""

    def run(self, statement: str, **values: Any) -> Result:
        """Do one statement; `:name` in it is the value of that name."""
        ...


class Backend(Protocol):
    """An open database. Failures are StoreTrouble.

    `has_tables` is false where nothing was ever recorded.
    """

    has_tables: bool

    def reading(self) -> AbstractContextManager[Session]:
        """A transaction that only reads."""
        ...

    def writing(self) -> AbstractContextManager[Session]:
        """A transaction that no other writer interleaves with; on disk once it has ended."""
        ...

    def close(self) -> None:
        """Give the database back."""
        ...
