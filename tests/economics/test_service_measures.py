"""The catalogue of measures: complete over the phases, right on an example, strict on input."""

from __future__ import annotations

import pytest

from slopt.economics.retention import churn_rate, repeat_rate
from slopt.economics.service_measures import CATALOGUE, Better, Kind, Phase, measures_of

BY_NAME = {measure.name: measure for measure in CATALOGUE}


def test_names_are_unique_and_all_phases_are_there():
    """Before, during and after the transaction, each with measures of its own."""
    assert len(BY_NAME) == len(CATALOGUE)
    assert {measure.phase for measure in CATALOGUE} == set(Phase)


def test_measures_of_a_year():
    """160 buyers of 400 leads, 12 complaints on 3,000 orders, 9,000 spent on 60 new customers."""
    found = measures_of(
        {
            "buyers": 160,
            "leads": 400,
            "complaints": 12,
            "orders": 3000,
            "acquisition_spend": 9000,
            "new_customers": 60,
            "repeat_buyers": 40,
            "customers_lost": 30,
            "customers_at_start": 200,
        }
    )
    assert found == {
        "conversion": pytest.approx(0.4),
        "acquisition cost": pytest.approx(150),
        "complaint rate": pytest.approx(4),
        "churn": pytest.approx(float(churn_rate(30, 200))),
        "repeat purchase": pytest.approx(float(repeat_rate(40, 160))),
    }


def test_measures_of_segments_are_arrays():
    """One figure a segment gives one measure a segment."""
    found = BY_NAME["complaint rate"].value({"complaints": [1, 2], "orders": [1000, 500]})
    assert found == pytest.approx([1, 4])


def test_definitions_can_be_read():
    """A measure says in words what is divided by what."""
    rate = BY_NAME["complaint rate"]
    assert rate.definition == "complaints / orders x 1,000"
    assert rate.kind is Kind.PER_THOUSAND
    assert rate.better is Better.LOWER


def test_missing_and_impossible_figures_are_named():
    """No leads told, no leads at all, more buyers than leads."""
    conversion = BY_NAME["conversion"]
    with pytest.raises(ValueError, match="conversion needs leads"):
        conversion.value({"buyers": 1})
    with pytest.raises(ValueError, match="leads must be above 0"):
        conversion.value({"buyers": 0, "leads": 0})
    with pytest.raises(ValueError, match="buyers must not exceed leads"):
        conversion.value({"buyers": 3, "leads": 2})
