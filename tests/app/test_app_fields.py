"""What people type into the fields of the page."""

from __future__ import annotations

import pytest

from slopt.app.fields import Wrong, field_text, read_field, refused, slid
from slopt.app.knobs import Group, Knob, Unit
from slopt.case.amounts import Amount
from slopt.report.language import Language
from slopt.vocabulary import Lang

BUDGET = Knob("limits.budget", "budget", Group.LIMIT, Unit.MONEY, 9.6e6, 0.0, 1.6e7, 2e4, True)
MARGIN = Knob("segments.margin", "margin", Group.ASSUMPTION, Unit.SHARE, 0.25, 0.0, 0.5, 0.01)
MOVES = Knob("limits.max_changes", "max_changes", Group.LIMIT, Unit.COUNT, 8, 0.0, 20.0, 1.0)
FACTOR = Knob("segments.margin", "margin", Group.ASSUMPTION, Unit.FACTOR, 1.0, 0.0, 2.0, 0.01)


@pytest.mark.parametrize(
    ("knob", "text", "amount"),
    [
        (BUDGET, "8.7 M", Amount(8.7e6)),
        (BUDGET, "8,700,000", Amount(8.7e6)),
        (BUDGET, "870万", Amount(8.7e6)),
        (BUDGET, "900k", Amount(9e5)),
        (BUDGET, "", Amount(None)),
        (BUDGET, "no limit", Amount(None)),
        (MARGIN, "12 %", Amount(0.12)),
        (MARGIN, "12", Amount(0.12)),
        (MARGIN, "0.12", Amount(0.12)),
        (FACTOR, "1.1 ×", Amount(1.1, True)),
        (BUDGET, "14 200 000.5", Amount(14_200_000.5)),
        (BUDGET, "1.2 万亿", Amount(1.2e12)),
        (BUDGET, "１２万", Amount(1.2e5)),
        (BUDGET, "−5", Amount(-5.0)),
        (BUDGET, "1e7", Amount(1e7)),
        (MOVES, "1,200", Amount(1200.0)),
        (MARGIN, "", Wrong.NO_NUMBER),
        (BUDGET, "a lot", Wrong.NO_NUMBER),
        (BUDGET, "1e999", Wrong.NO_NUMBER),
        (BUDGET, "<script>", Wrong.NO_NUMBER),
        (BUDGET, "=1+1", Wrong.NO_NUMBER),
        (BUDGET, "14,2 M", Wrong.COMMA),
        (BUDGET, "1,4,2 M", Wrong.COMMA),
        (BUDGET, "14.200.000", Wrong.COMMA),
        (BUDGET, "0,700", Wrong.COMMA),
        (BUDGET, "1,2500", Wrong.COMMA),
        (BUDGET, "1,250 000", Wrong.COMMA),
        (MARGIN, "0,7", Wrong.COMMA),
        (MARGIN, "70,5 %", Wrong.COMMA),
        (FACTOR, "1,5", Wrong.COMMA),
        (BUDGET, "12 %", Wrong.UNIT),
        (BUDGET, "15 ×", Wrong.UNIT),
        (MARGIN, "12 k", Wrong.UNIT),
        (FACTOR, "3 M", Wrong.UNIT),
        (MOVES, "80.5", Wrong.NOT_WHOLE),
    ],
)
def test_a_text_means_an_amount_or_is_refused(knob, text, amount):
    """Units, separators and percent are understood; whatever may mean two things is refused."""
    assert read_field(knob, text, ("no limit",)) == amount


def test_a_refusal_says_what_to_write():
    """A decimal comma is told of, a count asks for a whole number, a share for a percentage."""
    english = Language(Lang.EN)
    assert "Write a point for decimals" in refused(BUDGET, Wrong.COMMA, english)
    assert "a whole number" in refused(MOVES, Wrong.NOT_WHOLE, english)
    assert "a percentage" in refused(MARGIN, Wrong.UNIT, english)


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize(
    ("knob", "value"), [(BUDGET, 8.7e6), (BUDGET, None), (MARGIN, 0.046), (FACTOR, 1.25)]
)
def test_what_a_field_shows_can_be_typed_back(knob, value, lang):
    """The text of an amount means that amount, in every language."""
    language = Language(lang)
    text = field_text(knob, value, language)
    assert read_field(knob, text, (language("no limit"),)) == Amount(value, knob.is_factor) or (
        value is None and read_field(knob, text, (language("no limit"),)) == Amount(None)
    )


def test_the_free_end_of_a_slider_is_no_limit():
    """A budget at the upper end is none; places beyond the ends are the ends."""
    assert slid(BUDGET, 1.6e7) == Amount(None)
    assert slid(BUDGET, 9e99) == Amount(None)
    assert slid(MARGIN, -1.0) == Amount(0.0)
