"""Cost tables in the offers: by hand, against plain loops, and what must never change."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import make_case

from slopt.case.load import load_case
from slopt.economics.cost_to_serve import CostToServe, Volumes
from slopt.economics.offers import make_offers
from slopt.errors import InvalidInput
from slopt.shipped import examples

RATES = ("per_customer", "per_order", "per_failure", "per_segment")


def records(case, table):
    """A table as a list of rows; None for blank numbers."""
    columns = case.table(table).as_lists()
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def plain_costs(case):
    """{(segment, tier): booked money of lines and pools}, one loop a definition."""
    found = {}
    lines, terms = records(case, "cost_lines"), records(case, "activities")
    rate = {pool["pool"]: plain_rate(case, pool) for pool in records(case, "pools")}
    for segment in records(case, "segments"):
        for tier in records(case, "tiers"):
            size = volumes(segment, tier)
            money = 0.0
            for line in lines:
                if line["visibility"] == "booked" and speaks_of(line, segment, tier):
                    money += sum(line[name] * size[name] for name in RATES)
            for term in terms:
                units = units_of(case, term["driver"], segment, tier, size)
                money += term["minutes"] * units * rate[term["pool"]]
            found[segment["segment"], tier["tier"]] = money
    return found


def volumes(segment, tier):
    """What the four rates are multiplied by."""
    orders = segment["customers"] * segment["orders_per_customer"]
    failed = orders * (1 - tier["service_level"])
    return dict(zip(RATES, (segment["customers"], orders, failed, 1.0), strict=True))


def speaks_of(row, segment, tier):
    """Is a row about this pair?"""
    return row["segment"] in ("*", segment["segment"]) and row["tier"] in ("*", tier["tier"])


def units_of(case, driver, segment, tier, size):
    """Units of a driver: a known one, else by its most specific row."""
    known = dict(zip(("customers", "orders", "failures"), RATES, strict=False))
    if driver in known:
        return size[known[driver]]
    rows = [row for row in records(case, "drivers") if row["driver"] == driver]
    for own in (segment["segment"], "*"):
        for its in (tier["tier"], "*"):
            for row in rows:
                if (row["segment"], row["tier"]) == (own, its):
                    return sum(row[name] * size[name] for name in RATES)
    return 0.0


def plain_rate(case, pool):
    """Money a minute."""
    cost = pool["cost"]
    for line in records(case, "cost_lines"):
        if line["pool"] == pool["pool"]:
            cost += line["amount"]
        for row in records(case, "allocation"):
            if (row["line"], row["pool"]) == (line["line"], pool["pool"]):
                cost += row["share"] * line["amount"]
    if pool["practical_minutes"] is not None:
        return cost / pool["practical_minutes"]
    return cost / (pool["theoretical_minutes"] * pool["usable_share"])


def random_tables(seed):
    """Tables with every kind of line, scope and driver."""
    rng = np.random.default_rng(seed)
    segments = [f"s{i}" for i in range(rng.integers(1, 5))]
    tiers = [f"t{i}" for i in range(rng.integers(1, 4))]

    def money(top=50):
        return round(float(rng.uniform(0, top)), 2)

    def some(names):
        return None if rng.random() < 0.5 else str(rng.choice(names))

    return {
        "segments": [
            {
                "segment": s,
                "customers": int(rng.integers(0, 90)),
                "orders_per_customer": money(9),
                "revenue_per_order": money(200),
                "margin": round(float(rng.random()), 3),
                "base_churn": 0.1,
                "current_tier": str(rng.choice(tiers)),
            }
            for s in segments
        ],
        "tiers": [{"tier": t, "service_level": round(float(rng.random()), 3)} for t in tiers],
        "pools": [
            {"pool": "desk", "cost": money(900), "practical_minutes": 100 + money(900)},
            {"pool": "hall", "theoretical_minutes": 100 + money(900), "usable_share": 0.85},
        ],
        "cost_lines": [
            {
                "line": f"direct {i}",
                "visibility": str(rng.choice(["booked", "booked", "hidden"])),
                "stage": str(rng.choice(["acquire", "serve", "retain", "win_back"])),
                "segment": some(segments),
                "tier": some(tiers),
                "per_segment": 1 + money(),
                **{name: money() for name in RATES[:3] if rng.random() < 0.6},
            }
            for i in range(rng.integers(1, 6))
        ]
        + [
            {"line": "wages", "amount": money(5000), "pool": "desk"},
            {"line": "rent", "amount": money(5000)},
            {"line": "head office", "amount": money(5000)},
        ],
        "allocation": [
            {"line": "rent", "pool": "desk", "share": 0.25},
            {"line": "rent", "pool": "hall", "share": 0.5},
        ],
        "activities": [
            {"activity": "entry", "pool": "desk", "minutes": money(9)},
            {"activity": "entry", "pool": "desk", "driver": "calls", "minutes": money(9)},
            {"activity": "entry", "pool": "hall", "driver": "calls", "minutes": money(9)},
            {"activity": "claims", "pool": "hall", "driver": "failures", "minutes": money(9)},
            {"activity": "visits", "pool": "desk", "driver": "customers", "minutes": money(9)},
        ],
        "drivers": [
            {"driver": "calls", "segment": s, "tier": t, **{n: money(3) for n in RATES}}
            for s in [None, *segments]
            for t in [None, *tiers]
            if rng.random() < 0.5
        ]
        or [{"driver": "calls", "per_order": 1}],
    }


@pytest.mark.parametrize("seed", range(40))
def test_offers_with_cost_tables_equal_plain_loops(seed):
    """Lines by scope, pools by minutes, drivers by their most specific row: as loops give them."""
    case = make_case(random_tables(seed))
    cost, expected = make_offers(case).service_cost, plain_costs(case)
    for s, segment in enumerate(case.segments):
        for k, tier in enumerate(case.tiers):
            assert cost[s, k] == pytest.approx(expected[segment, tier], rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_a_chosen_tier_is_charged_as_its_offer(seed):
    """The accounts of a choice take the same figures from the same tables as the offers."""
    case = make_case(random_tables(seed))
    offers, tables = make_offers(case), CostToServe(case)
    segments = case.table("segments")
    size = segments.numbers("customers"), segments.numbers("orders_per_customer")
    choice = np.random.default_rng(seed).integers(0, len(case.tiers), len(case.segments))
    found = tables.charge(Volumes.of(*size, offers.service_level, choice))
    chosen = offers.service_cost[np.arange(len(choice)), choice]
    assert found[:, 0] == pytest.approx(chosen, rel=1e-12, abs=1e-9)


def test_offers_of_office_supplies_are_those_of_the_hand_table():
    """As worked out on paper in the example's SOURCE.md."""
    case = load_case(examples()["office_supplies"])
    cost = make_offers(case).service_cost
    assert cost[:, 0] == pytest.approx([45440, 67000, 59800, 21400])
    assert cost[0, 1] == pytest.approx(52200)


