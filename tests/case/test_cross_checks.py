"""Problems that take more than one cell to see."""

from __future__ import annotations

import pytest

from slopt.case.load import load_case

RESOURCES = "resource,capacity\nhours,5\n"
SETTLED = '[case]\nname = "Small"\n'


@pytest.mark.parametrize(
    ("file", "text", "column", "message", "remedy"),
    [
        ("segments", "segment,customers,current_tier\nA,1,Low\n", "current_tier", "tiers", "low"),
        ("segments", "segment,customers,min_tier\nA,1,lo\n", "min_tier", "tiers", "low"),
        ("segments", "segment,customers,max_tier\nA,1,hihg\n", "max_tier", "tiers", "high"),
        ("segments", "segment,customers,fixed_tier\nA,1,high2\n", "fixed_tier", "tiers", "high"),
        ("usage", "resource,per_order\nhuors,1\n", "resource", "resources", "hours"),
        ("usage", "resource,tier\nhours,lows\n", "tier", "tiers", "low"),
        ("usage", "resource,segment\nhours,a\n", "segment", "segments", "A"),
        ("response", "segment\nb\n", "segment", "segments", "B"),
        ("offers", "segment,tier\na,low\n", "segment", "segments", "A"),
        ("offers", "segment,tier\nA,hig\n", "tier", "tiers", "high"),
        ("offers", "segment,tier,use:hour\nA,low,1\n", "use:hour", "resources", "hours"),
        ("rules", "rule,kind,tier,value\nR,min_in_tier,lw,1\n", "tier", "tiers", "low"),
        ("sources", "table,column,tier\ntiers,rank,lowe\n", "tier", "tiers", "low"),
        ("sources", "table,column,segment\ntiers,rank,b\n", "segment", "segments", "B"),
    ],
)
def test_references_must_exist(only, file, text, column, message, remedy):
    """Every column that names an id of another table is checked, and the nearest id is offered."""
    problem = only({"resources.csv": RESOURCES, f"{file}.csv": text})
    assert (problem.table, problem.column) == (file, column)
    assert problem.message.endswith(f"is not in {message}.")
    assert problem.remedy == f'Did you mean "{remedy}"?'


def test_the_star_stands_for_all_where_it_may(check):
    """`*` is every segment or tier in usage, response, rules and sources, and no tier elsewhere."""
    assert not check(
        {
            "resources.csv": RESOURCES,
            "usage.csv": "resource,tier,segment\nhours,*,*\n",
            "response.csv": "segment\n*\n",
            "rules.csv": "rule,kind,segment,value\nR,min_service_level,*,0.5\n",
            "sources.csv": "table,column,segment,tier\ntiers,rank,*,*\n",
        }
    )
    problems = check({"segments.csv": "segment,customers,current_tier\nA,1,*\n"})
    assert [p.message for p in problems] == ['"*" is not in tiers.']


def test_references_to_a_table_that_is_not_there_are_dangling(only):
    """Usage without resources, or with none in the table, names what is missing."""
    for resources in (None, "resource,capacity\n"):
        problem = only({"usage.csv": "resource\nhours\n", "resources.csv": resources})
        assert problem.message == '"hours" is not in resources.'


@pytest.mark.parametrize("damaged", ["", "\0", 'resource,capacity\n"hours,5\n', "capacity\n5\n"])
def test_references_to_a_table_that_cannot_be_read_are_not_at_fault(check, damaged):
    """One broken file is one problem, not one for every row that refers to it."""
    problems = check({"resources.csv": damaged, "usage.csv": "resource\nhours\n"})
    assert [p.table for p in problems] == ["resources"]


@pytest.mark.parametrize(
    ("row", "column", "remedy"),
    [
        ("not_below,A,,,", "other", "Write the segment or group compared with."),
        ("not_below,,B,,", "segment", "Write a segment, a group, or * for all."),
        ("same_tier,,,,", "segment", "Write a segment, a group, or * for all."),
        ("min_service_level,A,,,", "value", "Write the limit."),
        ("max_service_cost,,,,5", "segment", "Write a segment, a group, or * for all."),
        ("max_lost_sales,A,,,", "value", "Write the limit."),
        ("min_in_tier,,,low,", "value", "Write the limit."),
        ("max_in_tier,,,,3", "tier", "Write the tier counted by min_in_tier and max_in_tier."),
    ],
)
def test_rules_have_what_their_kind_needs(only, row, column, remedy):
    """Each kind of rule is told what it lacks."""
    problem = only({"rules.csv": f"rule,kind,segment,other,tier,value\nR,{row}\n"})
    kind = row.split(",")[0]
    assert (problem.row, problem.column) == (2, column)
    assert (problem.message, problem.remedy) == (f"A rule of kind {kind} needs this.", remedy)


