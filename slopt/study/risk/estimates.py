"""Figures of a sample of futures, each with the interval of 95 % that the sample leaves.

* Means: the error of what inputs do not explain one by one (`Sample`), by Student's t
  after Hall's transformation, which sets right for skewness (Hall 1992, JRSS B 54(1), 221-228).
* The mean of the worst tail: as a mean of the quantile and what lies beyond it, divided by the tail
  (Rockafellar and Uryasev 2000; the same influence as in Trindade and others 2007).
* Quantiles: between two of the futures in order, by the binomial distribution; of a sample that is
  stratified or weighted by that of as many futures as tell as much (Woodruff 1952, JASA 47,
  635-646; Korn and Graubard 1998, Survey Methodology 24, 193-201).
* Chances: exact binomial intervals (Clopper and Pearson 1934), as if futures were drawn apart from
  each other; stratified ones make them wide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.scenarios.measures import mean, quantile, tail_weights
from slopt.study.risk.sample import Sample

Numbers = NDArray[np.float64]

SURE = 0.95
"""How sure every interval is."""
FINER = 4.0
"""By stratification a future may tell as much of a quantile as so many, at the most."""
SLIGHT = 1e-6
"""A skewness of an error below this changes no digit of an interval."""
IN_TAIL = 2
"""Futures that tell how far the mean of a tail may be off, at the least."""
ROUNDING = 1e-13
"""An error below this share of the largest value is that of rounding."""


@dataclass(frozen=True)
class Estimate:
    """A figure and the ends of its interval; NaN where the sample is too small to tell an end."""

    value: float
    low: float
    high: float


def mean_of(sample: Sample, values: Numbers) -> Estimate:
    """The mean of (W,) values."""
    return _around(sample, mean(values, sample.probability), values)


def deviation_of(sample: Sample, values: Numbers) -> Estimate:
    """The standard deviation of the amount, over all futures.

    As if they were drawn apart: with its skewness, what strata gain of a variance is not told well.
    """
    middle = mean(values, sample.probability)
    squares = (values - middle) ** 2
    variance = _around(sample.apart, mean(squares, sample.probability), squares)
    low, high = max(variance.low, 0.0), max(variance.high, 0.0)
    return Estimate(*(float(np.sqrt(one)) for one in (variance.value, low, high)))


def tail_mean_of(sample: Sample, values: Numbers, tail: float) -> Estimate:
    """The mean of the worst `tail` of all futures, where more is worse.

    No end is told where all of the tail is a single future.
    """
    probability = sample.probability
    value = float(values @ tail_weights(values, probability, tail))
    edge = quantile(values, probability, 1.0 - tail)
    if sample.drawn and np.count_nonzero(values >= edge) < IN_TAIL and np.ptp(values) > 0:
        return Estimate(value, np.nan, np.nan)
    return _around(sample, value, edge + np.maximum(values - edge, 0.0) / tail)


def quantile_of(sample: Sample, values: Numbers, level: float) -> Estimate:
    """The least value that is not exceeded with probability `level`, 0 < level < 1."""
    value = quantile(values, sample.probability, level)
    if not sample.drawn:
        return Estimate(value, value, value)
    from scipy.stats import binom

    count = _telling(sample, values <= value, level)
    below = int(binom.ppf((1 - SURE) / 2, count, level))
    above = int(binom.ppf((1 + SURE) / 2, count, level)) + 1
    ends = [
        quantile(values, sample.probability, rank / count) if 1 <= rank <= count else np.nan
        for rank in (below, above)
    ]
    return Estimate(value, *ends)


def chance_of(sample: Sample, happens: NDArray[np.bool_]) -> Estimate:
    """The probability of what happens in some futures (W,)."""
    value = float(np.clip(sample.probability @ happens, 0.0, 1.0))
    if not sample.drawn:
        return Estimate(value, value, value)
    return Estimate(value, *binomial_ends(value * sample.equal_count, sample.equal_count))


def mean_where(sample: Sample, values: Numbers, where: NDArray[np.bool_]) -> Estimate | None:
    """The mean of values in the futures where something happens, None where it never does."""
    chance = float(sample.probability @ where)
    if chance <= 0:
        return None
    value = float(sample.probability @ np.where(where, values, 0.0)) / chance
    return _around(sample, value, np.where(where, values - value, 0.0) / chance)


def binomial_ends(hits: float, count: float) -> tuple[float, float]:
    """The ends of the share of hits in `count` tries, after Clopper and Pearson.

    Both may be fractions, where futures count differently.
    """
    from scipy.special import betaincinv

    out = (1 - SURE) / 2
    hits = min(hits, count)
    low = 0.0 if hits <= SLIGHT else float(betaincinv(hits, count - hits + 1, out))
    high = 1.0 if hits >= count - SLIGHT else float(betaincinv(hits + 1, count - hits, 1 - out))
    return low, high


def _around(sample: Sample, value: float, values: Numbers) -> Estimate:
    """A figure with the interval of the mean of these (W,) values."""
    if not sample.drawn:
        return Estimate(value, value, value)
    if sample.count < 2:
        return Estimate(value, np.nan, np.nan)
    from scipy.special import stdtrit

    parts = sample.contributions(values)
    error = float(np.sqrt(parts @ parts + sample.within_strata(values)))
    if error <= ROUNDING * float(np.abs(values).max(initial=0.0)):
        return Estimate(value, value, value)
    skew = float((parts**3).sum()) / error**3
    reach = float(stdtrit(sample.freedom, (1 + SURE) / 2))
    ends = (value - error * _unskewed(side, skew) for side in (reach, -reach))
    return Estimate(value, *ends)


def _unskewed(reach: float, skew: float) -> float:
    """Standard errors to the end of an interval with so skewed an error; `reach` without skew."""
    if abs(skew) < SLIGHT:
        return reach
    return float(3.0 / skew * (np.cbrt(1.0 + skew * (reach - skew / 6.0)) - 1.0))


def _telling(sample: Sample, at_most: NDArray[np.bool_], level: float) -> int:
    """How many futures, drawn apart and equally likely, would tell as much of a quantile."""
    least = sample.equal_count
    parts = sample.contributions(at_most.astype(np.float64))
    variance = float(parts @ parts)
    if sample.explained.shape[1] <= 1 or variance <= 0:
        return max(round(least), 1)
    return max(int(np.clip(level * (1 - level) / variance, least, FINER * least)), 1)
