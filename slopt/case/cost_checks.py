"""Checks of the tables of costs: nothing charged twice, nothing left undefined."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.columns import is_blank, plainly, suggest
from slopt.case.few import flagged
from slopt.case.raw import RawCase, RawTable
from slopt.case.schema import ANY
from slopt.errors import Problem, Severity
from slopt.sayings import later, listed, say
from slopt.vocabulary import Visibility

LINE_RATES = ("per_customer", "per_order", "per_failure", "per_segment")
KNOWN_DRIVERS = ("customers", "orders", "failures")
"""Drivers that every case has: of a segment its customers, their orders, those that fail."""
ONE = 1e-9
"""How far shares may be from 1, or above it, and still add up to it."""


def check_costs(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Every problem within and between the tables of costs."""
    for check in (_lines, _allocation, _pools, _activities, _drivers, _investments):
        yield from check(case, raw)


def _lines(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    if "cost_lines" not in case.tables:
        return
    table, source = case.table("cost_lines"), raw.tables["cost_lines"]
    direct = np.any([table.numbers(name) > 0 for name in LINE_RATES], axis=0)
    indirect = ~np.isnan(table.numbers("amount"))
    pooled, hidden = table.texts("pool").is_filled, _is_hidden(table)
    allotted = table.texts("line").places_in(case.table("allocation").texts("line")) >= 0
    scoped = ~(table.texts("tier").is_in([ANY]) & table.texts("segment").is_in([ANY]))
    yield from flagged(
        direct & indirect,
        at(
            source,
            table,
            "amount",
            say("The line has an amount and rates, so it would be charged twice."),
            say("Keep the rates of a direct line, or the amount of one that goes to pools."),
        ),
    )
    yield from flagged(
        pooled & ~indirect & ~direct,
        at(
            source,
            table,
            "pool",
            say("A line of a pool needs an amount."),
            say("Write its amount."),
        ),
    )
    yield from flagged(
        direct & (pooled | allotted) & ~indirect,
        at(
            source,
            table,
            "pool",
            say("A line with rates is charged directly and cannot go to a pool as well."),
            say(
                "Clear the rates and write the amount, or take it out of the pool and of "
                "allocation."
            ),
        ),
    )
    yield from flagged(
        pooled & allotted,
        at(
            source,
            table,
            "pool",
            say("The line names a pool and stands in allocation too."),
            say("Clear pool, or delete its rows in allocation."),
        ),
    )
    yield from flagged(
        hidden & (pooled | allotted),
        at(
            source,
            table,
            "visibility",
            say("A hidden cost cannot be part of a pool, whose cost is booked."),
            say("Take it out of the pool, or write booked."),
        ),
    )
    yield from flagged(
        indirect & ~direct & scoped,
        at(
            source,
            table,
            "amount",
            say("An amount is not charged to one tier or segment."),
            say("Write it as per_segment, or write * for tier and segment."),
        ),
    )
    yield from flagged(
        ~direct & ~indirect & ~pooled & _says_nothing(source, table),
        at(
            source,
            table,
            "line",
            say("The line has neither a rate nor an amount, so it costs nothing."),
            say("Fill one of them, or delete the row."),
            Severity.WARNING,
        ),
    )


def _investments(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    if "investments" not in case.tables:
        return
    table = case.table("investments")
    yield from flagged(
        table.numbers("starts_after") >= table.numbers("periods"),
        at(
            raw.tables["investments"],
            table,
            "starts_after",
            say("The project ends before its first benefit."),
            say("Write periods above starts_after: both count from now."),
            Severity.WARNING,
        ),
    )


def _says_nothing(source: RawTable, table: Table) -> NDArray[np.bool_]:
    """By row: are rates and amount all blank? A 0 is said, and so is what could not be read."""
    said = np.zeros(len(table), dtype=np.bool_)
    for name in (*LINE_RATES, "amount"):
        if name in source.places:
            cells = source.columns[source.places[name]]
            said |= np.fromiter((not is_blank(cell) for cell in cells), np.bool_, len(table))
    return ~said


def _is_hidden(table: Table) -> NDArray[np.bool_]:
    return table.texts("visibility").is_in([Visibility.HIDDEN])


def at(
    source: RawTable,
    table: Table,
    column: str,
    message: str,
    remedy: str,
    severity: Severity = Severity.ERROR,
) -> Callable[[int], Problem]:
    """What describes a row at fault; the message is of the whole row, the place one column."""

    def describe(index: int) -> Problem:
        given = table.column(column)[index]
        value = given if isinstance(given, str) else float(given)
        blank = value == "" or value != value
        return source.problem(
            message, remedy, table.rows[index], column, None if blank else value, severity
        )

    return describe


def _allocation(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    if "allocation" not in case.tables or "cost_lines" not in case.tables:
        return
    table, source = case.table("allocation"), raw.tables["allocation"]
    lines = case.table("cost_lines")
    place = table.texts("line").places_in(lines.texts("line"))
    amounts, shares = lines.numbers("amount"), table.numbers("share")
    for line in np.unique(place[place >= 0]).tolist():
        rows = np.flatnonzero(place == line)
        last = int(rows[-1])
        name, total = lines.texts("line")[line], math.fsum(shares[rows])
        where = (table.rows[last], "share", float(shares[last]))
        if np.isnan(amounts[line]):
            yield source.problem(
                say('The line "{name}" has no amount that could be allocated.', name=name),
                say("Write its amount in cost_lines."),
                table.rows[last],
                "line",
                name,
            )
        elif total > 1 + ONE:
            yield source.problem(
                say(
                    'The shares of "{name}" add up to {total} %.',
                    name=name,
                    total=as_percent(total),
                ),
                say("Lower them to 100 % together."),
                *where,
            )
        elif total < 1 - ONE:
            rest = plainly(round((1 - total) * float(amounts[line]), 2))
            yield source.problem(
                say(
                    'The shares of "{name}" add up to {total} %: {rest} of its amount is charged '
                    "to nobody.",
                    name=name,
                    total=as_percent(total),
                    rest=rest,
                ),
                say("Nothing to do if that is meant."),
                *where,
                Severity.WARNING,
            )


def as_percent(share: float) -> str:
    """A share as a number of percent."""
    return plainly(round(100 * share, 6))


def _pools(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    if "pools" not in case.tables:
        return
    table, source = case.table("pools"), raw.tables["pools"]
    practical, theoretical = (
        table.numbers(name) for name in ("practical_minutes", "theoretical_minutes")
    )
    no_practical, no_theoretical = np.isnan(practical), np.isnan(theoretical)
    share = table.numbers("usable_share")
    yield from flagged(
        no_practical & no_theoretical,
        at(
            source,
            table,
            "pool",
            say("The pool has no capacity."),
            say("Write practical_minutes, or theoretical_minutes."),
        ),
    )
    yield from flagged(
        ~no_practical & ~no_theoretical,
        at(
            source,
            table,
            "practical_minutes",
            say("Practical and theoretical minutes are both given."),
            say("Keep one: practical minutes are theoretical ones x usable_share."),
        ),
    )
    for column, bad in (
        ("practical_minutes", practical == 0),
        ("theoretical_minutes", theoretical == 0),
        ("usable_share", no_practical & ~no_theoretical & (share == 0)),
    ):
        yield from flagged(
            bad,
            at(
                source,
                table,
                column,
                say("A capacity of 0 minutes has no cost a minute."),
                say("Write the minutes that can be used, or delete the pool."),
            ),
        )
    used = table.texts("pool").places_in(case.table("activities").texts("pool")) >= 0
    yield from flagged(
        ~used,
        at(
            source,
            table,
            "pool",
            say("No activity uses the pool, so all of its cost is unused."),
            say("Add its activities."),
            Severity.WARNING,
        ),
    )
    yield from _twins(case, source)


def _twins(case: PlanningCase, source: RawTable) -> Iterator[Problem]:
    """A pool called as a resource with a price is most likely the same people, paid twice."""
    table, resources = case.table("pools"), case.table("resources")
    place = table.texts("pool").places_in(resources.texts("resource"))
    priced = np.append(resources.numbers("unit_cost") > 0, False)[place]
    yield from flagged(
        priced,
        at(
            source,
            table,
            "pool",
            say(
                "The pool is called as a resource with a unit_cost: its cost would be counted "
                "twice."
            ),
            say("Set that unit_cost to 0, or rename the pool if they differ."),
            Severity.WARNING,
        ),
    )


def _activities(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    if "activities" not in case.tables:
        return
    table, source = case.table("activities"), raw.tables["activities"]
    drivers = case.table("drivers").texts("driver")
    if "drivers" in raw.tables and "driver" not in raw.tables["drivers"].places:
        return
    texts = table.texts("driver")
    known = [*KNOWN_DRIVERS, *dict.fromkeys(drivers)]

    def unknown(index: int) -> Problem:
        return source.problem(
            say('The driver "{text}" has no values in drivers.', text=texts[index]),
            suggest(texts[index], known, later("Add its rows, or take one of these: {known}.")),
            table.rows[index],
            "driver",
            texts[index],
        )

    yield from flagged(~texts.is_in(known) & texts.is_filled, unknown)


def _drivers(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    if "drivers" not in case.tables:
        return
    table, source = case.table("drivers"), raw.tables["drivers"]
    texts = table.texts("driver")
    reserved = texts.is_in(KNOWN_DRIVERS)
    yield from flagged(
        reserved,
        at(
            source,
            table,
            "driver",
            say(
                "{drivers} are known of every segment and need no row.",
                drivers=listed(KNOWN_DRIVERS),
            ),
            say("Delete the row, or give the driver another name."),
        ),
    )
    named = texts.places_in(case.table("activities").texts("driver")) >= 0
    first = np.zeros(len(table), dtype=np.bool_)
    first[texts.first_rows] = True
    yield from flagged(
        first & ~named & ~reserved & texts.is_filled,
        at(
            source,
            table,
            "driver",
            say("No activity names this driver."),
            say("Add it to an activity, or delete its rows."),
            Severity.WARNING,
        ),
    )
