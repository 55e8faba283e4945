"""`slopt solve`: screen, files, exit codes."""

from __future__ import annotations

import csv
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from running import Slopt

from slopt.shipped import examples

RESULT_FIELDS = [
    "status", "goal", "objective", "bound", "gap", "certified_bound", "certified_gap",
    "service_cost", "lost_orders", "lost_customers", "lost_prospects", "lost_sales", "total_cost",
    "service_level", "tiers_used", "changes", "current", "prices", "broken_rules", "method",
    "case_hash", "slopt_version", "solver", "seed", "seconds", "total_seconds",
]  # fmt: skip
PLAN_COLUMNS = [
    "segment", "tier", "current_tier", "service_level", "service_cost", "lost_orders",
    "lost_customers", "lost_prospects", "lost_sales", "total_cost",
]  # fmt: skip


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_files_have_the_fields_of_the_contract_in_its_order(
    slopt: Slopt, tmp_path: Path
) -> None:
    """plan.csv, resources.csv and result.json are written with the contract's names."""
    assert slopt("solve", "parts_distributor", "--out", tmp_path / "out").code == 0
    result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert list(result)[: len(RESULT_FIELDS)] == RESULT_FIELDS
    assert list(rows(tmp_path / "out" / "plan.csv")[0]) == PLAN_COLUMNS
    resources = rows(tmp_path / "out" / "resources.csv")
    assert list(resources[0]) == ["resource", "used", "capacity", "extra", "price"]
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "plan.csv", "resources.csv", "result.json",
    }  # fmt: skip
    assert all(p.read_bytes().endswith(b"\n") for p in (tmp_path / "out").iterdir())


def test_rows_of_the_plan_add_up_to_its_totals(slopt: Slopt, tmp_path: Path) -> None:
    """Sums over plan.csv are the totals of result.json, open tiers and extra units apart."""
    result = slopt("solve", "parts_distributor", "--json", "--out", tmp_path).json
    plan = rows(tmp_path / "plan.csv")
    for name in ("lost_orders", "lost_customers", "lost_prospects", "lost_sales"):
        assert sum(float(row[name]) for row in plan) == pytest.approx(result[name])
    # 76,000 for three open tiers and 9,012.16 for extra hours: SOURCE.md of the example.
    by_segment = sum(float(row["service_cost"]) for row in plan)
    assert result["service_cost"] == pytest.approx(by_segment + 76_000 + 9_012.16)
    assert result["total_cost"] == pytest.approx(result["service_cost"] + result["lost_sales"])


@pytest.mark.parametrize("width", [100, 80, 60, 40])
@pytest.mark.parametrize(
    "words",
    [
        ("solve", "scms_deliveries"),
        ("solve", "parts_distributor", "--set", "plan.goal=max_service"),
        ("solve", "scms_deliveries", "--set", "limits.budget=1000000"),
        ("explain", "scms_deliveries"),
        ("explain", "parts_distributor", "MINE-R"),
        ("diagnose", "scms_deliveries", "--set", "limits.budget=1000000"),
        ("alternatives", "scms_deliveries", "--count", "1"),
        ("compare", "scms_deliveries"),
        ("offers", "parts_distributor"),
        ("describe",),
        ("describe", "rules"),
        ("check", "tiny", "--set", "limits.budget=abc"),
    ],
)
def test_no_screen_is_wider_than_its_terminal(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch, width: int, words: tuple[str, ...]
) -> None:
    """At 100, 80, 60 and 40 columns no line of any screen is wider, and the unit is said."""
    monkeypatch.setenv("COLUMNS", str(width))
    ran = slopt(*words)
    assert ran.code in (0, 3, 4)
    assert max(map(len, ran.out.splitlines())) <= width
    if ran.code == 0 and words[0] in ("solve", "offers"):
        assert "USD a year" in ran.out or "EUR a year" in ran.out


def test_nobody_moves_for_nothing(slopt: Slopt, tmp_path: Path) -> None:
    """Three identical tiers, today in the middle one: the plan is today's, by both routes."""
    case = tmp_path / "ties"
    case.mkdir()
    (case / "case.toml").write_text('[case]\nname = "ties"\n', "utf-8")
    (case / "tiers.csv").write_text("tier,service_level\na,0.9\nb,0.9\nc,0.9\n", "utf-8")
    (case / "segments.csv").write_text("segment,customers,current_tier\nx,5,b\ny,7,b\n", "utf-8")
    for method in ("highs", "pyomo"):
        assert slopt("solve", case, "--json", "--method", method).json["changes"] == 0
    assert "Keep today's tiers" in slopt("solve", case).out


