"""Which deviations are more than noise: control limits by segment and period.

Every figure is judged given what came before it: orders given the customers there were, late orders
given the orders, customers who left given the level that they had. So one cause makes one alarm.
Shares are binomial, counts Poisson (negative binomial where the forecast has a spread of its own),
money normal with the spread of one order over the root of their number. The p-values of all figures
are taken together, so that of the alarms no more than a given share is false on average
(Benjamini and Hochberg 1995).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from slopt.problem.horizon.problem import Flags, Numbers, Places
from slopt.study.monitor.drivers import Compared
from slopt.study.monitor.expected import worth_of_the_missing
from slopt.study.monitor.split import RESULT, Effect, Split


class Measure(StrEnum):
    """What is judged."""

    ORDERS = "orders"
    PRICE = "price"
    LEVEL = "service_level"
    COST = "service_cost"
    LOST_ORDERS = "lost_orders"
    LEFT = "left"
    JOINED = "joined"
    NET = "net_change"


@dataclass(frozen=True)
class Noise:
    """What counts as noise.

    `false_alarms` is the share of alarms that may be false on average. `order_spread` is the
    standard deviation of the money of an order as a share of its mean, `forecast_spread` that of
    orders, prices, costs and joiners around what the case says, beyond what chance does to single
    orders and customers.
    """

    false_alarms: float = 0.05
    order_spread: float = 1.0
    forecast_spread: float = 0.0


@dataclass(frozen=True)
class Signal:
    """One figure of a segment and period: places, what was observed and expected, the limits
    between which it is noise, its p-value, the same adjusted for all figures, and what the
    deviation is worth in the result (money, more is better)."""

    measure: Measure
    segment: int
    period: int
    observed: float
    expected: float
    low: float
    high: float
    p: float
    adjusted: float
    is_alarm: bool
    money: float


@dataclass(frozen=True, eq=False)
class _Figures:
    """One measure where it is known, (n,) each; `law` is a frozen distribution of `count`, and one
    unit of it is `unit` of what is shown."""

    measure: Measure
    segment: Places
    period: Places
    count: Numbers
    mean: Numbers
    law: Any
    unit: Numbers
    is_whole: bool
    money: Numbers

    @property
    def p(self) -> Numbers:
        """Twice the smaller tail, the value itself included in both."""
        below = self.law.cdf(self.count)
        above = self.law.sf(self.count - 1 if self.is_whole else self.count)
        return np.asarray(np.minimum(1.0, 2 * np.minimum(below, above)))


def signals(compared: Compared, found: Split, noise: Noise) -> list[Signal]:
    """All figures that can be judged, those with the largest money first, alarms before others."""
    from scipy.stats import false_discovery_control

    figures = list(_figures(compared, found, noise))
    p = np.concatenate([np.zeros(0), *(one.p for one in figures)])
    if len(p) == 0:
        return []
    adjusted = false_discovery_control(np.clip(p, 0.0, 1.0))
    alarm = adjusted <= noise.false_alarms
    # The limits are where an alarm begins, given how many there are.
    cut = noise.false_alarms * max(int(alarm.sum()), 1) / len(p)
    made, place = [], 0
    for one in figures:
        low, high = one.law.ppf(cut / 2), one.law.isf(cut / 2)
        for i in range(len(one.segment)):
            made.append(
                Signal(
                    one.measure,
                    int(one.segment[i]),
                    int(one.period[i]),
                    float(one.count[i] * one.unit[i]),
                    float(one.mean[i] * one.unit[i]),
                    float(low[i] * one.unit[i]),
                    float(high[i] * one.unit[i]),
                    float(p[place]),
                    float(adjusted[place]),
                    bool(alarm[place]),
                    float(one.money[i]),
                )
            )
            place += 1
    return sorted(made, key=lambda one: (not one.is_alarm, -abs(one.money), one.p))


def _figures(compared: Compared, found: Split, noise: Noise) -> Iterator[_Figures]:
    """The figures of each measure with what is expected of them."""
    from scipy.stats import binom, norm

    happened, actual, given = compared.happened, compared.actual, found.given
    n, placed = actual.customers, ~np.isnan(happened.orders)
    orders = np.where(placed, happened.orders, n * actual.orders)
    # Where orders are not known, how many there were is noise in their money as well.
    of_one = noise.order_spread**2 + np.where(placed, 0.0, 1.0)
    spread = np.sqrt(of_one / np.maximum(orders, 1.0) + noise.forecast_spread**2)
    one: Numbers = np.ones(n.shape)
    result, losses = found.lines[RESULT].effects, found.lines

    def at(where: Flags, *values: Numbers) -> list[Numbers]:
        return [value[where] for value in values]

    def made(
        measure: Measure,
        where: Flags,
        count: Numbers,
        mean: Numbers,
        law: Any,
        money: Numbers,
        unit: Numbers = one,
        is_whole: bool = True,
    ) -> _Figures:
        segment, period = np.nonzero(where)
        counted, its_mean, its_unit, worth = at(where, count, mean, unit, money)
        return _Figures(measure, segment, period, counted, its_mean, law, its_unit, is_whole, worth)

    mean = n * compared.planned.orders
    where = placed & (mean > 0)
    law = _counts(mean[where], noise.forecast_spread)
    yield made(
        Measure.ORDERS, where, np.asarray(np.round(orders)), mean, law, result[Effect.ORDERS]
    )

    price = compared.planned.price
    where = ~np.isnan(happened.revenue) & (orders > 0) & (price > 0)
    law = norm(price[where], (price * spread)[where])
    yield made(Measure.PRICE, where, actual.price, price, law, result[Effect.PRICE], is_whole=False)

    level, whole = compared.decided.level, np.round(orders)
    where = ~np.isnan(happened.service_level) & (whole > 0)
    law = binom(whole[where], np.clip(level[where], 0.0, 1.0))
    unit = 1 / np.maximum(whole, 1.0)
    yield made(
        Measure.LEVEL,
        where,
        np.round(actual.level * whole),
        level * whole,
        law,
        result[Effect.LEVEL],
        unit,
    )

    cost = given.service_cost
    where = ~np.isnan(happened.service_cost) & (cost > 0) & (orders > 0)
    law = norm(cost[where], (cost * spread)[where])
    yield made(
        Measure.COST,
        where,
        happened.service_cost,
        cost,
        law,
        result[Effect.COST_RATE],
        is_whole=False,
    )

    worth = np.divide(given.margin, orders, out=np.zeros(n.shape), where=orders > 0)
    unit = np.where(worth > 0, worth, 1.0)
    where = ~np.isnan(happened.lost_orders) & (worth > 0)
    mean = given.lost_orders / unit
    law = _counts(mean[where], 0.0)
    money = -losses["lost_orders"].effects[Effect.RESPONSE]
    count = np.round(happened.lost_orders / unit)
    yield made(Measure.LOST_ORDERS, where, count, mean, law, money, unit)

    whole = np.round(n)
    where = ~np.isnan(happened.left) & (whole > 0)
    share = np.clip(given.left / np.maximum(n, 1e-300), 0.0, 1.0)
    law = binom(whole[where], share[where])
    money = -losses["lost_customers"].effects[Effect.RESPONSE]
    count = np.minimum(np.round(happened.left), whole)
    yield made(Measure.LEFT, where, count, share * whole, law, money)

    mean = np.maximum(given.joined, 0.0)
    where = ~np.isnan(happened.joined) & (compared.problem.join > 0)
    law = _counts(mean[where], noise.forecast_spread)
    money = -losses["lost_prospects"].effects[Effect.RESPONSE]
    yield made(Measure.JOINED, where, np.round(happened.joined), mean, law, money)

    where = ~np.isnan(compared.net) & (whole > 0)
    mean = np.maximum(given.joined, 0.0) - share * whole
    vary = given.joined * (1 + noise.forecast_spread**2 * given.joined)
    law = _differences(mean[where], (np.maximum(vary, 0.0) + share * (1 - share) * whole)[where])
    money = (compared.net - mean) * worth_of_the_missing(compared.problem)[0]
    yield made(Measure.NET, where, np.round(compared.net), mean, law, money)


def _differences(mean: Numbers, variance: Numbers) -> Any:
    """Joiners less leavers: normal, which counts the whole customer in its tail."""
    from scipy.stats import norm

    return norm(mean, np.sqrt(np.maximum(variance, 1.0)))


def _counts(mean: Numbers, spread: float) -> Any:
    """Poisson, or negative binomial with this relative spread on top."""
    from scipy.stats import nbinom, poisson

    if spread == 0:
        return poisson(mean)
    size = 1 / spread**2
    return nbinom(size, size / (size + mean))
