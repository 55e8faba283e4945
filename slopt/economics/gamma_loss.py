"""Shortage under gamma demand: never below 0, with a long tail, right where demand is uncertain.

The normal law promises too much where the spread of demand is more than about a third of its mean:
it takes part of the demand to be below 0. Symbols: D demand over the time that a stock protects,
gamma with mean m and spread s; k = (m / s)^2 its shape, t = s^2 / m its scale, x = level / t;
Q(k, x) the chance that D exceeds the level, f(x) the density of D / t.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import Numbers, positive, within


@dataclass(frozen=True, eq=False)
class GammaLoss:
    """The shortage that a level leaves; arrays broadcast against mean and spread.

    Args:
        mean: units, above 0. spread: standard deviation, units, above 0.

    Source: Burgin 1975; Silver, Pyke and Thomas advise it where spread / mean exceeds one half.
    """

    mean: Numbers
    spread: Numbers

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", positive("mean", self.mean))
        object.__setattr__(self, "spread", positive("spread", self.spread))

    def above(self, level: ArrayLike) -> Numbers:
        """P(D > level) = Q(k, x), 1 from 0 down."""
        from scipy.special import gammaincc

        shape, x = self._scaled(level)
        return np.asarray(gammaincc(shape, x))

    def short(self, level: ArrayLike) -> Numbers:
        """E[(D - level)+] = t [(k - x) Q(k, x) + x f(x)], units."""
        shape, x = self._scaled(level)
        tail, mass = self.above(level), x * self._density(shape, x)
        found = self._scale * np.maximum((shape - x) * tail + mass, 0)
        return np.asarray(found + np.maximum(-np.asarray(level, dtype=float), 0))

    def second(self, level: ArrayLike) -> Numbers:
        """E[((D - level)+)^2] / 2 = t^2 {[(k - x)^2 + k] Q + x (k + 1 - x) f} / 2, units squared.

        The integral of `short` from the level on.
        """
        shape, x = self._scaled(level)
        tail, mass = self.above(level), x * self._density(shape, x)
        found = np.maximum(((shape - x) ** 2 + shape) * tail + (shape + 1 - x) * mass, 0)
        below = np.maximum(-np.asarray(level, dtype=float), 0)
        return np.asarray(self._scale**2 * found / 2 + below * (self.mean + below / 2))

    def density(self, level: ArrayLike) -> Numbers:
        """Density of D at the level, per unit; 0 below 0."""
        shape, x = self._scaled(level)
        inside = np.asarray(level, dtype=float) > 0
        found = self._density(shape, np.where(inside, x, 1.0)) / self._scale
        return np.asarray(np.where(inside, found, 0.0))

    def level_for(self, chance: ArrayLike) -> Numbers:
        """The level that D exceeds with a chance between 0 and 1."""
        from scipy.special import gammainccinv

        asked = within("chance", chance, 0, 1, without_low=True, without_high=True)
        return np.asarray(self._scale * gammainccinv(self._shape, asked))

    @property
    def mode(self) -> Numbers:
        """The level of greatest density, 0 where k <= 1; from there on the density falls."""
        return np.asarray(np.maximum(self._shape - 1, 0) * self._scale)

    @property
    def _shape(self) -> Numbers:
        return np.asarray((self.mean / self.spread) ** 2)

    @property
    def _scale(self) -> Numbers:
        return np.asarray(self.spread**2 / self.mean)

    def _scaled(self, level: ArrayLike) -> tuple[Numbers, Numbers]:
        x = np.maximum(within("level", level), 0) / self._scale
        shape, x = np.broadcast_arrays(self._shape, x)
        return shape, x

    def _density(self, shape: Numbers, x: Numbers) -> Numbers:
        """x^(k - 1) e^(-x) / Gamma(k); only x f(x) is asked for at 0, which is 0."""
        from scipy.special import gammaln, xlogy

        safe = np.where(x > 0, x, 1.0)
        found = np.exp(xlogy(shape - 1, safe) - safe - gammaln(shape))
        return np.asarray(np.where(x > 0, found, 0.0))
