"""`slopt monitor` through the command: files, advice and what it is worth, and what is refused."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from actuals_maker import COLUMNS, as_csv, draw
from horizon_cases import RESPONSE, write_case
from rich.cells import cell_len

from slopt.engine.horizon_runs import named_horizon_plan
from slopt.engine.monitoring import monitor
from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.study.monitor.advice import Advice, NoWorth, Replanned, with_factors
from slopt.study.monitor.files import FILES
from slopt.study.monitor.split import Effect

EFFECTS = [effect.value for effect in Effect]


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> str:
    """The small case, ten times as large, so that chance is small."""
    folder = tmp_path_factory.mktemp("monitored") / "small"
    segments = (
        "segment,customers,orders_per_customer,revenue_per_order,margin,base_churn,current_tier\n"
        "North,4000,6,40,0.4,0.02,basic\n"
        "South,2500,4,60,0.35,0.03,basic\n"
        "West,1200,10,55,0.45,0.02,fast\n"
    )
    return str(
        write_case(
            folder,
            segments_csv=segments,
            response_csv=f"{RESPONSE}\n*,0.5,0.08,0,0.05,0.3\n",
            resources_csv="",
            usage_csv="",
            staff_options_csv="",
            periods_csv="period,demand_factor\n2027Q1,1\n2027Q2,1.1\n2027Q3,1.25\n2027Q4,1\n",
            segment_periods_csv="segment,period,acquired\nNorth,*,240\nSouth,*,120\n",
        )
    )


@pytest.fixture
def run(case, slopt) -> Path:
    """The folder of its plan, which is solved once."""
    folder = Path(case).with_name("plan")
    if not folder.exists():
        ran = slopt("solve", case, "--out", str(folder))
        assert ran.code == 0, ran.err
    return folder


def actuals(run: Path, file: Path, planted=None, periods=2, seed=1) -> str:
    """A file of actuals under the plan of the run."""
    plan = named_horizon_plan(str(run))
    rows = draw(plan.case, plan.problem, plan.choice.modes, periods, seed, planted)
    file.write_text(as_csv(rows), encoding="utf-8")
    return str(file)


def rows_of(file: Path) -> list[dict[str, str]]:
    """A CSV file."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_bridges_in_the_files_add_up_to_the_cent(run, tmp_path, slopt):
    """Of every row, of every period and of all: planned and the effects make the actual."""
    file = actuals(run, tmp_path / "actuals.csv", {"leave": 3.0, "price": 0.9})
    out = tmp_path / "out"
    ran = slopt("monitor", str(run), "--actuals", file, "--out", str(out))
    assert ran.code == 0, ran.err
    assert {path.name for path in out.iterdir()} == set(FILES)
    document = json.loads((out / "monitor.json").read_text(encoding="utf-8"))
    rows = rows_of(out / "monitor.csv")
    assert len(rows) == 3 * 2 * len(document["accounts"])
    sums: dict[str, float] = defaultdict(float)
    for row in rows:
        effects = sum(float(row[name]) for name in EFFECTS)
        assert abs(float(row["planned"]) + effects - float(row["actual"])) < 0.005
        sums[row["account"]] += float(row["difference"])
    for account, entry in document["accounts"].items():
        assert abs(entry["difference"] - sums[account]) < 0.005
        assert abs(entry["planned"] + sum(entry[n] for n in EFFECTS) - entry["actual"]) < 0.005
        by_period = sum(p["accounts"][account]["actual"] for p in document["periods"])
        assert abs(by_period - entry["actual"]) < 0.005
    accounts = document["accounts"]
    lost = ("service_cost", "lost_orders", "lost_customers", "lost_prospects", "lost_unsplit")
    result = accounts["margin"]["actual"] - sum(accounts[name]["actual"] for name in lost)
    assert abs(result - accounts["result"]["actual"]) < 0.005
    told = rows_of(Path(file))
    assert sum(float(row["service_cost"]) for row in told) == pytest.approx(
        accounts["service_cost"]["actual"]
    )
    assert sum(float(row["left"]) for row in told) == pytest.approx(accounts["left"]["actual"])


