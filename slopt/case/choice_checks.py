"""Checks of menus from which customers choose: what tiers are worth, and what taking none is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from slopt.case.case import PlanningCase
from slopt.case.choosers import choosers, outside_tier, same_services
from slopt.case.cost_checks import at
from slopt.case.few import flagged
from slopt.case.given_offers import GivenOffers
from slopt.case.level_rows import choosing_levels
from slopt.case.own_rows import OwnRows
from slopt.case.pair_rows import PairRows
from slopt.case.raw import RawCase
from slopt.case.schema import ANY
from slopt.case.told_once import told_once
from slopt.errors import Problem, Severity
from slopt.sayings import later, say

FREE = ("open_cost", "cost_per_customer", "cost_per_order", "price")
"""Columns of tiers that must be 0 of the one that stands for taking none."""

SERVED = ("promises", "attainments", "usage")
"""Tables by tier that say nothing of who takes none."""


def check_choices(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Every problem of who chooses, from what, and what it costs to take none."""
    if case.has_periods or not {"segments", "tiers"} <= case.tables.keys():
        return
    yield from _outside(case, raw)
    if "willingness" not in case.tables:
        yield from _nobody_chooses(case, raw)
        return
    yield from _levels(case, raw)
    yield from _left_without(case, raw)
    yield from _worth(case, raw)
    yield from _services(case, raw)
    yield from _endless(case, raw)


