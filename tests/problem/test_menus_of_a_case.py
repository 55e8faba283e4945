"""Cases whose customers choose: worth, prices, taking none, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from strategies import make_case, read_tables

from slopt.case.changes import with_values
from slopt.economics.offers import make_offers
from slopt.engine.solving import solve_case
from slopt.errors import InvalidInput
from slopt.plan.promises import chosen, would_take_at
from slopt.problem.build import build_problem
from slopt.problem.choice import Bar
from slopt.problem.demands import demands_of
from slopt.problem.evaluate import CHOICE, evaluate
from slopt.solve.solve import solve
from slopt.study.diagnose.changes import changed
from slopt.study.explain_rules import without

NONE = {"tier": "none", "service_level": 0, "outside": True}
WORTH = [
    {"segment": "small", "tier": "*", "worth_of_level": 40},
    {"segment": "large", "tier": "*", "worth_of_level": 100},
]


def tables(prices=((20, 0.5, "basic"), (60, 0.9, "premium"), (70, 0.9, "premium")), **others):
    """Two groups of customers who choose, taking none, and services at prices."""
    return {
        "segments": [
            {"segment": "small", "customers": 100, "base_churn": 0.2, "revenue_per_order": 10},
            {"segment": "large", "customers": 50, "base_churn": 0.2, "revenue_per_order": 10},
        ],
        "tiers": [
            NONE,
            *(
                {
                    "tier": f"{service} {price}",
                    "service_level": level,
                    "cost_per_customer": 10 if service == "basic" else 25,
                    "price": price,
                    "same_service": service,
                }
                for price, level, service in prices
            ),
        ],
        "willingness": [dict(row, leave_if_outside=0) for row in WORTH],
        **others,
    }


def errors_of(**others):
    """What reading such a case refuses: (column, message)."""
    found = read_tables(tables(**others)).problems
    return [(p.column, p.message) for p in found if p.severity.value == "error"]


def test_the_menu_worked_out_by_hand():
    """Basic at 20 is worth 20 to the small; the large gain 30 from it, so that premium may cost 60:
    100 (20 - 10) + 50 (60 - 25) = 2,750.
    """
    plan = solve_case(make_case(tables())).plan
    assert plan.tiers == ["basic 20", "premium 60"]
    assert plan.objective == -2750
    small, large = chosen(plan.case, plan.problem, plan.choice)
    assert (small.worth, small.pays, small.stays_up_to, small.then_takes) == (20, 20, 20, "none")
    assert (large.worth, large.pays, large.stays_up_to, large.then_takes) == (
        90, 60, 60, "basic 20",
    )  # fmt: skip
    at = would_take_at(plan.case, plan.problem, plan.choice, 1)
    assert at[1:].tolist() == [20, 60, 60]


def test_taking_none_costs_what_leaving_costs():
    """Of 100 who take none a half stop: their margin of the period and their value are lost; it
    uses nothing, books nothing and warns nobody, whatever rows there are for all tiers.
    """
    case = tables(
        response=[{"segment": "*", "leave_probability": 0.3, "lost_order_share": 1, "listeners": 9,
                   "prospect_share": 1, "deterrence": 1, "prospect_value": 5}],
        resources=[{"resource": "hours", "capacity": 1e6, "unit_cost": 3}],
        usage=[{"resource": "hours", "tier": "*", "per_order": 1}],
    )  # fmt: skip
    case["willingness"][0]["leave_if_outside"] = 0.5
    offers = make_offers(make_case(case))
    assert offers.service_cost[0, 0] == 0
    assert offers.use[0, 0, 0] == 0
    assert offers.lost_orders[0, 0] == 50 * 10
    assert offers.lost_customers[0, 0] == pytest.approx(50 * 10 * 0.8 / (1 - 0.8))
    assert offers.lost_prospects[0, 0] == 0
    assert offers.lost_customers[0, 1] > 0


def test_who_does_not_choose_cannot_be_left_without():
    """A pinned segment and one without willingness are assigned a tier that is none of ours."""
    case = tables()
    case["segments"][0]["fixed_tier"] = "premium 70"
    case["willingness"] = case["willingness"][:1]
    problem = build_problem(make_case(case))
    assert problem.selection is None
    assert problem.barred[1, 0] & Bar.NOT_OFFERED
    assert not problem.barred[1, 1:].any()


def test_contracts_narrow_what_is_chosen_from():
    """Who must have premium at least takes it, although basic is worth more beyond its price."""
    case = tables()
    case["segments"][1]["min_tier"] = "premium 60"
    plan = solve_case(make_case(case)).plan
    assert plan.tiers == ["basic 20", "premium 70"]
    assert evaluate(plan.problem, plan.choice).violations == ()


def test_fees_of_contracts_are_part_of_the_price():
    """A fee of 30 a customer on basic makes it worth nobody's while but the large ones'."""
    promises = [{"tier": "basic 20", "fee_per_customer": 30}]
    problem = build_problem(make_case(tables(promises=promises)))
    assert problem.selection.surplus[:, 1].tolist() == [-30, 0]
    assert problem.barred[0, 1] == Bar.NOT_WORTH_IT


def test_a_brought_plan_is_told_what_customers_would_not_take():
    """Premium at 70 beside basic at 20 is not what the large ones choose."""
    problem = build_problem(make_case(tables()))
    (breach,) = evaluate(problem, np.array([1, 3])).violations
    assert breach.rule == "choice[large]"
    twice = evaluate(problem, np.array([2, 3])).violations
    assert "same_service[premium]" in {breach.rule for breach in twice}


def test_without_taking_none_nobody_stays_beyond_the_worth():
    """Extra at 95 is worth less than its price to all, so that it is nobody's way out: the small
    stay with basic up to 20, the large, who may not have it, with premium up to 90.
    """
    case = tables(prices=((20, 0.5, "basic"), (60, 0.9, "premium"), (95, 0.9, "extra")))
    case["tiers"] = case["tiers"][1:]
    case["segments"][1]["min_tier"] = "premium 60"
    case["segments"].append({"segment": "given", "customers": 1, "fixed_tier": "extra 95"})
    made = make_case(case)
    rows = chosen(made, build_problem(made), np.array([0, 1, 2]))
    assert [(row.stays_up_to, row.then_takes) for row in rows] == [(20, None), (90, None)]


def test_everybody_has_to_find_something():
    """Without a tier that stands for taking none, who finds nothing worth its price is named."""
    case = tables(prices=((30, 0.5, "basic"), (60, 0.9, "premium")))
    case["tiers"] = case["tiers"][1:]
    with pytest.raises(InvalidInput, match='of "small": of "basic 30" they have 10 less'):
        build_problem(make_case(case))


@pytest.mark.parametrize(
    ("change", "column", "message"),
    [
        ({"tiers": [NONE, {**NONE, "tier": "other"}]}, "outside", "A second tier"),
        ({"tiers": [{**NONE, "price": 5}]}, "price", "this must be 0"),
        ({"tiers": [{**NONE, "same_service": "basic"}]}, "same_service", "no price of a service"),
        (
            {"willingness": [{"segment": "small", "tier": "basic 20", "worth": 5}]},
            "worth", 'what tier "premium 60" is worth to customers of "small"',
        ),
        ({"willingness": []}, "outside", "Nobody chooses"),
        ({"periods": [{"period": "2027"}]}, "outside", "A plan over periods"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_named(change, column, message):
    """One problem each, with its column."""
    found = errors_of(**change)
    assert any(entry[0] == column and message in entry[1] for entry in found), found


def test_a_life_without_end_is_refused():
    """Who takes none and would have stayed for ever has lost without end."""
    case = tables()
    case["segments"][0]["base_churn"] = 0
    found = [p.message for p in read_tables(case).problems if p.severity.value == "error"]
    assert any("has no end" in message for message in found)


def test_a_budget_below_zero_asks_for_more_fees_than_costs():
    """The least net cost of all menus, by trying every choice, is a budget that can be kept; a cent
    less cannot, and a rule on the service cost of a segment goes as low.
    """
    problem = build_problem(make_case(tables()))
    results = [evaluate(problem, np.array(choice)) for choice in np.ndindex(4, 4)]
    least = min(result.service_cost for result in results if not result.violations)
    assert least < 0
    plan = solve_case(make_case(tables(), {"limits.budget": least})).plan
    assert plan.evaluation.service_cost == least
    assert solve_case(make_case(tables(), {"limits.budget": least - 0.01})).plan is None
    rule = {"rule": "large", "kind": "max_service_cost", "segment": "large", "value": -1751}
    large = solve_case(make_case(tables(rules=[rule]))).plan
    assert large.problem.service_cost[1, large.choice[1]] <= -1751


def test_without_fees_no_limit_on_cost_lies_below_zero():
    """A minus before a budget or the value of a rule is a slip where nothing costs less than 0."""
    case = {
        "segments": [{"segment": "a", "customers": 1}],
        "tiers": [{"tier": "t", "service_level": 0.5}],
    }
    rule = {"rule": "r", "kind": "max_service_cost", "segment": "a", "value": -5}
    lost = {"rule": "l", "kind": "max_lost_sales", "segment": "a", "value": -5}
    found = read_tables({**case, "rules": [rule, lost]}, {"limits.budget": -7}).problems
    told = [(p.column, p.row, p.message) for p in found if p.severity.value == "error"]
    assert told == [
        ("limits.budget", None, '"-7" is below 0.'),
        ("value", 2, '"-5" is below 0.'),
        ("value", 3, '"-5" is below 0.'),
    ]
    sound = make_case(case)
    with pytest.raises(InvalidInput, match='"-7" is below 0'):
        with_values(sound, {"limits.budget": -7})


@pytest.mark.parametrize("column", ["fixed_tier", "max_tier"])
def test_who_does_not_choose_is_not_pinned_outside(column):
    """Taking none is for those that choose; a pin or ceiling that leaves nothing else is named."""
    case = tables()
    case["segments"].append({"segment": "given", "customers": 1, "base_churn": 0.1, column: "none"})
    found = [p for p in read_tables(case).problems if p.severity.value == "error"]
    assert [(p.column, p.row) for p in found] == [(column, 4)]
    assert "does not choose" in found[0].message
    case["segments"][-1] = {**case["segments"][0], "segment": "given", column: "none"}
    case["willingness"].append({"segment": "given", "tier": "*", "worth_of_level": 1})
    assert solve_case(make_case(case)).plan.tiers[-1] == "none"


def test_who_takes_none_has_no_contract():
    """Rows for all tiers are not for the one outside, so that it has no review to count orders in;
    a row of its own, and who leaves in that of another tier, are said to be idle.
    """
    promise = {"tier": "*", "promised_share": 0.4, "contracts": 200, "counted": 5}
    case = tables(promises=[promise, {"tier": "none", "fee_per_customer": 5}])
    case["segments"][0]["orders_per_customer"] = 0.1
    case["promises"][0].pop("counted")
    case["promises"] += [{"tier": t["tier"], "counted": 5} for t in case["tiers"][1:]]
    case["willingness"].append({"segment": "*", "tier": "basic 20", "leave_if_outside": 0.5})
    found = read_tables(case).problems
    said = {p.table: p.message for p in found if "counts for" in p.message}
    assert said["promises"].startswith("Who takes no tier is not served")
    assert "leave_if_outside" in {p.column for p in found if p.table == "willingness"}
    assert any("more contracts" in p.message for p in found)
    assert not any('tier "none"' in p.message for p in found)
    assert not [p for p in found if p.severity.value == "error"]


@pytest.mark.parametrize(
    ("column", "tier"), [("fixed_tier", "none"), ("min_tier", "premium 60"), ("max_tier", "none")]
)
def test_who_is_released_from_a_contract_chooses(column, tier):
    """Without the contract of a segment the problem is that of the case without the cell, where
    worth and prices decide, also for who was pinned.
    """
    case = tables()
    case["segments"].append({**case["segments"][1], "segment": "third"})
    case["willingness"].append({"segment": "third", "tier": "*", "worth_of_level": 100})
    free = build_problem(make_case(case))
    case["segments"][-1][column] = tier
    bound = build_problem(make_case(case))
    (contract,) = [demand for demand in demands_of(bound) if demand.is_bar]
    assert changed(bound, [], [contract]).same_as(free)
    released = without(bound, contract.name)
    assert solve(released).objective == pytest.approx(solve(free).objective)


def test_what_choosing_costs_is_not_what_one_price_costs():
    """Were the business to assign, a service still has one price: all of the large at 70 and the
    small at 20, as who is worth less than it pays cannot be made to.
    """
    case = tables()
    prices = [tier["price"] for tier in case["tiers"][1:]]
    bound = build_problem(make_case(case))
    assigned = without(bound, CHOICE)
    best = min(
        result.objective
        for choice in np.ndindex(4, 4)
        if not (result := evaluate(assigned, np.array(choice))).violations
    )
    assert prices == [20, 60, 70]
    assert best == -(100 * 10 + 50 * 45)
    assert solve(assigned).objective == pytest.approx(best)
    rules = {breach.rule for breach in evaluate(assigned, np.array([2, 3])).violations}
    assert "same_service[premium]" in rules