def test_customers_who_hardly_leave_make_one_measure_and_plan_again(run, tmp_path):
    """Drift is found, and planning again is worth the old plan less the new one under it."""
    file = actuals(run, tmp_path / "actuals.csv", {"leave": 0.0})
    found = monitor(str(run), Path(file))
    assert Advice.RECALIBRATE in found.advice
    assert {one.parameter.value for one in found.drifts.drifting} == {"leave_probability"}
    again = found.replanned
    assert isinstance(again, Replanned)
    problem = again.again.problem
    old = named_horizon_plan(str(run)).choice
    at = np.s_[:, : again.first]
    assert np.array_equal(again.again.choice.modes[at], old.modes[at])
    worth = evaluate_horizon(problem, old).objective
    worth -= evaluate_horizon(problem, again.again.choice).objective
    assert again.gain == pytest.approx(worth)
    assert again.gain > again.room >= 0
    assert Advice.PLAN_AGAIN in found.advice
    factor = with_factors(found.compared.problem, found.drifts).leave
    assert problem.leave == pytest.approx(factor)
    assert factor.max() < 0.3 * found.compared.problem.leave.max()


def test_where_all_goes_by_plan_there_is_nothing_to_do(run, tmp_path, slopt):
    """Actuals that are the plan's own figures lead to no alarm and no new plan."""
    keep = ("period", "segment", "customers", "service_level", "service_cost", "lost_orders")
    rows = [row for row in rows_of(run / "plan.csv") if row["period"] <= "2027Q2"]
    file = tmp_path / "actuals.csv"
    text = [",".join(keep), *(",".join(row[name] for name in keep) for row in rows)]
    file.write_text("\n".join(text) + "\n", encoding="utf-8")
    ran = slopt("monitor", str(run), "--actuals", str(file), "--json")
    assert ran.code == 0, ran.err
    assert ran.json["advice"] == ["nothing"]
    assert ran.json["alarms"] == []
    assert ran.json["accounts"]["result"]["difference"] == pytest.approx(0, abs=1e-4)
    assert ran.json["replanned"]["gain"] == pytest.approx(0, abs=1)


def test_the_screen_fits_and_says_what_to_do(run, tmp_path, slopt, monkeypatch):
    """At 80 and 120 columns, in English and in Chinese, no line is wider."""
    file = actuals(run, tmp_path / "actuals.csv", {"leave": 3.0, "cost": 1.5})
    for width, language in ((80, "en"), (120, "en"), (80, "zh")):
        monkeypatch.setenv("COLUMNS", str(width))
        words = ("--no-replan", "--lang", language)
        ran = slopt("monitor", str(run), "--actuals", file, *words)
        assert ran.code == 0, ran.err
        assert max(cell_len(line) for line in ran.out.splitlines()) <= width
        if language == "en":
            assert "Measure the response again" in ran.out
            assert "service cost" in ran.out
        else:
            assert "Measure" not in ran.out


def test_a_period_without_all_segments_is_compared_and_said(run, tmp_path, slopt):
    """Only segments with actuals count, on both sides, and how many lack them is said."""
    file = Path(actuals(run, tmp_path / "actuals.csv"))
    lines = file.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("2027Q2,South")]
    file.write_text("\n".join(kept) + "\n", encoding="utf-8")
    ran = slopt("monitor", str(run), "--actuals", str(file), "--json", "--no-replan")
    assert [one["segments"] for one in ran.json["periods"]] == [3, 2]
    assert [one["segments_without_actuals"] for one in ran.json["periods"]] == [0, 1]
    shown = slopt("monitor", str(run), "--actuals", str(file), "--no-replan")
    assert "2027Q2: 1 segment without actuals is left out." in shown.out


def test_actuals_in_the_case_count_without_a_file(run, case, tmp_path, slopt):
    """The case's own table is compared; a case is solved where no run is named."""
    file = Path(actuals(run, tmp_path / "actuals.csv"))
    (Path(case) / "actuals.csv").write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    try:
        own = slopt("monitor", case, "--no-replan", "--json")
    finally:
        (Path(case) / "actuals.csv").unlink()
    by_file = slopt("monitor", str(run), "--actuals", str(file), "--no-replan", "--json")
    assert own.code == by_file.code == 0, own.err
    for name in ("accounts", "alarms", "drift"):
        assert own.json[name] == by_file.json[name]
    assert own.json["run"] == ""


