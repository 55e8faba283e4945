"""Checks between tables: ids that exist, rules that make sense, no two words for one thing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from slopt.case.case import PlanningCase, Table
from slopt.case.columns import Column, suggest
from slopt.case.known import known_ids
from slopt.case.raw import RawCase
from slopt.case.rule_checks import check_rules
from slopt.case.schema import ANY, BY_NAME, TABLES, USE_PREFIX
from slopt.errors import Problem, Severity
from slopt.vocabulary import LIMITS, LOSSES


def crosscheck(case: PlanningCase, raw: RawCase) -> list[Problem]:
    """Every problem that takes more than one cell to see."""
    problems: list[Problem] = []
    for schema in TABLES:
        if schema.name in case.tables:
            for column in schema.columns:
                problems += _references(case, raw, case.table(schema.name), column)
    for check in (
        _use_columns,
        _loss_parts,
        check_rules,
        _names,
        _stars,
        _sources,
        _floors,
        _endless_lifetime,
        _changes,
    ):
        problems += check(case, raw)
    return problems


def _references(
    case: PlanningCase, raw: RawCase, table: Table, column: Column
) -> Iterator[Problem]:
    known = known_ids(case, raw, column.refers_to) if column.refers_to else None
    if known is None:
        return
    ids, present = known
    for row, text in zip(table.rows, table.texts(column.name), strict=True):
        if text and text not in present and not (column.any_row and text == ANY):
            yield raw.tables[table.name].problem(
                f'"{text}" is not in {column.refers_to}.',
                suggest(text, ids, f"Known in {column.refers_to}"),
                row,
                column.name,
                text,
            )


def _use_columns(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    known = known_ids(case, raw, "resources")
    if "offers" not in case.tables or known is None:
        return
    ids, present = known
    for resource in case.table("offers").use_columns:
        if resource not in present:
            yield raw.tables["offers"].problem(
                f'"{resource}" is not in resources.',
                suggest(resource, ids, "Known in resources"),
                1,
                USE_PREFIX + resource,
                USE_PREFIX + resource,
            )


def _loss_parts(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    if "offers" not in case.tables:
        return
    offers = case.table("offers")
    total = ~np.isnan(offers.numbers("lost_sales"))
    for part in LOSSES:
        both = total & ~np.isnan(offers.numbers(part))
        for index in np.flatnonzero(both):
            yield raw.tables["offers"].problem(
                f"{part} and lost_sales are both given.",
                "Give the three parts, or lost_sales in place of all three.",
                offers.rows[index],
                part,
                float(offers.numbers(part)[index]),
            )


def _names(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Limits, resources and rules share one list of prices, so their names should differ.

    A rule can be told apart by the word "rule" before its name; a resource cannot.
    """
    taken = dict.fromkeys(LIMITS, "a limit")
    if "resources" in case.tables:
        table = case.table("resources")
        for row, text in zip(table.rows, table.texts("resource"), strict=True):
            if text in LIMITS:
                yield raw.tables["resources"].problem(
                    f'"{text}" is the name of a limit too.',
                    "Give it a name of its own.",
                    row,
                    "resource",
                    text,
                )
            taken.setdefault(text, "a resource")
    if "rules" in case.tables:
        table = case.table("rules")
        for row, text in zip(table.rows, table.texts("rule"), strict=True):
            if text in taken:
                yield raw.tables["rules"].problem(
                    f'"{text}" is the name of {taken[text]} too; outputs call it "rule {text}".',
                    "Give it a name of its own.",
                    row,
                    "rule",
                    text,
                    Severity.WARNING,
                )


