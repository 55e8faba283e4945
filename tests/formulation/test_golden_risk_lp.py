"""One golden LP file per rule of plans for risk, with that rule alone active.

Run with SLOPT_GOLDEN=write to write the files anew; then read the difference before keeping it.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from strategies import simple_problem, with_resource

from slopt.problem.scenarios.aim import Aim
from slopt.problem.scenarios.question import RiskQuestion
from slopt.problem.scenarios.scenario_problem import LaterChange, ScenarioProblem
from slopt.shipped import models
from slopt.solve.model_file import built_by
from slopt.vocabulary import Goal, RiskMeasure

GOLDEN = Path(__file__).with_name("golden_risk")
BASE = simple_problem([[1, 4], [2, 7]], [[9, 3], [8, 1]]).replace(
    segments=("key", "small"), tiers=("basic", "prime"), weight=np.array([3.0, 1.0])
)
HOURS = with_resource(BASE, [[1, 2], [1, 3]], capacity=4, extra=1, premium=6)


def futures(base=BASE, aim=None, best=None, later=None, reserve=np.nan, **changes):
    """Two futures, 3 to 1: the case's own numbers, and lost sales 50 % higher with what changes."""
    worse = base.replace(lost_orders=1.5 * base.lost_orders, **changes)
    reserves = np.full(base.size[2], reserve)
    problem = ScenarioProblem.of(
        base, [base, worse], np.array([0.75, 0.25]), reserve_cost=reserves, later=later
    )
    return RiskQuestion(problem, aim or Aim(), None if best is None else np.array(best))


QUESTIONS = {
    "mean": futures(),
    "worst_futures": futures(aim=Aim(RiskMeasure.CVAR, tail=0.5)),
    "blend": futures(aim=Aim(RiskMeasure.CVAR, tail=0.5, weight=0.25)),
    "regret": futures(aim=Aim(RiskMeasure.REGRET), best=[15.0, 17.0]),
    "max_service": futures(BASE.replace(goal=Goal.MAX_SERVICE)),
    "late_units": futures(HOURS, use=2 * HOURS.use),
    "late_units_reserved": futures(HOURS, reserve=2.0, use=2 * HOURS.use),
    "late_units_cheaper": futures(HOURS, extra_premium=np.array([-1.0]), use=2 * HOURS.use),
    "menu": futures(open_cost=np.array([0.0, 5.0])),
    "chances_of_the_budget": futures(BASE.replace(budget=9.0), Aim(chance=0.3), budget=6.0),
    "chances_of_a_resource": futures(HOURS, Aim(chance=0.3), use=2 * HOURS.use),
    "chances_of_the_level": futures(
        BASE.replace(min_service_level=0.7), Aim(chance=0.3), min_service_level=0.8
    ),
    "chances_none": futures(BASE.replace(max_lost_sales=20.0), Aim(chance=0.0)),
    "later_change": futures(later=LaterChange(0.25, cost=2.0, most=1)),
    "later_change_menu": futures(later=LaterChange(0.25), open_cost=np.array([0.0, 5.0])),
    "at_worst": futures(aim=Aim(RiskMeasure.ROBUST, at_worst=1)),
    "at_worst_chances": futures(
        BASE.replace(budget=9.0), Aim(RiskMeasure.ROBUST, at_worst=1, chance=0.3), budget=6.0
    ),
}


def lp_text(question, folder):
    """The model of a question in LP format, with the names that the formulation gave."""
    robust = question.aim.measure is RiskMeasure.ROBUST
    file = folder / "model.lp"
    built_by(models()["robust_plan" if robust else "risk_plan"], question).write(
        str(file), io_options={"symbolic_solver_labels": True}
    )
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", QUESTIONS)
def test_formulation_for_risk_is_the_golden_one(name, tmp_path):
    """The LP file of the rule alone equals the golden one, letter by letter."""
    text, golden = lp_text(QUESTIONS[name], tmp_path), GOLDEN / f"{name}.lp"
    if os.environ.get("SLOPT_GOLDEN") == "write":
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_every_golden_file_for_risk_belongs_to_a_question():
    """No file is left over from a rule that is gone, and none is missing."""
    assert {path.stem for path in GOLDEN.glob("*.lp")} == set(QUESTIONS)


def test_every_formulation_file_for_risk_has_a_golden_one():
    """A rule added to the formulation needs its golden file."""
    import slopt.formulation.risk

    files = {path.stem for path in Path(slopt.formulation.risk.__file__).parent.glob("*.py")}
    covered = {"at_worst", "later_change", "late_units", "menu", "regret", "worst_futures"}
    covered |= {"chances", "most_beyond", "goal", "money"}
    assert files - {"__init__", "sums"} == covered
