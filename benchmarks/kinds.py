"""Kinds of made problems, from ordinary to awkward: what one method finds hard another may not.

Every kind is a function of segments and seed. Limits are set as in instances.py, around what a plan
without them would use, so that they bind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.instances import CAPS, TIERS, Numbers, Offered, limited, make_problem, offered
from slopt.problem.choice import ChoiceProblem

Make = Callable[[int, int], ChoiceProblem]
KINDS: dict[str, Make] = {"plain": make_problem}
SIX_ROWS = (0.97, 0.96, 0.98, 0.965, 0.975)
TYPES = 20
"""Segments of a kind are copies of so many types."""


def _kind(make: Make) -> Make:
    KINDS[make.__name__] = make
    return make


@_kind
def correlated(segments: int, seed: int) -> ChoiceProblem:
    """Segments of one size; what a tier costs more it saves, and resources go with the cost."""
    return limited(_correlated(_rng(segments, seed), segments, slope=-1.25), CAPS)


@_kind
def anticorrelated(segments: int, seed: int) -> ChoiceProblem:
    """Dear tiers lose more as well, but use less: short resources are what drives one to them."""
    offers = _correlated(_rng(segments, seed), segments, slope=1.25)
    offers = replace(offers, use=3600.0 * offers.use / offers.service_cost**2)
    problem = limited(offers, CAPS)
    capacity = 0.8 * problem.capacity
    row = np.arange(segments)
    low, high = 0.0, 1e6
    for _ in range(60):
        price = (low + high) / 2
        scarcity = np.einsum("r,rsk->sk", price / capacity, offers.use)
        choice = np.argmin(offers.service_cost + offers.lost_sales + scarcity, axis=1)
        keeps = bool(np.all(offers.use[:, row, choice].sum(axis=1) <= capacity))
        low, high = (low, price) if keeps else (price, high)
        if keeps:
            budget = float(offers.service_cost[row, choice].sum())
    return problem.replace(capacity=capacity, budget=budget)


@_kind
def integer(segments: int, seed: int) -> ChoiceProblem:
    """The correlated kind in whole numbers: many plans are worth the same."""
    offers = _correlated(_rng(segments, seed), segments, slope=-1.25)
    whole = {name: np.rint(getattr(offers, name)) for name in ("service_cost", "lost_sales", "use")}
    problem = limited(replace(offers, **whole), CAPS)
    budget = None if problem.budget is None else float(np.floor(problem.budget))
    return problem.replace(budget=budget, capacity=np.floor(problem.capacity))


@_kind
def s_shaped(segments: int, seed: int) -> ChoiceProblem:
    """Lost sales fall steeply in the middle of the menu, where each segment has its own middle."""
    rng, offers = _rng(segments, seed), offered(segments, seed)
    step = np.arange(TIERS) / (TIERS - 1)
    middle = rng.uniform(0.2, 0.8, size=(segments, 1))
    worth = rng.uniform(4.0, 16.0, size=(segments, 1)) * offers.demand[:, None]
    loss = worth / (1.0 + np.exp(12.0 * (step - middle)))
    return limited(replace(offers, lost_sales=loss * _noise(rng, loss.shape, 0.05)), CAPS)


@_kind
def equal(segments: int, seed: int) -> ChoiceProblem:
    """Segments of one size that differ by noise alone."""
    offers = offered(segments, seed)
    return limited(_of_size(offers, np.ones(segments)), CAPS)


@_kind
def six_rows(segments: int, seed: int) -> ChoiceProblem:
    """Five resources and the budget, all of them short."""
    rng = _rng(segments, seed)
    pairs = (segments, TIERS)
    effort = np.cumsum(rng.uniform(0.5, 1.5, size=pairs), axis=1)
    cost = effort * rng.uniform(5.0, 20.0, size=(segments, 1))
    decay = rng.uniform(0.2, 0.6, size=(segments, 1))
    loss = 200.0 * np.exp(-effort * decay) * rng.uniform(0.5, 2.0, size=(segments, 1))
    use = np.stack([effort * rng.uniform(0.2, 2.0, size=pairs) for _ in SIX_ROWS])
    return limited(_all_allowed(np.ones(segments), cost, loss, use), SIX_ROWS, budget=0.6)


@_kind
def giant(segments: int, seed: int) -> ChoiceProblem:
    """One segment as large as all others together, among dwarfs."""
    size = np.ones(segments)
    size[0] = max(segments - 1, 1)
    return limited(_of_size(offered(segments, seed), size), CAPS)


@_kind
def twins(segments: int, seed: int) -> ChoiceProblem:
    """Groups of identical segments: copies of 20 types, each as good as the other."""
    types = offered(TYPES, seed)
    copy = np.arange(segments) % TYPES
    return limited(
        Offered(
            types.demand[copy],
            types.service_cost[copy],
            types.lost_sales[copy],
            types.use[:, copy],
            types.barred[copy],
        ),
        CAPS,
    )


@_kind
def single(segments: int, seed: int) -> ChoiceProblem:
    """A budget and nothing else that is shared."""
    offers = offered(segments, seed)
    return limited(replace(offers, use=offers.use[:0]), ())


def _rng(segments: int, seed: int) -> np.random.Generator:
    """Apart from that of `offered`, so that what is drawn on top is independent of it."""
    return np.random.default_rng([segments, seed, 1])


def _noise(rng: np.random.Generator, shape: tuple[int, ...], sigma: float) -> Numbers:
    return rng.normal(1.0, sigma, size=shape)


def _correlated(rng: np.random.Generator, segments: int, slope: float) -> Offered:
    """Cost by tier with little noise; lost sales a line in the cost, resources about the cost."""
    pairs = (segments, TIERS)
    tiers = np.array([10.0, 14.0, 20.0, 28.0, 38.0, 52.0])
    cost = tiers * rng.uniform(0.9, 1.1, size=(segments, 1)) * _noise(rng, pairs, 0.03)
    loss = 90.0 + slope * cost + rng.normal(0.0, 0.2, size=pairs)
    use = np.stack([share * cost * _noise(rng, pairs, 0.1) for share in (0.5, 1.0, 2.0, 1.5)])
    return _all_allowed(np.ones(segments), cost, loss, use)


def _all_allowed(demand: Numbers, cost: Numbers, loss: Numbers, use: Numbers) -> Offered:
    return Offered(demand, cost, loss, use, np.zeros(cost.shape, dtype=np.int8))


def _of_size(offers: Offered, size: Numbers) -> Offered:
    """The same offers for segments of other sizes."""
    factor = (size / offers.demand)[:, None]
    return Offered(
        size,
        offers.service_cost * factor,
        offers.lost_sales * factor,
        offers.use * factor,
        offers.barred,
    )
