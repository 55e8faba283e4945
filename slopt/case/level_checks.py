"""Checks of segments that choose a service level: floor and ceiling, and nothing that asks for a
tier.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.columns import plainly
from slopt.case.cost_checks import at
from slopt.case.few import flagged
from slopt.case.level_curve_checks import check_level_curves
from slopt.case.level_rows import choosing_levels, level_points, level_terms
from slopt.case.level_tier_checks import check_without_levels, check_without_tiers
from slopt.case.own_points import OwnPoints
from slopt.case.own_rows import OwnRows
from slopt.case.raw import RawCase
from slopt.case.told_once import told_once
from slopt.errors import Problem, Severity
from slopt.sayings import later, say
from slopt.vocabulary import CurveShape, LossKind

Mask = NDArray[np.bool_]

BY_PHYSICS = (LossKind.QUALITY, LossKind.WAITING, LossKind.UNSOLD)
"""Kinds of lost orders that follow from what a tier is, and not from a level."""


def check_levels(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Every problem of levels that are chosen in place of tiers."""
    if "segments" not in case.tables:
        return
    table = case.table("segments")
    given = [~np.isnan(table.numbers(name)) for name in ("min_level", "max_level")]
    if not any(its.any() for its in given):
        yield from check_without_levels(case, raw)
        return
    if case.has_periods:
        yield raw.tables["segments"].problem(
            say("In a plan over periods no segment can choose a level in place of a tier."),
            say("Clear min_level and max_level, or plan one period."),
            1,
            "min_level" if given[0].any() else "max_level",
        )
        return
    yield from _floors(case, raw)
    its = np.zeros(len(table), dtype=np.bool_)
    its[choosing_levels(case)] = True
    yield from check_without_tiers(case, raw, its)
    for check in (_response, _sales_points, _without_cost):
        yield from check(case, raw, its)
    yield from check_level_curves(case, raw)


def _floors(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    table, source = case.table("segments"), raw.tables["segments"]
    low, high, now = (table.numbers(name) for name in ("min_level", "max_level", "current_level"))
    for missing, given in (
        ("max_level", np.isnan(high) & ~np.isnan(low)),
        ("min_level", np.isnan(low) & ~np.isnan(high)),
    ):
        yield from flagged(
            given,
            at(
                source,
                table,
                missing,
                say(
                    "A segment that chooses its level has a floor and a ceiling, and {missing} "
                    "is blank.",
                    missing=missing,
                ),
                say("Fill both, or clear both for a segment that has a tier."),
            ),
        )

    def above(index: int) -> Problem:
        return source.problem(
            say(
                'min_level of "{segment}" is {low}, above its max_level {high}: no level is left.',
                segment=case.segments[index],
                low=plainly(float(low[index])),
                high=plainly(float(high[index])),
            ),
            say("Exchange them, or correct one."),
            table.rows[index],
            "min_level",
            float(low[index]),
        )

    yield from flagged(low > high, above)
    counted = case.settings.limits.max_changes is not None

    def outside(index: int) -> Problem:
        return source.problem(
            say(
                'current_level of "{segment}" is {now}, outside {low} to {high}: what is spent and '
                "lost there today is not known, nor is its move counted as a change.",
                segment=case.segments[index],
                now=plainly(float(now[index])),
                low=plainly(float(low[index])),
                high=plainly(float(high[index])),
            ),
            say("Widen min_level and max_level, or clear current_level or limits.max_changes.")
            if counted
            else say("Nothing to do if the contract is new."),
            table.rows[index],
            "current_level",
            float(now[index]),
            Severity.ERROR if counted else Severity.WARNING,
        )

    yield from flagged((now < low) | (now > high), outside)


def _response(case: PlanningCase, raw: RawCase, its: Mask) -> Iterator[Problem]:
    """Losses that follow from a tier's queue, stock or promise, or from what others tell."""
    if "response" not in case.tables:
        return
    response = OwnRows(case)
    for kind in BY_PHYSICS:
        yield from told_once(
            case,
            raw,
            "response",
            response.rows,
            its & response.says("kind", kind),
            "kind",
            later('"{segment}" chooses a level, and losses of kind {kind} are known by tier only.'),
            say(
                "Choose kind failure, curve or stock_out for it, or write its losses in "
                "level_curves."
            ),
            kind=kind,
        )
    pool = response.places("prospect_pool", case.table("prospect_pools").texts("pool"))
    yield from told_once(
        case,
        raw,
        "response",
        response.rows,
        its & (pool >= 0),
        "prospect_pool",
        later('"{segment}" chooses a level and cannot share a pool of prospects.'),
        say("Clear prospect_pool for it; its listeners then count as prospects of its own."),
    )


def _sales_points(case: PlanningCase, raw: RawCase, its: Mask) -> Iterator[Problem]:
    """Levels that may be chosen and of which a curve of sales points says nothing."""
    if "sales_curves" not in case.tables or "sales_points" not in case.tables:
        return
    table, points = case.table("segments"), OwnPoints(case)
    asks = its & OwnRows(case).says("kind", LossKind.CURVE)
    asks &= OwnRows(case, "sales_curves").says("shape", CurveShape.POINTS)
    bounds: dict[int, tuple[float, float]] = {}
    for owner in np.unique(points.owner[asks]).tolist():
        at_levels = points.table.numbers("service_level")[points.rows(owner)]
        if len(at_levels):
            bounds[owner] = float(at_levels[0]), float(at_levels[-1])
    for column, end in (("min_level", 0), ("max_level", 1)):
        levels = table.numbers(column)
        wrong = np.zeros(len(its), dtype=np.bool_)
        for s in np.flatnonzero(asks).tolist():
            known = bounds.get(int(points.owner[s]))
            if known is not None:
                wrong[s] = levels[s] < known[end] if end == 0 else levels[s] > known[end]

        def describe(index: int, column: str = column) -> Problem:
            first, last = bounds[int(points.owner[index])]
            return raw.tables["segments"].problem(
                say(
                    'The sales points of "{segment}" reach from level {first} to {last} only.',
                    segment=case.segments[index],
                    first=plainly(first),
                    last=plainly(last),
                ),
                say("Choose levels within them, or add a point."),
                table.rows[index],
                column,
                float(table.numbers(column)[index]),
            )

        yield from flagged(wrong, describe)


def _without_cost(case: PlanningCase, raw: RawCase, its: Mask) -> Iterator[Problem]:
    """Segments of which neither table says what a level costs."""
    segments = np.flatnonzero(its)
    speaks = level_points(case, segments).curve >= 0
    for term in level_terms(case, segments):
        speaks |= term.rows >= 0
    silent = np.zeros(len(its), dtype=np.bool_)
    silent[segments[~speaks]] = True
    yield from flagged(
        silent,
        at(
            raw.tables["segments"],
            case.table("segments"),
            "max_level",
            say("Nothing says what a level costs here, so that the highest would be free."),
            say("Write it in level_costs or level_curves, for this segment or for *."),
        ),
    )
