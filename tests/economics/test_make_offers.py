"""From a case to its offers: against the plain loops of the oracle, and the hand table."""

from __future__ import annotations

import numpy as np
import pytest
from oracles import default_economics
from strategies import make_case, random_case

from slopt.case.load import load_case
from slopt.economics import offers as offers_module
from slopt.economics.offers import make_offers
from slopt.errors import InvalidInput
from slopt.problem.build import build_problem
from slopt.shipped import examples

HAND_TABLE = {  # data/tiny/SOURCE.md: service cost, lost orders, customers, prospects
    ("key", "basic"): (1000, 4000, 14400, 3600),
    ("key", "standard"): (3000, 2000, 7600, 1900),
    ("key", "premium"): (6000, 1000, 3900, 975),
    ("regular", "basic"): (1500, 3000, 6000, 6000),
    ("regular", "standard"): (6000, 1500, 3000, 3000),
    ("regular", "premium"): (12000, 750, 1500, 1500),
    ("small", "basic"): (1000, 1000, 3000, 4000),
    ("small", "standard"): (4000, 500, 1500, 2000),
    ("small", "premium"): (8000, 250, 750, 1000),
}


def assert_same_as_oracle(case):
    """Every figure of every pair equals the oracle's."""
    offers, oracle = make_offers(case), default_economics(case)
    for s, segment in enumerate(case.segments):
        for k, tier in enumerate(case.tiers):
            expected = oracle[segment, tier]
            assert offers.allowed[s, k] == expected["allowed"]
            for name in (
                "service_level",
                "service_cost",
                "lost_orders",
                "lost_customers",
                "lost_prospects",
                "lost_sales",
            ):
                assert getattr(offers, name)[s, k] == pytest.approx(
                    expected[name], rel=1e-12, abs=1e-9
                ), (segment, tier, name)
            for r, resource in enumerate(case.resources):
                assert offers.use[r, s, k] == pytest.approx(expected["use"][resource])


@pytest.mark.parametrize("seed", range(60))
def test_offers_of_random_cases_equal_plain_loops(seed):
    """Wildcard rows, own rows, most specific usage and overrides give what loops give."""
    assert_same_as_oracle(random_case(seed))


@pytest.mark.parametrize("name", ["tiny", "parts_distributor", "scms_deliveries"])
def test_offers_of_examples_equal_plain_loops(name):
    """The same for the shipped examples."""
    assert_same_as_oracle(load_case(examples()[name]))


def test_offers_of_tiny_are_the_hand_table():
    """All nine offers as worked out on paper in the example's SOURCE.md."""
    case = load_case(examples()["tiny"])
    offers = make_offers(case)
    for (segment, tier), expected in HAND_TABLE.items():
        place = case.segments.index(segment), case.tiers.index(tier)
        found = [
            getattr(offers, name)[place]
            for name in ("service_cost", "lost_orders", "lost_customers", "lost_prospects")
        ]
        assert found == pytest.approx(expected), (segment, tier)
        assert offers.lost_sales[place] == pytest.approx(sum(expected[1:]))


def _usage_case(usage):
    return make_case(
        {
            "segments": [
                {"segment": "a", "customers": 10, "orders_per_customer": 3},
                {"segment": "b", "customers": 10, "orders_per_customer": 3},
            ],
            "tiers": [
                {"tier": "low", "service_level": 0.8},
                {"tier": "high", "service_level": 0.9},
            ],
            "resources": [{"resource": "hours", "capacity": 100}],
            "usage": [{"resource": "hours", **row} for row in usage],
        }
    )


def test_the_most_specific_usage_row_counts_whatever_the_order():
    """Segment and tier beat segment, segment beats tier, tier beats `*`; each row counts whole."""
    rows = [
        {"segment": "a", "tier": "high", "per_segment": 4},
        {"segment": "a", "tier": "*", "per_segment": 3},
        {"segment": "*", "tier": "high", "per_segment": 2},
        {"segment": "*", "tier": "*", "per_segment": 1, "per_order": 1},
    ]
    for order in (rows, rows[::-1]):
        use = make_offers(_usage_case(order)).use[0]
        assert use.tolist() == [[3, 4], [31, 2]]


def test_response_falls_back_column_by_column():
    """A blank cell of the segment's row takes the `*` row's, and that one's default otherwise."""
    case = make_case(
        {
            "segments": [
                {"segment": s, "customers": 1, "revenue_per_order": 100, "base_churn": 0.5}
                for s in "ab"
            ],
            "tiers": [{"tier": "t", "service_level": 0.5}],
            "response": [
                {"segment": "*", "lost_order_share": 0.5, "leave_probability": 0.1},
                {"segment": "a", "leave_probability": 0.2, "value_basis": "period"},
            ],
        }
    )
    offers = make_offers(case)
    assert offers.lost_orders[:, 0] == pytest.approx([25, 25])
    # a: 0.5 x 0.2 x 100; b: 0.5 x 0.1 x 100 x 0.5/0.5
    assert offers.lost_customers[:, 0] == pytest.approx([10, 5])


