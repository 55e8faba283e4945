"""The fill rate at which one point more costs more to stock than it brings in sales."""

from __future__ import annotations

from dataclasses import dataclass

from slopt.economics.arguments import inner_share, not_negative, positive
from slopt.economics.inventory import safety_factor


@dataclass(frozen=True)
class BestFillRate:
    """Where the steps stop, and the change of z up to which a step pays."""

    level: float
    affordable_z: float


def gain_per_point(trading_margin: float, response_per_point: float, annual_sales: float) -> float:
    """Margin x share of sales gained per point of service x annual sales; money per point.

    18 per unit, 0.12 % per point and 120,000 units give 2,592. All 0 or more.
    """
    return float(
        not_negative("trading_margin", trading_margin)
        * not_negative("response_per_point", response_per_point)
        * not_negative("annual_sales", annual_sales)
    )


def cost_per_z(carrying_rate: float, unit_cost: float, lead_time_spread: float) -> float:
    """Carrying rate x unit cost x sigma_LT: money per year for one more spread of safety stock.

    24 % of 75 on a spread of 300 sqrt(4) = 600 units is 10,800. All above 0.
    """
    return float(
        positive("carrying_rate", carrying_rate)
        * positive("unit_cost", unit_cost)
        * positive("lead_time_spread", lead_time_spread)
    )


def best_fill_rate(
    gain_per_point: float, cost_per_z: float, start: float = 0.5, step: float = 0.01
) -> BestFillRate:
    """Raise the level by `step` while the gain of the step is at least its stock cost.

    The level is the chance of no shortage in a cycle, so a step costs `cost_per_z` times the
    change of z = Phi^-1(level); that change grows from 50 % on, so the first step that does not
    pay ends it. The last level looked at is one step below 1, which no stock reaches.

    Args:
        gain_per_point: money per 0.01 of level, 0 or more. cost_per_z: money per unit of z, > 0.
        start: level to start from, 0.5 or more and below 1. step: above 0, below 1 - start.

    Source: Ballou, Business Logistics; 2,592 against 10,800 affords 0.24, which ends at 98 %.
    """
    gain = float(not_negative("gain_per_point", gain_per_point)) * step / 0.01
    unit = float(positive("cost_per_z", cost_per_z))
    if float(inner_share("start", start)) < 0.5:
        raise ValueError("start must be at least 0.5: below it steps get cheaper, not dearer")
    inner_share("step", step)
    steps, level = 0, start
    while True:
        higher = start + (steps + 1) * step
        if higher > 1 - step / 2:
            break
        if gain < unit * float(safety_factor(higher) - safety_factor(level)):
            break
        steps, level = steps + 1, higher
    return BestFillRate(level=level, affordable_z=gain / unit)
