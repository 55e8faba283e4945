"""The accounts of customers: every number of the hand example, plain recomputation, the proof."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import make_case

from slopt.case.load import load_case
from slopt.plan.provenance import Origin, origins
from slopt.problem.build import build_problem
from slopt.shipped import examples
from slopt.study.cost_ledger import overused_pools
from slopt.study.costs_document import costs_document
from slopt.study.customers import customer_accounts, pool_warnings
from slopt.study.project_returns import projects_of
from slopt.study.service_figures import told_measures
from slopt.vocabulary import SourceKind, Stage, Visibility


@pytest.fixture(scope="module")
def office():
    """The accounts of office_supplies with today's tiers: key, mid, small, web."""
    case = load_case(examples()["office_supplies"])
    problem = build_problem(case)
    return customer_accounts(case, problem, problem.current)


@pytest.fixture(scope="module")
def document(office):
    """The same as one document."""
    return costs_document(office, "today", 0.0)


def accounts_of(tables, settings=None):
    """The accounts of a case with today's tiers."""
    case = make_case(tables, settings)
    problem = build_problem(case)
    return customer_accounts(case, problem, problem.current)


def test_profit_and_loss_is_that_of_the_hand_table(office):
    """Revenue, margin, the parts of cost and the contribution, as worked out in SOURCE.md."""
    results, parts = office.results, office.parts
    assert results.direct_revenue.tolist() == [400000, 400000, 120000, 50000]
    assert results.referral_revenue.tolist() == [20000, 0, 0, 0]
    assert results.gross_margin == pytest.approx([126000, 100000, 30000, 10000])
    assert parts.direct_lines == pytest.approx([12840, 14200, 15000, 9000])
    assert parts.pools == pytest.approx([39360, 52800, 44800, 12400])
    for nothing in (parts.tier_rates, parts.resources, parts.other):
        assert not nothing.any()
    assert results.cost_to_serve == pytest.approx([52200, 67000, 59800, 21400])
    assert results.contribution == pytest.approx([73800, 33000, -29800, -11400])


def test_pools_are_those_of_the_hand_table(office):
    """Cost, rate, minutes, what is charged and what stays unused."""
    charge = office.ledger.charge
    assert office.ledger.pools == ("desk", "warehouse")
    assert charge.pool_cost.tolist() == [88000, 90000]
    assert charge.rate == pytest.approx([0.8, 1.0])
    assert charge.used_minutes == pytest.approx([89200, 78000])
    assert charge.unused_minutes == pytest.approx([20800, 12000])
    assert charge.unused_cost == pytest.approx([16640, 12000])
    assert charge.charged[0] == pytest.approx([15360, 28800, 20800, 6400])
    assert charge.charged[1] == pytest.approx([24000, 24000, 24000, 6000])


def test_activities_take_the_minutes_of_the_hand_table(office):
    """Order entry with what web orders save, calls, complaints by failures, picking by lines."""
    found = {its.activity: (its.minutes, its.cost, its.stage) for its in office.ledger.activities}
    assert found == {
        "order entry": (52000, pytest.approx(41600), "serve"),
        "calls": (21000, pytest.approx(16800), "serve"),
        "complaints": (pytest.approx(16200), pytest.approx(12960), "win_back"),
        "picking": (78000, pytest.approx(78000), "serve"),
    }


def test_lines_are_told_in_full(office):
    """Direct lines are charged whole, rent as its two pools are used, head office to nobody."""
    lines = {line.line: line for line in office.ledger.lines}
    assert lines["refunds"].charged == pytest.approx(10800)
    assert lines["rent"].to_nobody == 0
    assert lines["rent"].unused == pytest.approx(10000 * 20800 / 110000 + 30000 * 12000 / 90000)
    assert lines["head office"].to_nobody == 25000
    assert lines["bad word"].visibility is Visibility.HIDDEN
    assert office.ledger.hidden == pytest.approx([400, 2000, 2000, 1000])
    for line in lines.values():
        assert line.cost == pytest.approx(line.charged + line.unused + line.to_nobody)


