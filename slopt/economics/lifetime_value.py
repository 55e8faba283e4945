"""What a customer is worth who would otherwise have stayed, and what staying longer adds."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slopt.economics.arguments import not_negative, share, whole, within

Numbers = NDArray[np.float64]


def margin_multiple(retention: Numbers, discount_rate: float) -> Numbers:
    """r / (1 + d - r): present value of one unit of margin per period, first paid a period later.

    Args:
        retention: r, share of customers kept per period, 0..1.
        discount_rate: d per period, 0 or more.

    Returns:
        The multiple, 0 or more; infinite where r = 1 and d = 0 (the case reader refuses that).

    Source: the closed form of customer lifetime value with constant margin and retention;
    r = 0.8 and d = 0.1 give 2.667.
    """
    kept = np.asarray(retention, dtype=np.float64)
    with np.errstate(divide="ignore"):
        return np.asarray(kept / (1 + discount_rate - kept))


def customer_value(
    margin_per_period: Numbers,
    retention: Numbers,
    discount_rate: float,
    lifetime: NDArray[np.bool_],
) -> Numbers:
    """V, the value of one customer, in money.

    The margin of one period where `lifetime` is false, else that margin times `margin_multiple`.
    A customer without margin is worth nothing, however long the life.
    """
    multiple = np.where(lifetime, margin_multiple(retention, discount_rate), 1.0)
    return np.asarray(margin_per_period * np.where(margin_per_period == 0, 0.0, multiple))


def margin_multiple_from_now(retention: ArrayLike, discount_rate: ArrayLike) -> Numbers:
    """(1 + d) / (1 + d - r): the same with the first margin paid at once, so one more than it.

    Args:
        retention: r, 0..1. discount_rate: d, 0 or more; r = 1 and d = 0 together are refused.
    """
    kept, rate = _kept_and_rate(retention, discount_rate)
    return np.asarray((1 + rate) / (1 + rate - kept))


def margin_multiple_of_periods(
    retention: ArrayLike, discount_rate: ArrayLike, periods: ArrayLike
) -> Numbers:
    """sum of (r / (1 + d))^t for t = 1 .. T: the multiple when only T periods are counted.

    Args:
        retention: r, 0..1. discount_rate: d, 0 or more. periods: T, whole numbers, 0 or more.
    """
    kept = share("retention", retention)
    ratio = kept / (1 + not_negative("discount_rate", discount_rate))
    count = whole("periods", periods)
    below = np.where(ratio < 1, ratio, 0.0)
    return np.asarray(np.where(ratio < 1, below * (1 - below**count) / (1 - below), count))


def value_after_acquisition(
    margin_per_period: ArrayLike,
    retention: ArrayLike,
    discount_rate: ArrayLike,
    acquisition_cost: ArrayLike,
) -> Numbers:
    """m r / (1 + d - r) - AC: what a customer brings after the cost of winning him, money.

    Args:
        margin_per_period: m, any sign. retention: r, 0..1. discount_rate: d, 0 or more.
        acquisition_cost: AC, 0 or more.
    """
    kept, rate = _kept_and_rate(retention, discount_rate)
    gained = within("margin_per_period", margin_per_period) * kept / (1 + rate - kept)
    return np.asarray(gained - not_negative("acquisition_cost", acquisition_cost))


def value_change_of_retention(
    retention: ArrayLike, better_retention: ArrayLike, discount_rate: ArrayLike
) -> Numbers:
    """Relative change of lifetime value when retention goes from r to r', margin unchanged.

    From 0.80 to 0.85 it is +27.5 %, from 0.90 to 0.95 +40.7 %, at d = 10 %: what "5 % more loyalty"
    brings depends on where one starts, and is computed here rather than quoted.

    Args:
        retention: r, above 0 and up to 1. better_retention: r', 0..1. discount_rate: d.
    """
    before, rate = _kept_and_rate(retention, discount_rate)
    after, _ = _kept_and_rate(better_retention, discount_rate)
    if np.any(before == 0):
        raise ValueError("retention must be above 0, else there is no value to compare with")
    return np.asarray(after / (1 + rate - after) * (1 + rate - before) / before - 1)


def _kept_and_rate(retention: ArrayLike, discount_rate: ArrayLike) -> tuple[Numbers, Numbers]:
    kept, rate = share("retention", retention), not_negative("discount_rate", discount_rate)
    if np.any(1 + rate - kept <= 0):
        raise ValueError("retention 1 without discounting is worth infinitely much")
    return kept, rate
