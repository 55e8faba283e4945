"""Numbers for people: units, signs, shares."""

from __future__ import annotations

import pytest

from slopt.report.language import ENGLISH
from slopt.report.numbers import (
    Unit,
    amount,
    percent,
    signed_percent,
    signed_points,
    unit_for_rows,
    unit_for_totals,
)
from slopt.report.words import counted, listed, plural


@pytest.mark.parametrize(
    ("largest", "head"), [(2.3e9, "bn"), (3.4e6, "M"), (250_000, "k"), (36_375, ""), (3.2, "")]
)
def test_totals_have_one_unit_that_fits_the_largest(largest: float, head: str) -> None:
    """Billions, millions, thousands, or the currency itself."""
    assert unit_for_totals([1.0, largest]).prefix == head


def test_rows_have_whole_thousands_from_200_000_on() -> None:
    """Below that, whole units; cents only where nothing reaches 100."""
    assert unit_for_rows([900_000]) == Unit(1e3, "k", 0)
    assert unit_for_rows([150_000]) == Unit(1.0, "", 0)
    assert unit_for_rows([12.5]) == Unit(1.0, "", 2)


def test_changes_always_show_their_sign() -> None:
    """A true minus sign, a plus, 0 for what rounds to nothing, a dash for what does not exist."""
    unit = Unit(1e6, "M", 2)
    assert [unit.signed(v) for v in (1.234e6, -2e6, 3e3, None)] == ["+1.23", "−2.00", "0", "–"]
    assert signed_points(-0.0042) == "−0.4"
    assert signed_percent(-3.0, 60.0) == "−5.0"
    assert signed_percent(1.0, 0.0) == "–"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (0.1309, "0.131"), (0.00042, "0.00042"), (16, "16"), (1110.11, "1,110"),
     (71_684, "71.7 k"), (1_550_000, "1.55 M"), (-2000, "−2,000"), (2.5e9, "2.5 bn"),
     (None, "–"), (float("inf"), "∞")],
)  # fmt: skip
def test_an_amount_on_its_own_has_about_three_digits(value: float | None, shown: str) -> None:
    """Small ones keep their digits, large ones get k, M or bn."""
    assert amount(value) == shown


def test_a_small_gap_is_not_called_nothing() -> None:
    """Only rounding counts as 0.00 %."""
    assert [ENGLISH.gap(g) for g in (0.0, 1e-13, 2e-5, 0.0275, None)] == [
        "0.00 %", "0.00 %", "under 0.01 %", "2.75 %", "unknown",
    ]  # fmt: skip
    assert percent(0.8951, 1) == "89.5"


def test_words_have_their_plurals() -> None:
    """Countries, boxes, segments; Chinese words stay as they are."""
    assert [plural(w, 2) for w in ("country", "box", "segment", "day", "客户群")] == [
        "countries", "boxes", "segments", "days", "客户群",
    ]  # fmt: skip
    assert counted(1, "move") == "1 move"
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_a_negative_total_keeps_its_sign_within_a_sentence():
    """A knapsack's profit is a negative cost: 1,602 gained is not 1,602 lost."""
    assert unit_for_totals([-1602.0]).money(-1602.0) == "−1,602"