def test_a_refused_value_is_not_missed_as_well(only):
    """A limit that is no number is one problem, not two."""
    problem = only({"rules.csv": "rule,kind,segment,value\nR,max_service_cost,A,much\n"})
    assert problem.message == '"much" is not a number.'


@pytest.mark.parametrize(
    ("row", "column"), [("not_below,A,B,,5", "value"), ("min_service_level,A,,low,0.5", "tier")]
)
def test_what_a_rule_ignores_is_a_warning(only, row, column):
    """A cell that has no effect may be meant to have one."""
    problem = only({"rules.csv": f"rule,kind,segment,other,tier,value\nR,{row}\n"})
    assert (problem.severity, problem.column) == ("warning", column)
    assert f"does not use {column}." in problem.message


def test_rules_speak_of_segments_groups_and_all(check):
    """Groups are known to rules; other words are not."""
    files = {
        "segments.csv": "segment,customers,group\nA,1,north\nB,2,north\n",
        "rules.csv": "rule,kind,segment,other\nR1,same_tier,north,\nR2,not_below,A,nort\n",
    }
    problems = check(files)
    assert [(p.row, p.column, p.message, p.remedy) for p in problems] == [
        (3, "other", '"nort" is neither a segment nor a group.', 'Did you mean "north"?')
    ]


@pytest.mark.parametrize(
    ("value", "remedy"), [("95", "For 95 % write 0.95."), ("1.5", "Write a fraction from 0 to 1.")]
)
def test_a_service_level_rule_is_a_fraction(only, value, remedy):
    """The value of a rule has the unit of its kind; a service level is at most 1."""
    problem = only({"rules.csv": f"rule,kind,segment,value\nR,min_service_level,A,{value}\n"})
    assert (problem.message, problem.remedy) == (f'"{value}" is above 1.', remedy)


def test_unknown_kinds_of_rules_name_the_nearest(only):
    """A misspelt kind is one problem; what it would need is not asked for."""
    problem = only({"rules.csv": "rule,kind\nR,same_teir\n"})
    assert problem.remedy == 'Did you mean "same_tier"?'


@pytest.mark.parametrize("part", ["lost_orders", "lost_customers", "lost_prospects"])
def test_lost_sales_and_its_parts_exclude_each_other(only, part):
    """An offer gives the three parts, or their sum."""
    problem = only({"offers.csv": f"segment,tier,{part},lost_sales\nA,low,1,\nA,high,1,2\n"})
    assert (problem.row, problem.column) == (3, part)
    assert problem.message == f"{part} and lost_sales are both given."


def test_names_of_prices_differ(check):
    """A resource must not be called as a limit; a rule may, and is told apart by the word rule."""
    problems = check(
        {
            "resources.csv": "resource,capacity\nbudget,5\nhours,5\n",
            "rules.csv": "rule,kind,segment\nhours,same_tier,*\nmax_tiers,same_tier,*\n",
        }
    )
    assert [(p.severity, p.table, p.row, p.message) for p in problems] == [
        ("error", "resources", 2, '"budget" is the name of a limit too.'),
        (
            "warning",
            "rules",
            2,
            '"hours" is the name of a resource too; outputs call it "rule hours".',
        ),
        (
            "warning",
            "rules",
            3,
            '"max_tiers" is the name of a limit too; outputs call it "rule max_tiers".',
        ),
    ]


def test_a_group_named_as_a_segment_is_a_warning(check):
    """Where rules speak of it, the name is ambiguous, unless the segment is the whole group."""
    rules = {"rules.csv": "rule,kind,segment\nR,same_tier,A\n"}
    both = {"segments.csv": "segment,customers,group\nA,1,\nB,1,A\nC,1,A\n"}
    assert [(p.severity, p.row, p.column) for p in check(rules | both)] == [("warning", 3, "group")]
    assert not check(both)
    assert not check(rules | {"segments.csv": "segment,customers,group\nA,1,A\nB,1,\n"})


