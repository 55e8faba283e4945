"""Stock rooms from tables to offers: by hand, against their bound, and as files."""

from __future__ import annotations

import pickle
from itertools import pairwise, product

import numpy as np
import pytest
from strategies import make_case

from slopt.case.load import load_case
from slopt.economics.generated import Terms
from slopt.economics.stock_rooms.losses import demand_rows
from slopt.economics.stock_rooms.rooms import stock_rooms
from slopt.economics.stock_rooms.source import StockSource
from slopt.errors import InvalidInput
from slopt.shipped import examples

PUMPS = {
    "segments": [
        {
            "segment": "plants",
            "customers": 20,
            "orders_per_customer": 10,
            "revenue_per_order": 500,
            "margin": 0.4,
            "base_churn": 0.1,
        },
        {"segment": "web", "customers": 500, "revenue_per_order": 60, "margin": 0.5},
    ],
    "tiers": [{"tier": "only", "service_level": 0.95}],
    "response": [
        {"segment": "*", "lost_order_share": 0.5},
        {
            "segment": "plants",
            "lost_order_share": 0.2,
            "leave_probability": 0.05,
            "value_basis": "period",
            "listeners": 4,
            "prospect_share": 0.1,
            "deterrence": 0.5,
            "prospect_value": 1000,
        },
    ],
    "items": [
        {
            "item": "pump",
            "unit_cost": 50,
            "holding_rate": 0.2,
            "order_quantity": 40,
            "order_cost": 30,
            "lead_time": 0.25,
        }
    ],
    "item_demand": [
        {
            "item": "pump",
            "segment": "plants",
            "mean": 400,
            "spread": 60,
            "units_per_order": 2,
            "reference_level": 0.9,
        },
        {"item": "pump", "segment": "web", "mean": 200, "spread": 40, "unit_margin": 25},
    ],
}


def changed(tables, table, **cells):
    """The tables with these cells in the first row of one of them."""
    first, *rest = tables[table]
    return {**tables, table: [{**first, **cells}, *rest]}


def terms(source, cost=1.0, lost=1.0, use=None):
    """The same terms for all rooms."""
    one = np.ones(len(source.names))
    resources = len(source.rooms.unit_cost)
    return Terms(cost * one, lost * one, 0 * one, np.zeros(resources) if use is None else use)


def test_a_unit_short_costs_what_its_customers_do():
    """By hand. Plants: half an order a unit, 0.2 x 200 of margin; 1 - 0.9^10 = 0.6513 of customers
    for 1 failed order each, x 0.05 x 2,000 of margin, x 4 x 0.1 x 0.5 x 1,000. Web: 0.5 x 25.
    """
    case = make_case(PUMPS, {"case.discount_rate": 0.1})
    rows = demand_rows(case)
    made = 1 - 0.9**10
    assert rows.lost_orders == pytest.approx([0.2 * 200 / 2, 0.5 * 25])
    assert rows.dissatisfied == pytest.approx([made, 1.0])
    assert rows.lost_customers == pytest.approx([made * 0.05 * 2000 / 2, 0.0])
    assert rows.lost_prospects == pytest.approx([made * 4 * 0.1 * 0.5 * 1000 / 2, 0.0])
    rooms = stock_rooms(case)
    assert rooms.costs.lost_orders == pytest.approx([(400 * 20 + 200 * 12.5) / 600])
    assert rooms.costs.held == pytest.approx([10.0])
    assert rooms.costs.ordering == pytest.approx([30 * 600 / 40])
    (group,) = rooms.items.groups
    assert group.items.over_lead.mean == pytest.approx([150.0])
    assert group.items.over_lead.spread == pytest.approx([np.sqrt(0.25 * (60**2 + 40**2))])


def test_stock_outs_count_by_their_reactions():
    """Kind stock_out takes shares of reactions: margins of an order of two units at 30 each."""
    tables = changed(PUMPS, "item_demand", unit_margin=30)
    tables["response"] = [{"segment": "*", "kind": "stock_out"}]
    tables["stock_outs"] = [
        {"segment": "*", "other_shop": 0.4, "later": 0.5, "handling": 6, "leaves": 0.1}
    ]
    rows = demand_rows(make_case(tables, {"case.discount_rate": 0.1}))
    assert rows.lost_orders == pytest.approx([0.4 * 60 / 2, 0.4 * 25])
    assert rows.booked == pytest.approx([0.5 * 6 / 2, 0.5 * 6])
    assert rows.lost_customers[0] > 0


