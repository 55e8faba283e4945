"""Reserves of a planned stock: who is served first, what it saves, and at what it is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from slopt.case.load import load_case
from slopt.economics.stock_rooms.reserves import COLUMNS, stock_reserves
from slopt.economics.stock_rooms.source import StockSource
from slopt.shipped import examples


@pytest.fixture(scope="module")
def rooms():
    """The stock rooms of the shipped spare parts."""
    return StockSource(load_case(examples()["spare_parts"])).rooms


@pytest.fixture(scope="module")
def level(rooms):
    """The best levels without limits."""
    one, no_use = np.ones(len(rooms.rooms)), np.zeros(len(rooms.unit_cost))
    return rooms.items.best(rooms.prices(one, one, 0 * one, no_use)).level


def test_the_dearest_are_served_first_and_it_saves(rooms, level):
    """Plants lose most with a unit short, so that they are always among the first; who is first
    gets more than without a reserve, the others less, at less than 2 % more stock.
    """
    told = stock_reserves(rooms, level)
    assert told.columns == COLUMNS
    assert len(told.rows) > 10
    figures = rooms.items.figures(level)
    for row in told.rows:
        item = rooms.names.tolist().index(row["item"])
        assert "plants" in row["served_first"].split(", ")
        assert row["first_with"] > row["first_without"]
        assert row["others_with"] < row["others_without"]
        assert row["saved"] > 0
        assert 0 < row["reserve"] <= row["order_point"] == level[item]
        assert 0 <= row["more_stock"] < 0.02 * figures.stock[item]


def test_the_saving_is_that_of_the_fill_rates(rooms, level):
    """Cost of a unit short x demand x change of the fill rate, of both classes."""
    rows = rooms.rows
    cost = rows.booked + rows.lost_orders + rows.lost_customers + rows.lost_prospects
    for row in stock_reserves(rooms, level).rows[:5]:
        item = rooms.names.tolist().index(row["item"])
        saved = 0.0
        for j in np.flatnonzero(rows.item == item):
            first = rooms.segments[rows.segment[j]] in row["served_first"].split(", ")
            who = "first" if first else "others"
            saved += cost[j] * rows.mean[j] * (row[f"{who}_with"] - row[f"{who}_without"])
        assert row["saved"] == pytest.approx(saved)


def test_without_a_reserve_the_shares_are_those_of_the_plan(rooms, level):
    """Weighted by demand the fill rates without a reserve come to the plan's within 0.005."""
    filled = 1 - rooms.items.figures(level).short / rooms.items.demand
    rows = rooms.rows
    for row in stock_reserves(rooms, level).rows:
        item = rooms.names.tolist().index(row["item"])
        its = np.flatnonzero(rows.item == item)
        names = np.array([rooms.segments[segment] for segment in rows.segment[its]])
        first = np.isin(names, row["served_first"].split(", "))
        mean = rows.mean[its]
        both = mean[first].sum() * row["first_without"] + mean[~first].sum() * row["others_without"]
        assert both / mean.sum() == pytest.approx(filled[item], abs=0.005)


def test_items_that_are_not_stocked_have_no_reserve(rooms, level):
    """Nor have those of the season and those that are reviewed now and then."""
    none = np.full_like(level, np.nan)
    assert stock_reserves(rooms, none).rows == ()
    kinds = dict(zip(rooms.names.tolist(), rooms.kinds.tolist(), strict=True))
    told = {kinds[row["item"]] for row in stock_reserves(rooms, level).rows}
    assert told == {"continuous"}
