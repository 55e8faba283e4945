"""How dissatisfaction rises with lateness: a logistic, a three-piece line, and any rising curve.

All are fitted to counts: at lateness x, `bad` of `n` customers were dissatisfied.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.calibrate.shares import Interval, Z

Numbers = NDArray[np.float64]
Curve = Callable[[Numbers], Numbers]
TINY = 1e-6
MOST_STEPS = 300
BOUNDS = np.array([12.0, 12.0, 6.0, 6.0])
"""Ends of the unbounded parameters: shares of 6e-6, 400 times as steep as wide, 6 widths away."""


@dataclass(frozen=True)
class Answers:
    """Counts by lateness: x rising, `bad` of `n` dissatisfied at each."""

    x: Numbers
    bad: Numbers
    n: Numbers

    @property
    def separated(self) -> bool:
        """Whether one point parts all the dissatisfied from all the satisfied."""
        bad, good = self.x[self.bad > 0], self.x[self.bad < self.n]
        if not len(bad) or not len(good):
            return True
        return bool(bad.min() >= good.max() or good.min() >= bad.max())


@dataclass(frozen=True)
class Logistic:
    """low + (high - low) / (1 + exp(-steepness (x - middle))).

    `steepness` is per unit of lateness, `middle` is where half of the rise is done. Intervals are
    those of the Fisher information; NaN where it does not tell.
    """

    low: Interval
    high: Interval
    steepness: Interval
    middle: Interval

    def __call__(self, x: Numbers) -> Numbers:
        """The share dissatisfied at lateness x."""
        return _logistic(
            np.array([self.low.value, self.high.value, self.steepness.value, self.middle.value]), x
        )


@dataclass(frozen=True)
class Pieces:
    """Flat at `low` up to lateness `start`, a line up to `end`, flat at `high` from there."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, x: Numbers) -> Numbers:
        """The share dissatisfied at lateness x."""
        return np.interp(x, [self.start, self.end], [self.low, self.high])


def fit_logistic(answers: Answers) -> Logistic:
    """The logistic by maximum likelihood, from several starts; separated answers have none.

    Raises ValueError where the answers are separated: the steepness would be infinite.
    """
    if answers.separated:
        raise ValueError("separated: one lateness parts the dissatisfied from the satisfied")
    middle, scale = _centre(answers)
    share = float(answers.bad.sum() / answers.n.sum())
    best: tuple[float, Numbers] | None = None
    for centre in (-0.7, 0.7):
        for steep in (0.0, 1.5):
            start = np.array([_logit(share / 2), _logit((1 + share) / 2), steep, centre])
            found = _climb(start, answers, middle, scale)
            if best is None or found[0] > best[0]:
                best = found
    assert best is not None
    _, _, information = _likelihood(best[1], answers, middle, scale)
    return Logistic(*_intervals(best[1], information, middle, scale))


def refit_logistic(answers: Answers, near: Logistic) -> Logistic:
    """The logistic nearest to another one, without intervals (NaN); for many fits of one kind."""
    middle, scale = _centre(answers)
    start = np.array(
        [
            _logit(near.low.value),
            _logit(near.high.value),
            math.log(near.steepness.value * scale),
            (near.middle.value - middle) / scale,
        ]
    )
    _, free = _climb(np.clip(start, -BOUNDS, BOUNDS), answers, middle, scale)
    shape, _ = _shape(free, middle, scale)
    return Logistic(*(Interval(float(value), math.nan, math.nan) for value in shape))


def rise_beyond_chance(answers: Answers, curve: Curve, freedom: int = 3) -> bool:
    """Whether a curve says more than one share for all, by the ratio of likelihoods at 1 %.

    `freedom` counts the further parameters. Those of a logistic are not all known under one share
    for all, so that chi-square is a rough judge of it; at 1 % it errs in fewer than 2 % of flat
    logs.
    """
    from scipy.stats import chi2

    share = float(answers.bad.sum() / answers.n.sum())
    flat = _log_likelihood(answers, np.full(len(answers.x), share))
    gain = 2 * (_log_likelihood(answers, curve(answers.x)) - flat)
    return gain > float(chi2.ppf(0.99, freedom))


def _log_likelihood(answers: Answers, share: Numbers) -> float:
    p = np.clip(share, 1e-9, 1 - 1e-9)
    good = answers.n - answers.bad
    return float((answers.bad * np.log(p) + good * np.log1p(-p)).sum())


def _climb(free: Numbers, answers: Answers, middle: float, scale: float) -> tuple[float, Numbers]:
    """Fisher scoring with Levenberg's damping to the nearest peak; its likelihood and place."""
    value, gradient, information = _likelihood(free, answers, middle, scale)
    damping = 1e-3
    for _ in range(MOST_STEPS):
        damped = information + damping * np.diag(np.diag(information)) + 1e-9 * np.eye(4)
        trial = np.clip(free + np.linalg.solve(damped, gradient), -BOUNDS, BOUNDS)
        new = _likelihood(trial, answers, middle, scale)
        if new[0] <= value:
            damping *= 5
            if damping > 1e9:
                break
            continue
        gain = new[0] - value
        free, (value, gradient, information) = trial, new
        damping = max(damping / 5, 1e-9)
        if gain < 1e-9 * abs(value):
            break
    return value, free


