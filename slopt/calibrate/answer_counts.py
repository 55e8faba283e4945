"""Questions about what customers say and do: scores, lateness, reactions, sales by level."""

from __future__ import annotations

import datetime as dt

import numpy as np

from slopt.calibrate.prepared import Prepared, index
from slopt.calibrate.tallies import AnswerCells, LatenessCells, Numbers, ServedCells


class AnswerCounts(Prepared):
    """What the tables say of answers."""

    def answers(self) -> AnswerCells:
        """Answers of dissatisfaction; from orders, else from churn records."""
        table = "orders" if self.has_orders else "accounts"
        failed = "failed" if self.has_orders else "had_failure"
        late = "late" if self.has_orders else "CAST(NULL AS DOUBLE)"
        cells = self.database.columns(
            f"SELECT s, CASE WHEN {failed} IN (0, 1) THEN CAST({failed} AS INT) "
            f"ELSE -1 END AS f, {late} AS late, "
            f"sum(n) AS n, sum(n * bad) AS bad FROM {table}_placed WHERE bad IS NOT NULL "
            "GROUP BY ALL ORDER BY ALL"
        )
        return AnswerCells(
            index(cells["s"]), index(cells["f"]), cells["late"].astype(np.float64), cells["n"],
            cells["bad"],
        )  # fmt: skip

    def lateness(self) -> LatenessCells:
        """Orders by tier and lateness, failed or not."""
        cells = self.database.columns(
            "SELECT k, late, failed > 0 AS f, sum(n) AS n FROM orders_placed "
            "WHERE late IS NOT NULL AND failed IS NOT NULL GROUP BY ALL ORDER BY ALL"
        )
        n = cells["n"]
        return LatenessCells(index(cells["k"]), cells["late"], n, n * (cells["f"] == 1))

    def scores(self) -> dict[str, Numbers]:
        """Scores by segment: n, mean, sd, of_9 (9 and above), of_6 (6 and below), low, high.

        Each has a number for every segment, 0 where nobody was asked.
        """
        table = "orders" if self.has_orders else "accounts"
        answer = self.database.columns(
            "SELECT s, sum(n) AS n, sum(n * score) / sum(n) AS mean, "
            "sqrt(greatest(0, sum(n * score * score) / sum(n) - (sum(n * score) / sum(n)) ** 2)) "
            "AS sd, sum(n) FILTER (WHERE score >= 9) AS of_9, "
            "sum(n) FILTER (WHERE score <= 6) AS of_6, min(score) AS low, max(score) AS high "
            f"FROM {table}_placed WHERE score IS NOT NULL GROUP BY s ORDER BY s"
        )
        where = answer.pop("s")
        return {name: self.spread(where, np.nan_to_num(its)) for name, its in answer.items()}

    def reactions(self) -> list[tuple[str, str, float]]:
        """Reactions to stock-outs: segment ("" where unknown), text and how many."""
        return self.database.rows(
            "SELECT coalesce(segment, ''), reaction, sum(coalesce(count, 1.0)) "
            "FROM typed_stock_outs WHERE reaction IS NOT NULL GROUP BY ALL ORDER BY ALL"
        )

    def sales_rows(self) -> list[tuple[str, float, float, float, str]]:
        """Sales at levels: segment (`*` where unknown), level, sales, weight and method."""
        return self.database.rows(
            "SELECT coalesce(segment, '*'), level, sales, coalesce(weight, 1.0), "
            "lower(coalesce(method, 'two points')) FROM typed_sales "
            "WHERE level IS NOT NULL AND sales IS NOT NULL AND coalesce(weight, 1.0) > 0 "
            "ORDER BY ALL"
        )

    def served_at(self, on: dt.date | None, periods: int) -> ServedCells:
        """Orders, else customers, by segment, tier and whether they came on that day or later.

        Orders are those of the last so many periods; without days those of the whole log.
        """
        if not self.has_orders:
            cells = self.database.columns(
                "SELECT s, k, 0 AS later, sum(n) AS n, 0.0 AS known, 0.0 AS good "
                "FROM accounts_placed GROUP BY ALL ORDER BY ALL"
            )
        else:
            later = "false" if on is None else f"time >= DATE '{on.isoformat()}'"
            window = (
                "time IS NULL OR date_sub('month', time, (SELECT max(time) FROM orders)) "
                f"// {self.period_months} < {periods}"
            )
            cells = self.database.columns(
                f"SELECT s, k, CAST(coalesce({later}, false) AS INT) AS later, sum(n) AS n, "
                "coalesce(sum(n) FILTER (WHERE failed IS NOT NULL), 0) AS known, "
                "coalesce(sum(n * (1 - failed)) FILTER (WHERE failed IS NOT NULL), 0) AS good "
                f"FROM orders_placed WHERE {window} GROUP BY ALL ORDER BY ALL"
            )
        return ServedCells(
            index(cells["s"]), index(cells["k"]), index(cells["later"]), cells["n"],
            cells["known"], cells["good"],
        )  # fmt: skip
