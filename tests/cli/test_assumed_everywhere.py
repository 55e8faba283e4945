"""A number that is only assumed is named as such wherever a figure rests on it."""

from __future__ import annotations

import pytest

ASSUMED = "Assumed, not measured:"
COMMANDS = [
    ["solve", "scms_deliveries"],
    ["offers", "scms_deliveries"],
    ["explain", "scms_deliveries"],
    ["explain", "scms_deliveries", "Haiti"],
    ["frontier", "scms_deliveries", "--points", "3"],
    ["alternatives", "scms_deliveries", "--count", "1"],
    ["compare", "scms_deliveries"],
    ["sweep", "scms_deliveries", "--vary", "limits.budget=0.99x,1x"],
    ["costs", "scms_deliveries"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words))
def test_the_screen_names_what_is_assumed(slopt, words):
    """Margin, churn and the share of lost orders of the example have no measure."""
    shown = " ".join(slopt(*words).out.split())
    assert ASSUMED.rstrip(":") in shown
    assert "base_churn" in shown


@pytest.mark.parametrize(
    "words", [w for w in COMMANDS if w[0] not in ("offers", "costs")], ids=lambda w: " ".join(w)
)
def test_the_document_names_what_is_assumed(slopt, words):
    """As table.column, in `assumed`."""
    assert "segments.base_churn" in slopt(*words, "--json").json["assumed"]


def test_a_plan_that_is_brought_rests_on_the_same_numbers(slopt, tmp_path):
    """`evaluate` names them too, on the screen and in the document."""
    slopt("solve", "scms_deliveries", "--out", tmp_path / "run")
    brought = ["evaluate", "scms_deliveries", "--plan", tmp_path / "run" / "plan.csv"]
    assert ASSUMED in " ".join(slopt(*brought).out.split())
    assert "segments.margin" in slopt(*brought, "--json").json["assumed"]


def test_no_more_columns_are_counted_than_there_are(slopt, tmp_path):
    """Seven names are all there is: no "and one more"."""
    shown = " ".join(slopt("solve", "scms_deliveries").out.split())
    named = slopt("solve", "scms_deliveries", "--json").json["assumed"]
    assert ("more column" in shown) == (len(named) > 8)