def test_after_the_last_period_nothing_is_left_to_plan(run, tmp_path):
    """With actuals of all periods the worth of planning again is not asked."""
    file = actuals(run, tmp_path / "actuals.csv", periods=4)
    assert monitor(str(run), Path(file)).replanned is NoWorth.ALL_OVER


def test_a_plan_made_with_the_actuals_is_compared_from_there_on(run, case, tmp_path, slopt):
    """Of a plan that was made again, periods that are actual in it are left out, and said so."""
    file = actuals(run, tmp_path / "actuals.csv", periods=2)
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    first = tmp_path / "first.csv"
    kept = [line for line in lines if not line.startswith("2027Q2")]
    first.write_text("\n".join(kept) + "\n", encoding="utf-8")
    second = tmp_path / "second"
    ran = slopt(
        *("solve", case, "--from", "2027Q2", "--locked", str(run)),
        *("--actuals", str(first), "--out", str(second)),
    )
    assert ran.code == 0, ran.err
    looked = slopt("monitor", str(second), "--actuals", file, "--json")
    assert looked.code == 0, looked.err
    assert [one["period"] for one in looked.json["periods"]] == ["2027Q2"]
    assert looked.json["left_out"] == ["2027Q1"]
    assert looked.json["replanned"]["from"] == "2027Q3"
    nothing = slopt("monitor", str(second), "--actuals", str(first))
    assert nothing.code == 2
    assert "made with these actuals" in nothing.err


BAD = {
    "segment": ("2027Q1,Nowhere,10,,,,,,,", '"Nowhere" is not a segment of this case.'),
    "period": ("2031Q1,North,10,,,,,,,", '"2031Q1" is not a period of this case.'),
    "twice": ("2027Q1,West,10,,,,,,,", '"West" stands in row 2 too.'),
    "negative": ("2027Q1,North,-10,,,,,,,", '"-10" is below 0.'),
    "level": ("2027Q1,North,10,,,,,1.2,,", '"1.2" is above 1.'),
    "left": ("2027Q1,North,10,,11,,,,,", "More customers left, 11, than there were, 10."),
    "orders": ("2027Q1,North,10,,,0,50,,,", "There is revenue without an order."),
}


def test_every_mistake_in_the_actuals_is_named_by_its_row_at_once(run, tmp_path, slopt):
    """Unknown ids, duplicates and figures that cannot be; nothing is written."""
    file, out = tmp_path / "bad.csv", tmp_path / "out"
    lines = [",".join(COLUMNS), "2027Q1,West,1000,,,,,,,", *(line for line, _said in BAD.values())]
    # A row of North for each mistake, each in a period of its own or told as one that stands twice.
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    ran = slopt("monitor", str(run), "--actuals", str(file), "--out", str(out))
    assert ran.code == 3
    text = " ".join(ran.err.split())
    for row, (_line, said) in enumerate(BAD.values(), start=3):
        assert f"row {row}" in text
        assert said in text
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "There are no actuals to compare with."),
        (("--actuals", "nowhere.csv"), "There is no such file."),
        (("--false-alarms", "0"), "--false-alarms 0 must be"),
        (("--order-spread", "nan"), "--order-spread nan must be"),
        (("--forecast-spread", "-1"), "--forecast-spread -1 must be"),
    ],
)
def test_what_cannot_be_compared_is_said_in_one_message(run, slopt, words, said):
    """A file that is not there, no actuals, options that are no shares."""
    ran = slopt("monitor", str(run), *words)
    assert ran.code in (2, 3)
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_a_case_of_one_period_is_told_what_it_needs(slopt):
    """No table of periods, no plan over periods to compare with."""
    ran = slopt("monitor", "tiny")
    assert ran.code == 2
    assert "Give it a table periods" in ran.err


