"""The tables that the logs were made into, with the names in the order of all indices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.calibrate.database import Database
from slopt.calibrate.history import History
from slopt.calibrate.tallies import Indices, Numbers

BLOCKS = 8
"""Equal spans of time into which the log is cut; the last quarter of them is held back to test."""
HELD_BACK = 2


class Prepared:
    """The tables `orders` and `accounts`. `segments` and `tiers` are the names by their indices."""

    def __init__(self, database: Database, history: History) -> None:
        self.database = database
        self._tables = {
            table for (table,) in database.rows("SELECT table_name FROM information_schema.tables")
        }
        self.has_orders = "orders" in self._tables
        self.has_accounts = "accounts" in self._tables
        self.segments, self.tiers = self._names("segment"), self._names("tier")
        self.period_days = history.period_days
        self.period_months = history.period_months
        self.change = history.change
        for table in ("orders", "accounts"):
            if table in self._tables:
                database.run(
                    f"CREATE VIEW {table}_placed AS SELECT t.*, s.place AS s, k.place AS k "
                    f"FROM {table} t JOIN segment_index s ON s.label = t.segment "
                    "JOIN tier_index k ON k.label = t.tier"
                )

    def _names(self, column: str) -> list[str]:
        parts = [
            f"SELECT {column} AS label FROM {table}"
            for table in ("orders", "accounts", "typed_customers", "typed_trial")
            if table in self._tables
        ]
        self.database.run(
            f"CREATE TABLE {column}_index AS SELECT label, row_number() OVER (ORDER BY label) - 1 "
            f"AS place FROM (SELECT DISTINCT label FROM ({' UNION ALL '.join(parts)}) "
            "WHERE label IS NOT NULL)"
        )
        rows = self.database.rows(f"SELECT label FROM {column}_index ORDER BY place")
        return [str(label) for (label,) in rows]

    def span_periods(self) -> float | None:
        """Length of the order log in periods; None without days."""
        if not self.has_orders:
            return None
        (days,) = self.database.row(
            "SELECT (epoch(max(time)) - epoch(min(time))) / 86400.0 FROM orders"
        )
        return None if not days else float(days) / self.period_days

    def block(self) -> str:
        """SQL for the block of time of an order; the first where it has no day."""
        return (
            f"coalesce(CAST(least({BLOCKS - 1}, floor({BLOCKS} * (epoch(time) - "
            "(SELECT epoch(min(time)) FROM orders)) / greatest(1, (SELECT epoch(max(time)) - "
            "epoch(min(time)) FROM orders)))) AS INT), 0)"
        )

    def spread(self, where: Numbers, values: Numbers) -> Numbers:
        """Values of some segments, by index, as those of all: 0 for the others."""
        column = np.zeros(len(self.segments))
        column[index(where)] = values
        return column


def index(values: NDArray[np.generic]) -> Indices:
    """Whole numbers that came as floats."""
    return np.asarray(values).astype(np.int64)