def test_everything_booked_is_charged_unused_or_charged_to_nobody(office):
    """200,400 + 28,640 + 25,000 are the 254,040 of lines and pools."""
    proof = office.ledger.whole_proof
    assert proof.pools == pytest.approx(254040)
    assert proof.charged == pytest.approx(200400)
    assert proof.unused == pytest.approx(28640 + 25000)
    assert proof.holds
    assert office.result == pytest.approx(65600 - 28640 - 25000)


def test_stages_add_up_to_the_service_cost(office):
    """Catalogue, visits, refunds and complaints in their stages, all else to serve."""
    sums = {stage: float(money.sum()) for stage, money in office.stages.items()}
    assert sums == {
        Stage.ACQUIRE: pytest.approx(3240),
        Stage.SERVE: pytest.approx(169400),
        Stage.RETAIN: pytest.approx(4000),
        Stage.EXPAND: 0,
        Stage.WIN_BACK: pytest.approx(10800 + 12960),
    }


def test_concentration_is_measured(document):
    """324 of 1,620 customers: key, mid and 204 of the web shop; the peak after key and mid."""
    its = document["concentration"]
    assert its["share_of_contribution"] == pytest.approx((73800 + 33000 - 204 * 11.4) / 65600)
    assert its["peak"] == pytest.approx(106800 / 65600)
    assert its["peak_at"] == pytest.approx(120 / 1620)
    # By revenue a customer: key 21,000, mid 4,000, small 240, web 50.
    assert its["share_of_revenue"] == pytest.approx((420000 + 400000 + 204 * 240) / 990000)
    assert (its["losing_segments"], its["losing_customers"]) == (2, 1500)


def test_losers_are_told_what_would_make_them_pay(document):
    """small misses 29,800: half its cost, a quarter of its revenue, 99 % of its margin."""
    small, web = document["losers"]
    assert (small["segment"], web["segment"]) == ("small", "web")
    assert small["cost_cut"] == pytest.approx(29800)
    assert small["cost_cut_share"] == pytest.approx(29800 / 59800)
    assert small["price_rise"] == pytest.approx(29800 / 120000)
    assert small["growth"] == pytest.approx(29800 / 30000)
    assert (small["better_tier"], small["better_contribution"]) == ("basic", pytest.approx(-29800))


def test_three_methods_stand_side_by_side(office):
    """Without pools, pools by orders (178,000 over 6,000 orders), pools by minutes."""
    assert office.charged_directly == pytest.approx([12840, 14200, 15000, 9000])
    shares = np.array([1000, 2000, 2000, 1000]) / 6000
    assert office.allocated_by_orders == pytest.approx(office.charged_directly + 178000 * shares)


def test_lifetime_values_follow_the_closed_form(office):
    """key: (73,800 + 40) / 20 = 3,692 a year, x 0.9 / 0.2; winning one costs 40 / 2."""
    value = office.value
    assert value.contribution == pytest.approx([3692, 332, -57.6, -9.4])
    multiple = np.array([0.9 / 0.2, 0.9 / 0.2, 0.8 / 0.3, 0.6 / 0.5])
    assert value.lifetime == pytest.approx(value.contribution * multiple)
    # 10 %, 10 % and 20 % are replaced; growth says 0.5 for each customer of the web shop.
    assert value.acquisition_cost == pytest.approx([20, 20, 10, 4])
    assert value.life_cost[Stage.RETAIN] == pytest.approx([200 * 5.5, 0, 0, 0])
    assert value.life_cost[Stage.ACQUIRE] == pytest.approx([20, 20, 10, 4])


