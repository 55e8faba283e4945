"""Checks of what a plan says of its periods: budgets, settings, and tables that need them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from slopt.case.calendar_checks import check_calendar
from slopt.case.case import PlanningCase
from slopt.case.columns import is_blank, suggest
from slopt.case.cost_checks import at
from slopt.case.few import flagged
from slopt.case.raw import RawCase, RawSettings, RawTable
from slopt.errors import Problem, Severity
from slopt.sayings import later, say

OVER_TIME = (
    "segment_periods",
    "resource_periods",
    "staff_options",
    "staff_periods",
    "projects",
    "tier_changes",
    "actuals",
)
"""Tables that count in a plan over periods only."""


def check_periods(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Every problem of the periods themselves."""
    if case.has_periods:
        yield from check_calendar(case, raw.tables["periods"])
        yield from _budgets(case, raw.tables["periods"], raw.settings)
        yield from _no_pools(case, raw)
    elif not _speaks_of_periods(raw):
        yield from _without_periods(case, raw)
    yield from _settings(case, raw)


def _speaks_of_periods(raw: RawCase) -> bool:
    """True where the table has rows, be they readable or not; the sheet of a workbook has none."""
    source = raw.tables.get("periods")
    if source is None:
        return any(problem.table == "periods" for problem in raw.problems)
    return bool(len(source.rows) or source.dropped)


def _without_periods(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    for name in OVER_TIME:
        if name in case.tables:
            yield raw.tables[name].problem(
                say("The case has no table periods, so that this table counts for nothing."),
                say("Add periods, a row for each: slopt describe periods."),
                1,
                severity=Severity.WARNING,
            )


def _budgets(
    case: PlanningCase, source: RawTable, raw_settings: RawSettings | None
) -> Iterator[Problem]:
    table = case.table("periods")
    refused = raw_settings is not None and "limits.budget" in raw_settings.refused
    if case.settings.limits.budget is None and not refused:
        blank = np.isnan(table.numbers("budget")) & ~_filled(source, "budget")
        carries = table.flags("carry_over") & blank
        yield from flagged(
            carries,
            at(
                source,
                table,
                "carry_over",
                say("The period has no budget of which something could be left."),
                say("Give it a budget, or clear carry_over."),
            ),
        )


def _filled(source: RawTable, column: str) -> NDArray[np.bool_]:
    """Where something stands in a cell; if it was refused, that is a problem already."""
    place = source.places.get(column)
    if place is None:
        return np.zeros(len(source.rows), dtype=np.bool_)
    return np.array([not is_blank(cell) for cell in source.columns[place]], dtype=np.bool_)


def _no_pools(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    if "response" not in case.tables:
        return
    table = case.table("response")
    yield from flagged(
        table.texts("prospect_pool").is_filled,
        at(
            raw.tables["response"],
            table,
            "prospect_pool",
            say("A plan over periods cannot have pools of prospects that segments share."),
            say("Clear prospect_pool: listeners are then prospects of their own."),
        ),
    )


def _settings(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    horizon, source = case.settings.horizon, raw.settings
    if source is None:
        return
    if not case.has_periods and not _speaks_of_periods(raw):
        for name in ("target_from", "max_changes_each"):
            if getattr(horizon, name) is not None:
                yield source.problem(
                    f"horizon.{name}",
                    say("The case has no table periods, so that this counts for nothing."),
                    say("Add periods, a row for each: slopt describe periods."),
                    Severity.WARNING,
                )
        return
    since = horizon.target_from
    if not case.has_periods or since is None:
        return
    if since not in case.periods:
        yield source.problem(
            "horizon.target_from",
            say('"{period}" is not in periods.', period=since),
            suggest(since, case.periods, later("Known in periods: {known}.")),
        )
    elif case.settings.limits.min_service_level is None:
        yield source.problem(
            "horizon.target_from",
            say("There is no limits.min_service_level that could begin to hold."),
            say("Give limits.min_service_level, or leave this out."),
            Severity.WARNING,
        )
