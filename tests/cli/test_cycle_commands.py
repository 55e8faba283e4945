"""`slopt budget`, `slopt compare` and `slopt diagnose` of cases over periods, by the commands."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from horizon_cases import TABLES, write_case
from rich.cells import cell_len

PERIODS = ["2027Q1", "2027Q2", "2027Q3", "2027Q4"]
SHORT = TABLES["periods.csv"].replace("2027Q2,15500", "2027Q2,1500")


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> str:
    """The small case."""
    return str(write_case(tmp_path_factory.mktemp("cycle") / "small"))


@pytest.fixture
def run(case, slopt) -> Path:
    """The folder of its plan, which is solved once."""
    folder = Path(case).with_name("first")
    if not folder.exists():
        assert slopt("solve", case, "--out", str(folder)).code == 0
    return folder


def rows_of(file: Path) -> list[dict[str, str]]:
    """A CSV file."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_budget_request_has_a_row_a_period_and_the_totals_of_the_plan(
    case, run, slopt, tmp_path
):
    """The proposed column is what the plan of slopt solve books."""
    ran = slopt("budget", case, "--out", str(tmp_path / "out"), "--moves", "1", "--json")
    assert ran.code == 0, ran.err
    rows = rows_of(tmp_path / "out" / "budget_request.csv")
    assert [row["period"] for row in rows] == PERIODS
    booked = [float(row["booked"]) for row in rows_of(run / "periods.csv")]
    assert [float(row["proposed"]) for row in rows] == pytest.approx(booked)
    assert json.loads((tmp_path / "out" / "budget_request.json").read_text("utf-8")) == ran.json
    result = json.loads((run / "result.json").read_text("utf-8"))
    assert ran.json["proposed"]["total_cost"] == pytest.approx(result["total_cost"])
    assert len(ran.json["transfers"]) <= 1


def test_the_screens_fit_their_width(case, slopt, monkeypatch):
    """No line is wider than 80 cells."""
    monkeypatch.setenv("COLUMNS", "80")
    target = ("--target", "min_service_level=0.85", "--by", "2027Q3")
    for words in (("budget", case, "--each", "--moves", "1"), ("budget", case, *target)):
        ran = slopt(*words)
        assert ran.code == 0, ran.err
        assert max(cell_len(line) for line in ran.out.splitlines()) <= 80


def test_a_case_of_one_period_has_a_budget_request_too(slopt):
    """One row, and no moves between periods."""
    ran = slopt("budget", "tiny", "--json")
    assert ran.code == 0, ran.err
    assert len(ran.json["periods"]) == 1
    assert ran.json["transfers"] == []
    assert ran.json["less"]["gain"] <= 0 <= ran.json["more"]["gain"]
    shown = slopt("budget", "tiny")
    assert "budget request" in shown.out


def test_the_request_of_a_later_cycle_is_of_the_open_periods(case, run, slopt):
    """Staff hired before is committed, and the settled periods have no row."""
    ran = slopt("budget", case, "--from", "2027Q3", "--locked", str(run), "--moves", "0", "--json")
    assert ran.code == 0, ran.err
    assert [row["period"] for row in ran.json["periods"]] == PERIODS[2:]


def test_the_least_budgets_reach_the_target(case, slopt, tmp_path):
    """Every period from that one on has at least the level; the file says so."""
    target = ("--target", "min_service_level=0.9", "--by", "2027Q3")
    ran = slopt("budget", case, *target, "--out", str(tmp_path / "o"), "--json")
    assert ran.code == 0, ran.err
    rows = rows_of(tmp_path / "o" / "least_budget.csv")
    assert all(float(row["service_level"]) >= 0.9 - 1e-9 for row in rows[2:])
    assert [row["target"] for row in rows] == ["", "", "0.9", "0.9"]


