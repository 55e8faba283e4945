"""The table `orders`: one row an order, put together from the logs that tell something of it.

| column | meaning |
|---|---|
| customer, segment, tier | texts; NULL where the log does not say |
| time | TIMESTAMP |
| late | lateness in the log's unit, negative when early |
| failed | share not served as promised, 0..1; NULL where unknown |
| bad | 1 where the customer was dissatisfied, 0 where not, NULL without an answer |
| revenue, cost, size | of one order |
| n | how many alike orders the row stands for |
"""

from __future__ import annotations

from slopt.calibrate.database import Database, text
from slopt.calibrate.history import History, LateUnit, Log, Undelivered, tells_outcome
from slopt.errors import Problem, Severity
from slopt.sayings import in_a_row, say

MONEY = ("revenue", "cost", "size")


def make_orders(database: Database, history: History) -> list[Problem]:
    """Make the table; warnings tell what was left out."""
    log = history.logs["orders"]
    database.run(f"CREATE TABLE whole_orders AS {_whole(log)}")
    warnings = _mixed_orders(database, log)
    selected = {
        "customer": "o.customer", "segment": "o.segment", "tier": "o.tier", "failed": "o.failed",
        "score": "o.score", **{column: f"o.{column}" for column in MONEY},
    }  # fmt: skip
    joins = []
    if "lines" in history.logs:
        sums = ", ".join(f"sum({column}) AS {column}" for column in MONEY)
        joins.append(
            f'LEFT JOIN (SELECT "order", {sums} FROM typed_lines GROUP BY "order") l '
            'ON l."order" = o."order"'
        )
        for column in MONEY:
            selected[column] = f"coalesce(l.{column}, o.{column})"
    if "surveys" in history.logs and history.logs["surveys"].has("order"):
        joins.append(
            'LEFT JOIN (SELECT "order", avg(score) AS score FROM typed_surveys GROUP BY "order") s '
            'ON s."order" = o."order"'
        )
        selected["score"] = "coalesce(s.score, o.score)"
    if "tickets" in history.logs and history.logs["tickets"].has("order"):
        joins.append(
            'LEFT JOIN (SELECT DISTINCT "order" FROM typed_tickets) t ON t."order" = o."order"'
        )
        otherwise = "o.failed" if tells_outcome(log) else "0.0"
        selected["failed"] = f'CASE WHEN t."order" IS NOT NULL THEN 1.0 ELSE {otherwise} END'
    if (
        "customers" in history.logs
        and history.mapped("customer", "customers")
        and log.has("customer")
    ):
        joins.append(
            "LEFT JOIN (SELECT customer, min(segment) AS segment, min(tier) AS tier "
            "FROM typed_customers GROUP BY customer) c ON c.customer = o.customer"
        )
        for column in ("segment", "tier"):
            selected[column] = f"coalesce(o.{column}, c.{column})"
    cut = _cut(history)
    score = selected["score"]
    selected["bad"] = "CAST(NULL AS DOUBLE)" if cut is None else f"CAST({score} <= {cut} AS DOUBLE)"
    columns = ", ".join(f"{sql} AS {column}" for column, sql in selected.items())
    database.run(
        f"CREATE TABLE orders AS SELECT {columns}, o.time, o.late, o.n FROM whole_orders o "
        f"{' '.join(joins)} WHERE o.n > 0 AND {_within(log)}"
    )
    return [*warnings, *_left_out(database, log)]


def _cut(history: History) -> float | None:
    for name in ("surveys", "orders"):
        log = history.logs.get(name)
        if log is not None and log.has("score"):
            return log.dissatisfied_at_most
    return None


