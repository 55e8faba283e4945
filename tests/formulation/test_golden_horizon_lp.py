"""One golden LP file per rule over periods, with that rule alone active.

Run with SLOPT_GOLDEN=write to write the files anew; then read the difference before keeping it.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from horizon_problems import plain_horizon

from slopt.problem.horizon.problem import Project, StaffOption
from slopt.problem.rules import Rule
from slopt.shipped import models
from slopt.solve.model_file import build_model
from slopt.vocabulary import Goal, RuleKind

GOLDEN = Path(__file__).with_name("golden_horizon")
BASE = plain_horizon(
    [[[1, 4], [1, 5]], [[2, 7], [2, 8]]],
    [[[9, 3], [9, 3]], [[8, 1], [8, 1]]],
    [10.0, 20.0],
    segments=("key", "small"),
    periods=("Q1", "Q2"),
    tiers=("basic", "prime"),
    weight=np.array([3.0, 1.0]),
    discount=np.array([1.0, 0.5]),
    discount_step=0.5,
)
SHAPE = (2, 2, 2)
TODAY = BASE.replace(history=np.array([[0], [1]]))
LEAVING = BASE.replace(
    leave=np.tile([0.2, 0.1], (2, 2, 1)),
    leave_after=np.tile([0.2, 0.1], (2, 1)),
    join=np.full((2, 2), 3.0),
    margin=np.full((2, 2), 6.0),
    end_value=np.array([8.0, 0.0]),
)
HOURS = BASE.replace(
    resources=("hours",),
    use=np.tile([1.0, 2.0], (1, 2, 2, 1)),
    fixed_use=np.zeros((1, *SHAPE)),
    capacity=np.array([[40.0, 50.0]]),
    extra_capacity=np.zeros((1, 2)),
    extra_premium=np.zeros((1, 2)),
)
CREW = StaffOption(
    "crew",
    0,
    units=5.0,
    wage=np.array([2.0, 3.0]),
    hire_cost=7.0,
    release_cost=4.0,
    ramp=(0.5,),
    most_hired=9.0,
    most_held=30.0,
    past=(1.0,),
)
LEAN = Project("lean", investment=40.0, running_cost=3.0, saves=20.0, latest=0)
DESK = Project("desk", investment=60.0, takes=1, after=(0,), excludes=(0,))
LIFTED = BASE.replace(
    mode_tier=np.array([0, 1, 0]),
    mode_project=np.array([-1, -1, 0]),
    leave_after=np.zeros((2, 3)),
    **{
        name: np.concatenate([getattr(BASE, name), getattr(BASE, name)[:, :, :1]], axis=2)
        for name in (
            *("cost", "fixed_cost", "lost_orders", "lost_customers", "lost_prospects"),
            *("lost_unsplit", "leave", "deter", "service_level", "barred"),
        )
    },
)


def rule(kind, penalty=None, members=(0, 1), **values):
    """The base problem with one rule."""
    return BASE.replace(rules=(Rule("rule", kind, members, penalty=penalty, **values),))


PROBLEMS = {
    "choose": BASE.replace(barred=np.array([[[0, 0], [0, 0]], [[0, 1], [0, 0]]], dtype=bool)),
    "goal_min_lost_sales": BASE.replace(goal=Goal.MIN_LOST_SALES),
    "goal_min_budget": BASE.replace(goal=Goal.MIN_BUDGET),
    "goal_max_service": BASE.replace(goal=Goal.MAX_SERVICE),
    "customers": LEAVING,
    "customers_deterred": BASE.replace(
        deter=np.tile([0.1, 0.0], (2, 2, 1)),
        join=np.full((2, 2), 3.0),
        newcomer_value=np.array([5.0, 5.0]),
    ),
    "customers_lag": LEAVING.replace(lag=np.array([1, 1]), history=np.array([[0], [-1]])),
    "moves": TODAY.replace(change_cost=np.tile([[0.0, 30.0], [30.0, 0.0]], (2, 1, 1))),
    "moves_flows": TODAY.replace(
        tiers=("basic", "prime"), change_cost=np.tile([[0.0, -3.0], [20.0, 0.0]], (2, 1, 1))
    ),
    "changes": TODAY.replace(max_changes=1),
    "changes_each": TODAY.replace(max_changes_each=1, changes_before=np.array([1, 0])),
    "stays": TODAY.replace(least_stay=np.array([2, 3]), stayed=np.array([5, 2])),
    "menu_open_cost": BASE.replace(open_cost=np.array([[0.0, 5.0], [0.0, 6.0]])),
    "menu_max_tiers": BASE.replace(max_tiers=1),
    "projects": BASE.replace(projects=(LEAN, DESK)),
    "projects_lift": LIFTED.replace(projects=(LEAN,)),
    "staff": HOURS.replace(staff=(CREW,)),
    "capacity": HOURS,
    "capacity_extra": HOURS.replace(
        extra_capacity=np.array([[6.0, 0.0]]), extra_premium=np.array([[3.0, 0.0]])
    ),
    "capacity_cheaper_extra": HOURS.replace(
        extra_capacity=np.array([[6.0, 0.0]]), extra_premium=np.array([[-1.0, 0.0]])
    ),
    "budget": BASE.replace(budget=np.array([60.0, np.nan])),
    "budget_carried": BASE.replace(
        budget=np.array([60.0, 70.0]), carries=np.array([True, True]), carry_in=5.0
    ),
    "service_floor": BASE.replace(min_service_level=np.array([np.nan, 0.7])),
    "lost_sales_cap": LEAVING.replace(max_lost_sales=np.array([150.0, np.nan])),
    "ordering": rule(RuleKind.NOT_BELOW, members=(0,), others=(1,)),
    "ordering_soft": rule(RuleKind.NOT_BELOW, 2.5, members=(0,), others=(1,)),
    "same_tier": rule(RuleKind.SAME_TIER),
    "same_tier_soft": rule(RuleKind.SAME_TIER, 2.5),
    "member_min_service_level": rule(RuleKind.MIN_SERVICE_LEVEL, value=0.8),
    "member_max_service_cost": rule(RuleKind.MAX_SERVICE_COST, value=80.0),
    "member_max_lost_sales": rule(RuleKind.MAX_LOST_SALES, value=100.0),
    "member_min_in_tier": rule(RuleKind.MIN_IN_TIER, tier=1, value=1.0),
    "member_max_in_tier": rule(RuleKind.MAX_IN_TIER, tier=1, value=1.0),
    "member_soft": rule(RuleKind.MIN_SERVICE_LEVEL, 40.0, value=0.8),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_formulation_over_periods_is_the_golden_one(name, tmp_path):
    """The LP file of the rule alone equals the golden one, letter by letter."""
    file, golden = tmp_path / "model.lp", GOLDEN / f"{name}.lp"
    model = build_model(models()["horizon_plan"], PROBLEMS[name])
    model.write(str(file), io_options={"symbolic_solver_labels": True})
    text = file.read_text(encoding="utf-8")
    if os.environ.get("SLOPT_GOLDEN") == "write":
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_every_golden_file_over_periods_belongs_to_a_problem():
    """No file is left over from a rule that is gone."""
    assert {path.stem for path in GOLDEN.glob("*.lp")} == set(PROBLEMS)


def test_every_rule_over_periods_has_a_golden_file():
    """A rule added to the formulation needs its golden file."""
    import slopt.formulation.horizon

    files = {path.stem for path in Path(slopt.formulation.horizon.__file__).parent.glob("*.py")}
    without_rows = {"__init__", "named", "money", "rules"}
    covered = {name.replace("member", "member_limit") for name in PROBLEMS}
    for file in files - without_rows:
        assert any(name.startswith(file) for name in covered), file
