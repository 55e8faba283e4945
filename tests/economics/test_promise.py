"""Chances of breach: counted by hand, against SciPy's distributions, and as exact sums."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from scipy import stats

from slopt.economics.promises.review import (
    capped_at,
    chance_in_period,
    expected_penalty,
    measured_shortfall,
    shortfall,
)


def exact(n, q, g):
    """P(X < G n) and E(G - X/n)+ as fractions, order by order."""
    chances = [comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(n + 1)]
    short = [k for k in range(n + 1) if Fraction(k, n) < g]
    return (
        float(sum(chances[k] for k in short)),
        float(sum(chances[k] * (g - Fraction(k, n)) for k in short)),
    )


def test_twenty_orders_at_the_level_that_is_promised():
    """A promise of 95 % of 20 orders is broken with 18 or fewer: 1 - 0.95^20 - 20 0.05 0.95^19,
    26.4 %, although the level is 95 %.
    """
    found = shortfall(20, 0.95, 0.95)
    assert found.chance == pytest.approx(1 - 0.95**20 - 20 * 0.05 * 0.95**19, rel=1e-12)
    assert found.chance == pytest.approx(0.26416048, abs=5e-9)
    assert found.missing == pytest.approx(0.01792430, abs=5e-9)


@pytest.mark.parametrize(
    ("n", "q", "g"),
    [
        (1, Fraction(9, 10), Fraction(1, 2)),
        (7, Fraction(1, 3), Fraction(2, 5)),
        (100, Fraction(95, 100), Fraction(7, 100)),
        (100, Fraction(7, 100), Fraction(7, 100)),
        (250, Fraction(99, 100), Fraction(98, 100)),
        (40, Fraction(1, 2), Fraction(1)),
        (40, Fraction(1, 2), Fraction(0)),
    ],
)
def test_chance_and_shortfall_are_the_exact_sums(n, q, g):
    """The same as rational arithmetic gives, also where G n is whole and no float holds G."""
    chance, missing = exact(n, q, g)
    found = shortfall(n, float(q), float(g))
    assert found.chance == pytest.approx(chance, rel=1e-11, abs=1e-15)
    assert found.missing == pytest.approx(missing, rel=1e-11, abs=1e-15)


def test_many_pairs_at_once_against_scipy():
    """Binomial and beta-binomial of a thousand random pairs, one without orders among them."""
    rng = np.random.default_rng(9)
    n, q = rng.integers(0, 600, 1000), rng.uniform(0.3, 1, 1000)
    g, rho = np.round(rng.random(1000), 2), rng.uniform(0.001, 0.6, 1000)
    most = np.ceil(np.round(g * n, 9)) - 1
    there = n > 0
    assert shortfall(n, q, g).chance == pytest.approx(
        np.where(there, stats.binom.cdf(most, n, q), 0.0), abs=1e-12
    )
    a, b = q * (1 - rho) / rho, (1 - q) * (1 - rho) / rho
    assert shortfall(n, q, g, rho).chance == pytest.approx(
        np.where(there, stats.betabinom.cdf(most, n, a, b), 0.0), abs=1e-10
    )


def test_reviews_of_a_million_orders():
    """Large reviews are near the normal limit and cost no more than small ones."""
    found = shortfall(1_000_000, 0.95, 0.95)
    assert found.chance == pytest.approx(stats.binom.cdf(949_999, 1_000_000, 0.95), rel=1e-9)
    deviation = np.sqrt(0.95 * 0.05 / 1e6)
    assert found.missing == pytest.approx(deviation / np.sqrt(2 * np.pi), rel=1e-3)


def test_sure_levels():
    """A level of 1 breaks nothing, one of 0 all but a promise of nothing, correlated or not."""
    for rho in (0.0, 0.3):
        found = shortfall([10, 10, 10], [1, 0, 0], [1, 0.5, 0], rho)
        assert found.chance.tolist() == [0, 1, 0]
        assert found.missing.tolist() == [0, 0.5, 0]


def test_correlation_turns_into_all_or_nothing():
    """With a correlation near 1 a review is all served with q, else none."""
    found = shortfall(50, 0.9, 0.8, 0.999999)
    assert found.chance == pytest.approx(0.1, abs=1e-3)
    assert found.missing == pytest.approx(0.08, abs=1e-3)


def test_measured_reviews_count_themselves():
    """Of 95, 94 and 90 of 100 a promise of 95 % is broken twice of three, by 1 and 5 points."""
    found = measured_shortfall([95, 94, 90], [100, 100, 100], 0.95)
    assert found.chance == pytest.approx(2 / 3)
    assert found.missing == pytest.approx(0.06 / 3)
    with pytest.raises(ValueError, match="above orders"):
        measured_shortfall([101], [100], 0.95)


def test_penalties_with_their_cap_are_the_sum_over_outcomes():
    """200 for a broken review and 90 for each point, 1,000 at most: as each count pays it."""
    n, q, g = 200, 0.96, 0.97
    k = np.arange(194)
    paid = np.minimum(200 + 90 * 100 * (g - k / n), 1000)
    expected = float((stats.binom.pmf(k, n, q) * paid).sum())
    below = capped_at(g, 200, 90, 1000)
    spared = shortfall(n, q, below).missing
    assert expected_penalty(shortfall(n, q, g), 200, 90, spared) == pytest.approx(expected)
    assert capped_at(g, 200, 0, 1000) == 0


def test_the_chance_over_a_period():
    """Of four reviews, each broken with one half, one at least is broken with 15 of 16."""
    assert chance_in_period(0.5, 4) == 15 / 16


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ((-1, 0.9, 0.9, 0), "counted"),
        ((2.5, 0.9, 0.9, 0), "counted"),
        ((10, 1.1, 0.9, 0), "level"),
        ((10, 0.9, -0.1, 0), "promised"),
        ((10, 0.9, 0.9, 1), "correlation"),
        ((2_000_000, 0.9, 0.9, 0.1), "correlated"),
    ],
)
def test_arguments_out_of_range_are_named(arguments, name):
    """Nothing is clipped."""
    with pytest.raises(ValueError, match=name):
        shortfall(*arguments)
