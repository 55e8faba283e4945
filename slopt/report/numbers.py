"""Numbers for people: one unit of money a table, signs that always show, shares in percent."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

MINUS = "−"
NONE = "–"


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
    if largest >= 1e9:
        return Unit(1e9, "bn", 2) if finest >= 2e8 else Unit(1e6, "M", 0)
    if largest >= 1e6:
        return Unit(1e6, "M", 2) if finest >= 2e5 else Unit(1e3, "k", 0)
    if largest >= 1e5:
        return Unit(1e3, "k", 1)
    return Unit(1.0, "", 0 if largest >= 100 else 2)


def unit_for_rows(amounts: Iterable[float]) -> Unit:
    """The unit of a table by segment, from its largest amount."""
    largest = max((abs(amount) for amount in amounts), default=0.0)
    if largest >= 1e9:
        return Unit(1e6, "M", 0)
    if largest >= 2e5:
        return Unit(1e3, "k", 0)
    return Unit(1.0, "", 0 if largest >= 100 else 2)


def amount(value: float | None, digits: int = 3) -> str:
    """One number on its own, to about three digits, with k or M: `71.7 k`, `0.05`, `1,110`."""
    if value is None:
        return NONE
    if not math.isfinite(value):
        return "∞"
    size = abs(value)
    for factor, prefix in ((1e9, " bn"), (1e6, " M"), (1e4, " k")):
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
        decimals = min(9, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float | None, decimals: int = 0) -> str:
    """A share as a number of percent, without the sign."""
    return NONE if share is None else _minus(f"{100 * share:.{decimals}f}")


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


def gap_words(gap: float | None) -> str:
    """A relative gap in percent with two decimals; only rounding is called nothing."""
    if gap is None:
        return "unknown"
    if 1e-9 < gap < 5e-5:
        return "under 0.01 %"
    return f"{100 * gap:.2f} %"


def _minus(text: str) -> str:
    return text.replace("-", MINUS)
