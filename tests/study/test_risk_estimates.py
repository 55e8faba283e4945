"""Figures of a sample of futures: their intervals hold as often as they say, by closed forms."""

from __future__ import annotations

from math import exp, sqrt

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from slopt.problem.scenarios.draws import lhs
from slopt.problem.scenarios.listed import shared_out
from slopt.problem.scenarios.measures import cvar
from slopt.study.risk.estimates import (
    chance_of,
    deviation_of,
    mean_of,
    mean_where,
    quantile_of,
    tail_mean_of,
)
from slopt.study.risk.sample import Sample

WIDTH, INPUTS, TAIL = 0.3, 6, 0.1
SPREAD = WIDTH * sqrt(INPUTS)
"""Of the log of a product of six lognormal amounts, which no sum of single inputs explains."""
MEAN = exp(SPREAD**2 / 2)
TAIL_MEAN = MEAN * norm.cdf(SPREAD - norm.ppf(1 - TAIL)) / TAIL
DEVIATION = MEAN * sqrt(exp(SPREAD**2) - 1)


def even(count: int) -> np.ndarray:
    """As many equally likely futures."""
    return np.full(count, 1 / count)


def products(seed: int, count: int, stratified: bool) -> tuple[Sample, np.ndarray]:
    """A sample of the product of lognormal inputs."""
    if stratified:
        places = lhs(INPUTS, count, seed)
    else:
        places = np.random.default_rng(seed).random((count, INPUTS))
    values = np.exp(WIDTH * norm.ppf(places))
    sample = Sample(even(count), values, places, in_strata=stratified)
    return sample, values.prod(axis=1)


def covered(estimates, truth: float) -> float:
    """The share of intervals that hold the truth; an end that is not told holds it."""
    return float(np.mean([not (one.low > truth or one.high < truth) for one in estimates]))


@pytest.mark.parametrize("stratified", [False, True])
def test_intervals_of_means_and_tails_hold_as_often_as_they_say(stratified: bool) -> None:
    """Of 600 samples of 200 futures 93 to 97 % of the intervals of 95 % hold, two errors of such a
    share around it being 1.8 %: those of the mean and of the worst tenth, drawn apart or in strata.
    """
    found = [products(seed, 200, stratified) for seed in range(600)]
    means = [mean_of(sample, values) for sample, values in found]
    tails = [tail_mean_of(sample, values, TAIL) for sample, values in found]
    assert 0.925 <= covered(means, MEAN) <= 0.975
    assert 0.925 <= covered(tails, TAIL_MEAN) <= 0.975


@pytest.mark.parametrize("stratified", [False, True])
def test_intervals_of_quantiles_hold_as_often_as_they_say(stratified: bool) -> None:
    """95 % or slightly more, as ranks are whole: at 5, 50 and 95 % of 300 samples of 200."""
    found = [products(seed, 200, stratified) for seed in range(300)]
    for level in (0.05, 0.5, 0.95):
        truth = exp(SPREAD * norm.ppf(level))
        its = [quantile_of(sample, values, level) for sample, values in found]
        assert 0.92 <= covered(its, truth) <= 0.995


@pytest.mark.parametrize("stratified", [False, True])
def test_the_interval_of_the_deviation_holds_nearly_as_often_as_it_says(stratified: bool) -> None:
    """Fourth moments of skewed amounts are hard: 88 % at the least."""
    found = [products(seed, 200, stratified) for seed in range(300)]
    its = [deviation_of(sample, values) for sample, values in found]
    assert 0.88 <= covered(its, DEVIATION) <= 0.98


def test_strata_narrow_the_interval_of_what_inputs_explain_one_by_one() -> None:
    """The mean of a straight line over one stratified input is known to its place in the strata;
    the interval holds still."""
    found = []
    for seed in range(400):
        places = lhs(1, 50, seed)
        found.append(mean_of(Sample(even(50), places, places), 100 * places[:, 0]))
    assert 0.925 <= covered(found, 50.0) <= 0.975
    apart = mean_of(Sample(even(50), places, places, in_strata=False), 100 * places[:, 0])
    assert found[-1].high - found[-1].low < 0.02 * (apart.high - apart.low)


def test_drawing_each_scenario_apart_counts_only_what_differs_within_it() -> None:
    """The standard error is that of stratified sampling: sum of p^2 s^2 / n over scenarios."""
    rng = np.random.default_rng(5)
    scenario = np.repeat([0, 1], [30, 10])
    probability = np.where(scenario == 0, 0.9 / 30, 0.1 / 10)
    values = rng.normal(size=40) + 100.0 * scenario
    sample = Sample(probability, scenario=scenario)
    parts = sample.contributions(values)
    expected = 0.0
    for number, share, count in ((0, 0.9, 30), (1, 0.1, 10)):
        expected += share**2 * values[scenario == number].var(ddof=1) / count
    assert parts @ parts == pytest.approx(expected)


