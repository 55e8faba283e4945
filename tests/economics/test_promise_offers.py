"""Contracts in a case: fees, penalties, values at breach, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from strategies import make_case, read_tables

from slopt.economics.offers import make_offers
from slopt.economics.promises.figures import promise_figures
from slopt.engine.solving import solve_case

PROMISE = {"tier": "*", "promised_share": 0.95, "reviews": 12, "penalty_per_breach": 100}


def tables(promises=(PROMISE,), **others):
    """Two accounts of 1,200 and 240 orders, two tiers, and contracts."""
    return {
        "segments": [
            {"segment": "big", "customers": 1, "orders_per_customer": 1200},
            {"segment": "small", "customers": 4, "orders_per_customer": 60},
        ],
        "tiers": [
            {"tier": "plain", "service_level": 0.95, "cost_per_order": 1},
            {"tier": "sure", "service_level": 0.99, "cost_per_order": 2},
        ],
        "promises": list(promises),
        **others,
    }


def figures(promises=(PROMISE,), **others):
    """Their fees, penalties and chances, and the offers."""
    case = make_case(tables(promises, **others))
    offers = make_offers(case)
    return promise_figures(case, offers.service_level), offers


def problems(promises=(PROMISE,), **others):
    """What reading such a case finds: (table, column, severity, message)."""
    reading = read_tables(tables(promises, **others))
    return [(p.table, p.column, p.severity.value, p.message) for p in reading.problems]


def test_orders_of_a_review_come_from_the_segment():
    """1,200 orders in 12 reviews are 100 each; 240 of four contracts and 12 reviews are 5."""
    found, offers = figures([PROMISE, {"segment": "small", "tier": "*", "contracts": 4}])
    big, small = stats.binom.cdf(94, 100, 0.95), stats.binom.cdf(4, 5, 0.95)
    assert found.breach[:, 0] == pytest.approx([big, small])
    assert found.penalties[:, 0] == pytest.approx([12 * 100 * big, 48 * 100 * small])
    assert offers.service_cost[:, 0] == pytest.approx([1200 + 1200 * big, 240 + 4800 * small])


def test_half_an_order_counts_as_one():
    """Ten orders of four contracts are 2.5 each, which counts as 3 and not as the even 2."""
    case = tables([{**PROMISE, "reviews": 1, "contracts": 4}])
    case["segments"] = [{"segment": "small", "customers": 4, "orders_per_customer": 2.5}]
    made = make_case(case)
    found = promise_figures(made, make_offers(made).service_level)
    assert found.breach[0, 0] == pytest.approx(stats.binom.cdf(2, 3, 0.95))


def test_fees_lower_the_service_cost():
    """Prices of tiers and fees by customer and order are added up, and booked as less cost."""
    fees = [{"tier": "sure", "fee_per_order": 0.5, "fee_per_customer": 10}]
    case = tables(fees)
    case["tiers"][1]["price"] = 7
    found = make_offers(make_case(case))
    assert found.service_cost[:, 1] == pytest.approx([2400 - 600 - 10 - 7, 480 - 120 - 40 - 28])
    assert found.service_cost[:, 0] == pytest.approx([1200, 240])


def test_a_segments_own_row_wins_column_by_column():
    """What the row of a segment leaves blank is taken from that of all."""
    found, _ = figures([PROMISE, {"segment": "big", "tier": "*", "promised_share": 0.9}])
    assert found.promised[:, 0].tolist() == [0.9, 0.95]
    assert found.penalties[0, 0] == pytest.approx(1200 * stats.binom.cdf(89, 100, 0.95))


def test_value_at_breach_is_use_of_its_resource():
    """50,000 of margin x the chance that one of 12 reviews is broken, capped like any resource."""
    row = {**PROMISE, "segment": "big", "value_at_risk": 50_000, "risk_resource": "risk"}
    case = make_case(tables([row], resources=[{"resource": "risk", "capacity": 20_000}]))
    found = make_offers(case)
    chance = stats.binom.cdf(94, 100, np.array([0.95, 0.99]))
    assert found.use[0, 0] == pytest.approx(50_000 * (1 - (1 - chance) ** 12))
    assert found.use[0, 1].tolist() == [0, 0]
    plan = solve_case(case).plan
    assert plan.tiers[0] == "sure"
    assert (
        solve_case(
            make_case(tables([row], resources=[{"resource": "risk", "capacity": 60_000}]))
        ).plan.tiers[0]
        == "plain"
    )


def test_reviews_that_are_over_count_in_place_of_the_level():
    """A segment's own reviews replace those of all; where there are none the level speaks."""
    past = [
        {"segment": who, "tier": "plain", "review": f"{who}{i}", "served": served, "orders": 100}
        for who, counts in (("*", (99, 90)), ("big", (95, 94, 93, 96)))
        for i, served in enumerate(counts)
    ]
    found, _ = figures(attainments=past)
    assert found.breach[:, 0].tolist() == [0.5, 0.5]
    assert found.measured.tolist() == [[4, 0], [2, 0]]
    assert found.breach[0, 1] == pytest.approx(stats.binom.cdf(94, 100, 0.99))


