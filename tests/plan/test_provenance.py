"""Which numbers count as assumed: those without a row in sources, for all that they are of."""

from __future__ import annotations

from strategies import make_case

from slopt.plan.provenance import assumed_inputs

BASE = {
    "segments": [{"segment": "A", "customers": 10}, {"segment": "B", "customers": 20}],
    "tiers": [{"tier": "low", "service_level": 0.8}, {"tier": "high", "service_level": 0.9}],
}


def assumed(*sources):
    """What a small case only assumes, with these rows of sources."""
    rows = [{"kind": "measured", **row} for row in sources]
    return assumed_inputs(make_case({**BASE, "sources": rows} if rows else BASE))


def test_without_sources_every_number_is_assumed():
    """Customers and levels are the numbers of this case."""
    assert {"segments.customers", "tiers.service_level"} <= set(assumed())


def test_a_row_for_each_segment_is_as_good_as_one_for_all():
    """One of two segments is not enough, both are."""
    row = {"table": "segments", "column": "customers"}
    assert "segments.customers" in assumed({**row, "segment": "A"})
    assert "segments.customers" not in assumed({**row, "segment": "A"}, {**row, "segment": "B"})
    assert "segments.customers" not in assumed({**row, "segment": "*"})


def test_a_row_for_each_tier_is_as_good_as_one_for_all():
    """And an assumed one among them makes the whole column assumed."""
    row = {"table": "tiers", "column": "service_level"}
    low, high = {**row, "tier": "low"}, {**row, "tier": "high"}
    assert "tiers.service_level" in assumed(low)
    assert "tiers.service_level" not in assumed(low, high)
    assert "tiers.service_level" in assumed(low, {**high, "kind": "assumed"})


def test_the_discount_rate_counts_where_whole_lives_are_valued():
    """Assumed without a source, and not where only a period's margin is at stake."""
    case = make_case({**BASE, "response": [{"segment": "*"}]}, {"case.discount_rate": 0.1})
    assert "settings.case.discount_rate" in assumed_inputs(case)
    only_now = {**BASE, "response": [{"segment": "*", "value_basis": "period"}]}
    case = make_case(only_now, {"case.discount_rate": 0.1})
    assert "settings.case.discount_rate" not in assumed_inputs(case)
    source = {"table": "settings", "column": "case.discount_rate", "kind": "published"}
    tables = {**BASE, "response": [{"segment": "*"}], "sources": [source]}
    case = make_case(tables, {"case.discount_rate": 0.1})
    assert "settings.case.discount_rate" not in assumed_inputs(case)
