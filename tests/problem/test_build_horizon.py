"""From a case over periods to its problem: one period as ever, three periods by hand."""

from __future__ import annotations

import numpy as np
import pytest
from oracles import default_economics, every_choice
from strategies import make_case, random_tables

from slopt.errors import InvalidInput
from slopt.problem.build import build_problem
from slopt.problem.evaluate import evaluate
from slopt.problem.horizon.build import build_horizon
from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.problem.horizon.problem import NEVER, HorizonChoice

ONE = [{"period": "now"}]


def decided(problem, modes, started=()):
    """The choice of these modes by segment and period, nobody hired, projects as given."""
    shape = (len(problem.staff), len(problem.periods))
    starts = np.array([*started] or [NEVER] * len(problem.projects), dtype=np.int64)
    return HorizonChoice(np.array(modes), np.zeros(shape), np.zeros(shape), starts)


def over_time(tables, settings=None):
    """The horizon problem of a case given as tables."""
    return build_horizon(make_case(tables, settings))


def same_as_one_period(case, with_period):
    """True where the first choices are worth the same, to the last line, in both problems."""
    problem, horizon = build_problem(case), build_horizon(with_period)
    for choice in list(every_choice(problem))[:40]:
        choice = np.array(choice)
        a = evaluate(problem, choice)
        b = evaluate_horizon(horizon, decided(horizon, choice[:, None]))
        near = {"rel": 1e-9, "abs": 1e-6}
        assert b.objective == pytest.approx(a.objective, **near)
        for line in ("lost_orders", "lost_customers", "lost_prospects", "lost_unsplit"):
            assert b.present[line] == pytest.approx(getattr(a, line), **near)
        assert b.service_cost == pytest.approx(a.service_cost, **near)
        assert b.booked["open_cost"] == pytest.approx(a.open_cost, **near)
        assert b.booked["extra_cost"] == pytest.approx(a.extra_cost, **near)
        assert b.mean_service_level == pytest.approx(a.service_level)
        assert b.used[:, 0] == pytest.approx(a.used)
        ours, theirs = ({use.name.removesuffix(" now"): use for use in e.limits} for e in (b, a))
        assert set(theirs) <= set(ours)
        for name, use in theirs.items():
            assert (ours[name].used, ours[name].limit) == pytest.approx((use.used, use.limit))


SHIPPED = ("tiny", "scms_deliveries", "office_supplies", "pump_maker", "parts_distributor")


@pytest.mark.parametrize("name", SHIPPED)
def test_one_period_is_the_problem_of_a_case_without_periods(name, solved):
    """With one period, nobody won and no lag every line, use and limit is what it was."""
    case = solved(name).case
    with_period = make_case(
        {
            "segments": [{"segment": "a", "customers": 1}],
            "tiers": [{"tier": "t", "service_level": 1}],
            "periods": ONE,
        }
    )
    tables = {**case.tables, "periods": with_period.table("periods")}
    horizon = build_horizon(case.replace(tables=tables))
    problem = build_problem(case)
    rng = np.random.default_rng(5)
    for _ in range(6):
        choice = rng.integers(0, len(case.tiers), len(case.segments))
        a = evaluate(problem, choice)
        b = evaluate_horizon(horizon, decided(horizon, choice[:, None]))
        assert b.objective == pytest.approx(a.objective, rel=1e-9)
        assert b.lost_sales == pytest.approx(a.lost_sales, rel=1e-9)
        assert len(b.broken) == len(a.broken)
        used = {use.name.removesuffix(" now"): use.used for use in b.limits}
        assert {use.name: used[use.name] for use in a.limits} == pytest.approx(
            {use.name: use.used for use in a.limits}
        )


@pytest.mark.parametrize("seed", range(60))
def test_one_period_of_any_case_is_the_problem_of_one_period(seed):
    """Overrides, blanks, wildcards and both value bases: the same totals choice by choice."""
    tables, settings = random_tables(seed)
    for row in tables["segments"]:
        # What the offers table says is lost must not be worth more than all customers.
        row["customers"] += 200
        row["margin"] = row["margin"] and max(row["margin"], 0.2)
    case = make_case(tables, settings)
    same_as_one_period(case, make_case({**tables, "periods": ONE}, settings))


