"""What is written: CSV that no spreadsheet runs, JSON in the order of the contract, whole files."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from strategies import make_case, simple_problem, with_resource

from slopt.engine.solving import solve_case
from slopt.errors import UsageError
from slopt.plan.files import csv_text, guard, json_text, plan_files, plan_rows, write_files
from slopt.plan.result import no_plan_result, plan_result, tidy
from slopt.solve.solve import solve

CONTRACT = [
    "status",
    "goal",
    "objective",
    "bound",
    "gap",
    "certified_bound",
    "certified_gap",
    "service_cost",
    "lost_orders",
    "lost_customers",
    "lost_prospects",
    "lost_sales",
    "total_cost",
    "service_level",
    "tiers_used",
    "changes",
    "current",
    "prices",
    "broken_rules",
    "method",
    "case_hash",
    "slopt_version",
    "solver",
    "seed",
    "seconds",
    "total_seconds",
]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=1", "''-1", "=cmd|' /C calc'!A0"]
)
def test_text_never_starts_a_formula(text):
    """One apostrophe more in front, also where there are some, so that reading it back is exact."""
    assert guard(text) == "'" + text


@pytest.mark.parametrize("text", ["a=1", "1-2", "", " =1", "'quoted'", "客户"])
def test_harmless_text_stays_as_it_is(text):
    """Nothing else is touched."""
    assert guard(text) == text


def test_numbers_in_csv_are_numbers():
    """Negative numbers are not guarded, 0.1 is 0.1, None is an empty cell, line ends are LF."""
    text = csv_text(
        ["a", "b", "c"], [{"a": -1.5, "b": 0.1, "c": None}, {"a": 1, "b": 2, "c": "-x"}]
    )
    assert text == "a,b,c\n-1.5,0.1,\n1,2,'-x\n"


def test_plan_csv_has_the_columns_of_the_contract(solved):
    """One row a segment in the case's order; the tiny plan, to the unit."""
    answer = solved("tiny")
    plan = answer.plan
    files = plan_files(
        plan.problem, plan.choice, plan.evaluation, plan.prices, plan_result(plan, 1.0)
    )
    assert list(files) == ["plan.csv", "resources.csv", "result.json"]
    assert files["plan.csv"] == (
        "segment,tier,current_tier,service_level,service_cost,lost_orders,lost_customers,"
        "lost_prospects,lost_sales,total_cost\n"
        "key,premium,standard,0.95,6000,1000,3900,975,5875,11875\n"
        "regular,basic,basic,0.8,1500,3000,6000,6000,15000,16500\n"
        "small,standard,basic,0.9,4000,500,1500,2000,4000,8000\n"
    )
    assert files["resources.csv"] == "resource,used,capacity,extra,price\n"


def test_resources_csv_of_the_example(solved):
    """Used, capacity and extra units as the example's SOURCE.md has them."""
    plan = solved("parts_distributor").plan
    files = plan_files(
        plan.problem, plan.choice, plan.evaluation, plan.prices, plan_result(plan, 1.0)
    )
    rows = {row["resource"]: row for row in csv.DictReader(io.StringIO(files["resources.csv"]))}
    assert float(rows["agent_hours"]["used"]) == pytest.approx(8919.38)
    assert float(rows["agent_hours"]["extra"]) == pytest.approx(319.38)
    assert float(rows["courier_slots"]["used"]) == pytest.approx(1628.4)
    assert float(rows["courier_slots"]["extra"]) == 0


def test_result_json_keys_come_in_the_order_of_the_contract(solved):
    """The contract's keys first and in its order; whatever is added comes behind."""
    result = plan_result(solved("parts_distributor").plan, 1.0)
    assert list(result)[: len(CONTRACT)] == CONTRACT
    assert list(result["current"])[:9] == CONTRACT[7:16]
    assert list(result["prices"][0])[:4] == ["name", "used", "limit", "price"]
    assert all(price["price"] >= 0 for price in result["prices"])
    assert json.loads(json_text(result)) == result


def test_result_without_a_plan_has_the_same_keys(solved):
    """An infeasible case: every key is there, null, and the conflict is named."""
    case = solved("tiny").case.with_limits(budget=1.0)
    answer = solve_case(case)
    result = no_plan_result(case, answer.outcome, 1.0)
    assert list(result)[: len(CONTRACT)] == CONTRACT
    assert result["status"] == "infeasible"
    assert result["objective"] is result["total_cost"] is result["current"] is None
    assert result["conflict"] == ["budget"]


