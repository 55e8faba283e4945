"""The bridge from one plan over periods to another."""

from __future__ import annotations

import numpy as np
import pytest
from horizon_cases import TABLES, write_case

from slopt.case.load import load_case
from slopt.engine.horizons import solve_over_time
from slopt.errors import UsageError
from slopt.plan.horizon.actual import Actuals
from slopt.problem.evaluate import Breach
from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.study.compare.bridge import PARTS, Money
from slopt.study.over_time.bridge import StepOverTime, compare_over_time, of_segments
from slopt.study.over_time.sides import as_choice_of, side_over_time, still_asked

OTHERS = {
    "budgets": {"periods_csv": TABLES["periods.csv"].replace("17500", "16500")},
    "demand and wages": {
        "periods_csv": TABLES["periods.csv"].replace("1.25", "1.4"),
        "staff_options_csv": TABLES["staff_options.csv"].replace(",9,", ",10,"),
        "response_csv": TABLES["response.csv"].replace("0.08", "0.1"),
    },
    "another project": {
        "projects_csv": TABLES["projects.csv"] + "training,900,50,400,*,fast,0.02\n"
    },
}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The plan of the small case."""
    case = load_case(write_case(tmp_path_factory.mktemp("first")))
    return side_over_time("A", case, solve_over_time(case).plan.choice)


def other(tmp_path, name):
    """The plan of another case."""
    case = load_case(write_case(tmp_path / "other", **OTHERS[name]))
    return side_over_time("B", case, solve_over_time(case).plan.choice)


def added(found):
    """A and all steps."""
    total = found.start
    for step in found.steps:
        total = total + step.money
    return total


@pytest.mark.parametrize("name", OTHERS)
def test_the_bridge_adds_up_to_the_last_digit(first, tmp_path, name):
    """From A all steps lead to B, part by part, and its ends are the totals of the plans."""
    b = other(tmp_path, name)
    found = compare_over_time(first, b)
    assert added(found) == found.end
    assert found.start.total_cost == pytest.approx(first.evaluation.total_cost, abs=1e-6)
    assert found.end.total_cost == pytest.approx(b.evaluation.total_cost, abs=1e-6)


def test_inputs_are_priced_with_the_decisions_of_before(first, tmp_path):
    """The sum of the steps of inputs is what A's decisions cost more under the case of B."""
    b = other(tmp_path, "demand and wages")
    found = compare_over_time(first, b)
    taken = [step for step in found.steps if step.kind is StepOverTime.INPUTS]
    assert {name for step in taken for name in step.tables} == {
        "periods",
        "response",
        "staff_options",
    }
    kept = evaluate_horizon(b.problem, as_choice_of(first.choice, first.problem, b.problem))
    change = sum((step.money for step in taken), Money()).total_cost
    assert change == pytest.approx(kept.total_cost - first.evaluation.total_cost, abs=1e-6)


def test_the_same_plan_for_the_same_inputs_has_no_steps(first):
    """Nothing moves and no money changes."""
    found = compare_over_time(first, first)
    assert found.is_same_plan
    assert not found.steps
    assert not found.moves


def test_what_happened_is_a_step_of_its_own(first):
    """A dearer first quarter changes booked cost by just that."""
    s, t, *_ = first.problem.size
    actuals = Actuals.none(s, t)
    cost = actuals.service_cost.copy()
    planned = first.evaluation.by_segment["service_cost"][0, 0]
    cost[0, 0] = planned + 100
    known = Actuals(
        actuals.tier, actuals.customers, actuals.service_level, cost, actuals.lost_orders
    )
    found = compare_over_time(first, side_over_time("B", first.case, first.choice, known, 1))
    (step,) = found.steps
    assert step.kind is StepOverTime.HAPPENED
    assert step.money.service_cost == pytest.approx(100)
    assert step.money.lost_sales == 0
    assert added(found) == found.end


def test_moves_are_runs_of_periods_with_another_tier(first):
    """Two periods in express are one move, and its money is what the segment's lines change by."""
    modes = first.choice.modes.copy()
    modes[0, 1:3] = 2
    choice = type(first.choice)(
        modes, first.choice.hired, first.choice.released, first.choice.started
    )
    b = side_over_time("B", first.case, choice)
    found = compare_over_time(first, b)
    assert {move.segment for move in found.moves} == {0}
    assert sum(move.last - move.first + 1 for move in found.moves) == 2
    change = of_segments(b.problem, b.evaluation) - of_segments(first.problem, first.evaluation)
    assert found.moves[0].total == pytest.approx(change[0])


def test_segments_and_what_they_share_are_the_whole_total(first):
    """Lines by segment, open tiers, extra units, staff and projects leave nothing out."""
    value, discount = first.evaluation, first.problem.discount
    shared = ("open_cost", "extra_cost", "staff_cost", "project_cost")
    total = of_segments(first.problem, value).sum()
    total += sum(float(discount @ value.booked[name]) for name in shared)
    assert total == pytest.approx(value.total_cost)
    assert all(hasattr(Money(), part) for part in PARTS)


def test_plans_of_other_segments_are_refused(first, tmp_path):
    """The message names what is not the same."""
    text = TABLES["segments.csv"].replace("West", "East")
    case = load_case(write_case(tmp_path / "east", segments_csv=text))
    b = side_over_time("B", case, first.choice)
    with pytest.raises(UsageError, match="segments"):
        compare_over_time(first, b)
    assert np.array_equal(first.choice.modes, b.choice.modes)


def test_limits_of_settled_periods_are_not_asked_again(first):
    """An overspent period that is over is no broken limit; an open one is, and so is a project."""
    broken = tuple(Breach(rule, 1.0) for rule in ("budget 2027Q1", "budget 2027Q2", "portal twice"))
    assert still_asked(broken, first.problem, 0) == broken
    assert still_asked(broken, first.problem, 1) == broken[1:]
