"""How demand over a time varies: by the normal law of the text books, or by the gamma law.

Normal demand is below 0 at times, the more often the larger its spread against its mean; gamma
demand never is. Each law answers for all items at once, arrays broadcast against its mean. G and H
are the first and second loss of the standard normal distribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slopt.economics.arguments import Numbers, not_negative, positive
from slopt.economics.gamma_loss import GammaLoss

ROOT_2_PI = np.sqrt(2 * np.pi)
Rows = NDArray[np.int64] | NDArray[np.bool_]
HALVINGS = 40
ZERO = 1e-9
"""Of a mean: next to nothing."""


class Law(Protocol):
    """The demand of a time, D."""

    @property
    def mean(self) -> Numbers:
        """E[D]."""
        ...

    def above(self, level: Numbers) -> Numbers:
        """P(D > level)."""
        ...

    def short(self, level: Numbers) -> Numbers:
        """E[max(D - level, 0)]."""
        ...

    def second(self, level: Numbers) -> Numbers:
        """E[max(D - level, 0)^2] / 2, the integral of `short` from the level on."""
        ...

    def density(self, level: Numbers) -> Numbers:
        """Density of D, per unit."""
        ...

    def level_for(self, chance: Numbers) -> Numbers:
        """The level that D exceeds with that chance."""
        ...

    def level_near(self, chance: Numbers) -> Numbers:
        """About that level, found at once."""
        ...

    def part(self, rows: Rows) -> Self:
        """The law of some of the items."""
        ...

    def convex_from(self, quantity: Numbers) -> Numbers:
        """The level from which the density falls over the next `quantity` units."""
        ...

    def overtaken(self, later: Self) -> Numbers:
        """The level from which the density of the demand of a longer time is the higher one."""
        ...


@dataclass(frozen=True, eq=False)
class NormalLaw:
    """Normal demand. Args: mean, units, 0 or more; spread, units, above 0."""

    mean: Numbers
    spread: Numbers

    def __post_init__(self) -> None:
        not_negative("mean", self.mean)
        positive("spread", self.spread)

    def _factor(self, level: Numbers) -> Numbers:
        return np.asarray((level - self.mean) / self.spread)

    def above(self, level: Numbers) -> Numbers:
        """1 - Phi(z)."""
        from scipy.special import ndtr

        return np.asarray(ndtr(-self._factor(level)))

    def short(self, level: Numbers) -> Numbers:
        """sigma G(z); its far tail is rounding here, next to nothing."""
        z = self._factor(level)
        return np.asarray(self.spread * np.maximum(_density(z) - z * self.above(level), 0.0))

    def second(self, level: Numbers) -> Numbers:
        """sigma^2 H(z), H = (1 - Phi(z) - z G(z)) / 2."""
        z, above = self._factor(level), self.above(level)
        first = np.maximum(_density(z) - z * above, 0.0)
        return np.asarray(self.spread**2 * np.maximum(above - z * first, 0.0) / 2)

    def density(self, level: Numbers) -> Numbers:
        """phi(z) / sigma."""
        return np.asarray(_density(self._factor(level)) / self.spread)

    def level_for(self, chance: Numbers) -> Numbers:
        """mean - sigma Phi^-1(chance)."""
        from scipy.special import ndtri

        return np.asarray(self.mean - self.spread * ndtri(chance))

    level_near = level_for

    def part(self, rows: Rows) -> NormalLaw:
        """The law of some of the items."""
        return NormalLaw(self.mean[..., rows], self.spread[..., rows])

    def convex_from(self, quantity: Numbers) -> Numbers:
        """mean - quantity / 2."""
        return np.asarray(self.mean - quantity / 2)

    def overtaken(self, later: NormalLaw) -> Numbers:
        """The higher of the two levels at which the densities cross."""
        precise, vague = self.spread**-2, later.spread**-2
        a = precise - vague
        b = self.mean * precise - later.mean * vague
        c = self.mean**2 * precise - later.mean**2 * vague - 2 * np.log(later.spread / self.spread)
        root = np.sqrt(np.maximum(b**2 - a * c, 0.0))
        alike = a <= 1e-9 * precise
        crossing = (b + root) / np.where(alike, 1.0, a)
        return np.asarray(np.where(alike, (self.mean + later.mean) / 2, crossing))


@dataclass(frozen=True, eq=False)
class GammaLaw(GammaLoss):
    """Gamma demand. Args: mean and spread, units, above 0."""

    def above(self, level: ArrayLike) -> Numbers:
        """P(D > level); 0 where it is less than 1e-15, which takes no time to find."""
        from scipy.special import gammaincc

        shape, x = self._scaled(level)
        near = x < self._far
        if near.all():
            return np.asarray(gammaincc(shape, x))
        chance = np.zeros(x.shape)
        chance[near] = gammaincc(shape[near], x[near])
        return chance

    @cached_property
    def _far(self) -> Numbers:
        """Where P(D / t > x) is below 1e-15: k + c + sqrt(2 k c), c its logarithm.

        Source: Boucheron, Lugosi and Massart 2013, the tail of a sub-gamma variable.
        """
        shape, rare = self._shape, -np.log(1e-15)
        return np.asarray(shape + rare + np.sqrt(2 * shape * rare))

    def level_near(self, chance: Numbers) -> Numbers:
        """About that level: a cube of a normal variable (Wilson and Hilferty 1931)."""
        from scipy.special import ndtri

        ninth = 1 / (9 * self._shape)
        root = np.maximum(1 - ninth - ndtri(chance) * np.sqrt(ninth), 0.0)
        return np.asarray(self.mean * root**3)

    def part(self, rows: Rows) -> GammaLaw:
        """The law of some of the items."""
        return GammaLaw(self.mean[..., rows], self.spread[..., rows])

    def convex_from(self, quantity: Numbers) -> Numbers:
        """Between mode - quantity and mode, by halving; next to 0 where it falls from 0 on."""
        low, high = np.maximum(self.mode - quantity, 0.0), self.mode
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            rises = self.density(middle) < self.density(middle + quantity)
            low, high = np.where(rises, middle, low), np.where(rises, high, middle)
        # A density that is infinite at 0 is told from just above it on.
        return np.maximum(high, ZERO * self.mean)

    def overtaken(self, later: GammaLaw) -> Numbers:
        """t (Gamma(k') / Gamma(k))^(1 / (k' - k)), for the same scale t and shapes k, k'."""
        from scipy.special import gammaln

        scale = later.spread**2 / later.mean
        shape, longer = self.mean / scale, later.mean / scale
        return np.asarray(scale * np.exp((gammaln(longer) - gammaln(shape)) / (longer - shape)))


def _density(z: Numbers) -> Numbers:
    return np.asarray(np.exp(-0.5 * np.square(z)) / ROOT_2_PI)
