"""`slopt solve` and `slopt evaluate` of a case with periods, through the commands."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from horizon_cases import TABLES, write_case
from rich.cells import cell_len

from slopt.engine.horizon_runs import named_horizon_plan
from slopt.plan.rows import PLAN_COLUMNS

FILES = {"plan.csv", "resources.csv", "staff.csv", "projects.csv", "periods.csv", "result.json"}
PERIODS = ["2027Q1", "2027Q2", "2027Q3", "2027Q4"]


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> str:
    """The small case."""
    return str(write_case(tmp_path_factory.mktemp("over_time") / "small"))


@pytest.fixture
def run(case, slopt) -> Path:
    """The folder of its plan, which is solved once."""
    folder = Path(case).with_name("first")
    if not folder.exists():
        ran = slopt("solve", case, "--out", str(folder))
        assert ran.code == 0, ran.err
    return folder


def rows_of(file: Path) -> list[dict[str, str]]:
    """A CSV file."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def result_of(folder: Path) -> dict:
    """result.json of a folder."""
    return json.loads((folder / "result.json").read_text(encoding="utf-8"))


def test_the_files_of_a_plan_over_periods_add_up(run):
    """Rows by segment and lines by period sum to the totals, each period in its present value."""
    assert {path.name for path in run.iterdir()} == FILES
    result, plan, periods = result_of(run), rows_of(run / "plan.csv"), rows_of(run / "periods.csv")
    assert tuple(plan[0])[: len(PLAN_COLUMNS)] == PLAN_COLUMNS
    assert [row["period"] for row in periods] == PERIODS
    assert len(plan) == 3 * 4
    discount = {row["period"]: float(row["discount"]) for row in periods}
    booked = sum(float(row["booked"]) * discount[row["period"]] for row in periods)
    assert booked == pytest.approx(result["service_cost"])
    serving = sum(float(row["service_cost"]) for row in plan if row["period"] == "2027Q3")
    assert serving == pytest.approx(float(periods[2]["service_cost"]))
    lost = sum(float(row["lost_sales"]) * discount[row["period"]] for row in plan)
    lost += result["after_horizon"]["lost_sales"]
    assert lost == pytest.approx(result["lost_sales"])
    total = result["service_cost"] + result["lost_sales"]
    assert result["total_cost"] == pytest.approx(total)
    assert result["objective"] == pytest.approx(total)
    gained = result["npv"] - result["current"]["npv"]
    assert gained == pytest.approx(result["current"]["total_cost"] - total)
    for row, entry in zip(periods, result["periods"], strict=True):
        assert float(row["booked"]) == pytest.approx(entry["booked"])
        assert float(row["caused"]) == pytest.approx(entry["caused"])
    within = [
        float(row["booked"]) - float(row["budget"]) - float(row["carried_in"]) for row in periods
    ]
    assert max(within) <= 1e-6


def test_a_plan_of_the_program_is_certified_by_prices(case, run, slopt):
    """What prices prove without the solver stands in the result, and the screen says it."""
    result = result_of(run)
    assert result["method"] != "prices"
    assert result["certified_bound"] <= result["bound"] * (1 + 1e-9)
    gap = (result["objective"] - result["certified_bound"]) / result["objective"]
    assert result["certified_gap"] == pytest.approx(gap)
    assert "without trusting the solver" in " ".join(slopt("solve", case).out.split())


def test_what_a_period_causes_is_written_and_is_what_its_cap_limits(run, tmp_path, slopt):
    """It is more than what is felt in the period; a cap that is a little below it is kept."""
    first = result_of(run)["periods"][0]
    assert first["caused"] > first["lost_sales"] + 1
    cap = 0.99 * first["caused"]
    assert cap > first["lost_sales"]
    head, *rows = TABLES["periods.csv"].split()
    capped = "\n".join([f"{head},max_lost_sales", f"{rows[0]},{cap}", *(f"{r}," for r in rows[1:])])
    case = write_case(tmp_path / "capped", periods_csv=capped + "\n")
    ran = slopt("solve", str(case), "--json")
    assert ran.code == 0, ran.err
    used = {price["name"]: price["used"] for price in ran.json["prices"]}
    caused = ran.json["periods"][0]["caused"]
    assert used["max_lost_sales 2027Q1"] == pytest.approx(caused)
    assert caused <= cap * (1 + 1e-6)