def test_states_of_loyalty_solve_their_equations(office):
    """V = m + P V / 1.1, checked state by state; lost is worth nothing and never left."""
    loyalty = office.value.loyalty
    v = dict(zip(loyalty.states, loyalty.multiples, strict=True))
    bad, fine, trust = v["dissatisfied"], v["satisfied"], v["trusting"]
    assert v["lost"] == 0
    assert bad == pytest.approx(0.5 + (0.3 * bad + 0.3 * fine) / 1.1)
    assert fine == pytest.approx(1 + (0.1 * bad + 0.6 * fine + 0.2 * trust) / 1.1)
    assert trust == pytest.approx(1.5 + (0.1 * fine + 0.85 * trust) / 1.1)
    mean = 0.25 * bad + 0.5 * fine + 0.25 * trust
    assert office.value.by_states == pytest.approx(office.value.contribution * mean)


def test_investments_count_what_the_money_would_earn_elsewhere(office):
    """30,000 for five years of 12,000 less 2,000: ROI with 8 % forgone, NPV at 8 %, payback 3."""
    (project,) = projects_of(office.case)
    forgone = 30000 * (1.08**5 - 1)
    assert project.opportunity_cost == pytest.approx(forgone)
    assert project.booked.roi == pytest.approx((60000 - 40000 - forgone) / (40000 + forgone))
    npv = sum(10000 / 1.08**t for t in range(1, 6)) - 30000
    assert project.booked.net_present_value == pytest.approx(npv)
    assert project.booked.payback == pytest.approx(3)
    assert project.expected.payback == pytest.approx(30000 / 13000)


def test_benefits_that_start_later_come_later():
    """Nothing in the first period; without other_return the discount rate counts."""
    tables = {
        "segments": [{"segment": "a", "customers": 1, "current_tier": "t"}],
        "tiers": [{"tier": "t", "service_level": 0.9}],
        "investments": [
            {"investment": "x", "outlay": 100, "periods": 3, "benefit": 80, "starts_after": 1},
            {"investment": "free", "outlay": 0, "periods": 1, "benefit": 5},
        ],
    }
    slow, free = projects_of(make_case(tables, {"case.discount_rate": 0.1}))
    assert slow.booked.net_present_value == pytest.approx(-100 + 80 / 1.21 + 80 / 1.331)
    assert slow.booked.payback == pytest.approx(2.25)
    assert slow.other_return == 0.1
    assert free.booked.roi is None


def test_measures_tell_what_the_case_knows_and_what_it_lacks(office):
    """Churn, utilisation, cost to serve and claims are told; damages lack their count."""
    told = {its.measure.name: its for its in told_measures(office)}
    assert told["churn"].value == pytest.approx((2 + 10 + 100 + 400) / 1620)
    assert told["utilisation"].value == pytest.approx(167200 / 200000)
    assert told["cost to serve"].value == pytest.approx(200400 / 990000)
    assert told["claims"].value == pytest.approx(10800 / 990000)
    assert told["acquisition cost"].value == pytest.approx(3240 / (2 + 10 + 100 + 500))
    assert told["agreement kept"].value == pytest.approx(1 - 540 / 6000)
    assert told["conversion"].value == pytest.approx(600 / 1500)
    assert told["undamaged"].value is None
    assert told["undamaged"].missing == ("undamaged_orders",)


def test_a_driver_named_as_a_figure_is_that_figure():
    """Complaints counted as a driver give the complaint rate."""
    tables = {
        "segments": [{"segment": "a", "customers": 10, "current_tier": "t"}],
        "tiers": [{"tier": "t", "service_level": 0.5}],
        "pools": [{"pool": "desk", "practical_minutes": 100}],
        "activities": [{"activity": "c", "pool": "desk", "driver": "complaints", "minutes": 1}],
        "drivers": [{"driver": "complaints", "per_failure": 0.4}],
    }
    told = {its.measure.name: its.value for its in told_measures(accounts_of(tables))}
    assert told["complaint rate"] == pytest.approx(200)


