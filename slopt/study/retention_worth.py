"""What more loyalty would be worth in this case, where text books know one figure for all."""

from __future__ import annotations

import numpy as np

from slopt.economics.lifetime_value import margin_multiple
from slopt.study.customers import CustomerAccounts

POINTS = 0.05
"""The "five per cent" of the text books: points of retention."""


def value_of_retention(accounts: CustomerAccounts, points: float = POINTS) -> float | None:
    """By which share all lifetime values together grow if so many points more customers stay.

    Customers who would be kept beyond all count as all. None where values are not known or not
    above 0, or would have no end. The ratio of r / (1 + d - r), by segment; Reichheld and Sasser
    1990 found 25 to 85 % in nine trades.
    """
    case = accounts.case
    kept = 1 - case.table("segments").numbers("base_churn")
    more = np.minimum(kept + points, 1.0)
    rate = case.settings.case.discount_rate
    worth = accounts.customers * accounts.value.lifetime
    total = float(worth.sum())
    if not total > 0 or (rate == 0 and (more == 1).any()):
        return None
    now, then = margin_multiple(kept, rate), margin_multiple(more, rate)
    if not (now > 0).all():
        return None
    return float((worth * then / now).sum()) / total - 1