def test_a_written_plan_is_worth_the_same_when_it_is_brought(case, run, slopt):
    """`slopt evaluate` of the files gives the totals of the solve and breaks nothing."""
    ran = slopt("evaluate", case, "--plan", str(run / "plan.csv"), "--json")
    assert ran.code == 0, ran.err
    solved, brought = result_of(run), ran.json
    assert brought["violations"] == []
    for name in ("objective", "npv", "service_cost", "lost_sales", "service_level"):
        assert brought[name] == pytest.approx(solved[name])


def test_a_plan_without_staff_and_projects_is_priced_so(case, run, tmp_path, slopt):
    """Alone, a plan starts no project and hires nobody, and nothing is lifted."""
    rows = rows_of(run / "plan.csv")
    lines = [",".join(row[name] for name in ("segment", "tier", "period")) for row in rows]
    (tmp_path / "mine.csv").write_text("\n".join(["segment,tier,period", *lines]) + "\n")
    ran = slopt("evaluate", case, "--plan", str(tmp_path / "mine.csv"), "--json")
    assert ran.code == 0, ran.err
    assert [project["start"] for project in ran.json["projects"]] == [""]
    assert ran.json["objective"] > result_of(run)["objective"]
    projects = str(run / "projects.csv")
    lifted = slopt(
        "evaluate", case, "--plan", str(tmp_path / "mine.csv"), "--projects", projects, "--json"
    )
    assert lifted.json["objective"] == pytest.approx(result_of(run)["objective"])


@pytest.mark.parametrize("period", PERIODS[1:])
def test_planning_again_without_news_keeps_the_plan(case, run, slopt, period):
    """From any period on, the locked plan is best again, and the earlier periods are as decided."""
    ran = slopt("solve", case, "--from", period, "--locked", str(run), "--json")
    assert ran.code == 0, ran.err
    first, again = result_of(run), ran.json
    assert again["objective"] == pytest.approx(first["objective"], rel=1e-6)
    assert again["bound"] == pytest.approx(first["objective"], rel=1e-6)
    assert again["settled"]["kept"]["npv"] == pytest.approx(first["npv"])
    assert again["settled"]["kept_violations"] == []
    place = PERIODS.index(period)
    basis = [entry["basis"] for entry in again["periods"]]
    assert basis == ["decided"] * place + ["plan"] * (4 - place)
    for then, now in zip(first["periods"][:place], again["periods"], strict=False):
        assert now["booked"] == pytest.approx(then["booked"])


ACTUALS = """period,segment,tier,customers,service_cost
2027Q1,North,,410,3500
2027Q1,South,fast,,
2027Q2,North,,380,
"""


def test_actuals_replace_the_plan_and_stay_in_later_cycles(case, run, tmp_path, slopt):
    """Actual tiers, customers and costs stand in the new plan, and in the one after it."""
    actuals = tmp_path / "actuals.csv"
    actuals.write_text(ACTUALS, encoding="utf-8")
    second, third = tmp_path / "second", tmp_path / "third"
    ran = slopt(
        *("solve", case, "--from", "2027Q2", "--locked", str(run)),
        *("--actuals", str(actuals), "--out", str(second)),
    )
    assert ran.code == 0, ran.err
    plan = {(row["period"], row["segment"]): row for row in rows_of(second / "plan.csv")}
    north, south = plan["2027Q1", "North"], plan["2027Q1", "South"]
    assert (north["basis"], float(north["customers"])) == ("actual", 410)
    assert float(north["service_cost"]) == 3500
    assert (south["basis"], south["tier"]) == ("actual", "fast")
    assert plan["2027Q1", "West"]["basis"] == "decided"
    locked = {(row["period"], row["segment"]): row for row in rows_of(run / "plan.csv")}
    announced = locked["2027Q2", "South"]["tier"]  # with a notice of one period
    assert plan["2027Q2", "South"]["tier"] == announced
    assert (plan["2027Q2", "North"]["basis"], float(plan["2027Q2", "North"]["customers"])) == (
        "plan",
        380,
    )
    ran = slopt("solve", case, "--from", "2027Q3", "--locked", str(second), "--out", str(third))
    assert ran.code == 0, ran.err
    later = {(row["period"], row["segment"]): row for row in rows_of(third / "plan.csv")}
    for column in ("customers", "service_cost", "tier", "basis"):
        assert later["2027Q1", "North"][column] == north[column]
    assert later["2027Q2", "South"]["basis"] == "decided"
    north = later["2027Q2", "North"]
    assert (float(north["customers"]), north["basis"]) == (380, "actual")
    plan_again = named_horizon_plan(str(second))
    assert plan_again.evaluation.total_cost == pytest.approx(result_of(second)["total_cost"])
    assert plan_again.first == 1


