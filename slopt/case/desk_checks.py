"""Checks of the tables of calls: that they go together, who calls when, what is promised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.columns import is_blank
from slopt.case.cost_checks import at
from slopt.case.desk_channel_checks import check_channels
from slopt.case.desk_pool_checks import check_pools
from slopt.case.desk_rows import DeskRows
from slopt.case.desk_shift_checks import check_shifts
from slopt.case.few import flagged
from slopt.case.own_rows import OwnRows
from slopt.case.raw import RawCase, RawTable
from slopt.case.schema import BY_NAME
from slopt.errors import Problem, Severity
from slopt.sayings import say
from slopt.vocabulary import LossKind

Mask = NDArray[np.bool_]

NEEDED = ("call_types", "time_blocks", "call_volumes", "agent_pools", "pool_skills")
"""Tables that go together."""
FURTHER = ("desk_designs", "shifts", "shift_blocks", "contact_channels")
ABOVE_ZERO = (
    ("call_types", "handle_time"),
    ("call_types", "patience"),
    ("time_blocks", "hours"),
    ("pool_skills", "handle_factor"),
)


def check_desks(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Every problem within and between the tables of calls."""
    given = [name for name in (*NEEDED, *FURTHER) if name in case.tables]
    if not given:
        return
    if case.has_periods:
        yield raw.tables[given[0]].problem(
            say("Calls and agents cannot be planned in a case over several periods."),
            say("Take the table out, or plan one period at a time, without the table periods."),
            1,
        )
        return
    yield from _lacking(raw, given[0])
    if any(name not in case.tables for name in NEEDED) or "segments" not in case.tables:
        return
    rows = DeskRows(case)
    for check in (
        _above_zero,
        _volumes,
        _promises,
        _economics,
        check_pools,
        check_channels,
        check_shifts,
    ):
        yield from check(case, raw, rows)


def _lacking(raw: RawCase, given: str) -> Iterator[Problem]:
    """Tables that are missing or empty."""
    for name in NEEDED:
        source = raw.tables.get(name)
        if source is None:
            yield raw.tables[given].problem(
                say(
                    "The table {lacking} is missing, which {table} needs.",
                    lacking=name,
                    table=given,
                ),
                say("Add it: slopt describe {table}.", table=name),
                1,
            )
        elif not source.rows and not source.dropped:
            yield source.problem(
                say("The table has no rows."),
                say("Add a row for {row_is}.", row_is=BY_NAME[name].row_is),
                1,
            )


def _above_zero(case: PlanningCase, raw: RawCase, _rows: DeskRows) -> Iterator[Problem]:
    for name, column in ABOVE_ZERO:
        table = case.table(name)
        yield from flagged(
            table.numbers(column) <= 0,
            at(
                raw.tables[name],
                table,
                column,
                say("{column} is 0.", column=column),
                say("Write a number above 0."),
            ),
        )


def _volumes(case: PlanningCase, raw: RawCase, rows: DeskRows) -> Iterator[Problem]:
    table, source = rows.volumes, raw.tables["call_volumes"]
    each, hourly = ~np.isnan(table.numbers("calls")), ~np.isnan(table.numbers("calls_per_hour"))
    yield from flagged(
        each & hourly,
        at(
            source,
            table,
            "calls",
            say("calls and calls_per_hour are both given."),
            say("Keep one of them."),
        ),
    )
    yield from flagged(
        _are_blank(source, ~each & ~hourly, ("calls", "calls_per_hour")),
        at(
            source,
            table,
            "calls_per_hour",
            say("The row has no calls."),
            say("Write calls_per_hour, or calls."),
        ),
    )
    its = rows.volumes.texts("call_type").places_in(rows.types.texts("call_type"))
    silent = ~np.isin(np.arange(len(rows.types)), its)
    yield from flagged(
        silent,
        at(
            raw.tables["call_types"],
            rows.types,
            "call_type",
            say("call_volumes has no row for this type, so that nobody calls."),
            say("Add its calls, or delete the type."),
            Severity.WARNING,
        ),
    )


def _are_blank(source: RawTable, rows: Mask, columns: Sequence[str]) -> Mask:
    """Those of some rows where nothing stands in any of the columns, not even what is no number."""
    cells = [source.columns[source.places[name]] for name in columns if name in source.places]
    blank = np.zeros(len(rows), dtype=np.bool_)
    for row in np.flatnonzero(rows).tolist():
        blank[row] = all(is_blank(column[row]) for column in cells)
    return blank


def _promises(case: PlanningCase, raw: RawCase, rows: DeskRows) -> Iterator[Problem]:
    table, source = rows.types, raw.tables["call_types"]
    share, within = table.numbers("answered_share"), table.numbers("answer_within")
    yield from flagged(
        share >= 1,
        at(
            source,
            table,
            "answered_share",
            say("No number of agents answers every call in time."),
            say("Write answered_share below 1."),
        ),
    )
    yield from flagged(
        (share < 1) & np.isnan(within) & np.isnan(table.numbers("patience")),
        at(
            source,
            table,
            "answered_share",
            say("A share is promised, but no time, and nobody hangs up: it is always kept."),
            say("Write answer_within."),
        ),
    )


def _economics(case: PlanningCase, raw: RawCase, rows: DeskRows) -> Iterator[Problem]:
    """What a caller who is lost is worth has to have an end, and prospects one place."""
    table, source, segments = rows.types, raw.tables["call_types"], case.table("segments")
    response = OwnRows(case)
    its = table.texts("segment").places_in(case.segments)
    endless = (segments.numbers("base_churn") == 0) & response.lifetime
    endless &= segments.numbers("orders_per_customer") > 0
    endless &= segments.numbers("revenue_per_order") * segments.numbers("margin") > 0
    may_leave = table.numbers("leave_probability") > 0
    no_discount = case.settings.case.discount_rate == 0
    yield from flagged(
        may_leave & np.append(endless, False)[its] & no_discount,
        at(
            source,
            table,
            "leave_probability",
            say(
                "base_churn of the segment and discount_rate are both 0: the lifetime value of a "
                "customer has no end."
            ),
            say("Set one of them above 0, or value_basis to period in response."),
        ),
    )
    pooled = response.places("prospect_pool", case.table("prospect_pools").texts("pool")) >= 0
    yield from flagged(
        np.append(pooled, False)[its],
        at(
            source,
            table,
            "segment",
            say(
                "The segment talks to a pool of prospects, which counts nobody twice; callers who "
                "hang up cannot be counted there yet."
            ),
            say("Clear prospect_pool of the segment, or give the calls a segment of their own."),
        ),
    )
    waiting = response.says("kind", LossKind.WAITING)
    yield from flagged(
        np.append(waiting, False)[its],
        at(
            source,
            table,
            "segment",
            say("The tiers of the segment count callers who hang up already (kind waiting)."),
            say("Nothing to do if these are other calls."),
            Severity.WARNING,
        ),
    )
