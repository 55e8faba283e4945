"""Checks of queues, stocks and quality: every pair of segment and tier has what it needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.given_offers import GivenOffers
from slopt.case.own_rows import OwnRows
from slopt.case.pair_rows import PairRows
from slopt.case.raw import RawCase
from slopt.case.told_once import told_once
from slopt.errors import Problem
from slopt.sayings import later, say
from slopt.vocabulary import LossKind

Mask = NDArray[np.bool_]

PHYSICS = ("queues", "stocks", "season_stocks")
"""Tables that a tier's level and cost can follow from; a pair stands in one of them at most."""
KNOWN = {
    "queues": ("answer_within", "handle_time", "open_hours", "cost_per_hour"),
    "stocks": ("variation", "lead_time", "replenishments", "holding_cost"),
    "season_stocks": ("variation", "unit_cost"),
    "quality": ("promise", "mean", "tolerance", "loss_above"),
}
"""Columns that a pair of these tables must have."""
ABOVE_ZERO = {
    "queues": ("handle_time", "open_hours", "patience"),
    "stocks": ("variation", "lead_time", "replenishments", "units_per_order"),
    "season_stocks": ("variation", "unit_cost", "units_per_order"),
    "quality": ("tolerance",),
}
INSIDE = {"queues": "answered_share", "stocks": "fill_rate", "season_stocks": "enough_probability"}
"""The column that holds the promise: above 0 and below 1."""


def check_physics(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """What is missing or out of range where level, cost or loss follow from physics."""
    if "segments" not in case.tables or "tiers" not in case.tables:
        return
    taken = np.zeros((len(case.segments), len(case.tiers)), dtype=np.int64)
    for table in KNOWN:
        if table in case.tables:
            pairs = PairRows(case, table)
            its = _of_the_kind(case, pairs) if table == "quality" else None
            yield from _values(case, raw, table, pairs, its)
            if table in PHYSICS:
                twice = taken[pairs.segment, pairs.tier] > 0
                yield from _told(
                    case,
                    raw,
                    table,
                    pairs,
                    twice,
                    "tier",
                    later(
                        '"{segment}" in tier "{tier}" stands in more than one of queues, stocks '
                        "and season_stocks."
                    ),
                    say("Keep one: its level can follow from one of them only."),
                )
                taken[pairs.segment, pairs.tier] += 1
    yield from _every_tier(case, raw)


def _of_the_kind(case: PlanningCase, pairs: PairRows) -> Mask:
    return np.asarray(OwnRows(case).says("kind", LossKind.QUALITY)[pairs.segment])


def _told(
    case: PlanningCase,
    raw: RawCase,
    table: str,
    pairs: PairRows,
    wrong: Mask,
    column: str,
    message: str,
    remedy: str,
    **places: Any,
) -> Iterator[Problem]:
    return told_once(
        case,
        raw,
        table,
        pairs.rows,
        wrong,
        column,
        message,
        remedy,
        pairs.segment,
        pairs.tier,
        **places,
    )


def _values(
    case: PlanningCase, raw: RawCase, table: str, pairs: PairRows, its: Mask | None
) -> Iterator[Problem]:
    """Values that are missing, 0 where they must be above it, or a promise of 0 or 1."""
    counted = np.ones(len(pairs.segment), dtype=np.bool_) if its is None else its
    for column in KNOWN[table]:
        missing = counted & np.isnan(pairs.numbers(column))
        yield from _told(
            case,
            raw,
            table,
            pairs,
            missing,
            column,
            later('{source} of "{segment}" in tier "{tier}" has no {name}.'),
            say("Write it."),
            source=table,
            name=column,
        )
    for column in ABOVE_ZERO[table]:
        zero = counted & (pairs.numbers(column) <= 0)
        yield from _told(
            case,
            raw,
            table,
            pairs,
            zero,
            column,
            later('{name} in {source} of "{segment}" in tier "{tier}" is 0.'),
            say("Write a number above 0."),
            source=table,
            name=column,
        )
    if table in INSIDE:
        column = INSIDE[table]
        promise = pairs.numbers(column)
        if table != "season_stocks":
            of_tier = case.table("tiers").numbers("service_level")[pairs.tier]
            promise = np.where(np.isnan(promise), of_tier, promise)
        yield from _told(
            case,
            raw,
            table,
            pairs,
            (promise <= 0) | (promise >= 1),
            column,
            later(
                'The promise in {source} of "{segment}" in tier "{tier}" is 0 or 1, which no staff '
                "and no stock can keep exactly."
            ),
            say(
                "Write {column} above 0 and below 1, or a service_level so for the tier.",
                column=column,
            ),
            source=table,
        )
    if table == "season_stocks":
        yield from _told(
            case,
            raw,
            table,
            pairs,
            pairs.numbers("salvage", 0.0) >= pairs.numbers("unit_cost"),
            "salvage",
            later(
                'salvage in {source} of "{segment}" in tier "{tier}" is not below unit_cost: no '
                "quantity would be too much."
            ),
            say("Write what a unit left over fetches, less than it cost."),
            source=table,
        )


def _every_tier(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Kinds waiting and quality need their table for every tier that the segment may have."""
    response = OwnRows(case)
    for kind, table, column in (
        (LossKind.WAITING, "queues", "patience"),
        (LossKind.QUALITY, "quality", "mean"),
    ):
        its = response.says("kind", kind)
        if not its.any() or table not in case.tables:
            continue
        lacking = np.broadcast_to(its[:, None], (len(its), len(case.tiers))).copy()
        lacking &= GivenOffers(case).allowed()
        pairs = PairRows(case, table)
        known = ~np.isnan(pairs.numbers(column))
        lacking[pairs.segment[known], pairs.tier[known]] = False
        segment, tier = np.nonzero(lacking)
        yield from told_once(
            case,
            raw,
            "response",
            np.asarray(response.rows)[segment],
            np.ones(len(segment), dtype=np.bool_),
            "kind",
            later(
                '"{segment}" is of kind {kind}, and {lacking} has no {name} for it in '
                'tier "{tier}".'
            ),
            say("Add it to {table}, or forbid the pair in offers.", table=table),
            segment,
            tier,
            kind=kind,
            lacking=table,
            name=column,
        )
