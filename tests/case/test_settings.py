"""Settings: case.toml, the environment and --set, and what is wrong in them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from slopt.case.load import load_case, read_case
from slopt.case.settings import ENVIRONMENT, overrides_from
from slopt.errors import InvalidInput, UsageError
from slopt.vocabulary import Goal, Period

NAME = '[case]\nname = "Small"\n'


def test_every_setting_is_read(folder):
    """Each setting of the contract arrives with its type."""
    text = """\
[case]
name = "Parts distributor 2027"
currency = "USD"
period = "month"
discount_rate = 0.01
source = "order log"

[plan]
model = "tier_plan"
goal = "max_service"

[limits]
budget = 1_200_000
max_tiers = 3
max_changes = 10
min_service_level = 0.95
max_lost_sales = 400_000

[words]
segment = "destination"
service_cost = "freight"

[solve]
gap = 1e-3
time_limit_s = 5
seed = 7
"""
    segments = "segment,customers,current_tier\nA,1,low\n"
    case = load_case(folder({"case.toml": text, "segments.csv": segments}))
    settings = case.settings
    assert settings.case.period is Period.MONTH
    assert settings.case.source == "order log"
    assert settings.plan.goal is Goal.MAX_SERVICE
    assert settings.limits.budget == 1_200_000.0
    assert settings.limits.max_tiers == 3
    assert isinstance(settings.limits.max_tiers, int)
    assert (settings.words.segment, settings.words.tier) == ("destination", "tier")
    assert (settings.solve.gap, settings.solve.time_limit_s, settings.solve.seed) == (1e-3, 5.0, 7)


def test_absent_settings_have_their_defaults(folder):
    """A name is enough; limits that are not there do not apply."""
    settings = load_case(folder({"case.toml": NAME})).settings
    assert settings.plan.goal is Goal.MIN_TOTAL_COST
    assert settings.limits.budget is None
    assert settings.limits.max_tiers is None
    assert (settings.solve.gap, settings.solve.seed) == (1e-4, 1)


@pytest.mark.parametrize(
    ("text", "row", "message"),
    [
        (NAME + "budget 5\n", 3, "Expected '=' after a key"),
        (NAME + 'currency = "EUR\n', 3, "Illegal character"),
        (NAME + "source = Me\n", 3, "Invalid value"),
        ('[case]\nname = "a"\nname = "b"\n', 3, "Cannot overwrite a value"),
        (NAME + 'source = """open', 3, "Unterminated string"),
        (NAME + f"discount_rate = {'9' * 5000}\n", None, "Exceeds the limit"),
        (NAME + f"source = {'[' * 5000}\n", None, ""),
    ],
)
def test_syntax_errors_name_their_line(only, text, row, message):
    """What TOML cannot read is one problem with its line, and no other setting is missed."""
    problem = only({"case.toml": text})
    assert (problem.file, problem.table, problem.row) == ("case.toml", "settings", row)
    assert problem.message.startswith(f"This is not valid TOML: {message}")
    assert problem.remedy == 'Write key = value, texts in "double quotes".'


def test_settings_must_be_utf8(only):
    """A case.toml in another encoding is told so."""
    assert only({"case.toml": b'[case]\nname = "Caf\xe9"\n'}).message == (
        "The file is not UTF-8 text."
    )


@pytest.mark.parametrize("text", ["", "# nothing\n", "[case]\n", "[limits]\nbudget = 5\n"])
def test_a_name_is_required(only, text):
    """A case without a name is told how to give it one."""
    assert str(only({"case.toml": text})) == (
        'case.toml case.name: The setting is missing. Write name = "..." under [case].'
    )


def test_an_empty_name_is_no_name(only):
    """A name of spaces is empty."""
    assert str(only({"case.toml": '[case]\nname = "  "\n'})) == (
        "case.toml row 2 case.name: This must not be empty. Write a text: name of the case."
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("budgett = 5", '"limits.budgett" is not a setting. Did you mean "limits.budget"?'),
        ("gap = 5", '"limits.gap" is not a setting. Write "gap" under [solve].'),
        ('name = "x"', '"limits.name" is not a setting. Write "name" under [case].'),
    ],
)
def test_unknown_settings_name_the_nearest(only, line, words):
    """A misspelt setting names the nearest one, a misplaced one its section."""
    problem = only({"case.toml": NAME + f"[limits]\n{line}\n"})
    assert f"{problem.message} {problem.remedy}" == words
    assert problem.row == 4


