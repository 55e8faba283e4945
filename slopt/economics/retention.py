"""Who stays: retention by satisfaction, rates of staying and leaving, and what leaving costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import Numbers, not_negative, positive, share, within
from slopt.economics.curves import Line, Logistic


def logistic_retention(
    low: float, high: float, steepness: float, middle: float, scale: tuple[float, float]
) -> Logistic:
    """r = r_lo + (r_hi - r_lo) / (1 + e^(-g (x - x_0))) of satisfaction x on a scale.

    Args:
        low, high: r_lo <= r_hi, 0..1. steepness: g, above 0. middle: x_0.
        scale: lowest and highest satisfaction, such as (1, 5).
    """
    share("low", low), share("high", high)
    return Logistic(low, high, steepness, middle, first=scale[0], last=scale[1])


def three_piece_retention(
    scale: tuple[float, float], elbows: tuple[float, float], retention: ArrayLike
) -> Line:
    """Three straight pieces with elbows: flat in the zone of indifference, steep at its ends.

    Args:
        scale: lowest and highest satisfaction. elbows: the two places between, increasing.
        retention: at the lowest, the two elbows and the highest, 0..1, never decreasing.

    Source of the shape: Jones and Sasser 1995, Harvard Business Review 73(6).
    """
    heights = share("retention", retention)
    if heights.shape != (4,):
        raise ValueError("retention must hold four shares: both ends and both elbows")
    return Line((scale[0], *elbows, scale[1]), tuple(heights.tolist()))


def churn_rate(lost: ArrayLike, at_start: ArrayLike) -> Numbers:
    """Customers lost in a period / customers at its start. Newcomers do not count."""
    gone, start = not_negative("lost", lost), positive("at_start", at_start)
    if np.any(gone > start):
        raise ValueError("lost must not exceed at_start: count only customers who were there")
    return np.asarray(gone / start)


def retention_rate(at_end: ArrayLike, new: ArrayLike, at_start: ArrayLike) -> Numbers:
    """(customers at the end - new ones) / customers at the start; 1 - churn rate."""
    stayed = not_negative("at_end", at_end) - not_negative("new", new)
    start = positive("at_start", at_start)
    if np.any((stayed < 0) | (stayed > start)):
        raise ValueError(
            "at_end - new must be from 0 to at_start: newcomers who left count in none"
        )
    return np.asarray(stayed / start)


def repeat_rate(repeat_buyers: ArrayLike, buyers: ArrayLike) -> Numbers:
    """Customers who bought more than once in a period / all who bought in it."""
    again, all_buyers = not_negative("repeat_buyers", repeat_buyers), positive("buyers", buyers)
    if np.any(again > all_buyers):
        raise ValueError("repeat_buyers must not exceed buyers")
    return np.asarray(again / all_buyers)


def rate_over_periods(retention: ArrayLike, periods: ArrayLike) -> Numbers:
    """r^n: retention over n periods of equal retention; n may be a fraction, such as 1/12.

    0.98 a month is 0.785 a year. periods: above 0.
    """
    return np.asarray(share("retention", retention) ** positive("periods", periods))


@dataclass(frozen=True, eq=False)
class ChurnCost:
    """What losing customers costs, money. Only `lost_margin` is an estimate of lost sales."""

    lost_margin: Numbers
    reputation_repair: Numbers
    win_back: Numbers

    @property
    def booked(self) -> Numbers:
        """Money that the accounts show: repair and win-back."""
        return np.asarray(self.reputation_repair + self.win_back)


def churn_cost(
    lost: ArrayLike,
    customer_value: ArrayLike,
    reputation_repair: ArrayLike,
    win_back_cost: ArrayLike,
    win_back_tries: ArrayLike,
    win_back_success: ArrayLike = 0.0,
) -> ChurnCost:
    """Lost margin + reputation repair + win-back cost x tries.

    Args:
        lost: customers who leave, 0 or more. customer_value: margin each would have brought.
        reputation_repair: money in all, 0 or more.
        win_back_cost: money per try, 0 or more. win_back_tries: in all, 0 or more.
        win_back_success: share of tries that bring a customer back, whose margin is not lost;
            more successes than customers lost are refused.
    """
    tries = not_negative("win_back_tries", win_back_tries)
    gone = not_negative("lost", lost) - tries * share("win_back_success", win_back_success)
    if np.any(gone < 0):
        raise ValueError("win_back_tries x win_back_success must not exceed lost")
    return ChurnCost(
        lost_margin=np.asarray(gone * within("customer_value", customer_value)),
        reputation_repair=not_negative("reputation_repair", reputation_repair),
        win_back=np.asarray(not_negative("win_back_cost", win_back_cost) * tries),
    )