def _outside(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    table, source = case.table("tiers"), raw.tables["tiers"]
    outside = table.flags("outside")
    second = outside & (np.cumsum(outside) > 1)
    yield from flagged(
        second,
        at(
            source,
            table,
            "outside",
            say("A second tier stands for taking none of ours."),
            say("Keep one, and clear outside in the other."),
        ),
    )
    yield from flagged(
        outside & ~second & table.texts("same_service").is_filled,
        at(
            source,
            table,
            "same_service",
            say("Taking none is no price of a service: all of its other tiers would be shut."),
            say("Clear it."),
        ),
    )
    yield from _idle_rows(case, raw)
    for column in FREE:
        yield from flagged(
            outside & ~second & (table.numbers(column) > 0),
            at(
                source,
                table,
                column,
                say("Who takes no tier pays nothing and is not served, so that this must be 0."),
                say("Clear it. What such customers lose is computed, or given in offers."),
            ),
        )


def _idle_rows(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Rows about what is done for customers, written for those for whom nothing is done."""
    place = outside_tier(case)
    none = [] if place is None else [case.tiers[place]]
    for name in SERVED:
        if name in case.tables:
            table = case.table(name)
            yield from flagged(
                table.texts("tier").is_in(none),
                at(
                    raw.tables[name],
                    table,
                    "tier",
                    say("Who takes no tier is not served, so that the row counts for nothing."),
                    say("Delete the row, or name another tier."),
                    Severity.WARNING,
                ),
            )
    if "willingness" in case.tables:
        table = case.table("willingness")
        yield from flagged(
            ~np.isnan(table.numbers("leave_if_outside")) & ~table.texts("tier").is_in([*none, ANY]),
            at(
                raw.tables["willingness"],
                table,
                "leave_if_outside",
                say("It counts for the tier that stands for taking none of ours alone."),
                say("Write it in the row of that tier, which has outside = true in tiers."),
                Severity.WARNING,
            ),
        )


def _nobody_chooses(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    table, source = case.table("tiers"), raw.tables["tiers"]
    for column, given, severity in (
        ("outside", table.flags("outside"), Severity.ERROR),
        ("same_service", table.texts("same_service").is_filled, Severity.WARNING),
    ):
        yield from flagged(
            given,
            at(
                source,
                table,
                column,
                say("Nobody chooses from the menu, so that this counts for nothing."),
                say("Add the table willingness, or clear the column."),
                severity,
            ),
        )


def _levels(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    table = case.table("willingness")
    levels = np.zeros(len(case.segments) + 1, dtype=np.bool_)
    levels[choosing_levels(case)] = True
    yield from flagged(
        levels[table.texts("segment").places_in(case.segments)],
        at(
            raw.tables["willingness"],
            table,
            "segment",
            say("The segment has a service level of its own, so that it chooses no tier."),
            say("Clear min_level and max_level in segments, or delete the row."),
        ),
    )


def _left_without(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Who does not choose is given one of our tiers: a pin or a ceiling must leave one."""
    outside, table = outside_tier(case), case.table("segments")
    if outside is None:
        return
    given = ~choosers(case)
    given[choosing_levels(case)] = False
    lowest = np.delete(case.ranks, outside).min(initial=np.iinfo(np.int64).max)
    none_left = {
        "fixed_tier": [case.tiers[outside]],
        "max_tier": [t for t, rank in zip(case.tiers, case.ranks, strict=True) if rank < lowest],
    }
    for column, tiers in none_left.items():
        yield from flagged(
            given & table.texts(column).is_in(tiers),
            at(
                raw.tables["segments"],
                table,
                column,
                say("The segment does not choose, so that it cannot be left without a tier."),
                say(
                    "Add a row for it to willingness, whose leave_if_outside is the share that "
                    "stops buying, or name another tier."
                ),
            ),
        )


def _worth(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Every tier that is offered to who chooses has a worth."""
    pairs = PairRows(case, "willingness")
    chooses, outside = choosers(case), outside_tier(case)
    wanted = chooses[:, None] & GivenOffers(case).allowed()
    if outside is not None:
        wanted[:, outside] = False
    known = np.zeros(wanted.shape, dtype=np.bool_)
    said = ~np.isnan(pairs.numbers("worth")) | ~np.isnan(pairs.numbers("worth_of_level"))
    known[pairs.segment[said], pairs.tier[said]] = True
    row = np.zeros(len(chooses), dtype=np.int64)
    row[pairs.segment[::-1]] = pairs.rows[::-1]
    segment, tier = np.nonzero(wanted & ~known)
    yield from told_once(
        case,
        raw,
        "willingness",
        row[segment],
        np.ones(len(segment), dtype=np.bool_),
        "worth",
        later('Nothing says what tier "{tier}" is worth to customers of "{segment}".'),
        say("Write worth or worth_of_level for it, or forbid the pair in offers."),
        segment,
        tier,
    )


def _services(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Several prices of one service differ in nothing but the price."""
    table, source = case.table("tiers"), raw.tables["tiers"]
    level = table.numbers("service_level")
    grouped = {place for places in same_services(case).values() for place in places}
    alone = table.texts("same_service").is_filled.copy()
    alone[list(grouped)] = False
    differs = np.zeros(len(table), dtype=np.bool_)
    for places in same_services(case).values():
        differs[list(places)] = level[list(places)] != level[places[0]]
    for wrong, message, remedy in (
        (
            alone,
            say("No other tier has this word in same_service."),
            say("Write the same word for all prices of one service, or clear it."),
        ),
        (
            differs,
            say("The level is another one than that of the first tier of the same service."),
            say("Give all prices of a service one level, or clear same_service."),
        ),
    ):
        yield from flagged(
            wrong, at(source, table, "same_service", message, remedy, Severity.WARNING)
        )


def _endless(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """r / (1 + d - r) has no value for who takes none, where nothing ever ends the sum."""
    if outside_tier(case) is None or case.settings.case.discount_rate > 0:
        return
    if raw.settings is not None and "case.discount_rate" in raw.settings.refused:
        return
    table = case.table("segments")
    endless = choosers(case) & (table.numbers("base_churn") == 0) & OwnRows(case).lifetime
    for name in ("customers", "orders_per_customer", "revenue_per_order", "margin"):
        endless &= table.numbers(name) > 0
    yield from flagged(
        endless,
        at(
            raw.tables["segments"],
            table,
            "base_churn",
            say(
                "base_churn and discount_rate are both 0: the value of a customer who takes no "
                "tier has no end."
            ),
            say("Set one of them above 0, or value_basis to period in response."),
        ),
    )
