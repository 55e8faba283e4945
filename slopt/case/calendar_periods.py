"""Periods that a calendar knows: 2027, 2027H1, 2027Q3, 2027-07, as days from first to last."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import IntEnum

NAME = re.compile(r"(\d{4})(?:[ -]?([HhQq])([1-4])|-(\d{2}))?")


class Length(IntEnum):
    """How many months a period has."""

    MONTH = 1
    QUARTER = 3
    HALF = 6
    YEAR = 12


@dataclass(frozen=True)
class Span:
    """From the first to the last day, both included; `length` where the name says it."""

    first: dt.date
    last: dt.date
    length: Length | None = None

    @property
    def next_day(self) -> dt.date:
        """The day on which the following period has to begin."""
        return self.last + dt.timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.next_day - self.first).days


def span_of(name: str) -> Span | None:
    """The days of a period by its name; None for a name that says nothing of a calendar."""
    match = NAME.fullmatch(name.strip())
    if match is None or not 1 <= int(match[1]) < dt.MAXYEAR:
        return None
    year, letter = int(match[1]), (match[2] or "").upper()
    if match[4]:
        length, number = Length.MONTH, int(match[4])
    elif letter:
        length, number = Length.QUARTER if letter == "Q" else Length.HALF, int(match[3])
    else:
        length, number = Length.YEAR, 1
    if not 1 <= number <= Length.YEAR // length:
        return None
    return _span(year, (number - 1) * length, length)


def _span(year: int, months: int, length: Length) -> Span:
    end = year * 12 + months + length
    last = dt.date(end // 12, end % 12 + 1, 1) - dt.timedelta(days=1)
    return Span(dt.date(year, months + 1, 1), last, length)


def name_from(day: dt.date, length: Length) -> str:
    """The name of the calendar period of that length that a day is in."""
    number = (day.month - 1) // length + 1
    return {
        Length.MONTH: f"{day.year:04d}-{number:02d}",
        Length.QUARTER: f"{day.year:04d}Q{number}",
        Length.HALF: f"{day.year:04d}H{number}",
        Length.YEAR: f"{day.year:04d}",
    }[length]


def date_of(text: str) -> dt.date | None:
    """A date written as 2027-01-31; None for anything else."""
    try:
        return dt.date.fromisoformat(text) if len(text) == len("2027-01-31") else None
    except ValueError:
        return None