def test_customers_alone_are_what_an_open_period_begins_with(run, tmp_path, slopt):
    """A last period with customers alone is not over; with nothing else, nothing is compared."""
    file = tmp_path / "actuals.csv"
    opening = "2027Q2,North,4100\n2027Q2,South,2400\n2027Q2,West,1200\n"
    file.write_text(f"period,segment,customers\n{opening}", encoding="utf-8")
    ran = slopt("monitor", str(run), "--actuals", str(file))
    assert ran.code == 2
    assert "no period is over" in ran.err
    first = "2027Q1,North,4000,23000\n"
    lines = opening.replace("\n", ",\n")
    file.write_text(f"period,segment,customers,orders\n{first}{lines}", encoding="utf-8")
    ran = slopt("monitor", str(run), "--actuals", str(file), "--json")
    assert ran.code == 0, ran.err
    assert [one["period"] for one in ran.json["periods"]] == ["2027Q1"]
    assert ran.json["replanned"]["from"] == "2027Q2"


def test_the_shipped_history_shows_what_was_planted_in_it(tmp_path, slopt):
    """Fewer newcomers, more who leave, a poor level, dear service: all that its page says."""
    words = ("--actuals", "heating_history", "--no-replan", "--json")
    ran = slopt("monitor", "heating_service", *words)
    assert ran.code == 0, ran.err
    alarms = {(one["figure"], one["segment"]) for one in ran.json["alarms"]}
    assert {
        ("joined", "HEAT-PUMP"),
        ("service_level", "RESTAURANT"),
        ("orders", "FLAT-GAS"),
        ("service_cost", "WORKS"),
    } <= alarms
    drifting = {(d["parameter"], d["id"]) for d in ran.json["drift"] if d["drift"]}
    assert {("acquired", "HEAT-PUMP"), ("leave_probability", "HOUSE-GAS")} <= drifting
    assert ran.json["advice"] == ["recalibrate"]


def test_customers_alone_say_what_to_add_and_vanished_ones_are_an_alarm(run, tmp_path, slopt):
    """A fifth of North is gone: an alarm, no "nothing to do"; West, which wins nobody, is told."""
    file = tmp_path / "actuals.csv"
    plan = {(row["segment"], row["period"]): row for row in rows_of(run / "plan.csv")}
    lines = ["period,segment,customers"]
    for period in ("2027Q1", "2027Q2"):
        for segment in ("North", "South", "West"):
            count = float(plan[segment, period]["customers"])
            gone = 0.8 if (segment, period) == ("North", "2027Q2") else 1.0
            lines.append(f"{period},{segment},{count * gone:.0f}")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    words = ("monitor", str(run), "--actuals", str(file), "--no-replan")
    told = slopt(*words, "--json").json
    assert [(one["figure"], one["segment"]) for one in told["alarms"]] == [("net_change", "North")]
    assert told["advice"] == ["tell_apart"]
    measured = {one["id"] for one in told["drift"] if one["scope"] == "segment"}
    assert measured == {"West"}
    ran = slopt(*words)
    assert "There is nothing to do" not in ran.out
    assert "add the column joined or left" in " ".join(ran.out.split())


def test_counts_that_contradict_each_other_are_named_with_their_figures(run, tmp_path, slopt):
    """Customers, joined and left that do not make the customers of the next period."""
    file = tmp_path / "actuals.csv"
    text = "period,segment,customers,joined,left\n2027Q1,North,4000,200,100\n2027Q2,North,3900,,\n"
    file.write_text(text, encoding="utf-8")
    words = ("monitor", str(run), "--actuals", str(file), "--no-replan")
    said = " ".join(slopt(*words).out.split())
    assert "2027Q1 North: 4,000 customers, 200 joined and 100 left make 4,100, but" in said
    assert "2027Q2 begins with 3,900" in said
    told = slopt(*words, "--json").json
    assert told["contradictions"] == [{"period": "2027Q1", "segment": "North"}]


def test_the_command_that_plans_again_is_the_real_one(run, case, tmp_path, slopt, monkeypatch):
    """Case, run and file are named as the user named them, ready to be pasted."""
    monkeypatch.setenv("COLUMNS", "400")
    file = actuals(run, tmp_path / "actuals.csv", {"leave": 0.0})
    ran = slopt("monitor", str(run), "--case", case, "--actuals", file)
    said = " ".join(ran.out.split())
    assert f"slopt solve {case} --from 2027Q3 --locked {run} --actuals {file}" in said
    assert "set the response in the case first" in ran.out
