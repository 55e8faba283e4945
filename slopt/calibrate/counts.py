"""The logs as small tables of counts and sums, by segment and tier: all that estimates need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from slopt.calibrate.database import Database, texts
from slopt.calibrate.history import History
from slopt.calibrate.means import Sums
from slopt.calibrate.tallies import (
    AccountCells,
    AnswerCells,
    Cells,
    Indices,
    Numbers,
    Weeks,
    no_cells,
)

BLOCKS = 8
"""Equal spans of time into which the log is cut; the last quarter of them is held back to test."""
HELD_BACK = 2


class Counts:
    """Questions to the tables `orders` and `accounts`, answered as arrays.

    `segments` and `tiers` are the names in the order of all indices.
    """

    def __init__(self, database: Database, history: History) -> None:
        self._database = database
        self._tables = {
            table for (table,) in database.rows("SELECT table_name FROM information_schema.tables")
        }
        self.has_orders = "orders" in self._tables
        self.has_accounts = "accounts" in self._tables
        self.segments, self.tiers = self._names("segment"), self._names("tier")
        self.period_days = history.period_days
        self.period_months = history.period_months
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
            for table in ("orders", "accounts", "typed_customers")
            if table in self._tables
        ]
        self._database.run(
            f"CREATE TABLE {column}_index AS SELECT label, row_number() OVER (ORDER BY label) - 1 "
            f"AS place FROM (SELECT DISTINCT label FROM ({' UNION ALL '.join(parts)}) "
            "WHERE label IS NOT NULL)"
        )
        rows = self._database.rows(f"SELECT label FROM {column}_index ORDER BY place")
        return [str(label) for (label,) in rows]

    def service(self) -> Cells:
        """Orders by segment, tier and block of time; hits are those served as promised."""
        if not self.has_orders:
            return no_cells()
        cells = self._database.columns(
            f"SELECT s, k, {self._block()} AS b, sum(n) AS n, sum(n * (1 - failed)) AS hits "
            "FROM orders_placed WHERE failed IS NOT NULL GROUP BY ALL ORDER BY ALL"
        )
        return Cells(
            _index(cells["s"]), _index(cells["k"]), cells["n"], cells["hits"], _index(cells["b"])
        )

    def account_service(self) -> tuple[Cells, bool]:
        """Service by churn records: failures by orders, else customers without any.

        True as the second where a case is a customer, not an order.
        """
        (known,) = self._database.row(
            "SELECT count(*) FILTER (WHERE failures IS NOT NULL AND orders > 0) FROM accounts"
        )
        base, good = ("n", "n * (1 - had_failure)")
        if known:
            base, good = ("n * orders", "n * (orders - failures)")
        cells = self._database.columns(
            f"SELECT s, k, 0 AS b, sum({base}) AS n, sum({good}) AS hits FROM accounts_placed "
            "WHERE failures IS NOT NULL GROUP BY ALL ORDER BY ALL"
        )
        read = Cells(
            _index(cells["s"]), _index(cells["k"]), cells["n"], cells["hits"], _index(cells["b"])
        )
        return read, not known

    def sums(
        self, amount: str, base: str, table: str = "orders", by: str = "pair", part: str = "all"
    ) -> Sums:
        """Sums of an amount and its base over rows, by pair (segment x tiers + tier), or segment.

        `part` is `all` of the log, its `early` blocks, or the `late` ones that are held back.
        """
        group = f"s * {len(self.tiers)} + k" if by == "pair" else "s"
        groups = len(self.segments) * (len(self.tiers) if by == "pair" else 1)
        test = {
            "all": "true",
            "early": f"{self._block()} < {BLOCKS - HELD_BACK}",
            "late": f"{self._block()} >= {BLOCKS - HELD_BACK}",
        }[part]
        answer = self._database.columns(
            f"SELECT {group} AS g, count(*) AS rows, sum(m) AS m, sum(c) AS c, sum(c * c) AS cc, "
            f"sum(c * m) AS cm, sum(m * m) AS mm FROM (SELECT *, n * {amount} AS c, "
            f"n * {base} AS m FROM {table}_placed WHERE {test}) "
            "WHERE c IS NOT NULL AND m > 0 GROUP BY g ORDER BY g"
        )
        where = _index(answer["g"])
        columns = []
        for name in ("rows", "m", "c", "cc", "cm", "mm"):
            column = np.zeros(groups)
            column[where] = answer[name]
            columns.append(column)
        return Sums(*columns)

    def span_periods(self) -> float | None:
        """Length of the order log in periods; None without days."""
        if not self.has_orders:
            return None
        (days,) = self._database.row(
            "SELECT (epoch(max(time)) - epoch(min(time))) / 86400.0 FROM orders"
        )
        return None if not days else float(days) / self.period_days

    def volumes(self, periods: int) -> tuple[Numbers, Numbers]:
        """Customers and orders a period of each segment, means of the last whole periods.

        Without a customer in the log, customers are NaN.
        """
        answer = self._database.columns(
            "SELECT s, sum(customers) AS customers, sum(orders) AS orders FROM ("
            "SELECT s, date_sub('month', time, (SELECT max(time) FROM orders)) "
            f"// {self.period_months} AS p, "
            "count(DISTINCT customer) AS customers, sum(n) AS orders FROM orders_placed "
            f"WHERE time IS NOT NULL GROUP BY s, p) WHERE p < {periods} GROUP BY s ORDER BY s"
        )
        return (
            self._spread(answer["s"], answer["customers"] / periods),
            self._spread(answer["s"], answer["orders"] / periods),
        )

    def distinct_customers(self) -> Numbers:
        """Customers of each segment in the whole order log; 0 where it has no customer."""
        answer = self._database.columns(
            "SELECT s, count(DISTINCT customer) AS n FROM orders_placed GROUP BY s ORDER BY s"
        )
        return self._spread(answer["s"], answer["n"])

    def account_totals(self) -> tuple[Numbers, Numbers, Numbers]:
        """Customers of each segment; their orders and revenue in the record's time, or NaN."""
        answer = self._database.columns(
            "SELECT s, sum(n) AS n, sum(n * orders) / sum(n) AS orders, "
            "sum(n * revenue) / sum(n) AS revenue FROM accounts_placed GROUP BY s ORDER BY s"
        )
        return tuple(  # type: ignore[return-value]
            self._spread(answer["s"], answer[column]) for column in ("n", "orders", "revenue")
        )

    def use_of_tiers(self, offered: NDArray[np.bool_]) -> Numbers:
        """Orders, else customers, of offered pairs in the last quarter of the log.

        Where a segment has none there, those of the whole log. Shape (segments, tiers).
        """
        table = "orders" if self.has_orders else "accounts"
        late = f"{self._block()} >= {BLOCKS - HELD_BACK}" if self.has_orders else "true"
        answer = self._database.columns(
            f"SELECT s, k, sum(n) AS n, coalesce(sum(n) FILTER (WHERE {late}), 0) AS late "
            f"FROM {table}_placed GROUP BY s, k ORDER BY s, k"
        )
        used = np.zeros((2, len(self.segments), len(self.tiers)))
        used[0, _index(answer["s"]), _index(answer["k"])] = answer["n"]
        used[1, _index(answer["s"]), _index(answer["k"])] = answer["late"]
        used = used * offered.reshape(used[0].shape)
        is_late = used[1].sum(axis=1, keepdims=True) > 0
        return np.asarray(np.where(is_late, used[1], used[0]))

    def use_of_pairs(self) -> Numbers:
        """Orders, else customers, of each pair in the whole log."""
        table = "orders" if self.has_orders else "accounts"
        answer = self._database.columns(
            f"SELECT s * {len(self.tiers)} + k AS g, sum(n) AS n FROM {table}_placed "
            "GROUP BY g ORDER BY g"
        )
        used = np.zeros(len(self.segments) * len(self.tiers))
        used[_index(answer["g"])] = answer["n"]
        return used

    def answers(self) -> AnswerCells:
        """Answers of dissatisfaction; from orders, else from churn records."""
        table = "orders" if self.has_orders else "accounts"
        failed = "failed" if self.has_orders else "had_failure"
        late = "late" if self.has_orders else "CAST(NULL AS DOUBLE)"
        cells = self._database.columns(
            f"SELECT s, CASE WHEN {failed} IN (0, 1) THEN CAST({failed} AS INT) "
            f"ELSE -1 END AS f, {late} AS late, "
            f"sum(n) AS n, sum(n * bad) AS bad FROM {table}_placed WHERE bad IS NOT NULL "
            "GROUP BY ALL ORDER BY ALL"
        )
        return AnswerCells(
            _index(cells["s"]), _index(cells["f"]), cells["late"].astype(np.float64), cells["n"],
            cells["bad"],
        )  # fmt: skip

    def scores(self) -> dict[str, Numbers]:
        """Scores by segment: n, mean, sd, of_9 (9 and above), of_6 (6 and below), low, high.

        Each has a number for every segment, 0 where nobody was asked.
        """
        table = "orders" if self.has_orders else "accounts"
        answer = self._database.columns(
            "SELECT s, sum(n) AS n, sum(n * score) / sum(n) AS mean, "
            "sqrt(greatest(0, sum(n * score * score) / sum(n) - (sum(n * score) / sum(n)) ** 2)) "
            "AS sd, sum(n) FILTER (WHERE score >= 9) AS of_9, "
            "sum(n) FILTER (WHERE score <= 6) AS of_6, min(score) AS low, max(score) AS high "
            f"FROM {table}_placed WHERE score IS NOT NULL GROUP BY s ORDER BY s"
        )
        where = answer.pop("s")
        return {name: self._spread(where, np.nan_to_num(its)) for name, its in answer.items()}

    def accounts(self) -> AccountCells:
        """Customers of whom it is known whether they left."""
        cells = self._database.columns(
            "SELECT s, k, band, coalesce(CAST(had_failure AS INT), -1) AS f, sum(n) AS n, "
            "sum(n * left_us) AS gone FROM accounts_placed WHERE left_us IS NOT NULL "
            "GROUP BY ALL ORDER BY ALL"
        )
        return AccountCells(
            _index(cells["s"]), _index(cells["k"]), _index(cells["band"]), _index(cells["f"]),
            cells["n"], cells["gone"],
        )  # fmt: skip

    def revenue_of_customers(self) -> Numbers:
        """Revenue of each customer in the log, largest first; those without a name left out."""
        if self.has_orders:
            source = (
                "SELECT sum(n * revenue) AS r FROM orders "
                "WHERE customer IS NOT NULL AND revenue IS NOT NULL GROUP BY customer"
            )
        else:
            source = "SELECT revenue AS r FROM accounts WHERE n = 1 AND revenue IS NOT NULL"
        answer = self._database.columns(f"SELECT r FROM ({source}) ORDER BY r DESC")
        return np.asarray(answer["r"], np.float64)

    def orders_of_customers(self) -> tuple[float, float, float]:
        """Customers in the log, those with two orders or more, and all their orders."""
        several, customers, orders = self._database.row(
            "SELECT count(*) FILTER (WHERE n > 1), count(*), coalesce(sum(n), 0) FROM "
            "(SELECT sum(n) AS n FROM orders WHERE customer IS NOT NULL GROUP BY customer)"
        )
        return float(customers), float(several), float(orders)

    def weeks(self, on: dt.date, treated: Sequence[str]) -> Weeks:
        """Orders, those served as promised and sales, by whole weeks before and after a day.

        Treated are the named segments, all of them where none is named.
        """
        test = f"segment IN {texts(treated)}" if treated else "true"
        days = f"date_diff('day', DATE '{on.isoformat()}', CAST(time AS DATE))"
        answer = self._database.columns(
            f"SELECT CAST({test} AS INT) AS treated, CAST(floor({days} / 7.0) AS INT) AS week, "
            "sum(n) AS n, sum(n * (1 - failed)) AS good, sum(n * coalesce(revenue, 1)) AS sales "
            "FROM orders WHERE time IS NOT NULL AND failed IS NOT NULL GROUP BY ALL ORDER BY ALL"
        )
        whole = (answer["week"] > answer["week"].min()) & (answer["week"] < answer["week"].max())
        kept = {column: values[whole] for column, values in answer.items()}
        return Weeks(
            kept["treated"] == 1, kept["week"] >= 0, kept["n"], kept["good"], kept["sales"]
        )

    def _block(self) -> str:
        return (
            f"coalesce(CAST(least({BLOCKS - 1}, floor({BLOCKS} * (epoch(time) - "
            "(SELECT epoch(min(time)) FROM orders)) / greatest(1, (SELECT epoch(max(time)) - "
            "epoch(min(time)) FROM orders)))) AS INT), 0)"
        )

    def _spread(self, where: Numbers, values: Numbers) -> Numbers:
        column = np.zeros(len(self.segments))
        column[_index(where)] = values
        return column


def _index(values: NDArray[np.generic]) -> Indices:
    return np.asarray(values).astype(np.int64)
