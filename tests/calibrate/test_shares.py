"""Intervals of shares against published examples, hand computation and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from slopt.calibrate.means import rate_interval
from slopt.calibrate.shares import difference, dispersion, stratified_difference, wilson


def test_wilson_is_the_published_interval():
    """Newcombe 1998 (Statistics in Medicine 17, 857-872), his four examples, method 3."""
    for successes, trials, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        interval = wilson(successes, trials)
        assert interval.low == pytest.approx(low, abs=5e-5)
        assert interval.high == pytest.approx(high, abs=5e-5)


def test_difference_is_the_published_interval():
    """Newcombe 1998 (Statistics in Medicine 17, 873-890), table II, method 10."""
    for first, second, low, high in (
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ):
        interval = difference(wilson(*first), wilson(*second))
        assert interval.low == pytest.approx(low, abs=5e-5)
        assert interval.high == pytest.approx(high, abs=5e-5)


def test_poisson_rates_have_exact_intervals():
    """Garwood 1936: 10 events give 4.80 to 18.39, none give 0 to 3.69."""
    assert rate_interval(10, 1) == pytest.approx((10, 4.7954, 18.3904), abs=1e-4)
    assert rate_interval(0, 1) == pytest.approx((0, 0, 3.6889), abs=1e-4)
    assert rate_interval(10, 4).high == pytest.approx(18.3904 / 4, abs=1e-4)


def test_one_stratum_gives_the_plain_difference():
    """With one stratum Mantel and Haenszel's difference is that of the two shares."""
    gap, n = stratified_difference(*(np.array([v]) for v in (30.0, 100.0, 20.0, 200.0)))
    assert gap.value == pytest.approx(0.3 - 0.1)
    assert n == 300


def test_strata_take_away_what_makes_groups_differ():
    """Frequent buyers fail more and leave less: the raw difference is 0.03, within strata 0.1."""
    hits, exposed = np.array([30.0, 48.0]), np.array([100.0, 300.0])
    base_hits, unexposed = np.array([60.0, 6.0]), np.array([300.0, 100.0])
    raw = hits.sum() / exposed.sum() - base_hits.sum() / unexposed.sum()
    assert raw == pytest.approx(0.03)
    assert stratified_difference(hits, exposed, base_hits, unexposed)[0].value == pytest.approx(0.1)


def test_strata_with_one_group_alone_tell_nothing():
    """They drop out; without any other the answer is not a number, from -1 to 1."""
    gap, n = stratified_difference(*(np.array([v]) for v in (3.0, 10.0, 0.0, 0.0)))
    assert math.isnan(gap.value)
    assert (gap.low, gap.high, n) == (-1.0, 1.0, 0.0)


def test_stratified_intervals_cover_the_truth_at_their_rate():
    """Of 400 simulated logs, 91 to 99 % have the true difference in the interval of 95 %."""
    covered = 0
    for seed in range(400):
        random = np.random.default_rng(seed)
        exposed, unexposed = random.integers(5, 60, 8), random.integers(20, 200, 8)
        churn = random.uniform(0.05, 0.2, 8)
        hits = random.binomial(exposed, churn + 0.12)
        base_hits = random.binomial(unexposed, churn)
        gap, _ = stratified_difference(
            *(counts.astype(float) for counts in (hits, exposed, base_hits, unexposed))
        )
        covered += gap.low <= 0.12 <= gap.high
    assert 0.91 <= covered / 400 <= 0.99


def test_orders_that_fail_together_count_for_less():
    """Blocks whose shares scatter ninefold have a dispersion near 9; independent ones near 1."""
    random = np.random.default_rng(1)
    group = np.repeat(np.arange(20), 8)
    n = np.full(160, 90.0)
    alone = random.binomial(90, 0.8, 160).astype(float)
    together = 9.0 * random.binomial(10, 0.8, 160)
    assert 1.0 <= dispersion(alone, n, group) < 1.3
    assert 7 < dispersion(together, n, group) < 11


def test_separated_strata_have_an_interval():
    """All of 40 exposed and none of 300 others: the difference is 1, and may be less than 0.92."""
    gap, _ = stratified_difference(*(np.array([v]) for v in (40.0, 40.0, 0.0, 300.0)))
    assert gap.value == 1.0
    assert 0.9 < gap.low < 0.92
    assert gap.high == 1.0