def test_actuals_of_the_case_count_as_those_of_a_file(run, tmp_path, slopt):
    """The table `actuals` and a file of the same rows lead to the same plan."""
    (tmp_path / "actuals.csv").write_text(ACTUALS, encoding="utf-8")
    words = ("--from", "2027Q3", "--locked", str(run), "--json")
    plain = str(write_case(tmp_path / "plain"))
    by_file = slopt("solve", plain, *words, "--actuals", str(tmp_path / "actuals.csv"))
    within = str(write_case(tmp_path / "within", actuals_csv=ACTUALS))
    by_table = slopt("solve", within, *words)
    assert by_file.code == by_table.code == 0, by_file.err + by_table.err
    assert by_file.json["periods"] == by_table.json["periods"]
    assert by_file.json["periods"][0]["basis"] == "actual"


def test_a_recorded_run_can_be_locked_rebuilt_and_written(case, run, tmp_path, slopt, monkeypatch):
    """By CASE@ID a run is locked as by its folder; its files come back as they were."""
    monkeypatch.setenv("SLOPT_STORE", str(tmp_path / "runs.sqlite"))
    out = tmp_path / "out"
    ran = slopt("solve", case, "--out", str(out))
    assert ran.code == 0, ran.err
    its = result_of(out)["run"]["id"]
    rebuilt = slopt("runs", "show", f"{case}@{its}", "--rebuild", "--json")
    assert rebuilt.code == 0, rebuilt.err
    assert rebuilt.json["rebuilt"]["same"], rebuilt.json["rebuilt"]
    ran = slopt("runs", "show", f"{case}@{its}", "--out", str(tmp_path / "again"))
    assert ran.code == 0, ran.err
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (out / name).read_bytes()
    by_id = slopt("solve", case, "--from", "2027Q3", "--locked", f"{case}@{its}", "--json")
    assert by_id.json["objective"] == pytest.approx(result_of(run)["objective"], rel=1e-6)


def test_wrong_cycles_are_named(case, run, tmp_path, slopt):
    """Unknown periods, runs and half a cycle are usage errors; ids of others are named, all."""
    for words, said in (
        (("--from", "2027Q9", "--locked", str(run)), "2027Q4"),
        (("--from", "2027Q1", "--locked", str(run)), "no period comes before"),
        (("--from", "2027Q2"), "--locked RUN"),
        (("--locked", str(run)), "--from PERIOD"),
        (("--actuals", "x.csv"), "--from PERIOD"),
        (("--from", "2027Q2", "--locked", str(tmp_path)), "no plan.csv"),
    ):
        ran = slopt("solve", case, *words)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err
    ran = slopt("solve", "tiny", "--from", "2027Q2", "--locked", str(run))
    assert ran.code == 2
    assert "one period" in ran.err
    bad = tmp_path / "bad.csv"
    bad.write_text("period,segment,customers\n2027Q1,Nort,5\n2026Q4,South,-3\n", encoding="utf-8")
    ran = slopt(
        *("solve", case, "--from", "2027Q2", "--locked", str(run), "--actuals", str(bad)),
        *("--out", str(tmp_path / "none")),
    )
    assert ran.code == 3
    for said in ('"Nort" is not a segment', '"2026Q4" is not a period', "-3"):
        assert said in ran.err
    assert not (tmp_path / "none").exists()
    other = tmp_path / "other"
    other.mkdir()
    plan = (run / "plan.csv").read_text(encoding="utf-8")
    (other / "plan.csv").write_text(plan.replace("2027Q2", "2025Q2").replace("West", "Wesst"))
    ran = slopt("solve", case, "--from", "2027Q3", "--locked", str(other))
    assert ran.code == 3
    for said in ('"Wesst" is not a segment', '"2025Q2" is not a period', "2027Q2"):
        assert said in ran.err