def in_period(tables, demand, revenue, churn):
    """The tables of one period, its factors multiplied in by hand."""
    segments = [
        {
            **row,
            "orders_per_customer": (
                1.0 if row["orders_per_customer"] is None else row["orders_per_customer"]
            )
            * demand,
            "revenue_per_order": (row["revenue_per_order"] or 0.0) * revenue,
            "base_churn": churn,
        }
        for row in tables["segments"]
    ]
    offers = []
    for row in tables.get("offers", []):
        scaled = dict(row)
        for name, value in row.items():
            if value is not None and (name.startswith("use:") or name == "service_cost"):
                scaled[name] = value * demand
            elif value is not None and name.startswith("lost_"):
                scaled[name] = value * demand * revenue
        offers.append(scaled)
    its = {**tables, "segments": segments, "offers": offers}
    return {name: rows for name, rows in its.items() if rows}


@pytest.mark.parametrize("seed", range(40))
def test_every_period_is_the_economics_of_its_own_figures(seed):
    """Beside an oracle that reads, row by row, a case written with the figures of the period."""
    tables, settings = random_tables(seed)
    rng = np.random.default_rng(seed)
    for row in tables["segments"]:
        row["customers"] += 200
        row["margin"] = row["margin"] and max(row["margin"], 0.2)
    demand, own, revenue, cost, own_cost = rng.uniform(0.5, 2, (5, 3)).round(2).tolist()
    churn = rng.uniform(0.05, 0.3, 3).round(2).tolist()
    over = {
        "periods": [
            {"period": f"p{t}", "demand_factor": demand[t], "cost_factor": cost[t]}
            for t in range(3)
        ],
        "segment_periods": [
            {
                "period": f"p{t}",
                "demand_factor": own[t],
                "revenue_factor": revenue[t],
                "cost_factor": own_cost[t],
                "base_churn": churn[t],
            }
            for t in range(3)
        ],
    }
    problem = over_time({**tables, **over}, settings)
    discount = float(settings["case.discount_rate"])
    customers, near = problem.customers, {"rel": 1e-9, "abs": 1e-6}
    for t in range(3):
        case = make_case(in_period(tables, demand[t] * own[t], revenue[t], churn[t]), settings)
        for (segment, tier), offer in default_economics(case).items():
            s, k = problem.segments.index(segment), problem.tiers.index(tier)
            at, n = (s, t, k), customers[s]
            money = n * problem.cost[at] + problem.fixed_cost[at]
            assert money == pytest.approx(offer["service_cost"] * cost[t] * own_cost[t], **near)
            assert n * problem.lost_orders[at] == pytest.approx(offer["lost_orders"], **near)
            assert n * problem.lost_prospects[at] == pytest.approx(offer["lost_prospects"], **near)
            value = problem.margin[s, t]
            if not period_basis(case, segment):
                value *= (1 - churn[t]) / (discount + churn[t])
            lost = n * (problem.leave[at] * value + problem.lost_customers[at])
            assert lost == pytest.approx(offer["lost_customers"], **near)
            assert problem.service_level[at] == pytest.approx(offer["service_level"])
            for r, resource in enumerate(problem.resources):
                units = n * problem.use[r][at] + problem.fixed_use[r][at]
                assert units == pytest.approx(offer["use"][resource], **near)


def period_basis(case, segment):
    """True where customers of the segment are valued by the period: own row, then the `*` row."""
    basis = dict(
        zip(
            case.table("response").texts("segment"),
            case.table("response").texts("value_basis"),
            strict=True,
        )
    )
    return (basis.get(segment) or basis.get("*") or "lifetime") == "period"


HAND = {
    "segments": [
        {
            "segment": "S",
            "customers": 100,
            "orders_per_customer": 1,
            "revenue_per_order": 100,
            "margin": 0.5,
            "base_churn": 0.25,
        }
    ],
    "tiers": [
        {"tier": "basic", "service_level": 0.9, "cost_per_order": 10},
        {"tier": "good", "service_level": 1, "cost_per_order": 20},
    ],
    "response": [
        {
            "segment": "*",
            "lost_order_share": 0.2,
            "leave_probability": 0.5,
            "listeners": 10,
            "prospect_share": 0.1,
            "deterrence": 0.5,
        }
    ],
    "periods": [{"period": name} for name in ("A", "B", "C")],
    "segment_periods": [{"acquired": 20}],
}
QUARTER_OFF = {"case.discount_rate": "0.25"}