def test_figures_without_a_source_are_assumed(office):
    """A row for all is the column's origin; one for some tiers leaves the rest assumed."""
    kinds = {(o.table, o.column): o.kind for o in origins(office.case, ("segments", "pools"))}
    assert kinds["segments", "margin"] is SourceKind.MEASURED
    assert kinds["segments", "base_churn"] is SourceKind.ASSUMED
    assert kinds["pools", "usable_share"] is SourceKind.PUBLISHED
    assert ("pools", "cost") not in kinds
    base = {
        "segments": [{"segment": "a", "customers": 1}],
        "tiers": [{"tier": t, "service_level": 0.5} for t in ("x", "y")],
        "sources": [{"table": "tiers", "column": "service_level", "tier": "x", "kind": "measured"}],
    }
    level = Origin("tiers", "service_level", SourceKind.ASSUMED)
    assert origins(make_case(base), ["tiers"]) == [level]
    base["sources"].append({**base["sources"][0], "tier": "y", "kind": "fitted"})
    assert origins(make_case(base), ["tiers"])[0].kind is SourceKind.FITTED


RANDOM = st.integers(0, 10**6)


def small_tables(rng):
    """A case with one of everything, numbers at random."""

    def money(top):
        return round(float(rng.uniform(0, top)), 2)

    segments = [f"s{i}" for i in range(rng.integers(1, 6))]
    return {
        "segments": [
            {
                "segment": s,
                "customers": int(rng.integers(0, 50)),
                "orders_per_customer": money(9),
                "revenue_per_order": money(100),
                "margin": round(float(rng.random()), 2),
                "base_churn": 0.2,
                "current_tier": str(rng.choice(["low", "high"])),
            }
            for s in segments
        ],
        "tiers": [
            {"tier": "low", "service_level": 0.8, "cost_per_order": money(3)},
            {"tier": "high", "service_level": 0.95, "cost_per_customer": money(9)},
        ],
        "resources": [{"resource": "vans", "capacity": 9, "unit_cost": money(9)}],
        "usage": [{"resource": "vans", "per_order": 0.5}],
        "growth": [{"referral_revenue": money(9)}],
        "cost_lines": [
            {"line": "post", "per_order": money(4), "stage": "serve"},
            {"line": "gifts", "segment": "s0", "per_customer": money(4), "stage": "retain"},
            {"line": "wages", "amount": money(9000), "pool": "desk"},
            {"line": "rent", "amount": money(900)},
        ],
        "allocation": [{"line": "rent", "pool": "desk", "share": 0.3}],
        "pools": [{"pool": "desk", "cost": money(900), "practical_minutes": 1 + money(9000)}],
        "activities": [
            {"activity": "entry", "pool": "desk", "minutes": money(9)},
            {"activity": "claims", "pool": "desk", "driver": "failures", "minutes": money(9),
             "stage": "win_back"},
        ],
        "offers": [{"segment": "s0", "tier": "low", "service_cost": money(500)}],
    }  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(RANDOM)
