"""Uncertain demand of one period or lead time: normal, Poisson, or as it was observed.

Each kind answers the same four questions, so stock formulas take any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slopt.economics.arguments import Numbers, inner_share, not_negative, within
from slopt.economics.normal_loss import normal_loss


class Demand(Protocol):
    """Demand D in units; arrays of stock or probability broadcast against its parameters."""

    @property
    def mean(self) -> Numbers:
        """E[D]."""
        ...

    def no_shortage_probability(self, stock: ArrayLike) -> Numbers:
        """P(D <= stock)."""
        ...

    def stock_for(self, probability: ArrayLike) -> Numbers:
        """The least stock with P(D <= stock) >= probability, a share between 0 and 1."""
        ...

    def expected_short(self, stock: ArrayLike) -> Numbers:
        """E[max(D - stock, 0)], units short on average."""
        ...


@dataclass(frozen=True, eq=False)
class NormalDemand:
    """Normal demand; it gives negative demand some probability, little where mean > 3 spread.

    Args:
        mean: units, 0 or more. spread: standard deviation, units, 0 or more.
    """

    mean: Numbers
    spread: Numbers

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", not_negative("mean", self.mean))
        object.__setattr__(self, "spread", not_negative("spread", self.spread))

    def no_shortage_probability(self, stock: ArrayLike) -> Numbers:
        """P(D <= stock) = Phi((stock - mean) / spread); without spread 0 or 1."""
        from scipy.special import ndtr

        level = within("stock", stock)
        near, z = self._factor(level)
        return np.asarray(np.where(near, ndtr(z), np.where(level >= self.mean, 1.0, 0.0)))

    def stock_for(self, probability: ArrayLike) -> Numbers:
        """mean + spread Phi^-1(probability); may be below 0 for small probabilities."""
        from scipy.special import ndtri

        return np.asarray(self.mean + self.spread * ndtri(inner_share("probability", probability)))

    def expected_short(self, stock: ArrayLike) -> Numbers:
        """spread G((stock - mean) / spread) with G the normal loss."""
        level = within("stock", stock)
        near, z = self._factor(level)
        known = np.maximum(self.mean - level, 0)
        return np.asarray(np.where(near, self.spread * normal_loss(z), known))

    def _factor(self, level: Numbers) -> tuple[NDArray[np.bool_], Numbers]:
        """z, and where it counts: beyond 40 spreads, or without spread, demand is known."""
        off = level - self.mean
        near = np.abs(off) < 40 * self.spread
        return near, np.asarray(np.where(near, off / np.where(near, self.spread, 1.0), 0.0))


@dataclass(frozen=True, eq=False)
class PoissonDemand:
    """Poisson demand: units asked for one at a time, independently.

    Args:
        mean: units, 0 or more.
    """

    mean: Numbers

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", not_negative("mean", self.mean))

    def no_shortage_probability(self, stock: ArrayLike) -> Numbers:
        """P(D <= floor(stock)), 0 below 0."""
        from scipy.special import pdtr

        level = np.floor(within("stock", stock))
        return np.asarray(np.where(level < 0, 0.0, pdtr(np.maximum(level, 0), self.mean)))

    def stock_for(self, probability: ArrayLike) -> Numbers:
        """The least whole stock with P(D <= stock) >= probability."""
        from scipy.special import pdtrik

        goal = inner_share("probability", probability)
        guess = np.maximum(np.ceil(pdtrik(goal, np.maximum(self.mean, 1e-300))), 0)
        # pdtrik solves for a real number; the whole number beside it may be one off.
        guess = np.where(self.no_shortage_probability(guess) < goal, guess + 1, guess)
        lower = np.maximum(guess - 1, 0)
        enough = self.no_shortage_probability(lower) >= goal
        return np.asarray(np.where(enough, lower, guess))

    def expected_short(self, stock: ArrayLike) -> Numbers:
        """mean P(D >= s - 1) - stock P(D >= s), s the stock rounded up."""
        level = within("stock", stock)
        above = np.ceil(level)
        short = self.mean * self._at_least(above - 1) - level * self._at_least(above)
        return np.asarray(np.maximum(short, 0))

    def _at_least(self, units: Numbers) -> Numbers:
        from scipy.special import pdtrc

        return np.asarray(np.where(units <= 0, 1.0, pdtrc(np.maximum(units, 1) - 1, self.mean)))


@dataclass(frozen=True, eq=False)
class EmpiricalDemand:
    """Demand as observed, every observation as likely as the others.

    Args:
        observed: units, 0 or more; shape (observations,), at least one.
    """

    observed: Numbers

    def __post_init__(self) -> None:
        values = np.sort(not_negative("observed", self.observed).ravel())
        if not values.size:
            raise ValueError("observed must hold at least one value")
        object.__setattr__(self, "observed", values)

    @property
    def mean(self) -> Numbers:
        """Mean of the observations."""
        return np.asarray(self.observed.mean())

    def no_shortage_probability(self, stock: ArrayLike) -> Numbers:
        """Share of the observations up to `stock`."""
        level = within("stock", stock)
        return np.asarray(np.searchsorted(self.observed, level, side="right") / self.observed.size)

    def stock_for(self, probability: ArrayLike) -> Numbers:
        """The least observation with at least that share of them up to it."""
        goal = inner_share("probability", probability)
        shares = np.arange(1, self.observed.size + 1) / self.observed.size
        # Shares such as 3/10 are rounded; without room 0.3 could ask for the fourth of ten.
        return np.asarray(self.observed[np.searchsorted(shares, goal - 1e-12)])

    def expected_short(self, stock: ArrayLike) -> Numbers:
        """Mean of max(observation - stock, 0)."""
        level = within("stock", stock)
        first = np.searchsorted(self.observed, level, side="right")
        beyond = np.append(np.cumsum(self.observed[::-1])[::-1], 0.0)[first]
        count = self.observed.size - first
        return np.asarray((beyond - level * count) / self.observed.size)
