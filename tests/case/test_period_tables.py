"""Mistakes in the tables of a plan over periods: each one message, with its place and remedy."""

from __future__ import annotations

import datetime as dt

import pytest

from slopt.case.load import load_case, read_case
from slopt.errors import Severity

QUARTERS = '[case]\nname = "Small"\ndiscount_rate = 0.1\nperiod = "quarter"\n'
FOUR = "period\n2027Q1\n2027Q2\n2027Q3\n2027Q4\n"
STAFF = "option,resource,wage\nown,hours,10\n"
RESOURCES = "resource,capacity\nhours,5\n"
SOUND = {"case.toml": QUARTERS, "periods.csv": FOUR, "resources.csv": RESOURCES}


def periods(*rows, head="period"):
    """A periods table of these rows."""
    return {"case.toml": QUARTERS, "periods.csv": "\n".join((head, *rows)) + "\n"}


@pytest.mark.parametrize(
    ("rows", "period"),
    [
        (["2027", "2028"], "year"),
        (["2027Q3", "2027Q4", "2028Q1"], "quarter"),
        (["2027-11", "2027-12", "2028-01"], "month"),
        (["next", "after next"], "month"),
        (["2027 q1", "2027-Q2"], "quarter"),
    ],
)
def test_periods_that_follow_each_other_are_no_problem(check, rows, period):
    """Years, quarters, months, and names of one's own."""
    text = QUARTERS.replace("quarter", period).replace("0.1", "0.01")
    assert not check({**periods(*rows), "case.toml": text})


@pytest.mark.parametrize(
    ("rows", "row", "message", "remedy"),
    [
        (
            ["2027Q1", "2027Q3"],
            3,
            'Between "2027Q1" and "2027Q3" a period is missing.',
            'Add a row for "2027Q2".',
        ),
        (
            ["2027Q2", "2027Q1"],
            3,
            '"2027Q1" comes before "2027Q2", which stands above.',
            "Put the rows in the order of time.",
        ),
        (
            ["2027Q1", "2027Q2", "2027Q1"],
            4,
            '"2027Q1" stands in row 2 too.',
            "Each period may stand once.",
        ),
        (
            ["2027Q4", "2028Q5"],
            3,
            '"2028Q5" is no period of a calendar, and others are.',
            "Write it like the others: 2027, 2027Q1 or 2027-01; or give it starts and ends.",
        ),
        (["*", "2027Q1"], 2, '"*" means all and cannot be a name.', "Give it a name."),
    ],
)
def test_gaps_disorder_and_repeated_periods_are_named(only, rows, row, message, remedy):
    """With the row, and what to do about it."""
    problem = only(periods(*rows))
    assert (problem.table, problem.row) == ("periods", row)
    assert (problem.message, problem.remedy) == (message, remedy)


def test_periods_of_several_lengths_are_named_once_each(check):
    """Every rate is per period, so that a year among quarters cannot be."""
    found = check(periods("2027Q1", "2027Q2", "2028"))
    assert [p.message for p in found] == [
        '"2028" is a year, "2027Q1" is a quarter.',
        'Between "2027Q2" and "2028" a period is missing.',
    ]


def test_periods_are_as_long_as_the_case_says(only):
    """Quarters in a case whose rates are per year."""
    problem = only({"periods.csv": FOUR})
    assert problem.message == '"2027Q1" is a quarter, and case.period is year.'


@pytest.mark.parametrize("period", ["month", "quarter", "year"])
def test_half_years_are_refused_by_name(only, period):
    """No case has rates per half year, whatever its period."""
    text = QUARTERS.replace("quarter", period).replace("0.1", "0.01")
    problem = only({**periods("2027H1", "2027H2"), "case.toml": text})
    assert (problem.column, problem.row) == ("period", 2)
    assert problem.message == '"2027H1" is half a year, which case.period cannot be.'


def test_dated_periods_are_as_long_as_the_case_says(only):
    """A month among quarters is named, with how long it may be; the quarters are not."""
    rows = ["A,2027-01-01,2027-03-31", "B,2027-04-01,2027-04-30", "C,2027-05-01,2027-07-31"]
    problem = only(periods(*rows, head="period,starts,ends"))
    assert (problem.column, problem.row) == ("ends", 3)
    assert problem.message == '"B" has 30 days, and case.period is quarter.'
    assert "84 to 98 days" in problem.remedy


