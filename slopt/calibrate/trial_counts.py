"""The log of a trial as arrays: one entry a customer, or a customer and period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.calibrate.contrast import Units
from slopt.calibrate.database import Database, texts
from slopt.calibrate.history import History, Log, TrialKeys
from slopt.calibrate.prepared import Prepared, index
from slopt.calibrate.tallies import Numbers
from slopt.errors import Problem
from slopt.sayings import listed, say


@dataclass(frozen=True, eq=False)
class TrialTiers:
    """Orders of customers who were treated: segment, tier, orders, those that failed."""

    segment: NDArray[np.object_]
    tier: NDArray[np.object_]
    orders: Numbers
    failed: Numbers

    def take(self, chosen: NDArray[np.bool_]) -> TrialTiers:
        """Some of them."""
        return TrialTiers(
            self.segment[chosen], self.tier[chosen], self.orders[chosen], self.failed[chosen]
        )


class TrialCounts:
    """Questions to the log of a trial. `blank`: rows left out, as they say too little."""

    def __init__(self, prepared: Prepared, log: Log, keys: TrialKeys) -> None:
        self._prepared, self._log = prepared, log
        self._database = prepared.database
        known = "segment IS NOT NULL AND arm IS NOT NULL AND failed IS NOT NULL"
        (self.blank,) = self._database.row(
            f"SELECT count(*) - count(*) FILTER ({'WHERE ' + known}) FROM typed_trial"
        )
        customer = "customer" if log.has("customer") else "NULL"
        after = f"coalesce(lower(phase) NOT IN {texts(keys.before)}, true)"
        self._database.run(
            "CREATE TABLE trial_rows AS SELECT i.place AS s, t.segment, t.tier, "
            f"lower(arm) IN {texts(keys.treated)} AS treated, {after} AS after, "
            f"coalesce({customer}, 'row ' || CAST(row_number() OVER () AS VARCHAR)) AS customer, "
            'orders, failed, bought, "left" AS gone FROM typed_trial t '
            f"JOIN segment_index i ON i.label = t.segment WHERE {known}"
        )

    def has(self, *roles: str) -> bool:
        """Whether all these roles are mapped."""
        return self._log.has(*roles)

    def segments(self, units: Units) -> list[str]:
        """Names of the segments of which there are cases."""
        return [self._prepared.segments[s] for s in np.unique(units.stratum).tolist()]

    def units(self, outcome: str) -> tuple[Units, str]:
        """The cases for an outcome, and how they were paired, "" where they were not.

        Who left is counted by rows, each a customer and period. Orders by customers, in the mean of
        its periods; where a customer has a time before and after, its change is the outcome. Where
        the log has all orders, those that were not bought count, so that it does not matter how
        many there were.
        """
        if outcome == "left":
            return self._units(
                "SELECT s, treated, after, CAST(failed > 0 AS INT) AS x, gone AS y FROM trial_rows "
                "WHERE gone IS NOT NULL"
            ), ""
        bought = "(bought - orders)" if self.has("orders") else "bought"
        self._database.run(
            "CREATE TABLE trial_customers AS SELECT customer, s, treated, after, avg(failed) AS x, "
            f"avg({bought}) AS y FROM trial_rows WHERE {bought} IS NOT NULL GROUP BY ALL"
        )
        both = (
            "FROM trial_customers a JOIN trial_customers b ON a.customer = b.customer "
            "AND a.s = b.s AND a.treated = b.treated WHERE a.after AND NOT b.after"
        )
        (pairs,) = self._database.row(f"SELECT count(*) {both}")
        if not pairs:
            return self._units("SELECT s, treated, after, x, y FROM trial_customers"), ""
        units = self._units(
            f"SELECT a.s, a.treated, true AS after, a.x - b.x AS x, a.y - b.y AS y {both}"
        )
        if units.signs:
            return units, say("difference in differences, each customer with itself before")
        # All were treated: the change of each is compared with none.
        still = Units(
            units.stratum, units.treated, ~units.after, np.zeros_like(units.x),
            np.zeros_like(units.y),
        )  # fmt: skip
        joined = Units(
            *(
                np.concatenate([getattr(units, name), getattr(still, name)])
                for name in ("stratum", "treated", "after", "x", "y")
            )
        )
        return joined, say("before and after, each customer with itself")

    def _units(self, sql: str) -> Units:
        answer = self._database.columns(f"{sql} ORDER BY ALL")
        return Units(
            index(answer["s"]), answer["treated"].astype(bool), answer["after"].astype(bool),
            answer["x"], answer["y"],
        )  # fmt: skip

    def treated_orders(self) -> TrialTiers:
        """Orders and failures of each customer that was treated, by segment and tier."""
        answer = self._database.columns(
            "SELECT segment, tier, sum(orders) AS orders, sum(failed) AS failed FROM trial_rows "
            "WHERE treated AND after AND tier IS NOT NULL AND orders > 0 "
            "GROUP BY segment, tier, customer ORDER BY ALL"
        )
        return TrialTiers(
            np.asarray(answer["segment"], object), np.asarray(answer["tier"], object),
            np.asarray(answer["orders"], np.float64), np.asarray(answer["failed"], np.float64),
        )  # fmt: skip


def trial_problems(database: Database, history: History) -> list[Problem]:
    """Words of arms and phases that are not known, and more failures than orders."""
    keys, log = history.trial, history.logs.get("trial")
    if keys is None or log is None:
        return []
    problems = []
    for role, known in (
        ("arm", (*keys.treated, *keys.control)),
        ("phase", (*keys.before, *keys.after)),
    ):
        if not log.has(role):
            continue
        rows = database.rows(
            f"SELECT {role}, count(*) FROM typed_trial WHERE {role} IS NOT NULL AND "
            f"lower({role}) NOT IN {texts(known)} GROUP BY {role} ORDER BY 2 DESC, 1"
        )
        if rows:
            section = "arms" if role == "arm" else "phases"
            problems.append(
                Problem(
                    say('"{value}" is no {role} that slopt knows.', value=rows[0][0], role=role),
                    say(
                        "Known are {known}. Say in [trial.{section}] what the words of the log "
                        "mean.",
                        known=listed(known),
                        section=section,
                    ),
                    file=log.file.name,
                    column=log.columns[role][0],
                    value=str(rows[0][0]),
                )
            )
    if log.has("orders"):
        (count,) = database.row("SELECT count(*) FROM typed_trial WHERE failed > orders")
        if count:
            problems.append(
                Problem(
                    say("In {count} rows more orders failed than there were.", count=count),
                    say("Map orders and failed to numbers of orders of the same time."),
                    file=log.file.name,
                    column=log.columns["failed"][0],
                )
            )
    if log.has("orders", "bought"):
        (count,) = database.row("SELECT count(*) FROM typed_trial WHERE bought > orders")
        if count:
            problems.append(
                Problem(
                    say("In {count} rows more orders were bought than there were.", count=count),
                    say(
                        "Map orders to all orders that were placed, and bought to those of them "
                        "that were bought in the end."
                    ),
                    file=log.file.name,
                    column=log.columns["bought"][0],
                )
            )
    if log.has("phase"):
        before = f"lower(phase) IN {texts(keys.before)}"
        (rows_after,) = database.row(
            f"SELECT count(*) FROM typed_trial WHERE NOT coalesce({before}, false)"
        )
        (rows_before,) = database.row(f"SELECT count(*) FROM typed_trial WHERE {before}")
        if rows_before and not rows_after:
            problems.append(
                Problem(
                    say("All rows are of the time before the trial."),
                    say("Fill in phase: after, or blank, for the rows of the trial itself."),
                    file=log.file.name,
                    column=log.columns["phase"][0],
                )
            )
    if log.has("customer"):
        rows = database.rows(
            "SELECT customer, count(*) OVER () FROM typed_trial WHERE customer IS NOT NULL "
            "GROUP BY customer, segment HAVING count(DISTINCT lower(arm)) > 1 ORDER BY 1 LIMIT 1"
        )
        if rows:
            problems.append(
                Problem(
                    say(
                        'Customer "{value}" is in two arms; so are {count} customers in all.',
                        value=rows[0][0],
                        count=rows[0][1],
                    ),
                    say("A customer is in the same arm before and after."),
                    file=log.file.name,
                    column=log.columns["customer"][0],
                    value=str(rows[0][0]),
                )
            )
    return problems
