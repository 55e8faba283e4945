"""Whether the rows of the smaller logs find the orders or customers that they speak of."""

from __future__ import annotations

from slopt.calibrate.database import Database, name
from slopt.calibrate.history import History
from slopt.errors import Problem
from slopt.sayings import say

SMALLER = ("lines", "surveys", "tickets")


def unmatched(database: Database, history: History) -> list[Problem]:
    """A problem for each log of which no row has an order, or customer, of any other log."""
    problems = []
    for small in SMALLER:
        log = history.logs.get(small)
        if log is None:
            continue
        pairs = [
            (key, large)
            for key, larges in (("order", ("orders",)), ("customer", ("orders", "customers")))
            for large in larges
            if log.has(key) and large in history.logs and history.logs[large].has(key)
        ]
        if not pairs or any(_matches(database, small, key, large) for key, large in pairs):
            continue
        key, large = pairs[0]
        (value,) = database.row(
            f"SELECT min({name(key)}) FROM typed_{small} WHERE {name(key)} IS NOT NULL"
        )
        (other,) = database.row(f"SELECT min({name(key)}) FROM typed_{large}")
        problems.append(
            Problem(
                say(
                    'No {key} of this log is in {file}: here they are like "{value}", '
                    'there like "{other}".',
                    key=key,
                    file=history.logs[large].file.name,
                    value=value,
                    other=other,
                ),
                say(
                    "Look at {key} in [{small}.columns] and in [{large}.columns].",
                    key=key,
                    small=small,
                    large=large,
                ),
                file=log.file.name,
                column=log.columns[key][0],
                value=value,
            )
        )
    return problems


def _matches(database: Database, small: str, key: str, large: str) -> bool:
    return bool(
        database.row(
            f"SELECT EXISTS (SELECT 1 FROM typed_{small} a JOIN typed_{large} b "
            f"ON a.{name(key)} = b.{name(key)})"
        )[0]
    )
