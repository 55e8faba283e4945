"""Figures of service measures and answers of surveys: what is refused, and in which place."""

from __future__ import annotations

import pytest
from strategies import make_case, read_tables

from slopt.economics.service_measures import CATALOGUE
from slopt.vocabulary import FIGURES

BASE = {
    "segments": [{"segment": "A", "customers": 10}, {"segment": "B", "customers": 20}],
    "tiers": [{"tier": "low", "service_level": 0.8}, {"tier": "high", "service_level": 0.9}],
}
ASKED = {"survey": "CSI", "answer": 4}
GAP = {"survey": "quality", "kind": "gap", "answer": 4, "expected": 4.5}
NPS = {"survey": "NPS", "kind": "recommendation", "promoters": 0.5, "detractors": 0.2}


def only(**tables):
    """The one problem of the small case with these tables."""
    found = read_tables({**BASE, **tables}).problems
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


def test_every_figure_that_a_case_may_give_is_part_of_a_measure_of_the_catalogue():
    """And those it may not give are told by its other tables."""
    used = {name for each in CATALOGUE for name in (each.numerator, each.denominator)}
    assert set(FIGURES) < used
    told = {"orders", "customers", "revenue", "service_cost", "lifetime_value", "acquisition_cost"}
    assert used - set(FIGURES) == told


def test_a_case_with_figures_and_three_kinds_of_surveys_has_no_problem():
    """Blank scales run from 1 to 5, a blank weight is 1."""
    case = make_case(
        {**BASE, "figures": [{"figure": "leads", "amount": 5}], "satisfaction": [ASKED, GAP, NPS]}
    )
    assert case.table("satisfaction").numbers("best").tolist() == [5, 5, 5]
    assert case.table("satisfaction").numbers("weight").tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("rows", "row", "column", "words"),
    [
        ([{"survey": "CSI"}], 2, "answer", "needs answer"),
        ([{**ASKED, "expected": 3}], 2, "expected", "nothing that a survey of this kind has"),
        ([{**GAP, "expected": None}], 2, "expected", "needs expected"),
        ([{**NPS, "promoters": None}], 2, "promoters", "needs promoters"),
        ([{**NPS, "promoters": 0.9}], 2, "detractors", "more than 100 %"),
        ([{**NPS, "answer": 9, "best": 10}], 2, "answer", "nothing that a survey"),
        ([{**ASKED, "answer": 6}], 2, "answer", "outside of the scale"),
        ([{**ASKED, "worst": 5, "best": 1}], 2, "best", "not above the worst"),
        ([{**ASKED, "weight": 0}], 2, "weight", "No question"),
        ([{**ASKED, "segment": "C"}], 2, "segment", "not in segments"),
        ([ASKED, {**GAP, "survey": "CSI", "question": "x"}], 3, "kind", '"index" in row 2'),
        ([GAP, {**GAP, "question": "x", "best": 7}], 3, "best", "different scales"),
        ([{**ASKED, "kind": "csi"}], 2, "kind", "not known here"),
    ],
)
def test_a_wrong_survey_is_an_error_in_its_place(rows, row, column, words):
    """One message, at the cell at fault."""
    problem = only(satisfaction=rows)
    assert (problem.row, problem.column) == (row, column)
    assert words in problem.message


@pytest.mark.parametrize(
    ("rows", "row", "column", "words"),
    [
        ([{"figure": "leeds", "amount": 5}], 2, "figure", "not known here"),
        ([{"figure": "leads", "amount": -5}], 2, "amount", "below 0"),
        ([{"figure": "revenue", "amount": 5}], 2, "figure", "not known here"),
        (
            [{"figure": "leads", "amount": 5}, {"figure": "leads", "segment": "A", "amount": 5}],
            3,
            "segment",
            "count twice",
        ),
    ],
)
def test_a_wrong_figure_is_an_error_in_its_place(rows, row, column, words):
    """Unknown figures are told with the nearest, sums are not given twice."""
    problem = only(figures=rows)
    assert (problem.row, problem.column) == (row, column)
    assert words in problem.message
