"""At which values of a limit a frontier has its points."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from slopt.errors import UsageError
from slopt.sayings import say

POINTS = 21
FACTOR = re.compile(r"(.+?)\s*x", re.IGNORECASE)


@dataclass(frozen=True)
class End:
    """An end of the range, as it was asked for: a value of the limit, or a factor of the case's."""

    number: float
    is_factor: bool = False

    def value(self, base: float) -> float:
        """The value of the limit; factors are of `base`."""
        return self.number * base if self.is_factor else self.number


@dataclass(frozen=True)
class Span:
    """The range and how many points it has; ends that are None are found by solving."""

    begin: End | None = None
    end: End | None = None
    count: int = POINTS

    def __post_init__(self) -> None:
        if self.count < 2:
            raise UsageError(say("--points {count}: write 2 or more.", count=self.count))

    @property
    def is_open(self) -> bool:
        """True where both ends are found by solving."""
        return self.begin is None and self.end is None


def end_of(option: str, text: str | None) -> End | None:
    """`900000`, or `0.8x` for a factor. Raises UsageError, which names the option."""
    if text is None:
        return None
    factor = FACTOR.fullmatch(text.strip())
    try:
        number = float(factor[1] if factor else text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UsageError(
            say(
                '{option} {text}: write a number, or a factor of the limit such as "0.8x".',
                option=option,
                text=text,
            )
        )
    return End(number, factor is not None)


def grid(
    span: Span, ends: tuple[float, float], base: float, marks: Iterable[float], whole: bool
) -> list[float]:
    """The values, rising. Raises UsageError where the range is empty.

    `ends` are those that solving found, in either order. Evenly spread between them, to round
    numbers, with the nearest inner point put on each of the `marks`; evenly and no more where an
    end was asked for.
    """
    low = min(ends) if span.begin is None else span.begin.value(base)
    high = max(ends) if span.end is None else span.end.value(base)
    if low > high:
        raise UsageError(
            say(
                "The range from {low} to {high} is empty. Limits that have a plan lie "
                "from {lowest} on, and change something up to {highest}.",
                low=f"{low:.9g}",
                high=f"{high:.9g}",
                lowest=f"{min(ends):.9g}",
                highest=f"{max(ends):.9g}",
            )
        )
    values = np.linspace(low, high, span.count)
    if whole:
        values = np.unique(np.clip(np.round(values), math.ceil(low), math.floor(high)))
    elif span.is_open:
        values[1:-1] = _rounded(values[1:-1], (high - low) / (span.count - 1))
    if span.is_open:
        _put_on(values, [mark for mark in marks if low < mark < high])
    return [float(value) for value in np.unique(values)]


def _rounded(values: np.ndarray, step: float) -> np.ndarray:
    """Values to a tenth of their distance, at most."""
    if step <= 0 or not math.isfinite(math.log10(step)):
        return values
    unit = 10.0 ** (math.floor(math.log10(step)) - 1)
    return np.asarray(np.round(values / unit) * unit)


def _put_on(values: np.ndarray, marks: list[float]) -> None:
    """Move inner points onto the marks, each the nearest that is still free."""
    free = np.ones(len(values), dtype=np.bool_)
    free[[0, -1]] = False
    for mark in marks:
        if not free.any() or np.any(values == mark):
            continue
        distance = np.where(free, np.abs(values - mark), np.inf)
        nearest = int(np.argmin(distance))
        values[nearest] = mark
        free[nearest] = False