def test_a_target_out_of_reach_says_what_can_be_reached(case, slopt):
    """No tier is better than 0.98, and notice holds some in the first quarter."""
    ran = slopt("budget", case, "--target", "min_service_level=0.995", "--json")
    assert ran.code == 4
    assert 0.9 < ran.json["reachable"] <= 0.98 + 1e-9
    shown = slopt("budget", case, "--target", "min_service_level=0.995")
    assert "The most that can be reached from 2027Q1 on" in shown.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--target", "budget=3"), "min_service_level=VALUE"),
        (("--target", "min_service_level=x"), "min_service_level=VALUE"),
        (("--target", "min_service_level=95"), "share between 0 and 1"),
        (("--target", "min_service_level=0.9", "--by", "2031Q1"), "2031Q1"),
        (("--by", "2027Q1"), "--target"),
        (("--step", "5"), "share between 0 and 1"),
        (("--from", "2027Q3"), "--locked"),
        (("--set", "plan.model=mmkp"), "--model"),
    ],
)
def test_what_cannot_be_asked_is_a_usage_error(case, slopt, words, said):
    """One message, exit code 2, no traceback."""
    ran = slopt("budget", case, *words)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_a_case_without_a_plan_has_no_budget_request(case, slopt, tmp_path):
    """The conflict is told and nothing is written."""
    short = write_case(tmp_path / "short", periods_csv=SHORT)
    ran = slopt("budget", str(short), "--out", str(tmp_path / "out"))
    assert ran.code == 4
    assert "budget 2027Q2" in ran.out
    assert not (tmp_path / "out").exists()


def test_two_plans_over_periods_compare_to_the_cent(case, run, slopt, tmp_path):
    """A run against a case with a smaller budget: amounts add up, and tables are named."""
    text = TABLES["periods.csv"].replace("17500", "16800").replace("1.1\n", "1.15\n")
    other = write_case(tmp_path / "other", periods_csv=text)
    ran = slopt("compare", str(run), str(other), "--out", str(tmp_path / "out"), "--json")
    assert ran.code == 0, ran.err
    bridge = ran.json["bridge"]
    assert sum(row["amount"] for row in bridge[:-1]) == bridge[-1]["amount"]
    assert bridge[1]["tables"] == ["periods"]
    places = {change["place"] for change in ran.json["changes"]}
    assert places == {"periods[2027Q3].budget", "periods[2027Q2].demand_factor"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "compare.json",
        "moves.csv",
        "bridge.csv",
    }
    assert slopt("compare", str(run), str(other)).code == 0


def test_a_plan_again_compares_with_the_one_before(case, run, slopt, tmp_path):
    """What happened is a step, and the second plan begins where it was made."""
    actuals = tmp_path / "actuals.csv"
    actuals.write_text(
        "period,segment,tier,service_cost\n2027Q1,North,basic,3100\n", encoding="utf-8"
    )
    again = tmp_path / "again"
    words = ("--from", "2027Q2", "--locked", str(run), "--actuals", str(actuals))
    assert slopt("solve", case, *words, "--out", str(again)).code == 0
    ran = slopt("compare", str(run), str(again), "--json")
    assert ran.code == 0, ran.err
    assert ran.json["b"]["planned_from"] == "2027Q2"
    assert "happened" in [row["step"] for row in ran.json["bridge"]]
    bridge, a, b = ran.json["bridge"], ran.json["a"], ran.json["b"]
    change = ran.json["worth_of_perfect_service"] - (bridge[-1]["amount"] - bridge[0]["amount"])
    assert b["npv"] - a["npv"] == pytest.approx(change, abs=1e-6)
    assert sum(row["amount"] for row in bridge[:-1]) == bridge[-1]["amount"]


