"""How much to have ready once, before demand is known: the newsvendor.

Symbols: c_u cost of a unit short, c_o cost of a unit left over, F distribution of demand. What a
shortage costs beyond the sale (goodwill: the expected later loss) enters c_u; that part is hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import Numbers, not_negative, positive, within
from slopt.economics.bisection import increasing_root
from slopt.economics.demand import Demand


@dataclass(frozen=True, eq=False)
class ShortAndOver:
    """Money per unit short and per unit left over, both above 0."""

    short: Numbers
    over: Numbers

    def __post_init__(self) -> None:
        object.__setattr__(self, "short", positive("short", self.short))
        object.__setattr__(self, "over", positive("over", self.over))

    @property
    def critical_ratio(self) -> Numbers:
        """c_u / (c_u + c_o): the best probability of having enough."""
        return np.asarray(self.short / (self.short + self.over))


def unit_costs(
    price: ArrayLike, cost: ArrayLike, salvage: ArrayLike = 0.0, goodwill: ArrayLike = 0.0
) -> ShortAndOver:
    """c_u = p - c + b and c_o = c - g.

    Args:
        price: p, cost: c, money per unit, 0 or more.
        salvage: g, what a unit left over still fetches, below c; negative where disposal costs.
        goodwill: b, expected later loss per unit short, 0 or more.

    Raises:
        ValueError: where a unit short or a unit left over would cost nothing.
    """
    bought = not_negative("cost", cost)
    short = not_negative("price", price) - bought + not_negative("goodwill", goodwill)
    if np.any(short <= 0):
        raise ValueError("price + goodwill must be above cost, else nothing is worth stocking")
    over = bought - within("salvage", salvage)
    if np.any(over <= 0):
        raise ValueError("salvage must be below cost, else no quantity is too much")
    return ShortAndOver(short, over)


def best_quantity(demand: Demand, costs: ShortAndOver) -> Numbers:
    """The least q with F(q) >= c_u / (c_u + c_o).

    Source: Arrow, Harris and Marschak 1951; Nahmias: normal demand 11.73 with spread 4.74,
    c_u = 0.50 and c_o = 0.15 give 15.2.
    """
    return demand.stock_for(costs.critical_ratio)


def expected_cost(demand: Demand, costs: ShortAndOver, quantity: ArrayLike) -> Numbers:
    """c_u E[short] + c_o E[left over]: what not knowing the demand costs."""
    units = within("quantity", quantity)
    short = demand.expected_short(units)
    over = units - demand.mean + short
    return np.asarray(costs.short * short + costs.over * over)


@dataclass(frozen=True, eq=False)
class SharedBudget:
    """The best quantities under a common budget, and what one more unit of budget is worth."""

    quantities: Numbers
    price_of_budget: float


def quantities_within_budget(
    demands: Sequence[Demand], costs: Sequence[ShortAndOver], weights: ArrayLike, budget: float
) -> SharedBudget:
    """F(q_i) = (c_u,i - lambda w_i) / (c_u,i + c_o,i), lambda by bisection so that sum w q = B.

    Quantities are 0 or more: an item whose ratio falls to 0 or below is not stocked. Where the
    unlimited quantities fit the budget, lambda is 0. With whole units the budget may not be used
    up: the quantities are those of the first lambda that fits it, not always the best of all.

    Args:
        demands, costs: one per item, each a single number and not an array.
        weights: w, budget used per unit, above 0, shape (items,).
        budget: B, 0 or more, in the unit of w.

    Returns:
        Quantities, shape (items,), and lambda, money per unit of budget.

    Source: Hadley and Whitin 1963.
    """
    per_unit = positive("weights", weights)
    limit = float(not_negative("budget", budget))
    if not len(demands) == len(costs) == per_unit.size:
        raise ValueError("demands, costs and weights must be of the same length")

    def at(price: float) -> Numbers:
        quantities = []
        for demand, cost, weight in zip(demands, costs, per_unit, strict=True):
            ratio = float((cost.short - price * weight) / (cost.short + cost.over))
            quantities.append(max(0.0, float(demand.stock_for(ratio))) if ratio > 0 else 0.0)
        return np.array(quantities)

    free = at(0.0)
    if float(per_unit @ free) <= limit:
        return SharedBudget(free, 0.0)
    highest = max(float(c.short) / w for c, w in zip(costs, per_unit, strict=True))
    price = float(
        increasing_root(
            lambda price: np.asarray(limit - per_unit @ at(float(price))),
            np.array(0.0),
            np.array(highest),
        )
    )
    quantities = at(price)
    if float(per_unit @ quantities) > limit * (1 + 1e-9):
        price = float(np.nextafter(price, np.inf))
        quantities = at(price)
    return SharedBudget(quantities, price)
