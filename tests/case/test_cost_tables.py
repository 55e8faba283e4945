"""The tables of costs and customers: what is refused, what is warned of, and in which words."""

from __future__ import annotations

import pytest
from strategies import make_case, read_tables

from slopt.errors import Severity

BASE = {
    "segments": [{"segment": "A", "customers": 10}, {"segment": "B", "customers": 20}],
    "tiers": [{"tier": "low", "service_level": 0.8}, {"tier": "high", "service_level": 0.9}],
    "pools": [{"pool": "desk", "cost": 100, "practical_minutes": 1000}],
    "activities": [{"activity": "calls", "pool": "desk", "minutes": 3}],
}


def problems(**tables):
    """The problems of a small case with some tables changed (None leaves one out)."""
    given = {name: rows for name, rows in {**BASE, **tables}.items() if rows is not None}
    return read_tables(given).problems


def only(**tables):
    """The one problem of such a case."""
    found = problems(**tables)
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


def line(**cells):
    """A table of one cost line."""
    return [{"line": "rent", **cells}]


def test_a_case_with_pools_and_activities_has_no_problem():
    """Defaults suffice: the driver is orders, the stage is to serve."""
    assert problems() == ()
    case = make_case(BASE)
    assert case.table("activities").texts("driver") == ["orders"]
    assert case.table("activities").texts("stage") == ["serve"]


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"amount": 5, "per_order": 1}, "amount", "charged twice"),
        ({"pool": "desk"}, "pool", "needs an amount"),
        ({"pool": "desk", "per_customer": 1}, "pool", "cannot go to a pool as well"),
        ({"pool": "desk", "amount": 5, "visibility": "hidden"}, "visibility", "is booked"),
        ({"amount": 5, "segment": "A"}, "amount", "not charged to one tier or segment"),
        ({"amount": 5, "tier": "low"}, "amount", "not charged to one tier or segment"),
        ({"pool": "desks", "amount": 5}, "pool", '"desks" is not in pools'),
        ({"per_order": 1, "tier": "mid"}, "tier", '"mid" is not in tiers'),
        ({"per_order": -1}, "per_order", "below 0"),
        ({"per_order": 1, "category": "labor"}, "category", "not known here"),
        ({"per_order": 1, "stage": "serv"}, "stage", "not known here"),
    ],
)
def test_a_wrong_line_is_an_error_in_its_place(cells, column, words):
    """Row, column and words say what is wrong with the line."""
    problem = only(cost_lines=line(**cells))
    assert problem.severity is Severity.ERROR
    assert (problem.table, problem.row, problem.column) == ("cost_lines", 2, column)
    assert words in problem.message
    assert problem.remedy


def test_a_line_that_costs_nothing_is_a_warning():
    """Neither rate nor amount: nothing to charge."""
    problem = only(cost_lines=line(category="labour"))
    assert problem.severity is Severity.WARNING
    assert "costs nothing" in problem.message


def test_shares_above_the_whole_are_an_error_with_the_figure():
    """60 % and 50 % of one line are 110 %."""
    two = [
        {"pool": "desk", "cost": 1, "practical_minutes": 1},
        {"pool": "hall", "practical_minutes": 1},
    ]
    problem = next(
        p
        for p in problems(
            cost_lines=line(amount=100),
            pools=two,
            allocation=[
                {"line": "rent", "pool": "desk", "share": 0.6},
                {"line": "rent", "pool": "hall", "share": 0.5},
            ],
        )
        if p.table == "allocation"
    )
    assert problem.severity is Severity.ERROR
    assert (problem.row, problem.column) == (3, "share")
    assert "110 %" in problem.message


def test_shares_below_the_whole_are_a_warning_with_the_money():
    """85 % of 40,000 leave 6,000."""
    problem = only(
        cost_lines=line(amount=40000), allocation=[{"line": "rent", "pool": "desk", "share": 0.85}]
    )
    assert problem.severity is Severity.WARNING
    assert "85 %: 6000 of its amount" in problem.message


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"pool": "desk", "amount": 9}, "stands in allocation too"),
        ({"per_order": 9}, "cannot go to a pool as well"),
        ({"amount": 9, "visibility": "hidden"}, "cannot be part of a pool"),
    ],
)
def test_a_line_in_allocation_is_not_charged_otherwise(cells, words):
    """What stands in allocation goes to pools and nowhere else."""
    found = problems(
        cost_lines=line(**cells), allocation=[{"line": "rent", "pool": "desk", "share": 1}]
    )
    assert any(words in p.message and p.severity is Severity.ERROR for p in found)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({}, "has no capacity"),
        ({"practical_minutes": 5, "theoretical_minutes": 5}, "both given"),
        ({"practical_minutes": 0}, "capacity of 0 minutes"),
        ({"theoretical_minutes": 0}, "capacity of 0 minutes"),
        ({"theoretical_minutes": 9, "usable_share": 0}, "capacity of 0 minutes"),
    ],
)
def test_a_pool_needs_one_capacity_above_0(cells, words):
    """Practical minutes, or theoretical ones with a usable share."""
    problem = only(pools=[{"pool": "desk", "cost": 100, **cells}])
    assert problem.severity is Severity.ERROR
    assert words in problem.message