def rare(seed: int) -> tuple[Sample, np.ndarray]:
    """100 futures of a normal amount, 20 times as large in a scenario of 1 %."""
    shares = shared_out(100, np.array([0.99, 0.01]))
    scenario = np.repeat([0, 1], shares)
    places = np.concatenate(
        [lhs(1, int(n), np.random.default_rng([seed, at])) for at, n in enumerate(shares)]
    )
    amount = 100.0 + 40.0 * norm.ppf(places)
    probability = (np.array([0.99, 0.01]) / shares)[scenario]
    sample = Sample(probability, amount, places, scenario)
    return sample, amount[:, 0] * np.where(scenario == 1, 20.0, 1.0)


def test_intervals_hold_where_a_scenario_is_rare() -> None:
    """A scenario of one future in a hundred has two, so that what differs within it counts."""
    found = [rare(seed) for seed in range(200)]
    places = (np.arange(100_000) + 0.5) / 100_000
    amounts = 100.0 + 40.0 * norm.ppf(places)
    values = np.concatenate([amounts, 20.0 * amounts])
    probability = np.repeat([0.99, 0.01], len(places)) / len(places)
    means = [mean_of(sample, values) for sample, values in found]
    tails = [tail_mean_of(sample, values, TAIL) for sample, values in found]
    assert covered(means, 0.99 * 100.0 + 0.01 * 2000.0) >= 0.93
    assert covered(tails, cvar(values, probability, TAIL)) >= 0.93


def test_a_scenario_of_a_single_future_counts_with_the_smallest_other_one() -> None:
    """Its spread is not taken for nothing."""
    scenario = np.array([0] * 8 + [1])
    values = np.array([1.0] * 8 + [50.0])
    estimate = mean_of(Sample(even(9), scenario=scenario), values)
    assert estimate.low < estimate.value < estimate.high


@pytest.mark.parametrize(("hits", "count"), [(0, 20), (3, 50), (20, 20)])
def test_chances_have_the_exact_binomial_interval(hits: int, count: int) -> None:
    """That of Clopper and Pearson, which SciPy has too."""
    happens = np.arange(count) < hits
    found = chance_of(Sample(even(count)), happens)
    expected = binomtest(hits, count).proportion_ci(0.95, "exact")
    assert (found.value, found.low, found.high) == pytest.approx(
        (hits / count, expected.low, expected.high)
    )


def test_a_small_sample_does_not_tell_how_far_a_high_quantile_goes() -> None:
    """Of 20 futures the largest may well lie below the 95 % quantile: there is no upper end."""
    found = quantile_of(Sample(even(20)), np.arange(20.0), 0.95)
    assert np.isnan(found.high)
    assert not np.isnan(found.low)
    assert not np.isnan(quantile_of(Sample(even(80)), np.arange(80.0), 0.95).high)


def test_a_worst_tail_of_one_future_has_no_ends() -> None:
    """It does not tell how far its mean may be off."""
    values = np.arange(20.0)
    estimate = tail_mean_of(Sample(even(20)), values, 0.01)
    assert estimate.value == 19.0
    assert np.isnan([estimate.low, estimate.high]).all()
    assert tail_mean_of(Sample(even(20)), np.ones(20), 0.01).high == 1.0


def test_futures_that_are_all_there_are_have_no_error() -> None:
    """Listed scenarios with their probabilities give figures and not estimates."""
    sample = Sample(np.array([0.7, 0.3]), drawn=False)
    values = np.array([1.0, 2.0])
    for found in (
        mean_of(sample, values),
        quantile_of(sample, values, 0.95),
        tail_mean_of(sample, values, 0.3),
        chance_of(sample, values > 1),
    ):
        assert found.low == found.value == found.high
    assert mean_of(sample, values).value == pytest.approx(1.3)


def test_the_mean_where_something_happens_is_that_of_those_futures() -> None:
    """2 and 4 in the two of four futures in which it happens; nothing where it never does."""
    sample, values = Sample(even(4)), np.array([0.0, 2.0, 4.0, 0.0])
    found = mean_where(sample, values, values > 0)
    assert found is not None
    assert found.value == pytest.approx(3.0)
    assert found.low < 3.0 < found.high
    assert mean_where(sample, values, values > 9) is None


def test_the_same_in_all_futures_has_no_width() -> None:
    """An interval of a constant is the constant."""
    sample = Sample(even(30), in_strata=False)
    found = mean_of(sample, np.full(30, 7.0))
    assert found.low == pytest.approx(7.0)
    assert found.high == pytest.approx(7.0)
