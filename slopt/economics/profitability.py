"""Who earns and who costs: profit and loss of segments, concentration, cost over the life."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slopt.economics.arguments import Numbers, inner_share, not_negative, share, within
from slopt.vocabulary import Stage


@dataclass(frozen=True, eq=False)
class SegmentResults:
    """Profit and loss of segments, money per period; all arrays (S,). Booked money only."""

    direct_revenue: Numbers
    referral_revenue: Numbers
    variable_cost: Numbers
    cost_to_serve: Numbers

    @property
    def revenue(self) -> Numbers:
        """Own purchases and those of customers who came by referral."""
        return np.asarray(self.direct_revenue + self.referral_revenue)

    @property
    def gross_margin(self) -> Numbers:
        """Revenue less variable cost."""
        return np.asarray(self.revenue - self.variable_cost)

    @property
    def contribution(self) -> Numbers:
        """Gross margin less cost to serve; below 0 the segment costs money."""
        return np.asarray(self.gross_margin - self.cost_to_serve)

    @property
    def share_of_profit(self) -> Numbers:
        """Contribution / total contribution; refused where the total is not above 0."""
        total = self.contribution.sum()
        if not total > 0:
            raise ValueError("the segments together make no profit, so none has a share of it")
        return np.asarray(self.contribution / total)


def segment_results(
    direct_revenue: ArrayLike,
    contribution_margin: ArrayLike,
    cost_to_serve: ArrayLike,
    referral_revenue: ArrayLike = 0.0,
) -> SegmentResults:
    """Profit and loss from revenue, margin and cost to serve.

    Args:
        direct_revenue: money, 0 or more, (S,). contribution_margin: share of revenue left after
            variable cost, at most 1; negative where goods are sold below cost.
        cost_to_serve: booked service cost, 0 or more. referral_revenue: from customers whom the
            segment brought and who are not counted elsewhere, 0 or more.
    """
    direct, margin, serving, referred = np.broadcast_arrays(
        not_negative("direct_revenue", direct_revenue),
        within("contribution_margin", contribution_margin, high=1),
        not_negative("cost_to_serve", cost_to_serve),
        not_negative("referral_revenue", referral_revenue),
    )
    return SegmentResults(
        direct_revenue=direct,
        referral_revenue=referred,
        variable_cost=np.asarray((direct + referred) * (1 - margin)),
        cost_to_serve=serving,
    )


@dataclass(frozen=True, eq=False)
class WhaleCurve:
    """Cumulative profit over customers sorted from best to worst.

    `order` holds the customers' positions, `customers` and `profit` the cumulative shares from 0
    (at the first place) to 1; all but `order` have one entry more than there are customers.
    """

    order: NDArray[np.intp]
    customers: Numbers
    profit: Numbers

    @property
    def peak(self) -> float:
        """The highest cumulative profit as a share of the total; above 1 losers eat the rest."""
        return float(self.profit.max())

    @property
    def peak_at(self) -> float:
        """Share of customers, best first, at which the peak is first reached."""
        return float(self.customers[int(np.argmax(self.profit))])

    def share_up_to(self, top: float) -> float:
        """Profit of the best `top` of customers (between 0 and 1), the last of them in part.

        For groups of customers, of whom the best are part of a group.
        """
        return float(np.interp(inner_share("top", top), self.customers, self.profit))


def share_of_top(profits: ArrayLike, top: float) -> float:
    """Share of total profit made by the best `top` of customers (between 0 and 1).

    Customers count whole: the nearest number of them, at least one; 20 % of 43 are 9. For groups
    of customers see `WhaleCurve.share_up_to`.

    Args:
        profits: money by customer, any sign, adding up to more than 0.
    """
    curve = whale_curve(profits)
    count = math.floor(float(inner_share("top", top)) * curve.order.size + 0.5)
    return float(curve.profit[max(1, count)])


def whale_curve(profits: ArrayLike) -> WhaleCurve:
    """The whale curve of customers' (or segments') profits, or of their revenue.

    Args:
        profits: money, any sign, shape (customers,); the total must be above 0.
    """
    money = within("profits", profits)
    if money.ndim != 1 or not money.size:
        raise ValueError("profits must be a column with at least one number")
    total = money.sum()
    if not total > 0:
        raise ValueError("profits must add up to more than 0 to have shares of it")
    order = np.argsort(-money, kind="stable")
    return WhaleCurve(
        order=order,
        customers=np.arange(money.size + 1) / money.size,
        profit=np.concatenate([[0.0], np.cumsum(money[order]) / total]),
    )


def whale_curve_of_groups(profits: ArrayLike, sizes: ArrayLike) -> WhaleCurve:
    """The whale curve over the customers of groups, who are alike within a group.

    Args:
        profits: money of each whole group, any sign, shape (groups,); the total above 0.
        sizes: customers of each, 0 or more, not all 0; a group without any counts last.
    """
    money, size = within("profits", profits), not_negative("sizes", sizes)
    if money.ndim != 1 or money.shape != size.shape or not size.any():
        raise ValueError("profits and sizes must be columns of one length, with some customers")
    total = money.sum()
    if not total > 0:
        raise ValueError("profits must add up to more than 0 to have shares of it")
    each = np.where(size > 0, money / np.where(size > 0, size, 1.0), -np.inf)
    order = np.argsort(-each, kind="stable")
    return WhaleCurve(
        order=order,
        customers=np.concatenate([[0.0], np.cumsum(size[order]) / size.sum()]),
        profit=np.concatenate([[0.0], np.cumsum(money[order]) / total]),
    )


def share_of_losers(profits: ArrayLike) -> float:
    """Share of customers whose profit is below 0."""
    money = within("profits", profits)
    if not money.size:
        raise ValueError("profits must hold at least one number")
    return float((money < 0).mean())


def lifecycle_cost(
    costs: Mapping[Stage, ArrayLike], retention: float, discount_rate: float
) -> dict[Stage, float]:
    """Expected present cost of a customer by stage: sum over t of r^t c_t / (1 + d)^t.

    Args:
        costs: money per customer who is still there, in period 0, 1, 2, ...; 0 or more.
        retention: r per period, 0..1. discount_rate: d, 0 or more.
    """
    factor = float(share("retention", retention)) / (
        1 + float(not_negative("discount_rate", discount_rate))
    )
    found = {}
    for stage, each in costs.items():
        money = np.atleast_1d(not_negative(f"cost to {stage.value}", each))
        found[stage] = float(money @ factor ** np.arange(money.size))
    return found


@dataclass(frozen=True, eq=False)
class WaysToPay:
    """What alone would lift a segment to the contribution wanted; 0 where it is there already.

    `cost_cut` is money off the cost to serve, `cost_cut_share` the same as a share of it (above 1:
    even free service would not do); `price_rise` a share of revenue at the same quantity;
    `growth` a share of more revenue at the same margin and cost to serve, infinite where there
    is no revenue or no margin to grow.
    """

    cost_cut: Numbers
    cost_cut_share: Numbers
    price_rise: Numbers
    growth: Numbers


def ways_to_pay(results: SegmentResults, wanted: ArrayLike = 0.0) -> WaysToPay:
    """By how much cost, price or volume alone would have to change; arrays (S,).

    Args:
        results: profit and loss. wanted: contribution to reach, money, any sign.
    """
    missing = np.maximum(within("wanted", wanted) - results.contribution, 0)
    return WaysToPay(
        cost_cut=missing,
        cost_cut_share=_ratio(missing, results.cost_to_serve),
        price_rise=_ratio(missing, results.revenue),
        growth=_ratio(missing, results.gross_margin),
    )


def _ratio(missing: Numbers, base: Numbers) -> Numbers:
    usable = np.where(base > 0, base, 1.0)
    with np.errstate(over="ignore"):  # beyond all floats is as good as infinite
        share = np.where(base > 0, missing / usable, np.inf)
    return np.asarray(np.where(missing == 0, 0.0, share))
