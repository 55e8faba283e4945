"""Customers into segments, and the rows that no segment or tier is known for taken out."""

from __future__ import annotations

from slopt.calibrate.database import Database, text
from slopt.calibrate.history import Grouping, History
from slopt.errors import Problem, Severity
from slopt.sayings import say

ALL = "all"
"""The one segment of a log that names none."""
TODAY = "today"
"""The one tier of a log that names none."""
NEW = "new"
"""Customers whose first order comes after the time by which segments are made."""


def assign_segments(database: Database, history: History, margin: float) -> list[Problem]:
    """Fill segment and tier in `orders` and `typed_customers`; what has none is taken out.

    Segments by behaviour are made from the time before the last period, so that the churn of the
    last period is not foretold by itself. `margin` turns revenue into profit.
    """
    warnings: list[Problem] = []
    tables = [("orders", "orders"), ("customers", "typed_customers")]
    tables = [(log, table) for log, table in tables if log in history.logs]
    if len(tables) == 2 and history.logs["orders"].has("customer"):
        _homes(database)
    if history.segmentation.by is not Grouping.KEY:
        _by_behaviour(database, history, margin)
        if history.mapped("segment"):
            by = history.segmentation.by.value
            warnings.append(
                Problem(
                    say(
                        "Segments are made by {by}: the mapped column of segment is not used.",
                        by=by,
                    ),
                    say('Take segment out of the columns, or write by = "key" under [segments].'),
                    file=history.path.name,
                    column="segments.by",
                    value=by,
                    severity=Severity.WARNING,
                )
            )
    for log, table in tables:
        for column, alone in (("segment", ALL), ("tier", TODAY)):
            if not _is_known(history, column):
                database.run(f"UPDATE {table} SET {column} = {text(alone)}")
                continue
            amount = "sum(n)" if table == "orders" else "count(*)"
            (missing,) = database.row(
                f"SELECT coalesce({amount}, 0) FROM {table} WHERE {column} IS NULL"
            )
            if missing:
                database.run(f"DELETE FROM {table} WHERE {column} IS NULL")
                warnings.append(
                    Problem(
                        say(
                            "{missing} {log} have no {column}.",
                            missing=f"{missing:,.0f}",
                            log=log,
                            column=column,
                        ),
                        say("They are left out."),
                        file=history.logs[log].file.name,
                        severity=Severity.WARNING,
                    )
                )
    return warnings


def _homes(database: Database) -> None:
    """Customers whose record names no segment or tier have those of most of their orders."""
    database.run(
        "CREATE TABLE homes AS SELECT customer, mode(segment ORDER BY segment) AS segment, "
        "mode(tier ORDER BY tier) AS tier FROM orders WHERE customer IS NOT NULL GROUP BY customer"
    )
    database.run(
        "UPDATE typed_customers SET segment = coalesce(typed_customers.segment, h.segment), "
        "tier = coalesce(typed_customers.tier, h.tier) FROM homes h "
        "WHERE h.customer = typed_customers.customer"
    )


def _is_known(history: History, column: str) -> bool:
    if column == "segment" and history.segmentation.by is not Grouping.KEY:
        return True
    return history.mapped(column)


def _by_behaviour(database: Database, history: History, margin: float) -> None:
    """Segments by quantiles; ties go together, so that groups may differ in size."""
    groups = history.segmentation.groups
    database.run(
        "CREATE TABLE behaviour AS SELECT customer, max(time) AS latest, sum(n) AS orders, "
        "sum(n * revenue) AS revenue, "
        f"sum(n * (coalesce(revenue, 0) * {margin} - coalesce(cost, 0))) AS profit FROM orders "
        f"WHERE time <= {cutoff(history)} AND customer IS NOT NULL GROUP BY customer"
    )

    def group(order: str) -> str:
        return (
            f"CAST(1 + floor({groups} * (rank() OVER (ORDER BY {order}) - 1.0) "
            "/ count(*) OVER ()) AS INT)"
        )

    if history.segmentation.by is Grouping.PROFIT:
        label = f"CASE WHEN profit < 0 THEN 'loss' ELSE 'profit ' || {group('profit')} END"
    else:
        label = (
            f"'R' || {group('latest')} || ' F' || {group('orders')} || ' V' || {group('revenue')}"
        )
    database.run(f"CREATE TABLE groups AS SELECT customer, {label} AS segment FROM behaviour")
    for table in ("orders", "typed_customers"):
        if table == "orders" or "customers" in history.logs:
            database.run(
                f"UPDATE {table} SET segment = CASE WHEN {table}.customer IS NULL THEN NULL ELSE "
                "coalesce((SELECT g.segment FROM groups g "
                f"WHERE g.customer = {table}.customer), {text(NEW)}) END"
            )


def cutoff(history: History, periods: int = 1) -> str:
    """SQL for the last moment before the last so many periods of the log."""
    months = periods * history.period_months
    return f"(SELECT max(time) - INTERVAL {months} MONTH FROM orders)"