def test_the_plan_of_another_case_is_told_in_one_message(case, run, tmp_path, slopt):
    """Where no segment, tier or period is known, not every row is a problem of its own."""
    plan = (run / "plan.csv").read_text(encoding="utf-8")
    (tmp_path / "plan.csv").write_text(plan.replace("2027Q", "2031Q"))
    ran = slopt("solve", case, "--from", "2027Q3", "--locked", str(tmp_path))
    assert ran.code == 3
    assert "the plan of another case" in ran.err
    assert "1 error" in ran.err


def test_customers_who_joined_and_left_make_those_of_the_next_period(case, run, tmp_path, slopt):
    """Alone in a file of actuals they count: on top of the customers that the plan has."""
    actuals, out = tmp_path / "actuals.csv", tmp_path / "out"
    actuals.write_text("period,segment,joined,left\n2027Q1,North,0,7\n2027Q2,North,3,0\n")
    words = ("solve", case, "--from", "2027Q3", "--locked", str(run), "--actuals", str(actuals))
    assert slopt(*words, "--out", str(out)).code == 0
    rows = [row for row in rows_of(out / "plan.csv") if row["segment"] == "North"]
    first, second, third = (float(row["customers"]) for row in rows[:3])
    assert (second, third) == (pytest.approx(first - 7), pytest.approx(first - 4))
    again = slopt("solve", case, "--from", "2027Q3", "--locked", str(out), "--json")
    assert again.json["objective"] == pytest.approx(result_of(out)["objective"])


def test_an_unknown_column_of_actuals_is_named_with_the_nearest_one(case, run, tmp_path, slopt):
    """A slip in a heading does not leave the figures out without a word."""
    actuals = tmp_path / "actuals.csv"
    actuals.write_text("period,segment,custmers\n2027Q1,North,5\n")
    ran = slopt("solve", case, "--from", "2027Q2", "--locked", str(run), "--actuals", str(actuals))
    assert ran.code == 3
    assert '"custmers" is not a column of actuals. Did you mean "customers"?' in ran.err


def test_actuals_of_a_shipped_example_go_by_its_name(case, run, slopt):
    """The same names count as in slopt monitor; here its segments are those of another case."""
    words = ("--from", "2027Q2", "--locked", str(run), "--actuals", "heating_history")
    ran = slopt("solve", case, *words)
    assert ran.code == 3
    assert "no such file" not in ran.err
    assert "is not a segment" in ran.err


def test_wrong_plans_are_named_with_their_places(case, tmp_path, slopt):
    """Every mistake in plan, staff and projects is told in one round, with file and row."""
    (tmp_path / "plan.csv").write_text(
        "segment,tier,period\nNorth,gold,2027Q1\nNort,basic,2027Q2\nSouth,fast,2027Q3\n"
        "South,fast,2027Q3\n"
    )
    (tmp_path / "staff.csv").write_text("option,period,hired\nagens,2027Q1,3\nagents,2027Q2,-1\n")
    (tmp_path / "projects.csv").write_text("project,start\nportal,2029\n")
    ran = slopt("evaluate", case, "--plan", str(tmp_path / "plan.csv"))
    assert ran.code == 3
    for said in ("gold", "Nort", "too", "2027Q4", "agens", "-1", "2029", "staff.csv", "row 2"):
        assert said in ran.err


def test_an_early_budget_that_is_too_small_is_named_with_its_period(tmp_path, slopt):
    """Without a plan the conflict names the period, the exit code is 4, and the files say so."""
    periods = "period,budget\n2027Q1,1000\n2027Q2,90000\n2027Q3,90000\n2027Q4,90000\n"
    case = str(write_case(tmp_path / "poor", periods_csv=periods))
    ran = slopt("solve", case, "--out", str(tmp_path / "out"))
    assert ran.code == 4, ran.err
    assert "budget 2027Q1" in ran.out
    result = result_of(tmp_path / "out")
    assert result["status"] == "infeasible"
    assert "budget 2027Q1" in result["conflict"]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"result.json"}


OTHERS = (
    ("explain",),
    ("alternatives",),
    ("costs",),
    ("frontier",),
    ("sweep", "--vary", "limits.budget=1,2"),
    ("sensitivity",),
    ("certify",),
    ("export", "x.mps"),
    ("app",),
)


