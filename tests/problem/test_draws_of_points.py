"""Points over the unit cube: even, seeded, and with the correlations that are asked for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from slopt.case.correlations import of_scores
from slopt.problem.scenarios.draws import lhs, put_in_order, sobol


def strata(points):
    """Of each column: the strata of its points, sorted."""
    count = len(points)
    return np.sort(np.floor(points * count).astype(int), axis=0)


def three(a, b, c):
    """A matrix of three correlations."""
    return np.array([[1, a, b], [a, 1, c], [b, c, 1.0]])


@pytest.mark.parametrize("count", [2, 7, 100])
def test_a_latin_hypercube_has_one_point_in_each_stratum(count):
    """Of every input, in any number."""
    points = lhs(3, count, 5)
    assert (strata(points) == np.arange(count)[:, None]).all()


@pytest.mark.parametrize("draw", [lhs, sobol])
@pytest.mark.parametrize("ranks", [three(0.7, 0.2, -0.4), three(-0.9, 0, 0), three(0, 0, 0.5)])
def test_points_get_the_rank_correlations_and_keep_their_strata(draw, ranks):
    """Each column holds the numbers that it had; Spearman's correlation is near the one asked."""
    points = draw(3, 512, 3)
    found = put_in_order(points, of_scores(ranks))
    np.testing.assert_array_equal(np.sort(found, axis=0), np.sort(points, axis=0))
    np.testing.assert_allclose(stats.spearmanr(found).statistic, ranks, atol=0.03)


def test_few_points_for_many_inputs_still_hang_together():
    """With fewer points than inputs the correlation by chance stays, the order is kept."""
    points = lhs(6, 5, 1)
    ranks = np.full((6, 6), 0.95) + 0.05 * np.eye(6)
    found = put_in_order(points, of_scores(ranks))
    np.testing.assert_array_equal(np.sort(found, axis=0), np.sort(points, axis=0))


def test_the_same_seed_gives_the_same_digits():
    """Of both designs, wherever they are drawn."""
    np.testing.assert_allclose(
        lhs(2, 3, 1),
        [[0.10032182, 0.94188816], [0.45162716, 0.55993254], [0.96771296, 0.0624739]],
        atol=1e-8,
    )
    np.testing.assert_allclose(
        sobol(2, 2, 1), [[0.28616916, 0.1626353], [0.58178335, 0.93796419]], atol=1e-8
    )
    np.testing.assert_allclose(sobol(2, 2, 1), sobol(2, 4, 1)[:2])
    assert not np.allclose(lhs(2, 3, 2), lhs(2, 3, 1))