def test_economic_order_quantity_where_none_is_given():
    """sqrt(2 x 30 x 600 / 10) = 60 units."""
    tables = changed(PUMPS, "items", order_quantity=None)
    assert stock_rooms(make_case(tables, {"case.discount_rate": 0.1})).quantity == pytest.approx(
        [60.0]
    )


def test_lead_times_that_vary_add_to_the_spread():
    """Root of 0.25 x 5,200 + (600 x 0.05)^2."""
    tables = changed(PUMPS, "items", lead_time_spread=0.05)
    (group,) = stock_rooms(make_case(tables, {"case.discount_rate": 0.1})).items.groups
    assert group.items.over_lead.spread == pytest.approx([np.sqrt(0.25 * 5200 + 900)])


@pytest.mark.parametrize("name", ["spare_parts"])
def test_first_offers_hold_the_extremes_and_the_bound_holds_for_all(name):
    """No offer to begin with, no mixture of two and no random levels are worth less than the bound;
    least cost, least use and least loss are among the first.
    """
    source = StockSource(load_case(examples()[name]))
    first = source.first()
    rng = np.random.default_rng(1)
    low, high = source.rooms.items.least(), source.rooms.items.most()
    low = np.where(np.isnan(low), 0.0, low)
    drawn = source.offers([low + share * (high - low) for share in rng.random((30, len(low)))])
    for cost, lost, price in product((0, 1, 3), (0, 1), (0, 0.5)):
        asked = terms(source, cost, lost, np.full(len(source.rooms.unit_cost), float(price)))
        best = source.best(asked)
        found = asked.value(best.offers)[:, 0]
        # Of 700,000 that are lost without stock, a shortage in a billion cycles is left open.
        assert found == pytest.approx(best.bound, rel=1e-6, abs=0.01)
        for offers in (first, drawn):
            assert np.all(asked.value(offers) >= best.bound[:, None] - 1e-6)
    least_use = source.best(terms(source, 0, 0, np.ones(len(source.rooms.unit_cost))))
    assert np.all(first.use.min(axis=2) <= least_use.offers.use[..., 0] + 1e-9)
    least_cost = source.best(terms(source, 1, 0))
    assert np.all(first.service_cost.min(axis=1) <= least_cost.bound * (1 + 1e-6))
    least_loss = source.best(terms(source, 0, 1))
    assert first.lost_sales.min(axis=1) == pytest.approx(
        least_loss.offers.lost_sales[:, 0], rel=1e-6
    )


def test_what_lies_between_two_offers_is_no_more_than_their_mixture():
    """Cost, losses and use of levels half way, where both offers stock every item."""
    source = StockSource(load_case(examples()["spare_parts"]))
    two = [source.best(terms(source, cost)).offers for cost in (1.0, 0.2)]
    share = np.array([0.25, 0.6])
    between = source.between(*two, share)
    for name in ("service_cost", "lost_sales"):
        ends = [getattr(offers, name)[:, 0] for offers in two]
        mixed = (1 - share) * ends[0] + share * ends[1]
        assert np.all(getattr(between, name)[:, 0] <= mixed * (1 + 1e-12))
    ends = [offers.use[..., 0] for offers in two]
    assert np.all(between.use[..., 0] <= (1 - share) * ends[0] + share * ends[1] + 1e-9)


def test_between_nothing_and_something_some_items_are_stocked():
    """From the least stock to the best one at 0, and all of it at 1."""
    source = StockSource(load_case(examples()["spare_parts"]))
    two = [source.offers([source.rooms.items.least()]), source.best(terms(source)).offers]
    uses = [source.between(*two, np.full(2, share)).use[0, :, 0] for share in (0, 0.3, 0.7, 1)]
    assert all(np.all(more > less) for less, more in pairwise(uses))
    assert uses[0] == pytest.approx(two[0].use[0, :, 0])
    assert uses[-1] == pytest.approx(two[1].use[0, :, 0])


