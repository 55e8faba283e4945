"""Tiers given by their physics: published examples in a case, sums over states, and refusals."""

from __future__ import annotations

import math
from statistics import NormalDist

import pytest
from loss_kinds_oracle import normal_shortage, queue_states
from strategies import make_case, read_tables

from slopt.economics.offers import make_offers
from slopt.errors import InvalidInput
from slopt.problem.build import build_problem

HOTLINE = {
    "answer_within": 20,
    "handle_time": 180,
    "open_hours": 0.5,
    "cost_per_hour": 20,
    "shrinkage": 0.3,
}
STOCK = {"variation": 0.125, "lead_time": 0.04, "replenishments": 10, "holding_cost": 2}


def tables_of(segment, levels, **others):
    """One segment, tiers of these levels, and other tables."""
    return {
        "segments": [{"segment": "a", "customers": 100, "revenue_per_order": 50, **segment}],
        "tiers": [{"tier": f"t{i}", "service_level": q} for i, q in enumerate(levels)],
        **others,
    }


def offers_of(segment=(), levels=(0.8,), **others):
    """The offers of such a case."""
    return make_offers(make_case(tables_of(dict(segment), levels, **others)))


def messages_of(segment=(), levels=(0.8,), **others):
    """Every problem of such a case."""
    reading = read_tables(tables_of(dict(segment), levels, **others))
    found = [str(problem) for problem in reading.problems]
    if reading.case is not None:
        try:
            build_problem(reading.case)
        except InvalidInput as error:
            found += [str(problem) for problem in error.problems]
    return "\n".join(found)


def test_eighty_percent_in_twenty_seconds():
    """The text-book case: 100 calls in half an hour of 3 minutes each need 14 agents, who answer
    88.8 % in time; 14 / 0.7 paid for half an hour at 20.
    """
    offers = offers_of(queues=[HOTLINE], response=[{"segment": "*", "lost_order_share": 0.5}])
    assert offers.service_level[0, 0] == pytest.approx(0.888, abs=5e-4)
    assert offers.service_cost[0, 0] == pytest.approx(14 / 0.7 * 20 * 0.5)
    late = 1 - offers.service_level[0, 0]
    assert offers.lost_orders[0, 0] == pytest.approx(100 * late * 0.5 * 50)


def test_a_better_promise_takes_more_agents():
    """Each tier's own service_level is its promise, and every agent more costs the same."""
    offers = offers_of(levels=(0.5, 0.8, 0.95), queues=[HOTLINE])
    agents = offers.service_cost[0] / (20 * 0.5 / 0.7)
    assert agents == pytest.approx([12, 14, 16])
    assert list(offers.service_level[0]) == sorted(offers.service_level[0])
    assert all(offers.service_level[0] >= [0.5, 0.8, 0.95])


def test_callers_who_hang_up_are_what_waiting_loses():
    """With 60 seconds of patience 12 agents do; the share who hang up is summed over the states of
    the queue. Lost: their orders, and 5 % of them as customers.
    """
    offers = offers_of(
        {"base_churn": 0.5},
        queues=[{**HOTLINE, "patience": 60}],
        response=[
            {"segment": "*", "kind": "waiting", "lost_order_share": 0.4}
            | {"leave_probability": 0.05, "value_basis": "period"}
        ],
    )
    rate = 100 / 1800
    chances = queue_states(rate, 180, 12, 60)
    waiting = sum(max(n - 12, 0) * p for n, p in enumerate(chances))
    hung_up = waiting / 60 / rate
    assert offers.service_cost[0, 0] == pytest.approx(12 / 0.7 * 20 * 0.5)
    assert offers.lost_orders[0, 0] == pytest.approx(100 * hung_up * 0.4 * 50)
    assert offers.lost_customers[0, 0] == pytest.approx(100 * hung_up * 0.05 * 50)
    assert offers.service_level[0, 0] >= 0.8


def test_with_failure_late_answers_count_as_well():
    """The default kind counts who was not answered in time, more than those who hang up."""
    common = {"segment": "*", "lost_order_share": 0.4}
    queues = [{**HOTLINE, "patience": 60}]
    late = offers_of(queues=queues, response=[common])
    gone = offers_of(queues=queues, response=[{**common, "kind": "waiting"}])
    assert late.lost_orders[0, 0] > gone.lost_orders[0, 0] > 0


def test_alike_queues_and_queues_without_calls():
    """Equal segments get equal lines; one without calls needs nobody and keeps every promise."""
    case = make_case(
        {
            "segments": [
                {"segment": s, "customers": n} for s, n in (("a", 100), ("b", 0), ("c", 100))
            ],
            "tiers": [{"tier": "t", "service_level": 0.8}, {"tier": "web", "service_level": 0.7}],
            "queues": [{**HOTLINE, "tier": "t"}, {"segment": "c", "tier": "t", "patience": 60}],
        }
    )
    offers = make_offers(case)
    assert offers.service_cost[:, 0] == pytest.approx([200, 0, 12 / 0.7 * 10])
    assert offers.service_level[1, 0] == 1
    assert offers.service_level[:, 1].tolist() == [0.7, 0.7, 0.7]
    assert offers.service_cost[:, 1].tolist() == [0, 0, 0]