def test_today_compares_with_the_plan_over_periods(case, slopt):
    """One word alone is a case."""
    ran = slopt("compare", case, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["same_inputs"] is True


def test_a_plan_over_periods_does_not_compare_with_one_of_one_period(case, slopt):
    """Both are named, with exit code 2."""
    ran = slopt("compare", case, "tiny")
    assert ran.code == 2
    assert "tiny" in ran.err
    assert "small" in ran.err


def test_diagnose_names_the_period_and_the_way_out(tmp_path, slopt):
    """The budget of the second quarter is too small; raised as told, there is a plan."""
    short = write_case(tmp_path / "short", periods_csv=SHORT)
    ran = slopt("diagnose", str(short), "--json", "--out", str(tmp_path / "out"))
    assert ran.code == 4, ran.err
    assert ran.json["feasible"] is False
    (conflict,) = ran.json["conflicts"]
    assert "budget 2027Q2" in {one["rule"] for one in conflict}
    alone = [one["changes"] for one in ran.json["repairs"] if len(one["changes"]) == 1]
    (change,) = next(one for one in alone if one[0]["name"] == "budget 2027Q2")
    setting = f"{change['path']}={change['to']}"
    assert slopt("solve", str(short), "--set", setting).code == 0
    _changes_lead_to_the_plans(slopt, short, tmp_path / "out", ran.json)
    shown = slopt("diagnose", str(short))
    assert "budget 2027Q2" in shown.out


def _changes_lead_to_the_plans(slopt, case, out, document):
    """Every folder's changes, set in the case, come to the total of its plan."""
    folders = [repair["folder"] for repair in document["repairs"] if repair["folder"]]
    assert folders == sorted(folder.name for folder in out.glob("repair_*"))
    assert "repair_1" in folders
    for folder in folders:
        rows = rows_of(out / folder / "changes.csv")
        settings = [word for row in rows for word in ("--set", f"{row['path']}={row['to']}")]
        solved = slopt("solve", str(case), *settings, "--json").json
        written = json.loads((out / folder / "result.json").read_text("utf-8"))
        assert solved["case_hash"] == written["case_hash"]
        assert solved["total_cost"] == pytest.approx(written["total_cost"], rel=1e-3)


def test_floors_are_lowered_by_no_more_than_each_period_needs(case, slopt, tmp_path):
    """Every floor of a way out with several is lowered by its own amount, and the rest are told."""
    words = ("--set", "limits.min_service_level=0.999", "--out", str(tmp_path / "out"))
    ran = slopt("diagnose", case, *words, "--json")
    assert ran.code == 4, ran.err
    assert len(ran.json["conflicts"]) > 1
    names = [one["rule"] for conflict in ran.json["conflicts"] for one in conflict]
    levels = [name for name in names if name.startswith("min_service_level")]
    assert len(levels) == len(set(levels))
    (floors,) = (r for r in ran.json["repairs"] if len(r["changes"]) == len(PERIODS))
    assert len({change["to"] for change in floors["changes"]}) > 1
    assert "Apart from that" in slopt("diagnose", case, *words).out
    assert slopt("diagnose", case, "--out", str(tmp_path / "out")).code == 0
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["diagnosis.json"]


def test_diagnose_of_the_periods_still_to_plan(case, run, slopt, tmp_path):
    """What is settled is out of question, and the plan of a way out covers all periods."""
    cycle = ("--from", "2027Q3", "--locked", str(run))
    words = ("--set", "limits.min_service_level=0.999", "--out", str(tmp_path / "out"), "--json")
    ran = slopt("diagnose", case, *cycle, *words)
    assert ran.code == 4, ran.err
    names = {one["rule"] for conflict in ran.json["conflicts"] for one in conflict}
    assert {"min_service_level 2027Q3", "min_service_level 2027Q4"} <= names
    assert not any(name.endswith(("2027Q1", "2027Q2")) for name in names)
    rows = rows_of(tmp_path / "out" / "repair_1" / "periods.csv")
    assert [row["period"] for row in rows] == PERIODS
    assert slopt("diagnose", case, "--from", "2027Q3").code == 2
    assert slopt("diagnose", "tiny", *cycle).code == 2


def test_diagnose_of_a_case_with_a_plan_says_so(case, slopt):
    """Nothing contradicts, exit code 0."""
    ran = slopt("diagnose", case)
    assert ran.code == 0
    assert "There is a plan" in ran.out
