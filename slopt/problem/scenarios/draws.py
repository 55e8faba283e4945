"""Points drawn over the unit cube, spread evenly, the same for the same seed on every machine.

Latin hypercube and Sobol by SciPy. Points that are to hang together are put in another order, input
by input, so that every stratum of each input keeps its point (Iman and Conover 1982, Communications
in Statistics B11(3), 311-334).
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Seed = int | np.random.Generator


def lhs(dimensions: int, count: int, seed: Seed) -> Numbers:
    """A Latin hypercube over the unit cube, (count, dimensions): each range cut in `count` parts
    of which each has one point (McKay, Beckman and Conover 1979).
    """
    from scipy.stats import qmc

    return np.asarray(qmc.LatinHypercube(dimensions, rng=seed).random(count))


def sobol(dimensions: int, count: int, seed: Seed) -> Numbers:
    """The first points of a scrambled Sobol sequence (Owen 1998), (count, dimensions).

    They are best balanced where `count` is a power of two.
    """
    from scipy.stats import qmc

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of a count that is no power of two
        return np.asarray(qmc.Sobol(dimensions, rng=seed).random(count))


def put_in_order(points: Numbers, correlation: Numbers) -> Numbers:
    """The points (W, D) with each column in another order, so that their normal scores have that
    correlation (D, D).

    The first column stays as it is. Raises LinAlgError where the correlation is not positive
    definite. With D + 1 points or fewer what the draw itself has of it by chance is not taken out.
    """
    from scipy.special import ndtri

    wanted = np.linalg.cholesky(correlation)
    # Points of a Sobol sequence may lie on the edge, where scores have no end.
    scores = ndtri(np.clip(points, 1e-12, 1 - 1e-12))
    if len(points) > points.shape[1] + 1:
        own = np.corrcoef(scores, rowvar=False)
        centred = (scores - scores.mean(axis=0)) / scores.std(axis=0)
        scores = np.linalg.solve(np.linalg.cholesky(own), centred.T).T
    target = scores @ wanted.T
    found = np.empty_like(points)
    for column in range(points.shape[1]):
        order = np.argsort(target[:, column], kind="stable")
        found[order, column] = np.sort(points[:, column])
    return found