def _likelihood(
    free: Numbers, answers: Answers, middle: float, scale: float
) -> tuple[float, Numbers, Numbers]:
    """Log likelihood of unbounded parameters, its gradient, and the Fisher information."""
    shape, jacobian = _shape(free, middle, scale)
    p = np.clip(_logistic(shape, answers.x), 1e-9, 1 - 1e-9)
    slope = _gradients(shape, answers.x) @ jacobian
    good = answers.n - answers.bad
    value = float((answers.bad * np.log(p) + good * np.log1p(-p)).sum())
    gradient = (answers.bad / p - good / (1 - p)) @ slope
    information = (slope * (answers.n / (p * (1 - p)))[:, None]).T @ slope
    return value, gradient, information


def _centre(answers: Answers) -> tuple[float, float]:
    """Where answers lie and how widely, both weighted, the scale never 0."""
    weight = answers.n / answers.n.sum()
    middle = float((weight * answers.x).sum())
    return middle, max(float(np.sqrt((weight * (answers.x - middle) ** 2).sum())), TINY)


def _shape(free: Numbers, middle: float, scale: float) -> tuple[Numbers, Numbers]:
    """(low, high, steepness, middle) from unbounded numbers, with the diagonal Jacobian."""
    low, high = 1 / (1 + np.exp(-free[:2]))
    steep = math.exp(free[2]) / scale
    shape = np.array([low, high, steep, middle + scale * free[3]])
    return shape, np.diag([low * (1 - low), high * (1 - high), steep, scale])


def _logistic(shape: Numbers, x: Numbers) -> Numbers:
    low, high, steep, middle = shape
    return np.asarray(low + (high - low) * _sigmoid(steep * (x - middle)))


def _gradients(shape: Numbers, x: Numbers) -> Numbers:
    low, high, steep, middle = shape
    rise = _sigmoid(steep * (x - middle))
    bend = (high - low) * rise * (1 - rise)
    return np.column_stack([1 - rise, rise, bend * (x - middle), -bend * steep])


def _sigmoid(z: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(z, -500, 500))))


def _logit(share: float) -> float:
    share = min(max(share, 1e-4), 1 - 1e-4)
    return math.log(share / (1 - share))


def _intervals(
    free: Numbers, information: Numbers, middle: float, scale: float
) -> tuple[Interval, ...]:
    """Each parameter with its ends, made on the unbounded scale and turned back."""
    try:
        variance = np.diag(np.linalg.inv(information))
    except np.linalg.LinAlgError:
        variance = np.full(4, np.nan)
    spread = Z * np.sqrt(np.where(variance > 0, variance, np.nan))
    value, ends = _shape(free, middle, scale)[0], []
    for sign in (-1, 1):
        end = np.clip(free + sign * np.nan_to_num(spread, nan=0.0), -30, 30)
        ends.append(np.where(np.isnan(spread), np.nan, _shape(end, middle, scale)[0]))
    return tuple(Interval(float(value[i]), float(ends[0][i]), float(ends[1][i])) for i in range(4))


def fit_pieces(answers: Answers) -> Pieces:
    """The three-piece line of least squares over a grid of its two elbows."""
    x, n = answers.x, answers.n
    share = answers.bad / n
    grid = _elbows(answers)
    best, least = Pieces(float(share.mean()), float(share.mean()), grid[0], grid[-1]), math.inf
    for i, start in enumerate(grid):
        for end in grid[i + 1 :]:
            rise = np.interp(x, [start, end], [0.0, 1.0])
            design = np.column_stack([1 - rise, rise]) * np.sqrt(n)[:, None]
            fitted, *_ = np.linalg.lstsq(design, share * np.sqrt(n), rcond=None)
            low, high = np.clip(fitted, 0.0, 1.0)
            error = float((n * (share - low - (high - low) * rise) ** 2).sum())
            if error < least:
                best, least = Pieces(float(low), float(high), float(start), float(end)), error
    return best


def _elbows(answers: Answers) -> Numbers:
    """At most 25 places for elbows: quantiles of lateness, over all and over the rare late."""
    x, n = answers.x, answers.n
    inside = np.linspace(0.01, 0.99, 13)
    over_all = np.interp(inside, np.cumsum(n) / n.sum(), x)
    weight = answers.bad + TINY
    over_bad = np.interp(inside, np.cumsum(weight) / weight.sum(), x)
    return np.unique(np.concatenate([over_all, over_bad]))


def fit_rising(answers: Answers) -> Curve:
    """The rising step curve of maximum likelihood: pooled adjacent violators, linear between."""
    blocks: list[list[float]] = []
    for bad, n in zip(answers.bad, answers.n, strict=True):
        blocks.append([bad, n, 1])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    level = np.repeat([bad / n for bad, n, _ in blocks], [int(size) for *_, size in blocks])
    x = answers.x
    return lambda at: np.interp(at, x, level)