def test_the_proof_holds_for_any_numbers(seed):
    """Charged + unused = pools, and all booked money is somewhere, overused pools included."""
    accounts = accounts_of(small_tables(np.random.default_rng(seed)))
    ledger = accounts.ledger
    assert ledger.proof.holds
    assert ledger.whole_proof.holds
    assert abs(ledger.whole_proof.difference) < 0.005
    whole = sum(part for part in vars(accounts.parts).values())
    assert whole == pytest.approx(accounts.results.cost_to_serve, rel=1e-9, abs=1e-6)
    staged = sum(accounts.stages.values())
    assert staged == pytest.approx(accounts.results.cost_to_serve, rel=1e-9, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(RANDOM)
def test_profit_and_loss_equals_a_plain_recomputation(seed):
    """One loop over segments, from the tables alone, gives the same contributions."""
    tables = small_tables(np.random.default_rng(seed))
    accounts = accounts_of(tables)
    lines = {row["line"]: row for row in tables["cost_lines"]}
    (pool,), (entry, claims) = tables["pools"], tables["activities"]
    pool_cost = pool["cost"] + lines["wages"]["amount"] + 0.3 * lines["rent"]["amount"]
    rate = pool_cost / pool["practical_minutes"]
    tiers = {row["tier"]: row for row in tables["tiers"]}
    for s, row in enumerate(tables["segments"]):
        tier, n = tiers[row["current_tier"]], row["customers"]
        orders = n * row["orders_per_customer"]
        failed = orders * (1 - tier["service_level"])
        cost = n * tier.get("cost_per_customer", 0) + orders * tier.get("cost_per_order", 0)
        cost += 0.5 * orders * tables["resources"][0]["unit_cost"]
        cost += orders * lines["post"]["per_order"]
        if row["segment"] == "s0":
            cost += n * lines["gifts"]["per_customer"]
        cost += rate * (entry["minutes"] * orders + claims["minutes"] * failed)
        if row["segment"] == "s0" and tier["tier"] == "low":
            cost = tables["offers"][0]["service_cost"]
        revenue = orders * row["revenue_per_order"] + n * tables["growth"][0]["referral_revenue"]
        expected = revenue * row["margin"] - cost
        assert accounts.results.contribution[s] == pytest.approx(expected, rel=1e-9, abs=1e-6)


def test_a_pool_used_beyond_its_capacity_is_a_warning_with_the_figure():
    """10 orders of 15 minutes in 100 practical ones are 50 too many."""
    tables = {
        "segments": [{"segment": "a", "customers": 10, "current_tier": "t"}],
        "tiers": [{"tier": "t", "service_level": 0.9}],
        "pools": [{"pool": "desk", "cost": 200, "practical_minutes": 100}],
        "activities": [{"activity": "entry", "pool": "desk", "minutes": 15}],
    }
    accounts = accounts_of(tables)
    (problem,) = overused_pools(accounts.case, accounts.ledger)
    assert "150 minutes and has 100 practical ones: 50 too many" in problem.message
    assert pool_warnings(accounts.case, accounts.problem) == [problem]
    assert accounts.ledger.unused == pytest.approx(-100)
    assert accounts.ledger.proof.holds
    assert costs_document(accounts, "today", 0.0)["warnings"]


def test_segments_without_customers_or_profit_do_no_harm():
    """Nobody there: no curve, no value per customer, no share of profit; and no failure."""
    tables = {
        "segments": [{"segment": "a", "customers": 0, "current_tier": "t"}],
        "tiers": [{"tier": "t", "service_level": 0.9}],
        "cost_lines": [{"line": "desk", "per_segment": 5}],
    }
    accounts = accounts_of(tables)
    found = costs_document(accounts, "today", 0.0)
    assert accounts.whale is None
    assert accounts.allocated_by_orders is None
    assert math.isnan(accounts.value.lifetime[0])
    assert found["concentration"]["share_of_contribution"] is None
    assert found["segments"][0]["share_of_profit"] is None


def test_a_loser_is_told_of_a_tier_in_which_it_would_earn():
    """Premium costs 50 of a margin of 40; basic costs 10 and would earn 30."""
    tables = {
        "segments": [
            {
                "segment": "a",
                "customers": 1,
                "revenue_per_order": 40,
                "base_churn": 0.1,
                "current_tier": "premium",
            }
        ],
        "tiers": [
            {"tier": "basic", "service_level": 0.8, "cost_per_order": 10},
            {"tier": "premium", "service_level": 0.9, "cost_per_order": 50},
        ],
        "response": [{"lost_order_share": 0.5}],
    }
    better = accounts_of(tables).better
    assert better.tier.tolist() == [0]
    assert better.contribution.tolist() == [30]
    assert better.lost_sales == pytest.approx([0.5 * 0.1 * 40])
