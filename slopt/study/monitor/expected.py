"""What the case leads one to expect of every segment and period, given what decides it.

The same economics that the plan rests on, asked for the orders, prices, tiers and levels that there
were. S segments, T periods.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopt.case.by_period import cost_factor, of_segments
from slopt.case.case import PlanningCase
from slopt.case.period_case import period_cases
from slopt.economics.period_offers import PeriodOffers, period_offers
from slopt.problem.horizon.problem import Flags, HorizonProblem, Numbers, Places
from slopt.study.monitor.drivers import Drivers

SAME_LEVEL = 1e-12
ACCOUNTS = (
    "revenue",
    "margin",
    "service_cost",
    "lost_orders",
    "lost_customers",
    "lost_prospects",
    "lost_unsplit",
    "left",
    "joined",
)
"""Figures of `Expected`: money of a segment and period, and customers in `left` and `joined`."""


@dataclass(frozen=True, eq=False)
class Expected:
    """(S, T) each. `margin` is what the orders bring in under perfect service; customers who are
    lost count in the period in which they leave, at what one is worth. `leave` is the share of
    customers whom poor service drives away, `deter` the prospects warned off, by customer."""

    revenue: Numbers
    margin: Numbers
    service_cost: Numbers
    lost_orders: Numbers
    lost_customers: Numbers
    lost_prospects: Numbers
    lost_unsplit: Numbers
    left: Numbers
    joined: Numbers
    leave: Numbers
    deter: Numbers


def expected(
    case: PlanningCase, problem: HorizonProblem, planned: Drivers, drivers: Drivers
) -> Expected:
    """Figures under the drivers; `planned` says what orders and prices are those of the case.

    Raises InvalidInput where the case's figures cannot be, as when more leave than there are.
    """
    s, t, *_ = problem.size
    acquired = of_segments(case).numbers("acquired")
    wins = np.asarray(~np.isnan(acquired))
    orders, price = (
        _multiple(drivers.orders, planned.orders),
        _multiple(drivers.price, planned.price),
    )
    names = ("cost", "fixed_cost", "lost_orders", "lost_customers", "lost_prospects")
    by_customer = {name: np.zeros((s, t)) for name in (*names, "lost_unsplit", "leave", "deter")}
    row, cases = np.arange(s), list(period_cases(case, orders, price))
    for p, its in enumerate(cases):
        tier, level = drivers.tier[:, p], drivers.level[:, p]
        offers = _at_level(its, wins[:, p], tier, level)
        for name, values in by_customer.items():
            values[:, p] = getattr(offers, name)[row, tier]
        for lag in np.unique(problem.lag[problem.lag > 0]).tolist():
            # Whom the service of `lag` periods ago drives away, by the demand and prices of then.
            then, at = drivers.tier_then[:, p], max(p - lag, 0)
            tier_then = np.maximum(then, 0)
            earlier = _at_level(cases[at], wins[:, at], tier_then, drivers.level_then[:, p])
            leave = np.where(then >= 0, earlier.leave[row, tier_then], 0.0)
            by_customer["leave"][problem.lag == lag, p] = leave[problem.lag == lag]
    most = problem.join / np.where(problem.most_customers > 0, problem.most_customers, 1)[:, :t]
    by_customer["deter"] = np.minimum(by_customer["deter"], most)
    return _of_segments(case, problem, drivers, by_customer)


def worth_of_the_missing(problem: HorizonProblem) -> tuple[Numbers, Numbers]:
    """(S, T) each: what one customer who leaves, and one who does not come, is missed at from then
    on, in the money of the period."""
    left, deterred = problem.worth_of_the_missing
    return left / problem.discount, deterred / problem.discount


def _of_segments(
    case: PlanningCase, problem: HorizonProblem, drivers: Drivers, by_customer: dict[str, Numbers]
) -> Expected:
    n, factor = drivers.customers, cost_factor(case)
    leave, deter = by_customer["leave"], by_customer["deter"]
    revenue = n * drivers.orders * drivers.price
    worth_of_left, worth_of_deterred = worth_of_the_missing(problem)
    lost_customers = by_customer["lost_customers"] + leave * worth_of_left
    lost_prospects = by_customer["lost_prospects"] + deter * worth_of_deterred
    return Expected(
        revenue=revenue,
        margin=revenue * case.table("segments").numbers("margin")[:, None],
        service_cost=factor * (n * by_customer["cost"] + by_customer["fixed_cost"]),
        lost_orders=n * by_customer["lost_orders"],
        lost_customers=n * lost_customers,
        lost_prospects=n * lost_prospects,
        lost_unsplit=n * by_customer["lost_unsplit"],
        left=n * (1 - problem.keep * (1 - leave)),
        joined=problem.join - deter * n,
        leave=leave,
        deter=deter,
    )


def _at_level(case: PlanningCase, wins: Flags, tier: Places, level: Numbers) -> PeriodOffers:
    """The offers of one period in which the tier (S,) of each segment has the level (S,)."""
    offers, row = period_offers(case, wins), np.arange(len(tier))
    lift = np.zeros(offers.service_level.shape)
    lift[row, tier] = level - offers.service_level[row, tier]
    if np.abs(lift).max(initial=0.0) <= SAME_LEVEL:
        return offers
    return period_offers(case, wins, lift)


def _multiple(values: Numbers, of: Numbers) -> Numbers:
    """values / of; 1 where the case says 0, which nothing is a multiple of."""
    fine = of > 0
    return np.where(fine, values / np.where(fine, of, 1.0), 1.0)
