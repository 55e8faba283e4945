"""What the customers of a segment are worth, as the economics of the case have it."""

from __future__ import annotations

import math

import numpy as np

from slopt.calibrate.estimate import Findings, known_value
from slopt.calibrate.history import History
from slopt.economics.lifetime_value import customer_value


def worth_of_customers(history: History, findings: Findings, segment: str, churn: float) -> float:
    """Value of all customers of a segment; 0 where it is beyond measure."""

    def number(column: str, default: float) -> float:
        known = known_value(history, findings, "segments", column, segment)
        return default if known is None else known

    basis = history.assumed("response", "value_basis", segment)
    margin = (
        number("orders_per_customer", 1.0)
        * number("revenue_per_order", 0.0)
        * number("margin", 1.0)
    )
    rate = float(history.settings.get("case", {}).get("discount_rate", 0.0))
    value = customer_value(
        np.array(margin), np.array(1 - churn), rate,
        np.array(basis is None or basis.value == "lifetime"),
    )  # fmt: skip
    worth = float(value) * number("customers", 0.0)
    return worth if math.isfinite(worth) else 0.0
