"""Made problems over many futures: the choice problems of `instances.py`, with uncertain numbers.

A future moves everything at once: demand, prices and how customers answer late deliveries have a
factor for all segments, one for each of ten groups and one of their own. Losses of low tiers are
the least certain. Capacity may be exceeded at a premium, so that late units count as well.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.instances import make_problem
from slopt.problem.choice import ChoiceProblem
from slopt.problem.scenarios.scenario_problem import ScenarioProblem

Numbers = NDArray[np.float64]
GROUPS = 10


def scenario_problem(segments: int, futures: int, seed: int = 1) -> ScenarioProblem:
    """S segments x 6 tiers, a budget and 4 resources, in so many equally probable futures."""
    rng = np.random.default_rng([segments, futures, seed])
    base = _with_late_units(make_problem(segments, seed))
    group = rng.integers(0, GROUPS, segments)

    def factor(common: float, of_group: float, own: float) -> Numbers:
        moved = common * rng.standard_normal((futures, 1))
        moved = moved + of_group * rng.standard_normal((futures, GROUPS))[:, group]
        moved = moved + own * rng.standard_normal((futures, segments))
        spread = np.sqrt(common**2 + of_group**2 + own**2)
        return np.asarray(moved - 0.5 * spread**2)

    step = np.arange(len(base.tiers)) / (len(base.tiers) - 1)
    demand = np.exp(factor(0.06, 0.04, 0.05))[:, :, None]
    answer = np.exp(factor(0.25, 0.2, 0.15)[:, :, None] * (1.4 - 0.8 * step))
    price = np.exp(factor(0.05, 0.0, 0.04))[:, :, None]

    def same(values: Numbers) -> Numbers:
        return np.asarray(values)[None].copy()

    return ScenarioProblem(
        base=base,
        probability=np.full(futures, 1 / futures),
        service_level=same(base.service_level),
        service_cost=base.service_cost * demand * price,
        lost_orders=base.lost_orders * demand * answer,
        lost_customers=same(base.lost_customers),
        lost_prospects=same(base.lost_prospects),
        lost_unsplit=same(base.lost_unsplit),
        use=base.use * demand[:, None],
        weight=same(base.weight),
        open_cost=same(base.open_cost),
        capacity=same(base.capacity),
        extra_capacity=same(base.extra_capacity),
        extra_premium=same(base.extra_premium),
        budget=np.array([np.nan if base.budget is None else base.budget]),
        min_service_level=np.array([np.nan]),
        max_lost_sales=np.array([np.nan]),
    )


def _with_late_units(base: ChoiceProblem) -> ChoiceProblem:
    """Extra units, up to 2 % of capacity, at half of what the budget pays for a unit of use."""
    paid = np.array([float(base.budget or 0.0) / total for total in base.capacity])
    return base.replace(extra_capacity=0.02 * base.capacity, extra_premium=0.5 * paid)