def test_sources_name_columns_that_there_are(check):
    """A source speaks of a column of its table; low does not exceed high."""
    text = (
        "table,column,low,high\nsegments,margn,,\nsettings,limits.budget,,\n"
        "offers,use:hours,,\ntiers,use:hours,,\ntiers,rank,3,2\n"
    )
    problems = check({"sources.csv": text})
    assert [(p.row, p.column, p.message) for p in problems] == [
        (2, "column", '"margn" is not a column of segments.'),
        (5, "column", '"use:hours" is not a column of tiers.'),
        (6, "low", "low is above high."),
    ]


def test_floors_above_ceilings_are_warnings(check):
    """No tier is left, or the pin or today's tier is outside: worth saying, maybe meant."""
    text = (
        "segment,customers,current_tier,min_tier,max_tier,fixed_tier\nA,1,,high,low,\n"
        "B,1,,high,,low\nC,1,low,high,,\nD,1,high,low,high,high\n"
    )
    problems = check({"segments.csv": text})
    assert [(p.severity, p.row, p.column) for p in problems] == [
        ("warning", 2, "min_tier"),
        ("warning", 3, "fixed_tier"),
        ("warning", 4, "current_tier"),
    ]


def test_an_endless_lifetime_value_is_an_error(check):
    """Without churn and discount a customer is worth infinitely much."""
    files = {
        "case.toml": SETTLED,
        "segments.csv": "segment,customers,base_churn,revenue_per_order\n"
        "A,1,0,5\nB,1,0.1,5\nC,1,0,5\nD,1,0,5\nE,1,0,0\n",
        "response.csv": "segment,leave_probability,value_basis\n*,0.5,\nC,0,\nD,,period\n",
    }
    problems = check(files)
    assert [str(p) for p in problems] == [
        'segments.csv row 2 base_churn: base_churn of "A" and discount_rate are both 0: the '
        "lifetime value of a customer has no end. Set one of them above 0, or value_basis to "
        "period in response."
    ]
    assert not check(files | {"case.toml": SETTLED + "discount_rate = 0.01\n"})


def test_an_endless_lifetime_value_is_said_once_where_churn_is_no_column(only):
    """A column that is not there is one problem, not one a segment."""
    problem = only(
        {
            "case.toml": SETTLED,
            "segments.csv": "segment,customers,revenue_per_order\nA,1,5\nB,1,5\n",
            "response.csv": "segment,leave_probability\n*,0.5\n",
        }
    )
    assert (problem.row, problem.column) == (1, "base_churn")


@pytest.mark.parametrize(
    "files",
    [
        {"case.toml": SETTLED + 'discount_rate = "10%"\n'},
        {"case.toml": "name = \n"},
        {"case.toml": SETTLED, "segments.csv": "segment,customers,base_churn\nA,1,5%\n"},
    ],
)
def test_a_rate_that_was_refused_is_not_taken_for_zero(only, files):
    """The first problem is the only one; what follows from its default is not."""
    only({**files, "response.csv": "segment,leave_probability\n*,0.5\n"})


def test_a_cap_on_changes_needs_todays_tiers(check):
    """max_changes without any current_tier limits nothing."""
    text = SETTLED + "[limits]\nmax_changes = 1\n"
    problems = check({"case.toml": text})
    assert [str(p) for p in problems] == [
        "case.toml row 4 limits.max_changes: No segment has a current_tier, so this limits "
        "nothing. Fill current_tier in segments."
    ]


def test_blank_ranks_count_rows(folder):
    """Tiers without rank rank in the order of their rows."""
    case = load_case(folder({"tiers.csv": "tier,rank,service_level\na,,0.8\nb,7,0.9\nc,,0.95\n"}))
    assert case.ranks.tolist() == [1, 7, 3]


@pytest.mark.parametrize("name", ["min_tier[A]", "allowed[x]"])
def test_names_that_read_like_a_contract_are_warned_of(check, name):
    """Outputs call the contract of a segment so, and a resource or a rule would pass for one."""
    problems = check(
        {
            "resources.csv": f"resource,capacity\n{name},5\n",
            "rules.csv": f"rule,kind,segment\nmax_{name},same_tier,*\nfixed_tier[A],same_tier,*\n",
        }
    )
    told = [(p.severity, p.table, p.row) for p in problems if "reads like" in p.message]
    assert told == [("warning", "resources", 2), ("warning", "rules", 3)]
