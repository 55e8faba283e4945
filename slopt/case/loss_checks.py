"""Checks of how service turns into lost sales: every kind has what it needs, and shares add up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.columns import plainly
from slopt.case.curve_checks import check_curves
from slopt.case.few import flagged
from slopt.case.own_rows import OwnRows
from slopt.case.raw import RawCase
from slopt.case.served import needs_tiers
from slopt.case.told_once import told_once
from slopt.errors import Problem, Severity
from slopt.sayings import later, listed, say
from slopt.vocabulary import LossKind

Mask = NDArray[np.bool_]

TABLE_OF = {
    LossKind.STOCK_OUT: "stock_outs",
    LossKind.CURVE: "sales_curves",
    LossKind.QUALITY: "quality",
    LossKind.WAITING: "queues",
}
"""The table that holds what a kind of lost sales needs."""
REACTIONS = ("other_shop", "other_brand", "same_brand", "later", "nothing", "leaves")
UNUSED = {
    LossKind.STOCK_OUT: ("lost_order_share", "leave_probability"),
    LossKind.CURVE: ("lost_order_share",),
    LossKind.QUALITY: ("lost_order_share",),
    LossKind.UNSOLD: ("lost_order_share",),
}
"""The columns of response that a kind takes from elsewhere."""


def check_losses(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """What the response table asks for and does not have, or has and does not use."""
    if "segments" not in case.tables or ("tiers" not in case.tables and needs_tiers(case)):
        return
    response = OwnRows(case)
    for kind, table in TABLE_OF.items():
        its = response.says("kind", kind)
        yield from _companion(case, raw, response, its, kind, table)
    yield from _unused(case, raw)
    yield from _word_of_mouth(case, raw, response)
    yield from _complaints(case, raw, response)
    yield from _reactions(case, raw, response.says("kind", LossKind.STOCK_OUT))
    yield from check_curves(case, raw, response.says("kind", LossKind.CURVE))


def _companion(
    case: PlanningCase, raw: RawCase, response: OwnRows, its: Mask, kind: LossKind, table: str
) -> Iterator[Problem]:
    """A kind without rows in its table, or a table that no segment's kind asks for."""
    if its.any():
        lacking = its & (OwnRows(case, table).rows < 0)
        if table in ("queues", "quality"):
            lacking = its & (table not in case.tables)
        yield from told_once(
            case,
            raw,
            "response",
            response.rows,
            lacking,
            "kind",
            later('"{segment}" is of kind {kind}, and {lacking} has no row for it.'),
            say("Add a row to {table}, or choose another kind.", table=table),
            kind=kind,
            lacking=table,
        )
    elif table in case.tables and table != "queues" and "response" not in _unread(raw):
        yield raw.tables[table].problem(
            say("{table} has no effect: no segment is of kind {kind}.", table=table, kind=kind),
            say("Write {kind} as kind in response.", kind=kind),
            1,
            severity=Severity.WARNING,
        )


def _unread(raw: RawCase) -> set[str | None]:
    return {problem.table for problem in raw.problems if problem.severity is Severity.ERROR}


def _unused(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    table = case.table("response")
    for kind, columns in UNUSED.items():
        its = table.texts("kind").is_in([kind])
        for column in columns:

            def describe(index: int, column: str = column, kind: LossKind = kind) -> Problem:
                value = float(table.numbers(column)[index])
                return raw.tables["response"].problem(
                    say(
                        '"{value}" has no effect: kind {kind} does not use {column}.',
                        value=plainly(value),
                        kind=kind,
                        column=column,
                    ),
                    say("Clear it, or choose another kind."),
                    table.rows[index],
                    column,
                    value,
                    Severity.WARNING,
                )

            yield from flagged(its & (table.numbers(column) > 0), describe)


def _word_of_mouth(case: PlanningCase, raw: RawCase, response: OwnRows) -> Iterator[Problem]:
    endless = response.numbers("passed_on") >= 1
    endless &= np.isnan(response.numbers("generations", np.nan))
    yield from told_once(
        case,
        raw,
        "response",
        response.rows,
        endless,
        "passed_on",
        later(
            'passed_on of "{segment}" is 1 or more without an end: the story would reach everybody.'
        ),
        say("Write a number below 1, or the generations after which it stops."),
    )


def _complaints(case: PlanningCase, raw: RawCase, response: OwnRows) -> Iterator[Problem]:
    told = response.numbers("complaint_rate") > 0
    if not told.any():
        return
    quickly, slowly = response.numbers("resolved_quickly"), response.numbers("resolved_slowly")
    yield from told_once(
        case,
        raw,
        "response",
        response.rows,
        told & (quickly + slowly > 1 + 1e-12),
        "resolved_slowly",
        later('resolved_quickly and resolved_slowly of "{segment}" add up to more than 1.'),
        say("Together they are the share of complaints made good, 1 at most."),
    )
    for column, matters in (
        ("leave_if_quick", quickly > 0),
        ("leave_if_slow", slowly > 0),
        ("leave_if_in_vain", quickly + slowly < 1),
    ):
        yield from told_once(
            case,
            raw,
            "response",
            response.rows,
            told & matters & np.isnan(response.numbers(column, np.nan)),
            column,
            later('"{segment}" has a complaint_rate, and no {missing}.'),
            say("Write the chance to leave after such a complaint."),
            missing=column,
        )


def _reactions(case: PlanningCase, raw: RawCase, its: Mask) -> Iterator[Problem]:
    if "stock_outs" not in case.tables:
        return
    own = OwnRows(case, "stock_outs")
    total = np.sum([own.numbers(name) for name in REACTIONS], axis=0)
    wrong = its & (own.rows >= 0) & (np.abs(total - 1) > 1e-9)
    yield from told_once(
        case,
        raw,
        "stock_outs",
        own.rows,
        wrong,
        "nothing",
        later('The shares of the reactions of "{segment}" add up to {figure}, not to 1.'),
        say("{reactions}: every customer does one of them.", reactions=listed(REACTIONS)),
        figures=total,
    )
