"""The big numbers of limits over futures: no plan goes beyond them, and few plans stay below."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from slopt.formulation.risk.most_beyond import (
    LimitOverFutures,
    most_beyond_seldom,
    most_beyond_surely,
)


def random_limit(rng: np.random.Generator, futures: int = 6) -> LimitOverFutures:
    """Four members, three tiers; limits around what half of all plans use; one future has none."""
    own = rng.uniform(1, 9, (4, 3))
    amounts = own * rng.uniform(0.7, 1.4, (futures, 1, 1)) * rng.uniform(0.8, 1.2, (futures, 4, 3))
    limit = amounts.mean(axis=2).sum(axis=1) * rng.uniform(0.9, 1.1, futures)
    limit[-1] = np.inf
    nothing = np.zeros(futures)
    return LimitOverFutures(amounts, limit, nothing, nothing, (own, float(own.mean() * 4)))


@pytest.mark.parametrize("seed", range(30))
def test_no_plan_that_keeps_a_limit_often_enough_breaks_it_by_more(seed: int) -> None:
    """Of all plans that keep it at own numbers and break it seldom enough, none is beyond."""
    rng = np.random.default_rng(seed)
    limit, admissible = random_limit(rng), rng.random((4, 3)) < 0.9
    admissible[:, 0] = True
    probability, chance = rng.dirichlet(np.ones(6)), 0.4
    surely = most_beyond_surely(limit, admissible)
    seldom = most_beyond_seldom(limit, admissible, probability, chance)
    plain = np.where(admissible, limit.amounts, -np.inf).max(axis=2).sum(axis=1) - limit.limit
    told = np.isfinite(limit.limit)
    assert np.all(surely[told] <= plain[told] + 1e-9)
    assert limit.own is not None
    own, most_own = limit.own
    for plan in itertools.product(range(3), repeat=4):
        row = np.arange(4)
        if not admissible[row, plan].all() or own[row, plan].sum() > most_own:
            continue
        beyond = limit.amounts[:, row, plan].sum(axis=1) - limit.limit
        assert np.all(beyond[told] <= surely[told] + 1e-9)
        if probability @ (beyond > 0) <= chance:
            assert np.all(beyond[told] <= np.maximum(seldom[told], 0.0) + 1e-9)
