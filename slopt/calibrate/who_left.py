"""What it means in a history that a customer left, and over how many periods it was seen."""

from __future__ import annotations

from slopt.calibrate.history import History
from slopt.calibrate.shares import Interval
from slopt.sayings import say


def by_absence(history: History) -> bool:
    """Whether nobody is marked as gone, so that who stayed away must be taken for it."""
    customers = history.logs.get("customers")
    return customers is None or not customers.has("left")


def gone_words(history: History) -> str:
    """What it means here that a customer left, in words."""
    if by_absence(history):
        return say("ordered in the last period but one and not in the last")
    return say("marked as gone")


def record_periods(history: History) -> float:
    """How many periods the time spans over which it was seen who left."""
    return 1.0 if by_absence(history) else history.logs["customers"].periods


def per_period(share: Interval, periods: float) -> Interval:
    """A share gone in so many periods, as a share gone in one: 1 - (1 - c)^(1/periods)."""
    return Interval(*(1 - (1 - min(max(end, 0.0), 1.0)) ** (1 / periods) for end in share))
