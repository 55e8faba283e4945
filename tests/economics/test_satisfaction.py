"""Scales, indices, recommendation, quality gaps and the chain from service to profit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopt.economics.curves import Logistic
from slopt.economics.satisfaction import (
    QualityDimension,
    Scale,
    elasticity,
    index_of_best_mark,
    net_promoter_score,
    profit_of_service_change,
    satisfaction_index,
    service_quality_gap,
)

FIVE, TEN = Scale(1, 5), Scale(1, 10)


def test_promoters_less_detractors():
    """Ten answers: four of 9-10, three of 7-8, three of 0-6: +10."""
    assert net_promoter_score([10, 9, 9, 10, 8, 7, 7, 6, 0, 3]) == pytest.approx(0.1)
    with pytest.raises(ValueError, match="at least 0 and at most 10, not 11"):
        net_promoter_score([11])
    with pytest.raises(ValueError, match="at least one answer"):
        net_promoter_score([])


def test_scales_convert_by_position():
    """4 of 1-5 is three quarters of the way: 7.75 of 1-10."""
    assert FIVE.convert(4, TEN) == pytest.approx(7.75)
    assert FIVE.share([1, 3, 5]).tolist() == [0, 0.5, 1]
    with pytest.raises(ValueError, match="answers must be at least 1 and at most 5, not 6"):
        FIVE.share(6)
    with pytest.raises(ValueError, match="best must be above 5"):
        Scale(5, 5)


@given(st.floats(1, 5))
def test_there_and_back_is_the_same_answer(answer):
    """Converted to another scale and back nothing changes."""
    assert TEN.convert(FIVE.convert(answer, TEN), FIVE) == pytest.approx(answer)


def test_weighted_index():
    """Weights 0.5, 0.3, 0.2 and answers 4, 3, 5 of 1-5: 0.725; by best mark (2 + 0.9 + 1) / 5."""
    weights, answers = [0.5, 0.3, 0.2], [4, 3, 5]
    assert satisfaction_index(weights, answers, FIVE) == pytest.approx(0.725)
    assert index_of_best_mark(weights, answers, 5) == pytest.approx(0.78)
    people = np.array([[4, 3, 5], [1, 1, 1]])
    assert satisfaction_index(weights, people, FIVE) == pytest.approx([0.725, 0])
    with pytest.raises(ValueError, match="weights must add up to 1"):
        satisfaction_index([0.5, 0.4], [1, 1], FIVE)


def test_service_quality_gap_by_dimension():
    """Reliability counts 0.4 and misses by 2, responsiveness 0.3 by 1, others are met: -1.1."""
    weights = np.zeros(5)
    weights[[QualityDimension.RELIABILITY, QualityDimension.RESPONSIVENESS]] = 0.4, 0.3
    weights[QualityDimension.EMPATHY] = 0.3
    expected = np.full(5, 6.0)
    perceived = expected - [3, 2, 1, 5, 0]
    assert service_quality_gap(weights, perceived, expected) == pytest.approx(-1.1)
    with pytest.raises(ValueError, match="five dimensions"):
        service_quality_gap([1.0], [1], [1])


def test_chain_is_the_slope_of_its_curves():
    """Level -> index -> retention by two logistic curves; a small step of level, priced with the
    product of slopes, changes N m r x multiple by as much.
    """
    index, retention = Logistic(0, 1, 8, 0.8), Logistic(0.3, 0.95, 5, 0.5)
    at, step = 0.85, 1e-5
    chain = profit_of_service_change(
        1000, 50, retention.slope(index.value(at)), index.slope(at), step, 2.5
    )
    moved = retention.value(index.value(at + step)) - retention.value(index.value(at))
    assert chain == pytest.approx(1000 * 50 * 2.5 * float(moved), rel=1e-3)


def test_elasticity_of_a_link():
    """Satisfaction up 10 %, loyalty from 0.8 to 0.84: 0.5."""
    assert elasticity(0.80, 0.84, 70, 77) == pytest.approx(0.5)
    with pytest.raises(ValueError, match="must not be 0"):
        elasticity(1, 2, 5, 5)