def test_three_periods_worked_out_by_hand():
    """Five leave and five do not come in A; each is missed until the end, and is worth V after it.

    V = 50 x 0.75 / (1.25 - 0.75) = 75, a newcomer (50 + 75) / 1.25 = 100: lost customers are 5 x 75
    and lost prospects 5 x 100 in present value, wherever the horizon ends.
    """
    problem = over_time(HAND, QUARTER_OFF)
    value = evaluate_horizon(problem, decided(problem, [[0, 1, 1]]))
    assert problem.end_value == pytest.approx([75])
    assert problem.newcomer_value == pytest.approx([100])
    assert value.base.customers[0] == pytest.approx([100, 86.25, 84.6875, 83.515625])
    assert value.booked["service_cost"] == pytest.approx([1000, 1725, 1693.75])
    assert value.lost["lost_orders"] == pytest.approx([100, 0, 0])
    assert value.lost["lost_customers"] == pytest.approx([0, 187.5, 140.625])
    assert value.lost["lost_prospects"] == pytest.approx([0, 250, 187.5])
    assert value.after["lost_customers"] == pytest.approx(135)
    assert value.after["lost_prospects"] == pytest.approx(180)
    assert value.present["lost_customers"] == pytest.approx(5 * 75)
    assert value.present["lost_prospects"] == pytest.approx(5 * 100)
    assert value.total_cost == pytest.approx(3464 + 100 + 375 + 500)


@pytest.mark.parametrize("periods", [1, 2, 4, 9])
def test_who_is_lost_is_worth_the_same_wherever_the_horizon_ends(periods):
    """With constant figures what the first period causes does not depend on how many follow."""
    tables = {**HAND, "periods": [{"period": f"p{t}"} for t in range(periods)]}
    problem = over_time(tables, QUARTER_OFF)
    value = evaluate_horizon(problem, decided(problem, [[0] + [1] * (periods - 1)]))
    assert value.lost_sales == pytest.approx(100 + 375 + 500)
    assert value.caused == pytest.approx([975] + [0] * (periods - 1))


def test_word_of_mouth_keeps_away_nobody_who_would_not_have_come():
    """Where fewer would come than are warned off, all of them stay away and no more."""
    problem = over_time({**HAND, "segment_periods": [{"acquired": 2}]}, QUARTER_OFF)
    value = evaluate_horizon(problem, decided(problem, [[0, 0, 0]]))
    assert problem.deter[0, 0, 0] == pytest.approx(2 / 100)
    assert value.base.deterred[0, 0] == pytest.approx(2)
    assert value.base.customers.min() >= 0


def test_without_acquisition_lost_prospects_stay_money():
    """The money that the one-period economics has, by customer, and nobody deterred."""
    response = [{**HAND["response"][0], "prospect_value": 40}]
    tables = {**HAND, "segment_periods": [], "response": response}
    problem = over_time({k: v for k, v in tables.items() if v}, QUARTER_OFF)
    assert not problem.deter.any()
    assert problem.lost_prospects[0, :, 0] == pytest.approx(0.1 * 0.5 * 40)


def test_factors_and_own_figures_of_periods_reach_what_they_are_of():
    """Demand multiplies orders, revenue the price, cost the costs; figures of a period stand."""
    tables = {
        **HAND,
        "resources": [{"resource": "h", "capacity": 9, "unit_cost": 2, "extra_unit_cost": 5}],
        "usage": [{"resource": "h", "per_order": 3, "per_segment": 7}],
        "periods": [
            {"period": "A", "demand_factor": 2},
            {"period": "B", "cost_factor": 1.5},
            {"period": "C", "cost_factor": 2, "budget": 80},
        ],
        "segment_periods": [
            {"period": "B", "revenue_factor": 3.0, "demand_factor": 0.5, "base_churn": 0.5},
            {"segment": "S", "demand_factor": 1.0},
            {"segment": "S", "period": "C", "cost_factor": 1.1},
        ],
        "resource_periods": [{"resource": "h", "period": "C", "unit_cost": 3.0, "capacity": 4}],
    }
    problem = over_time(tables, {**QUARTER_OFF, "limits.budget": "70"})
    assert problem.margin[0] == pytest.approx([100, 150, 50])
    assert problem.keep[0] == pytest.approx([0.75, 0.5, 0.75])
    assert problem.use[0, 0, :, 0] == pytest.approx([6, 3, 3])
    assert problem.fixed_use[0, 0, :, 0] == pytest.approx([7, 7, 7])
    assert problem.cost[0, :, 0] == pytest.approx([20 + 12, 15 + 9, 22 + 9 * 1.1])
    assert problem.fixed_cost[0, :, 0] == pytest.approx([14, 21, 21 * 1.1])
    assert problem.extra_premium[0] == pytest.approx([3, 4.5, 7])
    assert problem.capacity[0] == pytest.approx([9, 9, 4])
    assert problem.budget == pytest.approx([70, 70, 80])
    assert problem.leave[0, :, 0] == pytest.approx([(1 - 0.81) / 2, 0.05, 0.05])


