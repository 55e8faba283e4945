"""What customers are worth over their life, and what they cost in each of its stages.

All figures are money per customer, (S,); NaN where a segment has no customers, or where neither
churn nor discounting ever ends the sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.economics.lifetime_value import margin_multiple
from slopt.economics.loyalty_states import value_by_state
from slopt.vocabulary import Stage

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Loyalty:
    """The states of loyalty of a case. `multiples` is what a customer in each is worth, as a
    multiple of the contribution of a customer and period; `mean` that of today's customers.

    Both are None where the value has no end.
    """

    states: tuple[str, ...]
    shares: Numbers
    multiples: Numbers | None

    @property
    def mean(self) -> float | None:
        """Over today's customers."""
        return None if self.multiples is None else float(self.shares @ self.multiples)


@dataclass(frozen=True, eq=False)
class CustomerValue:
    """Value and cost of one customer of each segment.

    `contribution` is of one period, before what acquiring costs. `lifetime` is the present value
    of all later ones, `by_states` that of this and all later ones by the states of loyalty.
    `acquisition_cost` is per customer won. `life_cost` is the present cost by stage, from being
    won on.
    """

    contribution: Numbers
    acquisition_cost: Numbers
    lifetime: Numbers
    life_cost: dict[Stage, Numbers]
    loyalty: Loyalty | None
    by_states: Numbers | None


def customer_value(
    case: PlanningCase,
    contribution: Numbers,
    stages: dict[Stage, Numbers],
    customers: Numbers,
    won: Numbers,
) -> CustomerValue:
    """Values from contribution and cost by stage, money of whole segments, and customers won."""
    discount = case.settings.case.discount_rate
    multiple = margin_multiple(1 - case.table("segments").numbers("base_churn"), discount)
    multiple = np.where(np.isfinite(multiple), multiple, np.nan)
    spent = stages[Stage.ACQUIRE]
    each = _per(contribution + spent, customers)
    acquisition = np.where(spent == 0, 0.0, _per(spent, won))
    # From now on is one period more than later: (1 + d) / (1 + d - r) = 1 + r / (1 + d - r).
    life = {its: _per(money, customers) * (1 + multiple) for its, money in stages.items()}
    life[Stage.ACQUIRE] = acquisition
    loyalty = _loyalty(case)
    mean = None if loyalty is None else loyalty.mean
    return CustomerValue(
        contribution=each,
        acquisition_cost=acquisition,
        lifetime=each * multiple,
        life_cost=life,
        loyalty=loyalty,
        by_states=None if mean is None else each * mean,
    )


def _per(money: Numbers, count: Numbers) -> Numbers:
    return np.where(count > 0, money / np.where(count > 0, count, 1.0), np.nan)


def _loyalty(case: PlanningCase) -> Loyalty | None:
    states, moves = case.table("loyalty_states"), case.table("loyalty_moves")
    if not len(states):
        return None
    names = states.texts("state")
    chances = np.zeros((len(names), len(names)))
    start, end = (moves.texts(n).places_in(names) for n in ("state", "next_state"))
    chances[start, end] = moves.numbers("probability")
    stays = ~chances.any(axis=1)
    chances[stays, stays] = 1.0
    shares = states.numbers("customers")
    try:
        multiples = value_by_state(
            chances, states.numbers("margin_factor"), case.settings.case.discount_rate
        )
    except ValueError:  # without discounting the sum has no end where customers stay for ever
        multiples = None
    return Loyalty(tuple(names), shares, multiples)
