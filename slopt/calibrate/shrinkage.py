"""Empirical Bayes: what a thin group says is drawn towards what groups of its kind say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.calibrate.shares import Interval, Z

Numbers = NDArray[np.float64]
STRENGTHS = np.geomspace(0.5, 5000.0, 41)
"""How many trials a family's mean may weigh as: the grid over which its likelihood is taken."""
MEANS = np.concatenate([np.geomspace(1e-4, 0.05, 20)[:-1], np.linspace(0.05, 0.95, 121),
                        1 - np.geomspace(0.05, 1e-4, 20)[1:]])  # fmt: skip


@dataclass(frozen=True)
class SharesFit:
    """Beta-binomial fit of shares in families of groups.

    `means` by family; `strength`, in trials, is how much a family's mean weighs against a
    group's own trials; both are posterior means. `estimates` are the groups, in their order.
    """

    means: tuple[Interval, ...]
    strength: float
    estimates: tuple[Interval, ...]


def shrink_shares(
    successes: Numbers, trials: Numbers, family: NDArray[np.int64], families: int
) -> SharesFit:
    """Shares of groups, each drawn towards the mean of its family: a beta-binomial model.

    A group's share is drawn from a beta distribution with its family's mean and a strength that
    all families have in common. Mean and strength are integrated over a grid with flat priors (the
    strength on a log scale), so that intervals know that both are estimated. A group without
    trials gets its family's prediction.

    Args:
        successes, trials: one entry a group; they need not be whole numbers.
        family: index of the family of each group.
        families: number of families.
    """
    from scipy.special import betaln

    # Thin groups are often alike: each kind of group is worked out once.
    kinds, kind, size = np.unique(
        np.column_stack([family, successes, trials]), axis=0, return_inverse=True,
        return_counts=True,
    )  # fmt: skip
    alpha = STRENGTHS[:, None] * MEANS
    beta = STRENGTHS[:, None] * (1 - MEANS)
    prior = betaln(alpha, beta)
    joint = np.tile(np.log(_widths()), (families, len(STRENGTHS), 1))
    for (f, x, n), count in zip(kinds, size, strict=True):
        joint[int(f)] += count * (betaln(x + alpha, n - x + beta) - prior)
    peak = joint.max(axis=2, keepdims=True)
    conditional = np.exp(joint - peak)
    total = conditional.sum(axis=2, keepdims=True)
    of_strength = (peak + np.log(total)).sum(axis=0)[:, 0]
    strength_weight = np.exp(of_strength - of_strength.max())
    strength_weight /= strength_weight.sum()
    weights = conditional / total * strength_weight[:, None]
    means = tuple(_of_grid(weights[f].sum(axis=0)) for f in range(families))
    of_kinds = _posteriors((x + alpha, n - x + beta, weights[int(f)]) for f, x, n in kinds)
    strength = float(np.exp((strength_weight * np.log(STRENGTHS)).sum()))
    return SharesFit(means, strength, tuple(of_kinds[each] for each in kind.ravel()))


def _widths() -> Numbers:
    """The part of 0..1 that each grid mean stands for."""
    return np.asarray(np.gradient(MEANS))


def _of_grid(weight: Numbers) -> Interval:
    total = np.cumsum(weight) - weight / 2
    low, high = np.interp([0.025, 0.975], total, MEANS)
    return Interval(float((weight * MEANS).sum()), float(low), float(high))


def _posteriors(mixtures: Iterable[tuple[Numbers, Numbers, Numbers]]) -> list[Interval]:
    """Mean and 95 % interval of mixtures of betas, taken as betas of their mean and variance."""
    from scipy.stats import beta as beta_distribution

    value, strength = np.array([_moments(*mixture) for mixture in mixtures]).T
    low, high = (
        beta_distribution.ppf(end, value * strength, (1 - value) * strength)
        for end in (0.025, 0.975)
    )
    return [Interval(*map(float, each)) for each in zip(value, low, high, strict=True)]


def _moments(alpha: Numbers, beta: Numbers, weights: Numbers) -> tuple[float, float]:
    """Mean of a mixture of betas, and the strength of the beta with its mean and variance."""
    total = alpha + beta
    means = alpha / total
    value = float((weights * means).sum())
    spread = means * (1 - means) / (total + 1) + (means - value) ** 2
    return value, value * (1 - value) / float((weights * spread).sum()) - 1


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
