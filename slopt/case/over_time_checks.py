"""Checks of contracts by period, staff, projects and changes of tier in a plan over periods."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from slopt.case.by_period import CONTRACT, contract_places, of_segments
from slopt.case.case import PlanningCase
from slopt.case.cost_checks import at
from slopt.case.few import first_few, flagged
from slopt.case.given_offers import GivenOffers
from slopt.case.raw import RawCase
from slopt.case.texts import Texts
from slopt.errors import Problem, Severity
from slopt.sayings import say
from slopt.vocabulary import LOSSES


def check_over_time(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Every problem of what changes over time."""
    if not case.has_periods or not {"segments", "tiers"} <= case.tables.keys():
        return
    for check in (_contracts, _notice, _staff, _tier_changes, _without_customers):
        yield from check(case, raw)


def _contracts(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Floors above ceilings, and pins outside of them, in a period; each row is told once."""
    if "segment_periods" not in case.tables:
        return
    table, source = case.table("segment_periods"), raw.tables["segment_periods"]
    rank = case.ranks.astype(np.float64)
    low, high, pin = (
        np.append(rank, otherwise)[contract_places(case, column)]
        for column, otherwise in zip(CONTRACT, (-np.inf, np.inf, np.nan), strict=True)
    )
    tiers, by_period = Texts.of(case.tiers), of_segments(case)
    said = np.stack(
        [by_period.rows(table.texts(name).places_in(tiers) >= 0) for name in CONTRACT]
    ).max(axis=0)
    kinds = (
        (low > high, say("No tier is left here: the floor ranks above the ceiling.")),
        (
            ((pin < low) | (pin > high)) & (low <= high),
            say("No tier is left here: fixed_tier lies outside of floor and ceiling."),
        ),
    )
    for bad, message in kinds:
        rows, first = np.unique(np.where(bad, said, -1), return_index=True)
        wrong = {int(row): int(place) for row, place in zip(rows, first, strict=True) if row >= 0}

        def describe(row: int, wrong: dict[int, int] = wrong, message: str = message) -> Problem:
            segment, period = divmod(wrong[row], len(case.periods))
            return source.problem(
                message,
                say(
                    'Look at "{segment}" in "{period}": its tiers here and in segments.',
                    segment=case.segments[segment],
                    period=case.periods[period],
                ),
                table.rows[row],
                next(name for name in CONTRACT if table.texts(name)[row]),
                severity=Severity.WARNING,
            )

        yield from first_few(list(wrong), describe)


def _notice(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    table = case.table("segments")
    notice = table.numbers("notice_periods") > 0
    here = table.texts("current_tier").places_in(Texts.of(case.tiers))
    yield from flagged(
        notice & (here < 0),
        at(
            raw.tables["segments"],
            table,
            "notice_periods",
            say("There is no current_tier that could be kept."),
            say("Fill current_tier, or clear notice_periods."),
        ),
    )
    rank = case.ranks.astype(np.float64)
    low, high, pin = (
        np.append(rank, otherwise)[contract_places(case, column)[:, 0]]
        for column, otherwise in zip(CONTRACT, (-np.inf, np.inf, np.nan), strict=True)
    )
    now = np.append(rank, np.nan)[here]
    offered = np.append(GivenOffers(case).allowed(), np.ones((len(table), 1), dtype=bool), axis=1)
    barred = (now < low) | (now > high) | (~np.isnan(pin) & (now != pin))
    barred |= ~offered[np.arange(len(table)), here]
    yield from flagged(
        notice & (here >= 0) & barred,
        at(
            raw.tables["segments"],
            table,
            "notice_periods",
            say("Notice keeps current_tier in the first period, where the contract forbids it."),
            say("Clear notice_periods, or let the contract begin after it."),
            Severity.WARNING,
        ),
    )


def _staff(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    if "staff_options" not in case.tables:
        return
    table, source = case.table("staff_options"), raw.tables["staff_options"]
    yield from flagged(
        table.numbers("units") > table.numbers("most_held"),
        at(
            source,
            table,
            "units",
            say("More units are held than most_held allows."),
            say("Raise most_held, or lower units."),
        ),
    )
    yield from flagged(
        table.numbers("lead_periods") >= len(case.periods),
        at(
            source,
            table,
            "lead_periods",
            say("Nobody who is hired would be at work before the last period is over."),
            say("Nothing to do if nobody is to be hired."),
            Severity.WARNING,
        ),
    )
    yield from flagged(
        np.isnan(table.numbers("ramp")) & (table.numbers("ramp_periods") > 1),
        at(
            source,
            table,
            "ramp_periods",
            say("Without ramp a unit is fully productive at once."),
            say("Write in ramp the share that works in the first period."),
            Severity.WARNING,
        ),
    )


def _tier_changes(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    if "tier_changes" not in case.tables:
        return
    table, source = case.table("tier_changes"), raw.tables["tier_changes"]
    tiers = Texts.of(case.tiers)
    left, taken = (table.texts(name).places_in(tiers) for name in ("from_tier", "to_tier"))
    yield from flagged(
        (left >= 0) & (left == taken),
        at(
            source,
            table,
            "to_tier",
            say("A segment that stays in its tier does not change it."),
            say("Name another tier, or delete the row."),
        ),
    )


def _without_customers(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Figures of a whole segment grow with its customers, so that there have to be some."""
    if "offers" not in case.tables:
        return
    table = case.table("offers")
    empty = np.append(case.table("segments").numbers("customers") == 0, False)
    row = empty[table.texts("segment").places_in(case.segments)]
    money = [table.numbers(name) for name in ("service_cost", *LOSSES, "lost_sales")]
    given = np.any([np.nan_to_num(m) != 0 for m in (*money, *table.use_columns.values())], axis=0)
    yield from flagged(
        row & given,
        at(
            raw.tables["offers"],
            table,
            "segment",
            say("The segment has no customers, so that these figures cannot grow with them."),
            say("Give it customers in segments, or leave the figures to be computed."),
        ),
    )
