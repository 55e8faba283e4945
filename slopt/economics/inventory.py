"""Stock and the service it gives: safety stock, cycle and ready rates, fill rates.

Symbols: L lead time in periods, sigma_LT spread of demand over the lead time, z safety factor, Q
units ordered per cycle, G the normal loss (`normal_loss`). Demand over the lead time is normal.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import Numbers, inner_share, not_negative, positive, within
from slopt.economics.bisection import increasing_root
from slopt.economics.demand import Demand
from slopt.economics.normal_loss import inverse_normal_loss, normal_loss


def lead_time_spread(
    spread_per_period: ArrayLike,
    lead_time: ArrayLike,
    mean_per_period: ArrayLike = 0.0,
    spread_of_lead_time: ArrayLike = 0.0,
) -> Numbers:
    """sigma_LT = sqrt(L sigma^2 + mean^2 sigma_L^2), units; the root of L, not L itself.

    Args:
        spread_per_period: sigma of demand, units. lead_time: L, periods.
        mean_per_period: mean demand, units. spread_of_lead_time: sigma_L, periods;
            the last two matter only where the lead time varies. All 0 or more.
    """
    of_demand = (
        not_negative("lead_time", lead_time)
        * not_negative("spread_per_period", spread_per_period) ** 2
    )
    of_time = not_negative("mean_per_period", mean_per_period) * not_negative(
        "spread_of_lead_time", spread_of_lead_time
    )
    return np.asarray(np.sqrt(of_demand + of_time**2))


def safety_factor(cycle_service_level: ArrayLike) -> Numbers:
    """z = Phi^-1(alpha): spreads of stock for a cycle service level between 0 and 1."""
    from scipy.special import ndtri

    return np.asarray(ndtri(inner_share("cycle_service_level", cycle_service_level)))


def cycle_service_level(safety_factor: ArrayLike) -> Numbers:
    """alpha_c = Phi(z): share of order cycles without a shortage."""
    from scipy.special import ndtr

    return np.asarray(ndtr(within("safety_factor", safety_factor)))


def safety_stock(safety_factor: ArrayLike, spread: ArrayLike) -> Numbers:
    """z sigma_LT, units; negative where z is."""
    return np.asarray(within("safety_factor", safety_factor) * not_negative("spread", spread))


def ready_rate(demand: Demand, stock: ArrayLike) -> Numbers:
    """alpha_p = P(demand of the period <= stock at its start).

    With demand over the lead time and the stock when an order is placed it is alpha_c.
    """
    return demand.no_shortage_probability(stock)


def units_short_per_cycle(safety_factor: ArrayLike, spread: ArrayLike) -> Numbers:
    """E[short] = sigma_LT G(z), units per order cycle."""
    return np.asarray(not_negative("spread", spread) * normal_loss(safety_factor))


def fill_rate(safety_factor: ArrayLike, spread: ArrayLike, quantity: ArrayLike) -> Numbers:
    """beta = 1 - sigma_LT G(z) / Q: share of units delivered from stock.

    The text-book form. It counts a shortage that outlasts a cycle twice, so it is too low, even
    below 0, where Q is not large against the spread; `exact_fill_rate` is right there.

    Args:
        safety_factor: z. spread: sigma_LT, 0 or more. quantity: Q, above 0.

    Source: Silver, Pyke and Thomas; Nahmias: Q = 100, spread 25, z = 1.02 give 98 %.
    """
    short = units_short_per_cycle(safety_factor, spread)
    return np.asarray(1 - short / positive("quantity", quantity))


def exact_fill_rate(safety_factor: ArrayLike, spread: ArrayLike, quantity: ArrayLike) -> Numbers:
    """beta = 1 - sigma_LT [G(z) - G(z + Q / sigma_LT)] / Q, between 0 and 1 for any Q above 0.

    For unmet demand that is delivered later. Source: Zipkin 2000, reorder point and quantity.
    """
    units = positive("quantity", quantity)
    sigma = positive("spread", spread)
    factor = within("safety_factor", safety_factor)
    short = sigma * (normal_loss(factor) - normal_loss(factor + units / sigma))
    return np.asarray(1 - short / units)


def safety_factor_for_fill_rate(
    fill_rate: ArrayLike, spread: ArrayLike, quantity: ArrayLike
) -> Numbers:
    """z with 1 - sigma_LT G(z) / Q = beta, that is G(z) = (1 - beta) Q / sigma_LT."""
    missing = (1 - inner_share("fill_rate", fill_rate)) * positive("quantity", quantity)
    return inverse_normal_loss(missing / positive("spread", spread))


def safety_factor_for_exact_fill_rate(
    fill_rate: ArrayLike, spread: ArrayLike, quantity: ArrayLike
) -> Numbers:
    """z with `exact_fill_rate` = beta."""
    goal = inner_share("fill_rate", fill_rate)
    units = positive("quantity", quantity)
    goal, units, sigma = np.broadcast_arrays(goal, units, positive("spread", spread))
    # beta is at least P(no shortage at the end of the cycle) and at most that at its start.
    high = safety_factor(goal)
    return increasing_root(
        lambda z: exact_fill_rate(z, sigma, units) - goal, high - units / sigma, high
    )


def fill_rate_from_short(expected_short: ArrayLike, mean_demand: ArrayLike) -> Numbers:
    """beta = 1 - E[short] / E[demand], both of the same time; for any kind of demand."""
    short = not_negative("expected_short", expected_short)
    demand = positive("mean_demand", mean_demand)
    if np.any(short > demand):
        raise ValueError("expected_short must not exceed mean_demand")
    return np.asarray(1 - short / demand)


def backlog_service_level(expected_backlog: ArrayLike, mean_demand: ArrayLike) -> Numbers:
    """gamma = 1 - E[backlog] / E[demand per period]: falls with how long customers wait.

    Below 0 where the backlog exceeds the demand of a period.

    Args:
        expected_backlog: units owed on average at the end of a period, 0 or more.
        mean_demand: units per period, above 0.
    """
    owed = not_negative("expected_backlog", expected_backlog)
    return np.asarray(1 - owed / positive("mean_demand", mean_demand))


def cycle_service_level_from_costs(
    loss_per_stock_out: ArrayLike, holding_per_spread: ArrayLike
) -> Numbers:
    """Phi(sqrt(2 ln(M / (sqrt(2 pi) H)))): the level of least cost where a stock-out costs M.

    Least H z + M (1 - Phi(z)): M is lost once per cycle with a shortage, however large; H holds
    one spread of stock for a cycle. Where M <= sqrt(2 pi) H no safety stock is worth its cost and
    the formula has no answer.

    Args:
        loss_per_stock_out: M, money, above sqrt(2 pi) H. holding_per_spread: H, money, above 0.
    """
    loss = positive("loss_per_stock_out", loss_per_stock_out)
    ratio = loss / (np.sqrt(2 * np.pi) * positive("holding_per_spread", holding_per_spread))
    if np.any(ratio < 1):
        raise ValueError(
            "loss_per_stock_out must be at least 2.507 times holding_per_spread:"
            " below that no safety stock is worth its cost"
        )
    return cycle_service_level(np.sqrt(2 * np.log(ratio)))
