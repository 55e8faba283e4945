"""Model files: the shipped ones by name, a user's own by path, bad ones told in words."""

from __future__ import annotations

import pytest
from strategies import simple_problem

from slopt.errors import UsageError
from slopt.plan.plan import make_plan
from slopt.solve.model_file import find_model, is_shipped
from slopt.solve.solve import solve
from slopt.vocabulary import Method, Status

PROBLEM = simple_problem([[1, 2], [3, 1]], [[5, 1], [2, 9]])

CHEAPEST = '''
"""Least service cost, and the first segment never in t0."""
import pyomo.environ as pyo
from slopt.formulation.choose import chosen_sum, one_tier_per_segment
from slopt.formulation.shared import name_limit

def build(problem):
    model = pyo.ConcreteModel()
    one_tier_per_segment(model, problem)
    model.mine = pyo.Constraint(expr=model.choose["s0", "t0"] <= {limit})
    name_limit(model, "mine", model.mine)
    model.goal = pyo.Objective(expr=chosen_sum(model, problem, problem.service_cost))
    return model
'''


def write(folder, text):
    """Write a model file; returns its path."""
    file = folder / "my_model.py"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_users_own_model_file_is_solved(tmp_path):
    """Its objective, its own rule and that rule's price come out; the route is Pyomo."""
    outcome = solve(PROBLEM, model=write(tmp_path, CHEAPEST.replace("{limit}", "0")))
    assert outcome.status is Status.OPTIMAL
    assert outcome.method is Method.PYOMO
    assert outcome.choice.tolist() == [1, 1]
    assert outcome.objective == pytest.approx(3)
    assert outcome.relaxation.prices == pytest.approx({"mine": 1.0})


def test_a_plan_of_a_users_own_model_keeps_its_own_objective(tmp_path, solved):
    """The plan reports the model's objective; the totals are those of the definitions."""
    outcome = solve(PROBLEM, model=write(tmp_path, CHEAPEST.replace("{limit}", "0")))
    plan = make_plan(solved("tiny").case, PROBLEM, outcome, own_objective=False)
    assert plan.objective == pytest.approx(3)
    assert plan.evaluation.total_cost == 3 + 1 + 9


def test_explanations_of_a_users_own_model_speak_of_its_objective(tmp_path, solved):
    """The alternative costs what the model's own objective rises by: 3 instead of 1."""
    from slopt.solve.highs import Options
    from slopt.study.explain import explain

    outcome = solve(PROBLEM, model=write(tmp_path, CHEAPEST.replace("{limit}", "1")))
    plan = make_plan(solved("tiny").case, PROBLEM, outcome, own_objective=False)
    assert outcome.choice.tolist() == [0, 1]
    entry = explain(plan, Options())[1]
    assert entry.next_best.plan == pytest.approx(2)


def test_a_false_constraint_in_a_users_model_is_infeasible(tmp_path):
    """No conflict is named there: the rules are the user's own."""
    limit = "-1 + 0 * model.choose['s0', 't0']"
    outcome = solve(PROBLEM, model=write(tmp_path, CHEAPEST.replace("{limit}", limit)))
    assert outcome.status is Status.INFEASIBLE
    assert outcome.conflict == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1", "has no function build"),
        ("def build(problem):\n    return None", "no model with choose"),
        ("def build(problem):\n    return problem.nothing", "AttributeError"),
        ("def build(problem):\n    raise KeyError('a')", "KeyError"),
        ("def build(problem:", "SyntaxError"),
        ("import no_such_package_at_all", "ModuleNotFoundError"),
    ],
)
def test_bad_model_files_give_usage_errors(tmp_path, text, message):
    """Each names the file and what is wrong with it."""
    with pytest.raises(UsageError, match=message) as error:
        solve(PROBLEM, model=write(tmp_path, text))
    assert "my_model.py" in str(error.value)


def test_model_names():
    """The shipped model is found by name; a slip in a name, or a missing path, is a usage error."""
    assert is_shipped("tier_plan")
    assert find_model("tier_plan").name == "tier_plan.py"
    for name in ("tier_plam", "no/such/file.py"):
        with pytest.raises(UsageError, match="tier_plan"):
            find_model(name)
