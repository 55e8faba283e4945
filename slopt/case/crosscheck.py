"""Checks between tables: ids that exist, rules that make sense, no two words for one thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.choice_checks import check_choices
from slopt.case.columns import Column, suggest
from slopt.case.cost_checks import check_costs
from slopt.case.desk_checks import check_desks
from slopt.case.few import flagged
from slopt.case.item_checks import check_items
from slopt.case.known import known_ids
from slopt.case.level_checks import check_levels
from slopt.case.loss_checks import check_losses
from slopt.case.loyalty_checks import check_loyalty
from slopt.case.measure_checks import check_measures
from slopt.case.net_cost_checks import check_net_costs
from slopt.case.over_time_checks import check_over_time
from slopt.case.own_rows import OwnRows
from slopt.case.period_checks import check_periods
from slopt.case.physics_checks import check_physics
from slopt.case.project_checks import check_projects
from slopt.case.promise_checks import check_promises
from slopt.case.raw import RawCase
from slopt.case.risk_checks import check_risk
from slopt.case.rule_checks import check_rules
from slopt.case.rule_names import rule_names
from slopt.case.schema import ANY, BY_NAME, TABLES, USE_PREFIX
from slopt.case.texts import Texts
from slopt.errors import Problem, Severity
from slopt.sayings import later, say
from slopt.vocabulary import LIMITS, LOSSES, LossKind

Numbers = NDArray[np.float64]

CONTRACT_NAME = re.compile(r"(allowed|min_tier|max_tier|fixed_tier)\[")
SLIPS = 100
"""Unknown ids in one column up to which the nearest known one is looked for among all."""


def crosscheck(case: PlanningCase, raw: RawCase) -> list[Problem]:
    """Every problem that takes more than one cell to see."""
    problems: list[Problem] = []
    for schema in TABLES:
        if schema.name in case.tables:
            for column in schema.columns:
                problems += _references(case, raw, case.table(schema.name), column)
    return [*problems, *(problem for check in CHECKS for problem in check(case, raw))]


def crosscheck_numbers(case: PlanningCase, raw: RawCase) -> list[Problem]:
    """Those of them that other numbers of the business may bring: ids, names and rules stay."""
    checks = (check for check in CHECKS if check not in OF_WORDS)
    return [problem for check in checks for problem in check(case, raw)]


def _references(
    case: PlanningCase, raw: RawCase, table: Table, column: Column
) -> Iterator[Problem]:
    known = known_ids(case, raw, column.refers_to) if column.refers_to else None
    if known is None:
        return
    texts = table.texts(column.name)
    unknown = known.lacks(texts)
    if column.any_row and unknown.any():
        unknown &= ~texts.is_in([ANY])

    # Where many are wrong, the nearest of a million ids is no help, and looking takes long.
    is_slip = np.count_nonzero(unknown) <= SLIPS
    ids = known.ids if is_slip else known.ids[:SLIPS]

    def describe(index: int) -> Problem:
        return raw.tables[table.name].problem(
            say('"{text}" is not in {refers_to}.', text=texts[index], refers_to=column.refers_to),
            suggest(texts[index], ids, later("Known in {table}: {known}."), table=column.refers_to),
            table.rows[index],
            column.name,
            texts[index],
        )

    yield from flagged(unknown, describe)


def _use_columns(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    known = known_ids(case, raw, "resources")
    if known is None:
        return
    for name in case.tables:
        for resource in case.table(name).use_columns:
            if resource not in known:
                yield raw.tables[name].problem(
                    say('"{resource}" is not in resources.', resource=resource),
                    suggest(
                        resource, known.ids, later("Known in {table}: {known}."), table="resources"
                    ),
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
        values = offers.numbers(part)

        def describe(index: int, part: str = part, values: Numbers = values) -> Problem:
            return raw.tables["offers"].problem(
                say("{part} and lost_sales are both given.", part=part),
                say("Give the three parts, or lost_sales in place of all three."),
                offers.rows[index],
                part,
                float(values[index]),
            )

        yield from flagged(total & ~np.isnan(values), describe)


def _names(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Limits, resources and rules share one list of prices, so their names should differ.

    A rule can be told apart by the word "rule" before its name; a resource cannot.
    """
    yield from _names_of_contracts(case, raw)
    limits = set(LIMITS)
    taken = limits.copy()
    if "resources" in case.tables:
        table = case.table("resources")
        for row, text in zip(table.rows, table.texts("resource"), strict=True):
            if text in LIMITS:
                yield raw.tables["resources"].problem(
                    say('"{text}" is the name of a limit too.', text=text),
                    say("Give it a name of its own."),
                    row,
                    "resource",
                    text,
                )
            taken.add(text)
    if "rules" in case.tables:
        table = case.table("rules")
        names = rule_names(table.texts("rule"), case.resources)
        for row, text in zip(table.rows, table.texts("rule"), strict=True):
            if text in taken:
                yield raw.tables["rules"].problem(
                    say(
                        '"{text}" is the name of a limit too; outputs call it "{name}".',
                        text=text,
                        name=names[text],
                    )
                    if text in limits
                    else say(
                        '"{text}" is the name of a resource too; outputs call it "{name}".',
                        text=text,
                        name=names[text],
                    ),
                    say("Give it a name of its own."),
                    row,
                    "rule",
                    text,
                    Severity.WARNING,
                )


