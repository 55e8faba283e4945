"""Questions about customers, answered as arrays: who left, who came back, who complained."""

from __future__ import annotations

import math

import numpy as np

from slopt.calibrate.accounts import band_of
from slopt.calibrate.prepared import Prepared, index
from slopt.calibrate.tallies import AccountCells, Cells, Indices, Numbers


class CustomerCounts(Prepared):
    """What the tables say of customers."""

    def accounts(self) -> AccountCells:
        """Customers of whom it is known whether they left."""
        cells = self.database.columns(
            "SELECT s, k, band, coalesce(CAST(had_failure AS INT), -1) AS f, sum(n) AS n, "
            "sum(n * left_us) AS gone FROM accounts_placed WHERE left_us IS NOT NULL "
            "GROUP BY ALL ORDER BY ALL"
        )
        return AccountCells(
            index(cells["s"]), index(cells["k"]), index(cells["band"]), index(cells["f"]),
            cells["n"], cells["gone"],
        )  # fmt: skip

    def complaints(self) -> tuple[AccountCells, Indices]:
        """Customers as in `accounts`, and the worst outcome of their complaints, by cell."""
        cells = self.database.columns(
            "SELECT s, k, band, coalesce(CAST(had_failure AS INT), -1) AS f, outcome, "
            "sum(n) AS n, sum(n * left_us) AS gone FROM accounts_placed "
            "WHERE left_us IS NOT NULL GROUP BY ALL ORDER BY ALL"
        )
        read = AccountCells(
            index(cells["s"]), index(cells["k"]), index(cells["band"]), index(cells["f"]),
            cells["n"], cells["gone"],
        )  # fmt: skip
        return read, index(cells["outcome"])

    def account_service(self) -> tuple[Cells, bool]:
        """Service by churn records: failures by orders, else customers without any.

        True as the second where a case is a customer, not an order.
        """
        (known,) = self.database.row(
            "SELECT count(*) FILTER (WHERE failures IS NOT NULL AND orders > 0) FROM accounts"
        )
        base, good = ("n", "n * (1 - had_failure)")
        if known:
            base, good = ("n * orders", "n * (orders - failures)")
        cells = self.database.columns(
            f"SELECT s, k, 0 AS b, sum({base}) AS n, sum({good}) AS hits FROM accounts_placed "
            "WHERE failures IS NOT NULL GROUP BY ALL ORDER BY ALL"
        )
        read = Cells(
            index(cells["s"]), index(cells["k"]), cells["n"], cells["hits"], index(cells["b"])
        )
        return read, not known

    def account_totals(self) -> tuple[Numbers, Numbers, Numbers]:
        """Customers of each segment; their orders and revenue in the record's time, or NaN."""
        answer = self.database.columns(
            "SELECT s, sum(n) AS n, sum(n * orders) / sum(n) AS orders, "
            "sum(n * revenue) / sum(n) AS revenue FROM accounts_placed GROUP BY s ORDER BY s"
        )
        return tuple(  # type: ignore[return-value]
            self.spread(answer["s"], answer[column]) for column in ("n", "orders", "revenue")
        )

    def distinct_customers(self) -> Numbers:
        """Customers of each segment in the whole order log; 0 where it has no customer."""
        answer = self.database.columns(
            "SELECT s, count(DISTINCT customer) AS n FROM orders_placed GROUP BY s ORDER BY s"
        )
        return self.spread(answer["s"], answer["n"])

    def returns(self, bands: int) -> tuple[Numbers, Numbers, float, float]:
        """Who orders in a period, of those who are known to be still there.

        Of customers who ordered in one period and again in the one after next, or later: how many,
        and how many of them ordered in the period between, each by band of how often they ordered
        in the first. Then, of all who ordered in a period and not in the next, not counting the
        last: how many, and how many of them came back.
        """
        span = self.span_periods() or 0.0
        whole = math.floor(span * 1.02)
        if whole < 3:
            return np.zeros(bands), np.zeros(bands), 0.0, 0.0
        answer = self.database.columns(
            "WITH periods AS (SELECT customer, date_sub('month', time, (SELECT max(time) FROM "
            f"orders)) // {self.period_months} AS p, sum(n) AS n FROM orders "
            "WHERE customer IS NOT NULL AND time IS NOT NULL GROUP BY ALL), "
            "latest AS (SELECT customer, min(p) AS p FROM periods GROUP BY customer) "
            f"SELECT {band_of('a.n')} AS band, "
            "count(*) FILTER (WHERE l.p < a.p - 1) AS alive, "
            "count(b.n) FILTER (WHERE l.p < a.p - 1) AS ordered, "
            "count(*) - count(b.n) AS away, "
            "count(*) FILTER (WHERE b.n IS NULL AND l.p < a.p - 1) AS back FROM periods a "
            "JOIN latest l ON l.customer = a.customer "
            "LEFT JOIN periods b ON b.customer = a.customer AND b.p = a.p - 1 "
            f"WHERE a.p BETWEEN 2 AND {whole - 1} GROUP BY band ORDER BY band"
        )
        alive, ordered = np.zeros((2, bands))
        alive[index(answer["band"])] = answer["alive"]
        ordered[index(answer["band"])] = answer["ordered"]
        return alive, ordered, float(answer["away"].sum()), float(answer["back"].sum())

    def mean_orders(self) -> float:
        """Mean orders of the customers of `accounts`, 1 where that is unknown."""
        (mean,) = self.database.row("SELECT sum(n * orders) / sum(n) FROM accounts")
        return 1.0 if mean is None else float(mean)

    def revenue_of_customers(self) -> Numbers:
        """Revenue of each customer in the log, largest first; those without a name left out."""
        if self.has_orders:
            source = (
                "SELECT sum(n * revenue) AS r FROM orders "
                "WHERE customer IS NOT NULL AND revenue IS NOT NULL GROUP BY customer"
            )
        else:
            source = "SELECT revenue AS r FROM accounts WHERE n = 1 AND revenue IS NOT NULL"
        answer = self.database.columns(f"SELECT r FROM ({source}) ORDER BY r DESC")
        return np.asarray(answer["r"], np.float64)

    def orders_of_customers(self) -> tuple[float, float, float]:
        """Customers in the log, those with two orders or more, and all their orders."""
        several, customers, orders = self.database.row(
            "SELECT count(*) FILTER (WHERE n > 1), count(*), coalesce(sum(n), 0) FROM "
            "(SELECT sum(n) AS n FROM orders WHERE customer IS NOT NULL GROUP BY customer)"
        )
        return float(customers), float(several), float(orders)
