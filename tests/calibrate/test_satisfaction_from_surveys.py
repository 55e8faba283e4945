"""Surveys become indices of the case: means, promoters and detractors, each with its interval."""

from __future__ import annotations

import numpy as np
import pytest
from written_history import LEVEL, csv, write_history

from slopt.calibrate.calibrate import calibrate
from slopt.errors import InvalidInput
from slopt.study.satisfaction_indices import indices_of

ORDERS = """
[orders]
file = "orders.csv"
[orders.columns]
order = "order"
customer = "customer"
segment = "segment"
tier = "tier"
time = "day"
"""
SURVEYS = """
[surveys]
file = "surveys.csv"
dissatisfied_at_most = 4
worst_score = {worst}
best_score = {best}
[surveys.columns]
order = "order"
score = "score"
"""
SCORES = {"north": [10, 9, 9, 7, 3, 6, 8, 10], "south": [0, 5, 10, 9]}


def history(folder, scores=SCORES, worst=0, best=10):
    """A log of an order for each score, and the survey beside it."""
    orders, answers = [], []
    for segment, its in scores.items():
        for at, score in enumerate(its):
            number = f"{segment}-{at}"
            orders.append([number, f"c{number}", segment, "standard", f"2026-{1 + at % 12:02d}-05"])
            answers.append([number, score])
    files = {
        "orders.csv": csv(["order", "customer", "segment", "tier", "day"], orders),
        "surveys.csv": csv(["order", "score"], answers),
    }
    return write_history(folder, ORDERS + SURVEYS.format(worst=worst, best=best) + LEVEL, files)


def test_a_survey_from_0_to_10_gives_means_and_recommendation_by_segment(tmp_path):
    """North: 4 promoters and 2 detractors of 8; south: 2 and 2 of 4; both mean by customers 0."""
    made = calibrate(history(tmp_path))
    found = {(its.survey, its.segment): its for its in indices_of(made.case)}
    assert found["recommendation", "north"].value == pytest.approx(25)
    assert found["recommendation", "south"].value == pytest.approx(0)
    assert found["satisfaction", "north"].mark == pytest.approx(62 / 8)
    assert found["satisfaction", "south"].value == pytest.approx(60)
    assert found["satisfaction", "north"].n == 8


def test_every_index_has_its_interval_and_source(tmp_path):
    """The interval of a mean is 1.96 standard errors to each side."""
    made = calibrate(history(tmp_path))
    its = next(e for e in made.estimates if (e.column, e.segment) == ("answer", "north"))
    half = 1.96 * np.std(SCORES["north"], ddof=1) / np.sqrt(8)
    assert (its.low, its.high) == pytest.approx((7.75 - half, 7.75 + half), abs=1e-3)
    assert "sources.csv" in made.files
    assert "satisfaction,promoters,north" in made.files["sources.csv"]


def test_a_survey_from_1_to_5_has_no_recommendation(tmp_path):
    """Only the mean answers are written, with their scale."""
    made = calibrate(history(tmp_path, {"north": [1, 5, 4], "south": [2, 3, 3]}, 1, 5))
    assert {its.survey for its in indices_of(made.case)} == {"satisfaction"}
    assert made.case.table("satisfaction").numbers("best").tolist() == [5, 5]


def test_scores_outside_of_the_scale_are_refused(tmp_path):
    """Nothing is clipped: the range of the scores and that of the scale stand in the message."""
    with pytest.raises(InvalidInput) as caught:
        calibrate(history(tmp_path, worst=1, best=5))
    (problem,) = caught.value.problems
    assert "from 0 to 10" in problem.message
    assert problem.column == "surveys.best_score"


@pytest.mark.parametrize(("worst", "best"), [(5, 1), (3, 3)])
def test_a_scale_whose_best_is_not_above_its_worst_is_refused(tmp_path, worst, best):
    """The message names the key."""
    with pytest.raises(InvalidInput) as caught:
        calibrate(history(tmp_path, worst=worst, best=best))
    assert [problem.column for problem in caught.value.problems] == ["surveys.best_score"]