def _stars(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """`*` means all wherever an id may stand, so that nothing may be called so."""
    for name, key in (("segments", "segment"), ("tiers", "tier"), ("resources", "resource")):
        if name in case.tables:
            table = case.table(name)
            for row, text in zip(table.rows, table.texts(key), strict=True):
                if text == ANY:
                    yield raw.tables[name].problem(
                        '"*" means all and cannot be a name.', "Give it a name.", row, key, text
                    )


def _sources(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    if "sources" not in case.tables:
        return
    table, source = case.table("sources"), raw.tables["sources"]
    low, high = table.numbers("low"), table.numbers("high")
    for index, (name, column) in enumerate(
        zip(table.texts("table"), table.texts("column"), strict=True)
    ):
        row = table.rows[index]
        if name in BY_NAME and column:
            known = [entry.name for entry in BY_NAME[name].columns]
            is_use = BY_NAME[name].use_columns and column.startswith(USE_PREFIX)
            if column not in known and not is_use:
                yield source.problem(
                    f'"{column}" is not a column of {name}.',
                    suggest(column, known, "Columns are"),
                    row,
                    "column",
                    column,
                )
        if low[index] > high[index]:
            yield source.problem(
                "low is above high.", "Exchange the two.", row, "low", float(low[index])
            )


def _floors(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """A floor above its ceiling leaves no tier: the plan will be proven infeasible."""
    if "segments" not in case.tables or "tiers" not in case.tables:
        return
    rank = dict(zip(case.tiers, case.ranks.tolist(), strict=True))
    table = case.table("segments")
    columns = (table.texts(name) for name in ("current_tier", "min_tier", "max_tier", "fixed_tier"))
    for row, now, low, high, pin in zip(table.rows, *columns, strict=True):
        floor, ceiling = rank.get(low, -np.inf), rank.get(high, np.inf)
        source = raw.tables["segments"]
        if floor > ceiling:
            yield source.problem(
                f'min_tier "{low}" ranks above max_tier "{high}": no tier is left.',
                "Exchange them, or clear one.",
                row,
                "min_tier",
                low,
                Severity.WARNING,
            )
        if pin in rank and not floor <= rank[pin] <= ceiling:
            yield source.problem(
                f'fixed_tier "{pin}" lies outside min_tier and max_tier.',
                "Clear the pin or the floor and ceiling.",
                row,
                "fixed_tier",
                pin,
                Severity.WARNING,
            )
        elif now in rank and not floor <= rank[now] <= ceiling:
            yield source.problem(
                f'current_tier "{now}" lies outside min_tier and max_tier.',
                "Nothing to do if the contract is new.",
                row,
                "current_tier",
                now,
                Severity.WARNING,
            )


def _endless_lifetime(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """r / (1 + d - r) has no value where neither churn nor discount ever ends the sum."""
    if case.settings.case.discount_rate > 0 or not _is_known(raw, "case.discount_rate"):
        return
    if "segments" not in case.tables or "response" not in case.tables:
        return
    response, table, source = case.table("response"), case.table("segments"), raw.tables["segments"]
    whose = response.texts("segment")
    basis = dict(zip(whose, response.texts("value_basis"), strict=True))
    leave = {
        name: share
        for name, share in zip(whose, response.numbers("leave_probability"), strict=True)
        if not np.isnan(share)
    }
    worth = np.ones(len(table))
    for name in ("customers", "orders_per_customer", "revenue_per_order", "margin"):
        worth = worth * table.numbers(name)
    endless = [
        (row, segment)
        for row, segment, churn, value in zip(
            table.rows, table.texts("segment"), table.numbers("base_churn"), worth, strict=True
        )
        if churn == 0
        and value > 0
        and (basis.get(segment) or basis.get(ANY)) in ("lifetime", "", None)
        and leave.get(segment, leave.get(ANY, 0.0)) > 0
    ]
    if "base_churn" not in source.places:
        endless = [(1, segment) for _, segment in endless[:1]]
    for row, segment in endless:
        yield source.problem(
            f'base_churn of "{segment}" and discount_rate are both 0: the lifetime value of a '
            "customer has no end.",
            "Set one of them above 0, or value_basis to period in response.",
            row,
            "base_churn",
            0.0,
        )


def _is_known(raw: RawCase, key: str) -> bool:
    return raw.settings is not None and key not in raw.settings.refused


def _changes(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    if case.settings.limits.max_changes is None or "segments" not in case.tables:
        return
    if raw.settings and not any(case.table("segments").texts("current_tier")):
        yield raw.settings.problem(
            "limits.max_changes",
            "No segment has a current_tier, so this limits nothing.",
            "Fill current_tier in segments.",
            Severity.WARNING,
        )