def test_dated_periods_may_be_whole_weeks(check):
    """Months of 4, 4 and 5 weeks, as retailers have them."""
    rows = ["A,2027-02-01,2027-02-28", "B,2027-03-01,2027-03-28", "C,2027-03-29,2027-05-02"]
    text = QUARTERS.replace("quarter", "month").replace("0.1", "0.01")
    assert not check({**periods(*rows, head="period,starts,ends"), "case.toml": text})


@pytest.mark.parametrize(
    ("rows", "column", "message"),
    [
        (["A,2027-01-01,2027-03-31", "B,2027-03-31,2027-06-30"], "period", "overlaps"),
        (["A,2027-01-01,2027-03-31", "B,2027-04-02,2027-06-30"], "period", "is missing"),
        (["A,2027-01-01,"], "ends", "Only one of starts and ends"),
        (["A,2027-13-01,2027-03-31"], "starts", "is no date"),
        (["A,20270101,2027-03-31"], "starts", "is no date"),
        (["A,2027-03-31,2027-01-01"], "ends", "before the period starts"),
    ],
)
def test_dates_that_overlap_leave_gaps_or_are_none_are_named(only, rows, column, message):
    """Periods with names of their own are ordered by their dates."""
    problem = only(periods(*rows, head="period,starts,ends"))
    assert problem.column == column
    assert message in problem.message


def test_dates_count_before_names(check):
    """A fiscal year: its first quarter begins in April."""
    rows = ["2027Q1,2027-04-01,2027-06-30", "2027Q2,2027-07-01,2027-09-30"]
    assert not check(periods(*rows, head="period,starts,ends"))


def test_a_date_that_a_spreadsheet_made_of_a_month_is_named(book):
    """2027-07 typed into a cell becomes a date, which is no id."""

    def typed(sheet, workbook):
        sheet.write_datetime(1, 0, dt.datetime(2027, 7, 1), workbook.add_format({"num_format": 14}))

    path = book({"periods": [["period"], ["2027-07"]]}, {"periods": typed})
    problem = read_case(path).problems[0]
    assert (problem.table, problem.cell) == ("periods", "A2")
    assert problem.message == '"2027-07-01" is a date or time, not an id.'


CASES = [
    ("segment_periods", "period,acquired\n2027Q5,1\n", "period", '"2027Q5" is not in periods.'),
    ("segment_periods", "segment,acquired\nC,1\n", "segment", '"C" is not in segments.'),
    ("segment_periods", "segment,acquired\nA,-1\n", "acquired", '"-1" is below 0.'),
    ("segment_periods", "period,base_churn\n*,1.5\n", "base_churn", '"1.5" is above 1.'),
    ("resource_periods", "resource,capacity\nhour,1\n", "resource", '"hour" is not in resources.'),
    ("staff_options", "option,resource,wage\nown,h,1\n", "resource", '"h" is not in resources.'),
    (
        "staff_options",
        "option,resource,wage,units,most_held\nown,hours,1,5,4\n",
        "units",
        "More units are held than most_held allows.",
    ),
    ("staff_periods", "option,wage\nown,3\n", "option", '"own" is not in staff_options.'),
    (
        "tier_changes",
        "from_tier,to_tier,cost\nlow,low,3\n",
        "to_tier",
        "A segment that stays in its tier does not change it.",
    ),
    ("actuals", "period,segment\n2027Q1,X\n", "segment", '"X" is not in segments.'),
    ("actuals", "period,segment\n2026Q4,A\n", "period", '"2026Q4" is not in periods.'),
    ("actuals", "period,segment\n2027Q1,A\n2027Q1,A\n", "period", "stands in row 2 too."),
    ("projects", "project,investment\nP,-5\n", "investment", '"-5" is below 0.'),
    (
        "projects",
        "project,investment,saves,earliest,latest\nP,5,1,2027Q3,2027Q2\n",
        "latest",
        "It may start at the latest before it may start at the earliest.",
    ),
    ("projects", "project,investment,saves,after\nP,5,1,Q\n", "after", '"Q" is not in projects.'),
    (
        "projects",
        "project,investment,saves,excludes\nP,5,1,P\n",
        "excludes",
        "The project names itself.",
    ),
    (
        "projects",
        "project,investment,saves,after,excludes\nP,5,1,,\nR,5,1,P,P\n",
        "excludes",
        "It waits for P and excludes it, so that it can never start.",
    ),
    (
        "projects",
        "project,investment,saves,after\nP,5,1,S\nR,5,1,P\nS,5,1,R\n",
        "after",
        "These projects wait for each other in a circle: P, S, R.",
    ),
    (
        "projects",
        "project,investment,lift,lift_segment\nP,5,0.1,AA\n",
        "lift_segment",
        '"AA" is neither a segment nor a group.',
    ),
    (
        "projects",
        "project,investment,adds\nP,5,3\n",
        "adds",
        "It adds units, and no resource is named.",
    ),
]