def test_files_add_up_to_the_offer():
    """Items, classes and segments of a plan come to the room's own figures."""
    source = StockSource(load_case(examples()["spare_parts"]))
    best = source.best(terms(source)).offers
    files = source.plan_files([details[0] for details in best.details])
    by_item, by_class, by_segment = (
        files[name].rows for name in ("stock.csv", "stock_classes.csv", "stock_segments.csv")
    )

    def total(rows, column):
        return sum(row[column] or 0 for row in rows)

    assert total(by_item, "service_cost") == pytest.approx(best.service_cost.sum())
    for name in ("lost_orders", "lost_customers", "lost_prospects"):
        for rows in (by_item, by_class, by_segment):
            assert total(rows, name) == pytest.approx(getattr(best, name).sum()), name
    assert total(by_item, "stock_value") == pytest.approx(best.use[0].sum())
    rooms = source.rooms
    orders, filled = rooms.rows.orders, 1 - np.array([row["units_short"] for row in by_item])
    assert len(filled) == len(rooms.room)
    failed = total(by_class, "failed_orders")
    levels = rooms.sums(rooms.share)  # 1 for each room
    assert levels == pytest.approx([1.0, 1.0])
    of_room = np.bincount(rooms.room[rooms.rows.item], weights=orders)
    assert failed == pytest.approx(float(of_room @ (1 - best.service_level[:, 0])))


def test_exact_losses_stand_beside_those_that_the_plan_counts():
    """At the level that reference_level says, both agree: 1 - q^n of the customers."""
    tables = {**PUMPS, "item_demand": [PUMPS["item_demand"][0]]}
    tables = changed(tables, "items", min_fill_rate=0.9, max_fill_rate=0.9)
    source = StockSource(make_case(tables, {"case.discount_rate": 0.1}))
    details = [its[0] for its in source.best(terms(source)).offers.details]
    (row,) = source.plan_files(details)["stock_segments.csv"].rows
    assert row["fill_rate"] == pytest.approx(0.9)
    assert row["dissatisfied"] == pytest.approx(20 * (1 - 0.9**10))
    assert row["dissatisfied_exact"] == pytest.approx(20 * (1 - 0.9**10))
    assert row["lost_customers"] == pytest.approx(row["lost_customers_exact"])


def test_sources_travel_between_processes():
    """A source that was pickled makes the same offers."""
    source = StockSource(load_case(examples()["spare_parts"]))
    again = pickle.loads(pickle.dumps(source)).first()
    first = source.first()
    assert np.array_equal(again.service_cost, first.service_cost)
    assert again.labels == first.labels


def test_fill_rates_that_no_stock_has_are_refused():
    """A cap below one half on an item that is ordered again is named."""
    tables = changed(PUMPS, "items", max_fill_rate=0.3)
    with pytest.raises(InvalidInput) as raised:
        StockSource(make_case(tables, {"case.discount_rate": 0.1}))
    (problem,) = raised.value.problems
    assert str(problem.message) == (
        'max_fill_rate of item "pump" is 0.3, and no stock of it fills less than 0.5.'
    )


def test_a_floor_just_above_the_highest_stock_is_told_from_what_that_fills():
    """Asked for one in ten billion short, a message tells a fill rate below that, never 1."""
    tables = changed(PUMPS, "items", min_fill_rate=0.9999999999999)
    with pytest.raises(InvalidInput) as raised:
        StockSource(make_case(tables, {"case.discount_rate": 0.1}))
    (problem,) = raised.value.problems
    said = str(problem.message)
    assert said.startswith('min_fill_rate of item "pump" is 0.9999999999999, and no stock of it')
    assert 0.99 < float(said.rsplit(" ", 1)[1].rstrip(".")) < 1


def test_nothing_bought_for_a_season_loses_all_demand_and_no_more():
    """Normal demand of 10 +- 9 is below 0 at times; with nothing bought 10 are short, not more,
    and files, offers and classes say so alike.
    """
    tables = changed(PUMPS, "items", kind="season", law="normal", min_fill_rate=None, unit_cost=1e6)
    tables = changed(tables, "item_demand", spread=None, variation=0.9)
    source = StockSource(make_case(tables, {"case.discount_rate": 0.1}))
    offers = source.best(terms(source)).offers
    files = source.plan_files([of_room[0] for of_room in offers.details])
    assert offers.service_level[0, 0] == pytest.approx(0, abs=1e-12)
    for row in (*files["stock.csv"].rows, *files["stock_classes.csv"].rows):
        assert row["fill_rate"] == pytest.approx(0, abs=1e-12)
    for row in files["stock_classes.csv"].rows:
        assert row["units_short"] == pytest.approx(row["demand"], rel=1e-12)