def test_both_routes_waste_nothing_where_the_goal_does_not_look(slopt: Slopt) -> None:
    """Best service within tiny's budget is 61/70 in two plans; the cheaper one is worth 36,375."""
    for method in ("highs", "pyomo"):
        ran = slopt("solve", "tiny", "--json", "--method", method, "--set", "plan.goal=max_service")
        assert ran.json["total_cost"] == 36_375, method


def test_a_wide_gap_is_not_called_best(slopt: Slopt, tmp_path: Path) -> None:
    """With a gap of 30 % allowed the sentence says how far the plan may be from the best."""
    case = tmp_path / "case"
    write_hard_case(case)
    ran = slopt("solve", case, "--set", "solve.gap=0.3")
    assert ran.code == 0
    assert "Proven best" not in ran.out
    assert "of the best possible (asked for 30.00 %)" in " ".join(ran.out.split())


def test_lost_sales_given_as_one_figure_are_a_line_of_their_own(
    slopt: Slopt, tmp_path: Path
) -> None:
    """In a mixed case the three kinds and the rest add up to lost sales, on screen and in JSON."""
    case = tmp_path / "case"
    shutil.copytree(examples()["tiny"], case)
    (case / "offers.csv").write_text(
        "segment,tier,lost_sales\nkey,basic,22000\nkey,standard,11500\nkey,premium,5875\n", "utf-8"
    )
    result = slopt("solve", case, "--json").json
    kinds = [result[f"lost_{kind}"] for kind in ("orders", "customers", "prospects", "unsplit")]
    assert sum(kinds) == pytest.approx(result["lost_sales"])
    assert "not told apart" in slopt("solve", case).out


def test_the_screen_says_today_and_plan_apart_by_kind_of_money(slopt: Slopt) -> None:
    """Booked cost, the three kinds of lost sales and the total stand in lines of their own."""
    out = slopt("solve", "tiny").out
    for line in (
        "service cost           5,500  11,500",
        "lost sales, expected  34,500  24,875",
        "  lost orders          6,000   4,500",
        "  lost customers      16,600  11,400",
        "  lost prospects      11,900   8,975",
        "total                 40,000  36,375",
    ):
        assert line in out
    assert (
        "For least total cost move 2 of 3 segments: expected lost sales −9,625, "
        "service cost +6,000, together −3,625 EUR a year."
    ) in " ".join(out.split())
    assert "saves 2,000 from +1,500 on" in out


def test_infeasible_is_exit_4_with_the_conflict_and_no_plan(slopt: Slopt, tmp_path: Path) -> None:
    """A budget below the least possible cost is named, and an older plan does not stay behind."""
    (tmp_path / "plan.csv").write_text("old", encoding="utf-8")
    ran = slopt("solve", "tiny", "--set", "limits.budget=100", "--out", tmp_path)
    assert ran.code == 4
    assert "budget" in ran.out
    assert not (tmp_path / "plan.csv").exists()
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert result["status"] == "infeasible"
    assert result["conflict"] == ["budget"]
    assert result["objective"] is None


def test_words_of_usage_are_exit_2(slopt: Slopt, tmp_path: Path) -> None:
    """Unknown cases, settings, models and methods end with a hint and exit code 2."""
    for words, hint in (
        (("solve", "tinny"), "tiny"),
        (("solve", "tiny", "--set", "limits.budgt=1"), "limits.budget"),
        (("solve", "tiny", "--set", "limits.budget"), "key=value"),
        (("solve", "tiny", "--model", "tier_plam"), "tier_plan"),
        (("solve", "tiny", "--method", "simplex"), "highs"),
        (("explain", "tiny", "kee"), "key"),
        (("describe", "segment"), "segments"),
    ):
        ran = slopt(*words)
        assert ran.code == 2, words
        assert hint in ran.err, words
        assert ran.out == ""
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    assert slopt("solve", "tiny", "--out", file / "inside").code == 2


def test_both_routes_give_the_same_result(slopt: Slopt) -> None:
    """Arrays and Pyomo agree on plan, bound and prices; the result says which ran."""
    one = slopt("solve", "scms_deliveries", "--json").json
    other = slopt("solve", "scms_deliveries", "--json", "--method", "pyomo").json
    assert (one["method"], other["method"]) == ("highs", "pyomo")
    assert one["objective"] == pytest.approx(other["objective"], rel=1e-12)
    assert {p["name"]: pytest.approx(p["price"]) for p in one["prices"]} == {
        p["name"]: p["price"] for p in other["prices"]
    }


