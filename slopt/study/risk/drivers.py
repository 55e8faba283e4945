"""Which inputs make the bad futures bad: where they lie there, and elsewhere.

For each input: its mean in the worst tail and in the rest; how well it alone tells a bad future
from another (the difference of the chances that it is higher in the one or in the other, Cliff
1993, with the test of Mann and Whitney 1947); and the share of the variance of the loss that a
polynomial of it explains (a first-order index; by it alone, whatever hangs together with it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.scenarios.measures import tail_weights
from slopt.sayings import Saying, say
from slopt.study.risk.estimates import SURE, Estimate
from slopt.study.risk.sample import Sample, legendre, orthonormal

Numbers = NDArray[np.float64]

DEGREE = 3
RESAMPLES = 200
"""Of the interval of an explained share, by the bootstrap."""
MOST_HELD = 4_000_000
"""Numbers that are held at once for the shares of several inputs."""
FEW_VALUES = 10
"""An input with no more different numbers than this is taken value by value."""


@dataclass(frozen=True)
class Driver:
    """One input, or one listed scenario, in the bad futures and in the others.

    in_bad and in_rest are its mean number there (of a scenario its share of these futures),
    place_in_bad and place_in_rest where that lies in its distribution, 0 .. 1. `separation` is from
    -1 (always lower in bad futures) to 1 (always higher), `p_value` the chance of one as large if
    it had nothing to do with them. `explained` is a share of the variance of the loss.
    """

    name: str
    is_scenario: bool
    in_bad: float
    in_rest: float
    place_in_bad: float
    place_in_rest: float
    separation: float
    p_value: float
    explained: Estimate

    @property
    def is_clear(self) -> bool:
        """True where chance alone would hardly make it differ so much."""
        return self.p_value < 1 - SURE

    def told(self, bad: str, rest: str) -> Saying:
        """The finding in words; both numbers are given as they are to be shown."""
        if self.is_scenario:
            return say(
                "Of the bad futures {bad} have the scenario {name}, of the others {rest}.",
                name=self.name,
                bad=bad,
                rest=rest,
            )
        return say(
            "In the bad futures {name} is at {bad}, in the others at {rest}.",
            name=self.name,
            bad=bad,
            rest=rest,
        )


def drivers(
    sample: Sample,
    loss: Numbers,
    tail: float,
    names: Sequence[str],
    scenarios: Sequence[str] = (),
    seed: int = 0,
) -> tuple[Driver, ...]:
    """Of (W,) losses: every input, and every listed scenario, by how well it tells bad futures.

    `names` are those of the inputs, `scenarios` those of the listed scenarios by position. A tail
    that is all futures tells none.
    """
    if tail >= 1 or np.ptp(loss) == 0:
        return ()
    bad = np.minimum(tail_weights(loss, sample.probability, tail), sample.probability / tail)
    rest = np.maximum(sample.probability - tail * bad, 0.0) / (1 - tail)
    told = [
        (name, False, sample.values[:, number], sample.places[:, number])
        for number, name in enumerate(names)
    ]
    columns = [columns_of(values, places) for _, _, values, places in told]
    for number, name in enumerate(scenarios):
        there = (sample.scenario == number).astype(np.float64)
        told.append((name, True, there, there))
        columns.append(there[:, None])
    shares = _Shares(sample, loss, seed).of_each(columns)
    found = [
        _driver(*its, bad, rest, sample, share) for its, share in zip(told, shares, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: -abs(one.separation)))


def columns_of(values: Numbers, places: Numbers, degree: int = DEGREE) -> Numbers:
    """(W, P): functions of one input that a result is fitted by, without the constant."""
    different = np.unique(values)
    if len(different) <= FEW_VALUES:
        return np.asarray(values[:, None] == different[None, 1:], dtype=np.float64)
    size = float(np.abs(values - values.mean()).max())
    its = legendre(told_places(values, places), degree)
    return np.array([*its, (values - values.mean()) / size]).T


def told_places(values: Numbers, places: Numbers) -> Numbers:
    """(W,): where the numbers of an input lie, 0 .. 1, as far as the numbers themselves tell.

    Its drawn places, unless a listed scenario changes the numbers: place and number together would
    then tell which scenario came, which the number alone does not.
    """
    if not np.any(np.diff(values[np.argsort(places, kind="stable")]) < 0):
        return places
    _, rank, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray(((np.cumsum(counts) - counts / 2) / len(values))[rank])


def _driver(
    name: str,
    is_scenario: bool,
    values: Numbers,
    places: Numbers,
    bad: Numbers,
    rest: Numbers,
    sample: Sample,
    explained: Estimate,
) -> Driver:
    separation = _separation(values, bad, rest)
    counts = [1.0 / float(one @ one) for one in (bad, rest)]
    return Driver(
        name,
        is_scenario,
        float(values @ bad),
        float(values @ rest),
        float(places @ bad),
        float(places @ rest),
        separation,
        _chance_of(separation, counts, values, sample.probability),
        explained,
    )


def _separation(values: Numbers, bad: Numbers, rest: Numbers) -> float:
    """Chance that the number is higher in a bad future, less the chance that it is lower."""
    _, rank = np.unique(values, return_inverse=True)
    by_value = [np.bincount(rank, weights=one) for one in (bad, rest)]
    below = np.cumsum(by_value[1]) - by_value[1]
    above = by_value[1].sum() - below - by_value[1]
    return float(by_value[0] @ (below - above))


def _chance_of(
    separation: float, counts: Sequence[float], values: Numbers, probability: Numbers
) -> float:
    """The chance of a separation so far from 0 where there is none, by the normal distribution."""
    from scipy.special import ndtr

    first, second = counts
    _, rank = np.unique(values, return_inverse=True)
    tied = 1.0 - float((np.bincount(rank, weights=probability) ** 3).sum())
    variance = (first + second + 1) / (3 * first * second) * tied
    if variance <= 0:
        return 1.0
    return float(2 * ndtr(-abs(separation) / np.sqrt(variance)))


class _Shares:
    """Shares of the variance of one loss, each with the interval of the bootstrap."""

    def __init__(self, sample: Sample, loss: Numbers, seed: int) -> None:
        size = float(np.abs(loss - loss.mean()).max())
        self._loss = (loss - loss.mean()) / size
        self._probability, self._drawn = sample.probability, sample.drawn
        rng = np.random.default_rng(seed)
        count = sample.count
        again = rng.multinomial(count, np.full(count, 1 / count), size=RESAMPLES) / count
        weights = again * sample.probability * count
        self._again = weights / weights.sum(axis=1, keepdims=True)

    def of_each(self, columns: Sequence[Numbers]) -> list[Estimate]:
        """What each of these columns (W, P) explain; adjusted for how many they are
        where futures are drawn.

        Many at once: small products one by one keep threads waiting for each other.
        """
        found: dict[int, Estimate] = {}
        every = [_basis(its) for its in columns]
        for width in {its.shape[1] for its in every}:
            alike = [place for place, its in enumerate(every) if its.shape[1] == width]
            most = max(1, MOST_HELD // (len(self._loss) * width**2))
            for first in range(0, len(alike), most):
                part = alike[first : first + most]
                bases = np.stack([every[place] for place in part])
                found |= dict(zip(part, self._estimates(bases), strict=True))
        return [found[place] for place in range(len(columns))]

    def _estimates(self, bases: Numbers) -> list[Estimate]:
        """Of G bases (G, W, P)."""
        values = self._explained(self._probability[None], bases)[:, 0].tolist()
        if not self._drawn:
            return [Estimate(value, value, value) for value in values]
        ends = [(1 - SURE) / 2, (1 + SURE) / 2]
        low, high = np.quantile(self._explained(self._again, bases), ends, axis=1).tolist()
        return [
            Estimate(value, min(lower, value), max(upper, value))
            for value, lower, upper in zip(values, low, high, strict=True)
        ]

    def _explained(self, weights: Numbers, bases: Numbers) -> Numbers:
        """(G, B): the share that each of G bases (G, W, P) explains under B weights (B, W)."""
        several, count, columns = bases.shape
        loss = self._loss
        products = (bases[:, :, :, None] * bases[:, :, None, :]).transpose(1, 0, 2, 3)
        left = (weights @ products.reshape(count, -1)).reshape(-1, several, columns, columns)
        right = weights @ (bases * loss[:, None]).transpose(1, 0, 2).reshape(count, -1)
        right = right.reshape(-1, several, columns)
        fit = np.linalg.solve(left + 1e-9 * np.eye(columns), right[..., None])[..., 0]
        middle = (weights @ loss)[:, None]
        variance = (weights @ loss**2)[:, None] - middle**2
        explained = (fit * right).sum(axis=2) - middle**2
        share = np.where(variance > 0, explained / np.where(variance > 0, variance, 1.0), 0.0)
        if not self._drawn:
            return np.asarray(np.clip(share, 0.0, 1.0)).T
        freedom = max(count - columns, 1)
        return np.asarray(np.clip(1 - (1 - share) * (count - 1) / freedom, 0.0, 1.0)).T


def _basis(columns: Numbers) -> Numbers:
    """(W, P): orthonormal columns that span the constant and these."""
    ones = np.ones((len(columns), 1))
    return np.asarray(orthonormal(np.hstack([ones, columns])) * np.sqrt(len(columns)))