@pytest.mark.parametrize(("table", "text", "column", "message"), CASES)
def test_mistakes_over_time_are_one_message_each(check, errors, table, text, column, message):
    """Unknown ids, figures out of range, and projects that contradict each other."""
    (problem,) = errors(check({**SOUND, f"{table}.csv": text}))
    assert (problem.table, problem.column) == (table, column)
    assert message in problem.message
    assert problem.remedy
    assert problem.row is not None


WARNINGS = [
    (
        {"projects.csv": "project,investment\nP,5\n"},
        "It saves nothing, lifts nothing and adds nothing, so that it will never start.",
    ),
    (
        {"projects.csv": "project,investment,saves,takes\nP,5,1,4\n"},
        "It cannot be in effect before the last period is over.",
    ),
    (
        {
            "projects.csv": "project,investment,saves,takes,after,latest\n"
            "P,5,1,3,,\nR,5,1,0,P,2027Q2\n"
        },
        "It can never start: P cannot be in effect by its latest period.",
    ),
    (
        {"projects.csv": "project,investment,saves,resource\nP,5,1,hours\n"},
        "It names a resource and adds nothing to it.",
    ),
    (
        {"staff_options.csv": "option,resource,wage,lead_periods\nown,hours,1,4\n"},
        "Nobody who is hired would be at work before the last period is over.",
    ),
    (
        {"staff_options.csv": "option,resource,wage,ramp_periods\nown,hours,1,2\n"},
        "Without ramp a unit is fully productive at once.",
    ),
    (
        {
            "segment_periods.csv": "segment,period,min_tier,max_tier\n"
            "A,*,high,\nA,2027Q3,,low\nB,*,low,\n"
        },
        "No tier is left here: the floor ranks above the ceiling.",
    ),
    (
        {"segment_periods.csv": "segment,period,min_tier,fixed_tier\nA,2027Q3,high,low\n"},
        "No tier is left here: fixed_tier lies outside of floor and ceiling.",
    ),
    (
        {
            "segments.csv": "segment,customers,current_tier,notice_periods\nA,1,low,1\n",
            "segment_periods.csv": "segment,period,min_tier\nA,*,high\n",
        },
        "Notice keeps current_tier in the first period, where the contract forbids it.",
    ),
    (
        {"case.toml": QUARTERS + '[horizon]\ntarget_from = "2027Q2"\n'},
        "There is no limits.min_service_level that could begin to hold.",
    ),
]


@pytest.mark.parametrize(("files", "message"), WARNINGS)
def test_what_is_most_likely_a_slip_is_a_warning(only, files, message):
    """The case can be solved, though hardly as it was meant."""
    problem = only({**SOUND, **files})
    assert problem.severity is Severity.WARNING
    assert problem.message == message


def test_notice_needs_a_tier_to_keep(only):
    """There is nothing to give notice of."""
    problem = only({**SOUND, "segments.csv": "segment,customers,notice_periods\nA,1,2\n"})
    assert (problem.column, problem.row) == ("notice_periods", 2)


def test_a_budget_that_is_carried_over_has_to_be_there(only):
    """The row, and both ways out; a budget for all periods is one too."""
    files = {**SOUND, "periods.csv": "period,budget,carry_over\n2027Q1,5,true\n2027Q2,,true\n"}
    problem = only(files)
    assert (problem.row, problem.column) == (3, "carry_over")
    assert problem.remedy == "Give it a budget, or clear carry_over."


@pytest.mark.parametrize("budget", ["-5", "abc", "nan"])
def test_a_budget_that_cannot_be_read_is_no_missing_one(only, budget):
    """One mistake, one message: what is carried over is not asked about as well."""
    text = f"period,budget,carry_over\n2027Q1,{budget},true\n2027Q2,5,false\n"
    problem = only({**SOUND, "periods.csv": text})
    assert (problem.row, problem.column, problem.value) == (2, "budget", budget)