def test_a_pool_that_nobody_uses_is_a_warning():
    """Without an activity all of its cost is unused."""
    problem = only(activities=None)
    assert problem.severity is Severity.WARNING
    assert "all of its cost is unused" in problem.message


def test_a_pool_called_as_a_priced_resource_is_a_warning():
    """The same people would be paid by the hour and by the minute."""
    problem = only(resources=[{"resource": "desk", "capacity": 9, "unit_cost": 40}])
    assert problem.severity is Severity.WARNING
    assert "counted twice" in problem.message
    assert problems(resources=[{"resource": "desk", "capacity": 9}]) == ()


def test_a_driver_without_values_is_an_error_that_names_the_nearest():
    """A time equation can only count what drivers tell."""
    problem = only(
        activities=[
            {"activity": "calls", "pool": "desk", "driver": "cals", "minutes": 3},
            {"activity": "calls", "pool": "desk", "driver": "calls", "minutes": 3},
        ],
        drivers=[{"driver": "calls", "per_order": 1}],
    )
    assert 'The driver "cals" has no values' in problem.message
    assert problem.remedy == 'Did you mean "calls"?'


def test_known_drivers_need_no_row():
    """customers, orders and failures are of every segment; a row for them is an error."""
    rows = [
        {"activity": "all", "pool": "desk", "driver": name, "minutes": 1}
        for name in ("customers", "orders", "failures")
    ]
    assert problems(activities=rows) == ()
    problem = only(activities=rows, drivers=[{"driver": "orders", "per_order": 1}])
    assert "need no row" in problem.message


def test_a_driver_that_no_activity_names_is_one_warning():
    """Told once, not once a row."""
    problem = only(
        drivers=[{"driver": "visits", "per_order": 1}, {"driver": "visits", "segment": "A"}]
    )
    assert (problem.severity, problem.row) == (Severity.WARNING, 2)


def test_shares_of_states_and_chances_of_moves_make_a_whole():
    """100 % of customers are somewhere, and go somewhere."""
    states = [
        {"state": "calm", "customers": 0.5, "margin_factor": 1},
        {"state": "gone", "customers": 0.4, "margin_factor": 1},
    ]
    moves = [{"state": "calm", "next_state": "gone", "probability": 1}]
    assert "add up to 90 %" in only(loyalty_states=states, loyalty_moves=moves).message
    states[1]["customers"] = 0.5
    assert problems(loyalty_states=states, loyalty_moves=moves) == ()
    moves[0]["probability"] = 0.7
    assert (
        'chances of "calm" add up to 70 %'
        in only(loyalty_states=states, loyalty_moves=moves).message
    )


def test_a_mean_factor_other_than_1_is_a_warning():
    """The states must make the contribution that the segments make."""
    problem = only(
        loyalty_states=[{"state": "calm", "customers": 1, "margin_factor": 1.5}],
        loyalty_moves=[{"state": "calm", "next_state": "calm", "probability": 1}],
    )
    assert problem.severity is Severity.WARNING
    assert "is 1.5 and not 1" in problem.message


def test_states_without_moves_are_a_warning():
    """Nobody would ever leave them."""
    problem = only(loyalty_states=[{"state": "calm", "customers": 1, "margin_factor": 1}])
    assert problem.severity is Severity.WARNING
    assert "nobody ever leaves" in problem.message


def test_a_project_that_ends_before_its_first_benefit_is_a_warning():
    """Five periods, of which nine pass before anything comes of it."""
    project = {"investment": "kiosk", "outlay": 5, "periods": 5, "starts_after": 9}
    problem = only(investments=[project])
    assert (problem.column, problem.severity) == ("starts_after", Severity.WARNING)
    assert problems(investments=[{**project, "starts_after": 4}]) == ()


def test_a_bad_cell_is_told_once():
    """A rate below 0 is not missed as well, and a time below nothing not told for every pair."""
    assert "below 0" in only(cost_lines=line(per_order=-1)).message


def test_chinese_headings_are_read():
    """A ledger headed in Chinese is the same ledger."""
    rows = [{"费用项目": "房租", "成本类别": "depreciation", "金额": 5, "成本池": "desk"}]
    table = read_tables({**BASE, "cost_lines": rows}).case.table("cost_lines")
    assert table.texts("line") == ["房租"]
    assert table.numbers("amount").tolist() == [5.0]
