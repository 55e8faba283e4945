"""The tables of calls: what is refused, what is warned of, and in which words."""

from __future__ import annotations

import shutil

import pytest
from strategies import make_case, read_tables

from slopt.case.load import load_case, read_case
from slopt.case.workbook_template import write_workbook
from slopt.errors import Severity
from slopt.shipped import examples

BASE = {
    "segments": [{"segment": "A", "customers": 10, "revenue_per_order": 5, "base_churn": 0.1}],
    "tiers": [{"tier": "t", "service_level": 0.9}],
    "call_types": [
        {"call_type": "buy", "segment": "A", "handle_time": 180, "patience": 60},
        {"call_type": "ask", "segment": "A", "handle_time": 120, "patience": 90},
    ],
    "time_blocks": [{"block": "am", "hours": 4}, {"block": "pm", "hours": 4, "times": 1}],
    "call_volumes": [
        {"call_type": "buy", "block": "am", "calls": 100},
        {"call_type": "ask", "block": "am", "calls_per_hour": 30},
        {"call_type": "ask", "block": "pm", "calls_per_hour": 30},
    ],
    "agent_pools": [
        {"pool": "all", "design": "one", "wage": 20},
        {"pool": "b", "design": "two", "wage": 20},
        {"pool": "a", "design": "two", "wage": 20},
    ],
    "pool_skills": [
        {"pool": "all", "call_type": "buy"},
        {"pool": "all", "call_type": "ask"},
        {"pool": "b", "call_type": "buy"},
        {"pool": "a", "call_type": "ask"},
    ],
}
DESIGNS = [{"desk": "calls", "design": "one"}, {"desk": "calls", "design": "two"}]


def problems(**tables):
    """The problems of a small case with some tables changed (None leaves one out)."""
    given = {name: rows for name, rows in {**BASE, **tables}.items() if rows is not None}
    return read_tables(given).problems


def only(**tables):
    """The one problem of such a case."""
    found = problems(**tables)
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


def changed(table, row, **cells):
    """A table of the small case with other cells in one row."""
    rows = [dict(each) for each in BASE[table]]
    rows[row].update(cells)
    return {table: rows}


def test_the_small_case_has_no_problem():
    """Desk and designs need not be named anywhere but at the pools."""
    assert problems() == ()
    assert problems(desk_designs=DESIGNS) == ()
    assert make_case(BASE).table("agent_pools").texts("desk") == ["calls"] * 3


@pytest.mark.parametrize(
    ("table", "row", "cells", "column", "words"),
    [
        ("call_types", 0, {"handle_time": 0}, "handle_time", "is 0"),
        ("call_types", 0, {"handle_time": -5}, "handle_time", "below 0"),
        ("call_types", 0, {"patience": 0}, "patience", "is 0"),
        ("call_types", 0, {"segment": "B"}, "segment", '"B" is not in segments'),
        ("call_types", 0, {"answered_share": 1, "answer_within": 20}, "answered_share", "every"),
        ("call_types", 0, {"promise_over": "day"}, "promise_over", "not known here"),
        ("call_types", 1, {"patience": None}, "patience", "which have no patience"),
        ("time_blocks", 0, {"hours": 0}, "hours", "is 0"),
        ("call_volumes", 0, {"calls_per_hour": 2}, "calls", "both given"),
        ("call_volumes", 0, {"calls": None}, "calls_per_hour", "has no calls"),
        ("call_volumes", 0, {"block": "night"}, "block", '"night" is not in time_blocks'),
        ("agent_pools", 0, {"least_agents": 5, "most_agents": 4}, "least_agents", "above most"),
        ("agent_pools", 0, {"wage": -1}, "wage", "below 0"),
        ("agent_pools", 0, {"shrinkage": 1}, "shrinkage", "above 0.99"),
        ("pool_skills", 0, {"handle_factor": 0}, "handle_factor", "is 0"),
        ("pool_skills", 0, {"share": 0.5}, "share", '"buy" take 50 % of these calls together'),
        ("pool_skills", 0, {"pool": "x"}, "pool", '"x" is not in agent_pools'),
    ],
)
def test_a_wrong_cell_is_an_error_in_its_place(table, row, cells, column, words):
    """Table, row, column and words say what is wrong."""
    found = problems(**changed(table, row, **cells))
    its = [problem for problem in found if words in problem.message]
    assert len(its) == 1, [str(problem) for problem in found]
    assert its[0].severity is Severity.ERROR
    assert (its[0].table, its[0].row, its[0].column) == (table, row + 2, column)
    assert its[0].remedy


