"""The shipped example with tiers from their physics: what SOURCE.md works out step by step."""

from __future__ import annotations

import pytest

from slopt.case.load import load_case
from slopt.economics.offers import make_offers
from slopt.shipped import examples

ON_PAPER = {  # service cost, lost orders, customers, prospects; None where SOURCE.md has none
    ("households", "basic"): (283_557, 32_012, 12_012, 10_004),
    ("workshops", "good"): (90_642, 33_993, 40_686, None),
    ("farms", "basic"): (13_963, 23_937, None, None),
    ("clinics", "good"): (45_000, 36_450, None, None),
}


def test_offers_of_pump_maker_are_those_on_paper():
    """A hotline, a stock, a season and couriers, each with its own kind of lost sales."""
    case = load_case(examples()["pump_maker"])
    offers = make_offers(case)
    names = ("service_cost", "lost_orders", "lost_customers", "lost_prospects")
    for (segment, tier), expected in ON_PAPER.items():
        place = case.segments.index(segment), case.tiers.index(tier)
        for name, value in zip(names, expected, strict=True):
            if value is not None:
                assert getattr(offers, name)[place] == pytest.approx(value, abs=0.6), (
                    segment,
                    name,
                )


def test_pump_maker_gets_the_plan_that_its_budget_allows(solved):
    """Couriers for clinics are worth their cost; a fourth agent and a fuller stock are not."""
    plan = solved("pump_maker").plan
    assert plan.tiers == ["basic", "good", "basic", "good"]
    assert plan.evaluation.service_cost == pytest.approx(283_557 + 90_642 + 13_963 + 45_000, abs=2)