def _names_of_contracts(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Resources and rules that are called as outputs call the contract of a segment."""
    for name, key in (("resources", "resource"), ("rules", "rule")):
        if name in case.tables:
            table = case.table(name)
            for row, text in zip(table.rows, table.texts(key), strict=True):
                if CONTRACT_NAME.match(text):
                    yield raw.tables[name].problem(
                        say(
                            '"{text}" reads like the contract of a segment, which outputs call so.',
                            text=text,
                        ),
                        say("Give it another name."),
                        row,
                        key,
                        text,
                        Severity.WARNING,
                    )


def _stars(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """`*` means all wherever an id may stand, so that nothing may be called so."""
    for name, key in (("segments", "segment"), ("tiers", "tier"), ("resources", "resource")):
        if name in case.tables:
            table = case.table(name)
            for index in np.flatnonzero(table.texts(key).is_in([ANY])).tolist():
                yield raw.tables[name].problem(
                    say('"*" means all and cannot be a name.'),
                    say("Give it a name."),
                    table.rows[index],
                    key,
                    ANY,
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
                    say('"{column}" is not a column of {name}.', column=column, name=name),
                    suggest(column, known, later("Columns are: {known}.")),
                    row,
                    "column",
                    column,
                )
        if low[index] > high[index]:
            yield source.problem(
                say("low is above high."), say("Exchange the two."), row, "low", float(low[index])
            )


def _floors(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """A floor above its ceiling leaves no tier: the plan will be proven infeasible."""
    if "segments" not in case.tables or "tiers" not in case.tables:
        return
    table, source = case.table("segments"), raw.tables["segments"]
    low, high, pin, now = (
        table.texts(name) for name in ("min_tier", "max_tier", "fixed_tier", "current_tier")
    )
    floor, ceiling = _ranks(case, low, -np.inf), _ranks(case, high, np.inf)
    pinned, present = _ranks(case, pin, np.nan), _ranks(case, now, np.nan)
    outside = (pinned < floor) | (pinned > ceiling)

    def warn(message: str, remedy: str, column: str) -> Callable[[int], Problem]:
        def describe(index: int) -> Problem:
            words = {"low": low[index], "high": high[index]}
            text = table.texts(column)[index]
            words["it"] = text
            return source.problem(
                say(message, **words), remedy, table.rows[index], column, text, Severity.WARNING
            )

        return describe

    yield from flagged(
        floor > ceiling,
        warn(
            later('min_tier "{low}" ranks above max_tier "{high}": no tier is left.'),
            say("Exchange them, or clear one."),
            "min_tier",
        ),
    )
    yield from flagged(
        outside,
        warn(
            later('fixed_tier "{it}" lies outside min_tier and max_tier.'),
            say("Clear the pin or the floor and ceiling."),
            "fixed_tier",
        ),
    )
    yield from flagged(
        ((present < floor) | (present > ceiling)) & ~outside,
        warn(
            later('current_tier "{it}" lies outside min_tier and max_tier.'),
            say("Nothing to do if the contract is new."),
            "current_tier",
        ),
    )


def _ranks(case: PlanningCase, tiers: Texts, otherwise: float) -> Numbers:
    """By row: the rank of its tier."""
    rank = np.append(case.ranks.astype(np.float64), otherwise)
    return np.asarray(rank[tiers.places_in(Texts.of(case.tiers))])


def _endless_lifetime(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """r / (1 + d - r) has no value where neither churn nor discount ever ends the sum."""
    if case.settings.case.discount_rate > 0 or not _is_known(raw, "case.discount_rate"):
        return
    if "segments" not in case.tables or "response" not in case.tables:
        return
    table, source = case.table("segments"), raw.tables["segments"]
    endless = table.numbers("base_churn") == 0
    for name in ("customers", "orders_per_customer", "revenue_per_order", "margin"):
        endless &= table.numbers(name) > 0
    response = OwnRows(case)
    endless &= response.lifetime & _may_leave(case, response)

    def describe(index: int, row: int | None = None) -> Problem:
        return source.problem(
            say(
                'base_churn of "{segment}" and discount_rate are both 0: the lifetime value of a '
                "customer has no end.",
                segment=case.segments[index],
            ),
            say("Set one of them above 0, or value_basis to period in response."),
            row or table.rows[index],
            "base_churn",
            0.0,
        )

    if "base_churn" in source.places:
        yield from flagged(endless, describe)
    elif endless.any():
        yield describe(int(np.argmax(endless)), row=1)


def _may_leave(case: PlanningCase, response: OwnRows) -> NDArray[np.bool_]:
    """Segments whose customers may leave after a failure, one way or another."""
    short = response.says("kind", LossKind.STOCK_OUT)
    at_once = OwnRows(case, "stock_outs").numbers("leaves")
    leaves = np.where(short, at_once, response.numbers("leave_probability")) > 0
    for column in ("leave_if_quick", "leave_if_slow", "leave_if_in_vain"):
        leaves |= (response.numbers("complaint_rate") > 0) & (response.numbers(column) > 0)
    return np.asarray(leaves)


def _is_known(raw: RawCase, key: str) -> bool:
    return raw.settings is not None and key not in raw.settings.refused


def _changes(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    if case.settings.limits.max_changes is None or "segments" not in case.tables:
        return
    table = case.table("segments")
    known = table.texts("current_tier").is_filled | ~np.isnan(table.numbers("current_level"))
    if raw.settings and not known.any():
        yield raw.settings.problem(
            "limits.max_changes",
            say("No segment has a current_tier, so this limits nothing."),
            say("Fill current_tier in segments."),
            Severity.WARNING,
        )


CHECKS: tuple[Callable[[PlanningCase, RawCase], Iterator[Problem]], ...] = (
    _use_columns,
    _loss_parts,
    check_rules,
    _names,
    _stars,
    _sources,
    _floors,
    _endless_lifetime,
    _changes,
    check_losses,
    check_levels,
    check_physics,
    check_items,
    check_costs,
    check_loyalty,
    check_measures,
    check_periods,
    check_over_time,
    check_projects,
    check_desks,
    check_promises,
    check_choices,
    check_net_costs,
    check_risk,
)
OF_WORDS = {_use_columns, check_rules, _names, _stars, _sources, _floors, _changes, check_risk}
"""Checks that no number of the business changes."""
