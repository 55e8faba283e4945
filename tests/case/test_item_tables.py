"""Mistakes in the tables of stock rooms: each one message, with its place and remedy."""

from __future__ import annotations

import pytest

from slopt.case.load import load_case, read_case
from slopt.errors import Severity
from slopt.shipped import examples

ITEMS = "item,kind,unit_cost,holding_rate,order_quantity,lead_time,review_time"
DEMAND = "item,segment,mean,spread\npump,A,100,20\n"
CONTINUOUS = "pump,continuous,50,0.2,40,0.1,\n"
PERIODIC = "pump,periodic,50,0.2,,0.1,0.05\n"
SEASON = "pump,season,50,,,,\n"


def items(row, head="", demand=DEMAND):
    """Tables of one item, with further columns and their cells in front of the row's end."""
    names, _, cells = head.partition("=")
    line = row.rstrip("\n") + (f",{cells}" if names else "")
    return {
        "items.csv": f"{ITEMS}{',' + names if names else ''}\n{line}\n",
        "item_demand.csv": demand,
    }


@pytest.mark.parametrize("row", [CONTINUOUS, PERIODIC, SEASON])
def test_sound_items_are_no_problem(check, row):
    """Each way of ordering with what it needs and nothing else."""
    assert not check(items(row))


@pytest.mark.parametrize(
    ("row", "column", "message", "remedy"),
    [
        (
            "pump,continuous,50,0.2,40,,\n",
            "lead_time",
            '"pump" is of kind continuous, and has no lead_time.',
            "Write it, or choose another kind.",
        ),
        (
            "pump,continuous,50,0.2,40,0,\n",
            "lead_time",
            'lead_time of item "pump" is 0.',
            "Write a number above 0.",
        ),
        (
            "pump,continuous,50,0.2,0,0.1,\n",
            "order_quantity",
            'order_quantity of item "pump" is 0.',
            "Write the units ordered at a time, above 0, or clear it and write order_cost.",
        ),
        (
            "pump,continuous,50,0.2,,0.1,\n",
            "order_quantity",
            'Item "pump" has no order_quantity, and nothing that it could follow from.',
            "Write it, or order_cost and a holding_cost above 0.",
        ),
        (
            "pump,continuous,50,,40,0.1,\n",
            "holding_cost",
            'Item "pump" has no cost of holding it.',
            "Write holding_cost, or unit_cost and holding_rate.",
        ),
        (
            "pump,periodic,50,0.2,,0.1,\n",
            "review_time",
            '"pump" is of kind periodic, and has no review_time.',
            "Write it, or choose another kind.",
        ),
        (
            "pump,periodic,50,0.2,,,0.05\n",
            "lead_time",
            '"pump" is of kind periodic, and has no lead_time.',
            "Write it, or choose another kind.",
        ),
        (
            "pump,season,,,,,\n",
            "unit_cost",
            '"pump" is of kind season, and has no unit_cost.',
            "Write it, or choose another kind.",
        ),
    ],
)
def test_what_a_way_of_ordering_needs_is_asked_for(only, row, column, message, remedy):
    """Named by item and column."""
    problem = only(items(row))
    assert (problem.message, problem.remedy) == (message, remedy)
    assert (problem.table, problem.column, problem.row) == ("items", column, 2)
    assert problem.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("row", "head", "message"),
    [
        (
            SEASON,
            "salvage=50",
            'salvage of item "pump" is not below unit_cost: no quantity would be too much.',
        ),
        (
            CONTINUOUS,
            "min_fill_rate,max_fill_rate=0.9,0.8",
            'max_fill_rate of item "pump" is below its min_fill_rate, 0.9.',
        ),
        (
            CONTINUOUS,
            "min_fill_rate=1",
            'min_fill_rate of item "pump" is 1, which no stock can keep.',
        ),
        (CONTINUOUS, "room=A", 'The room of item "pump" has the name of a segment.'),
        (CONTINUOUS, "use:space=2", '"space" is not in resources.'),
        (CONTINUOUS, "lead_time_spread=-1", '"-1" is below 0.'),
    ],
)
def test_figures_that_cannot_be_are_refused(only, row, head, message):
    """Salvage above cost, floors above ceilings, names that stand for something else."""
    assert only(items(row, head)).message == message