def test_ninety_eight_percent_fill():
    """1,000 units a period in orders of 100, spread 0.125 x 1,000 x 0.2 = 25 over the lead time:
    z = 1.02 (Nahmias), 50 + 1.02 x 25 = 75.5 units held at 2; the short ones are lost.
    """
    offers = offers_of(
        {"orders_per_customer": 2},
        (0.98,),
        stocks=[{**STOCK, "units_per_order": 5}],
        response=[{"segment": "*", "kind": "unsold"}],
    )
    assert offers.service_level[0, 0] == 0.98
    assert offers.service_cost[0, 0] == pytest.approx(2 * 75.5, abs=0.2)
    assert offers.lost_orders[0, 0] == pytest.approx(200 * 0.02 * 50)
    held = offers.service_cost[0, 0] / 2 - 50
    short = normal_shortage(0, 25, held) - normal_shortage(0, 25, held + 100)
    assert 1 - short / 100 == pytest.approx(0.98, abs=1e-5)


def test_an_uncertain_lead_time_takes_more_stock():
    """sqrt(25^2 + (1,000 x 0.02)^2) = 32 units of spread in place of 25: 22 % to 25 % more."""
    sure = offers_of(levels=(0.98,), stocks=[{**STOCK, "units_per_order": 10}])
    unsure = offers_of(
        levels=(0.98,), stocks=[{**STOCK, "units_per_order": 10, "lead_time_spread": 0.02}]
    )
    more = (unsure.service_cost[0, 0] - 100) / (sure.service_cost[0, 0] - 100)
    assert more > math.hypot(25, 20) / 25


def test_a_newsvendor_quantity():
    """Nahmias: demand 11.73 with spread 4.74, 0.50 a unit short and 0.15 left over give 15.2; the
    shortage is summed over the density. Left over is booked, short is lost.
    """
    offers = offers_of(
        {"customers": 1, "orders_per_customer": 11.73, "revenue_per_order": 0.75, "margin": 2 / 3},
        season_stocks=[{"variation": 4.74 / 11.73, "unit_cost": 0.25, "salvage": 0.10}],
        response=[{"segment": "*", "kind": "unsold"}],
    )
    quantity = 11.73 + 4.74 * NormalDist().inv_cdf(0.50 / 0.65)
    assert quantity == pytest.approx(15.2, abs=0.05)
    short = normal_shortage(11.73, 4.74, quantity)
    assert offers.service_level[0, 0] == pytest.approx(1 - short / 11.73, abs=1e-5)
    assert offers.service_cost[0, 0] == pytest.approx(0.15 * (quantity - 11.73 + short), abs=1e-4)
    assert offers.lost_orders[0, 0] == pytest.approx(short * 0.5, abs=1e-4)


def test_a_season_stock_by_its_probability():
    """Enough in half of all seasons is the mean: short and left over are each 0.3989 spreads."""
    offers = offers_of(
        season_stocks=[{"enough_probability": 0.5, "variation": 0.2, "unit_cost": 30}]
    )
    spreads = 20 / math.sqrt(2 * math.pi)
    assert offers.service_level[0, 0] == pytest.approx(1 - spreads / 100)
    assert offers.service_cost[0, 0] == pytest.approx(30 * spreads)


def test_what_the_offers_table_says_counts():
    """A level or cost given for a pair stands in place of what follows from the physics."""
    given = {"segment": "a", "tier": "t0", "service_level": 0.9, "service_cost": 77}
    offers = offers_of(queues=[HOTLINE], offers=[given])
    assert (offers.service_level[0, 0], offers.service_cost[0, 0]) == (0.9, 77)


@pytest.mark.parametrize(
    ("levels", "others", "said"),
    [
        ((0.8,), {"queues": [{**HOTLINE, "open_hours": None}]}, "has no open_hours"),
        ((0.8,), {"queues": [{**HOTLINE, "handle_time": 0}]}, "handle_time in queues of"),
        ((1.0,), {"queues": [HOTLINE]}, 'promise in queues of "a" in tier "t0" is 0 or 1'),
        ((1.0,), {"stocks": [STOCK]}, 'promise in stocks of "a" in tier "t0" is 0 or 1'),
        ((0.8,), {"stocks": [{**STOCK, "variation": 0}]}, "variation in stocks of"),
        ((0.8,), {"queues": [HOTLINE], "stocks": [STOCK]}, "more than one of queues, stocks and"),
        (
            (0.05,),
            {"stocks": [{**STOCK, "replenishments": 100}]},
            'average stock of "a" in tier "t0" comes out below 0',
        ),
        (
            (0.8,),
            {"season_stocks": [{"variation": 0.2, "unit_cost": 3, "salvage": 3}]},
            'salvage in season_stocks of "a" in tier "t0" is not below unit_cost',
        ),
        (
            (0.8,),
            {"season_stocks": [{"variation": 2, "unit_cost": 3, "enough_probability": 0.01}]},
            'stock of "a" in tier "t0" comes out below 0',
        ),
        (
            (0.8,),
            {"queues": [HOTLINE], "response": [{"segment": "*", "kind": "waiting"}]},
            '"a" is of kind waiting, and queues has no patience for it in tier "t0"',
        ),
    ],
)
def test_physics_that_cannot_be_are_told_by_segment_and_tier(levels, others, said):
    """Missing figures, zeros and promises that nobody can keep."""
    assert said in messages_of(levels=levels, **others)