def test_settings_without_a_section_are_placed(check):
    """A setting above every section, and one under a section that there is not."""
    problems = check({"case.toml": "budget = 5\n" + NAME + "[limit]\nmax_tiers = 2\n[x]\nq = 1\n"})
    assert [(p.row, p.message, p.remedy) for p in problems] == [
        (1, '"budget" is not a setting.', 'Write "budget" under [limits].'),
        (5, '"limit.max_tiers" is not a setting.', 'Write "max_tiers" under [limits].'),
        (
            7,
            '"x.q" is not a setting.',
            "Settings are: case.name, case.currency, case.period, case.discount_rate, "
            "case.source, case.language, plan.model, plan.goal, limits.budget, limits.max_tiers "
            "and so on.",
        ),
    ]


@pytest.mark.parametrize("line", ["limits = 5", "[[limits]]\nbudget = 5"])
def test_a_section_is_a_section(only, line):
    """A section given as a value or as a list of tables is told how to write it."""
    text = f"{line}\n{NAME}"
    assert str(only({"case.toml": text})) == (
        'case.toml row 1 limits: "limits" is a section, not a setting. Write [limits] on a line '
        "of its own, and its settings below."
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("[5]", '"budget" is a list here. Write one value: budget = ...'),
        ("{a = 1}", '"budget" is a section here. Write one value: budget = ...'),
    ],
)
def test_a_setting_is_one_value(only, line, words):
    """Lists and tables are no values of a setting."""
    problem = only({"case.toml": NAME + f"[limits]\nbudget = {line}\n"})
    assert f"{problem.message} {problem.remedy}" == words
    assert (problem.row, problem.column) == (4, "limits.budget")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ('"much"', '"much" is not a number. Write a plain number such as 1234.5, without'),
        ('"1,200,000"', '"1,200,000" is not a number. Write 1200000.'),
        ("true", '"true" is not a number. Write a number (money per period).'),
        ("-1", '"-1" is below 0. Write 0 or more: a cap below 0 needs fees that may outweigh'),
        ("inf", '"inf" is not a finite number. Write a number (money per period)'),
        ("nan", '"nan" is not a finite number. Write a number (money per period)'),
        ("2027-01-01", '"2027-01-01" is a date or time, not a number. Write a number (money'),
        ("1" + "0" * 400, "is not a finite number."),
    ],
)
def test_a_budget_is_a_number(only, value, words):
    """Each wrong type of a number names what stands there and what to write."""
    problem = only({"case.toml": NAME + f"[limits]\nbudget = {value}\n"})
    assert words in f"{problem.message} {problem.remedy}"
    assert (problem.row, problem.column) == (4, "limits.budget")


@pytest.mark.parametrize(
    ("section", "line", "words"),
    [
        ("limits", "max_tiers = 2.5", '"2.5" is not a whole number. Write a whole number, 1 or'),
        ("limits", "max_tiers = 0", '"0" is below 1. Write a whole number, 1 or more.'),
        ("limits", "max_changes = 1e300", "is too large. Write a whole number of 9 digits or"),
        ("limits", "min_service_level = 95", '"95" is above 1. For 95 % write 0.95.'),
        ("solve", "time_limit_s = 0", '"0" is below 0.001.'),
        ("solve", "seed = -1", '"-1" is below 0. Write a whole number, 0..2147483647.'),
        ("plan", 'goal = "min_cost"', '"min_cost" is not known here. Did you mean "min_total_c'),
        ("words", "tier = true", '"true" is not a text. Write a text: what this business calls'),
        ("words", "tier = nan", '"nan" is not a text. Write a text, or leave it empty.'),
        ("words", 'tier = "a\\nb"', "holds a line break or control character. Write it in one"),
    ],
)
def test_settings_keep_their_types_and_ranges(only, section, line, words):
    """Whole numbers, ranges, choices and texts are checked as cells are."""
    problem = only({"case.toml": NAME + f"[{section}]\n{line}\n"})
    assert words in f"{problem.message} {problem.remedy}"


def test_case_period_is_one_of_three(only):
    """A period that there is not names those there are."""
    problem = only({"case.toml": NAME + 'period = "week"\n'})
    assert problem.remedy == "Write one of: year, quarter, month."


def test_texts_may_be_written_as_numbers_and_dates(folder):
    """A name such as 2027 needs no quotes."""
    text = "[case]\nname = 2027\nsource = 2027-01-31\n"
    case = load_case(folder({"case.toml": text})).settings.case
    assert (case.name, case.source) == ("2027", "2027-01-31")


