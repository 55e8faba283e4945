"""Paths name any setting and any cell; values put there are checked as a file's would be."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import make_case, random_tables

from slopt.case.amounts import Amount, amount_of, amounts_of, interval_of
from slopt.case.changes import with_values
from slopt.case.paths import path_of, values_at
from slopt.errors import InvalidInput, UsageError

TABLES = {
    "segments": [
        {"segment": "big, one", "customers": 10, "group": "g", "current_tier": "basic"},
        {"segment": "small", "customers": 40, "margin": 0.5, "revenue_per_order": 9},
    ],
    "tiers": [
        {"tier": "basic", "service_level": 0.8, "cost_per_order": 1.0},
        {"tier": "gold", "service_level": 0.9, "cost_per_order": 4.0},
    ],
    "resources": [{"resource": "hours", "capacity": 90, "unit_cost": 2}],
    "usage": [
        {"resource": "hours", "tier": "*", "segment": "*", "per_order": 0.5},
        {"resource": "hours", "tier": "gold", "segment": "*", "per_order": 0.9},
    ],
    "response": [
        {"segment": "*", "leave_probability": 0.1},
        {"segment": "small", "leave_probability": 0.2, "listeners": 4},
    ],
    "offers": [
        {"segment": "big, one", "tier": "basic", "service_cost": 100.0, "use:hours": 3},
        {"segment": "big, one", "tier": "gold", "service_cost": 200.0},
        {"segment": "small", "tier": "gold", "lost_sales": 5.0},
    ],
    "rules": [{"rule": "gold floor", "kind": "min_in_tier", "tier": "gold", "value": 1}],
}
SETTINGS = {"limits.budget": "1000", "case.discount_rate": "0.1"}


@pytest.fixture
def case():
    """Two segments, two tiers, one resource, a rule and rows for *."""
    return make_case(copy.deepcopy(TABLES), SETTINGS)


@pytest.mark.parametrize(
    ("text", "canonical", "values"),
    [
        ("limits.budget", "limits.budget", 1000.0),
        ("limits.max_tiers", "limits.max_tiers", None),
        ("segments.customers", "segments.customers", [10.0, 40.0]),
        ('segments["big, one"].customers', 'segments["big, one"].customers', [10.0]),
        ("segments[small].current_tier", "segments[small].current_tier", [""]),
        ("客户群[small].customers", "segments[small].customers", [40.0]),
        ("response[*].leave_probability", "response[*].leave_probability", [0.1]),
        ("response[ * , small ].leave_probability", None, [0.1, 0.2]),
        ("response.leave_probability", "response.leave_probability", [0.1, 0.2]),
        ("offers[*, gold].service_cost", "offers[*, gold].service_cost", [200.0, np.nan]),
        ('offers["big, one"].service_cost', 'offers["big, one"].service_cost', [100.0, 200.0]),
        ('offers["big, one", gold; small, gold].lost_sales', None, [np.nan, 5.0]),
        ('offers["big, one", basic].use:hours', None, [3.0]),
        ("usage[hours, gold].per_order", "usage[hours, gold].per_order", [0.9]),
        ("usage[hours].per_order", "usage[hours].per_order", [0.5, 0.9]),
        ("usage[hours, *, *].per_order", "usage[hours, *, *].per_order", [0.5]),
        ("rules[gold floor].value", "rules[gold floor].value", [1.0]),
        ("tiers[gold].rank", "tiers[gold].rank", [np.nan]),
    ],
)
def test_a_path_names_what_stands_there(case, text, canonical, values):
    """Settings, columns, rows by key, two keys, wildcards, and rows for * themselves."""
    path = path_of(case, text)
    assert canonical is None or path.text == canonical
    assert path_of(case, path.text) == path
    found = values_at(case, path)
    if isinstance(values, list) and isinstance(found, np.ndarray):
        assert np.array_equal(found, values, equal_nan=True)
    else:
        assert found == values


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("limits.bugdet", 'Did you mean "limits.budget"?'),
        ("budget", 'Did you mean "limits.budget"?'),
        ("segmets.customers", 'Did you mean "segments"?'),
        ("response[small].leave_probabilty", '"response[small].leave_probability"'),
        ("response[smal].listeners", 'Did you mean "small"?'),
        ('response["big, one"].listeners', "its row * stands for all"),
        ("rules[gold flor].value", 'Did you mean "gold floor"?'),
        ("offers.use:hour", 'Did you mean "use:hours"?'),
        ("offers[small, basic].service_cost", "no row [small, basic]"),
        ("offers[small, gold, x].service_cost", "named by segment and tier"),
        ("growth.customers", "has no table growth"),
        ("segments.segment", "names the row and cannot vary"),
        ("segments[small", "a bracket is not closed"),
        ("segments[].customers", "a key is missing"),
        ("segments[a]b].customers", "is no path"),
        ("", "is no path"),
    ],
)
def test_a_path_that_does_not_exist_names_the_nearest(case, text, hint):
    """UsageError with what was probably meant."""
    with pytest.raises(UsageError) as error:
        path_of(case, text)
    assert hint in str(error.value)


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("0.02,0.05", [Amount(0.02), Amount(0.05)]),
        ("0.8x:1.2x:3", [Amount(0.8, True), Amount(1.0, True), Amount(1.2, True)]),
        ("1:2:3, 9", [Amount(1.0), Amount(1.5), Amount(2.0), Amount(9.0)]),
        ("+10%,-10%", [Amount(1.1, True), Amount(0.9, True)]),
        ("none, 5", [Amount(None), Amount(5.0)]),
        ("5,5", [Amount(5.0)]),
        ("0.1:0.3:3", [Amount(0.1), Amount(0.2), Amount(0.3)]),
    ],
)
def test_amounts_of_a_number(case, text, amounts):
    """Lists, ranges, factors, percentages and nothing, each once, without noise in the digits."""
    assert list(amounts_of(path_of(case, "limits.budget"), text)) == amounts


def test_amounts_of_a_text_are_texts(case):
    """A tier by its name, with a comma in it where quoted."""
    path = path_of(case, "segments.current_tier")
    assert amounts_of(path, 'gold,"a, b"') == (Amount("gold"), Amount("a, b"))
    assert amount_of(path_of(case, "offers.allowed"), "no") == Amount(False)


@pytest.mark.parametrize(
    "text", ["", "1,,2", "abc", "1:2", "1:2:1", "1:2:x", "0.8x:2:3", "+5", "12%", "inf", "1:none:3"]
)
def test_amounts_that_make_no_sense_are_refused(case, text):
    """UsageError that names the path."""
    with pytest.raises(UsageError, match=r"limits\.budget"):
        amounts_of(path_of(case, "limits.budget"), text)


def test_an_interval_goes_from_end_to_end(case):
    """0 is the low end, 1 the high one; a list is no interval."""
    path = path_of(case, "limits.budget")
    interval = interval_of(path, "0.8x:1.2x")
    assert [interval.at(share) for share in (0.0, 0.5, 1.0)] == [
        Amount(0.8, True),
        Amount(1.0, True),
        Amount(1.2, True),
    ]
    with pytest.raises(UsageError):
        interval_of(path, "1,2")


def test_factors_multiply_and_leave_blanks(case):
    """A blank cell stays blank under a factor, and others are what one would type."""
    changed = with_values(case, {"offers.service_cost": "1.1x", "limits.budget": "0.9x"})
    costs = changed.table("offers").numbers("service_cost")
    assert np.array_equal(costs, [110.0, 220.0, np.nan], equal_nan=True)
    assert changed.settings.limits.budget == 900.0
    assert case.settings.limits.budget == 1000.0


def test_every_row_may_have_a_number_of_its_own(case):
    """A tuple goes to the rows in their order; NaN is a blank cell."""
    path = path_of(case, "offers.service_cost")
    changed = with_values(case, {path: Amount((1.0, float("nan"), 3.0))})
    costs = changed.table("offers").numbers("service_cost")
    assert np.array_equal(costs, [1.0, np.nan, 3.0], equal_nan=True)


def test_two_columns_of_a_table_change_together(case):
    """Two paths into one table, and two into one column, are all put in."""
    changed = with_values(
        case,
        {
            "segments[small].customers": 5.0,
            'segments["big, one"].customers': 7.0,
            "segments.margin": 0.25,
            "segments[small].current_tier": "gold",
        },
    )
    table = changed.table("segments")
    assert table.numbers("customers").tolist() == [7.0, 5.0]
    assert table.numbers("margin").tolist() == [0.25, 0.25]
    assert table.texts("current_tier").tolist() == ["basic", "gold"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tiers[gold].service_level": "1.4"}, '"1.4" is above 1'),
        ({"tiers.service_level": "2x"}, '"1.6" is above 1'),
        ({"segments.customers": "-1"}, "below 0"),
        ({"limits.max_tiers": "1.5"}, "not a whole number"),
        ({"limits.max_lost_sales": "0.9x"}, "The case does not set it"),
        ({"tiers.rank": "2x"}, "The cells are empty"),
        ({"segments.customers": "none"}, "must not be empty"),
        ({"segments.current_tier": "god"}, 'Did you mean "gold"?'),
        ({"plan.goal": "max_profit"}, "not known here"),
        ({"case.discount_rate": "0", "segments.base_churn": "0"}, "no end"),
        ({"rules[gold floor].value": "none"}, "value"),
    ],
)
def test_values_out_of_range_are_refused(case, changes, message):
    """Each with its path, by itself or against the other tables, as a file would be."""
    with pytest.raises(InvalidInput) as error:
        with_values(case, changes)
    assert message in str(error.value)
    assert all(problem.column for problem in error.value.problems)


def test_all_problems_are_told_at_once(case):
    """One message for each value that is refused."""
    with pytest.raises(InvalidInput) as error:
        with_values(case, {"tiers.service_level": "2x", "segments.customers": "-1"})
    assert len(error.value.problems) == 3


def test_a_value_may_be_named_once(case):
    """Two paths that hold the same row are refused."""
    with pytest.raises(UsageError, match="same value"):
        with_values(case, {"segments.customers": 1.0, "segments[small].customers": 2.0})
    with pytest.raises(UsageError, match="twice"):
        with_values(case, {"segments.customers": 1.0, "客户群.customers": 2.0})


@given(st.integers(0, 10_000))
def test_a_changed_case_is_the_one_a_file_would_give(seed):
    """Values put in by paths, and the same values in the tables: the same case, by its hash."""
    rng = np.random.default_rng(seed)
    tables, settings = random_tables(seed)
    case = make_case(tables, settings)
    rows = [("segments", "customers", "segment"), ("tiers", "cost_per_order", "tier")]
    if "resources" in tables:
        rows.append(("resources", "capacity", "resource"))
    changes = {"limits.budget": 123.5}
    for table, column, key in rows:
        row = tables[table][rng.integers(len(tables[table]))]
        value = float(rng.integers(0, 500))
        row[column] = value
        changes[f"{table}[{row[key]}].{column}"] = value
    wanted = make_case(tables, {**settings, "limits.budget": "123.5"})
    assert with_values(case, changes).hash == wanted.hash


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("segments[small].min_tier", "gold", ""),
        ("segments.current_tier", "gold", ""),
        ("response[small].value_basis", "period", ""),
        ("offers[small, gold].allowed", "false", True),
        ("plan.goal", "min_lost_sales", "min_total_cost"),
    ],
)
def test_none_empties_a_cell_of_any_kind(case, path, before, after):
    """Of texts and truths too; the cell is then what a blank one is."""
    filled = with_values(case, {path: before})
    emptied = values_at(with_values(filled, {path: "none"}), path_of(filled, path))
    assert emptied == after or set(emptied) == {after}


@pytest.mark.parametrize("path", ["rules[gold floor].kind", "tiers.service_level", "case.name"])
def test_what_must_not_be_empty_refuses_none(case, path):
    """InvalidInput, as of a file with an empty cell there."""
    with pytest.raises(InvalidInput, match="must not be empty"):
        with_values(case, {path: "none"})


def test_a_tier_called_none_is_not_taken_for_an_empty_cell():
    """Nothing is guessed: the two are told apart by another name for the tier."""
    tables = copy.deepcopy(TABLES)
    tables["tiers"].append({"tier": "none", "service_level": 0.5, "cost_per_order": 0.0})
    with pytest.raises(InvalidInput, match="also the word for an empty cell"):
        with_values(make_case(tables, SETTINGS), {"segments[small].min_tier": "none"})
