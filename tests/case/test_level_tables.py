"""Mistakes in service levels that are chosen: each one message, with its place and remedy."""

from __future__ import annotations

import pytest

from slopt.case.load import load_case
from slopt.errors import Severity

COSTS = "segment,term,shape,per_customer\n*,a,linear,2\n"
CURVE = "segment,point,level,service_cost,lost_orders\n"


def levels(segments="", costs=COSTS, head="", **files):
    """Segment A chooses a level; `head` and `segments` are further columns and their cells."""
    low, high, *rest = (segments or "0.6,0.9").split(",")
    cells = "".join(f",{cell}" for cell in rest)
    blanks = "," * len(rest)
    names = f",{head}" if head else ""
    return {
        "segments.csv": f"segment,customers,min_level,max_level{names}\n"
        f"A,10,{low},{high}{cells}\nB,20,,{blanks}\n",
        "level_costs.csv": costs,
        **{f"{name}.csv": text for name, text in files.items()},
    }


def test_a_floor_a_ceiling_and_a_cost_are_enough(check):
    """Nothing else is needed, and today's level may be told."""
    assert not check(levels())
    assert not check(levels("0.6,0.9,0.7", head="current_level"))


def test_without_tiers_every_segment_may_choose_a_level(check):
    """The table of tiers is missing only where a segment has neither."""
    files = levels() | {"tiers.csv": None}
    assert [problem.table for problem in check(files)] == ["tiers"]
    files["segments.csv"] = "segment,customers,min_level,max_level\nA,10,0.6,0.9\n"
    assert not check(files)


@pytest.mark.parametrize(
    ("segments", "head", "column", "message"),
    [
        (
            "0.9,0.6",
            "",
            "min_level",
            'min_level of "A" is 0.9, above its max_level 0.6: no level is left.',
        ),
        (
            "0.6,",
            "",
            "max_level",
            "A segment that chooses its level has a floor and a ceiling, and max_level is blank.",
        ),
        (
            ",0.6",
            "",
            "min_level",
            "A segment that chooses its level has a floor and a ceiling, and min_level is blank.",
        ),
        ("0.6,1.2", "", "max_level", '"1.2" is above 1.'),
        (
            "0.6,0.9,low",
            "current_tier",
            "current_tier",
            "The segment chooses a level, so that it cannot have current_tier.",
        ),
    ],
)
def test_floors_and_ceilings_that_leave_nothing_are_refused(
    check, errors, segments, head, column, message
):
    """With the segment and its figures, in its row."""
    (problem,) = errors(check(levels(segments, head=head)))
    assert (problem.table, problem.row, problem.column) == ("segments", 2, column)
    assert problem.message == message
    assert problem.remedy


def test_a_level_of_today_outside_the_contract_is_a_warning(only):
    """The contract may be new."""
    problem = only(levels("0.6,0.9,0.95", head="current_level"))
    assert problem.severity is Severity.WARNING
    assert problem.column == "current_level"
    assert 'current_level of "A" is 0.95, outside 0.6 to 0.9' in problem.message


def test_a_level_of_today_outside_the_contract_cannot_be_counted_as_a_change(only):
    """Where changes are limited it would be forgotten without a word."""
    files = levels("0.6,0.9,0.95", head="current_level")
    problem = only(files, {"limits.max_changes": "0"})
    assert problem.severity is Severity.ERROR
    assert "limits.max_changes" in problem.remedy


def test_changes_of_level_can_be_limited(check):
    """A current_level is as good as a current_tier there."""
    files = levels("0.6,0.9,0.7", head="current_level")
    assert not check(files, {"limits.max_changes": "0"})


@pytest.mark.parametrize(
    ("table", "columns", "cells"),
    [
        ("promises", "tier,promised_share", "*,0.9"),
        ("queues", "tier,handle_time", "*,60"),
        ("stocks", "tier,lead_time", "*,1"),
        ("season_stocks", "tier,unit_cost", "*,1"),
    ],
)
def test_what_says_what_a_tier_is_cannot_name_who_has_none(check, table, columns, cells):
    """Contracts, queues and stocks of a segment that chooses its level are refused by name."""
    files = levels(**{table: f"segment,{columns}\nA,{cells}\n"})
    told = [p.message for p in check(files) if p.severity is Severity.ERROR]
    assert f'"A" chooses a level, and {table} says what a tier is.' in told


