"""Complaints, reactions to stock-outs and sales by level become tables of the case."""

from __future__ import annotations

import numpy as np
import pytest
from written_history import LEVEL, csv, write_history

from slopt.calibrate.calibrate import calibrate
from slopt.economics.offers import make_offers
from slopt.errors import InvalidInput

RECORD = """
[customers]
file = "c.csv"
[customers.columns]
customer = "c"
segment = "s"
failed = "f"
left = "l"
[tickets]
file = "t.csv"
[tickets.columns]
customer = "c"
resolved = "r"
quickly = "q"
"""
TRUTH = {
    "complaint_rate": 0.6,
    "resolved_quickly": 0.5,
    "resolved_slowly": 0.2,
    "leave_probability": 0.3,
    "leave_if_quick": 0.05,
    "leave_if_slow": 0.2,
    "leave_if_in_vain": 0.5,
}


def complaints(size=12000, seed=3):
    """Customers of whom 30 % have a failure, 60 % of these complain, and half are helped fast."""
    random = np.random.default_rng(seed)
    records, tickets = [], []
    for i in range(size):
        failed, leave = random.random() < 0.3, 0.1
        if failed:
            leave += TRUTH["leave_probability"]
            if random.random() < TRUTH["complaint_rate"]:
                end = random.random()
                quick, slow = end < 0.5, 0.5 <= end < 0.7
                tickets.append((f"c{i}", int(quick or slow), int(quick)))
                way = "leave_if_quick" if quick else "leave_if_slow" if slow else "leave_if_in_vain"
                leave = 0.1 + TRUTH[way]
        records.append((f"c{i}", f"s{i % 3}", int(failed), int(random.random() < leave)))
    return {"c.csv": csv(("c", "s", "f", "l"), records), "t.csv": csv(("c", "r", "q"), tickets)}


def test_complaints_and_what_they_lead_to_are_recovered(tmp_path):
    """Seven shares of a simulated record lie in their intervals, and the case counts them."""
    made = calibrate(write_history(tmp_path, RECORD + LEVEL, complaints()))
    found = {
        each.column: each
        for each in made.estimates
        if each.table == "response" and each.segment == "*"
    }
    missed = [
        name for name, truth in TRUTH.items() if not found[name].low <= truth <= found[name].high
    ]
    assert len(missed) <= 1, missed
    assert not any(e.column == "leave_probability" and e.segment != "*" for e in made.estimates)
    assert make_offers(made.case).lost_customers.shape == (3, 1)


def test_tickets_alone_do_not_tell_of_the_silent(tmp_path):
    """Without failures from elsewhere a rate of complaints cannot be known, which is said."""
    text = RECORD.replace('failed = "f"\n', "")
    made = calibrate(write_history(tmp_path, text + LEVEL, complaints(3000)))
    assert not any(each.column == "complaint_rate" for each in made.estimates)
    assert any("who was silent" in warning.message for warning in made.warnings)


STOCK_OUTS = """
[orders]
file = "o.csv"
[orders.columns]
segment = "s"
time = "d"
quantity_ordered = "a"
quantity_delivered = "b"
revenue = "p"
[stock_outs]
file = "r.csv"
[stock_outs.columns]
segment = "s"
reaction = "what"
count = "n"
[stock_outs.reactions]
other_shop = ["went elsewhere"]
later = ["waited", "came back"]
"""


def stock_files(reactions):
    """A year of orders of which one in nine is short, and reactions by segment."""
    orders = [
        ("ab"[i % 2], f"2026-{1 + i % 12:02}-05", 2, 1 if i % 9 == 0 else 2, 30) for i in range(400)
    ]
    return {"o.csv": csv(("s", "d", "a", "b", "p"), orders),
            "r.csv": csv(("s", "what", "n"), reactions)}  # fmt: skip


def test_reactions_to_stock_outs_become_shares_that_add_up(tmp_path):
    """40 of 100 went elsewhere, 35 waited, 25 took nothing; a segment with few has none."""
    rows = [("a", "went elsewhere", 40), ("a", "waited", 30), ("a", "nothing", 20),
            ("b", "came back", 5), ("b", "nothing", 5)]  # fmt: skip
    made = calibrate(write_history(tmp_path, STOCK_OUTS, stock_files(rows)))
    table = made.case.table("stock_outs")
    assert table.texts("segment").tolist() == ["*", "a"]
    assert table.numbers("other_shop").tolist() == pytest.approx([0.4, 40 / 90], abs=1e-5)
    assert table.numbers("later").tolist() == pytest.approx([0.35, 30 / 90], abs=1e-5)
    assert {e.value for e in made.estimates if e.column == "kind"} == {"stock_out"}
    assert make_offers(made.case).lost_orders.min() > 0