def test_a_refused_budget_for_all_periods_is_no_missing_one(only):
    """It is told where it stands, and nowhere else."""
    files = {**SOUND, "periods.csv": "period,carry_over\n2027Q1,true\n2027Q2,true\n"}
    problem = only({**files, "case.toml": QUARTERS + "[limits]\nbudget = -5\n"})
    assert problem.column == "limits.budget"


def test_a_target_from_an_unknown_period_is_named(only):
    """With the nearest one that there is."""
    toml = QUARTERS + '[limits]\nmin_service_level = 0.8\n[horizon]\ntarget_from = "2027Q5"\n'
    problem = only({**SOUND, "case.toml": toml})
    assert problem.column == "horizon.target_from"
    assert problem.remedy.startswith("Did you mean")


def test_pools_of_prospects_are_refused_over_periods(only):
    """Who is told twice cannot be followed from period to period."""
    files = {
        "prospect_pools.csv": "pool,prospects,deterrence,prospect_value\np,100,0.1,5\n",
        "response.csv": "segment,leave_probability,listeners,prospect_share,prospect_pool\n"
        "*,0.1,2,0.5,p\n",
    }
    problem = only({**SOUND, **files})
    assert (problem.table, problem.column, problem.row) == ("response", "prospect_pool", 2)


def test_figures_of_a_whole_segment_need_customers_to_grow_with(only):
    """A cost given for a segment that has nobody yet."""
    files = {
        "segments.csv": "segment,customers\nA,0\nB,2\n",
        "offers.csv": "segment,tier,service_cost\nA,low,5\nB,low,5\n",
    }
    problem = only({**SOUND, **files})
    assert (problem.table, problem.row) == ("offers", 2)


def test_tables_over_time_without_periods_are_a_warning_each(check):
    """They count for nothing until there are periods."""
    files = {
        "resources.csv": RESOURCES,
        "staff_options.csv": STAFF,
        "case.toml": QUARTERS + "[horizon]\nmax_changes_each = 1\n",
    }
    found = check(files)
    assert [p.severity for p in found] == [Severity.WARNING] * 2
    assert {p.table for p in found} == {"staff_options", "settings"}
    assert len(check({**files, "periods.csv": "period\n"})) == 2


def test_a_case_that_says_nothing_over_time_keeps_its_hash(folder):
    """Columns that came with plans over periods count in the hash only where they are filled."""
    without = load_case(folder())
    tiers = "tier,service_level,least_stay\nlow,0.8,\nhigh,0.9,0\n"
    assert load_case(folder({"tiers.csv": tiers})).hash == without.hash
    tiers = "tier,service_level,least_stay\nlow,0.8,\nhigh,0.9,2\n"
    assert load_case(folder({"tiers.csv": tiers})).hash != without.hash
    toml = BASE_TOML + "[horizon]\nmax_changes_each = 1\n"
    assert load_case(folder({"case.toml": toml})).hash != without.hash
    assert not without.has_periods


BASE_TOML = '[case]\nname = "Small"\ndiscount_rate = 0.1\n'


def test_chinese_headings_are_read(folder):
    """A sheet of periods as a Chinese planner would head it."""
    case = load_case(
        folder(
            {
                "case.toml": QUARTERS,
                "periods.csv": "期间,预算,结转,需求系数\n2027Q1,5,是,1.2\n2027Q2,6,否,\n",
            }
        )
    )
    assert case.periods == ["2027Q1", "2027Q2"]
    assert case.table("periods").flags("carry_over").tolist() == [True, False]
    assert case.table("periods").numbers("demand_factor").tolist() == [1.2, 1.0]


def test_one_slip_in_a_period_is_one_problem_and_no_gap(only):
    """A name that is none, or stands twice, may be the period that is missing after it."""
    assert only(periods("2027Q1", "2027Q7", "2027Q3", "2027Q4")).row == 3
    assert only(periods("2027Q1", "2027Q1", "2027Q3", "2027Q4")).row == 3


def test_a_row_of_an_unknown_period_does_not_count_for_all(only):
    """What is wrong is told once, and nothing that would follow from it."""
    files = {
        "segments.csv": "segment,customers,current_tier,notice_periods\nA,1,low,1\n",
        "segment_periods.csv": "segment,period,min_tier\nA,2027Q9,high\n",
    }
    assert only({**SOUND, **files}).message == '"2027Q9" is not in periods.'
