"""What a value becomes: an amount of its own, or a factor of what stands there.

0.05          that amount                     0.8x     eight tenths of what stands there
gold          that text                       +10%     the same as 1.1x
none          nothing: no limit, a blank cell -10%     the same as 0.9x
0.8x:1.2x:9   nine from end to end, evenly    1,2,5    these, one after the other
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from slopt.case.columns import CellError, Kind, read_flag, read_number
from slopt.case.digits import to_digits
from slopt.case.paths import Path
from slopt.errors import UsageError
from slopt.sayings import say

FACTOR = re.compile(r"(.+?)\s*[x×]", re.IGNORECASE)
PERCENT = re.compile(r"([+-]\s*\d+(?:\.\d+)?)\s*%")
NONE = "none"
SHOWN = 3
"""Numbers that are shown where every row has its own."""
DIGITS = 12
"""Of the amounts of a range, which drops the noise of dividing it."""
MOST = 1_000_000
"""Points of one range; more is a slip."""


@dataclass(frozen=True)
class Amount:
    """A number, a text, a truth, or None for nothing; `is_factor`: that many times what stands.

    A tuple has a number for each row of the path, NaN for a blank cell. `is_word`: nothing was
    asked for by its word, which an id may be too.
    """

    value: float | str | bool | tuple[float, ...] | None
    is_factor: bool = False
    is_word: bool = field(default=False, compare=False)

    @property
    def is_by_row(self) -> bool:
        """True where every row has a number of its own."""
        return isinstance(self.value, tuple)

    def __str__(self) -> str:
        if self.value is None:
            return NONE
        if isinstance(self.value, tuple):
            shown = " ".join(f"{number:.15g}" for number in self.value[:SHOWN])
            return f"({shown}{' ...' if len(self.value) > SHOWN else ''})"
        if isinstance(self.value, bool):
            return str(self.value).lower()
        text = self.value if isinstance(self.value, str) else f"{self.value:.15g}"
        return f"{text}x" if self.is_factor else text


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`, both amounts or both factors."""

    low: float
    high: float
    is_factor: bool = False

    def at(self, share: float) -> Amount:
        """The amount so far between the ends: 0 is the low end, 1 the high one."""
        value = self.low + share * (self.high - self.low)
        return Amount(float(f"{value:.{DIGITS}g}"), self.is_factor)


def amount_of(path: Path, text: str) -> Amount:
    """One amount for a path. Raises UsageError where a number belongs there and none stands."""
    word = text.strip()
    kind = path.column.kind
    if word.casefold() == NONE:
        return Amount(None, is_word=True)
    if kind is Kind.FLAG:
        try:
            return Amount(read_flag(word))
        except CellError as error:
            raise UsageError(
                say("{path}={text}: {reason}", path=path.text, text=text, reason=error.args[0])
            ) from None
    if not path.column.is_number:
        return Amount(word)
    percent, factor = PERCENT.fullmatch(word), FACTOR.fullmatch(word)
    if percent:
        share = float(percent[1].replace(" ", "")) / 100
        return Amount(float(f"{1 + share:.{DIGITS}g}"), True)
    if word.startswith("+"):
        raise UsageError(
            say(
                '{path}={text}: write the amount itself, or "+10%" or "1.1x" for more of it.',
                path=path.text,
                text=text,
            )
        )
    try:
        return Amount(read_number(factor[1] if factor else word), factor is not None)
    except CellError as error:
        raise UsageError(
            say(
                '{path}={text}: {message} Write an amount such as "0.05", a factor such as '
                '"0.8x", or a range such as "0.8x:1.2x:9".',
                path=path.text,
                text=text,
                message=error.message,
            )
        ) from None


def amounts_of(path: Path, text: str) -> tuple[Amount, ...]:
    """All amounts of `0.02,0.05`, `0.8x:1.2x:9` or a mix of both, each once, in their order."""
    words = next(csv.reader([text], skipinitialspace=True), [])
    if not words or not all(word.strip() for word in words):
        raise UsageError(say("{path}={text}: an amount is missing.", path=path.text, text=text))
    found: list[Amount] = []
    for word in words:
        if path.column.is_number and ":" in word:
            found += _range(path, word)
        else:
            found.append(amount_of(path, word))
    return tuple(dict.fromkeys(found))


def interval_of(path: Path, text: str) -> Interval:
    """The interval `LOW:HIGH` to draw from. Raises UsageError for anything else."""
    ends = text.split(":")
    if not path.column.is_number or len(ends) != 2:
        raise UsageError(
            say(
                '{path}={text}: write a range of numbers as "LOW:HIGH", such as "0.8x:1.2x".',
                path=path.text,
                text=text,
            )
        )
    low, high, is_factor = _ends(path, text, ends)
    return Interval(low, high, is_factor)


def applied(amount: Amount, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """What an amount makes of these numbers; a factor leaves blank cells (NaN) blank."""
    if isinstance(amount.value, tuple):
        if len(amount.value) != len(values):
            raise ValueError(f"{len(amount.value)} numbers for {len(values)} rows")
        return np.array(amount.value, dtype=np.float64)
    if amount.is_factor:
        assert isinstance(amount.value, float | int)
        return to_digits(values * amount.value, 15)
    assert not isinstance(amount.value, str)
    return np.full(len(values), np.nan if amount.value is None else float(amount.value))


def _range(path: Path, text: str) -> list[Amount]:
    ends = text.split(":")
    count = ends[2].strip() if len(ends) == 3 else ""
    if not count.isdigit() or not 2 <= int(count) <= MOST:
        raise UsageError(
            say(
                '{path}={text}: write a range as "FROM:TO:COUNT", such as "0.8x:1.2x:9".',
                path=path.text,
                text=text,
            )
        )
    low, high, is_factor = _ends(path, text, ends[:2])
    values = np.linspace(low, high, int(count))
    return [Amount(float(f"{value:.{DIGITS}g}"), is_factor) for value in values]


def _ends(path: Path, text: str, ends: Sequence[str]) -> tuple[float, float, bool]:
    low, high = (amount_of(path, end) for end in ends)
    numbers = [float(end.value) for end in (low, high) if isinstance(end.value, float | int)]
    if len(numbers) < 2 or low.is_factor != high.is_factor:
        raise UsageError(
            say(
                "{path}={text}: both ends of a range are amounts, or both are factors.",
                path=path.text,
                text=text,
            )
        )
    return numbers[0], numbers[1], low.is_factor