def test_shares_name_the_design_in_which_they_do_not_add_up():
    """A type that no pool of a design takes is named with the design."""
    found = problems(pool_skills=BASE["pool_skills"][:3])
    assert found[0].message == "pool_skills has no row for this pool, so that it takes no calls."
    assert 'In design "two" the pools that take "ask" take 0 %' in found[1].message
    assert len(found) == 2


def test_a_pool_may_work_in_every_design():
    """A pool without design counts in each: calls would be taken twice."""
    pools = [{"pool": "all", "wage": 20}, *BASE["agent_pools"][1:]]
    found = problems(agent_pools=pools)
    assert [its.message.split(" take ")[-1] for its in found] == [
        "200 % of these calls together."
    ] * 2


def test_types_of_calls_without_agents_or_volume():
    """Nobody answers: an error. Nobody calls: a warning."""
    more = [*BASE["call_types"], {"call_type": "new", "segment": "A", "handle_time": 60}]
    found = problems(call_types=more)
    assert [(its.severity, its.row, its.column) for its in found] == [
        (Severity.WARNING, 4, "call_type"),
        (Severity.ERROR, 4, "call_type"),
    ]
    assert "nobody calls" in found[0].message
    assert "No pool takes these calls" in found[1].message


def test_tables_go_together():
    """What is missing is named once for each table."""
    found = problems(time_blocks=None, agent_pools=None)
    told = {its.message for its in found}
    assert "The table time_blocks is missing, which call_types needs." in told
    assert "The table agent_pools is missing, which call_types needs." in told


def test_tables_without_rows_are_told(tmp_path):
    """A heading alone is as good as no table."""
    shutil.copytree(examples()["airline_calls"], tmp_path, dirs_exist_ok=True)
    (tmp_path / "agent_pools.csv").write_text("pool,wage\n", encoding="utf-8")
    found = [its for its in read_case(tmp_path).problems if its.table == "agent_pools"]
    assert [its.message for its in found] == ["The table has no rows."]


def test_a_workbook_without_tiers_is_the_same_case(tmp_path):
    """The sheet `tiers` is there and has no rows; who calls needs none."""
    folder = examples()["airline_calls"]
    write_workbook(tmp_path / "calls.xlsx", folder)
    assert load_case(tmp_path / "calls.xlsx").hash == load_case(folder).hash


def test_designs_that_do_not_fit_the_pools():
    """Designs that desk_designs does not have, and such as no pool has."""
    found = problems(desk_designs=[DESIGNS[0]])
    assert {its.message for its in found} == {"desk_designs has no such design of this desk."}
    found = only(desk_designs=[*DESIGNS, {"desk": "calls", "design": "three"}])
    assert found.message == "No pool works in this design."


def test_only_one_design_is_todays():
    """The second one that says so is told."""
    today = [{**each, "today": "true"} for each in DESIGNS]
    found = only(desk_designs=today)
    assert (found.row, found.column) == (3, "today")
    elsewhere = only(desk_designs=[*DESIGNS, {"desk": "post", "design": "one"}])
    assert elsewhere.message == "No pool of agents belongs to this desk."


def test_a_type_of_calls_belongs_to_one_desk():
    """Pools of two desks cannot share the calls of a type."""
    pools = [*BASE["agent_pools"], {"pool": "post", "desk": "post", "wage": 9}]
    skills = [*BASE["pool_skills"], {"pool": "post", "call_type": "ask"}]
    found = problems(agent_pools=pools, pool_skills=skills)
    assert any('Pools of two desks take "ask": "calls" and "post".' in str(its) for its in found)


def test_handle_times_unlike_each_other_are_a_warning():
    """Beyond five times as long the figures of a pool are rough."""
    found = only(**changed("call_types", 0, handle_time=1200))
    assert found.severity is Severity.WARNING
    assert "from 120 to 1200 seconds" in found.message


