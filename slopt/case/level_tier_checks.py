"""Checks of what asks for a tier where a level is chosen, and of levels that nobody chooses."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.cost_checks import at
from slopt.case.few import flagged
from slopt.case.raw import RawCase, RawTable
from slopt.case.schema import ANY
from slopt.errors import Problem, Severity
from slopt.sayings import say
from slopt.vocabulary import RuleKind

Mask = NDArray[np.bool_]

TABLES = ("level_costs", "level_curves")
TIER_COLUMNS = ("current_tier", "min_tier", "max_tier", "fixed_tier")
BY_TIER = ("usage", "cost_lines", "drivers", "quality")
"""Tables whose rows may be of one tier."""
TIERS_ONLY = ("promises", "attainments", "queues", "stocks", "season_stocks")
"""Tables that say what a tier is, and nothing of a level."""
COMPARING = (RuleKind.NOT_BELOW, RuleKind.SAME_TIER)


def check_without_tiers(case: PlanningCase, raw: RawCase, its: Mask) -> Iterator[Problem]:
    """Every problem of rows that name a segment without a tier, and of levels without effect.

    `its` (S,) are the segments that choose a level.
    """
    for check in (_tiers, _tiers_only, _rows_by_tier, _without_effect, _rules):
        yield from check(case, raw, its)


def check_without_levels(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Levels that a case gives where no segment chooses one."""
    for name in TABLES:
        if name in case.tables:
            yield raw.tables[name].problem(
                say("{table} has no effect: no segment chooses a level.", table=name),
                say("Give segments a min_level and a max_level."),
                1,
                severity=Severity.WARNING,
            )
    yield from _today_without_effect(case, raw, np.ones(len(case.segments), dtype=np.bool_))


def _tiers(case: PlanningCase, raw: RawCase, its: Mask) -> Iterator[Problem]:
    """Contracts by tier, and offers, of segments that have none."""
    table = case.table("segments")
    for column in TIER_COLUMNS:
        yield from flagged(
            its & table.texts(column).is_filled,
            at(
                raw.tables["segments"],
                table,
                column,
                say("The segment chooses a level, so that it cannot have {column}.", column=column),
                say("Clear it, or clear min_level and max_level."),
            ),
        )
    if "offers" in case.tables:
        offers = case.table("offers")
        yield from flagged(
            np.append(its, False)[offers.texts("segment").places_in(case.segments)],
            at(
                raw.tables["offers"],
                offers,
                "segment",
                say("The segment chooses a level, so that it has no offers by tier."),
                say("Delete the row, or write figures by level in level_curves."),
            ),
        )


def _tiers_only(case: PlanningCase, raw: RawCase, its: Mask) -> Iterator[Problem]:
    """Contracts, queues and stocks of a tier that name a segment without one."""
    for name in TIERS_ONLY:
        if name not in case.tables:
            continue
        table, source = case.table(name), raw.tables[name]
        segments = table.texts("segment")

        def named(index: int, table: Table = table, source: RawTable = source) -> Problem:
            return source.problem(
                say(
                    '"{segment}" chooses a level, and {table} says what a tier is.',
                    segment=table.texts("segment")[index],
                    table=table.name,
                ),
                say("Delete the row, or clear min_level and max_level of the segment."),
                table.rows[index],
                "segment",
                table.texts("segment")[index],
            )

        yield from flagged(np.append(its, False)[segments.places_in(case.segments)], named)
        if its.all():
            yield from flagged(
                segments.is_in([ANY]),
                at(
                    source,
                    table,
                    "segment",
                    say("The row has no effect: every segment chooses a level and has no tier."),
                    say("Delete the row."),
                    Severity.WARNING,
                ),
            )


def _rows_by_tier(case: PlanningCase, raw: RawCase, its: Mask) -> Iterator[Problem]:
    for name in BY_TIER:
        if name not in case.tables:
            continue
        table = case.table(name)
        of_levels = np.append(its, False)[table.texts("segment").places_in(case.segments)]
        yield from flagged(
            of_levels & ~table.texts("tier").is_in([ANY]),
            at(
                raw.tables[name],
                table,
                "tier",
                say("The row has no effect: its segment chooses a level and has no tier."),
                say("Write * as tier, or delete the row."),
                Severity.WARNING,
            ),
        )


def _without_effect(case: PlanningCase, raw: RawCase, its: Mask) -> Iterator[Problem]:
    """Curves and today's levels of segments that have a tier."""
    for name in TABLES:
        if name in case.tables:
            table = case.table(name)
            yield from flagged(
                np.append(~its, False)[table.texts("segment").places_in(case.segments)],
                at(
                    raw.tables[name],
                    table,
                    "segment",
                    say("The row has no effect: its segment has a tier and chooses no level."),
                    say("Give the segment a min_level and a max_level, or delete the row."),
                    Severity.WARNING,
                ),
            )
    yield from _today_without_effect(case, raw, ~its)


def _today_without_effect(case: PlanningCase, raw: RawCase, its: Mask) -> Iterator[Problem]:
    yield from flagged(
        its & ~np.isnan(case.table("segments").numbers("current_level")),
        at(
            raw.tables["segments"],
            case.table("segments"),
            "current_level",
            say("current_level has no effect: the segment does not choose a level."),
            say("Give it a min_level and a max_level, or clear this."),
            Severity.WARNING,
        ),
    )


def _rules(case: PlanningCase, raw: RawCase, its: Mask) -> Iterator[Problem]:
    """Rules that compare tiers with levels, and counts of tiers that nobody could have."""
    if "rules" not in case.tables:
        return
    table, source = case.table("rules"), raw.tables["rules"]
    group = case.table("segments").texts("group")

    def members(text: str) -> Mask:
        place = case.segments.place(text)
        if place >= 0:
            return np.asarray(np.arange(len(its)) == place)
        return np.ones(len(its), dtype=np.bool_) if text == ANY else group.is_in([text])

    kinds = table.texts("kind")
    for index, kind in enumerate(kinds):
        for column in ("segment", "other"):
            text = table.texts(column)[index]
            if not text:
                continue
            meant = members(text)
            if kind in COMPARING and (meant & its).any():
                who = int(np.flatnonzero(meant & its)[0])
                message = say(
                    'The rule compares tiers, and "{segment}" chooses a level.',
                    segment=case.segments[who],
                )
            elif kind in (RuleKind.MIN_IN_TIER, RuleKind.MAX_IN_TIER) and (
                meant.any() and its[meant].all()
            ):
                message = say(
                    'The rule counts segments in a tier, and "{text}" has none: it chooses a '
                    "level.",
                    text=text,
                )
            else:
                continue
            yield source.problem(
                message,
                say("Name segments that have a tier, or take min_service_level as kind."),
                table.rows[index],
                column,
                text,
            )