def test_figures_of_the_offers_table_grow_with_demand_and_customers():
    """A cost given for a whole segment is by customer, and twice as high at twice the demand."""
    tables = {
        **HAND,
        "offers": [{"segment": "S", "tier": "good", "service_cost": 500, "lost_orders": 30}],
        "periods": [{"period": "A", "demand_factor": 2}, {"period": "B", "cost_factor": 3}],
    }
    problem = over_time(tables, QUARTER_OFF)
    assert problem.cost[0, :, 1] == pytest.approx([10, 15])
    assert problem.fixed_cost[0, :, 1] == pytest.approx([0, 0])
    assert problem.lost_orders[0, :, 1] == pytest.approx([0.6, 0.3])


def test_a_season_at_the_end_does_not_count_for_ever():
    """After the horizon its last year comes again: four quarters summed by hand."""
    tables = {
        **HAND,
        "periods": [
            {"period": f"2027Q{q}", "demand_factor": f} for q, f in enumerate((1, 1, 1, 5), start=1)
        ],
    }
    problem = over_time(tables, {**QUARTER_OFF, "case.period": "quarter"})
    p, total = 0.75 / 1.25, 0.0
    for later in range(1, 400):
        total += p**later * 50 * (1, 1, 1, 5)[(later - 1) % 4]
    assert problem.end_value == pytest.approx([total])
    assert problem.newcomer_value == pytest.approx([total / 0.75])


def test_the_end_value_may_be_given():
    """The column of segments stands in place of what is computed."""
    segments = [{**HAND["segments"][0], "end_value": 30}]
    problem = over_time({**HAND, "segments": segments}, QUARTER_OFF)
    assert problem.end_value == pytest.approx([30])
    assert problem.newcomer_value == pytest.approx([(50 + 30) / 1.25])


def test_a_value_without_end_is_named():
    """Nobody leaves, nothing is discounted: no figure, but a message with both remedies."""
    segments = [{**HAND["segments"][0], "base_churn": 0.0}]
    tables = {k: v for k, v in HAND.items() if k != "response"}
    case = make_case({**tables, "segments": segments})
    with pytest.raises(InvalidInput) as caught:
        build_horizon(case)
    (problem,) = caught.value.problems
    assert "has no end" in problem.message
    assert "end_value" in problem.remedy


def test_projects_lift_the_level_of_their_segments_and_tiers_alone():
    """A lifted mode costs what its tier costs and loses what the better level loses."""
    tables = {
        **HAND,
        "segments": [HAND["segments"][0], {**HAND["segments"][0], "segment": "T", "group": "g"}],
        "projects": [
            {"project": "P", "investment": 9, "takes": 1, "saves": 2, "earliest": "B"},
            {
                "project": "L",
                "investment": 5,
                "after": "P",
                "excludes": "X",
                "lift_segment": "g",
                "lift_tier": "basic",
                "lift": 0.05,
                "latest": "C",
            },
            {"project": "X", "investment": 1, "running_cost": 3, "saves": 4},
        ],
    }
    problem = over_time(tables, QUARTER_OFF)
    assert problem.mode_tier.tolist() == [0, 1, 0]
    assert problem.mode_project.tolist() == [-1, -1, 1]
    assert problem.barred[0, :, 2].all()
    assert not problem.barred[1].any()
    assert problem.service_level[1, 0].tolist() == pytest.approx([0.9, 1, 0.95])
    assert problem.leave[1, 0] == pytest.approx([0.05, 0, 0.025])
    assert problem.cost[1, 0] == pytest.approx([10, 20, 10])
    first, second, third = problem.projects
    assert (first.earliest, first.latest, first.takes, first.saves) == (1, None, 1, 2)
    assert (second.after, second.excludes, second.latest) == ((0,), (2,), 2)
    assert third.running_cost == 3


def test_losses_given_in_offers_fall_with_the_failures_that_a_project_avoids():
    """Half the failures, half of what the table says is lost."""
    tables = {
        **HAND,
        "offers": [{"segment": "S", "tier": "basic", "lost_orders": 400, "lost_customers": 150}],
        "projects": [{"project": "L", "investment": 5, "lift": 0.05}],
    }
    problem = over_time(tables, QUARTER_OFF)
    assert problem.lost_orders[0, 0, [0, 2]] == pytest.approx([4, 2])
    assert problem.leave[0, 0, [0, 2]] == pytest.approx([150 / 75 / 100, 75 / 75 / 100])


