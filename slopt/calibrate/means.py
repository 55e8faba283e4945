"""Means of skewed amounts: ratios of two sums, their scatter, and shrinkage on the log scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.calibrate.shares import Interval, Z
from slopt.calibrate.shrinkage import shrink_normal

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Sums:
    """Sums over the rows of each group: what a ratio of totals and its scatter need.

    For rows with an amount c and a base m (a count, or a size): number of rows, sum m, sum c,
    sum c c, sum c m, sum m m; one entry a group.
    """

    rows: Numbers
    base: Numbers
    amount: Numbers
    amount_squared: Numbers
    product: Numbers
    base_squared: Numbers

    @property
    def ratio(self) -> Numbers:
        """Total amount by total base; NaN where there is no base."""
        nothing = np.full(len(self.base), np.nan)
        return np.asarray(np.divide(self.amount, self.base, where=self.base > 0, out=nothing))

    @property
    def variance(self) -> Numbers:
        """Variance of the ratio, linearised; infinite below two rows.

        Source: Cochran, Sampling Techniques, 3rd ed., section 6.4.
        """
        r = self.ratio
        squares = self.amount_squared - 2 * r * self.product + r * r * self.base_squared
        with np.errstate(invalid="ignore", divide="ignore"):
            variance = self.rows / (self.rows - 1) * np.maximum(squares, 0.0) / self.base**2
        return np.where((self.rows > 1) & (self.base > 0), variance, np.inf)

    def pooled(self) -> Sums:
        """All groups as one."""
        return Sums(*(np.array([values.sum()]) for values in self._columns))

    def take(self, groups: NDArray[np.bool_]) -> Sums:
        """Some of the groups."""
        return Sums(*(values[groups] for values in self._columns))

    @property
    def _columns(self) -> tuple[Numbers, ...]:
        return (
            self.rows, self.base, self.amount, self.amount_squared, self.product,
            self.base_squared,
        )  # fmt: skip


def ratio_interval(sums: Sums) -> Interval:
    """The ratio of all groups together, with a t interval on the log scale.

    The ends are NaN below two rows, and where the ratio is not above 0.
    """
    from scipy.stats import t

    whole = sums.pooled()
    value, variance = float(whole.ratio[0]), float(whole.variance[0])
    if not (math.isfinite(variance) and value > 0):
        return Interval(value, math.nan, math.nan)
    spread = float(t.ppf(0.975, float(whole.rows[0]) - 1)) * math.sqrt(variance) / value
    return Interval(value, value * math.exp(-spread), value * math.exp(spread))


def own_ratios(sums: Sums) -> tuple[Interval, ...]:
    """The ratio of each group, not shrunk, with an interval on the log scale.

    The scatter of rows around their group's mean is that of all groups, as in `shrink_ratios`.
    """
    scatter = relative_variance(sums)
    intervals = []
    for ratio, rows in zip(sums.ratio, sums.rows, strict=True):
        spread = math.nan
        if ratio > 0 and rows > 0:
            spread = Z * math.sqrt(scatter / rows)
        value = float(ratio)
        intervals.append(Interval(value, value * math.exp(-spread), value * math.exp(spread)))
    return tuple(intervals)


def relative_variance(sums: Sums) -> float:
    """Squared coefficient of variation of a row around its group's ratio, from all groups.

    NaN where no group with a positive ratio has two rows.
    """
    several = (sums.ratio > 0) & (sums.rows > 1)
    if not several.any():
        return math.nan
    own = sums.variance[several] / sums.ratio[several] ** 2 * sums.rows[several]
    freedom = sums.rows[several] - 1
    return float((own * freedom).sum() / freedom.sum())


def shrink_ratios(sums: Sums) -> tuple[Interval, ...]:
    """The ratio of each group, drawn towards those of all groups on the log scale.

    Rows scatter around their group's mean by one coefficient of variation that all groups have in
    common, so that a group of one row has an interval too. Groups with rows and a total of 0, and
    all groups where no two rows can be compared, keep their own ratio without an interval.
    """
    ratio = sums.ratio
    positive = ratio > 0
    if not positive.any():
        return tuple(Interval(float(r), math.nan, math.nan) for r in ratio)
    scatter = relative_variance(sums)
    if math.isnan(scatter):
        mean = float(np.exp(np.log(ratio[positive]).mean()))
        return tuple(
            Interval(float(r) if np.isfinite(r) else mean, math.nan, math.nan) for r in ratio
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(positive, np.log(np.where(positive, ratio, 1.0)), np.nan)
        variances = np.where(positive, scatter / np.maximum(sums.rows, 1), np.inf)
    fit = shrink_normal(values, variances)
    zero = ratio == 0
    return tuple(
        Interval(0.0, math.nan, math.nan) if zero[i] else Interval(*map(math.exp, each))
        for i, each in enumerate(fit.estimates)
    )


def rate_interval(events: float, exposure: float) -> Interval:
    """Events by exposure with Garwood's exact Poisson interval; exposure above 0.

    10 events in 1 give 10, 4.80 to 18.39. Source: Garwood 1936, Biometrika 28, 437-442.
    """
    from scipy.stats import chi2

    low = 0.0 if events <= 0 else float(chi2.ppf(0.025, 2 * events)) / 2
    high = float(chi2.ppf(0.975, 2 * (events + 1))) / 2
    return Interval(events / exposure, low / exposure, high / exposure)
