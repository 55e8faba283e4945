"""One cell at a time: what is read, and what is a problem with which remedy."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopt.case.columns import CellError, Column, Kind, Unreadable, plainly, show, suggest

TEXT = Column("name", Kind.TEXT, "name to show")
ID = Column("segment", Kind.ID, "its name", required=True)
TIER = Column("current_tier", Kind.TEXT, "today's tier", refers_to="tiers")
MONEY = Column("price", Kind.NUMBER, "price", unit="money per order", default=0.0, low=0)
SHARE = Column("margin", Kind.NUMBER, "margin", default=1.0, low=0, high=1)
NEEDED = Column("customers", Kind.NUMBER, "customers", unit="count", required=True, low=0)
WHOLE = Column("rank", Kind.INTEGER, "rank", unit="a whole number")
FLAG = Column("allowed", Kind.FLAG, "may be chosen", default=True)
CHOICE = Column("basis", Kind.CHOICE, "basis", choices=("lifetime", "period"))


def refusal(column: Column, cell) -> tuple[str, str] | None:
    """Message and remedy of a cell, None where it is read."""
    try:
        column.read(cell)
    except CellError as error:
        return error.message, error.remedy
    return None


def refused(column: Column, cell) -> str:
    """Message and remedy of a cell that must not be read."""
    with pytest.raises(CellError) as caught:
        column.read(cell)
    return str(caught.value)


@pytest.mark.parametrize("text", ["001", "NA", "1,234", "12%", "inf", "nan", "None", "TRUE", "1e5"])
def test_texts_stay_as_they_stand(text):
    """Nothing in a text column is taken for a number or for nothing."""
    assert TEXT.read(text) == text
    assert ID.read(f"  {text} ") == text


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("001", 1.0),
        (" 12.5 ", 12.5),
        ("+3", 3.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1E-2", 0.01),
        (7, 7.0),
        (0.25, 0.25),
    ],
)
def test_plain_numbers_are_read(cell, number):
    """Decimal point, sign, exponent and leading zeros are all that a number may have."""
    assert MONEY.read(cell) == number


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("1,234", "Write 1234, or 1.234 if the comma marks decimals."),
        ("1,234,567", "Write 1234567."),
        ("1,234.50", "Write 1234.50."),
        ("1.234,50", "Write 1234.50."),
        ("1 234", "Write 1234."),
        ("1\u00a0234.5", "Write 1234.5."),
        ("1'234", "Write 1234."),
        ("1_000", "Write 1000."),
        ("0,5", "Write 0.5."),
        ("0,500", "Write 0.500."),
        ("12%", "Write 0.12."),
        ("12.3456789 %", "Write 0.123456789."),
        ("12,5%", "Write 0.125."),
        ("12％", "Write 0.12."),
        ("１２３", "Write 123."),
        ("１,２３４.５", "Write 1234.5."),
        ("−5", "Write -5."),
        ("–5", "Write -5."),
        ("$1,200.00", "Write 1200.00."),
        ("300 €", "Write 300."),
        ("¥300", "Write 300."),
    ],
)
def test_numbers_with_signs_name_the_plain_one(text, remedy):
    """A number written for people is refused, and the remedy is that number written plainly."""
    assert refused(MONEY, text) == f'"{text}" is not a number. {remedy}'


@pytest.mark.parametrize("text", ["abc", "12 hours", "1.2.3", "0x10", "(500)", "1,23,4", "5²", "½"])
def test_what_is_no_number_gets_a_general_remedy(text):
    """Where nothing can be guessed the remedy says what a plain number is."""
    remedy = "Write a plain number such as 1234.5, without unit, currency or percent sign."
    assert refused(MONEY, text) == f'"{text}" is not a number. {remedy}'


@pytest.mark.parametrize("text", ["NA", "n/a", "NaN", "null", "-", "#N/A", "tbd"])
def test_words_for_missing_may_be_left_empty_only_where_empty_is_allowed(text):
    """The remedy offers the default of an empty cell, and does not where the column is required."""
    may = "Write a number, 0 or more (money per order), or leave it empty, which means 0."
    assert refused(MONEY, text) == f'"{text}" is not a number. {may}'
    assert refused(NEEDED, text) == f'"{text}" is not a number. Write a number, 0 or more (count).'


@pytest.mark.parametrize(
    "cell", ["inf", "-inf", "Infinity", "1e999", math.inf, math.nan, 10**400, "9" * 400]
)
def test_numbers_must_be_finite(cell):
    """Infinity, NaN and what overflows are problems in every spelling."""
    assert "Write a number, 0 or more" in refused(MONEY, cell)


@pytest.mark.parametrize("cell", [True, False])
def test_true_and_false_are_no_numbers(cell):
    """A ticked box does not become 1."""
    assert refused(SHARE, cell).startswith(f'"{show(cell)}" is not a number. Write a fraction')


def test_dates_are_no_numbers_and_no_ids():
    """A date is what a spreadsheet makes of 1-2; the user is told instead of getting 2024-02-01."""
    date = dt.datetime(2024, 2, 1)
    assert refused(MONEY, date).startswith('"2024-02-01" is a date or time, not a number. Write')
    assert refused(ID, date.date()).startswith('"2024-02-01" is a date or time, not an id. Format')
    assert refused(TIER, dt.time(3, 4)).startswith('"03:04:00" is a date or time, not an id.')
    assert TEXT.read(date) == "2024-02-01"
    assert TEXT.read(dt.datetime(2024, 2, 1, 8, 30)) == "2024-02-01 08:30:00"


def test_numbers_in_id_columns_read_as_they_are_seen():
    """A spreadsheet hands over 7 as 7.0; the id is 7. What it has rounded is refused."""
    assert ID.read(7.0) == "7"
    assert ID.read(7.5) == "7.5"
    assert ID.read(12345678901234567) == "12345678901234567"
    assert "more digits than a spreadsheet keeps" in refused(ID, 1234567890123456.0)
    assert refused(TEXT, math.nan) == '"nan" is not a text. Write a text, or leave it empty.'


@pytest.mark.parametrize("blank", [None, "", "  ", "\t", "\u3000"])
def test_blank_cells_mean_the_default_or_are_missed(blank):
    """Blank is the default where there is one, nothing where there is none, else a problem."""
    assert MONEY.read(blank) == 0.0
    assert WHOLE.read(blank) is None
    assert FLAG.read(blank) is True
    assert refused(NEEDED, blank) == "This must not be empty. Write a number, 0 or more (count)."


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        (MONEY, "-40", '"-40" is below 0. Write a number, 0 or more (money per order).'),
        (SHARE, "97", '"97" is above 1. For 97 % write 0.97.'),
        (SHARE, 0.5e2, '"50" is above 1. For 50 % write 0.5.'),
        (SHARE, "1.2", '"1.2" is above 1. Write a fraction from 0 to 1.'),
        (SHARE, "970", '"970" is above 1. Write a fraction from 0 to 1.'),
        (SHARE, -0.1, '"-0.1" is below 0. Write a fraction from 0 to 1.'),
        (WHOLE, "2.5", '"2.5" is not a whole number. Write a whole number.'),
        (WHOLE, "1e300", '"1e300" is too large. Write a whole number of 9 digits or less.'),
    ],
)
def test_ranges_name_the_bound_and_what_to_write(column, cell, words):
    """A number out of range is told which bound it passes and what belongs there."""
    assert refused(column, cell) == words


def test_minus_zero_is_zero():
    """-0 passes a lower bound of 0 and is stored as 0, so that equal cases hash equal."""
    assert math.copysign(1, MONEY.read("-0")) == 1


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("true", True),
        ("TRUE", True),
        ("Yes", True),
        ("1", True),
        (1.0, True),
        ("是", True),
        (False, False),
        ("no", False),
        ("0", False),
        ("否", False),
    ],
)
def test_flags_are_read_in_the_words_of_spreadsheets(cell, value):
    """True and false in the spellings that spreadsheets and people use."""
    assert FLAG.read(cell) is value


@pytest.mark.parametrize("cell", ["maybe", "2", "x", 0.5])
def test_other_words_are_no_flags(cell):
    """Anything else in a true-or-false column is a problem."""
    assert refused(FLAG, cell) == (
        f'"{show(cell)}" is neither true nor false. Write true or false.'
    )


def test_choices_name_the_nearest_one():
    """A word that is not on the list is told the nearest, else the list."""
    assert CHOICE.read("period") == "period"
    assert refused(CHOICE, "Lifetimes") == '"Lifetimes" is not known here. Did you mean "lifetime"?'
    assert refused(CHOICE, "xyz") == '"xyz" is not known here. Write one of: lifetime, period.'


@pytest.mark.parametrize("text", ["a\nb", "a\x00b", "a\x85b", "a\u2028b", "a\ud800b"])
def test_texts_have_no_control_characters(text):
    """Line breaks and control characters would break every table the text is shown in."""
    assert "line break or control character. Write it in one line" in refused(TEXT, text)


@pytest.mark.parametrize("text", ["a\u200bb", "\ufeffa", "a\u2060"])
def test_invisible_characters_are_refused(text):
    """Two ids that look the same must be the same."""
    assert refused(ID, text).endswith("holds an invisible character. Type the text anew.")


@pytest.mark.parametrize("text", ["=1+1", "+49", "-x", "@home"])
def test_an_apostrophe_before_a_formula_sign_is_taken_off(text):
    """Text guarded against becoming a formula reads as the text that was meant."""
    assert TEXT.read("'" + text) == text
    assert TEXT.read(text) == text
    assert TEXT.read("''" + text) == "'" + text
    assert TEXT.read("'quoted'") == "'quoted'"


def test_texts_are_composed():
    """The same letter typed in two ways is the same letter (Unicode NFC)."""
    assert ID.read("Cafe\u0301") == "Caf\u00e9"


def test_cells_without_a_value_say_why():
    """Errors and formulas that were never computed are no blanks."""
    assert refused(TEXT, Unreadable("#DIV/0!")).startswith('"#DIV/0!" is an error value. Write the')
    assert refused(MONEY, Unreadable("=A1+B1")).startswith('The formula "=A1+B1" was never')


@given(st.floats(allow_nan=False, min_value=0, max_value=1e15))
def test_every_finite_number_reads_back_from_its_own_spelling(number):
    """What Python or a spreadsheet prints of a number is read as the same number."""
    assert MONEY.read(repr(number)) == number
    assert MONEY.read(show(number)) == number


def test_a_number_beyond_what_money_can_be_is_refused():
    """Above 1e15 a float has no cents left; the reader says so, not the solver."""
    assert refused(MONEY, "1e300") == '"1e300" is beyond 1e+15. Use a larger unit.'


@given(st.text())
def test_any_text_is_read_or_refused_with_a_remedy(text):
    """No text raises anything but CellError, and every refusal says what to write."""
    for column in (TEXT, ID, TIER, MONEY, SHARE, NEEDED, WHOLE, FLAG, CHOICE):
        words = refusal(column, text)
        assert words is None or all(word.endswith((".", "?")) for word in words)


def test_suggestions_fall_back_to_the_first_few():
    """Where nothing is near, the first ten known words are listed."""
    known = [f"name{i:02}" for i in range(12)]
    assert suggest("zzz", known, "Known are: {known}.") == (
        "Known are: name00, name01, name02, name03, name04, name05, name06, name07, name08, "
        "name09 and so on."
    )
    assert suggest("zzz", [], "Known are") == "There is none to choose from."


def test_numbers_are_shown_as_one_would_type_them():
    """Bounds and suggestions have neither exponents nor binary noise."""
    assert [plainly(x) for x in (0.1 + 0.2, 1e6, 0.97, 5.0)] == ["0.3", "1000000", "0.97", "5"]
