"""Whether a project pays: return on investment, net present value, payback, opportunity cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import Numbers, not_negative, within


def return_on_investment(
    benefit: ArrayLike, cost: ArrayLike, opportunity_cost: ArrayLike = 0.0
) -> Numbers:
    """(benefit - cost) / cost, the cost with what the money would have earned elsewhere.

    Args:
        benefit: money, direct and indirect. cost: money, 0 or more. opportunity_cost: 0 or more;
            cost and opportunity cost must not both be 0.

    Returns:
        A share; 0.25 is 25 %.
    """
    spent = not_negative("cost", cost) + not_negative("opportunity_cost", opportunity_cost)
    if np.any(spent == 0):
        raise ValueError("cost must be above 0, else there is no investment to compare with")
    return np.asarray((within("benefit", benefit) - spent) / spent)


def opportunity_cost(cost: ArrayLike, other_return: ArrayLike, periods: ArrayLike) -> Numbers:
    """cost ((1 + i)^n - 1): what the money would have earned in the next best use.

    Args:
        cost: money, 0 or more. other_return: i per period, 0 or more. periods: n, 0 or more.
    """
    growth = (1 + not_negative("other_return", other_return)) ** not_negative("periods", periods)
    return np.asarray(not_negative("cost", cost) * (growth - 1))


def net_present_value(flows: ArrayLike, discount_rate: float) -> float:
    """sum of flow_t / (1 + d)^t, t = 0, 1, 2, ...

    Args:
        flows: money in (above 0) and out (below 0) at t = 0, 1, ...; shape (T + 1,).
        discount_rate: d per period, 0 or more: the return of the next best use, so that the
            opportunity cost is already counted.
    """
    return float(_discounted(flows, discount_rate).sum())


def payback_periods(flows: ArrayLike, discount_rate: float = 0.0) -> float | None:
    """Periods until the sum of flows turns from below 0 to 0 or more, for good.

    Within the period in which it turns, money is taken to come evenly. None where it never turns;
    0 where there is nothing to pay back.

    Args as in `net_present_value`; a discount rate above 0 gives the discounted payback.
    """
    totals = np.cumsum(_discounted(flows, discount_rate))
    if totals[-1] < 0:
        return None
    below = np.flatnonzero(totals < 0)
    if not below.size:
        return 0.0
    last = int(below[-1])
    return last + float(-totals[last] / (totals[last + 1] - totals[last]))


def _discounted(flows: ArrayLike, discount_rate: float) -> Numbers:
    money = within("flows", flows)
    if money.ndim != 1 or not money.size:
        raise ValueError("flows must be a column with at least one number")
    rate = float(not_negative("discount_rate", discount_rate))
    return np.asarray(money / (1 + rate) ** np.arange(money.size))
