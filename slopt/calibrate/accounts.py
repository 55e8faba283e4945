"""The table `accounts`: one row a customer, with its failures and whether it left.

| column | meaning |
|---|---|
| segment, tier | texts |
| had_failure | 1, 0, or NULL where the logs do not say |
| band | how often it orders: 1, 2, 3 to 5, 6 to 11, 12 or more; 0 where unknown |
| orders, revenue, cost | in the time that the record covers; NULL where unknown |
| left_us | 1 where it is gone, 0 where not, NULL where unknown |
| bad | 1 where it was dissatisfied |
| outcome | of its complaints the worst: 0 none, 1 in vain, 2 made good slowly, 3 quickly |
| n | how many alike customers the row stands for |
"""

from __future__ import annotations

from slopt.calibrate.database import Database
from slopt.calibrate.history import History
from slopt.calibrate.segments import cutoff
from slopt.calibrate.who_left import by_absence
from slopt.errors import Problem, Severity
from slopt.sayings import say

BANDS = (2, 3, 6, 12)
NEARLY_TWO = 1.96
"""Periods that a log must span: its last days need not have an order."""


def make_accounts(database: Database, history: History) -> list[Problem]:
    """Make the table from churn records, else from who ordered again; warnings."""
    _make_complaints(database, history)
    if "customers" in history.logs and history.mapped("left", "customers"):
        return _from_records(database, history)
    if "orders" in history.logs and history.logs["orders"].has("customer"):
        return _from_orders(database, history)
    if "customers" in history.logs:
        return _from_records(database, history)
    return []


def _make_complaints(database: Database, history: History) -> None:
    """The table `complaints`: the worst outcome of each customer; empty where none is known."""
    tickets, orders = history.logs.get("tickets"), history.logs.get("orders")
    if tickets is None or not tickets.has("resolved"):
        database.run("CREATE TABLE complaints (customer VARCHAR, outcome INT)")
        return
    quick = "t.quickly = 1" if tickets.has("quickly") else "false"
    customer, join, test = "t.customer", "", "true"
    if tickets.has("order") and orders is not None and orders.has("order", "customer"):
        customer = "coalesce(t.customer, o.customer)"
        join = (
            'LEFT JOIN (SELECT "order", min(customer) AS customer, min(coalesce(time, promised, '
            'delivered)) AS time FROM typed_orders GROUP BY "order") o ON o."order" = t."order"'
        )
        if by_absence(history):
            # What was complained of in the last period comes too late to explain who stayed away.
            test = f"(o.time IS NULL OR o.time <= {cutoff(history)})"
    database.run(
        f"CREATE TABLE complaints AS SELECT {customer} AS customer, CAST(min(CASE WHEN t.resolved "
        f"IS NULL THEN NULL WHEN t.resolved = 0 THEN 1 WHEN {quick} THEN 3 ELSE 2 END) AS INT) "
        f"AS outcome FROM typed_tickets t {join} WHERE {test} GROUP BY 1"
    )


def _from_records(database: Database, history: History) -> list[Problem]:
    """Churn records, with the failures that orders and tickets know of them."""
    log = history.logs["customers"]
    cut = log.dissatisfied_at_most if log.has("score") else None
    score, failed, orders = "r.score", "r.failed", "r.orders"
    joins = []
    if log.has("customer") and "orders" in history.logs and history.logs["orders"].has("customer"):
        joins.append(
            "LEFT JOIN (SELECT customer, sum(n) AS orders, sum(n * failed) AS failed FROM orders "
            "GROUP BY customer) o ON o.customer = r.customer"
        )
        failed, orders = "coalesce(r.failed, o.failed)", "coalesce(r.orders, o.orders)"
    tickets = history.logs.get("tickets")
    if log.has("customer") and tickets is not None and tickets.has("customer"):
        joins.append(
            "LEFT JOIN (SELECT customer, count(*) AS tickets FROM typed_tickets GROUP BY customer) "
            "t ON t.customer = r.customer"
        )
        failed = f"coalesce({failed}, 0) + coalesce(t.tickets, 0)"
    surveys = history.logs.get("surveys")
    if log.has("customer") and surveys is not None and surveys.has("customer"):
        joins.append(
            "LEFT JOIN (SELECT customer, avg(score) AS score FROM typed_surveys GROUP BY customer) "
            "s ON s.customer = r.customer"
        )
        score, cut = "coalesce(s.score, r.score)", surveys.dissatisfied_at_most
    bad = "CAST(NULL AS DOUBLE)" if cut is None else f"CAST({score} <= {cut} AS DOUBLE)"
    count = "coalesce(r.count, 1.0)" if log.has("count") else "1.0"
    database.run(
        f"CREATE TABLE accounts AS SELECT r.segment, r.tier, {failed} AS failures, "
        f"CAST({failed} > 0 AS DOUBLE) AS had_failure, {band_of(orders)} AS band, "
        f"{orders} AS orders, r.revenue, r.cost, r.left AS left_us, {bad} AS bad, "
        f"{score} AS score, {count} AS n, coalesce(q.outcome, 0) AS outcome "
        f"FROM typed_customers r {' '.join(joins)} "
        "LEFT JOIN complaints q ON q.customer = r.customer"
    )
    return []


def _from_orders(database: Database, history: History) -> list[Problem]:
    """Who ordered in the last period but one, and not again in the last, has left."""
    log = history.logs["orders"]
    (periods,) = database.row(
        "SELECT (epoch(max(time)) - epoch(min(time))) / 86400.0 / "
        f"{history.period_days} FROM orders"
    )
    if periods is None or periods < NEARLY_TWO:
        long = 0.0 if periods is None else periods
        return [
            Problem(
                say(
                    "The orders span {long} periods: nobody can be seen to stay away.",
                    long=f"{long:.1f}",
                ),
                say(
                    "base_churn needs two periods, churn records, or [[assume]]; a shorter "
                    'period = "quarter" or "month" may do.'
                ),
                file=log.file.name,
                severity=Severity.WARNING,
            )
        ]
    database.run(
        "CREATE TABLE accounts AS SELECT *, "
        f"CAST(failures > 0 AS DOUBLE) AS had_failure, {band_of('orders')} AS band FROM ("
        "SELECT min(segment) AS segment, mode(tier ORDER BY tier) AS tier, "
        "sum(n * failed) FILTER (WHERE before) AS failures, "
        "sum(n) FILTER (WHERE before) AS orders, "
        "sum(n * revenue) FILTER (WHERE before) AS revenue, "
        "CAST(NULL AS DOUBLE) AS cost, "
        "CAST(count(*) FILTER (WHERE NOT before) = 0 AS DOUBLE) AS left_us, "
        "max(bad) FILTER (WHERE before) AS bad, 1.0 AS n, coalesce(min(outcome), 0) AS outcome "
        f"FROM (SELECT o.*, q.outcome, time <= {cutoff(history)} AS before FROM orders o "
        "LEFT JOIN complaints q ON q.customer = o.customer "
        f"WHERE time > {cutoff(history, 2)} AND o.customer IS NOT NULL) "
        "GROUP BY customer HAVING count(*) FILTER (WHERE before) > 0)"
    )
    return []


def band_of(orders: str) -> str:
    """SQL for the band of how often a customer orders, 0 where that is unknown."""
    above = " + ".join(f"CAST({orders} >= {least} AS INT)" for least in BANDS)
    return f"coalesce(1 + {above}, 0)"