def test_levels_of_a_segment_with_a_tier_are_told_to_have_no_effect(check):
    """Its curve, its costs and its current_level, each with its row."""
    files = levels(costs=COSTS + "B,b,linear,1\n")
    files["segments.csv"] = (
        "segment,customers,min_level,max_level,current_level\nA,10,0.6,0.9,\nB,20,,,0.7\n"
    )
    found = check(files)
    assert all(p.severity is Severity.WARNING for p in found)
    assert [(p.table, p.row, p.column) for p in found] == [
        ("level_costs", 3, "segment"),
        ("segments", 3, "current_level"),
    ]


def test_a_level_that_costs_nothing_is_refused(only, check, errors):
    """The highest would be free; a term for another segment does not count."""
    text = "Nothing says what a level costs here, so that the highest would be free."
    assert only(levels(costs=None)).message == text
    (problem,) = errors(check(levels(costs=COSTS.replace("*", "B"))))
    assert problem.message == text
    assert (problem.row, problem.column) == (2, "max_level")


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("power,0,,", "exponent", "A term of shape power needs exponent above 0."),
        ("logistic,,,0.5", "steepness", "A term of shape logistic needs steepness above 0."),
        ("logistic,,9,", "middle", "A term of shape logistic needs middle."),
        ("power,99,,", "exponent", '"99" is above 50.'),
        ("wave,,,", "shape", '"wave" is not known here.'),
    ],
)
def test_terms_have_what_their_shape_needs(check, errors, row, column, message):
    """A parameter that is missing or beyond use is named."""
    costs = f"segment,term,per_customer,shape,exponent,steepness,middle\n*,a,2,{row}\n"
    problem = errors(check(levels(costs=costs)))[0]
    assert (problem.table, problem.row, problem.column) == ("level_costs", 2, column)
    assert problem.message == message


def test_parameters_without_effect_are_warned_of(only):
    """A line has no exponent."""
    costs = "segment,term,per_customer,shape,exponent\n*,a,2,linear,3\n"
    problem = only(levels(costs=costs))
    assert problem.severity is Severity.WARNING
    assert problem.message == "exponent has no effect: a term of shape linear does not use it."


@pytest.mark.parametrize("shape", ["saturating", "nines"])
def test_costs_without_end_ask_for_a_ceiling_below_one(only, shape):
    """At level 1 such a term has no value; the segment and its ceiling are named."""
    problem = only(levels("0.6,1", costs=COSTS.replace("linear", shape)))
    assert problem.message == (
        'The term "a" grows without end towards level 1, and "A" may choose 1.'
    )


@pytest.mark.parametrize(
    ("points", "column", "message"),
    [
        (
            ["A,p,0.5,9,5", "A,q,0.95,7,5"],
            "service_cost",
            'service_cost of "A" falls with better service: from 9 at level 0.5 to 7 at 0.95.',
        ),
        (
            ["A,p,0.5,5,3", "A,q,0.95,7,5"],
            "lost_orders",
            'lost_orders of "A" rises with better service: from 3 at level 0.5 to 5 at 0.95.',
        ),
        (
            ["A,p,0.5,5,3", "A,q,0.5,7,3", "A,r,0.95,7,3"],
            "level",
            "The curve has two points at this level.",
        ),
        (
            ["A,p,0.5,5,3", "A,q,0.95,7,"],
            "lost_orders",
            "Other points of this curve have lost_orders, and this one has none.",
        ),
        (["A,p,0.5,5,3"], "level", "A curve takes two points or more."),
        (["A,p,0.5,5,3", "A,q,0.7,,", "A,r,0.95,6,3"], "point", "The point has no figures."),
        (
            ["*,p,0.5,5,3", "*,q,0.95,6,3"],
            "service_cost",
            "This figure is of a whole segment and cannot be that of all segments.",
        ),
    ],
)
def test_points_that_make_no_curve_are_refused(check, errors, points, column, message):
    """Each with its row, its column and the figure before it."""
    curve = CURVE + "".join(f"{point}\n" for point in points)
    problems = errors(check(levels(level_curves=curve)))
    assert (column, message) in [(problem.column, problem.message) for problem in problems]
    assert {problem.table for problem in problems} == {"level_curves"}


