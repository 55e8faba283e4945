"""Made choice problems of any size, as hard as real ones: what governs difficulty is how many
shared rows bind, so the limits are set around what a plan without them would use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Bar, Choice, ChoiceProblem

Numbers = NDArray[np.float64]

TIERS = 6
CAPS = (0.98, 0.985, 0.99, 1.01)
"""Capacity of each resource, as a share of its use in the plan that only the budget limits."""
WITH_FLOOR = 0.15
"""Share of the segments whose contract asks for a least tier."""
BUDGET = 0.4
"""Where the budget lies, from the cheapest plan (0) to the one that no limit holds back (1)."""


@dataclass(frozen=True, eq=False)
class Offered:
    """What every tier would cost, lose and use in every segment: (S, K), (S, K), (R, S, K).

    `demand` is the size of the segments (S,), `barred` are `Bar` flags (S, K).
    """

    demand: Numbers
    service_cost: Numbers
    lost_sales: Numbers
    use: Numbers
    barred: NDArray[np.int8]


def make_problem(segments: int, seed: int = 1) -> ChoiceProblem:
    """S segments x 6 tiers under a budget and 4 resources, of which 3 are short.

    Demand is lognormal, service cost convex in the tier, lost sales decreasing, both with noise.
    """
    return limited(offered(segments, seed), CAPS)


def offered(segments: int, seed: int) -> Offered:
    """The offers of `make_problem`, before any limit."""
    rng = np.random.default_rng([segments, seed])
    step = np.arange(TIERS) / (TIERS - 1)
    demand = rng.lognormal(mean=4.0, sigma=1.0, size=(segments, 1))
    service_cost = _service_cost(rng, demand, step)
    lost_sales = _lost_sales(rng, demand, step)
    use = _use(rng, demand, step)
    return Offered(demand[:, 0], service_cost, lost_sales, use, _barred(rng, segments))


def limited(offers: Offered, caps: Sequence[float], budget: float = BUDGET) -> ChoiceProblem:
    """The problem of the offers, with limits that are short by as much as `caps` and `budget` say.

    `caps` are shares of the use in the plan that only the budget limits, one a resource; `budget`
    goes from the cheapest plan (0) to the one that nothing limits (1).
    """
    segments, tiers = offers.service_cost.shape
    money, choice = _budget_only(offers.service_cost, offers.lost_sales, offers.barred, budget)
    used = offers.use[:, np.arange(segments), choice].sum(axis=1)
    pairs, resources = (segments, tiers), len(caps)
    none = np.zeros(pairs)
    step = np.arange(tiers) / max(tiers - 1, 1)
    return ChoiceProblem(
        segments=tuple(f"s{i}" for i in range(segments)),
        tiers=tuple(f"t{k}" for k in range(tiers)),
        rank=np.arange(tiers),
        open_cost=np.zeros(tiers),
        weight=offers.demand,
        current=np.full(segments, -1),
        service_level=np.broadcast_to(0.80 + 0.19 * step, pairs).copy(),
        service_cost=offers.service_cost,
        lost_orders=offers.lost_sales,
        lost_customers=none,
        lost_prospects=none.copy(),
        lost_unsplit=none.copy(),
        barred=offers.barred,
        resources=tuple(f"r{r}" for r in range(resources)),
        use=offers.use,
        capacity=np.array(caps) * used,
        extra_capacity=np.zeros(resources),
        extra_premium=np.zeros(resources),
        budget=money,
    )


def _noise(rng: np.random.Generator, shape: tuple[int, ...], sigma: float) -> Numbers:
    return rng.lognormal(mean=0.0, sigma=sigma, size=shape)


def _service_cost(rng: np.random.Generator, demand: Numbers, step: Numbers) -> Numbers:
    """(S, K): 3 to 12 a unit of demand, rising faster from tier to tier."""
    steepness = rng.uniform(1.0, 3.0, size=demand.shape)
    exact = 3.0 * demand * (1.0 + steepness * step**1.8)
    return np.asarray(exact * _noise(rng, exact.shape, 0.15))


def _lost_sales(rng: np.random.Generator, demand: Numbers, step: Numbers) -> Numbers:
    """(S, K): falling from tier to tier, by how much depends on the segment."""
    worth = rng.uniform(4.0, 16.0, size=demand.shape)
    decay = rng.uniform(0.8, 3.0, size=demand.shape)
    exact = worth * demand * np.exp(-decay * step)
    return np.asarray(exact * _noise(rng, exact.shape, 0.15))


def _use(rng: np.random.Generator, demand: Numbers, step: Numbers) -> Numbers:
    """(R, S, K): hours of each resource, more in higher tiers, in its own mix by segment."""
    shape = (len(CAPS), len(demand), 1)
    slope = rng.uniform(0.2, 2.0, size=shape)
    exact = 0.1 * demand * _noise(rng, shape, 0.4) * (1.0 + slope * step)
    return np.asarray(exact * _noise(rng, exact.shape, 0.15))


def _barred(rng: np.random.Generator, segments: int) -> NDArray[np.int8]:
    """(S, K): tiers below the contract floor, which is the second or the third tier."""
    floor = np.where(rng.random(segments) < WITH_FLOOR, rng.integers(1, 3, size=segments), 0)
    below = np.arange(TIERS) < floor[:, None]
    return np.where(below, int(Bar.MIN_TIER), 0).astype(np.int8)


def _budget_only(
    service_cost: Numbers, lost_sales: Numbers, barred: NDArray[np.int8], share: float
) -> tuple[float, Choice]:
    """A budget, and the best plan of a price on it that keeps it, found by bisection."""
    row = np.arange(len(service_cost))
    total = np.where(barred == 0, service_cost + lost_sales, np.inf)

    def choice_at(price: float) -> Choice:
        return np.asarray(np.argmin(total + price * service_cost, axis=1))

    def spent(choice: Choice) -> float:
        return float(service_cost[row, choice].sum())

    cheapest = np.argmin(np.where(barred == 0, service_cost, np.inf), axis=1)
    least, most = spent(cheapest), spent(choice_at(0.0))
    budget = least + share * (most - least)
    low, high = 0.0, 1.0
    while spent(choice_at(high)) > budget and high < 1e6:
        high *= 2.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if spent(choice_at(middle)) <= budget else (middle, high)
    return budget, choice_at(high)