def test_staff_options_are_read_with_their_ramp_and_wages():
    """Shares rise evenly from ramp to 1; wages follow the cost factor unless given by period."""
    tables = {
        **HAND,
        "periods": [{"period": "A"}, {"period": "B", "cost_factor": 2}, {"period": "C"}],
        "resources": [{"resource": "h", "capacity": 9}],
        "staff_options": [
            {
                "option": "own",
                "resource": "h",
                "wage": 10,
                "units": 3,
                "lead_periods": 1,
                "ramp": 0.4,
                "ramp_periods": 3,
                "term_periods": 2,
                "most_hired": 5,
                "whole": "true",
            }
        ],
        "staff_periods": [{"option": "own", "period": "C", "wage": 12}],
    }
    (option,) = over_time(tables, QUARTER_OFF).staff
    assert option.wage == pytest.approx([10, 20, 12])
    assert option.ramp == pytest.approx((0.4, 0.6, 0.8))
    assert (option.lead, option.term, option.units, option.whole) == (1, 2, 3, True)
    assert (option.most_hired, option.most_held) == (5, None)


def test_the_most_specific_row_says_what_a_change_costs():
    """The segment counts before the tier left, and that before the tier moved to."""
    tables = {
        **HAND,
        "segments": [HAND["segments"][0], {**HAND["segments"][0], "segment": "T"}],
        "tiers": [{"tier": t, "service_level": 0.5} for t in ("a", "b", "c")],
        "tier_changes": [
            {"cost": 1, "cost_per_customer": 0.5},
            {"to_tier": "c", "cost": 2},
            {"from_tier": "a", "cost": 3},
            {"segment": "T", "to_tier": "c", "cost": 4},
            {"segment": "T", "from_tier": "b", "to_tier": "a", "cost": 5},
        ],
    }
    cost = over_time(tables, QUARTER_OFF).change_cost
    assert cost[0].tolist() == [[0, 3, 3], [51, 0, 2], [51, 51, 0]]
    assert cost[1].tolist() == [[0, 3, 4], [5, 0, 4], [51, 51, 0]]


def test_contracts_notice_and_targets_hold_in_their_periods():
    """Floors by period, today's tier while notice runs, the level from its period on."""
    segments = [{**HAND["segments"][0], "current_tier": "basic", "notice_periods": 1}]
    tables = {
        **HAND,
        "segments": segments,
        "tiers": [{**row, "least_stay": 2} for row in HAND["tiers"]],
        "response": [{**HAND["response"][0], "lag_periods": 2}],
        "segment_periods": [{"period": "C", "min_tier": "good"}],
    }
    settings = {
        **QUARTER_OFF,
        "limits.min_service_level": "0.93",
        "horizon.target_from": "B",
        "horizon.max_changes_each": "1",
    }
    problem = over_time(tables, settings)
    assert problem.barred[0].tolist() == [[False, True], [False, False], [True, False]]
    assert np.isnan(problem.min_service_level[0])
    assert problem.min_service_level[1:].tolist() == [0.93, 0.93]
    assert problem.max_changes_each == 1
    assert problem.least_stay.tolist() == [2, 2]
    assert problem.lag.tolist() == [2]
    assert problem.history.tolist() == [[0, 0]]


def test_a_loss_of_more_customers_than_there_are_is_named_with_its_period():
    """What the offers table says is lost cannot be worth more than all customers."""
    offers = [{"segment": "S", "tier": "basic", "lost_customers": 8000}]
    with pytest.raises(InvalidInput) as caught:
        over_time({**HAND, "offers": offers}, QUARTER_OFF)
    (problem,) = caught.value.problems
    assert problem.message.startswith("In A: lost_customers of segment")


def test_a_segment_that_has_no_customers_yet_is_costed_by_customer():
    """New business: nobody at the start, won later, at what one customer costs and loses."""
    segments = [{**HAND["segments"][0], "customers": 0}]
    problem = over_time({**HAND, "segments": segments}, QUARTER_OFF)
    value = evaluate_horizon(problem, decided(problem, [[0, 0, 0]]))
    assert problem.cost[0, 0].tolist() == pytest.approx([10, 20])
    assert value.base.customers[0, :2] == pytest.approx([0, 20])
    assert value.booked["service_cost"][:2] == pytest.approx([0, 200])
