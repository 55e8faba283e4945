"""Fits of what plans lose by what is known beforehand, judged by futures not seen by them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from slopt.study.risk.drivers import columns_of, told_places
from slopt.study.risk.sample import Sample, orthonormal

Numbers = NDArray[np.float64]

FOLDS = 10
SPLITS = 5
"""How often the futures are split anew; the gains are the means of all splits."""
COLUMNS_PER_FUTURE = 0.1
"""Columns of a fit for each future, at the most."""
RIDGE = 1e-9
"""Of columns whose mean square is 1."""


def folds_of(count: int, seed: int) -> NDArray[np.int64]:
    """(SPLITS, W): the fold of each future."""
    rng = np.random.default_rng(seed)
    parts = np.arange(count) % min(FOLDS, count)
    return np.array([rng.permutation(parts) for _ in range(SPLITS)])


def basis_of(sample: Sample, inputs: Sequence[int]) -> Numbers:
    """(W, P): what a fit by these inputs is made of, the constant first; products of two inputs
    where the sample carries them.
    """
    ones = np.ones((sample.count, 1))
    if not len(inputs):
        scenario = np.unique(sample.scenario, return_inverse=True)[1]
        return np.eye(scenario.max() + 1)[scenario]
    room = max(COLUMNS_PER_FUTURE * sample.count, 2.0)
    its = (told_places(sample.values[:, d], sample.places[:, d]) - 0.5 for d in inputs)
    centred = np.stack(tuple(its), axis=1)
    for degree in (3, 2, 1):
        parts = [columns_of(sample.values[:, d], sample.places[:, d], degree) for d in inputs]
        columns = np.hstack([ones, *parts])
        if columns.shape[1] <= room or (degree == 1 and len(inputs) == 1):
            break
    else:
        columns = np.hstack([ones, centred])
    first, second = np.triu_indices(len(inputs), 1)
    if columns.shape[1] + len(first) <= room:
        columns = np.hstack([columns, centred[:, first] * centred[:, second]])
    return np.asarray(orthonormal(columns) * np.sqrt(sample.count))


def gains_of(
    probability: Numbers, losses: Numbers, basis: Numbers, folds: NDArray[np.int64]
) -> Numbers:
    """(W, N): what following the fit saves in each future, by fits that have not seen it.

    Of N decisions apart from each other, with losses (W, N, J) of the J things each may do.
    """
    count, decisions, options = losses.shape
    flat = losses.reshape(count, -1)
    weighted = basis * probability[:, None]
    gains = np.zeros((count, decisions))
    # By all futures: in strata a part lies above its mean where the others lie below it, so that
    # what the others tell to be the best would be the worse one of two that are alike.
    calm = (probability @ flat).reshape(decisions, options).argmin(axis=1)
    for split in folds:
        parts = [np.flatnonzero(split == fold) for fold in range(int(split.max()) + 1)]
        lefts = np.array([weighted[part].T @ basis[part] for part in parts])
        rights = np.array([weighted[part].T @ flat[part] for part in parts])
        left, right = lefts.sum(axis=0), rights.sum(axis=0)
        room = RIDGE * np.eye(basis.shape[1])
        for number, part in enumerate(parts):
            fit = np.linalg.solve(left - lefts[number] + room, right - rights[number])
            told = (basis[part] @ fit).reshape(len(part), decisions, options)
            there = losses[part]
            follows = np.take_along_axis(there, told.argmin(axis=2)[:, :, None], axis=2)[:, :, 0]
            gains[part] += there[:, np.arange(decisions), calm] - follows
    return gains / len(folds)
