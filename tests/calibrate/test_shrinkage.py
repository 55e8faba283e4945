"""Shrinkage against a published example and simulated truths."""

from __future__ import annotations

import numpy as np
import pytest

from slopt.calibrate.means import Sums, own_ratios, ratio_interval, shrink_ratios
from slopt.calibrate.shares import wilson
from slopt.calibrate.shrinkage import shrink_normal, shrink_shares


def covers(interval, truth):
    """Whether the truth is within."""
    return interval.low <= truth <= interval.high


def sums_of(groups):
    """Sums over the (base, amount) rows of each group."""
    columns = [
        (len(m), m.sum(), c.sum(), (c * c).sum(), (c * m).sum(), (m * m).sum()) for m, c in groups
    ]
    return Sums(*np.array(columns, dtype=float).T)


def test_eight_schools():
    """Rubin's eight schools (Gelman et al., section 5.5): mean near 8, school A 11, C 6 to 7."""
    effects = np.array([28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0])
    errors = np.array([15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0])
    fit = shrink_normal(effects, errors**2)
    assert fit.mean.value == pytest.approx(8, abs=0.5)
    assert fit.estimates[0].value == pytest.approx(11, abs=1)
    assert fit.estimates[2].value == pytest.approx(6.5, abs=1)
    assert fit.estimates[4].value == pytest.approx(5.2, abs=1)


def test_shares_of_groups_are_covered_at_their_rate():
    """40 logs of 40 pairs with 1 to 200 orders: 93 to 97 % of true levels lie in their interval.

    So do the levels of the two tiers, over pairs weighted by their orders, at 88 % or more of 80.
    """
    covered = means = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        n = random.integers(1, 200, 40)
        tier = np.arange(40) % 2
        mean = np.array([0.85, 0.95])[tier]
        truth = random.beta(mean * 20, (1 - mean) * 20)
        hits = random.binomial(n, truth)
        fit = shrink_shares(hits.astype(float), n.astype(float), tier, 2)
        covered += sum(map(covers, fit.estimates, truth))
        for f in (0, 1):
            its = tier == f
            means += covers(fit.means[f], np.average(truth[its], weights=n[its]))
    assert 0.93 <= covered / 1600 <= 0.97
    assert means / 80 >= 0.88


def test_thin_groups_are_covered_at_their_rate():
    """60 logs of 8 segments in 3 tiers with 1 to 12 orders: 94 to 97.5 % of levels are covered."""
    covered = 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        n = random.integers(1, 12, (8, 3))
        truth = random.beta([[22.5, 26.4, 28.5]] * 8, [[7.5, 3.6, 1.5]] * 8)
        hits = random.binomial(n, truth).astype(float)
        fit = shrink_shares(hits.ravel(), n.ravel().astype(float), np.tile(np.arange(3), 8), 3)
        covered += sum(map(covers, fit.estimates, truth.ravel()))
    assert 0.94 <= covered / 1440 <= 0.975


@pytest.mark.parametrize(
    ("hits", "n"),
    [
        ([500, 500, 500], [500, 500, 500]),
        ([0, 0, 0], [500, 500, 500]),
        ([200, 200, 199, 198, 197], [200] * 5),
        ([400, 400, 0], [500, 500, 0]),
    ],
)
def test_the_level_of_a_family_lies_among_those_of_its_groups(hits, n):
    """It is their mean by trials, within 0.2 points, and what is unseen has the same value."""
    hits, n = np.array(hits, float), np.array(n, float)
    fit = shrink_shares(hits, n, np.zeros(len(n), np.int64), 1)
    mean = fit.means[0]
    assert mean.value == pytest.approx(hits.sum() / n.sum(), abs=0.002)
    assert mean.low <= mean.value <= mean.high
    assert mean.high - mean.low < 0.06
    for each, trials in zip(fit.estimates, n, strict=True):
        if trials == 0:
            assert each.value == pytest.approx(mean.value)
            assert each.low < mean.low < mean.high < each.high


