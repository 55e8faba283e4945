"""What is known of how futures were drawn, which says how far their figures may be off.

Futures that are drawn in strata (a Latin hypercube or Sobol points over the inputs, a fixed number
for each listed scenario) tell the mean of all that is a sum of functions of one input nearly
without error; what is left is the error of what such a sum does not explain (Owen 1992, Journal of
the Royal Statistical Society B 54(2), 541-551). So errors are those of residuals.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
DEGREES = (3, 2, 1)
"""Of the polynomials of an input that residuals are taken from, as many as the sample carries."""
PER_FUTURE = 0.125
"""Columns that residuals are taken from, for each future, at the most."""
GRID = np.linspace(0.0, 1.0, 2001)
"""Places at which the rise of a polynomial is had."""
SAME = 1e-9
"""What a column adds to those before it, as a share of itself, below which it is one of them."""


@dataclass(frozen=True, eq=False)
class Sample:
    """W futures of D inputs.

    `probability` (W,) adds up to 1; `values` (W, D) are the drawn numbers and `places` (W, D) where
    they lie in the distribution, 0 .. 1; `scenario` (W,) is the listed scenario of each, by
    position, all the same where none are listed. `in_strata` is true where places are stratified.
    Where futures are not `drawn` they are all there are, and figures of them have no error.
    """

    probability: Numbers
    values: Numbers = field(default_factory=lambda: np.zeros((0, 0)))
    places: Numbers = field(default_factory=lambda: np.zeros((0, 0)))
    scenario: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    in_strata: bool = True
    drawn: bool = True

    def __post_init__(self) -> None:
        count = len(self.probability)
        for name in ("values", "places"):
            if getattr(self, name).shape[0] != count:
                if getattr(self, name).size:
                    raise ValueError(f"{name} has {len(getattr(self, name))} rows, not {count}")
                object.__setattr__(self, name, np.zeros((count, 0)))
        if len(self.scenario) != count:
            object.__setattr__(self, "scenario", np.zeros(count, dtype=np.int64))

    @property
    def count(self) -> int:
        """How many futures there are."""
        return len(self.probability)

    @property
    def equal_count(self) -> float:
        """How many equally likely futures tell as much as these (Kish 1965, Survey Sampling)."""
        return 1.0 / float(self.probability @ self.probability)

    @cached_property
    def apart(self) -> Sample:
        """The same futures as if their places were drawn apart from each other."""
        return replace(self, in_strata=False) if self.in_strata else self

    @cached_property
    def degree(self) -> int:
        """Of the polynomials of each input that are taken out of results; 0 for none."""
        return self.degree_for(self.places.shape[1]) if self.in_strata else 0

    def degree_for(self, inputs: int) -> int:
        """The highest degree at which the sample carries polynomials of so many inputs, or 0."""
        room = PER_FUTURE * self.count - self.groups.shape[1]
        return next((g for g in DEGREES if g * max(inputs, 1) <= room), 0)

    @cached_property
    def groups(self) -> Numbers:
        """(W, G): which listed scenario each future is of, 1 or 0."""
        return _scenarios(self.scenario)

    @cached_property
    def _polynomials(self) -> Numbers:
        """(D, degree, W)."""
        inputs, degree = self.places.shape[1], self.degree
        found = [legendre(self.places[:, number], degree) for number in range(inputs)]
        return np.array(found).reshape(inputs, degree, self.count)

    @cached_property
    def _slopes(self) -> Numbers:
        """(D, degree, W): by how much polynomials rise with the place."""
        rises = np.gradient(np.array(legendre(GRID, self.degree)), GRID, axis=-1)
        found = [
            [np.interp(self.places[:, number], GRID, rise) for rise in rises]
            for number in range(self.places.shape[1])
        ]
        return np.array(found).reshape(self._polynomials.shape)

    @cached_property
    def _columns(self) -> Numbers:
        """(W, P): the listed scenarios and the polynomials, by the roots of probabilities."""
        polynomials = self._polynomials.reshape(-1, self.count)
        columns = np.vstack([self.groups.T, polynomials]).T
        return np.asarray(columns * np.sqrt(self.probability)[:, None])

    @cached_property
    def explained(self) -> Numbers:
        """(W, P): orthonormal columns, which a column of results has its fit in.

        They are the listed scenarios and, of a stratified sample, polynomials of each input. Rows
        are scaled by the roots of the probabilities.
        """
        return orthonormal(self._columns)

    @cached_property
    def _correction(self) -> Numbers:
        """(W,): what sets residuals right for what the fit took of them, by the leverage of each
        (HC2 of MacKinnon and White 1985), times the roots of the probabilities."""
        leverage = (self.explained**2).sum(axis=1)
        return np.asarray(np.sqrt(self.probability / np.maximum(1.0 - leverage, SAME)))

    @cached_property
    def _solver(self) -> Numbers:
        """(P, W): what gives the coefficients of the fit."""
        return np.asarray(np.linalg.pinv(self._columns))

    def contributions(self, values: Numbers) -> Numbers:
        """(W,): what each future adds to the error of the mean of these (W,) values.

        Their squares, with what `within_strata` says, add up to its squared standard error.
        """
        scaled = np.sqrt(self.probability) * values
        residual = scaled - self.explained @ (self.explained.T @ scaled)
        return np.asarray(self._correction * residual)

    def within_strata(self, values: Numbers) -> float:
        """What the squared error of the mean has besides: places are drawn within their strata.

        Of what polynomials explain, whose rise over a stratum is known.
        """
        if self.degree == 0:
            return 0.0
        scaled = np.sqrt(self.probability) * values
        fit = (self._solver @ scaled)[self.groups.shape[1] :]
        rise = np.einsum("dgw,dg->dw", self._slopes, fit.reshape(self._slopes.shape[:2]))
        _, own, counts = np.unique(self.scenario, return_inverse=True, return_counts=True)
        width = 1.0 / counts[own]
        return float((self.probability**2 * width**2 / 12 * rise**2).sum())

    @property
    def freedom(self) -> float:
        """Degrees of freedom of such an error."""
        return max(self.equal_count - float(self.explained.shape[1]), 1.0)


def legendre(places: Numbers, degree: int) -> list[Numbers]:
    """Polynomials of degree 1 .. `degree` of places 0 .. 1, which nearly are uncorrelated."""
    at = 2.0 * places - 1.0
    found = [np.ones_like(at), at]
    for g in range(2, degree + 1):
        found.append(((2 * g - 1) * at * found[-1] - (g - 1) * found[-2]) / g)
    return found[1 : degree + 1]


def orthonormal(columns: Numbers) -> Numbers:
    """An orthonormal basis of the columns (W, P), without those that others make up."""
    size = np.linalg.norm(columns, axis=0)
    columns = columns[:, size > 0] / size[size > 0]
    left, strength, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(left[:, strength > SAME * max(strength.max(initial=0.0), 1.0)])


def _scenarios(scenario: NDArray[np.int64]) -> Numbers:
    """(W, G): which scenario each future is of; those of a single future count as one together,
    as one future does not tell how much its likes differ. A lone one counts with the smallest.
    """
    own, counts = np.unique(scenario, return_counts=True)
    alone = counts == 1
    if np.count_nonzero(alone) == 1 and len(own) > 1:
        alone[int(np.argsort(counts, kind="stable")[1])] = True
    merged = np.where(np.isin(scenario, own[alone]), -1, scenario)
    return np.asarray(merged[:, None] == np.unique(merged)[None, :], dtype=np.float64)