def test_a_reaction_that_has_no_name_is_refused(tmp_path):
    """With the text and the section that gives it one."""
    with pytest.raises(InvalidInput) as raised:
        calibrate(write_history(tmp_path, STOCK_OUTS, stock_files([("a", "shrugged", 4)])))
    (problem,) = raised.value.problems
    assert (problem.file, problem.value) == ("r.csv", "shrugged")
    assert "[stock_outs.reactions]" in problem.remedy


SALES = """
[orders]
file = "o.csv"
[orders.columns]
segment = "s"
time = "d"
failed = "f"
revenue = "p"
[sales]
file = "x.csv"
[sales.columns]
segment = "s"
level = "q"
sales = "y"
method = "m"
weight = "w"
"""


def sales_files(rows):
    """Orders of which one in ten fails, and sales by level."""
    orders = [("ab"[i % 2], f"2026-{1 + i % 12:02}-05", int(i % 10 < 2), 30) for i in range(400)]
    return {"o.csv": csv(("s", "d", "f", "p"), orders),
            "x.csv": csv(("s", "q", "y", "m", "w"), rows)}  # fmt: skip


def test_sales_by_level_become_a_curve(tmp_path):
    """Weighted means by level; what was asked in a survey is marked as assumed."""
    rows = [("a", 0.7, 100, "two points", 1), ("a", 0.7, 106, "two points", 2),
            ("a", 0.95, 120, "survey", 1)]  # fmt: skip
    made = calibrate(write_history(tmp_path, SALES, sales_files(rows)))
    points = made.case.table("sales_points")
    assert points.numbers("sales").tolist()[:2] == pytest.approx([104, 120])
    kinds = {e.point: e.kind.value for e in made.estimates if e.column == "sales"}
    assert (kinds["level 1"], kinds["level 2"]) == ("measured", "assumed")
    assert {e.segment for e in made.estimates if e.column == "kind"} == {"a"}
    assert make_offers(made.case).lost_orders[0, 0] > 0


def test_the_curve_goes_on_to_levels_of_tiers_beyond_its_points(tmp_path):
    """Tiers at 80 % and points from 85 %: the line goes on as far as intervals, as assumed."""
    rows = [("", 0.85, 100, "two points", 1), ("", 0.95, 120, "two points", 1)]
    made = calibrate(write_history(tmp_path, SALES, sales_files(rows)))
    lowest = next(e for e in made.estimates if (e.column, e.point) == ("sales", "lowest"))
    assert lowest.kind.value == "assumed"
    assert lowest.value < 100
    levels = made.case.table("sales_points").numbers("service_level")
    ends = [e.low for e in made.estimates if (e.table, e.column) == ("offers", "service_level")]
    assert levels.min() == pytest.approx(min(ends), abs=1e-6)
    assert levels.max() == 1.0


def test_a_line_that_falls_below_no_sales_is_told_and_not_written(tmp_path):
    """From 120 at 95 % and 10 at 90 % on, a tier at 80 % would sell less than nothing."""
    rows = [("", 0.9, 10, "two points", 1), ("", 0.95, 120, "two points", 1)]
    made = calibrate(write_history(tmp_path, SALES, sales_files(rows)))
    assert not any(each.table == "sales_points" for each in made.estimates)
    assert any("falls below 0" in warning.message for warning in made.warnings)


def test_orders_of_a_curve_from_a_log_of_sales_are_those_at_its_end(tmp_path):
    """Sales of 100 at 85 % and 120 at 95 %: 90 at the 80 % of the log, and 130 at the end."""
    rows = [("a", 0.85, 100, "two points", 1), ("a", 0.95, 120, "two points", 1)]
    made = calibrate(write_history(tmp_path, SALES, sales_files(rows)))
    (found,) = [f for f in made.findings if f.name == "orders at the upper end of sales curves"]
    (row,) = found.rows
    assert row["factor"] == pytest.approx(130 / 90)
    orders = next(
        e for e in made.estimates if (e.column, e.segment) == ("orders_per_customer", "a")
    )
    assert orders.value == pytest.approx(row["seen"] * row["factor"])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("a", 0.7, 100, "", 1)], "one level alone"),
        ([("a", 0.7, 100, "", 1), ("a", 0.9, 90, "", 1)], "do not rise"),
    ],
)
def test_sales_that_make_no_curve_are_told(tmp_path, rows, message):
    """One level, or sales that fall: a warning, and the default response."""
    made = calibrate(write_history(tmp_path, SALES, sales_files(rows)))
    assert not any(each.table == "sales_points" for each in made.estimates)
    assert any(message in warning.message for warning in made.warnings)
