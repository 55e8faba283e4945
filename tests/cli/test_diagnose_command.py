"""`slopt diagnose`: the conflict, the ways out and their plans, as a user meets them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from running import Slopt

TIERS = "tier,service_level,cost_per_order\nbasic,0.8,1\nsilver,0.9,2\ngold,0.97,5\n"
TIERS_NAMED = ("basic", "silver", "gold")


@pytest.fixture
def floors(tmp_path: Path) -> Path:
    """Seven segments with a gold floor, three without, and a budget that is short of that."""
    folder = tmp_path / "floors"
    folder.mkdir()
    rows = [f"c{i},100,1,{'gold' if i < 7 else ''}" for i in range(10)]
    write(folder, "segments", "segment,customers,orders_per_customer,min_tier", rows)
    (folder / "tiers.csv").write_text(TIERS, encoding="utf-8")
    response = "segment,lost_order_share\n*,0.5\n"
    (folder / "response.csv").write_text(response, encoding="utf-8")
    settings = '[case]\nname = "Floors"\ncurrency = "EUR"\n[limits]\nbudget = 3000\n'
    (folder / "case.toml").write_text(settings, encoding="utf-8")
    return folder


def write(folder: Path, table: str, header: str, rows: list[str]) -> None:
    """A table of the case."""
    (folder / f"{table}.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")


def rows_of(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def test_floors_of_a_tier_are_told_as_one(slopt: Slopt, floors: Path) -> None:
    """Seven floors at 500 each and three segments at 100: the least budget is 3,800."""
    ran = slopt("diagnose", floors)
    assert ran.code == 4
    assert "budget 3,000" in ran.out
    assert "gold floor of 6 segments: " in ran.out or "gold floor of 7 segments: " in ran.out
    assert "Raise the budget to 3,800 from 3,000" in ran.out


def test_every_repair_is_a_plan_that_can_be_opened(
    slopt: Slopt, floors: Path, tmp_path: Path
) -> None:
    """diagnosis.json, and a folder for each repair with its changes, its plan and its result."""
    out = tmp_path / "out"
    (out / "repair_9").mkdir(parents=True)
    (out / "repair_9" / "changes.csv").write_text("old", encoding="utf-8")
    assert slopt("diagnose", floors, "--out", out).code == 4
    document = json.loads((out / "diagnosis.json").read_text(encoding="utf-8"))
    assert document["feasible"] is False
    assert {"rule", "words"} <= set(document["conflicts"][0][0])
    assert not (out / "repair_9").exists()
    for repair in document["repairs"]:
        assert list(repair)[:3] == ["changes", "cost", "total_cost"]
        folder = out / repair["folder"]
        result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
        assert result["total_cost"] == repair["total_cost"]
        plan = rows_of(folder / "plan.csv")
        assert len(plan) == 10
        changes = rows_of(folder / "changes.csv")
        assert [row["path"] for row in changes] == [c["path"] for c in repair["changes"]]


def test_a_repair_of_settings_can_be_set(slopt: Slopt, floors: Path) -> None:
    """The budget that is told has a plan of that cost, and a unit less has none."""
    document = slopt("diagnose", floors, "--json").json
    told = next(r for r in document["repairs"] if r["changes"][0]["path"] == "limits.budget")
    assert (told["cost"], told["changes"][0]["to"]) == (800, 3800)
    assert slopt("solve", floors, "--set", "limits.budget=3800").code == 0
    assert slopt("solve", floors, "--set", "limits.budget=3799").code == 4


def test_a_case_with_plans_says_what_is_tightest(slopt: Slopt) -> None:
    """Exit code 0, and how far each limit could be tightened."""
    ran = slopt("diagnose", "tiny")
    assert ran.code == 0
    assert "There are plans that meet every limit and rule." in ran.out
    document = slopt("diagnose", "tiny", "--json").json
    assert document["feasible"] is True
    assert document["tightest"][0]["name"] == "budget"
    assert document["conflicts"] == document["repairs"] == []


def test_hostile_names_are_text(slopt: Slopt, floors: Path, tmp_path: Path) -> None:
    """Names that look like markup, paths, quotes or formulas stand as they are, everywhere."""
    names = ["=1+1", "[red]x[/]", 'a"b', "c, d; e]", "../up", "<b>", "客户"]
    rows = [",".join(['"' + name.replace('"', '""') + '"', "100", "1", "gold"]) for name in names]
    write(floors, "segments", "segment,customers,orders_per_customer,min_tier", rows)
    ran = slopt("diagnose", floors, "--out", tmp_path / "out")
    assert ran.code == 4
    assert "[red]x[/]" in ran.out
    document = json.loads((tmp_path / "out" / "diagnosis.json").read_text(encoding="utf-8"))
    told = {segment for member in document["conflicts"][0] for segment in member["segments"]}
    assert told <= set(names)
    for repair in document["repairs"]:
        for change in repair["changes"]:
            assert change["path"].startswith(("limits.", "segments["))


def test_what_needs_no_solver_is_a_warning_of_the_check(slopt: Slopt, floors: Path) -> None:
    """The case can be read, so the exit code is 0; that it has no plan is said all the same."""
    ran = slopt("check", floors)
    assert ran.code == 0
    assert "No plan can meet this: budget 3,000" in ran.out
    assert "gold floor of" in ran.out


def test_solve_names_the_conflict_and_the_command(slopt: Slopt, floors: Path) -> None:
    """The short form after a solve: the members, and where to read on."""
    ran = slopt("solve", floors)
    assert ran.code == 4
    assert "budget 3,000" in ran.out
    assert "slopt diagnose" in ran.out


def test_a_model_of_ones_own_is_not_diagnosed(slopt: Slopt, tmp_path: Path) -> None:
    """Nobody knows its rules by name: a usage error that says so."""
    model = tmp_path / "mine.py"
    model.write_text("def build(problem):\n    raise AssertionError\n", encoding="utf-8")
    ran = slopt("diagnose", "tiny", "--model", model)
    assert ran.code == 2
    assert "rules of the shipped models" in ran.err


def test_a_floor_and_a_forbidden_offer_that_both_give_way(slopt: Slopt, floors: Path) -> None:
    """The budget pays for basic alone, which a floor rules out and which is forbidden besides."""
    write(floors, "segments", "segment,customers,orders_per_customer,min_tier", ["c,100,1,gold"])
    write(floors, "offers", "segment,tier,allowed", ["c,basic,false"])
    document = slopt("diagnose", floors, "--set", "limits.budget=150", "--json").json
    told = [{c["path"]: c["to"] for c in repair["changes"]} for repair in document["repairs"]]
    assert {"segments[c].min_tier": None, "offers[c, basic].allowed": True} in told
    assert {"limits.budget": 500} in told


def test_rules_over_a_group_are_told_by_its_name(slopt: Slopt, floors: Path) -> None:
    """The group in place of four of its segments; and what is part of no conflict is said."""
    rows = [f"c{i},100,1,north" for i in range(5)]
    write(floors, "segments", "segment,customers,orders_per_customer,group", rows)
    rules = ["all gold,min_in_tier,north,gold,5", "cheap,max_service_cost,north,,600"]
    write(floors, "rules", "rule,kind,segment,tier,value", rules)
    out = " ".join(slopt("diagnose", floors).out.split())
    assert "all gold: at least 5 of 5 segments of north in gold" in out
    assert "cheap: service cost at most 600 for the 5 segments of north" in out
    assert "Part of none of these conflicts: budget 3,000." in out


def test_units_that_are_free_ask_for_nothing(slopt: Slopt, floors: Path) -> None:
    """Extra hours at a price of 0 cost 0; of hours without a price nothing is said."""
    write(floors, "segments", "segment,customers,orders_per_customer", ["c,100,1"])
    write(floors, "usage", "resource,tier,per_order", [f"hours,{t},1" for t in TIERS_NAMED])
    asked = []
    for price in ("0", ""):
        write(floors, "resources", "resource,capacity,extra_unit_cost", [f"hours,60,{price}"])
        (repair,) = slopt("diagnose", floors, "--json").json["repairs"]
        asked.append(repair["cost"])
    assert asked == [0, None]


def test_a_folder_without_a_name_is_refused(slopt: Slopt, tmp_path: Path) -> None:
    """An empty --out would be the current folder: a usage error that says what to do."""
    ran = slopt("diagnose", "tiny", "--out", "")
    assert (ran.code, ran.err.strip()) == (2, "--out is empty. Name a folder, or leave --out away.")
