"""Checks between tables: ids that exist, rules that make sense, no two words for one thing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from slopt.case.case import PlanningCase, Table
from slopt.case.columns import Column, suggest
from slopt.case.raw import RawCase
from slopt.case.schema import ANY, BY_NAME, TABLES, USE_PREFIX
from slopt.errors import Problem, Severity
from slopt.vocabulary import RuleKind

LIMIT_NAMES = ("budget", "max_tiers", "max_changes", "min_service_level", "max_lost_sales")
LOSS_PARTS = ("lost_orders", "lost_customers", "lost_prospects")
RULE_COLUMNS: dict[RuleKind, tuple[str, ...]] = {
    RuleKind.NOT_BELOW: ("segment", "other"),
    RuleKind.SAME_TIER: ("segment",),
    RuleKind.MIN_SERVICE_LEVEL: ("segment", "value"),
    RuleKind.MAX_SERVICE_COST: ("segment", "value"),
    RuleKind.MAX_LOST_SALES: ("segment", "value"),
    RuleKind.MIN_IN_TIER: ("tier", "value"),
    RuleKind.MAX_IN_TIER: ("tier", "value"),
}
"""The columns that a rule of each kind cannot do without."""


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
        _rules,
        _names,
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
    target = BY_NAME.get(column.refers_to or "")
    if target is None or (target.required and target.name not in case.tables):
        return
    known = case.table(target.name).texts(target.key[0])
    present = set(known)
    for row, text in zip(table.rows, table.texts(column.name), strict=True):
        if text and text not in present and not (column.any_row and text == ANY):
            yield raw.tables[table.name].problem(
                f'"{text}" is not in {target.name}.',
                suggest(text, known, f"Known in {target.name}"),
                row,
                column.name,
                text,
            )


def _use_columns(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    if "offers" not in case.tables:
        return
    for resource in case.table("offers").use_columns:
        if resource not in case.resources:
            yield raw.tables["offers"].problem(
                f'"{resource}" is not in resources.',
                suggest(resource, case.resources, "Known in resources"),
                1,
                USE_PREFIX + resource,
                USE_PREFIX + resource,
            )


def _loss_parts(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    if "offers" not in case.tables:
        return
    offers = case.table("offers")
    total = ~np.isnan(offers.numbers("lost_sales"))
    for part in LOSS_PARTS:
        both = total & ~np.isnan(offers.numbers(part))
        for index in np.flatnonzero(both):
            yield raw.tables["offers"].problem(
                f"{part} and lost_sales are both given.",
                "Give the three parts, or lost_sales in place of all three.",
                offers.rows[index],
                part,
            )


def _rules(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    if "rules" not in case.tables or "segments" not in case.tables:
        return
    table, source = case.table("rules"), raw.tables["rules"]
    groups = sorted({group for group in case.table("segments").texts("group") if group})
    known = [*case.segments, *groups]
    for index, kind in enumerate(table.texts("kind")):
        row = table.rows[index]
        for column in ("segment", "other"):
            text = table.texts(column)[index]
            if text and text != ANY and text not in known:
                yield source.problem(
                    f'"{text}" is neither a segment nor a group.',
                    suggest(text, known, "Known are"),
                    row,
                    column,
                    text,
                )
        if kind not in tuple(RuleKind):
            continue
        for column in RULE_COLUMNS[RuleKind(kind)]:
            missing = (
                np.isnan(table.numbers("value")[index])
                if column == "value"
                else not table.texts(column)[index]
            )
            if missing:
                yield source.problem(
                    f"is empty, and {kind} needs it.",
                    f"Write {BY_NAME['rules'].column(column).meaning}.",
                    row,
                    column,
                )
        value = table.numbers("value")[index]
        if kind == RuleKind.MIN_SERVICE_LEVEL and value > 1:
            yield source.problem(
                f'"{value:g}" is above 1.',
                f"For {value:g} % write {value / 100:g}.",
                row,
                "value",
                float(value),
            )


def _names(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Limits, resources and rules share one list of prices, so their names must differ."""
    taken = dict.fromkeys(LIMIT_NAMES, "a limit")
    for name, key in (("resources", "resource"), ("rules", "rule")):
        if name not in case.tables:
            continue
        table = case.table(name)
        for row, text in zip(table.rows, table.texts(key), strict=True):
            if text in taken and taken[text] != name:
                yield raw.tables[name].problem(
                    f'"{text}" is the name of {taken[text]} too.',
                    "Give it a name of its own.",
                    row,
                    key,
                    text,
                )
            taken.setdefault(text, name)
    groups = set(case.table("segments").texts("group")) & set(case.segments)
    for group in sorted(groups - {""}):
        members = [
            segment
            for segment, its in zip(
                case.segments, case.table("segments").texts("group"), strict=True
            )
            if its == group
        ]
        if "rules" in case.tables and members != [group]:
            yield Problem(
                f'"{group}" is both a segment and a group; rules mean the segment.',
                "Rename the group if rules should mean it.",
                table="segments",
                file=raw.tables["segments"].file,
                column="group",
                value=group,
                severity=Severity.WARNING,
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
            if column not in known and not column.startswith(USE_PREFIX):
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
    if case.settings.case.discount_rate > 0 or "response" not in case.tables:
        return
    response = case.table("response")
    basis = dict(zip(response.texts("segment"), response.texts("value_basis"), strict=True))
    leave = response.numbers("leave_probability")
    leaving = {
        name for name, share in zip(response.texts("segment"), leave, strict=True) if share > 0
    }
    table = case.table("segments")
    for row, segment, churn in zip(
        table.rows, table.texts("segment"), table.numbers("base_churn"), strict=True
    ):
        how = basis.get(segment) or basis.get(ANY) or "lifetime"
        if churn == 0 and how == "lifetime" and (segment in leaving or ANY in leaving):
            yield raw.tables["segments"].problem(
                "is 0 and so is discount_rate: a customer's lifetime value has no end.",
                "Set base_churn or discount_rate above 0, or value_basis to period.",
                row,
                "base_churn",
                0.0,
            )


def _changes(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    if case.settings.limits.max_changes is None or "segments" not in case.tables:
        return
    if raw.settings and not any(case.table("segments").texts("current_tier")):
        yield raw.settings.problem(
            "limits.max_changes",
            "no segment has a current_tier, so it limits nothing.",
            "Fill current_tier in segments.",
            Severity.WARNING,
        )