def test_a_family_without_a_trial_has_no_level():
    """Its mean is not a number, and those of the others stand."""
    fit = shrink_shares(
        np.array([80.0, 90.0, 85.0, 0.0]), np.array([100.0, 100.0, 100.0, 0.0]),
        np.array([0, 0, 0, 1]), 2,
    )  # fmt: skip
    assert np.isnan(fit.means[1].value)
    assert fit.means[0].value == pytest.approx(0.85, abs=0.005)


def test_thin_groups_are_drawn_to_the_mean_and_thick_ones_are_not():
    """1 of 1 comes near the mean of the others; 500 of 1000 stays at a half."""
    hits = np.array([1.0, 500.0, 80.0, 85.0, 90.0, 78.0])
    n = np.array([1.0, 1000.0, 100.0, 100.0, 100.0, 100.0])
    fit = shrink_shares(hits, n, np.zeros(6, np.int64), 1)
    assert fit.estimates[0].value < 0.9
    assert fit.estimates[1].value == pytest.approx(0.5, abs=0.01)


def test_a_group_without_trials_gets_the_prediction_of_its_family():
    """Its interval is wider than that of the family's mean."""
    fit = shrink_shares(
        np.array([0.0, 90.0, 70.0, 80.0]), np.array([0.0, 100, 100, 100]), np.zeros(4, np.int64), 1
    )
    unseen, mean = fit.estimates[0], fit.means[0]
    assert unseen.value == pytest.approx(mean.value, abs=0.01)
    assert unseen.high - unseen.low > mean.high - mean.low


def test_normal_groups_are_covered_at_their_rate():
    """200 sets of 12 groups: 91 to 98 % of the truths are covered, and of the means."""
    covered = means = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        truth = random.normal(1, 0.3, 12)
        variance = random.uniform(0.01, 0.3, 12)
        fit = shrink_normal(random.normal(truth, np.sqrt(variance)), variance)
        covered += sum(map(covers, fit.estimates, truth))
        means += covers(fit.mean, 1)
    assert 0.91 <= covered / 2400 <= 0.98
    assert 0.91 <= means / 200 <= 0.99


def test_costs_of_groups_are_covered_at_their_rate():
    """100 logs of ten segments with skewed costs: 91 to 98 % of the true rates are covered."""
    covered = 0
    for seed in range(100):
        random = np.random.default_rng(seed)
        truth = np.exp(random.normal(3, 0.4, 10))
        groups = []
        for rate in truth:
            base = random.integers(1, 5, random.integers(1, 80)).astype(float)
            groups.append((base, base * rate * np.exp(random.normal(-0.18, 0.6, len(base)))))
        covered += sum(map(covers, shrink_ratios(sums_of(groups)), truth))
    assert 0.91 <= covered / 1000 <= 0.98


def test_a_ratio_is_that_of_the_totals():
    """10 + 50 for 1 + 4 units are 12 each, whatever the rows; the interval holds it."""
    sums = sums_of([(np.array([1.0, 4.0]), np.array([10.0, 50.0]))])
    assert ratio_interval(sums).value == pytest.approx(12)
    assert covers(ratio_interval(sums), 12)
    assert own_ratios(sums)[0].value == pytest.approx(12)


def test_a_group_that_costs_nothing_keeps_nothing():
    """Nought has no logarithm: the group stays at 0, without an interval."""
    rows = (np.ones(3), np.array([2.0, 3.0, 4.0]))
    nothing = (np.ones(3), np.zeros(3))
    assert shrink_ratios(sums_of([rows, nothing, rows]))[1].value == 0


def test_shares_of_one_family_follow_the_binomial_where_groups_are_alike():
    """Forty groups of one share: the mean's interval is near that of all trials together."""
    random = np.random.default_rng(3)
    hits = random.binomial(50, 0.9, 40).astype(float)
    fit = shrink_shares(hits, np.full(40, 50.0), np.zeros(40, np.int64), 1)
    together = wilson(float(hits.sum()), 2000)
    assert fit.means[0].value == pytest.approx(together.value, abs=0.005)
    assert fit.means[0].low == pytest.approx(together.low, abs=0.01)