def test_pools_beyond_all_sizes_are_refused():
    """Calls per hour written where calls per block belong, or minutes as seconds."""
    found = problems(**changed("call_volumes", 0, calls=9e6))
    assert found[0].message == (
        'Pool "all" has calls for 112,501 agents in block "am", more than 20,000.'
    )
    assert [its.row for its in found] == [2, 3]


def test_lost_callers_must_be_worth_something_finite():
    """Without churn and discount a lost caller is worth infinitely much."""
    found = problems(
        segments=[{"segment": "A", "customers": 10, "revenue_per_order": 5}],
        **changed("call_types", 0, leave_probability=0.1),
    )
    assert [its.column for its in found] == ["leave_probability"]
    assert "no end" in found[0].message


def test_prospects_of_a_pool_are_refused_in_a_sentence():
    """A pool of prospects counts nobody twice, which calls cannot do yet."""
    found = problems(
        response=[{"segment": "*", "prospect_pool": "town"}],
        prospect_pools=[{"pool": "town", "prospects": 100, "deterrence": 0.2, "prospect_value": 5}],
    )
    assert {its.column for its in found} == {"segment"}
    assert "pool of prospects" in found[0].message


def test_periods_are_refused_in_one_sentence():
    """One message, whatever tables of calls there are."""
    found = problems(periods=[{"period": "1"}, {"period": "2"}])
    assert [its.message for its in found if "Calls and agents" in its.message] == [
        "Calls and agents cannot be planned in a case over several periods."
    ]


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"least_share": 0.5, "most_share": 0.4}, "least_share", "above most_share"),
        ({"calls_anyway": 0.6, "gives_up": 0.5}, "gives_up", "more than 1"),
        ({"design": "three"}, "design", "No desk has such a design"),
        ({"most_share": 1.2}, "most_share", "above 1"),
        ({"cost_per_contact": -1}, "cost_per_contact", "below 0"),
        ({"steps": 0}, "steps", "below 1"),
    ],
)
def test_a_wrong_channel_is_an_error_in_its_place(cells, column, words):
    """Shares that cannot be, designs that there are not."""
    row = {"call_type": "ask", "channel": "web", "most_share": 0.5, **cells}
    found = only(contact_channels=[row])
    assert (found.table, found.column) == ("contact_channels", column)
    assert words in found.message


def test_channels_that_take_more_than_all_calls():
    """60 % and 50 % anyway are 110 %."""
    rows = [
        {"call_type": "ask", "channel": name, "least_share": share, "most_share": 0.7}
        for name, share in (("web", 0.6), ("agency", 0.5))
    ]
    assert "take 110 % of its calls anyway" in only(contact_channels=rows).message


SHIFTS = {
    "shifts": [{"shift": "day"}, {"shift": "late"}],
    "shift_blocks": [
        {"shift": "day", "block": "am"},
        {"shift": "day", "block": "pm"},
        {"shift": "late", "block": "pm"},
    ],
}


def test_shifts_that_fit_have_no_problem():
    """Two shifts that all pools may work."""
    assert problems(**SHIFTS) == ()


def test_a_shift_covers_blocks_that_come_equally_often():
    """A person cannot work a shift whose blocks come on other days."""
    blocks = [BASE["time_blocks"][0], {"block": "pm", "hours": 4, "times": 2}]
    found = only(time_blocks=blocks, **SHIFTS)
    assert found.message == (
        'The shift covers blocks that do not come equally often: "am" 1 times a period, "pm" 2 '
        "times."
    )


def test_shifts_without_blocks_and_pools_without_shifts():
    """Each shift has a block, and where one pool works in shifts all of the desk do."""
    found = only(**{**SHIFTS, "shifts": [*SHIFTS["shifts"], {"shift": "night"}]})
    assert found.message == "The shift covers no block of time."
    of_all = [{"shift": "day", "pool": "all"}, {"shift": "late", "pool": "all"}]
    found = problems(**{**SHIFTS, "shifts": of_all})
    assert [its.row for its in found] == [3, 4]
    assert "this one has none" in found[0].message


def test_a_block_with_calls_that_no_shift_covers_is_a_warning():
    """Nobody is there then; with patience all hang up."""
    late = {"shifts": [{"shift": "late"}], "shift_blocks": SHIFTS["shift_blocks"][2:]}
    found = problems(**late)
    assert {its.severity for its in found} == {Severity.WARNING}
    assert 'covers block "am"' in found[0].message