@pytest.mark.parametrize(
    ("demand", "column", "message"),
    [
        (
            "item,segment,mean\npump,A,100\n",
            "spread",
            'Demand for item "pump" has neither spread nor variation.',
        ),
        (
            "item,segment,mean,spread,variation\npump,A,100,20,0.2\n",
            "variation",
            'Demand for item "pump" has spread and variation, which say the same twice.',
        ),
        (
            "item,segment,mean,spread,units_per_order\npump,A,100,20,0\n",
            "units_per_order",
            'units_per_order of item "pump" is 0.',
        ),
        (
            "item,segment,mean,spread\npump,A,100,0\n",
            "item",
            'Demand for item "pump" never varies, so that there is nothing to decide.',
        ),
        ("item,segment,mean,spread\npump,A,0,0\n", "item", 'Nobody asks for item "pump".'),
        ("item,segment,mean,spread\npump,A,-5,1\n", "mean", '"-5" is below 0.'),
        (
            "item,segment,mean,spread\npump,C,100,20\npump,A,100,20\n",
            "segment",
            '"C" is not in segments.',
        ),
    ],
)
def test_demand_that_says_too_little_is_refused(only, demand, column, message):
    """Named by item."""
    problem = only(items(CONTINUOUS, demand=demand))
    assert (problem.column, problem.message) == (column, message)


def test_a_spread_without_a_mean_is_named(check):
    """The row itself, and the item that nobody then asks for."""
    demand = "item,segment,mean,spread\npump,A,0,20\n"
    found = [problem.message for problem in check(items(CONTINUOUS, demand=demand))]
    assert found == [
        'Demand for item "pump" has a spread, and its mean is 0.',
        'Nobody asks for item "pump".',
    ]


def test_items_need_somebody_who_asks_for_them(only):
    """Without the table item_demand there is one message."""
    problem = only({"items.csv": items(CONTINUOUS)["items.csv"]})
    assert problem.message == "Nobody asks for the items: there is no table item_demand."


def test_stock_rooms_are_planned_for_one_period(check):
    """A case with periods and items is refused in one sentence."""
    files = items(CONTINUOUS) | {"periods.csv": "period\n2027\n2028\n"}
    (problem,) = (its for its in check(files) if its.table == "items")
    assert problem.message == "Stock rooms are planned for one period, and this case has several."


def test_columns_that_a_kind_does_not_use_are_warned_of(only):
    """A review time of an item whose stock is watched all the time."""
    problem = only(items("pump,continuous,50,0.2,40,0.1,0.05\n"))
    assert problem.severity is Severity.WARNING
    assert problem.message == (
        'review_time of item "pump" has no effect: kind continuous does not use it.'
    )


def test_vague_demand_is_warned_of_where_it_is_called_normal(only, check):
    """Normal demand with a spread of 0.8 of its mean would often be below 0; else it is gamma."""
    demand = "item,segment,mean,spread\npump,A,100,80\n"
    problem = only(items(SEASON, "law=normal", demand=demand))
    assert problem.severity is Severity.WARNING
    assert "a spread of 0.8 of its mean" in problem.message
    assert not check(items(SEASON, demand=demand))


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (
            {
                "response.csv": "segment,kind\n*,curve\n",
                "sales_curves.csv": "segment,shape,high,low,steepness\n*,exponential,2,1,3\n",
            },
            "is of a kind in response that does not say what one failed order loses.",
        ),
        (
            {
                "response.csv": "segment,prospect_pool,listeners\n*,town,5\n",
                "prospect_pools.csv": "pool,prospects,deterrence,prospect_value\ntown,900,0.2,50\n",
            },
            "belongs to a prospect_pool, which stock rooms do not know.",
        ),
    ],
)
def test_segments_whose_losses_are_no_sum_of_failures_are_refused(check, files, words):
    """Curves and pools of prospects count all of a segment's service together."""
    (problem,) = (its for its in check({**items(CONTINUOUS), **files}) if "item" in its.message)
    assert words in problem.message
    assert problem.table == "item_demand"


def test_hostile_names_are_shown_as_text(check):
    """Braces and tags in the name of an item stand in the message as they are."""
    row = '"{item} <b>",season,50,,,,'
    demand = 'item,segment,mean,spread\n"{item} <b>",A,0,0\n'
    (problem,) = check(items(row, demand=demand))
    assert problem.message == 'Nobody asks for item "{item} <b>".'


def test_shipped_stock_rooms_are_sound():
    """The example has no problem and no warning."""

    assert not read_case(examples()["spare_parts"]).problems
    assert load_case(examples()["spare_parts"]).table("items").use_columns.keys() == {
        "stock_value",
        "shelf_space",
    }