def test_cost_tables_come_on_top_of_the_rates_of_tiers():
    """Rates of the tier are added; blank ones leave the tables alone."""
    tables = random_tables(3)
    alone = make_offers(make_case(tables)).service_cost
    tables["tiers"] = [{**row, "cost_per_order": 2.5} for row in tables["tiers"]]
    case = make_case(tables)
    segments = case.table("segments")
    orders = segments.numbers("customers") * segments.numbers("orders_per_customer")
    both = make_offers(case).service_cost
    assert both == pytest.approx(alone + 2.5 * orders[:, None])


def test_a_given_service_cost_replaces_the_cost_tables_too():
    """What the offers table says is all that the pair costs."""
    tables = random_tables(3)
    tables["offers"] = [{"segment": "s0", "tier": "t0", "service_cost": 7}]
    assert make_offers(make_case(tables)).service_cost[0, 0] == 7


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_hidden_lines_never_enter_service_cost(seed):
    """Without its hidden lines a case has the same service cost, to the digit."""
    tables = random_tables(seed)
    booked = [row for row in tables["cost_lines"] if row.get("visibility") != "hidden"]
    with_all = make_offers(make_case(tables)).service_cost
    without = make_offers(make_case({**tables, "cost_lines": booked})).service_cost
    assert np.array_equal(with_all, without)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([2.0, 0.5, 8.0]))
def test_twice_the_money_is_twice_the_charge(seed, factor):
    """Amounts, pool costs and rates scale together; powers of two scale to the last bit."""
    tables = random_tables(seed)
    money = (*RATES, "amount")
    lines = [
        {k: v * factor if k in money else v for k, v in row.items()} for row in tables["cost_lines"]
    ]
    pools = [{**row, "cost": row.get("cost", 0.0) * factor} for row in tables["pools"]]
    scaled = make_offers(make_case({**tables, "cost_lines": lines, "pools": pools}))
    once = make_offers(make_case(tables)).service_cost
    assert scaled.service_cost == pytest.approx(factor * once, rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_a_tier_that_uses_no_activity_is_charged_by_none(seed):
    """With drivers of one tier only, all other tiers cost what their lines cost."""
    tables = random_tables(seed)
    tables["drivers"] = [{"driver": "calls", "tier": "t0", "per_order": 2}]
    tables["activities"] = [
        {"activity": "calls", "pool": name, "driver": "calls", "minutes": 5}
        for name in ("desk", "hall")
    ]
    with_pools = make_offers(make_case(tables)).service_cost
    del tables["activities"], tables["drivers"]
    lines_only = make_offers(make_case(tables)).service_cost
    assert with_pools[:, 1:] == pytest.approx(lines_only[:, 1:], rel=1e-15)
    assert np.all(with_pools[:, 0] >= lines_only[:, 0])


def test_an_activity_that_takes_less_than_no_time_is_refused():
    """12 minutes an order less 20 a web order are none for a segment that orders there only."""
    tables = {
        "segments": [{"segment": "web", "customers": 5}, {"segment": "shop", "customers": 5}],
        "tiers": [{"tier": "low", "service_level": 0.9}],
        "pools": [{"pool": "desk", "cost": 100, "practical_minutes": 1000}],
        "activities": [
            {"activity": "entry", "pool": "desk", "minutes": 12},
            {"activity": "entry", "pool": "desk", "driver": "web_orders", "minutes": -20},
        ],
        "drivers": [{"driver": "web_orders", "segment": "web", "per_order": 1}],
    }
    with pytest.raises(InvalidInput) as refused:
        make_offers(make_case(tables))
    (problem,) = refused.value.problems
    assert '"entry" takes -40 minutes of desk for segment "web" in tier "low"' in problem.message
    assert (problem.table, problem.row) == ("activities", 3)


def test_rows_of_segments_elsewhere_charge_nobody_here():
    """A case in parts has lines and drivers of segments in other parts: they mean none of these."""
    case = make_case(random_tables(5))
    whole = make_offers(case).service_cost
    segments = case.table("segments")
    part = type(segments)(
        "segments", {name: _first(segments.column(name)) for name in segments}, segments.rows[:1]
    )
    of_part = make_offers(case.replace(tables={**case.tables, "segments": part})).service_cost
    assert len(whole) > 1
    assert of_part == pytest.approx(whole[:1], rel=1e-15)


def _first(column):
    if isinstance(column, np.ndarray):
        return column[:1]
    return type(column).of(column[:1])