@pytest.mark.parametrize("words", OTHERS, ids=lambda words: words[0])
def test_commands_of_one_period_refuse_a_case_over_periods(
    case, slopt, words, tmp_path, monkeypatch
):
    """No command answers for one period of many: a usage error says what there is instead."""
    monkeypatch.chdir(tmp_path)
    ran = slopt(words[0], case, *words[1:])
    assert ran.code == 2, ran.out
    assert ran.out == ""
    assert "4 periods" in ran.err
    assert "slopt check, offers, solve, evaluate" in ran.err
    assert not list(tmp_path.iterdir())


def test_the_page_of_a_plan_over_periods_has_every_period(run, tmp_path, slopt):
    """The page is one file without script; names, periods and the decision are in it."""
    page = tmp_path / "board.html"
    ran = slopt("report", str(run), "--out", str(page))
    assert ran.code == 0, ran.err
    text = page.read_text(encoding="utf-8")
    for said in (*PERIODS, "North", "portal", "agents", "Net present value", "Small cycle"):
        assert said in text
    assert "<script" not in text
    ran = slopt("report", str(run), "--xlsx", str(tmp_path / "plan.xlsx"))
    assert ran.code == 2
    assert "page alone" in ran.err
    assert not (tmp_path / "plan.xlsx").exists()


def test_names_on_the_page_are_text(tmp_path, slopt):
    """A hostile name is shown as it is written, and is no part of the page."""
    names = {"North": "<b onload=x>", "South": "=1+1"}
    segments = TABLES["segments.csv"]
    for name, hostile in names.items():
        segments = segments.replace(name, hostile)
    periods = TABLES["segment_periods.csv"]
    for name, hostile in names.items():
        periods = periods.replace(name, hostile)
    case = write_case(tmp_path / "bad", segments_csv=segments, segment_periods_csv=periods)
    ran = slopt("report", str(case), "--out", str(tmp_path / "page.html"))
    assert ran.code == 0, ran.err
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<b onload" not in text
    assert "&lt;b onload" in text


def test_check_says_that_the_case_is_ready(case, slopt):
    """A case over periods is checked as it will be solved."""
    ran = slopt("check", case)
    assert ran.code == 0, ran.out
    assert "Ready" in ran.out


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_screens_keep_their_width(case, run, slopt, monkeypatch, width, lang):
    """No line of a plan over periods is wider than the terminal, whatever the language."""
    monkeypatch.setenv("COLUMNS", str(width))
    ran = slopt("evaluate", case, "--plan", str(run / "plan.csv"), "--lang", lang)
    assert ran.code == 0, ran.err
    assert max(cell_len(line) for line in ran.out.splitlines()) <= width
    for period in PERIODS:
        assert period in ran.out


def test_the_screen_says_what_changes_when(case, run, slopt):
    """The answer begins with who moves, what starts, and the gain in net present value."""
    ran = slopt("solve", case, "--from", "2027Q3", "--locked", str(run))
    assert ran.code == 0, ran.err
    for said in (
        "4 periods from 2027Q1 to 2027Q4",
        "Net present value",
        "stays the best",
        "Proven",
    ):
        assert said in " ".join(ran.out.split())


def test_a_plan_of_one_period_takes_the_place_of_one_over_many(run, tmp_path, slopt):
    """In a folder that held a plan over periods, no file of it is left beside the new plan."""
    out = tmp_path / "out"
    out.mkdir()
    for path in run.iterdir():
        (out / path.name).write_bytes(path.read_bytes())
    ran = slopt("solve", "tiny", "--out", str(out))
    assert ran.code == 0, ran.err
    assert {path.name for path in out.iterdir()} == {"plan.csv", "resources.csv", "result.json"}


def test_a_project_that_lifts_nothing_is_named(case, run, tmp_path, slopt):
    """A row whose project does not lift its tier is a mistake, and no plain tier."""
    plan = (run / "plan.csv").read_text(encoding="utf-8")
    rows = [line.split(",") for line in plan.splitlines()]
    place = rows[0].index("project")
    number = next(n for n, row in enumerate(rows) if row[1] == "express")
    rows[number][place] = "portal"
    (tmp_path / "plan.csv").write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")
    ran = slopt("evaluate", case, "--plan", str(tmp_path / "plan.csv"))
    assert ran.code == 3
    assert f"row {number + 1}" in ran.err
    assert "does not lift" in ran.err
