"""Empirical Bayes: what a thin group says is drawn towards what groups of its kind say."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.calibrate.shares import Interval, Z

Numbers = NDArray[np.float64]
STRENGTHS = np.geomspace(2.0, 5000.0, 24)
"""How many trials a family's mean may weigh as: the grid over which its likelihood is taken."""
MEANS = np.concatenate([np.geomspace(1e-4, 0.04, 16)[:-1], np.linspace(0.04, 0.96, 93),
                        1 - np.geomspace(0.04, 1e-4, 16)[1:]])  # fmt: skip
LEAST_WEIGHT = 1e-4
"""Strengths that weigh less than this against the likeliest are left out of the mixtures."""
BISECTIONS = 30


@dataclass(frozen=True)
class SharesFit:
    """Beta-binomial fit of shares in families of groups.

    `means` by family: the mean of its groups' shares, weighted by their trials; NaN for a family
    without a trial. `strength`, in trials, is how much a family's mean weighs against a group's
    own trials. `estimates` are the groups, in their order.
    """

    means: tuple[Interval, ...]
    strength: float
    estimates: tuple[Interval, ...]


def shrink_shares(
    successes: Numbers, trials: Numbers, family: NDArray[np.int64], families: int
) -> SharesFit:
    """Shares of groups, each drawn towards the mean of its family: a beta-binomial model.

    A group's share is drawn from a beta distribution with its family's mean and a strength that
    all families have in common. Both are integrated over a grid, so that intervals know that both
    are estimated: the mean with a flat prior, the strength with one that is flat in the spread
    between groups, 1 / sqrt(1 + strength) (Gelman 2006, Bayesian Analysis 1, 515-534). Intervals
    are quantiles of mixtures of betas, one for each strength. A group without trials gets the mean
    of its family's groups, with the wider interval of a new group.

    Args:
        successes, trials: one entry a group; they need not be whole numbers.
        family: index of the family of each group.
        families: number of families.
    """
    # Thin groups are often alike: each kind of group is worked out once.
    kinds, kind, size = np.unique(
        np.column_stack([family, successes, trials]), axis=0, return_inverse=True,
        return_counts=True,
    )  # fmt: skip
    strengths, weights = _posterior(kinds, size, families)
    moments = _group_moments(kinds, strengths, weights)
    means = _family_means(kinds, size, strengths, weights, families)
    of_kinds = _quantiles(*moments, weights.sum(axis=2)[0])
    of_kinds = [
        own if n > 0 or math.isnan(means[int(f)].value)
        else Interval(means[int(f)].value, min(own.low, means[int(f)].low),
                      max(own.high, means[int(f)].high))
        for own, (f, _, n) in zip(of_kinds, kinds, strict=True)
    ]  # fmt: skip
    chance = weights.sum(axis=2)[0]
    strength = float(np.exp((chance * np.log(strengths)).sum()))
    return SharesFit(means, strength, tuple(of_kinds[each] for each in kind.ravel()))


def _posterior(
    kinds: Numbers, size: NDArray[np.int64], families: int
) -> tuple[Numbers, Numbers]:  # fmt: skip
    """Strengths that matter, and weights (families, strengths, means) that add up to 1 a family."""
    from scipy.special import betaln

    alpha = STRENGTHS[:, None] * MEANS
    beta = STRENGTHS[:, None] * (1 - MEANS)
    prior = betaln(alpha, beta)
    joint = np.tile(np.log(np.gradient(MEANS)), (families, len(STRENGTHS), 1))
    for (f, x, n), count in zip(kinds, size, strict=True):
        if n > 0:
            joint[int(f)] += count * (betaln(x + alpha, n - x + beta) - prior)
    peak = joint.max(axis=2, keepdims=True)
    conditional = np.exp(joint - peak)
    total = conditional.sum(axis=2, keepdims=True)
    of_strength = (peak + np.log(total)).sum(axis=0)[:, 0]
    of_strength += np.log(STRENGTHS) - 1.5 * np.log1p(STRENGTHS)
    chance = np.exp(of_strength - of_strength.max())
    kept = chance > LEAST_WEIGHT
    chance = chance[kept] / chance[kept].sum()
    return STRENGTHS[kept], (conditional / total)[:, kept] * chance[:, None]


def _group_moments(
    kinds: Numbers, strengths: Numbers, weights: Numbers
) -> tuple[Numbers, Numbers]:  # fmt: skip
    """Mean and variance of the share of each kind of group given each strength."""
    value, variance = np.empty((2, len(kinds), len(strengths)))
    for at, (f, x, n) in enumerate(kinds):
        given = weights[int(f)] / weights[int(f)].sum(axis=1, keepdims=True)
        each = (x + strengths[:, None] * MEANS) / (n + strengths[:, None])
        spread = each * (1 - each) / (n + strengths[:, None] + 1)
        value[at] = (given * each).sum(axis=1)
        variance[at] = (given * (spread + (each - value[at][:, None]) ** 2)).sum(axis=1)
    return value, variance


