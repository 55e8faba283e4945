"""Checks of the table of periods: they follow each other, all as long as the case says."""

from __future__ import annotations

from collections.abc import Iterator

from slopt.case.calendar_periods import Length, Span, date_of, name_from, span_of
from slopt.case.case import PlanningCase
from slopt.case.cost_checks import at
from slopt.case.few import flagged
from slopt.case.raw import RawTable
from slopt.case.schema import ANY
from slopt.errors import Problem
from slopt.sayings import say
from slopt.vocabulary import Period

LENGTHS = {
    Length.MONTH: say("a month"),
    Length.QUARTER: say("a quarter"),
    Length.HALF: say("half a year"),
    Length.YEAR: say("a year"),
}
OF_CASE = {Period.MONTH: Length.MONTH, Period.QUARTER: Length.QUARTER, Period.YEAR: Length.YEAR}
DAYS = {Period.MONTH: (28, 35), Period.QUARTER: (84, 98), Period.YEAR: (364, 371)}
"""Fewest and most days of a period: of a calendar, or of whole weeks (4, 4 and 5 a quarter)."""


def check_calendar(case: PlanningCase, source: RawTable) -> Iterator[Problem]:
    """Names and dates that are no periods, and rows that do not follow the one above them."""
    table = case.table("periods")
    names = table.texts("period")
    yield from flagged(
        names.is_in([ANY]),
        at(
            source,
            table,
            "period",
            say('"*" means all and cannot be a name.'),
            say("Give it a name."),
        ),
    )
    spans: list[Span | None] = []
    for row in range(len(table)):
        dated = _dated(case, source, row)
        yield from (problem for problem in dated if isinstance(problem, Problem))
        if any(isinstance(problem, Problem) for problem in dated):
            return
        spans.append(next((s for s in dated if isinstance(s, Span)), None) or span_of(names[row]))
    if not any(spans):
        return
    for row, span in enumerate(spans):
        if span is None and names[row] != ANY:
            yield source.problem(
                say('"{period}" is no period of a calendar, and others are.', period=names[row]),
                say(
                    "Write it like the others: 2027, 2027Q1 or 2027-01; or give it starts and ends."
                ),
                table.rows[row],
                "period",
                names[row],
            )
    yield from _lengths(case, source, spans)
    yield from _gaps(case, source, spans)


def _dated(case: PlanningCase, source: RawTable, row: int) -> list[Span | Problem]:
    """The days that a row gives, or why they are none; nothing where it gives none."""
    table = case.table("periods")
    days = {name: table.texts(name)[row] for name in ("starts", "ends")}
    if not any(days.values()):
        return []
    found: list[Span | Problem] = []
    dates = {}
    for name, text in days.items():
        date = date_of(text)
        if date is None:
            message = (
                say('"{text}" is no date.', text=text)
                if text
                else say("Only one of starts and ends is given.")
            )
            remedy = say("Write it as 2027-01-31.") if text else say("Give both, or neither.")
            found.append(source.problem(message, remedy, table.rows[row], name, text or None))
        else:
            dates[name] = date
    if len(dates) == len(days) and dates["ends"] < dates["starts"]:
        found.append(
            source.problem(
                say('"{text}" is before the period starts.', text=days["ends"]),
                say("Exchange starts and ends, or correct one."),
                table.rows[row],
                "ends",
                days["ends"],
            )
        )
    return found or [Span(dates["starts"], dates["ends"])]


def _lengths(case: PlanningCase, source: RawTable, spans: list[Span | None]) -> Iterator[Problem]:
    """Every rate is per period, so that all periods have to be as long as the case says."""
    table = case.table("periods")
    names = table.texts("period")
    yield from _days(case, source, spans)
    lengths = [span.length if span else None for span in spans]
    first, length = next(((row, its) for row, its in enumerate(lengths) if its), (0, None))
    if length is None:
        return
    of_case = case.settings.case.period
    for row, its in enumerate(lengths):
        if its and its is not length:
            yield source.problem(
                say(
                    '"{period}" is {length}, "{first}" is {other}.',
                    period=names[row],
                    length=LENGTHS[its],
                    first=names[first],
                    other=LENGTHS[length],
                ),
                say("All periods are as long as case.period: every rate is per period."),
                table.rows[row],
                "period",
                names[row],
            )
    if length is Length.HALF:
        yield source.problem(
            say('"{period}" is half a year, which case.period cannot be.', period=names[first]),
            say("Every rate is per period: plan in months, quarters or years."),
            table.rows[first],
            "period",
            names[first],
        )
    elif OF_CASE[of_case] is not length:
        yield source.problem(
            say(
                '"{period}" is {length}, and case.period is {word}.',
                period=names[first],
                length=LENGTHS[length],
                word=of_case,
            ),
            say("Every rate is per period: change case.period and the rates, or the periods."),
            table.rows[first],
            "period",
            names[first],
        )


def _days(case: PlanningCase, source: RawTable, spans: list[Span | None]) -> Iterator[Problem]:
    """Periods with dates of their own that are shorter or longer than the case says."""
    table, of_case = case.table("periods"), case.settings.case.period
    names, (fewest, most) = table.texts("period"), DAYS[of_case]
    for row, span in enumerate(spans):
        if span is None or span.length or fewest <= span.days <= most:
            continue
        yield source.problem(
            say(
                '"{period}" has {days} days, and case.period is {word}.',
                period=names[row],
                days=span.days,
                word=of_case,
            ),
            say(
                "All periods are as long as case.period, here {fewest} to {most} days: every rate "
                "is per period.",
                fewest=fewest,
                most=most,
            ),
            table.rows[row],
            "ends",
            table.texts("ends")[row],
        )


def _gaps(case: PlanningCase, source: RawTable, spans: list[Span | None]) -> Iterator[Problem]:
    """Rows that begin before or after the day that follows the period above them."""
    table = case.table("periods")
    names = table.texts("period")
    before: int | None = None
    seen: set[str] = set()
    for row, span in enumerate(spans):
        if span is None or names[row] in seen:
            before = None  # told already: no calendar period, or there twice; it may stand for any
            continue
        seen.add(names[row])
        above = spans[before] if before is not None else None
        if above is not None and before is not None and span.first != above.next_day:
            words = {"period": names[row], "above": names[before]}
            if span.last < above.first:
                message = say('"{period}" comes before "{above}", which stands above.', **words)
                remedy = say("Put the rows in the order of time.")
            elif span.first <= above.last:
                message = say('"{period}" overlaps with "{above}".', **words)
                remedy = say("Every day may be in one period only: correct its name or its dates.")
            else:
                message = say('Between "{above}" and "{period}" a period is missing.', **words)
                missing = name_from(above.next_day, span.length) if span.length else None
                remedy = (
                    say('Add a row for "{missing}".', missing=missing)
                    if missing
                    else say("It has to begin on {day}.", day=above.next_day.isoformat())
                )
            yield source.problem(message, remedy, table.rows[row], "period", names[row])
            if span.last < above.first:
                continue
        before = row