def _whole(log: Log) -> str:
    """Rows of one order put together: latest, failed if any part did, money added."""
    late = "late" if log.has("late") else _late(log)
    rows = (
        f'SELECT "order", customer, segment, tier, coalesce(time, promised, delivered) AS time, '
        f"{late} AS late, {_failed(log, late)} AS failed, revenue, cost, size, score, "
        f"{'count' if log.has('count') else '1.0'} AS n FROM typed_orders"
    )
    if not log.has("order"):
        return rows
    return (
        'SELECT "order", min(customer) AS customer, min(segment) AS segment, min(tier) AS tier, '
        "min(time) AS time, max(late) AS late, max(failed) AS failed, sum(revenue) AS revenue, "
        "sum(cost) AS cost, sum(size) AS size, avg(score) AS score, 1.0 AS n "
        f'FROM ({rows}) WHERE "order" IS NOT NULL GROUP BY "order"'
    )


def _late(log: Log) -> str:
    if log.late_in is LateUnit.HOURS:
        return "(epoch(delivered) - epoch(promised)) / 3600"
    return "CAST(date_diff('day', CAST(promised AS DATE), CAST(delivered AS DATE)) AS DOUBLE)"


def _failed(log: Log, late: str) -> str:
    """Failed in any way that is known; NULL where none is."""
    parts = ["failed"] if log.has("failed") else []
    if log.has("late") or log.has("promised", "delivered"):
        parts.append(f"CAST({late} > {log.grace} AS DOUBLE)")
    if log.has("quantity_ordered", "quantity_delivered"):
        parts.append("CAST(quantity_delivered < quantity_ordered AS DOUBLE)")
    known = f"greatest({', '.join(parts)}, NULL)" if parts else "CAST(NULL AS DOUBLE)"
    if not log.has("promised", "delivered"):
        return known
    if log.undelivered is Undelivered.FAILED:
        return f"CASE WHEN delivered IS NULL AND promised IS NOT NULL THEN 1.0 ELSE {known} END"
    return f"CASE WHEN delivered IS NULL THEN NULL ELSE {known} END"


def _within(log: Log) -> str:
    tests = []
    if log.since:
        tests.append(f"o.time >= CAST({text(log.since.isoformat())} AS TIMESTAMP)")
    if log.until:
        tests.append(f"o.time < CAST({text(log.until.isoformat())} AS TIMESTAMP) + INTERVAL 1 DAY")
    return " AND ".join(tests) or "true"


def _mixed_orders(database: Database, log: Log) -> list[Problem]:
    """Orders whose rows disagree on who or how; the first in the alphabet counts."""
    if not log.has("order"):
        return []
    tests = [
        f"min({column}) <> max({column})"
        for column in ("customer", "segment", "tier")
        if log.has(column)
    ]
    if not tests:
        return []
    (count,) = database.row(
        f'SELECT count(*) FROM (SELECT "order" FROM typed_orders GROUP BY "order" '
        f"HAVING {' OR '.join(tests)})"
    )
    if not count:
        return []
    message = say(
        "{count} orders have rows of more than one customer, segment or tier.", count=f"{count:,}"
    )
    return [_warning(log, message, say("The first in the alphabet counts for the whole order."))]


def _left_out(database: Database, log: Log) -> list[Problem]:
    """Warnings on orders that some estimates cannot use."""
    total, nowhen, unknown = database.row(
        "SELECT coalesce(sum(n), 0), coalesce(sum(n) FILTER (WHERE time IS NULL), 0), "
        "coalesce(sum(n) FILTER (WHERE failed IS NULL), 0) FROM orders"
    )
    warnings = []
    if nowhen and log.has("time"):
        message = say(
            "{nowhen} of {total} orders have no day.",
            nowhen=f"{nowhen:,.0f}",
            total=f"{total:,.0f}",
        )
        warnings.append(
            _warning(log, message, say("They count in no rate and in no test over time."))
        )
    if 0 < unknown < total:
        message = say(
            "{unknown} of {total} orders do not tell how they were served.",
            unknown=f"{unknown:,.0f}",
            total=f"{total:,.0f}",
        )
        remedy = say("They are left out of service levels.")
        if log.has("promised", "delivered"):
            remedy = in_a_row(
                remedy, say('To count the undelivered as failed write undelivered = "failed".')
            )
        warnings.append(_warning(log, message, remedy))
    return warnings


def _warning(log: Log, message: str, remedy: str) -> Problem:
    return Problem(message, remedy, file=log.file.name, severity=Severity.WARNING)
