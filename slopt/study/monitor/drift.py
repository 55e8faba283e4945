"""Drift of what the case assumes of customers, measured again on what happened.

A parameter is taken to be its value in the case times a factor that is the same in all periods:
1 where the case is right. The factor with the highest likelihood is found for each segment and each
tier, for all segments together and for those that have no drift of their own; with it the interval
of factors that the likelihood ratio does not refuse, the test against 1, and a score test of
whether it moves from period to period. n counts in all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from slopt.economics.bisection import increasing_root
from slopt.problem.horizon.problem import Flags, Numbers, Places
from slopt.study.monitor.drivers import Compared
from slopt.study.monitor.split import Split

LEAST_EVENTS = 1.0
"""Events that the case must lead one to expect before a factor is measured."""
CONFIDENCE = 0.95
HIGHEST = 1e3
"""The largest factor that is looked for."""


class Parameter(StrEnum):
    """What is measured again, by its column in the case."""

    LEAVE = "leave_probability"
    LOST_ORDERS = "lost_order_share"
    ACQUIRED = "acquired"


class Scope(StrEnum):
    """For whom a factor holds."""

    SEGMENT = "segment"
    TIER = "tier"
    ALL = "all"
    OTHERS = "others"


@dataclass(frozen=True)
class Drift:
    """The factor of one parameter for one scope; `place` is that of the segment or tier.

    observed and expected count events beyond those that the parameter has no part in. `p` is of
    the factor against 1, `trend_p` of no trend (NaN with fewer than three periods). The adjusted
    ones are among all segments and parameters, by Benjamini and Hochberg, and of all together among
    all parameters, by Bonferroni; those of a tier are for looking alone and not adjusted.
    `is_drift` where the factor or its trend is more than noise.
    """

    parameter: Parameter
    scope: Scope
    place: int
    observed: float
    expected: float
    factor: float
    low: float
    high: float
    p: float
    adjusted: float
    trend_p: float
    trend_adjusted: float
    is_drift: bool


@dataclass(frozen=True, eq=False)
class Drifts:
    """`found` in the order they are told; `factor` (S,) by parameter: what to plan with."""

    found: tuple[Drift, ...]
    factor: dict[Parameter, Numbers]

    @property
    def drifting(self) -> list[Drift]:
        """Segments with a drift of their own, and the others together where they have one."""
        scopes = (Scope.SEGMENT, Scope.OTHERS)
        return [one for one in self.found if one.is_drift and one.scope in scopes]


@dataclass(frozen=True, eq=False)
class _Cells:
    """Counts of one parameter, (n,): events `count` of which base + slope x factor are expected,
    out of `most` (infinite: Poisson)."""

    segment: Places
    tier: Places
    period: Places
    count: Numbers
    base: Numbers
    slope: Numbers
    most: Numbers


def drifts(compared: Compared, found: Split, false_alarms: float) -> Drifts:
    """The factors of all parameters that can be measured, and which are more than noise."""
    from scipy.stats import false_discovery_control

    s, _t, k, *_ = compared.problem.size
    cells = {name: one for name, one in _cells(compared, found) if len(one.count)}
    fits = {name: _Fit(one, one.segment, s) for name, one in cells.items()}
    p = np.concatenate([np.zeros(0), *(fit.p for fit in fits.values())])
    trend = np.concatenate([np.zeros(0), *(fit.trend_p for fit in fits.values())])
    both = np.concatenate([p, trend])
    adjusted = np.full(len(both), np.nan)
    measured = ~np.isnan(both)
    if measured.any():
        adjusted[measured] = false_discovery_control(both[measured])
    of_p, of_trend = adjusted[: len(p)], adjusted[len(p) :]
    made: list[Drift] = []
    factors = {name: np.ones(s) for name in Parameter}
    for i, (name, fit) in enumerate(fits.items()):
        mine = slice(i * s, (i + 1) * s)
        own, of_time = of_p[mine], of_trend[mine]
        with np.errstate(invalid="ignore"):
            drifting = (own <= false_alarms) | (of_time <= false_alarms)
        segments = fit.drifts(name, Scope.SEGMENT, own, of_time, drifting)
        # Whoever drifts for himself says nothing about the others.
        rest = cells[name]
        kept = ~drifting[rest.segment]
        tests = 2 * len(fits)
        others = (
            _pooled(name, Scope.OTHERS, rest, kept, tests, false_alarms) if drifting.any() else []
        )
        everybody = np.ones(len(kept), dtype=bool)
        every = _pooled(name, Scope.ALL, rest, everybody, tests, false_alarms)
        by_tier = _Fit(rest, rest.tier, k)
        shared = others if drifting.any() else every
        common = shared[0].factor if shared and shared[0].is_drift else 1.0
        factors[name] = np.where(drifting, fit.factor, common)
        tiers = by_tier.drifts(name, Scope.TIER, by_tier.p, by_tier.trend_p, by_tier.p < 0)
        if not drifting.any():
            others = [replace(one, scope=Scope.OTHERS) for one in every]
        made += [*every, *others, *tiers, *segments]
    return Drifts(tuple(made), factors)


def _pooled(
    name: Parameter, scope: Scope, cells: _Cells, kept: Flags, tests: int, level: float
) -> list[Drift]:
    """One factor for all the cells that are kept; its p-values are for one of so many `tests`."""
    fit = _Fit(_only(cells, kept), np.zeros(int(kept.sum()), dtype=np.int64), 1)
    p, trend = (np.minimum(1.0, tests * values) for values in (fit.p, fit.trend_p))
    with np.errstate(invalid="ignore"):
        return fit.drifts(name, scope, p, trend, (p <= level) | (trend <= level))


def _only(cells: _Cells, kept: Flags) -> _Cells:
    return _Cells(**{name: values[kept] for name, values in vars(cells).items()})


def _cells(compared: Compared, found: Split) -> Iterator[tuple[Parameter, _Cells]]:
    """The counts that each parameter is measured by, where the case expects any."""
    happened, actual, given = compared.happened, compared.actual, found.given
    problem, n = compared.problem, np.round(actual.customers)
    tiers = {Parameter.LEAVE: actual.tier_then}
    slope = n * problem.keep * given.leave
    left = np.minimum(np.round(happened.left), n)
    worth = np.divide(
        given.margin,
        n * 0 + actual.customers * actual.orders,
        out=np.zeros(n.shape),
        where=actual.customers * actual.orders > 0,
    )
    unit = np.where(worth > 0, worth, np.nan)
    endless, nothing = np.full(n.shape, np.inf), np.zeros(n.shape)
    for name, count, base, by, most in (
        (Parameter.LEAVE, left, n * (1 - problem.keep), slope, n),
        (
            Parameter.LOST_ORDERS,
            np.round(happened.lost_orders / unit),
            nothing,
            np.nan_to_num(given.lost_orders / unit),
            endless,
        ),
        (
            Parameter.ACQUIRED,
            np.round(happened.joined),
            -given.deter * actual.customers,
            problem.join,
            endless,
        ),
    ):
        place = np.nonzero(~np.isnan(count) & (by > 0))
        tier = tiers.get(name, actual.tier)
        yield (
            name,
            _Cells(place[0], tier[place], place[1], *(a[place] for a in (count, base, by, most))),
        )


class _Fit:
    """The factor of each of `size` groups of cells, by highest likelihood."""

    def __init__(self, cells: _Cells, group: Places, size: int) -> None:
        from scipy.stats import chi2

        self._cells, self._group, self._size = cells, group, size
        self.expected = self._sum(cells.slope)
        self.observed = self._sum(cells.count - cells.base)
        self._can = self.expected >= LEAST_EVENTS
        least = self._fold(np.maximum, -cells.base / cells.slope * (1 + 1e-9), 0.0)
        room = np.where(np.isinf(cells.most), np.inf, cells.most - cells.base)
        most = self._fold(np.minimum, room / cells.slope * (1 - 1e-9), HIGHEST)
        most = np.maximum(most, least)
        self.factor = increasing_root(lambda at: -self._score(at), least, most)
        top = self._likelihood(self.factor)
        self.p = self._told(chi2.sf(2 * np.maximum(top - self._likelihood(np.ones(size)), 0.0), 1))
        edge = float(chi2.isf(1 - CONFIDENCE, 1)) / 2

        def short(at: Numbers) -> Numbers:
            return top - self._likelihood(at) - edge

        self.low = increasing_root(lambda at: -short(at), least, self.factor)
        self.high = increasing_root(short, self.factor, most)
        self.trend_p = self._told(self._trend())

    def drifts(
        self, name: Parameter, scope: Scope, p: Numbers, trend: Numbers, drifting: Flags
    ) -> list[Drift]:
        """What can be measured, group by group."""
        return [
            Drift(
                name,
                scope,
                g,
                float(self.observed[g]),
                float(self.expected[g]),
                float(self.factor[g]),
                float(self.low[g]),
                float(self.high[g]),
                float(self.p[g]),
                float(p[g]),
                float(self.trend_p[g]),
                float(trend[g]),
                bool(drifting[g]),
            )
            for g in np.flatnonzero(self._can).tolist()
        ]

    def _told(self, values: Numbers) -> Numbers:
        return np.where(self._can, values, np.nan)

    def _sum(self, values: Numbers) -> Numbers:
        return np.asarray(np.bincount(self._group, values, self._size), dtype=np.float64)

    def _fold(self, by: np.ufunc, values: Numbers, start: float) -> Numbers:
        folded = np.full(self._size, start)
        by.at(folded, self._group, values)
        return np.asarray(folded)

    def _mean(self, factor: Numbers) -> Numbers:
        cells = self._cells
        return np.maximum(cells.base + cells.slope * factor[self._group], 1e-300)

    def _spread(self, mean: Numbers) -> Numbers:
        """Variance of the counts."""
        return np.maximum(mean * np.maximum(1 - mean / self._cells.most, 1e-12), 1e-300)

    def _score(self, factor: Numbers) -> Numbers:
        mean = self._mean(factor)
        return self._sum(self._cells.slope * (self._cells.count - mean) / self._spread(mean))

    def _likelihood(self, factor: Numbers) -> Numbers:
        from scipy.special import xlogy

        cells, mean = self._cells, self._mean(factor)
        is_poisson = np.isinf(cells.most)
        most = np.where(is_poisson, 0.0, cells.most)
        others = xlogy(most - cells.count, np.maximum(most - mean, 1e-300))
        return self._sum(xlogy(cells.count, mean) + np.where(is_poisson, -mean, others))

    def _trend(self) -> Numbers:
        """p-value of the score test: does the factor go up or down with the periods?"""
        from scipy.stats import chi2

        cells, mean = self._cells, self._mean(self.factor)
        spread = self._spread(mean)
        weight = cells.slope**2 / spread
        total = np.maximum(self._sum(weight), 1e-300)
        time = cells.period - (self._sum(weight * cells.period) / total)[self._group]
        score = self._sum(cells.slope * time * (cells.count - mean) / spread)
        information = self._sum(weight * time**2)
        last = self._fold(np.maximum, cells.period.astype(float), -np.inf)
        first = self._fold(np.minimum, cells.period.astype(float), np.inf)
        fine = (information > 0) & (last - first >= 2) & (self.factor > 0)
        statistic = np.where(fine, score**2 / np.where(fine, information, 1.0), 0.0)
        return np.where(fine, chi2.sf(statistic, 1), np.nan)
