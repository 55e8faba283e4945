"""The logs as small tables of counts and sums, by segment and tier: all that estimates need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from slopt.calibrate.answer_counts import AnswerCounts
from slopt.calibrate.customer_counts import CustomerCounts
from slopt.calibrate.database import texts
from slopt.calibrate.means import Sums
from slopt.calibrate.prepared import BLOCKS, HELD_BACK, index
from slopt.calibrate.tallies import Cells, Numbers, Weeks, no_cells


class Counts(CustomerCounts, AnswerCounts):
    """Questions to the tables `orders` and `accounts`, answered as arrays."""

    def service(self, after: dt.date | None = None, treated: Sequence[str] = ()) -> Cells:
        """Orders by segment, tier and block of time; hits are those served as promised.

        With a day, those of the treated segments (of all, where none is named) only from that day.
        """
        if not self.has_orders:
            return no_cells()
        since = "true"
        if after is not None:
            others = f" OR segment NOT IN {texts(treated)}" if treated else ""
            since = f"(time IS NULL OR time >= DATE '{after.isoformat()}'{others})"
        cells = self.database.columns(
            f"SELECT s, k, {self.block()} AS b, sum(n) AS n, sum(n * (1 - failed)) AS hits "
            f"FROM orders_placed WHERE failed IS NOT NULL AND {since} GROUP BY ALL ORDER BY ALL"
        )
        return Cells(
            index(cells["s"]), index(cells["k"]), cells["n"], cells["hits"], index(cells["b"])
        )

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
            "early": f"{self.block()} < {BLOCKS - HELD_BACK}",
            "late": f"{self.block()} >= {BLOCKS - HELD_BACK}",
        }[part]
        answer = self.database.columns(
            f"SELECT {group} AS g, count(*) AS rows, sum(m) AS m, sum(c) AS c, sum(c * c) AS cc, "
            f"sum(c * m) AS cm, sum(m * m) AS mm FROM (SELECT *, n * {amount} AS c, "
            f"n * {base} AS m FROM {table}_placed WHERE {test}) "
            "WHERE c IS NOT NULL AND m > 0 GROUP BY g ORDER BY g"
        )
        where = index(answer["g"])
        columns = []
        for name in ("rows", "m", "c", "cc", "cm", "mm"):
            column = np.zeros(groups)
            column[where] = answer[name]
            columns.append(column)
        return Sums(*columns)

    def volumes(self, periods: int) -> tuple[Numbers, Numbers]:
        """Customers and orders a period of each segment, means of the last whole periods.

        Without a customer in the log, customers are NaN.
        """
        answer = self.database.columns(
            "SELECT s, sum(customers) AS customers, sum(orders) AS orders FROM ("
            "SELECT s, date_sub('month', time, (SELECT max(time) FROM orders)) "
            f"// {self.period_months} AS p, "
            "count(DISTINCT customer) AS customers, sum(n) AS orders FROM orders_placed "
            f"WHERE time IS NOT NULL GROUP BY s, p) WHERE p < {periods} GROUP BY s ORDER BY s"
        )
        return (
            self.spread(answer["s"], answer["customers"] / periods),
            self.spread(answer["s"], answer["orders"] / periods),
        )

    def use_of_tiers(self, offered: NDArray[np.bool_]) -> Numbers:
        """Orders, else customers, of offered pairs in the last quarter of the log.

        Where a segment has none there, those of the whole log. Shape (segments, tiers).
        """
        table = "orders" if self.has_orders else "accounts"
        late = f"{self.block()} >= {BLOCKS - HELD_BACK}" if self.has_orders else "true"
        answer = self.database.columns(
            f"SELECT s, k, sum(n) AS n, coalesce(sum(n) FILTER (WHERE {late}), 0) AS late "
            f"FROM {table}_placed GROUP BY s, k ORDER BY s, k"
        )
        used = np.zeros((2, len(self.segments), len(self.tiers)))
        used[0, index(answer["s"]), index(answer["k"])] = answer["n"]
        used[1, index(answer["s"]), index(answer["k"])] = answer["late"]
        used = used * offered.reshape(used[0].shape)
        is_late = used[1].sum(axis=1, keepdims=True) > 0
        return np.asarray(np.where(is_late, used[1], used[0]))

    def use_of_pairs(self) -> Numbers:
        """Orders, else customers, of each pair in the whole log."""
        table = "orders" if self.has_orders else "accounts"
        answer = self.database.columns(
            f"SELECT s * {len(self.tiers)} + k AS g, sum(n) AS n FROM {table}_placed "
            "GROUP BY g ORDER BY g"
        )
        used = np.zeros(len(self.segments) * len(self.tiers))
        used[index(answer["g"])] = answer["n"]
        return used

    def weeks(self, on: dt.date, treated: Sequence[str]) -> Weeks:
        """Orders, those served as promised and sales, by whole weeks before and after a day.

        Treated are the named segments, all of them where none is named. Weeks without an order
        are there with zeros.
        """
        test = f"segment IN {texts(treated)}" if treated else "true"
        days = f"date_diff('day', DATE '{on.isoformat()}', CAST(time AS DATE))"
        answer = self.database.columns(
            f"SELECT CAST({test} AS INT) AS treated, CAST(floor({days} / 7.0) AS INT) AS week, "
            "sum(n) AS n, sum(n * (1 - failed)) AS good, sum(n * coalesce(revenue, 1)) AS sales "
            "FROM orders WHERE time IS NOT NULL AND failed IS NOT NULL GROUP BY ALL ORDER BY ALL"
        )
        week = index(answer["week"])
        # The first and the last week of the log may not be whole.
        first, last = (int(week.min()) + 1, int(week.max())) if len(week) else (0, 0)
        length = max(last - first, 0)
        held = np.zeros((3, 2, length))
        whole = (week >= first) & (week < first + length)
        place = index(answer["treated"])[whole], week[whole] - first
        for row, column in enumerate(("n", "good", "sales")):
            held[row][place] = answer[column][whole]
        groups = [False, True] if treated else [True]
        n, good, sales = (held[row][[int(group) for group in groups]].ravel() for row in range(3))
        after = np.arange(first, first + length) >= 0
        return Weeks(np.repeat(groups, length), np.tile(after, len(groups)), n, good, sales)
