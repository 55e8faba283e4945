"""Checks of the intervals in sources: ends, spreads, and whether anything is drawn by them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.columns import Column, plainly
from slopt.case.decisions import may_vary, why_the_same
from slopt.case.few import flagged
from slopt.case.intervals import intervals_of
from slopt.case.paths import SETTINGS
from slopt.case.raw import RawTable
from slopt.case.schema import ANY, BY_NAME, USE_PREFIX
from slopt.case.settings import COLUMNS
from slopt.case.uncertain import drawn_by
from slopt.errors import Problem, Severity
from slopt.sayings import Saying, say
from slopt.vocabulary import Distribution

Places = NDArray[np.int64]

ENDS = ("low", "high", "span")
"""Columns of a row that say how far a number may be off."""
FLAT = ("", Distribution.UNIFORM, Distribution.TRIANGULAR)


def check_intervals(case: PlanningCase, source: RawTable) -> Iterator[Problem]:
    """Ends outside of a column's range, spreads that cannot be, intervals that nothing is drawn by.

    Unknown tables, columns and keys are told elsewhere.
    """
    table = case.table("sources")
    for index, (name, title) in enumerate(
        zip(table.texts("table"), table.texts("column"), strict=True)
    ):
        row = table.rows[index]
        column = _column(name, title)
        if column is not None and column.is_number:
            yield from _out_of_range(table, source, index, column)
        yield from _spread(table, source, index, row)
    yield from _undrawn(case, table, source)


def _column(table: str, title: str) -> Column | None:
    """The column that a row of sources speaks of; None where there is no such one."""
    if table == SETTINGS:
        return COLUMNS.get(title)
    if table not in BY_NAME:
        return None
    schema = BY_NAME[table]
    known = [one.name for one in schema.columns]
    is_use = schema.use_columns and title.startswith(USE_PREFIX)
    return schema.column(title) if title in known or is_use else None


def _out_of_range(table: Table, source: RawTable, index: int, column: Column) -> Iterator[Problem]:
    for name in ("low", "high"):
        value = float(table.numbers(name)[index])
        below = column.low is not None and value < column.low
        above = column.high is not None and value > column.high
        if below or above:
            yield source.problem(
                say(
                    "{column} is never {value}: it is {range}.",
                    column=column.name,
                    value=plainly(value),
                    range=column.range_words,
                ),
                say("Write {expected}.", expected=column.expected),
                table.rows[index],
                name,
                value,
            )


def _spread(table: Table, source: RawTable, index: int, row: int) -> Iterator[Problem]:
    """What a row says of how a number is spread, if it can be."""
    low, high, span, coverage = (
        float(table.numbers(name)[index]) for name in ("low", "high", "span", "coverage")
    )
    distribution = table.texts("distribution")[index]
    has_ends = low == low or high == high
    if span == span and has_ends:
        yield source.problem(
            say("Low or high is given, and a span too."),
            say("Give low and high, or the span."),
            row,
            "span",
            span,
        )
    if coverage == 0 or (coverage == 1 and distribution not in FLAT):
        yield source.problem(
            say("Low and high cannot have this probability between them."),
            say("Write a probability above 0, and below 1 for a normal distribution."),
            row,
            "coverage",
            coverage,
        )
    if (distribution or coverage == coverage) and not (has_ends or span > 0):
        name = "distribution" if distribution else "coverage"
        yield source.problem(
            say("Nothing says how far the number may be off."),
            say("Add low and high, or a span."),
            row,
            name,
            distribution or coverage,
            Severity.WARNING,
        )
    top = {Distribution.LOGNORMAL: np.inf, Distribution.LOGITNORMAL: 1.0}.get(
        Distribution(distribution) if distribution in tuple(Distribution) else Distribution.NORMAL
    )
    for name, value in (("low", low), ("high", high)):
        if top is not None and (value <= 0 or value >= top):
            yield source.problem(
                say("A lognormal number is above 0.")
                if top == np.inf
                else say("A logitnormal number is above 0 and below 1."),
                say("Write an end inside of that, or another distribution."),
                row,
                name,
                value,
            )


def _undrawn(case: PlanningCase, table: Table, source: RawTable) -> Iterator[Problem]:
    """Rows with an interval that no number of the case is drawn by, and why."""
    low, high, span = (table.numbers(name) for name in ENDS)
    stated = ~np.isnan(low) | ~np.isnan(high) | ~np.isnan(span)
    stated[drawn_by(case)] = False
    if not stated.any():
        return
    titles = list(zip(table.texts("table"), table.texts("column"), strict=True))
    columns = {title: _column(*title) for title in titles}
    speaking = {key: its.said_by for key, its in intervals_of(case).items()}

    def describe(index: int) -> Problem:
        name, title = titles[index]
        column = columns[titles[index]]
        assert column is not None
        where = title if name == SETTINGS else f"{name}.{title}"
        place = next(n for n in ENDS if not np.isnan(table.numbers(n)[index]))
        value = float(table.numbers(place)[index])
        remedy = say("Change the interval, or remove it.")
        if not may_vary(name, column):
            message = why_the_same(name, column, where)
            remedy = say("Remove low, high and span, or name a number of the business.")
        elif low[index] == high[index] or span[index] == 0:
            message = say("Nothing is drawn here: the interval has no width.")
        else:
            values = _values_today(case, name, title, speaking.get((name, title)), index)
            message, remedy = _not_drawn(where, values)
        return source.problem(message, remedy, table.rows[index], place, value, Severity.WARNING)

    known = np.array([columns[title] is not None for title in titles])
    yield from flagged(stated & known & ~(low > high) & ~_told(case, table), describe)


def _told(case: PlanningCase, table: Table) -> NDArray[np.bool_]:
    """Rows whose segment or tier is not known, and those that stand twice, which are told so."""
    told = np.zeros(len(table), dtype=np.bool_)
    for name, of in (("segment", "segments"), ("tier", "tiers")):
        if of in case.tables:
            ids = [ANY, "", *case.table(of).texts(name).words]
            told |= ~table.texts(name).is_in(ids)
    keys = list(zip(*(table.texts(n) for n in ("table", "column", "segment", "tier")), strict=True))
    many = Counter(keys)
    twice = np.array([many[key] > 1 for key in keys], dtype=np.bool_)
    return np.asarray(told | twice)


def _values_today(
    case: PlanningCase, name: str, title: str, said_by: Places | None, index: int
) -> NDArray[np.float64]:
    """What the cells hold that a row of sources speaks of; those of a setting one number."""
    if name == SETTINGS:
        section, key = title.split(".")
        value = getattr(getattr(case.settings, section), key)
        return np.array([] if value is None else [float(value)])
    if said_by is None:
        return np.zeros(0)
    return np.asarray(case.tables[name].numbers(title)[said_by == index])


def _not_drawn(where: str, values: NDArray[np.float64]) -> tuple[Saying, Saying]:
    """Why an interval with a width is not drawn, from the values it speaks of, and what to do."""
    if not len(values):
        return say(
            "Nothing is drawn here: this row names no cell of {where} that has a value and no "
            "narrower row of its own.",
            where=where,
        ), say("Write the value first, or remove the interval.")
    least, most = plainly(float(values.min())), plainly(float(values.max()))
    remedy = say("Write an interval around today's value, or change that.")
    if least == most:
        return say(
            "Nothing is drawn here: {where} is {value} today, outside.", where=where, value=least
        ), remedy
    return say(
        "Nothing is drawn here: {where} is {least} to {most} today, all outside.",
        where=where,
        least=least,
        most=most,
    ), remedy
