"""Checks of stock rooms: every item has what its way of ordering needs, and somebody wants it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.few import flagged
from slopt.case.item_demand_checks import check_item_demand, told_of_item
from slopt.case.raw import RawCase, RawTable
from slopt.errors import Problem, Severity
from slopt.sayings import later, say
from slopt.vocabulary import StockKind

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]

ABOVE_ZERO = {
    StockKind.CONTINUOUS: ("lead_time",),
    StockKind.PERIODIC: ("review_time",),
    StockKind.SEASON: ("unit_cost",),
}
"""Columns that an item of a kind must have, above 0."""
KNOWN = {StockKind.PERIODIC: ("lead_time",)}
"""Those that it must have, 0 or more."""
UNUSED = {
    StockKind.CONTINUOUS: ("review_time", "salvage"),
    StockKind.PERIODIC: ("order_quantity", "salvage"),
    StockKind.SEASON: (
        "review_time",
        "order_quantity",
        "lead_time",
        "lead_time_spread",
        "holding_cost",
        "holding_rate",
    ),
}
"""Those that a kind does not use."""


def check_items(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Every problem of the tables items and item_demand."""
    if "items" not in case.tables:
        return
    items, source = case.table("items"), raw.tables["items"]
    if case.has_periods:
        yield source.problem(
            say("Stock rooms are planned for one period, and this case has several."),
            say("Take out the table items, or the table periods."),
            1,
        )
        return
    yield from _ways(items, source)
    yield from _ranges(items, source)
    yield from _rooms(case, items, source)
    if "item_demand" not in case.tables:
        if "item_demand" not in {problem.table for problem in raw.problems}:
            yield source.problem(
                say("Nobody asks for the items: there is no table item_demand."),
                say("Add it: slopt describe item_demand."),
                1,
            )
        return
    yield from check_item_demand(case, raw)


def _ways(table: Table, source: RawTable) -> Iterator[Problem]:
    """What the way of ordering needs, and what it does not use."""
    kind = table.texts("kind")
    for which in StockKind:
        its = kind.is_in([which])
        for column in (*ABOVE_ZERO[which], *KNOWN.get(which, ())):
            values = table.numbers(column)
            yield from flagged(
                its & np.isnan(values),
                told_of_item(
                    source,
                    table,
                    column,
                    later('"{item}" is of kind {kind}, and has no {name}.'),
                    say("Write it, or choose another kind."),
                    kind=which,
                    name=column,
                ),
            )
            if column in ABOVE_ZERO[which]:
                yield from flagged(
                    its & (values <= 0),
                    told_of_item(
                        source,
                        table,
                        column,
                        later('{name} of item "{item}" is 0.'),
                        say("Write a number above 0."),
                        name=column,
                    ),
                )
        for column in UNUSED[which]:
            yield from flagged(
                its & (np.nan_to_num(table.numbers(column)) != 0),
                told_of_item(
                    source,
                    table,
                    column,
                    later('{name} of item "{item}" has no effect: kind {kind} does not use it.'),
                    say("Clear it, or choose another kind."),
                    Severity.WARNING,
                    kind=which,
                    name=column,
                ),
            )
    yield from _held(table, source, ~kind.is_in([StockKind.SEASON]))
    continuous = kind.is_in([StockKind.CONTINUOUS])
    yield from _quantities(table, source, continuous)
    yield from flagged(
        kind.is_in([StockKind.SEASON]) & (table.numbers("salvage") >= table.numbers("unit_cost")),
        told_of_item(
            source,
            table,
            "salvage",
            later(
                'salvage of item "{item}" is not below unit_cost: no quantity would be too much.'
            ),
            say("Write what a unit left over fetches, less than it cost."),
        ),
    )


def _held(table: Table, source: RawTable, again: Mask) -> Iterator[Problem]:
    """What is ordered again and again needs a cost of holding it."""
    given = table.numbers("holding_cost")
    from_rate = table.numbers("unit_cost") * table.numbers("holding_rate")
    yield from flagged(
        again & np.isnan(given) & np.isnan(from_rate),
        told_of_item(
            source,
            table,
            "holding_cost",
            later('Item "{item}" has no cost of holding it.'),
            say("Write holding_cost, or unit_cost and holding_rate."),
        ),
    )


def _quantities(table: Table, source: RawTable, its: Mask) -> Iterator[Problem]:
    """A quantity to order, or what it can follow from."""
    given = table.numbers("order_quantity")
    yield from flagged(
        its & (given <= 0),
        told_of_item(
            source,
            table,
            "order_quantity",
            later('order_quantity of item "{item}" is 0.'),
            say("Write the units ordered at a time, above 0, or clear it and write order_cost."),
        ),
    )
    held = table.numbers("holding_cost")
    held = np.where(
        np.isnan(held), table.numbers("unit_cost") * table.numbers("holding_rate"), held
    )
    unknown = ~(table.numbers("order_cost") > 0) | (held == 0)
    yield from flagged(
        its & np.isnan(given) & unknown,
        told_of_item(
            source,
            table,
            "order_quantity",
            later('Item "{item}" has no order_quantity, and nothing that it could follow from.'),
            say("Write it, or order_cost and a holding_cost above 0."),
        ),
    )


def _ranges(table: Table, source: RawTable) -> Iterator[Problem]:
    least, most = table.numbers("min_fill_rate"), table.numbers("max_fill_rate")
    yield from flagged(
        least == 1,
        told_of_item(
            source,
            table,
            "min_fill_rate",
            later('min_fill_rate of item "{item}" is 1, which no stock can keep.'),
            say("Write a share below 1."),
        ),
    )
    yield from flagged(
        least > most,
        told_of_item(
            source,
            table,
            "max_fill_rate",
            later('max_fill_rate of item "{item}" is below its min_fill_rate, {least}.'),
            say("Exchange the two, or clear one."),
            least=least,
        ),
    )


def _rooms(case: PlanningCase, table: Table, source: RawTable) -> Iterator[Problem]:
    """A plan has one list of segments and rooms, so that their names must differ."""
    if "segments" not in case.tables:
        return
    rooms = table.texts("room")
    same = rooms.places_in(case.segments) >= 0
    first = np.zeros(len(table), dtype=np.bool_)
    first[rooms.first_rows] = True
    yield from flagged(
        same & first,
        told_of_item(
            source,
            table,
            "room",
            later('The room of item "{item}" has the name of a segment.'),
            say("Give the room a name of its own."),
        ),
    )