def test_a_service_cost_that_is_given_has_everything_in_it():
    """Fees and penalties are added to computed costs only, and a warning says so."""
    offers = [{"segment": "big", "tier": "plain", "service_cost": 500}]
    found, made = figures(offers=offers)
    assert made.service_cost[0, 0] == 500
    assert found.penalties[0, 0] == 0
    said = problems(offers=offers)
    assert any(entry[2] == "warning" and "not added" in entry[3] for entry in said)


def test_a_price_beside_a_service_cost_that_is_given_is_warned_of():
    """It would not be taken off, and that is said."""
    case = tables([], offers=[{"segment": "big", "tier": "plain", "service_cost": 500}])
    case["tiers"][0]["price"] = 7
    said = [p.message for p in read_tables(case).problems if p.column == "price"]
    assert any("not taken off" in message for message in said)


def test_without_orders_there_is_nothing_to_review():
    """A segment of nobody pays no penalty."""
    case = tables()
    case["segments"][1]["customers"] = 0
    made = make_case(case)
    found = promise_figures(made, make_offers(made).service_level)
    assert found.penalties[1].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("promises", "others", "column", "message"),
    [
        ([{"tier": "*", "penalty_per_point": 5}], {}, "promised_share", "Nothing is promised"),
        ([{**PROMISE, "most_penalty": 50}], {}, "most_penalty", "cap on penalties"),
        (
            [PROMISE, {"segment": "big", "tier": "sure", "most_penalty": 50}], {},
            "most_penalty", 'of "big" in tier "sure" is below the 100 that',
        ),
        ([{**PROMISE, "value_at_risk": 5}], {}, "value_at_risk", "counted nowhere"),
        ([{**PROMISE, "risk_resource": "x"}], {}, "risk_resource", "not in resources"),
        ([{**PROMISE, "reviews": 5000}], {}, "counted", "less than one"),
        (
            [{**PROMISE, "counted": 5_000_000, "correlation": 0.1}], {},
            "correlation", "too many orders",
        ),
        (
            [PROMISE],
            {"attainments": [{"tier": "plain", "review": "r", "served": 5, "orders": 4}]},
            "served", "5 orders were served as promised, more than the 4",
        ),
        (
            [PROMISE],
            {"attainments": [{"tier": "plain", "review": "r", "served": 0, "orders": 0}]},
            "orders", "counted no orders",
        ),
        (
            [PROMISE], {"periods": [{"period": "2027"}]},
            None, "does not know the table promises",
        ),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_named(promises, others, column, message):
    """One problem each, with its place."""
    found = [entry for entry in problems(promises, **others) if entry[2] == "error"]
    assert any(entry[1] == column and message in entry[3] for entry in found), found


def test_few_reviews_are_warned_of():
    """Four reviews can tell a chance to 25 points only."""
    past = [{"tier": "plain", "review": str(i), "served": 95, "orders": 100} for i in range(4)]
    said = [entry for entry in problems(attainments=past) if entry[2] == "warning"]
    assert any("25 points" in entry[3] for entry in said), said
