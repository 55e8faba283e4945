"""What inputs add to results one by one, to be taken out where it is only noise.

As inputs are drawn apart from each other, what is left without some of them has the same mean at
each number of the others.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from slopt.study.risk.sample import DEGREES, Sample, legendre

Numbers = NDArray[np.float64]

TOGETHER = 4.0
"""Inputs hang together whose correlation is beyond so many errors of it, one by chance in 10^4."""
FELT = 3.0
"""Where a sample does not carry all inputs, those whose correlation with a result is beyond so many
errors of it are taken out, three by chance in 1,000."""


class Additive:
    """The sums of polynomials of single inputs that fit results (W, M) best."""

    def __init__(self, sample: Sample, results: Numbers) -> None:
        self._sample, self._results = sample, results
        self._error = 1.0 / np.sqrt(sample.equal_count)
        self._places = _standard(sample.places, sample.probability)
        self.inputs, degree = self._carried()
        polynomials = np.array([legendre(sample.places[:, d], degree) for d in self.inputs])
        self._polynomials = polynomials.reshape(len(self.inputs), degree, sample.count)
        columns = np.vstack([sample.groups.T, self._polynomials.reshape(-1, sample.count)]).T
        root = np.sqrt(sample.probability)[:, None]
        fit = np.linalg.lstsq(root * columns, root * results, rcond=None)[0]
        shape = len(self.inputs), degree, results.shape[1]
        self._fit = fit[sample.groups.shape[1] :].reshape(shape)

    def without_others(self, kept: Sequence[int]) -> Numbers:
        """The results without what is added by inputs other than the `kept` ones and those that
        hang together with one of these. What is taken out has mean 0 over all places."""
        out = np.ones(self._places.shape[1], dtype=np.bool_)
        probability = self._sample.probability
        for d in kept:
            alike = self._places.T @ (probability * self._places[:, d])
            out &= np.abs(alike) <= TOGETHER * self._error
            out[d] = False
        chosen = out[self.inputs]
        added = np.einsum(
            "dgw,dgm->wm", self._polynomials[chosen], self._fit[chosen], optimize=True
        )
        return np.asarray(self._results - added)

    def _carried(self) -> tuple[NDArray[np.int64], int]:
        """Positions of the inputs that are fitted, and the degree of their polynomials."""
        sample = self._sample
        every = np.arange(sample.places.shape[1])
        degree = sample.degree_for(len(every))
        if degree:
            return every, degree
        results = _standard(self._results, sample.probability)
        felt = np.abs(self._places.T @ (sample.probability[:, None] * results)).max(axis=1)
        order = np.argsort(-felt, kind="stable")
        order = order[felt[order] > FELT * self._error]
        while len(order) and not sample.degree_for(len(order)):
            order = order[:-1]
        return np.sort(order), sample.degree_for(len(order)) or DEGREES[-1]


class AddedApart:
    """The same for each of N decisions, results (W, N, J), by the inputs that it feels: a sample
    that does not carry all inputs of all decisions may carry those of one.
    """

    def __init__(self, sample: Sample, results: Numbers) -> None:
        self._shape = results.shape
        together = bool(sample.degree_for(sample.places.shape[1]))
        parts = [results.reshape(len(results), -1)] if together else list(results.swapaxes(0, 1))
        self._parts = [Additive(sample, one) for one in parts]

    def without_others(self, kept: Sequence[int]) -> Numbers:
        """(W, N, J)."""
        if not self._parts:
            return np.zeros(self._shape)
        found = [one.without_others(kept) for one in self._parts]
        return np.stack(found, axis=1).reshape(self._shape)


def _standard(values: Numbers, probability: Numbers) -> Numbers:
    """Columns of mean 0 and standard deviation 1, or 0 where all are the same."""
    centred = values - probability @ values
    spread = np.sqrt(probability @ centred**2)
    return np.asarray(centred / np.where(spread > 0, spread, 1.0))
