"""Values that are allowed but look like slips of unit: warnings, and few false ones."""

from __future__ import annotations

import pytest


def segments(column, values):
    """A segments table with one more column."""
    rows = [f"s{i},5,{value}" for i, value in enumerate(values)]
    return {"segments.csv": "\n".join([f"segment,customers,{column}", *rows]) + "\n"}


@pytest.mark.parametrize(
    ("values", "row", "times"),
    [
        ([100, 120, 0.09, 200, 150], 4, "1,111 times smaller"),
        ([0.1, 0.2, 0.3, 900, 0.25], 5, "3,000 times larger"),
        ([1e-300, 1e15, 1e15, 1e15, 1e15], 2, "inf times smaller"),
    ],
)
def test_a_thousandfold_jump_is_noticed(check, values, row, times):
    """One value a thousand times off the rest may be in thousands, or in cents."""
    problems = check(segments("revenue_per_order", values))
    assert [(p.severity, p.row, p.column) for p in problems] == [
        ("warning", row, "revenue_per_order")
    ]
    assert f"is {times} than what stands elsewhere in the column." in problems[0].message
    assert problems[0].remedy == "Check its unit: money per order, 0 or more."


@pytest.mark.parametrize(
    "values",
    [
        [100, 90000],
        [1, 10, 500, 20000, 900000],
        [0, 0, 0, 5000, 6000, 7000],
        [1, 2, 3, 4000, 5000, 6000],
        [100, 100, 100, 100, 100],
    ],
)
def test_a_wide_range_is_no_slip(check, values):
    """Few values, steps on the way, zeros and two equal camps are as businesses are."""
    assert not check(segments("revenue_per_order", values))


def test_a_share_divided_twice_is_noticed(check):
    """A margin of 0.003 among 0.3s was taken for a percentage once too often."""
    problems = check(segments("margin", [0.3, 0.0035, 0.25]))
    assert [(p.row, p.value) for p in problems] == [(3, "0.0035")]
    assert problems[0].remedy == "Check its unit: 0..1."


def test_units_of_different_resources_are_not_compared(check):
    """Hours, pallets and grams are in units of their own."""
    resources = "".join(f"r{i},{10.0**i}\n" for i in (0, 1, 2, 3, 8))
    usage = "".join(f"r{i},{10.0**i}\n" for i in (0, 1, 2, 3, 8))
    rules = "".join(f"R{i},min_service_level,*,0.5,{10.0**i}\n" for i in (0, 1, 2, 3, 8))
    assert not check(
        {
            "resources.csv": "resource,capacity\n" + resources,
            "usage.csv": "resource,per_order\n" + usage,
            "rules.csv": "rule,kind,segment,value,penalty\n" + rules,
        }
    )


def test_units_of_one_resource_are_compared(check):
    """Five tiers that use minutes and one that uses 5,000 of them."""
    tiers = "".join(f"t{i},0.9\n" for i in range(6))
    usage = "".join(f"hours,t{i},{value}\n" for i, value in enumerate([1, 1.5, 2, 3, 4, 5000]))
    problems = check(
        {
            "tiers.csv": "tier,service_level\n" + tiers,
            "resources.csv": "resource,capacity\nhours,9\n",
            "usage.csv": "resource,tier,per_order\n" + usage,
        }
    )
    assert [(p.table, p.row) for p in problems] == [("usage", 7)]


def test_a_higher_tier_that_serves_less_well_is_noticed(only):
    """Rank and service level that disagree are likely exchanged."""
    problem = only({"tiers.csv": "tier,rank,service_level\nlow,2,0.8\nhigh,1,0.9\n"})
    assert (problem.severity, problem.row, problem.column) == ("warning", 2, "service_level")
    assert problem.message == '"low" ranks above "high" but serves less well.'


def test_too_many_listeners_are_noticed(only):
    """The literature has 8 to 10 people told by one customer."""
    problem = only({"response.csv": "segment,listeners\n*,800\n"})
    assert (problem.severity, problem.value) == ("warning", "800")