def test_json_is_utf8_ends_in_a_newline_and_refuses_nan():
    """Chinese stays readable; NaN, which is not JSON, never gets out."""
    assert json_text({"b": "客户", "a": 1}) == '{\n  "b": "客户",\n  "a": 1\n}\n'
    with pytest.raises(ValueError, match="JSON"):
        json_text({"a": float("nan")})
    assert tidy(float("inf")) is None
    assert tidy(0.1 + 0.2) == 0.3


def test_kinds_not_known_apart_are_empty_cells():
    """A loss given as one number: the three kinds are blank, the sum is there."""
    problem = simple_problem([[1]], [[0]], lost_unsplit=np.array([[5.0]]))
    row = plan_rows(problem, np.array([0]))[0]
    assert row["lost_orders"] is None
    assert (row["lost_sales"], row["total_cost"]) == (5, 6)


def test_segments_named_like_formulas_come_back_as_they_were(tmp_path):
    """Written with a guard, read again as a plan: the same plan."""
    from slopt.plan.bring import read_plan

    case = make_case(
        {
            "segments": [{"segment": s, "customers": 1} for s in ("=1+1", "@a", "-b", "'=c")],
            "tiers": [{"tier": "+t", "service_level": 0.5}],
        }
    )
    plan = solve_case(case).plan
    files = plan_files(plan.problem, plan.choice, plan.evaluation, plan.prices, {})
    write_files(tmp_path, files)
    text = (tmp_path / "plan.csv").read_text(encoding="utf-8")
    assert all(line.startswith("'") for line in text.splitlines()[1:])
    assert read_plan(case, tmp_path / "plan.csv").tolist() == [0, 0, 0, 0]


def test_files_are_written_whole_and_stale_ones_removed(tmp_path):
    """New content replaces old, files of an earlier run go, nothing temporary stays."""
    folder = tmp_path / "a" / "b"
    write_files(folder, {"plan.csv": "old\n", "conflict.json": "x\n"})
    write_files(folder, {"plan.csv": "new\n"}, stale=["conflict.json", "never.there"])
    assert {path.name: path.read_text() for path in folder.iterdir()} == {"plan.csv": "new\n"}


def test_a_failed_write_leaves_the_old_files_alone(tmp_path):
    """The second of two files cannot be written: the first keeps its old content."""
    write_files(tmp_path, {"plan.csv": "old\n"})
    with pytest.raises(UsageError, match="Cannot write"):
        write_files(tmp_path, {"plan.csv": "new\n", "no/such/folder.json": "x"})
    assert [path.name for path in tmp_path.iterdir()] == ["plan.csv"]
    assert (tmp_path / "plan.csv").read_text() == "old\n"


def test_a_folder_that_is_a_file_is_a_usage_error(tmp_path):
    """The message names the folder."""
    (tmp_path / "out").write_text("x")
    with pytest.raises(UsageError, match="out"):
        write_files(tmp_path / "out", {"plan.csv": "x"})


def test_prices_of_a_plan_name_every_limit():
    """One entry a limit, resource or rule with a limit, in the case's order, none negative."""
    problem = with_resource(simple_problem([[1, 4]] * 2, [[9, 1]] * 2), [[1, 2]] * 2, 3).replace(
        budget=6.0, max_tiers=2
    )
    from slopt.plan.plan import make_plan

    plan = make_plan(None, problem, solve(problem))
    assert [price.name for price in plan.prices] == ["budget", "hours", "max_tiers"]
    assert all(price.relaxation >= 0 for price in plan.prices)


def test_a_failed_write_leaves_no_empty_folder(tmp_path):
    """On a disk that is full nothing is there afterwards; a folder that was there stays."""

    def full(file):
        raise OSError(28, "No space left on device")

    (tmp_path / "there").mkdir()
    for folder in (tmp_path / "new" / "deep", tmp_path / "there"):
        with pytest.raises(UsageError, match="No space left"):
            write_files(folder, {"plan.csv": "text", "sub/plan.csv": full})
    assert list(tmp_path.rglob("*")) == [tmp_path / "there"]