def test_one_lost_sales_replaces_the_three_kinds():
    """Given as one number the kinds are 0 and the pair counts as not split."""
    case = make_case(
        {
            "segments": [{"segment": "a", "customers": 10, "revenue_per_order": 9}],
            "tiers": [{"tier": "t", "service_level": 0.5}, {"tier": "u", "service_level": 0.6}],
            "response": [{"segment": "*", "lost_order_share": 1}],
            "offers": [{"segment": "a", "tier": "t", "lost_sales": 77}],
        }
    )
    offers = make_offers(case)
    assert offers.lost_sales[0].tolist() == pytest.approx([77, 36])
    assert offers.lost_orders[0, 0] == 0


def test_numbers_too_large_name_the_segment():
    """A product beyond use is a problem of the input, with segment and tier, not a warning."""
    case = make_case(
        {
            "segments": [{"segment": "giant", "customers": 1e15, "orders_per_customer": 1e15}],
            "tiers": [{"tier": "t", "service_level": 0.5, "cost_per_order": 1}],
        }
    )
    with pytest.raises(InvalidInput, match="giant"):
        build_problem(case)


def test_everything_in_offers_is_finite_and_shaped():
    """Arrays are segments x tiers, use is resources x segments x tiers, nothing is NaN."""
    case = load_case(examples()["parts_distributor"])
    offers = make_offers(case)
    shape = (len(case.segments), len(case.tiers))
    assert offers.use.shape == (3, *shape)
    assert offers.service_cost.shape == shape
    assert np.isfinite(offers.use).all()


@pytest.mark.parametrize("seed", range(10))
def test_blocks_of_segments_make_no_difference(seed, monkeypatch):
    """The same figures where every segment is computed by itself."""
    monkeypatch.setattr(offers_module, "BLOCK", 1)
    assert_same_as_oracle(random_case(seed))


def _given_case(**changes):
    """Two segments, two tiers, every pair in the offers table, in the case's order."""
    pairs = [{"segment": s, "tier": t} for s in "ab" for t in ("low", "high")]
    rows = [
        {**pair, **{name: values[i] for name, values in changes.items()}}
        for i, pair in enumerate(pairs)
    ]
    return make_case(
        {
            "segments": [
                {"segment": s, "customers": 10, "revenue_per_order": 9, "base_churn": 0.5}
                for s in "ab"
            ],
            "tiers": [
                {"tier": "low", "service_level": 0.8, "cost_per_order": 2},
                {"tier": "high", "service_level": 0.9, "cost_per_order": 3},
            ],
            "resources": [{"resource": "hours", "capacity": 100}],
            "response": [{"segment": "*", "lost_order_share": 0.5, "leave_probability": 0.1}],
            "offers": rows,
        }
    )


def test_what_is_given_for_every_pair_is_not_copied():
    """A column of a table in the case's order is the array of the offers; so is one zero of all."""
    case = _given_case(service_cost=[1, 2, 3, 4], lost_sales=[5, 6, 7, 8], **{"use:hours": [1] * 4})
    offers, table = make_offers(case), case.table("offers")
    assert np.shares_memory(offers.service_cost, table.numbers("service_cost"))
    assert np.shares_memory(offers.lost_unsplit, table.numbers("lost_sales"))
    assert offers.lost_orders.strides == (0, 0)
    assert offers.service_level.strides[0] == 0
    assert_same_as_oracle(case)


@pytest.mark.parametrize(
    "changes",
    [
        {"service_cost": [1, None, 3, 4], "service_level": [None, 0.5, None, None]},
        {"lost_sales": [None, 6, None, 8], "lost_orders": [1, None, None, None]},
        {"lost_prospects": [None, None, 2, None], "lost_sales": [1, None, None, None]},
        {"allowed": ["no", None, None, "yes"], "use:hours": [None, 3, None, 0]},
    ],
)
def test_blank_cells_of_the_offers_table_are_computed(changes):
    """Pair by pair, whatever else the row or the column says; the table stays as it is."""
    case = _given_case(**changes)
    before = case.table("offers").as_lists()
    assert_same_as_oracle(case)
    assert case.table("offers").as_lists() == before


def test_offers_in_another_order_find_their_pairs():
    """Rows are matched by segment and tier, not by their place."""
    case = _given_case(service_cost=[1, 2, 3, 4])
    rows = [
        {"segment": s, "tier": t, "service_cost": cost}
        for s, t, cost in (("b", "high", 4), ("a", "low", 1), ("b", "low", 3), ("a", "high", 2))
    ]
    other = make_case(
        {
            "segments": [{"segment": s, "customers": 10} for s in "ab"],
            "tiers": [{"tier": t, "service_level": 0.9} for t in ("low", "high")],
            "offers": rows,
        }
    )
    assert make_offers(other).service_cost.tolist() == make_offers(case).service_cost.tolist()
