"""What a customer is worth who would otherwise have stayed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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
    with np.errstate(divide="ignore"):
        return np.asarray(retention / (1 + discount_rate - retention))


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
