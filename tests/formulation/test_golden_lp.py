"""One golden LP file per rule, with that rule alone active: what the mathematics really says.

Run with SLOPT_GOLDEN=write to write the files anew; then read the difference before keeping it.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from strategies import simple_problem, with_resource

from slopt.problem.choice import Bar
from slopt.problem.prospect_pools import ProspectPool
from slopt.problem.rules import Rule
from slopt.problem.self_selection import SelfSelection
from slopt.shipped import models
from slopt.solve.model_file import build_model
from slopt.vocabulary import Goal, RuleKind

GOLDEN = Path(__file__).with_name("golden")
BASE = simple_problem([[1, 4], [2, 7]], [[9, 3], [8, 1]]).replace(
    segments=("key", "small"), tiers=("basic", "prime"), weight=np.array([3.0, 1.0])
)


def rule(kind, penalty=None, members=(0, 1), **values):
    """The base problem with one rule."""
    return BASE.replace(rules=(Rule("rule", kind, members, penalty=penalty, **values),))


TOWN = ProspectPool(
    "town",
    prospects=100.0,
    value=2.0,
    messages=np.array([[40.0, 10.0], [60.0, 20.0]]),
    at=np.array([0.0, 40.0, 100.0]),
    lost=np.array([0.0, 66.0, 126.0]),
    error=12.0,
)
MENU = SelfSelection(
    surplus=np.array([[1.0, 4.0], [3.0, 2.0]]),
    chooses=np.array([True, True]),
    available=np.ones((2, 2), dtype=bool),
    outside=0,
    same_service=(("service", (0, 1)),),
)
PROBLEMS = {
    "choose": BASE.replace(barred=np.array([[0, 0], [0, Bar.NOT_OFFERED]], dtype=np.int8)),
    "goal_min_lost_sales": BASE.replace(goal=Goal.MIN_LOST_SALES),
    "goal_min_budget": BASE.replace(goal=Goal.MIN_BUDGET),
    "goal_max_service": BASE.replace(goal=Goal.MAX_SERVICE),
    "budget": BASE.replace(budget=9.0),
    "menu_open_cost": BASE.replace(open_cost=np.array([0.0, 5.0])),
    "menu_max_tiers": BASE.replace(max_tiers=1),
    "capacity": with_resource(BASE, [[1, 2], [1, 3]], capacity=4),
    "capacity_extra": with_resource(BASE, [[1, 2], [1, 3]], 4, extra=1, premium=6),
    "capacity_cheaper_extra": with_resource(BASE, [[1, 2], [1, 3]], 4, extra=1, premium=-1),
    "changes": BASE.replace(max_changes=1, current=np.array([0, 1])),
    "service_floor": BASE.replace(min_service_level=0.7),
    "lost_sales_cap": BASE.replace(max_lost_sales=11.0),
    "self_selection": BASE.replace(selection=MENU),
    "prospect_pools": BASE.replace(pools=(TOWN,)),
    "ordering": rule(RuleKind.NOT_BELOW, members=(0,), others=(1,)),
    "ordering_soft": rule(RuleKind.NOT_BELOW, 2.5, members=(0,), others=(1,)).replace(
        rank=np.array([1, 4])
    ),
    "same_tier": rule(RuleKind.SAME_TIER),
    "same_tier_soft": rule(RuleKind.SAME_TIER, 2.5),
    "member_min_service_level": rule(RuleKind.MIN_SERVICE_LEVEL, value=0.8),
    "member_max_service_cost": rule(RuleKind.MAX_SERVICE_COST, value=8.0),
    "member_max_lost_sales": rule(RuleKind.MAX_LOST_SALES, value=10.0),
    "member_min_in_tier": rule(RuleKind.MIN_IN_TIER, tier=1, value=1.0),
    "member_max_in_tier": rule(RuleKind.MAX_IN_TIER, tier=1, value=1.0),
    "member_soft": rule(RuleKind.MIN_SERVICE_LEVEL, 40.0, value=0.8),
}


def lp_text(problem, folder):
    """The model of a problem in LP format, with the names that the formulation gave."""
    file = folder / "model.lp"
    build_model(models()["tier_plan"], problem).write(
        str(file), io_options={"symbolic_solver_labels": True}
    )
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PROBLEMS)
def test_formulation_is_the_golden_one(name, tmp_path):
    """The LP file of the rule alone equals the golden one, letter by letter."""
    text, golden = lp_text(PROBLEMS[name], tmp_path), GOLDEN / f"{name}.lp"
    if os.environ.get("SLOPT_GOLDEN") == "write":
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_problem():
    """No file is left over from a rule that is gone."""
    assert {path.stem for path in GOLDEN.glob("*.lp")} == set(PROBLEMS)


def test_every_formulation_file_has_a_golden_one():
    """A rule added to the formulation needs its golden file."""
    import slopt.formulation

    files = {path.stem for path in Path(slopt.formulation.__file__).parent.glob("*.py")}
    covered = {
        "choose": "choose",
        "goal": "goal_max_service",
        "budget": "budget",
        "menu": "menu_max_tiers",
        "capacity": "capacity_extra",
        "changes": "changes",
        "self_selection": "self_selection",
        "service_floor": "service_floor",
        "lost_sales_cap": "lost_sales_cap",
        "prospect_pools": "prospect_pools",
        "ordering": "ordering",
        "same_tier": "same_tier",
        "member_limit": "member_soft",
    }
    without_rows = {"__init__", "counted", "shared", "money", "rules"}
    assert files - without_rows == set(covered)
    assert set(covered.values()) <= set(PROBLEMS)
