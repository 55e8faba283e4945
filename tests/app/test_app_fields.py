"""What people type into the fields of the page."""

from __future__ import annotations

import pytest

from slopt.app.fields import field_text, read_field, slid
from slopt.app.knobs import Group, Knob, Unit
from slopt.case.amounts import Amount
from slopt.report.language import Language
from slopt.vocabulary import Lang

BUDGET = Knob("limits.budget", "budget", Group.LIMIT, Unit.MONEY, 9.6e6, 0.0, 1.6e7, 2e4, True)
MARGIN = Knob("segments.margin", "margin", Group.ASSUMPTION, Unit.SHARE, 0.25, 0.0, 0.5, 0.01)
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
        (MARGIN, "", None),
        (BUDGET, "a lot", None),
        (BUDGET, "1e999 quintillion", None),
        (BUDGET, "<script>", None),
    ],
)
def test_a_text_means_an_amount_or_none(knob, text, amount):
    """Units, separators and percent are understood; anything else is refused, never guessed."""
    assert read_field(knob, text, ("no limit",)) == amount


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