@pytest.mark.parametrize(
    ("rate", "period", "words"),
    [
        (0.10, "month", '"0.1" a month is 214 % a year. Is it a yearly rate?'),
        (10, "year", '"10" a year is 1,000 % a year. For 10 % write 0.1.'),
        (0.05, "month", None),
        (0.10, "year", None),
    ],
)
def test_a_yearly_rate_in_a_short_period_is_noticed(check, rate, period, words):
    """A discount rate above 100 % a year is likely a slip, and only a warning."""
    text = f'{NAME}period = "{period}"\ndiscount_rate = {rate}\n'
    assert [f"{p.message} {p.remedy}" for p in check({"case.toml": text})] == (
        [words] if words else []
    )


def test_huge_discount_rates_do_not_overflow(only):
    """1e15 a month is a warning, not an error of arithmetic."""
    text = NAME + 'period = "month"\ndiscount_rate = 1e15\n'
    assert only({"case.toml": text}).severity == "warning"


def test_a_budget_override_beats_environment_beats_file(folder):
    """--set beats SLOPT_ variables, which beat case.toml, which beats the default."""
    path = folder({"case.toml": NAME + "[limits]\nbudget = 1\nmax_tiers = 1\n[solve]\nseed = 2\n"})
    found = overrides_from(
        ["limits.budget=3", "limits.budget=4"],
        {"SLOPT_LIMITS_BUDGET": "2", "SLOPT_LIMITS_MAX_TIERS": "2", "HOME": "/", "SLOPT_X": "1"},
    )
    settings = load_case(path, found).settings
    assert settings.limits.budget == 4.0
    assert settings.limits.max_tiers == 2
    assert settings.solve.seed == 2
    assert settings.solve.gap == 1e-4


@pytest.mark.parametrize("nothing", ["", "  ", None])
def test_an_empty_override_removes_a_limit(folder, nothing):
    """`--set limits.budget=` takes the budget away."""
    path = folder({"case.toml": NAME + "[limits]\nbudget = 1\n"})
    assert load_case(path, {"limits.budget": nothing}).settings.limits.budget is None


def test_overrides_may_hold_equals_signs_and_numbers(folder):
    """Only the first = parts key and value; from Python any kind of number will do."""
    path = folder()
    assert overrides_from(["case.source=a=b"], {}) == {"case.source": "a=b"}
    assert load_case(path, {"limits.budget": np.int64(7)}).settings.limits.budget == 7.0
    assert load_case(path, {"limits.budget": np.float32(0.5)}).settings.limits.budget == 0.5
    assert load_case(path, {"plan.goal": Goal.MIN_BUDGET}).settings.plan.goal is Goal.MIN_BUDGET


@pytest.mark.parametrize(
    ("words", "environment", "message"),
    [
        (["limits.budget"], {}, "--set limits.budget: write --set key=value, such as limits"),
        (["limits.budgt=1"], {}, 'there is no setting "limits.budgt". Did you mean "limits.budg'),
        (["gap=1"], {}, 'there is no setting "gap". Did you mean "solve.gap"?'),
        ([], {"SLOPT_LIMITS_BUDGT": "1"}, 'SLOPT_LIMITS_BUDGT. Did you mean "SLOPT_LIMITS_BUDGET'),
    ],
)
def test_unknown_overrides_are_usage_errors(words, environment, message):
    """A misspelt override is not passed over in silence."""
    with pytest.raises(UsageError) as caught:
        overrides_from(words, environment)
    assert message in str(caught.value)


def test_wrong_overrides_name_both_of_their_sources(folder):
    """The problem of an override names --set and the variable, as either may have set it."""
    reading = read_case(folder(), {"limits.budget": "much", "limits.budgt": 3})
    assert [(p.file, p.column, p.value) for p in reading.problems] == [
        ("--set or SLOPT_...", "limits.budgt", None),
        ("--set or SLOPT_LIMITS_BUDGET", "limits.budget", "much"),
    ]
    with pytest.raises(InvalidInput):
        load_case(folder(), {"case.name": ""})


def test_every_setting_has_a_variable():
    """SLOPT_SECTION_KEY for each of them."""
    assert ENVIRONMENT["SLOPT_SOLVE_TIME_LIMIT_S"] == "solve.time_limit_s"
    assert len(ENVIRONMENT) == 37


def test_dates_in_the_environment_are_texts(folder):
    """An override is read as the words it is."""
    case = load_case(folder(), {"case.source": dt.date(2027, 1, 31)})
    assert case.settings.case.source == "2027-01-31"
