"""Profit and loss of segments, whale curves, cost over the life, and what would make one pay."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopt.economics.profitability import (
    lifecycle_cost,
    segment_results,
    share_of_losers,
    share_of_top,
    ways_to_pay,
    whale_curve,
    whale_curve_of_groups,
)
from slopt.vocabulary import Stage

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def test_profit_and_loss_of_three_segments():
    """1,000 at 40 % less 100; 500 and 100 by referral at 30 % less 200; 200 at 10 % less 90."""
    found = segment_results([1000, 500, 200], [0.4, 0.3, 0.1], [100, 200, 90], [0, 100, 0])
    assert found.revenue == pytest.approx([1000, 600, 200])
    assert found.gross_margin == pytest.approx([400, 180, 20])
    assert found.contribution == pytest.approx([300, -20, -70])
    assert found.share_of_profit == pytest.approx([300 / 210, -20 / 210, -70 / 210])


def test_what_would_make_a_losing_segment_pay():
    """The second loses 20: a tenth of its service cost, 3.3 % of price, 11 % more volume."""
    results = segment_results([1000, 500, 200], [0.4, 0.3, 0.1], [100, 200, 90], [0, 100, 0])
    found = ways_to_pay(results)
    assert found.cost_cut == pytest.approx([0, 20, 70])
    assert found.cost_cut_share == pytest.approx([0, 0.1, 70 / 90])
    assert found.price_rise == pytest.approx([0, 20 / 600, 70 / 200])
    assert found.growth == pytest.approx([0, 20 / 180, 70 / 20])


@given(
    revenue=st.floats(1, 1e5),
    margin=st.floats(0.01, 1),
    cost=st.floats(0, 2e5),
    wanted=st.floats(0, 1e4),
)
def test_each_way_reaches_what_was_wanted(revenue, margin, cost, wanted):
    """Put back into the profit and loss, each change alone gives the contribution wanted."""
    results = segment_results([revenue], [margin], [cost])
    found = ways_to_pay(results, wanted)
    goal = max(wanted, float(results.contribution[0]))
    dearer = revenue * (1 + found.price_rise) - results.variable_cost - cost
    grown = revenue * (1 + found.growth) * margin - cost
    size = 1e-9 * (revenue + cost + wanted)
    assert dearer == pytest.approx(goal, abs=size)
    assert grown == pytest.approx(goal, abs=size)
    assert results.contribution + found.cost_cut == pytest.approx(goal, abs=size)


def test_growth_cannot_help_without_margin():
    """Goods sold at cost: no volume pays for the service."""
    assert np.isinf(ways_to_pay(segment_results([100], [0.0], [5])).growth).all()


def test_whale_of_five_customers():
    """50, 40, 30, -5, -15: total 100; peak 120 % at 60 % of customers, two of five lose."""
    profits = [-5, 40, 50, -15, 30]
    found = whale_curve(profits)
    assert found.order.tolist() == [2, 1, 4, 0, 3]
    assert found.profit == pytest.approx([0, 0.5, 0.9, 1.2, 1.15, 1.0])
    assert found.peak == pytest.approx(1.2)
    assert found.peak_at == pytest.approx(0.6)
    assert share_of_losers(profits) == pytest.approx(0.4)
    assert share_of_top(profits, 0.2) == pytest.approx(0.5)
    assert share_of_top(profits, 0.5) == pytest.approx(1.2)
    assert share_of_top(profits, 0.01) == pytest.approx(0.5)


@given(st.lists(st.integers(-50, 100), min_size=1, max_size=30).filter(lambda p: sum(p) > 0))
def test_the_curve_is_the_best_of_all_choices(profits):
    """No set of as many customers makes more than the first ones of the curve."""
    found = whale_curve(profits)
    best = np.cumsum(sorted(profits, reverse=True)) / sum(profits)
    assert found.profit[1:] == pytest.approx(best)
    assert found.peak == pytest.approx(sum(p for p in profits if p > 0) / sum(profits))
    assert found.profit[-1] == pytest.approx(1)
    assert share_of_top(profits, 0.5) >= 0.5 - 1e-12


def test_shares_of_nothing_are_refused():
    """A total of 0 or below has no shares."""
    with pytest.raises(ValueError, match="add up to more than 0"):
        whale_curve([1, -1])
    with pytest.raises(ValueError, match="no profit"):
        _ = segment_results([1], [0.1], [5]).share_of_profit
    with pytest.raises(ValueError, match="contribution_margin must be at most 1, not 40"):
        segment_results([1], [40], [1])


def test_lifecycle_cost_by_stage():
    """90 to win, 10 a year to serve for three years, 5 to expand in the third; r 0.8, d 25 %."""
    found = lifecycle_cost(
        {Stage.ACQUIRE: [90], Stage.SERVE: [10, 10, 10], Stage.EXPAND: [0, 0, 5]}, 0.8, 0.25
    )
    assert found == {
        Stage.ACQUIRE: pytest.approx(90),
        Stage.SERVE: pytest.approx(10 * (1 + 0.64 + 0.64**2)),
        Stage.EXPAND: pytest.approx(5 * 0.64**2),
    }
    with pytest.raises(ValueError, match="cost to serve must be at least 0"):
        lifecycle_cost({Stage.SERVE: [-1]}, 0.8, 0.1)


def _top_fifth(file, key, value):
    if not (SHARED / file).exists():
        pytest.skip("the shared data are not beside this checkout")
    totals = {}
    with (SHARED / file).open(encoding="utf-8", errors="replace", newline="") as rows:
        for number, row in enumerate(csv.DictReader(rows)):
            name = row[key] if key else number
            totals[name] = totals.get(name, 0.0) + float(row[value])
    return share_of_top(list(totals.values()), 0.2)


@pytest.mark.parametrize(
    ("file", "key", "value", "share"),
    [
        ("iranian_churn/Customer_Churn.csv", None, "Customer Value", 0.573),
        ("scms/SCMS_Delivery_History_Dataset.csv", "Country", "Line Item Value", 0.866),
    ],
)
def test_the_best_fifth_of_real_customers(file, key, value, share):
    """Measured, not assumed: 57.3 % of value at a phone company, 86.6 % of 43 countries' orders."""
    assert _top_fifth(file, key, value) == pytest.approx(share, abs=5e-4)


def test_a_whale_curve_of_groups_is_that_of_their_customers():
    """Two of 30 each, three of 10, one of -20: as if all six were listed one by one."""
    groups = whale_curve_of_groups([30, -20, 60], [3, 1, 2])
    single = whale_curve([30, 30, 10, 10, 10, -20])
    assert groups.order.tolist() == [2, 0, 1]
    assert groups.peak == pytest.approx(single.peak) == pytest.approx(90 / 70)
    assert groups.peak_at == pytest.approx(5 / 6)
    for top in (1 / 6, 0.5, 0.9):
        assert groups.share_up_to(top) == pytest.approx(single.share_up_to(top))
    assert groups.share_up_to(0.25) == pytest.approx(45 / 70)


@pytest.mark.parametrize(
    ("profits", "sizes", "words"),
    [([1, 2], [1], "one length"), ([1], [0], "some customers"), ([-1], [2], "more than 0")],
)
def test_groups_need_customers_and_a_profit(profits, sizes, words):
    """A curve of nobody, or of nothing, is refused."""
    with pytest.raises(ValueError, match=words):
        whale_curve_of_groups(profits, sizes)