def _family_means(
    kinds: Numbers, size: NDArray[np.int64], strengths: Numbers, weights: Numbers, families: int
) -> tuple[Interval, ...]:  # fmt: skip
    """The mean of the shares of each family's groups, weighted by their trials.

    Given mean and strength of the family the shares are independent betas, so that the moments of
    their weighted mean add up.
    """
    value, variance = np.full((2, families, len(strengths)), np.nan)
    s = strengths[:, None]
    for f in range(families):
        its = kinds[:, 0] == f
        total = float((size[its] * kinds[its, 2]).sum())
        if total <= 0:
            continue
        mean = np.zeros((len(strengths), len(MEANS)))
        spread = np.zeros_like(mean)
        for (_, x, n), count in zip(kinds[its], size[its], strict=True):
            each = (x + s * MEANS) / (n + s)
            mean += count * n / total * each
            spread += count * (n / total) ** 2 * each * (1 - each) / (n + s + 1)
        given = weights[f] / weights[f].sum(axis=1, keepdims=True)
        value[f] = (given * mean).sum(axis=1)
        variance[f] = (given * (spread + (mean - value[f][:, None]) ** 2)).sum(axis=1)
    known = np.isfinite(value[:, 0])
    chance = weights.sum(axis=2)[0]
    found = iter(_quantiles(value[known], variance[known], chance))
    nothing = Interval(math.nan, math.nan, math.nan)
    return tuple(next(found) if there else nothing for there in known)


def _quantiles(value: Numbers, variance: Numbers, chance: Numbers) -> list[Interval]:
    """Mean and 95 % interval of mixtures of betas, of which moments and chances are given.

    value, variance: (mixtures, components); chance: (components,).
    """
    from scipy.special import betainc

    value = np.clip(value, 1e-9, 1 - 1e-9)
    strength = np.maximum(value * (1 - value) / np.maximum(variance, 1e-18) - 1, 1e-3)
    alpha, beta = value * strength, (1 - value) * strength
    ends = []
    for end in (0.025, 0.975):
        low, high = np.zeros(len(value)), np.ones(len(value))
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            below = (betainc(alpha, beta, middle[:, None]) * chance).sum(axis=1) < end
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        ends.append((low + high) / 2)
    return [
        Interval(float(mean), min(float(low), float(mean)), max(float(high), float(mean)))
        for mean, low, high in zip(value @ chance, *ends, strict=True)
    ]


@dataclass(frozen=True)
class NormalFit:
    """Normal fit of values: the family's mean, the spread between groups, the groups."""

    mean: Interval
    between: float
    estimates: tuple[Interval, ...]


def shrink_normal(values: Numbers, variances: Numbers) -> NormalFit:
    """Values with known variances, each drawn towards their common mean.

    Groups lie normally around the mean; mean and spread have flat priors and are integrated, the
    spread over a grid, so that intervals know that both are estimated (Gelman et al., Bayesian
    Data Analysis, section 5.4). A group with a NaN value or an infinite variance gets the
    prediction for a new group. One value alone stays as it is; without any value all is NaN.
    """
    known = np.isfinite(values) & np.isfinite(variances)
    y, v = values[known], np.maximum(variances[known], 1e-18)
    if not len(y):
        nothing = Interval(np.nan, np.nan, np.nan)
        return NormalFit(nothing, np.nan, (nothing,) * len(values))
    spread = _spreads(y, v)
    weight = 1 / (v + spread[:, None] ** 2)
    total = weight.sum(axis=1)
    mean = (weight * y).sum(axis=1) / total
    log = 0.5 * (np.log(weight).sum(axis=1) - np.log(total))
    log -= 0.5 * (weight * (y - mean[:, None]) ** 2).sum(axis=1)
    chance = np.exp(log - log.max())
    chance /= chance.sum()
    estimates = []
    for value, its in zip(values, variances, strict=True):
        if not (np.isfinite(value) and np.isfinite(its)):
            estimates.append(_mixture(chance, mean, spread**2 + 1 / total))
            continue
        own = spread**2 / (spread**2 + max(float(its), 1e-18))
        middle = own * float(value) + (1 - own) * mean
        estimates.append(_mixture(chance, middle, own * its + (1 - own) ** 2 / total))
    between = float((chance * spread).sum())
    return NormalFit(_mixture(chance, mean, 1 / total), between, tuple(estimates))


def _spreads(y: Numbers, v: Numbers) -> Numbers:
    """A grid of spreads between groups, up to several times the one seen; 0 alone for one group."""
    if len(y) < 3:
        return np.zeros(1) if len(y) == 1 else np.array([float(np.std(y))])
    return np.linspace(0.0, 4 * float(np.std(y)) + 1e-12, 80)


def _mixture(chance: Numbers, means: Numbers, variances: Numbers) -> Interval:
    """The normal interval of the mean and variance of a mixture."""
    value = float((chance * means).sum())
    variance = float((chance * (variances + (means - value) ** 2)).sum())
    spread = Z * variance**0.5
    return Interval(value, value - spread, value + spread)
