"""`slopt costs`: the screen, the files, whose tiers, and what it refuses."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from running import Slopt

from slopt.shipped import examples
from slopt.study.costs_files import FILES


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV file as dicts."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_screen_says_who_loses_first(slopt: Slopt) -> None:
    """The sentence, the accounts, the proof and what is assumed stand on one screen."""
    ran = slopt("costs", "office_supplies")
    assert ran.code == 0
    assert "2 of 4 segments lose money (small and web): 41.2 k of the 106.8 k EUR" in ran.out
    assert "charged 149,360.00 + unused 28,640.00 = cost 178,000.00" in ran.out
    assert "The best 20 % of customers make 159 % of the contribution" in ran.out
    assert "Assumed, not measured. segments: base_churn" in ran.out
    assert "expected lost sales 51.2 k and hidden cost lines 5,400" in ran.out


@pytest.mark.parametrize("width", [80, 60])
def test_no_line_is_wider_than_the_screen(slopt: Slopt, width: int) -> None:
    """Columns go and sentences break; only the chart is left out where it is too wide."""
    ran = slopt("costs", "office_supplies", "--json")
    assert ran.code == 0
    from rich.cells import cell_len

    from slopt.case.load import load_case
    from slopt.engine.accounts import costs_of
    from slopt.report.costs_screen import costs_lines

    accounts = costs_of(load_case(examples()["office_supplies"])).accounts
    assert accounts is not None
    for line in costs_lines(accounts, "today", ran.json, width):
        assert cell_len(line.plain) <= width, line.plain


def test_files_hold_what_the_document_holds(slopt: Slopt, tmp_path: Path) -> None:
    """costs.csv has a row a segment; the proof and the pools are in costs.json and their files."""
    out = tmp_path / "out"
    ran = slopt("costs", "office_supplies", "--out", out, "--json")
    assert ran.code == 0
    assert {file.name for file in out.iterdir()} == set(FILES)
    assert json.loads((out / "costs.json").read_text(encoding="utf-8")) == ran.json
    costs = rows(out / "costs.csv")
    assert [row["segment"] for row in costs] == ["key", "mid", "small", "web"]
    assert [float(row["contribution"]) for row in costs] == [73800, 33000, -29800, -11400]
    assert costs[0]["better_tier"] == ""
    assert [row["unused_cost"] for row in rows(out / "costs_pools.csv")] == ["16640", "12000"]
    assert ran.json["proof"]["all_booked"]["holds"] is True
    kinds = {row["kind"] for row in rows(out / "costs_inputs.csv")}
    assert kinds == {"measured", "published", "assumed"}


def test_files_of_an_earlier_run_go(slopt: Slopt, tmp_path: Path) -> None:
    """A case without pools leaves no pools file of another case beside its own."""
    out = tmp_path / "out"
    slopt("costs", "office_supplies", "--out", out)
    assert slopt("costs", "tiny", "--out", out).code == 0
    assert not (out / "costs_pools.csv").exists()
    assert (out / "costs.csv").exists()


def test_a_plan_given_is_accounted_for(slopt: Slopt, tmp_path: Path) -> None:
    """All in basic: key costs 45,440 in place of 52,200."""
    plan = tmp_path / "plan.csv"
    plan.write_text(
        "segment,tier\nkey,basic\nmid,basic\nsmall,basic\nweb,basic\n", encoding="utf-8"
    )
    found = slopt("costs", "office_supplies", "--plan", plan, "--json").json
    assert found["tiers_of"] == "plan"
    assert found["segments"][0]["service_cost"] == pytest.approx(45440)


def test_the_best_plan_is_solved_for_when_asked_or_needed(slopt: Slopt, tmp_path: Path) -> None:
    """--best, or a segment without a tier today."""
    assert slopt("costs", "tiny", "--json").json["tiers_of"] == "today"
    best = slopt("costs", "tiny", "--best", "--json")
    assert (best.code, best.json["tiers_of"]) == (0, "best")
    assert best.json["totals"]["service_cost"] == pytest.approx(11500)
    home = tmp_path / "case"
    shutil.copytree(examples()["tiny"], home)
    path = home / "segments.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",basic", ","), encoding="utf-8")
    assert slopt("costs", home, "--json").json["tiers_of"] == "best"


def test_no_best_plan_is_said_as_solve_says_it(slopt: Slopt) -> None:
    """An impossible budget is proven so, exit code 4."""
    ran = slopt("costs", "tiny", "--best", "--set", "limits.budget=1", "--json")
    assert (ran.code, ran.json["status"]) == (4, "infeasible")
    assert slopt("costs", "tiny", "--best", "--set", "limits.budget=1").code == 4


def test_two_plans_at_once_are_refused(slopt: Slopt, tmp_path: Path) -> None:
    """--plan and --best contradict each other; an unknown plan is an input error."""
    assert slopt("costs", "tiny", "--best", "--plan", "x.csv").code == 2
    assert slopt("costs", "tiny", "--plan", tmp_path / "none.csv").code == 3


def test_a_case_in_which_nobody_loses_says_so(slopt: Slopt) -> None:
    """No table of losers, no pools, no methods where there is nothing to say."""
    ran = slopt("costs", "parts_distributor")
    assert "No customer segment loses money" in ran.out
    assert "Pools" not in ran.out


def test_check_warns_of_a_pool_that_today_overuses(slopt: Slopt, tmp_path: Path) -> None:
    """The warning comes with the figure and does not stop the check."""
    home = tmp_path / "case"
    shutil.copytree(examples()["office_supplies"], home)
    path = home / "pools.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("90000", "70000"), encoding="utf-8")
    ran = slopt("check", home, "--json")
    assert ran.code == 0
    (problem,) = [entry for entry in ran.json if entry["table"] == "pools"]
    assert problem["severity"] == "warning"
    assert problem["file"] == "pools.csv"
    assert (
        "used for 78,000 minutes and has 70,000 practical ones: 8,000 too many"
        in (problem["message"])
    )


def test_given_figures_make_measures_and_surveys_their_indices(slopt, tmp_path):
    """180 complaints of four segments on 6,000 orders, 600 buyers of 1,500 leads; 7 indices."""
    document = slopt("costs", "office_supplies", "--json", "--out", tmp_path / "files").json
    measures = {row["measure"]: row["value"] for row in document["measures"]}
    assert measures["complaint rate"] == pytest.approx(30)
    assert measures["conversion"] == pytest.approx(0.4)
    rows = (tmp_path / "files" / "costs_satisfaction.csv").read_text().splitlines()
    assert rows[0] == "survey,segment,kind,value,low,high,mark,of_best,questions,n"
    assert len(rows) == 8
    assert [row["value"] for row in document["satisfaction"][:4]] == [81.25, 68.75, 62.5, 65]
