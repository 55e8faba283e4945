"""Numbers for people: one unit of money a table, signs that always show, shares in percent."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

MINUS = "−"
NONE = "–"
MOST_DECIMALS = 12
MOST_LEVEL_DECIMALS = 3
"""Of a percent."""
NOISE = 1e-9


@dataclass(frozen=True)
class Unit:
    """A unit of money for one table: amounts are divided by `size` and have `decimals`."""

    size: float
    prefix: str
    decimals: int

    def plain(self, amount: float | None) -> str:
        """The amount with thousands separators; a dash where there is none."""
        if amount is None:
            return NONE
        return _minus(f"{self._rounded(amount):,.{self.decimals}f}")

    def signed(self, amount: float | None) -> str:
        """A change, always with its sign; `0` where it rounds to nothing."""
        if amount is None:
            return NONE
        rounded = self._rounded(amount)
        return "0" if rounded == 0 else _minus(f"{rounded:+,.{self.decimals}f}")

    def money(self, amount: float, currency: str = "") -> str:
        """An amount within a sentence: `0.75 M`, `36,375 USD`."""
        return " ".join(part for part in (self.plain(amount), self.prefix, currency) if part)

    def head(self, currency: str, period: str) -> str:
        """What the head row says: `M USD a year`."""
        return " ".join(part for part in (self.prefix, currency or "money", "a", period) if part)

    def _rounded(self, amount: float) -> float:
        return round(amount / self.size, self.decimals) + 0.0


def unit_for_totals(amounts: Iterable[float], changes: Iterable[float] = ()) -> Unit:
    """The unit of a table of totals: from its largest amount, and fine enough for its changes."""
    largest = max((abs(amount) for amount in amounts), default=0.0)
    finest = min((abs(change) for change in changes if change), default=largest)
    if largest >= 1e12:
        return Unit(1e12, "tn", 2) if finest >= 2e11 else Unit(1e9, "bn", 0)
    if largest >= 1e9:
        return Unit(1e9, "bn", 2) if finest >= 2e8 else Unit(1e6, "M", 0)
    if largest >= 1e6:
        return Unit(1e6, "M", 2) if finest >= 2e5 else Unit(1e3, "k", 0)
    if largest >= 1e5:
        return Unit(1e3, "k", 1)
    return Unit(1.0, "", decimals_of(largest))


def unit_for_rows(amounts: Iterable[float]) -> Unit:
    """The unit of a table by segment, from its largest amount."""
    largest = max((abs(amount) for amount in amounts), default=0.0)
    for least, size, prefix in ((1e15, 1e12, "tn"), (1e12, 1e9, "bn"), (1e9, 1e6, "M")):
        if largest >= least:
            return Unit(size, prefix, 0)
    if largest >= 2e5:
        return Unit(1e3, "k", 0)
    return Unit(1.0, "", decimals_of(largest))


def decimals_of(largest: float) -> int:
    """Decimals of amounts in no unit: three digits of the largest one where all are small."""
    if largest >= 100 or not math.isfinite(largest):
        return 0
    if largest >= 1 or largest <= 0:
        return 2
    return min(2 - math.floor(math.log10(largest)), MOST_DECIMALS)


def amount(value: float | None, digits: int = 3) -> str:
    """One number on its own, to about three digits, with k or M: `71.7 k`, `0.05`, `1,110`."""
    if value is None:
        return NONE
    if not math.isfinite(value):
        return "∞"
    size = abs(value)
    for factor, prefix in ((1e12, " tn"), (1e9, " bn"), (1e6, " M"), (1e4, " k")):
        if size >= factor:
            scale = 1e3 if factor == 1e4 else factor
            return _minus(_digits(value / scale, digits)) + prefix
    return _minus(_digits(value, digits))


def _digits(value: float, digits: int) -> str:
    if value == 0:
        return "0"
    whole = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    decimals = max(0, digits - whole)
    if abs(value) < 1:
        decimals = min(MOST_DECIMALS, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float | None, decimals: int = 0) -> str:
    """A share as a number of percent, without the sign."""
    return NONE if share is None else _minus(f"{100 * share:,.{decimals}f}")


def level_decimals(menu: Iterable[float], offered: Iterable[float] = ()) -> int:
    """Decimals of a percent with which the levels of a menu stand apart, and none becomes 100 %.

    Levels that are whole or half percents, such as 99.5, are shown as they are; levels that were
    estimated get no more decimals than tell them apart. `offered` are levels of single offers,
    which may be closer to each other than that.
    """
    levels = sorted(set(menu))
    whole = [
        all(abs(round(100 * level, places) - 100 * level) < NOISE for level in levels)
        for places in (0, 1)
    ]
    first = 1 if whole[1] and not whole[0] else 0
    near = [
        level for level in (*levels, *offered) if level < 1 - 10.0 ** -(MOST_LEVEL_DECIMALS + 2)
    ]
    for places in range(first, MOST_LEVEL_DECIMALS):
        apart = len({percent(level, places) for level in levels}) == len(levels)
        if apart and (not near or percent(max(near), places) != percent(1.0, places)):
            return places
    return MOST_LEVEL_DECIMALS


def signed_points(difference: float | None, decimals: int = 1) -> str:
    """A difference of two shares in points."""
    if difference is None:
        return NONE
    rounded = round(100 * difference, decimals) + 0.0
    return "0" if rounded == 0 else _minus(f"{rounded:+.{decimals}f}")


def signed_percent(change: float | None, base: float | None) -> str:
    """A relative change in percent, one decimal; a dash where there is nothing to relate it to."""
    if change is None or not base:
        return NONE
    rounded = round(100 * change / abs(base), 1) + 0.0
    return "0" if rounded == 0 else _minus(f"{rounded:+,.1f}")


def _minus(text: str) -> str:
    return text.replace("-", MINUS)
