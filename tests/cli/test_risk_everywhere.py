"""Risk in the commands that show plans: frontier, sweep, explain, compare, report, periods."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest
from horizon_cases import write_case
from running import Slopt

CASE = "scms_deliveries"
FEW = ("--set", "risk.samples=20", "--no-record")
SOURCES = """table,column,segment,tier,kind,low,high,source
response,leave_probability,*,*,assumed,0.04,0.16,to be measured
periods,demand_factor,*,*,assumed,0.8,1.4,stands for a forecast
"""


def rows(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_bands_are_further_columns_and_leave_the_others_as_they_are(
    slopt: Slopt, tmp_path: Path
) -> None:
    """Without --bands the file has the columns of the contract; with it the same and then bands."""
    for name, more in (("plain", ()), ("banded", ("--bands",))):
        words = ("frontier", CASE, "--points", "4", "--out", str(tmp_path / name), *more, *FEW)
        assert slopt(*words).code == 0
    plain, banded = rows(tmp_path / "plain/frontier.csv"), rows(tmp_path / "banded/frontier.csv")
    assert [{key: row[key] for key in plain[0]} for row in banded] == plain
    its = banded[-1]
    ends = [float(its[f"lost_sales_{end}"]) for end in ("q05", "mean", "q95")]
    assert ends == sorted(ends)
    assert 0 <= float(its["breaks_limit"]) <= float(its["breaks"]) <= 1
    document = json.loads((tmp_path / "banded/frontier.json").read_text())
    assert document["futures"]["count"] == 20
    assert document["futures"]["measure"] is None
    assert "futures" not in json.loads((tmp_path / "plain/frontier.json").read_text())


def test_a_frontier_for_risk_says_what_its_plans_are_best_at(slopt: Slopt) -> None:
    """The first sentence is the aim; no point has a price, which is of another problem."""
    ran = slopt("frontier", CASE, "--points", "3", "--risk", "cvar", *FEW)
    assert ran.code in (0, 5)
    assert "Every plan has the best mean in the worst tenth of futures." in ran.out
    found = slopt("frontier", CASE, "--points", "3", "--risk", "mean", "--json", *FEW).json
    assert found["futures"]["measure"] == "mean"
    for point, its in zip(found["points"], found["futures"]["points"], strict=True):
        if point["objective"] is not None:
            assert point["objective"] == pytest.approx(its["value_mean"], rel=1e-9)
            assert point["price"] is None


def test_a_target_is_refused_together_with_risk(slopt: Slopt) -> None:
    """A target is reached at own numbers; one sentence says so."""
    ran = slopt("frontier", CASE, "--target", "service_level=0.9", "--risk", "cvar", *FEW)
    assert ran.code == 2
    assert "--target is reached at the case's own numbers" in ran.err


def test_a_sweep_over_the_weight_of_bad_futures(slopt: Slopt, tmp_path: Path) -> None:
    """Each point has its mean and its bad end over futures of one seed, which is said."""
    out = tmp_path / "sweep"
    ran = slopt("sweep", CASE, "--vary", "risk.weight=0:1:2", "--risk", "cvar", "--out", str(out),
                *FEW)  # fmt: skip
    assert ran.code == 0
    assert "drawn by the same seed (1)" in ran.out
    found = rows(out / "sweep.csv")
    assert [row["risk_measure"] for row in found] == ["cvar", "cvar"]
    assert float(found[0]["risk_mean"]) <= float(found[1]["risk_mean"]) * (1 + 1e-6)


def test_explain_tells_what_another_tier_costs_on_average_and_in_bad_futures(
    slopt: Slopt, tmp_path: Path
) -> None:
    """One segment in sentences; limits are explained of plans at own numbers alone."""
    ran = slopt("explain", CASE, "Zambia", "--risk", "cvar", "--out", str(tmp_path / "e"),
                "--set", "risk.samples=20")  # fmt: skip
    assert ran.code in (0, 5)
    assert "on average" in ran.out
    assert "in the worst tenth of futures" in ran.out
    assert rows(tmp_path / "e/explanation_segments.csv")[0]["segment"] == "Zambia"
    refused = slopt("explain", CASE, "--limits", "--risk", "cvar")
    assert refused.code == 2
    assert "--risk none" in refused.err


def test_two_plans_are_compared_in_the_same_futures(slopt: Slopt) -> None:
    """Today against the plan: the chance that B is better, and the mean difference."""
    found = slopt("compare", CASE, "--futures", "--json", "--set", "risk.samples=20").json
    its = found["futures"]
    assert its["count"] == 20
    assert 0 <= its["b_is_better_from"] <= its["b_is_better"] <= its["b_is_better_to"] <= 1
    assert its["difference"]["q05"] <= its["difference"]["mean"] <= its["difference"]["q95"]
    assert "futures" not in slopt("compare", CASE, "--json").json


def test_a_budget_request_tells_what_more_is_worth_in_the_same_futures(slopt: Slopt) -> None:
    """The gain of a step is that of the two plans compared over these futures, with its band."""
    words = ("--set", "risk.samples=20")
    found = slopt("budget", CASE, "--futures", "--json", *words).json
    plain = slopt("budget", CASE, "--json", *words).json
    assert "futures" not in plain
    assert found["more"]["gain"] == plain["more"]["gain"]
    its = found["futures"]["more"]
    budget = found["periods"][0]["budget"]
    assert its["budget_changed_by"] == pytest.approx(0.05 * budget)
    assert its["gain_q05"] <= its["gain_mean"] <= its["gain_q95"]
    assert its["gain_mean_from"] <= its["gain_mean"] <= its["gain_mean_to"]
    other = (*words, "--set", f"limits.budget={1.05 * budget}")
    paired = slopt("compare", CASE, CASE, "--futures", "--json", *other).json["futures"]
    assert its["gain_mean"] == pytest.approx(-paired["difference"]["mean"], rel=1e-9)
    assert its["better"] == pytest.approx(paired["b_is_better"])
    said = slopt("budget", CASE, "--futures", *words).out
    assert "One unit of that budget is worth" in " ".join(said.split())


def test_budgets_over_periods_are_not_priced_in_futures(slopt: Slopt) -> None:
    """One sentence says so, before anything is solved."""
    ran = slopt("budget", "heating_service", "--futures")
    assert ran.code == 2
    assert "slopt risk shows how the proposed plan fares" in ran.err


def test_a_recorded_plan_is_compared_with_the_units_that_it_reserves(
    slopt: Slopt, tmp_path: Path
) -> None:
    """The run and the case solved again come to the same in every future, reserve and all."""
    case, asked = "clinic_supplies", ("--set", "risk.measure=cvar", "--set", "risk.samples=20")
    run = slopt("solve", case, *asked, "--json", "--no-record", "--out", tmp_path / "run").json
    assert any(entry["units"] > 0 for entry in run["risk"]["reserve"])
    found = slopt("compare", tmp_path / "run", case, "--futures", "--json", *asked).json
    its = found["futures"]
    assert its["a"]["mean"] == pytest.approx(its["b"]["mean"], rel=1e-9)
    assert its["both_the_same"] == 1
    assert found["a"]["gap"] is None


def test_a_report_has_a_part_on_wrong_numbers_where_numbers_are_uncertain(
    slopt: Slopt, tmp_path: Path
) -> None:
    """Page and workbook say between what the totals lie; a case without intervals has neither."""
    pytest.importorskip("altair", reason="the extra report is not installed")
    page, book = tmp_path / "page.html", tmp_path / "book.xlsx"
    words = ("--out", str(page), "--xlsx", str(book), *FEW)
    assert slopt("report", CASE, *words).code == 0
    text = page.read_text(encoding="utf-8")
    assert "If the numbers are wrong" in text
    assert "Part 4 of 4" in text
    assert "Safe to decide now" in text
    sheets = openpyxl.load_workbook(book, read_only=True).sheetnames
    assert "If the numbers are wrong" in sheets
    assert "Segments in futures" in sheets
    assert slopt("report", "tiny", *words).code == 0
    text = page.read_text(encoding="utf-8")
    assert "If the numbers are wrong" not in text
    assert "Part 3 of 3" in text
    assert "If the numbers are wrong" not in openpyxl.load_workbook(book, read_only=True).sheetnames


def test_a_plan_over_periods_is_priced_in_its_futures(slopt: Slopt, tmp_path: Path) -> None:
    """The command draws, prices and writes; choosing for risk over periods is refused."""
    folder = write_case(tmp_path / "cycle")
    (folder / "sources.csv").write_text(SOURCES, encoding="utf-8")
    out = tmp_path / "out"
    ran = slopt("risk", str(folder), "--samples", "8", "--out", str(out))
    assert ran.code == 0
    assert "In nine of ten futures the net present value of the plan lies between" in ran.out
    document = json.loads((out / "risk.json").read_text())
    assert document["futures"] == 8
    assert document["totals"]["npv"]["q05"] <= document["totals"]["npv"]["q95"]
    periods = rows(out / "periods.csv")
    assert {row["period"] for row in periods} == {"2027Q1", "2027Q2", "2027Q3", "2027Q4"}
    assert len(rows(out / "futures.csv")) == 8
    refused = slopt("solve", str(folder), "--risk", "cvar")
    assert refused.code == 2
    assert "slopt risk shows how it fares" in refused.err


@pytest.mark.parametrize("columns", ["60", "80", "120"])
def test_no_screen_of_risk_is_wider_than_its_terminal(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    """Bands, sweeps and explanations fit, in both languages."""
    monkeypatch.setenv("COLUMNS", columns)
    for lang in ("en", "zh"):
        for words in (
            ("frontier", CASE, "--points", "3", "--bands"),
            ("explain", CASE, "--risk", "mean"),
        ):
            more = ("--lang", lang, "--set", "risk.samples=10")
            from rich.cells import cell_len

            out = slopt(*words, *more).out
            assert max(cell_len(line) for line in out.splitlines()) <= int(columns)
