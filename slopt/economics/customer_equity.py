"""How much to spend on winning and on keeping customers: Blattberg and Deighton.

Symbols: R spend on retention per customer and period, A spend on acquisition per prospect, r the
retention and a the acquisition rate that they buy, CR the ceiling of a rate, k how fast spending
approaches it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import Numbers, not_negative, positive, within


@dataclass(frozen=True)
class SpendResponse:
    """rate = ceiling (1 - e^(-k spend)).

    Args:
        ceiling: CR, the rate that no spend exceeds, above 0 and up to 1.
        speed: k per unit of money, above 0.
    """

    ceiling: float
    speed: float

    def __post_init__(self) -> None:
        within("ceiling", self.ceiling, 0, 1, without_low=True)
        positive("speed", self.speed)

    @classmethod
    def through(cls, spend: float, rate: float, ceiling: float) -> SpendResponse:
        """The response with that ceiling which gives `rate` (below it) for `spend` (above 0)."""
        money = float(positive("spend", spend))
        reached = float(within("rate", rate, 0, ceiling, without_low=True, without_high=True))
        return cls(ceiling, float(-np.log1p(-reached / ceiling) / money))

    def rate(self, spend: ArrayLike) -> Numbers:
        """The rate that `spend` (0 or more) buys."""
        return np.asarray(-self.ceiling * np.expm1(-self.speed * not_negative("spend", spend)))

    def spend_for(self, rate: ArrayLike) -> Numbers:
        """-(1 / k) ln((CR - r) / CR): the spend that buys a rate below the ceiling."""
        wanted = within("rate", rate, 0, self.ceiling, without_high=True)
        return np.asarray(-np.log1p(-wanted / self.ceiling) / self.speed)


def customer_equity(
    acquisition: SpendResponse,
    retention: SpendResponse,
    acquisition_spend: ArrayLike,
    retention_spend: ArrayLike,
    margin_per_period: ArrayLike,
    discount_rate: ArrayLike,
) -> Numbers:
    """CE = a [M + (M - R / r) r / (1 + d - r)] - A: value per prospect, money.

    The first margin comes with the acquisition; later ones cost R per customer asked, R / r per
    customer kept.

    Args:
        acquisition, retention: what spending buys. acquisition_spend: A, 0 or more.
        retention_spend: R, 0 or more; 0 keeps nobody. margin_per_period: M.
        discount_rate: d, above 0.

    Source: Blattberg and Deighton 1996, Harvard Business Review 74(4).
    """
    won, kept = acquisition.rate(acquisition_spend), retention.rate(retention_spend)
    margin = within("margin_per_period", margin_per_period)
    rate = positive("discount_rate", discount_rate)
    # (M - R / r) r is M r - R, which also holds at r = 0.
    later = (margin * kept - not_negative("retention_spend", retention_spend)) / (1 + rate - kept)
    return np.asarray(won * (margin + later) - not_negative("acquisition_spend", acquisition_spend))