def test_flags_beat_environment_and_environment_beats_the_case(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """limits.budget is 11,500 in tiny, 13,000 in the environment, 16,000 on the command line."""
    monkeypatch.setenv("SLOPT_LIMITS_BUDGET", "13000")
    assert slopt("solve", "tiny", "--json").json["total_cost"] == 34_375
    ran = slopt("solve", "tiny", "--json", "--set", "limits.budget=16000")
    assert ran.json["total_cost"] == 33_375
    assert slopt("solve", "tiny", "--json", "--set", "limits.budget=").json["prices"] == []


def test_a_name_that_looks_like_a_formula_is_written_as_text_and_read_back(
    slopt: Slopt, tmp_path: Path
) -> None:
    """A segment named =1+1 gets an apostrophe in plan.csv, and evaluate takes the file as it is."""
    case = tmp_path / "case"
    shutil.copytree(examples()["tiny"], case)
    text = (case / "segments.csv").read_text(encoding="utf-8")
    (case / "segments.csv").write_text(text.replace("key,", "=1+1,", 1), encoding="utf-8")
    assert slopt("solve", case, "--out", tmp_path / "out").code == 0
    assert rows(tmp_path / "out" / "plan.csv")[0]["segment"] == "'=1+1"
    ran = slopt("evaluate", case, "--plan", tmp_path / "out" / "plan.csv", "--json")
    assert ran.json["total_cost"] == 36_375


def test_markup_in_a_name_is_shown_as_it_stands(slopt: Slopt, tmp_path: Path) -> None:
    """Square brackets in names are not taken for the console's own markup."""
    case = tmp_path / "case"
    shutil.copytree(examples()["tiny"], case)
    text = (case / "segments.csv").read_text(encoding="utf-8")
    (case / "segments.csv").write_text(text.replace("key,", "[red]k[/red],", 1), encoding="utf-8")
    assert "[red]k[/red]" in slopt("solve", case).out


def test_a_time_limit_that_leaves_no_plan_or_a_rough_one_is_told(slopt: Slopt) -> None:
    """With next to no time the exit code is 5 or 6, or 0 where the solver was quicker still."""
    ran = slopt("solve", "parts_distributor", "--json", "--set", "solve.time_limit_s=0.001")
    expected = {"optimal": 0, "feasible": 5, "no_plan": 6}
    assert expected[ran.json["status"]] == ran.code


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT")
def test_interrupted_while_solving_is_exit_130_with_the_best_plan(tmp_path: Path) -> None:
    """Ctrl-C stops a long solve; what was found by then is written."""
    case = tmp_path / "case"
    write_hard_case(case)
    out = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-m", "slopt", "solve", case, "--out", out],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    time.sleep(6)
    assert process.poll() is None, "the case was meant to take longer"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    result = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert result["status"] == "interrupted"
    if result["objective"] is not None:
        assert len(rows(out / "plan.csv")) == 120


def write_hard_case(folder: Path) -> None:
    """120 segments, 8 tiers and 8 tight resources, solved to gap 0: minutes of work."""
    import numpy as np

    rng = np.random.default_rng(7)
    segments, tiers, resources = 120, 8, 8
    folder.mkdir()
    (folder / "case.toml").write_text('[case]\nname = "hard"\n[solve]\ngap = 0.0\n', "utf-8")
    (folder / "segments.csv").write_text(
        "segment,customers\n" + "".join(f"s{i},1\n" for i in range(segments)), "utf-8"
    )
    (folder / "tiers.csv").write_text(
        "tier,service_level\n" + "".join(f"t{k},0.{k + 1}\n" for k in range(tiers)), "utf-8"
    )
    use = rng.integers(1, 100, (segments, tiers, resources))
    value = use.sum(axis=2) + rng.integers(0, 40, (segments, tiers))
    capacity = use.mean(axis=(0, 1)) * segments * 0.97
    (folder / "resources.csv").write_text(
        "resource,capacity\n" + "".join(f"r{r},{capacity[r]:.0f}\n" for r in range(resources)),
        "utf-8",
    )
    head = ",".join(
        ["segment", "tier", "service_cost", "lost_sales", *(f"use:r{r}" for r in range(resources))]
    )
    lines = [head] + [
        ",".join([f"s{s}", f"t{k}", "0", f"{2000 - value[s, k]}", *map(str, use[s, k])])
        for s in range(segments)
        for k in range(tiers)
    ]
    (folder / "offers.csv").write_text("\n".join(lines) + "\n", "utf-8")


def test_a_rule_with_the_name_of_a_limit_is_told_apart(slopt: Slopt, tmp_path: Path) -> None:
    """A rule called budget keeps its own price beside the budget's."""
    case = tmp_path / "case"
    shutil.copytree(examples()["tiny"], case)
    (case / "rules.csv").write_text(
        "rule,kind,segment,value\nbudget,max_service_cost,*,99999\n", "utf-8"
    )
    ran = slopt("solve", case, "--json")
    assert [price["name"] for price in ran.json["prices"]] == ["budget", "rule budget"]
    assert ran.json["prices"][0]["price"] == pytest.approx(2 / 3)
    assert "outputs call it" in ran.err
