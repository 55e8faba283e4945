"""Indices of surveys and measures from given figures, against numbers made by hand."""

from __future__ import annotations

import numpy as np
import pytest
from strategies import make_case, read_tables

from slopt.case.load import load_case
from slopt.economics.satisfaction import net_promoter_score, score_interval, score_of_shares
from slopt.errors import Severity
from slopt.problem.build import build_problem
from slopt.shipped import examples
from slopt.study.customers import customer_accounts
from slopt.study.retention_worth import value_of_retention
from slopt.study.satisfaction_indices import indices_of
from slopt.study.service_figures import figure_problems, given_figures
from slopt.vocabulary import Satisfaction

BASE = {
    "segments": [
        {"segment": "A", "customers": 10},
        {"segment": "B", "customers": 30},
        {"segment": "C", "customers": 0},
    ],
    "tiers": [{"tier": "low", "service_level": 0.8}],
}


def surveys(*rows):
    """The indices of a small case with these answers."""
    return indices_of(make_case({**BASE, "satisfaction": list(rows)}))


def test_the_indices_of_the_example_are_those_made_by_hand():
    """The source of the example shows the arithmetic."""
    found = {
        (its.survey, its.segment): its
        for its in indices_of(load_case(examples()["office_supplies"]))
    }
    satisfaction = {key[1]: its.value for key, its in found.items() if key[0] == "satisfaction"}
    assert satisfaction == pytest.approx(
        {"key": 81.25, "mid": 68.75, "small": 62.5, "web": 65, "": 104_750 / 1_620}
    )
    assert found["service quality", "*"].value == pytest.approx(-0.39)
    score = found["recommendation", "*"]
    half = 196 * np.sqrt((0.6 - 0.24**2) / 278)
    assert (score.value, score.low, score.high) == pytest.approx((24, 24 - half, 24 + half))


def test_questions_on_different_scales_are_brought_to_one_before_they_are_weighed():
    """4 of 1-5 is 75, 5 of 0-10 is 50; there is no mean mark of two scales."""
    (its,) = surveys(
        {"survey": "CSI", "question": "speed", "answer": 4, "weight": 3},
        {"survey": "CSI", "question": "price", "answer": 5, "worst": 0, "best": 10},
    )
    assert its.value == pytest.approx((3 * 75 + 50) / 4)
    assert (its.mark, its.of_best, its.questions) == (None, None, 2)


def test_the_mean_of_segments_is_by_customers_and_needs_all_of_them():
    """C has no customers and may be left out; without B there is no mean of all."""
    own = [
        {"survey": "CSI", "segment": name, "answer": mark} for name, mark in (("A", 5), ("B", 3))
    ]
    assert [its.value for its in surveys(*own)] == pytest.approx([100, 50, 62.5])
    assert [its.segment for its in surveys(own[0], {**own[0], "segment": "C"})] == ["A", "C"]


def test_an_index_of_best_mark_takes_the_worst_mark_for_what_it_is():
    """All answers 1 of 5 are 0 points and 20 % of the best mark."""
    (its,) = surveys({"survey": "CSI", "answer": 1})
    assert (its.value, its.of_best, its.kind) == (0, 20, Satisfaction.INDEX)


def test_a_recommendation_from_shares_is_that_from_the_answers():
    """3 promoters, 2 passive, 5 detractors: -20 of 100."""
    answers = [9, 10, 9, 7, 8, 0, 3, 6, 6, 5]
    assert score_of_shares(0.3, 0.5) == pytest.approx(net_promoter_score(answers))


def test_the_interval_of_a_recommendation_covers_the_truth_as_often_as_it_says():
    """4,000 surveys of 100 answers with 40 % promoters and 25 % detractors."""
    drawn = np.random.default_rng(7).multinomial(100, [0.4, 0.35, 0.25], size=4_000) / 100
    low, high = score_interval(drawn[:, 0], drawn[:, 2], 100)
    assert np.mean((low <= 0.15) & (high >= 0.15)) == pytest.approx(0.95, abs=0.012)


def figures(*rows):
    """A small case with these figures, as (figure, segment, amount)."""
    named = [{"figure": f, "segment": s, "amount": a} for f, s, a in rows]
    return make_case({**BASE, "figures": named})


def test_a_figure_of_some_segments_is_no_figure_of_the_whole():
    """A and B have customers, C has none: what is given for A alone makes no measure."""
    case = figures(("leads", "A", 20), ("buyers", "A", 5), ("buyers", "B", 5))
    assert given_figures(case) == {"buyers": 10}
    (problem,) = figure_problems(case)
    assert problem.severity is Severity.WARNING
    assert "not given for B" in problem.message


def test_a_part_that_is_more_than_its_whole_is_an_error():
    """More repeat buyers than buyers, at the row of the former."""
    (problem,) = figure_problems(figures(("buyers", "*", 100), ("repeat_buyers", "*", 120)))
    assert (problem.severity, problem.row, problem.value) == (Severity.ERROR, 3, "120")


@pytest.mark.parametrize(("figure", "own"), [("correct_orders", 40), ("customers_kept", 40)])
def test_a_part_of_what_the_segments_tell_is_held_against_them(figure, own):
    """40 customers with an order each: 41 correct orders, or 41 kept, are an error, 40 are not."""
    assert figure_problems(figures((figure, "*", own))) == []
    (problem,) = figure_problems(figures((figure, "*", own + 1)))
    assert (problem.severity, problem.value) == (Severity.ERROR, "41")


@pytest.mark.parametrize(("asked", "told"), [(29, False), (30, True)])
def test_few_answers_give_a_recommendation_without_an_interval(asked, told):
    """The normal interval holds from some thirty answers on."""
    shares = {"kind": "recommendation", "promoters": 0.4, "detractors": 0.3, "n": asked}
    (its,) = surveys({"survey": "NPS", **shares})
    assert (its.low is not None) is told


def test_a_survey_that_nobody_answered_is_refused():
    """No answers have no mean."""
    survey = {"survey": "NPS", "kind": "recommendation", "promoters": 0.4, "detractors": 0.3}
    (problem,) = read_tables({**BASE, "satisfaction": [{**survey, "n": 0}]}).errors
    assert (problem.column, problem.value) == ("n", "0")


def test_the_worth_of_five_points_of_retention_is_that_of_the_closed_form():
    """Text books' example: r 0.8 and d 10 % give +27.5 %, 0.9 gives +40.7 %."""
    tables = {
        "segments": [
            {"segment": "A", "customers": 10, "revenue_per_order": 100, "base_churn": 0.2}
        ],
        "tiers": [{"tier": "low", "service_level": 0.8}],
    }
    for churn, gain in ((0.2, 0.275), (0.1, 0.407)):
        tables["segments"][0]["base_churn"] = churn
        case = make_case(tables, {"case.discount_rate": 0.1})
        accounts = customer_accounts(case, build_problem(case), np.array([0]))
        assert value_of_retention(accounts) == pytest.approx(gain, abs=5e-4)
