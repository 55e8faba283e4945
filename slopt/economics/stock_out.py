"""What customers do who find nothing on the shelf, and what that loses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import Numbers, adds_up_to_one, not_negative, share, within


class Reaction(Enum):
    """The ways to react to a stock-out."""

    OTHER_SHOP = "other_shop"
    OTHER_BRAND = "other_brand"
    SAME_BRAND = "same_brand"
    LATER = "later"
    NOTHING = "nothing"
    LEAVES = "leaves"


Shares = Mapping[Reaction, float]


def _published(other_shop: int, nothing: int, later: int, same: int, other: int) -> Shares:
    percent = {
        Reaction.OTHER_SHOP: other_shop,
        Reaction.NOTHING: nothing,
        Reaction.LATER: later,
        Reaction.SAME_BRAND: same,
        Reaction.OTHER_BRAND: other,
    }
    return MappingProxyType({reaction: each / 100 for reaction, each in percent.items()})


WORLD_AVERAGE: Shares = _published(31, 9, 15, 19, 26)
"""Source: Gruen, Corsten and Bharadwaj 2002. To be cited wherever it is used."""

BY_CATEGORY: Mapping[str, Shares] = MappingProxyType(
    {
        "cosmetics": _published(43, 15, 22, 12, 8),
        "diapers": _published(41, 7, 11, 20, 21),
        "coffee": _published(29, 17, 21, 13, 20),
        "salted snacks": _published(21, 25, 9, 20, 25),
        "feminine hygiene": _published(38, 6, 11, 26, 19),
        "toothpaste": _published(35, 9, 17, 22, 17),
        "pet food": _published(35, 8, 21, 20, 16),
        "shampoo": _published(32, 10, 21, 19, 18),
        "laundry": _published(32, 9, 19, 20, 20),
        "towels": _published(21, 12, 17, 18, 32),
    }
)
"""Source: the same study by category, as reported by Supermarket News. To be cited."""


@dataclass(frozen=True)
class StockOutLosses:
    """What one reaction costs, money per stock-out.

    `handling` is booked (a backorder's paper and freight); the others are lost sales.
    """

    handling: float = 0.0
    lost_orders: float = 0.0
    lost_customers: float = 0.0


def losses_by_reaction(
    margin: float,
    *,
    margin_of_other_brand: float,
    margin_of_same_brand: float,
    margin_of_basket: float = 0.0,
    handling: float = 0.0,
    lost_later: float = 0.0,
    customer_value: float = 0.0,
) -> dict[Reaction, StockOutLosses]:
    """What each reaction costs: substitute m - m_sub, later handling + P(lost) m, and so on.

    Args:
        margin: m of the item, money. margin_of_other_brand, margin_of_same_brand: of what is
            bought in its place; a higher one makes the loss negative.
        margin_of_basket: what else the customer takes to another shop.
        handling: booked cost of a backorder, 0 or more. lost_later: share of delayed purchases
            that are never made. customer_value: V of a customer who leaves for good.
    """
    item = float(within("margin", margin))
    basket = float(not_negative("margin_of_basket", margin_of_basket))
    return {
        Reaction.OTHER_SHOP: StockOutLosses(lost_orders=item + basket),
        Reaction.OTHER_BRAND: StockOutLosses(
            lost_orders=item - float(within("margin_of_other_brand", margin_of_other_brand))
        ),
        Reaction.SAME_BRAND: StockOutLosses(
            lost_orders=item - float(within("margin_of_same_brand", margin_of_same_brand))
        ),
        Reaction.LATER: StockOutLosses(
            handling=float(not_negative("handling", handling)),
            lost_orders=float(share("lost_later", lost_later)) * item,
        ),
        Reaction.NOTHING: StockOutLosses(lost_orders=item),
        Reaction.LEAVES: StockOutLosses(
            lost_customers=float(not_negative("customer_value", customer_value))
        ),
    }


def loss_per_stock_out(shares: Shares, losses: Mapping[Reaction, StockOutLosses]) -> StockOutLosses:
    """sum over reactions of p_j c_j, booked cost and each kind of lost sales apart.

    Args:
        shares: p_j, adding up to 1. losses: of every reaction with a share above 0.

    Source: the line of Oral, Salvador, Reisman and Dean 1972.
    """
    adds_up_to_one("shares", list(shares.values()))
    missing = [each.value for each, p in shares.items() if p > 0 and each not in losses]
    if missing:
        raise ValueError(f"losses must hold {', '.join(missing)}")
    pairs = [(p, losses[each]) for each, p in shares.items() if p > 0]
    return StockOutLosses(
        handling=sum(p * loss.handling for p, loss in pairs),
        lost_orders=sum(p * loss.lost_orders for p, loss in pairs),
        lost_customers=sum(p * loss.lost_customers for p, loss in pairs),
    )


def simple_stock_out_loss(units_short: ArrayLike, price: ArrayLike, cost: ArrayLike) -> Numbers:
    """Units short x (price - purchase price): every unit short is a sale lost, and nothing else.

    The plain text-book form, for comparison; it knows neither substitutes nor later purchases.
    """
    gain = not_negative("price", price) - not_negative("cost", cost)
    return np.asarray(not_negative("units_short", units_short) * gain)


def later_order_loss(margin_per_year: float, cuts: Sequence[float], discount_rate: float) -> float:
    """Present value of the orders that a customer cuts in the years after a delay.

    Args:
        margin_per_year: of the customer's orders, money. cuts: share of orders cut in year
            1, 2, ... (0..1). discount_rate: per year, 0 or more; year 1 is discounted once.

    Source of the shape: Bhan and Anderson 2023, Marketing Science 42(2), who measured a cut of
    2.1 % of next year's orders after a backorder.
    """
    yearly = float(not_negative("margin_per_year", margin_per_year))
    rate = float(not_negative("discount_rate", discount_rate))
    lost = share("cuts", cuts)
    return float(yearly * (lost / (1 + rate) ** np.arange(1, lost.size + 1)).sum())