def test_levels_that_no_point_reaches_are_named(check, errors):
    """Nothing is clipped: floor and ceiling outside of the points are two problems."""
    curve = CURVE + "A,p,0.7,5,3\nA,q,0.8,6,2\n"
    problems = errors(check(levels(level_curves=curve)))
    assert [problem.column for problem in problems] == ["min_level", "max_level"]
    assert {problem.message for problem in problems} == {
        'The points of "A" in level_curves reach from level 0.7 to 0.8 only.'
    }


def test_levels_that_no_sales_point_reaches_are_named(only):
    """The curve of sales is known between its points only."""
    problem = only(
        levels(
            response="segment,kind\nA,curve\n",
            sales_curves="segment,shape\nA,points\n",
            sales_points="segment,point,service_level,sales\nA,a,0.5,5\nA,b,0.8,9\n",
        )
    )
    assert problem.message == 'The sales points of "A" reach from level 0.5 to 0.8 only.'
    assert problem.column == "max_level"


def test_use_of_an_unknown_resource_is_named(only):
    """A column use:X asks for X in resources."""
    problem = only(
        levels(
            resources="resource,capacity\nstaff,5\n",
            level_curves="segment,point,level,use:stuff\nA,p,0.5,5\nA,q,0.95,6\n",
        )
    )
    assert problem.message == '"stuff" is not in resources.'


@pytest.mark.parametrize(
    ("rule", "column"),
    [
        ("r,not_below,A,B,,", "segment"),
        ("r,not_below,B,A,,", "other"),
        ("r,same_tier,*,,,", "segment"),
        ("r,min_in_tier,A,,low,1", "segment"),
    ],
)
def test_rules_about_tiers_do_not_speak_of_levels(only, rule, column):
    """A rule that compares or counts tiers names a segment that has none."""
    problem = only(levels(rules=f"rule,kind,segment,other,tier,value\n{rule}\n"))
    assert (problem.table, problem.column) == ("rules", column)
    assert "chooses a level" in problem.message


def test_rules_about_all_tiers_count_those_that_have_one(check):
    """A cap on a tier over all segments is sound where some have a level."""
    rule = "rule,kind,segment,other,tier,value\nr,max_in_tier,*,,low,1\n"
    assert not check(levels(rules=rule))


@pytest.mark.parametrize(
    ("files", "table", "message"),
    [
        (
            {
                "response": "segment,kind\nA,quality\n",
                "quality": "segment,promise,mean,tolerance,loss_above\n*,1,2,1,1\n",
            },
            "response",
            '"A" chooses a level, and losses of kind quality are known by tier only.',
        ),
        (
            {
                "response": "segment,prospect_pool\nA,town\n",
                "prospect_pools": "pool,prospects,deterrence,prospect_value\ntown,9,0.1,5\n",
            },
            "response",
            '"A" chooses a level and cannot share a pool of prospects.',
        ),
        (
            {"offers": "segment,tier,service_cost\nA,low,5\n"},
            "offers",
            "The segment chooses a level, so that it has no offers by tier.",
        ),
        (
            {"periods": "period\n1\n2\n"},
            "segments",
            "In a plan over periods no segment can choose a level in place of a tier.",
        ),
    ],
)
def test_what_is_known_by_tier_only_is_refused(check, errors, files, table, message):
    """One sentence, at the table that asks for it."""
    problems = errors(check(levels(**files)))
    assert (table, message) in [(problem.table, problem.message) for problem in problems]


def test_tables_of_levels_that_nobody_chooses_are_warned_of(check):
    """A term without a segment that chooses its level."""
    (problem,) = check({"level_costs.csv": COSTS})
    assert problem.severity is Severity.WARNING
    assert problem.message == "level_costs has no effect: no segment chooses a level."


def test_cases_without_levels_keep_their_hash(folder):
    """New columns that say nothing change nothing."""
    plain = load_case(folder()).hash
    blank = "segment,customers,min_level,max_level\nA,10,,\nB,20,,\n"
    assert load_case(folder({"segments.csv": blank})).hash == plain
